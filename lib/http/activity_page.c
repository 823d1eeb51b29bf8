#include "http/activity_page.h"

#include "base/money_json.h"
#include "domain/activity_json.h"
#include "domain/key.h"
#include "domain/report.h"
#include "http/activity_query.h"
#include "http/page.h"
#include "http/serve.h"

#include <string.h>

enum {
	LIMIT = 100,
	LIMIT_MOST = 1000,
	LIMIT_LONG = 1000000, /* of what is short or not held in memory */
	OFFSET_MOST = 100000,
	AT_ONCE = 500,	       /* rows of CSV read with one look */
	PIECE_MOST = 64 << 20, /* and their text */
};

/* What was asked for, and how. */
struct wish {
	struct exchange *x;
	struct activity_query query;
	bool daily, csv;
	int64_t limit, offset;
};

static bool read_form(struct wish *w, struct fault *why)
{
	static const char *const views[] = { "records", "daily", NULL };
	static const char *const formats[] = { "json", "csv", NULL };
	static const char *const groups[] = { "workspace", NULL };
	const char *accept = exchange_header(w->x, "Accept");
	const char *view = views[w->x->key->management];
	const char *format = formats[accept && strstr(accept, "text/csv")];
	const char *group;

	if (!page_choice(w->x, "view", views, &view, why) ||
	    !page_choice(w->x, "format", formats, &format, why) ||
	    !page_choice(w->x, "group_by", groups, &group, why))
		return false;
	w->daily = view == views[1];
	w->csv = format == formats[1];
	return true;
}

static bool read_wish(struct wish *w, struct fault *why)
{
	struct page_bounds offsets = { 0, OFFSET_MOST }, limits = { 1, 0 };

	if (!read_form(w, why) || !activity_read(w->x, &w->query, why))
		return false;
	limits.most = w->csv || w->daily ? LIMIT_LONG : LIMIT_MOST;
	w->limit = w->csv || w->daily ? LIMIT_LONG : LIMIT;
	return page_between(w->x, "limit", limits, &w->limit, why) &&
	       page_between(w->x, "offset", offsets, &w->offset, why);
}

static bool open_records(struct wish *w, struct db *db,
			 struct activity *activity,
			 struct provider_names *names, struct fault *why)
{
	struct arena *a = w->x->arena;

	return provider_names_read(db, a, names, why) &&
	       activity_open(db, a, &w->query, w->offset, activity, why);
}

static json_t *envelope(const struct wish *w, json_t *data, int64_t total,
			bool more)
{
	return json_pack(
		"{s:o, s:o, s:b, s:I, s:I, s:o, s:o}", "data", data,
		"total_count", total < 0 ? json_null() : json_integer(total),
		"has_more", more, "limit", (json_int_t)w->limit, "offset",
		(json_int_t)w->offset, "start_time", time_json(w->query.from),
		"end_time", time_json(w->query.to));
}

static bool records_json(struct wish *w, struct fault *why)
{
	struct arena *a = w->x->arena;
	struct db *db = activity_look(w->x, &w->query, why);
	struct provider_names names = { 0 };
	struct activity_list next = { 0 };
	struct activity activity = { 0 };
	size_t limit = (size_t)w->limit;
	json_t *data;

	if (!db ||
	    !activity_look_away(w->x, db,
				open_records(w, db, &activity, &names, why) &&
					activity_next(db, a, &activity,
						      limit + 1, &next, why),
				why))
		return false;
	data = json_array();
	for (size_t i = 0; i < next.count && i < limit; i++) {
		struct activity_record row =
			activity_record(&next.rows[i], &names);

		json_array_append_new(data, fields_json(ACTIVITY_RECORD, &row));
	}
	return exchange_json(
		w->x, 200,
		envelope(w, data, activity.total, next.count > limit), why);
}

static void begin_csv(struct exchange *x)
{
	exchange_add_header(x, "Content-Disposition",
			    "attachment; filename=\"activity.csv\"");
	exchange_begin(x, 200, "text/csv; charset=utf-8");
}

/* The next rows into TEXT; the connection goes back before they are sent, for
 * the client may take its time. */
