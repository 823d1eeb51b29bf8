#ifndef BASE_CALLER_H
#define BASE_CALLER_H

/*
 * What a client says of itself, for the books: the page and the name of the
 * application, and its user agent. NULL where it says nothing.
 */
struct caller {
	const char *referer, *title, *agent;
};

#endif
