#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since 1970, by the wall. What is written into the books. */
int64_t clock_now_ms(void);

/* Microseconds of a clock that never jumps. What durations are taken from. */
int64_t clock_ticks_us(void);

/* When the UTC day, week (from Monday) and month that hold AT began; all in
 * milliseconds since 1970. */
int64_t clock_day_start(int64_t at_ms);
int64_t clock_week_start(int64_t at_ms);
int64_t clock_month_start(int64_t at_ms);

/* "2026-04-03T10:00:00.123Z", without the fraction when it is zero. */
const char *clock_print(struct arena *a, int64_t at_ms);

/* Read an RFC 3339 time, with "Z" or an offset; false when it is none. */
bool clock_read(const char *text, int64_t *at_ms);

#endif
