#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/arena.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Money is never a double. Amounts in the books are int64_t nano-dollars
 * (up to 9.2 thousand million dollars), prices are int64_t pico-dollars per
 * unit: one pico-dollar per token is one micro-dollar per million tokens.
 */
enum { NANO_DIGITS = 9, PICO_DIGITS = 12 };

/*
 * Read decimal text ("0.00000015", "1.5e-7", "12", "-3.25") as a whole number
 * of 10^-DIGITS, exactly. False when it is no number, does not fit, or has
 * finer digits that are not zero: what cannot be kept is not rounded away.
 */
bool money_read(struct span text, int digits, int64_t *value);

/* As money_read(), but finer digits are rounded: a half goes up, away from
 * zero. */
bool money_read_rounded(struct span text, int digits, int64_t *value);

/* Print exactly, without trailing zeros: "0.00000015", "12", "-3.25", "0". */
const char *money_print(struct arena *a, int64_t value, int digits);

/* "$0.00000015", and at least two digits behind the point: "$12.00". */
const char *money_dollars(struct arena *a, int64_t nano);

#endif
