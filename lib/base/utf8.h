#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/*
 * How many bytes the UTF-8 character at AT takes, 1 to 4; 0 when there is no
 * whole and well-formed one before END. Overlong forms, surrogates and what
 * lies beyond U+10FFFF are not well-formed (RFC 3629).
 */
static inline size_t utf8_len(const char *at, const char *end)
{
	const unsigned char *s = (const unsigned char *)at;
	size_t room = (size_t)(end - at), len, i;
	unsigned char low = 0x80, high = 0xBF;

	if (room == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : low;
	high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : high;
	if (room < len || s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < len && (s[i] & 0xC0) == 0x80; i++)
		;
	return i == len ? len : 0;
}

#endif
