#ifndef SUPPORT_STAGE_H
#define SUPPORT_STAGE_H

#include "base/buf.h"
#include "relay/relay.h"
#include "store/store.h"
#include "support/scratch.h"
#include "support/upstream_server.h"

/*
 * A whole relay for tests: books in a file, the model "a/m" at two endpoints
 * (and "a/e", for embeddings) whose providers are one scripted server (its
 * first script answers the first attempt, and so on), and a client made of
 * memory. A token of input costs 2 micro-dollars, one of output 10. Whatever
 * goes wrong fails the test.
 */
struct stage {
	struct scratch scratch;
	struct store *store;
	struct gateway *gateway;
	struct arena *arena;
	struct upstream_server *server;
	struct key key;

	/* The client: what it got; and it leaves after so many pieces (0: it
	 * stays). */
	struct buf got, head; /* the head: lines of "Name: value" */
	int status, pieces, leaves_after;
	bool stopping; /* the process has been told to end */
};

enum { STAGE_IN = 2000, STAGE_OUT = 10000 }; /* nano-dollars for a token */

/* Settings may have been filled in before; CREDIT is in nano-dollars. */
void stage_open(struct stage *stage, int64_t credit,
		const struct upstream_step *const *scripts);
void stage_close(struct stage *stage);

/* Let the client ask for a chat, or whatever it is; false when the relay gave a
 * fault, which is in WHY. */
bool stage_ask(struct stage *stage, const char *body, struct fault *why);
bool stage_trade(struct stage *stage, const struct trade *trade,
		 const char *body, struct fault *why);

int64_t stage_number(struct stage *stage, const char *sql);
const char *stage_text(struct stage *stage, const char *sql);

/* How many rules of fsck the books break. */
int64_t stage_broken(struct stage *stage);

#endif
