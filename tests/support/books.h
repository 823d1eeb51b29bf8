#ifndef SUPPORT_BOOKS_H
#define SUPPORT_BOOKS_H

#include "base/arena.h"
#include "domain/ledger.h"
#include "store/db.h"

/*
 * Books in memory: one account "acct-1" with CREDIT nano-dollars, one key of
 * it, one provider, model, endpoint and price (2 dollars per million tokens
 * in, 10 out). Whatever goes wrong fails the test.
 */
enum { BOOKS_IN = 2000000, BOOKS_OUT = 10000000 }; /* pico-dollars */

struct books {
	struct db *db;
	struct arena *arena;
	char key[65];
};

void books_open(struct books *books, int64_t credit);
void books_close(struct books *books);

/* The only row's first number. */
int64_t books_number(struct books *books, const char *sql);
void books_run(struct books *books, const char *sql);

/* A change that must go well; and whether it did. */
void books_do(struct books *books,
	      bool (*step)(struct db *, void *, struct fault *), void *what);
bool books_try(struct books *books,
	       bool (*step)(struct db *, void *, struct fault *), void *what,
	       struct fault *why);

/* A hold for the books' only endpoint. */
struct hold books_hold(struct books *books, const char *generation,
		       int64_t prompt_nano, int64_t output_tokens);
struct settlement books_settlement(const struct hold *hold, int64_t cost);

/* How many rules of fsck the books break. */
int64_t books_broken(struct books *books);

#endif
