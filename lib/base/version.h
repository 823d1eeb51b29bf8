#ifndef BASE_VERSION_H
#define BASE_VERSION_H

/* What --version says. */
#define TURNPIKE_VERSION "0.1.0"

#endif
