#ifndef HTTP_STOP_H
#define HTTP_STOP_H

/* From now on serve_stopping() is true. May be called in a signal handler. */
void stop_begin(void);

#endif
