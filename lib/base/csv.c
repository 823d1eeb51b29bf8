#include "base/csv.h"

#include <string.h>

static void separate(struct csv *csv)
{
	if (csv->inside)
		buf_text(csv->buf, ",");
	csv->inside = true;
}

void csv_plain(struct csv *csv, const char *text)
{
	separate(csv);
	buf_text(csv->buf, text);
}

/* Some spreadsheets take the wide forms of the four signs for them. */
static bool is_formula(const char *text)
{
	static const char *const wide[] = { "\uFF1D", "\uFF0B", "\uFF0D",
					    "\uFF20" };

	if (*text && strchr("=+-@\t\r\n", *text))
		return true;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (!strncmp(text, wide[i], strlen(wide[i])))
			return true;
	return false;
}

void csv_text(struct csv *csv, const char *text)
{
	bool formula;

	text = text ? text : "";
	formula = is_formula(text);
	separate(csv);
	if (!formula && !strpbrk(text, "\",\r\n") && *text != ' ') {
		buf_text(csv->buf, text);
		return;
	}
	buf_text(csv->buf, formula ? "\"'" : "\"");
	for (size_t len; *text; text += len) {
		len = strcspn(text, "\"");
		buf_add(csv->buf, text, len);
		if (text[len]) {
			buf_text(csv->buf, "\"\"");
			len++;
		}
	}
	buf_text(csv->buf, "\"");
}

void csv_end(struct csv *csv)
{
	buf_text(csv->buf, "\r\n");
	csv->inside = false;
}
