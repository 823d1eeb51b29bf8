#include "base/settings_table.h"

#include "base/settings.h"

#include <inttypes.h>
#include <string.h>

#define AT(member) #member, offsetof(struct settings, member)

#define MIB    INT64_C(1048576)
#define MINUTE INT64_C(60000) /* milliseconds, as all times here */
#define DAY    INT64_C(86400000)

const struct setting SETTINGS[] = {
	{ AT(database), SETTING_FILE, "turnpike.db", 1, 0, NULL,
	  "the SQLite file; it must lie on a disk of this machine" },
	{ AT(sealing_key), SETTING_FILE, "turnpike.key", 1, 0, NULL,
	  "the file with the key that provider credentials are sealed with" },
	{ AT(log_file), SETTING_FILE, "", 0, 0, NULL,
	  "where programs write their log; empty: to standard error" },
	{ AT(log_requests), SETTING_SWITCH, "on", 0, 0, NULL,
	  "whether the log gets a line for each request; without it there are "
	  "lines for what goes wrong alone" },
	{ AT(metrics), SETTING_CHOICE, "token", 0, 0, "token|loopback|open|off",
	  "who gets the numbers of the whole installation at /metrics: whoever "
	  "has the token, this machine as well, anybody; off: there are none" },
	{ AT(metrics_token), SETTING_FILE, "", 0, 0, NULL,
	  "the file with the token that Prometheus sends; empty: there is "
	  "none" },
	{ AT(metrics_models), SETTING_NUMBER, "200", 1, 10000, NULL,
	  "models at providers that metrics call by their names; the others "
	  "are added up" },
	{ AT(journal), SETTING_CHOICE, "wal", 0, 0, "wal|rollback",
	  "how the database keeps its promises; rollback is slow, but works on "
	  "network file systems" },
	{ AT(synchronous), SETTING_CHOICE, "normal", 0, 0, "normal|full",
	  "full: no commit is lost when the power fails; normal: the last "
	  "few may be, and the books still balance" },
	{ AT(base_path), SETTING_PREFIX, "", 0, 0, NULL,
	  "what the web server has in front of /v1, if anything" },
	{ AT(sandbox), SETTING_SWITCH, "off", 0, 0, NULL,
	  "whether the make-believe provider answers" },
	{ AT(public_models), SETTING_SWITCH, "off", 0, 0, NULL,
	  "whether models, endpoints and providers are shown without a key" },
	{ AT(connections), SETTING_NUMBER, "0", 0, 1024, NULL,
	  "database connections of a process; 0: twice the processors" },
	{ AT(busy_wait_ms), SETTING_NUMBER, "5000", 0, 10 * MINUTE, NULL,
	  "how long a change waits for another process's, in milliseconds" },
	{ AT(body_limit), SETTING_NUMBER, "10485760", 1, 2047 * MIB, NULL,
	  "the largest request body, in bytes" },
	{ AT(proxy_body_limit), SETTING_NUMBER, "104857600", 1, MIB *MIB, NULL,
	  "the largest request body that is passed on to a provider's own API, "
	  "in bytes" },
	{ AT(proxy_unpriced), SETTING_SWITCH, "off", 0, 0, NULL,
	  "whether a provider's own API may be asked for what has no price; "
	  "budgets do not bound that, and keys can reach what others have "
	  "stored there" },
	{ AT(proxy_hold), SETTING_NUMBER, "10000", 0, 1000000000, NULL,
	  "what must be there to be held for such a request, in micro-dollars" },
	{ AT(answer_limit), SETTING_NUMBER, "67108864", 1, 2047 * MIB, NULL,
	  "the largest whole answer taken from a provider, in bytes" },
	{ AT(event_limit), SETTING_NUMBER, "16777216", 1, 2047 * MIB, NULL,
	  "the largest single event of a stream, in bytes" },
	{ AT(max_threads), SETTING_NUMBER, "1024", 1, 65536, NULL,
	  "requests that a process answers at the same time" },
	{ AT(spare_threads), SETTING_NUMBER, "4", 1, 1024, NULL,
	  "threads kept waiting for the next request" },
	{ AT(stop_ms), SETTING_NUMBER, "2000", 0, 10 * MINUTE, NULL,
	  "how long requests under way get after SIGTERM, in milliseconds" },
	{ AT(send_ms), SETTING_NUMBER, "30000", 1, DAY, NULL,
	  "how long a client may leave its answer unread, in milliseconds" },
	{ AT(connect_ms), SETTING_NUMBER, "10000", 1, 10 * MINUTE, NULL,
	  "how long connecting to a provider may take, in milliseconds" },
	{ AT(first_byte_ms), SETTING_NUMBER, "120000", 1, DAY, NULL,
	  "how long a provider may think before it answers, in milliseconds" },
	{ AT(idle_ms), SETTING_NUMBER, "120000", 1, DAY, NULL,
	  "how long a provider may fall silent in an answer, in milliseconds" },
	{ AT(total_ms), SETTING_NUMBER, "3600000", 1, DAY, NULL,
	  "how long an answer may take from end to end, in milliseconds" },
	{ AT(attempts), SETTING_NUMBER, "5", 1, 100, NULL,
	  "endpoints tried for one request, at the most" },
	{ AT(commit_head_ms), SETTING_NUMBER, "5000", 0, 10 * MINUTE, NULL,
	  "how long a stream waits for its first content before its status is "
	  "sent, in milliseconds" },
	{ AT(heartbeat_ms), SETTING_NUMBER, "3000", 1, 10 * MINUTE, NULL,
	  "after so many milliseconds of silence a stream gets a comment" },
	{ AT(whole_space_ms), SETTING_NUMBER, "15000", 1, DAY, NULL,
	  "after so many milliseconds of waiting a whole answer gets a space" },
	{ AT(retry_after_max), SETTING_NUMBER, "5", 0, 3600, NULL,
	  "a provider that asks for more seconds of patience is left" },
	{ AT(sse_pad), SETTING_NUMBER, "0", 0, MIB, NULL,
	  "bytes of padding behind each event, for hosts that buffer" },
	{ AT(slice_tokens), SETTING_NUMBER, "8192", 1, 10000000, NULL,
	  "a stream's output is paid for in advance in slices of so many "
	  "tokens" },
	{ AT(hold_s), SETTING_NUMBER, "7200", 1, 2592000, NULL,
	  "seconds until a hold is swept whose process cannot be seen" },
	{ AT(output_unknown), SETTING_NUMBER, "32768", 1, 10000000, NULL,
	  "output tokens expected of a model with no known limit" },
	{ AT(free_models), SETTING_CHOICE, "variants", 0, 0,
	  "all|variants|none",
	  "which models that cost nothing have the limits that follow: all, "
	  "those whose name ends in :free, or none" },
	{ AT(free_per_minute), SETTING_NUMBER, "20", 0, MIB, NULL,
	  "requests for free models that an account may make in a minute; 0: "
	  "not one" },
	{ AT(free_per_day), SETTING_NUMBER, "50", 0, MIB, NULL,
	  "and in a day of UTC" },
	{ AT(free_per_day_bought), SETTING_NUMBER, "1000", 0, MIB, NULL,
	  "and in a day when it has been given as much credit as follows" },
	{ AT(free_bought), SETTING_NUMBER, "5", 0, MIB, NULL,
	  "in dollars, over all its time" },
};

const size_t SETTINGS_COUNT = sizeof(SETTINGS) / sizeof(SETTINGS[0]);

/* "wal|rollback" as "wal or rollback". */
static const char * or (struct arena * a, const char *choices)
{
	const char *bar = strchr(choices, '|');

	if (!bar)
		return choices;
	return arena_print(a, "%.*s or %s", (int)(bar - choices), choices,
			   or (a, bar + 1));
}

const char *setting_bounds(struct arena *a, const struct setting *row)
{
	switch (row->type) {
	case SETTING_TEXT: return "any text";
	case SETTING_FILE:
		return row->least ? "a file name" : "a file name, or empty";
	case SETTING_PREFIX: return "a path such as /llm, or empty";
	case SETTING_NUMBER:
		return arena_print(
			a, "a whole number from %" PRId64 " to %" PRId64,
			row->least, row->most);
	case SETTING_CHOICE: return or (a, row->choices);
	case SETTING_SWITCH: return "on or off";
	}
	return "";
}
