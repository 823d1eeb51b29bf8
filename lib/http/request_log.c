#include "http/request_log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/money.h"
#include "domain/key.h"

#include <inttypes.h>
#include <string.h>

/* Of a line, and of one value as it came; escaped it may be four times that. */
enum { LINE_MOST = 7 * 1024, VALUE_MOST = 400 };

bool request_log_on(const struct exchange *x)
{
	return x->suite->settings->log_requests;
}

static bool is_plain(const char *value)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._~/:@+*%,";

	return *value && strlen(value) <= VALUE_MOST &&
	       !value[strspn(value, letters)];
}

static void add_letter(struct buf *line, unsigned char c)
{
	if (c == '"' || c == '\\')
		buf_print(line, "\\%c", c);
	else if (c == '\n')
		buf_text(line, "\\n");
	else if (c < ' ' || c > '~')
		buf_print(line, "\\x%02x", c);
	else
		buf_add(line, &c, 1);
}

static void add_quoted(struct buf *line, const char *value)
{
	size_t len = strlen(value);

	buf_text(line, "\"");
	for (size_t i = 0; i < len && i < VALUE_MOST; i++)
		add_letter(line, (unsigned char)value[i]);
	buf_text(line, len > VALUE_MOST ? "...\"" : "\"");
}

/* A line under way. */
struct line {
	struct arena *arena;
	struct buf text;
};

/* NULL is not said at all. Keys are taken out before anything is escaped: a
 * "\n" in front of one would look like a part of its word. */
static void add(struct line *line, const char *name, const char *value)
{
	char *clean;

	if (!value)
		return;
	clean = arena_copy(line->arena, value, strlen(value));
	log_redact(clean);
	buf_print(&line->text, "%s%s=", line->text.len ? " " : "", name);
	if (is_plain(clean))
		buf_text(&line->text, clean);
	else
		add_quoted(&line->text, clean);
}

/* A key is as good as its label, which all lists show. */
static void add_caller(struct line *line, const struct key *key)
{
	if (!key)
		return;
	add(line, "key", key->label);
	add(line, "account", key->account);
}

static void add_trace(struct line *line, const struct exchange *x)
{
	const struct trace *t = &x->trace;

	add(line, "generation", t->generation);
	add(line, "model", t->model);
	add(line, "provider", t->provider);
	add(line, "outcome", t->outcome);
	if (t->generation)
		add(line, "cost",
		    money_print(x->arena, t->charge, NANO_DIGITS));
	if (x->gone)
		add(line, "gone", "yes");
	add(line, "error", t->error);
}

void request_log_end(const struct exchange *x)
{
	struct line line = { .arena = x->arena };

	if (!request_log_on(x))
		return;
	buf_init(&line.text, LINE_MOST);
	add(&line, "request", x->id);
	add(&line, "method", x->method);
	add(&line, "path", x->path);
	buf_print(&line.text, " status=%d bytes=%" PRId64 " ms=%" PRId64,
		  x->status, x->sent,
		  (clock_ticks_us() - x->started_us) / 1000);
	add_caller(&line, x->key);
	add_trace(&line, x);
	log_line(x->suite->log, "%s", line.text.text);
	buf_done(&line.text);
}
