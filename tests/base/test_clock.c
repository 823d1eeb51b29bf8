#include "base/clock.h"

#include "support/row.h"

#include <time.h>

static const int64_t DAY = 86400000;

static const struct {
	const char *label, *text;
	int64_t at;
} times[] = {
	{ "the beginning", "1970-01-01T00:00:00Z", 0 },
	{ "milliseconds", "1970-01-01T00:00:00.123Z", 123 },
	{ "a leap day", "2024-02-29T12:34:56Z", 1709210096000 },
	{ "a century's leap day", "2000-02-29T00:00:00Z", 951782400000 },
	{ "the end of a year", "2025-12-31T23:59:59.999Z", 1767225599999 },
	{ "before the beginning", "1969-12-31T23:59:59.999Z", -1 },
	{ "long ago", "0001-01-01T00:00:00Z", -62135596800000 },
	{ "far ahead", "9999-12-31T23:59:59Z", 253402300799000 },
};

EACH(clock, prints_what_it_reads, times)
{
	struct arena *a = arena_new();
	int64_t at;

	cr_expect_str_eq(clock_print(a, row->at), row->text, "%s", row->label);
	cr_assert(clock_read(row->text, &at), "%s", row->label);
	cr_expect_eq(at, row->at, "%s: %lld", row->label, (long long)at);
	arena_free(a);
}

static const struct {
	const char *label, *text;
	int64_t at;
} spellings[] = {
	{ "an offset to the east", "1970-01-01T02:00:00+02:00", 0 },
	{ "an offset to the west", "1969-12-31T18:30:00-05:30", 0 },
	{ "small letters", "1970-01-01t00:00:00z", 0 },
	{ "a space between", "1970-01-01 00:00:01Z", 1000 },
	{ "finer than it is kept", "1970-01-01T00:00:00.9999999Z", 999 },
	{ "one digit of fraction", "1970-01-01T00:00:00.5Z", 500 },
	{ "a leap second", "1990-12-31T23:59:60Z", 662688000000 },
	{ "a leap second elsewhere", "1990-12-31T15:59:60-08:00",
	  662688000000 },
};

EACH(clock, reads_other_spellings, spellings)
{
	int64_t at;

	cr_assert(clock_read(row->text, &at), "%s", row->label);
	cr_expect_eq(at, row->at, "%s: %lld", row->label, (long long)at);
}

static const char *const nonsense[] = {
	"",
	"2026",
	"2026-04-03",
	"2026-04-03T10:00:00",
	"2026-04-03T10:00Z",
	"2026-4-3T10:00:00Z",
	"2026-13-01T00:00:00Z",
	"2026-00-01T00:00:00Z",
	"2026-02-29T00:00:00Z",
	"2026-04-31T00:00:00Z",
	"2026-04-00T00:00:00Z",
	"1900-02-29T00:00:00Z",
	"2026-04-03T24:00:00Z",
	"2026-04-03T10:60:00Z",
	"2026-04-03T10:00:60Z",
	"2026-04-03T10:00:61Z",
	"2026-04-03T10:00:00.Z",
	"2026-04-03T10:00:00+2:00",
	"2026-04-03T10:00:00+24:00",
	"2026-04-03T10:00:00+02:60",
	"2026-04-03T10:00:00+0200",
	"2026-04-03T10:00:00Zulu",
	" 2026-04-03T10:00:00Z",
	"2026-04-03T10:00:00Z ",
	"20260403T100000Z",
	"-026-04-03T10:00:00Z",
	"tomorrow",
};

EACH(clock, refuses_what_is_no_time, nonsense)
{
	int64_t at = 42;

	cr_expect_not(clock_read(*row, &at), "%s", *row);
	cr_expect_eq(at, 42, "%s", *row);
}

static const struct {
	const char *label, *at, *day, *week, *month;
} windows[] = {
	{ "a Monday's first moment", "2026-06-01T00:00:00Z",
	  "2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z",
	  "2026-06-01T00:00:00Z" },
	{ "a Sunday's last", "2026-05-31T23:59:59.999Z", "2026-05-31T00:00:00Z",
	  "2026-05-25T00:00:00Z", "2026-05-01T00:00:00Z" },
	{ "a leap day", "2024-02-29T12:00:00Z", "2024-02-29T00:00:00Z",
	  "2024-02-26T00:00:00Z", "2024-02-01T00:00:00Z" },
	{ "a week over the new year", "2026-01-01T01:00:00Z",
	  "2026-01-01T00:00:00Z", "2025-12-29T00:00:00Z",
	  "2026-01-01T00:00:00Z" },
	{ "before 1970", "1969-12-28T23:00:00Z", "1969-12-28T00:00:00Z",
	  "1969-12-22T00:00:00Z", "1969-12-01T00:00:00Z" },
};

EACH(clock, p17_windows_come_from_the_calendar, windows)
{
	struct arena *a = arena_new();
	int64_t at;

	cr_assert(clock_read(row->at, &at));
	cr_expect_str_eq(clock_print(a, clock_day_start(at)), row->day, "%s",
			 row->label);
	cr_expect_str_eq(clock_print(a, clock_week_start(at)), row->week, "%s",
			 row->label);
	cr_expect_str_eq(clock_print(a, clock_month_start(at)), row->month,
			 "%s", row->label);
	arena_free(a);
}

/* Every day of 800 years, against the C library's calendar. */
Test(clock, agrees_with_libc_on_every_day)
{
	for (int64_t day = -146097; day < 146097; day++) {
		time_t at = day * 86400;
		struct tm tm;

		gmtime_r(&at, &tm);
		cr_assert_eq(clock_month_start(day * DAY + 5),
			     (day - tm.tm_mday + 1) * DAY, "%lld",
			     (long long)day);
		cr_assert_eq(clock_week_start(day * DAY + 5),
			     (day - (tm.tm_wday + 6) % 7) * DAY, "%lld",
			     (long long)day);
	}
}

Test(clock, ticks_never_go_back)
{
	int64_t before = clock_ticks_us();

	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_ticks_us();

		cr_assert_geq(now, before);
		before = now;
	}
	cr_expect_gt(clock_now_ms(), 1700000000000);
}
