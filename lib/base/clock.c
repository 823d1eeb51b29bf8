#include "base/clock.h"

#include <string.h>
#include <time.h>

/* Calendar arithmetic is our own: libc's takes a lock that all threads share,
 * and looks at the machine's time zone. */

enum { DAY_S = 86400 };
static const int64_t DAY_MS = (int64_t)DAY_S * 1000;

struct date {
	int64_t year;
	int month, day;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 1970-01-01. A year is counted from March, so that the leap day
 * is its last, and 400 years always have 146,097 days. */
static int64_t days_of(struct date d)
{
	int64_t year = d.year - (d.month <= 2);
	int64_t era = floor_div(year, 400);
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * ((d.month + 9) % 12) + 2) / 5 + d.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static struct date date_of(int64_t days)
{
	int64_t era = floor_div(days + 719468, 146097);
	int64_t day = days + 719468 - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100);
	int64_t march = (5 * of_year + 2) / 153;
	int month = (int)(march < 10 ? march + 3 : march - 9);

	return (struct date){
		.year = era * 400 + year + (month <= 2),
		.month = month,
		.day = (int)(of_year - (153 * march + 2) / 5 + 1),
	};
}

static int64_t now(clockid_t clock, int64_t per_second)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * per_second + t.tv_nsec / (1000000000 / per_second);
}

int64_t clock_now_ms(void)
{
	return now(CLOCK_REALTIME, 1000);
}

int64_t clock_ticks_us(void)
{
	return now(CLOCK_MONOTONIC, 1000000);
}

int64_t clock_day_start(int64_t at_ms)
{
	return floor_div(at_ms, DAY_MS) * DAY_MS;
}

int64_t clock_week_start(int64_t at_ms)
{
	/* 1970 began on a Thursday: that week's Monday was day -3. */
	return (floor_div(floor_div(at_ms, DAY_MS) + 3, 7) * 7 - 3) * DAY_MS;
}

int64_t clock_month_start(int64_t at_ms)
{
	struct date d = date_of(floor_div(at_ms, DAY_MS));

	d.day = 1;
	return days_of(d) * DAY_MS;
}

const char *clock_print(struct arena *a, int64_t at_ms)
{
	int64_t days = floor_div(at_ms, DAY_MS), of_day = at_ms - days * DAY_MS;
	struct date d = date_of(days);
	int s = (int)(of_day / 1000), ms = (int)(of_day % 1000);
	const char *fraction = ms ? arena_print(a, ".%03d", ms) : "";

	return arena_print(a, "%04lld-%02d-%02dT%02d:%02d:%02d%sZ",
			   (long long)d.year, d.month, d.day, s / 3600,
			   s / 60 % 60, s % 60, fraction);
}

/* Read exactly LEN digits at *TEXT and pass them; -1 when they are not. */
static int digits(const char **text, int len)
{
	int value = 0;

	for (; len; len--, (*text)++) {
		if (**text < '0' || **text > '9')
			return -1;
		value = value * 10 + **text - '0';
	}
	return value;
}

static bool pass(const char **text, const char *any_of)
{
	if (!**text || !strchr(any_of, **text))
		return false;
	(*text)++;
	return true;
}

static bool read_date(const char **text, int64_t *days)
{
	struct date d, again;

	d.year = digits(text, 4);
	if (d.year < 0 || !pass(text, "-"))
		return false;
	d.month = digits(text, 2);
	if (d.month < 1 || d.month > 12 || !pass(text, "-"))
		return false;
	d.day = digits(text, 2);
	if (d.day < 1)
		return false;
	*days = days_of(d);
	again = date_of(*days); /* another month when there is no such day */
	return again.month == d.month;
}

/* "10:00:00.123", in milliseconds of the day; what is finer is dropped. */
static bool read_time(const char **text, int64_t *ms, bool *leap)
{
	int h, m, s, scale = 100;

	h = digits(text, 2);
	if (h < 0 || h > 23 || !pass(text, ":"))
		return false;
	m = digits(text, 2);
	if (m < 0 || m > 59 || !pass(text, ":"))
		return false;
	s = digits(text, 2);
	if (s < 0 || s > 60)
		return false;
	*leap = s == 60;
	*ms = 1000 * (int64_t)(h * 3600 + m * 60 + s);
	if (!pass(text, "."))
		return true;
	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++, scale /= 10)
		*ms += (int64_t)(**text - '0') * scale;
	return true;
}

static bool read_offset(const char **text, int64_t *ms)
{
	int h, m, sign;

	*ms = 0;
	if (pass(text, "Zz"))
		return true;
	sign = **text == '-' ? -1 : 1;
	if (!pass(text, "+-"))
		return false;
	h = digits(text, 2);
	if (h < 0 || h > 23 || !pass(text, ":"))
		return false;
	m = digits(text, 2);
	if (m < 0 || m > 59)
		return false;
	*ms = sign * ((int64_t)h * 60 + m) * 60000;
	return true;
}

bool clock_read(const char *text, int64_t *at_ms)
{
	int64_t days, ms, offset, at;
	bool leap;

	if (!text || !read_date(&text, &days) || !pass(&text, "Tt ") ||
	    !read_time(&text, &ms, &leap) || !read_offset(&text, &offset) ||
	    *text)
		return false;
	at = days * DAY_MS + ms - offset;
	/* A leap second ends a day of UTC, and is the next one's first. */
	if (leap && at - clock_day_start(at) >= 1000)
		return false;
	*at_ms = at;
	return true;
}
