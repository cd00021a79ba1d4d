// SPDX-License-Identifier: GPL-2.0
/* prometheus.io/docs/instrumenting/exposition_formats, without timestamps. */
#include "base/utf8.h"
#include "metrics/text.h"

static void title(struct text *t)
{
	if (t->titled)
		return;
	t->titled = true;
	fprintf(t->f, "# HELP %s %s\n# TYPE %s %s\n", t->name, t->help, t->name, t->type);
}

/* Names may be any bytes; what is not UTF-8 becomes U+FFFD. */
static void quote(FILE *f, const char *text)
{
	static const struct escapes escapes = {
		.bad = "\xef\xbf\xbd",
		.as = { { '\n', "\\n" }, { '"', "\\\"" }, { '\\', "\\\\" } },
	};

	fputc('"', f);
	utf8_write(f, text, SIZE_MAX, &escapes);
	fputc('"', f);
}

static void name_and_labels(struct text *t, const struct label *label)
{
	const char *before = "{";

	title(t);
	fputs(t->name, t->f);
	for (; label->name; label++) {
		fprintf(t->f, "%s%s=", before, label->name);
		quote(t->f, label->value);
		before = ",";
	}
	fputs(*before == ',' ? "} " : " ", t->f);
}

void text_u64(struct text *t, const struct label *labels, u64 value)
{
	name_and_labels(t, labels);
	fprintf(t->f, "%llu\n", value);
}

void text_real(struct text *t, const struct label *labels, double value)
{
	name_and_labels(t, labels);
	fprintf(t->f, "%.15g\n", value);
}
