#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include <stdint.h>

/* 128 bits: what products of counts and prices are taken in. */
__extension__ typedef __int128 wide;

/* VALUE, or the nearest int64_t: money saturates, it never wraps around. */
static inline int64_t wide_narrow(wide value)
{
	if (value > INT64_MAX)
		return INT64_MAX;
	return value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

#endif
