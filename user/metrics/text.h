/* SPDX-License-Identifier: GPL-2.0 */
/* Prometheus' text format, version 0.0.4, as node_exporter's textfile collector takes it. */
#ifndef CVMSTAT_METRICS_TEXT_H
#define CVMSTAT_METRICS_TEXT_H

#include "base/util.h"

struct label {
	const char *name;
	const char *value;
};

/* The labels of one sample. */
#define LABELS(...) ((const struct label[]){ __VA_ARGS__, { NULL, NULL } })
#define NO_LABELS ((const struct label[]){ { NULL, NULL } })

/**
 * struct text - a metric whose samples are being written
 * @f: where to
 * @name: of the metric
 * @type: "counter" or "gauge"
 * @help: one line
 * @titled: name, type and help are written: not before the first sample
 */
struct text {
	FILE *f;
	const char *name;
	const char *type;
	const char *help;
	bool titled;
};

void text_u64(struct text *t, const struct label *labels, u64 value);
void text_real(struct text *t, const struct label *labels, double value);

#endif
