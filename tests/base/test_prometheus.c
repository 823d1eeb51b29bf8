#include "base/prometheus.h"

#include "support/row.h"

static const struct {
	const char *label, *labels[5], *want;
} samples[] = {
	{ "no labels", { NULL }, "x_total 1\n" },
	{ "one", { "a", "b", NULL }, "x_total{a=\"b\"} 1\n" },
	{ "two", { "a", "b", "c", "d", NULL }, "x_total{a=\"b\",c=\"d\"} 1\n" },
	{ "an empty one", { "a", "", NULL }, "x_total{a=\"\"} 1\n" },
	{ "a quote",
	  { "a", "b\"} 2\n", NULL },
	  "x_total{a=\"b\\\"} 2\\n\"} 1\n" },
	{ "a backslash",
	  { "a", "\\n\\", NULL },
	  "x_total{a=\"\\\\n\\\\\"} 1\n" },
	{ "UTF-8",
	  { "a", "gr\xc3\xbcn", NULL },
	  "x_total{a=\"gr\xc3\xbcn\"} 1\n" },
};

EACH(prometheus, P64_a_label_stays_one, samples)
{
	struct buf out;

	buf_init(&out, 1000);
	prometheus_sample(&out, "x_total", row->labels, "1");
	cr_expect_str_eq(out.text, row->want, "%s", row->label);
	buf_done(&out);
}

Test(prometheus, a_family_has_help_and_type)
{
	struct buf out;

	buf_init(&out, 1000);
	prometheus_family(&out, "x_total", "counter", "All \\ of\n\"them\".");
	prometheus_sample(&out, "x_total", NULL, "0.5");
	cr_expect_str_eq(out.text, "# HELP x_total All \\\\ of\\n\"them\".\n"
				   "# TYPE x_total counter\nx_total 0.5\n");
	buf_done(&out);
}
