/* SPDX-License-Identifier: GPL-2.0 */
/* What counts mean, and what to change: data. */
#ifndef CVMSTAT_RULES_H
#define CVMSTAT_RULES_H

#include "advise/facts.h"

#define MOST_TERMS 3
#define MOST_EFFECTS 5
#define MOST_NEEDS 3
#define MOST_WHENS 3

/* A fact, times what lies between two numbers. */
struct term {
	enum fact fact;
	double low, high;
};

/**
 * struct effect - exits of a purpose after the change
 * @purpose: which
 * @terms: their sum is how many there are, at least and at most; none is 0
 */
struct effect {
	const char *purpose;
	struct term terms[MOST_TERMS];
};

/* Evidence: @of is at least @least of @in. */
struct need {
	enum fact of, in;
	double least;
};

/* A category that has a value. */
struct when {
	const char *category;
	const char *value;
};

/**
 * struct rule - a finding and what helps
 * @id: its name
 * @finding: what the counts mean
 * @whens: where it holds
 * @needs: from when on it matters; these facts are the evidence
 * @change: what to do, in the exact words
 * @price: what that costs
 * @how: what the prediction is computed of
 * @measured: the same where how long halts were was measured; NULL if that is no matter
 * @effects: by purpose; a purpose without one stays as it is
 */
struct rule {
	const char *id;
	const char *finding;
	struct when whens[MOST_WHENS];
	struct need needs[MOST_NEEDS];
	const char *change;
	const char *price;
	const char *how;
	const char *measured;
	struct effect effects[MOST_EFFECTS];
};

extern const struct rule rules[];
extern const size_t rule_count;

/* What is left of a purpose: a 90 % range. */
struct range {
	double low, high;
};

bool rule_holds(const struct rule *r, const struct facts *f);
const char *rule_how(const struct rule *r, const struct facts *f);
struct range rule_predict(const struct rule *r, const struct facts *f, const char *purpose);
struct range rule_predict_all(const struct rule *r, const struct facts *f);
const struct rule *rule_find(const char *id);
bool exits_matter(const struct facts *f, double *part);

#endif
