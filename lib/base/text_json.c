#include "base/text_json.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <string.h>

json_t *text_json(const char *text)
{
	const char *end;
	struct buf mended;
	json_t *json;

	if (!text || !*text)
		return json_null();
	json = json_string(text);
	if (json)
		return json;
	end = text + strlen(text);
	buf_init(&mended, 3 * strlen(text));
	for (size_t len; text < end; text += len ? len : 1) {
		len = utf8_len(text, end);
		if (len)
			buf_add(&mended, text, len);
		else
			buf_text(&mended, "\xEF\xBF\xBD");
	}
	json = json_string(mended.text);
	buf_done(&mended);
	return json;
}