static bool read_piece(struct wish *w, struct activity *activity,
		       const struct provider_names *names, struct buf *text,
		       struct fault *why)
{
	size_t most = w->limit < AT_ONCE ? (size_t)w->limit : AT_ONCE;
	struct activity_list next = { 0 };
	struct arena *a = arena_new();
	struct db *db = activity_look(w->x, &w->query, why);
	bool ok = db && activity_look_away(w->x, db,
					   activity_next(db, a, activity, most,
							 &next, why),
					   why);

	for (size_t i = 0; i < next.count; i++) {
		struct activity_record row =
			activity_record(&next.rows[i], names);

		fields_csv(ACTIVITY_RECORD, &row, text);
	}
	w->limit = next.count == most ? w->limit - (int64_t)most : 0;
	arena_free(a);
	return ok && (buf_fits(text) ||
		      fault_set(why, FAULT_INTERNAL,
				"rows of activity are larger than can be"));
}

/* Whoever counts on the whole must be able to see that it is not. */
static void tell_cut(struct exchange *x)
{
	static const char line[] = "incomplete: the export broke off here\r\n";

	exchange_send(x, line, strlen(line));
}

static bool records_csv(struct wish *w, struct fault *why)
{
	struct db *db = activity_look(w->x, &w->query, why);
	struct provider_names names;
	struct activity activity = { 0 };
	struct buf text;
	bool ok =
		db && activity_look_away(
			      w->x, db,
			      open_records(w, db, &activity, &names, why), why);

	if (!ok)
		return false;
	begin_csv(w->x);
	buf_init(&text, PIECE_MOST);
	fields_csv_head(ACTIVITY_RECORD, &text);
	if (!strcmp(w->x->method, "HEAD"))
		w->limit = 0;
	while (ok && w->limit && !w->x->gone) {
		ok = !serve_stopping() &&
		     read_piece(w, &activity, &names, &text, why);
		exchange_send(w->x, text.text, text.len);
		exchange_flush(w->x);
		buf_clear(&text);
	}
	if (!ok)
		tell_cut(w->x);
	buf_done(&text);
	return ok;
}

/* Where the page ends among COUNT rows; it begins at the offset. */
static size_t page_end(const struct wish *w, size_t count)
{
	size_t end = (size_t)(w->offset + w->limit);

	return end < count ? end : count;
}

static bool days_csv(struct wish *w, const struct report *report,
		     const struct provider_names *names)
{
	size_t end = page_end(w, report->count);
	struct buf text;

	buf_init(&text, SIZE_MAX / 2);
	fields_csv_head(ACTIVITY_DAY, &text);
	for (size_t i = (size_t)w->offset; i < end; i++) {
		struct activity_day row =
			activity_day(&report->rows[i], w->query.account, names);

		fields_csv(ACTIVITY_DAY, &row, &text);
	}
	begin_csv(w->x);
	exchange_send(w->x, text.text, text.len);
	buf_done(&text);
	return true;
}

static bool days(struct wish *w, struct fault *why)
{
	struct arena *a = w->x->arena;
	struct provider_names names;
	struct tally_query tallies;
	struct report report;
	struct db *db = activity_look(w->x, &w->query, why);
	json_t *data;
	size_t end;

	if (!db ||
	    !activity_look_away(
		    w->x, db,
		    activity_tallies(&w->query, SLOT_DAY, &tallies, why) &&
			    provider_names_read(db, a, &names, why) &&
			    report_read(db, a, &tallies, &report, why),
		    why))
		return false;
	report_group(&report, report_by_day);
	if (w->csv)
		return days_csv(w, &report, &names);
	data = json_array();
	end = page_end(w, report.count);
	for (size_t i = (size_t)w->offset; i < end; i++) {
		struct activity_day row =
			activity_day(&report.rows[i], w->query.account, &names);

		json_array_append_new(data, fields_json(ACTIVITY_DAY, &row));
	}
	return exchange_json(
		w->x, 200,
		envelope(w, data, (int64_t)report.count, end < report.count),
		why);
}

bool activity_page(struct exchange *x, struct fault *why)
{
	struct wish w = { .x = x };

	if (!read_wish(&w, why))
		return false;
	if (w.daily)
		return days(&w, why);
	return w.csv ? records_csv(&w, why) : records_json(&w, why);
}
