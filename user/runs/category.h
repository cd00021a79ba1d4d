/* SPDX-License-Identifier: GPL-2.0 */
/* What kind of guest a run was made in, by the settings that decide exits. */
#ifndef CVMSTAT_CATEGORY_H
#define CVMSTAT_CATEGORY_H

#include "store/run.h"

/**
 * struct category - a property that divides runs
 * @key: its name
 * @reboot: a guest has to be booted to change it
 * @get: its value, NULL if that is not known; @buf is room for it
 */
struct category {
	const char *key;
	bool reboot;
	const char *(*get)(const struct run *r, char *buf, size_t size);
};

extern const struct category categories[];
extern const size_t category_count;

const char *category_value(const struct run *r, const char *key, char *buf, size_t size);
const struct category *category_find(const char *key);

#endif
