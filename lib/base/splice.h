#ifndef BASE_SPLICE_H
#define BASE_SPLICE_H

#include "base/buf.h"
#include "base/scan.h"

/*
 * Changes some values or members of a JSON text and copies every other byte
 * as it stands: white space, the order of members, the spelling of numbers
 * and escapes. Nothing is built and nothing limits the number of edits.
 *
 *	splice_begin(&s, body, object, out);
 *	for (struct scan_walk w = scan_walk(object); scan_next(&w, &item);)
 *		if (scan_named(&item, "model"))
 *			splice_replace(&s, item.value, native);
 *		else if (scan_named(&item, "route"))
 *			splice_remove(&s, &item);
 *	splice_insert_last(&s, "n", span_of("1"));
 *	splice_end(&s);
 *
 * Edits come in the order in which the text has them, and their spans are
 * scan_text()'s. What is put in is JSON text, and names are plain enough to
 * need no escape. Whether all of it fitted, buf_fits(out) knows at the end.
 */
struct splice {
	const char *from, *end; /* not yet copied */
	const char *head;	/* all members before it have been removed */
	const char *close;	/* the object's last byte */
	bool first, kept;
	struct buf *out;
};

/*
 * Start copying TEXT to OUT, behind what is there already. OBJECT, all of TEXT
 * or a part, is the one whose members are removed and inserted.
 */
void splice_begin(struct splice *s, struct span text, struct span object,
		  struct buf *out);

/* Put WITH in the place of OLD, any stretch of the text: a value, or several
 * bytes more. An empty OLD inserts WITH before the byte that it points to. */
void splice_replace(struct splice *s, struct span old, struct span with);

/* Leave out a member of the object, and with it exactly one comma unless none
 * is left to leave out. */
void splice_remove(struct splice *s, const struct scan_item *member);

/* Put a member before all others: this is the first edit, if any. */
void splice_insert_first(struct splice *s, const char *name, struct span value);

/* Put a member behind all others: only other such edits may follow. */
void splice_insert_last(struct splice *s, const char *name, struct span value);

/*
 * Edit OBJECT, a value further on in the text of OUTER, with INNER as if it
 * were a text of its own, splice_end() included. OUTER goes on behind it.
 */
void splice_inside(struct splice *outer, struct span object,
		   struct splice *inner);

/* Copy the rest. */
void splice_end(struct splice *s);

#endif
