#ifndef SUPPORT_UPSTREAM_SCRIPT_H
#define SUPPORT_UPSTREAM_SCRIPT_H

#include "support/upstream_server.h"

/* Short words for tables of scripts. */
#define SAY(words)                                                             \
	{                                                                      \
		.act = UPSTREAM_SAY, .text = (words)                           \
	}
#define SAY_BYTES(at, n)                                                       \
	{                                                                      \
		.act = UPSTREAM_SAY, .text = (at), .len = (n)                  \
	}
#define SPELL(words)                                                           \
	{                                                                      \
		.act = UPSTREAM_SPELL, .text = (words)                         \
	}
#define FLOOD(words, many)                                                     \
	{                                                                      \
		.act = UPSTREAM_FLOOD, .text = (words), .times = (many)        \
	}
#define PAUSE(ms)                                                              \
	{                                                                      \
		.act = UPSTREAM_PAUSE, .times = (ms)                           \
	}
#define SHUT                                                                   \
	{                                                                      \
		.act = UPSTREAM_SHUT                                           \
	}
#define RESET                                                                  \
	{                                                                      \
		.act = UPSTREAM_RESET                                          \
	}
#define HOLD                                                                   \
	{                                                                      \
		.act = UPSTREAM_HOLD                                           \
	}
#define THE_END                                                                \
	{                                                                      \
		.act = UPSTREAM_END                                            \
	}

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"

#endif
