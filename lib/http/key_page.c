#include "http/key_page.h"

#include "base/clock.h"
#include "base/hash.h"
#include "domain/key_json.h"
#include "http/page.h"
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, PAGE_MOST = 1000, OFFSET_MOST = 1000000 };

/* A token is the place of a page's last key: "1795273690123-HASH". */
static const char *token(struct arena *a, const struct key *last)
{
	return arena_print(a, "%" PRId64 "-%s", last->created_at, last->hash);
}

static bool read_token(struct exchange *x, struct key_page *page,
		       struct fault *why)
{
	const char *text = page_text(x, "page_token", NULL);
	char *end = NULL;

	if (!text)
		return true;
	if (exchange_query(x, "offset"))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "page_token and offset exclude each other");
	errno = 0;
	page->behind = strtoll(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end != '-' ||
	    strlen(end + 1) != HASH_HEX ||
	    strspn(end + 1, "0123456789abcdef") != HASH_HEX)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "page_token must be the next_page_token of "
				 "another page");
	page->behind_hash = end + 1;
	return true;
}

static bool read_query(struct exchange *x, struct key_page *page,
		       struct fault *why)
{
	struct page_bounds sizes = { 1, PAGE_MOST };
	struct page_bounds offsets = { 0, OFFSET_MOST };

	*page = (struct key_page){ .account = x->key->account,
				   .limit = PAGE,
				   .now_ms = clock_now_ms() };
	return page_flag(x, "include_disabled", &page->with_disabled, why) &&
	       page_between(x, "offset", offsets, &page->offset, why) &&
	       page_between(x, "page_size", sizes, &page->limit, why) &&
	       page_own_workspace(x, why) && read_token(x, page, why);
}

bool key_page(struct exchange *x, struct fault *why)
{
	struct key_page page;
	struct key *keys;
	struct db *db;
	json_t *data;
	size_t count, shown;
	bool ok;

	if (!read_query(x, &page, why))
		return false;
	shown = (size_t)page.limit++;
	db = store_borrow(x->suite->store, why);
	ok = db && key_list(db, x->arena, &page, &keys, &count, why);
	store_return(x->suite->store, db);
	if (!ok)
		return false;
	data = json_array();
	for (size_t i = 0; i < count && i < shown; i++)
		json_array_append_new(data, key_json(&keys[i]));
	return exchange_json(
		x, 200,
		json_pack("{s:o, s:s?}", "data", data, "next_page_token",
			  count > shown ? token(x->arena, &keys[shown - 1])
					: NULL),
		why);
}
