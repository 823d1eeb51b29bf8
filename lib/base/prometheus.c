#include "base/prometheus.h"

#include <stddef.h>

/* A help text escapes no quotes: it has none around it. */
static void escape(struct buf *out, const char *text, bool quoted)
{
	for (; *text; text++)
		if (*text == '\\')
			buf_text(out, "\\\\");
		else if (*text == '\n')
			buf_text(out, "\\n");
		else if (*text == '"' && quoted)
			buf_text(out, "\\\"");
		else
			buf_add(out, text, 1);
}

void prometheus_family(struct buf *out, const char *name, const char *type,
		       const char *help)
{
	buf_print(out, "# HELP %s ", name);
	escape(out, help, false);
	buf_print(out, "\n# TYPE %s %s\n", name, type);
}

void prometheus_sample(struct buf *out, const char *name,
		       const char *const *labels, const char *value)
{
	buf_text(out, name);
	for (size_t i = 0; labels && labels[i]; i += 2) {
		buf_print(out, "%s%s=\"", i ? "," : "{", labels[i]);
		escape(out, labels[i + 1], true);
		buf_text(out, "\"");
	}
	buf_print(out, "%s %s\n", labels && labels[0] ? "}" : "", value);
}
