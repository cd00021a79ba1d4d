/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's settings that decide how often it exits. */
#ifndef CVMSTAT_SETTINGS_H
#define CVMSTAT_SETTINGS_H

#include "base/util.h"

/**
 * struct setting - one of them
 * @key: its name
 * @value: as text, NULL if it cannot be read
 * @why: why it matters for exits
 */
struct setting {
	const char *key;
	char *value;
	const char *why;
};

DEFINE_VEC(setting)

void settings_read(struct setting_vec *all, u32 of);
void settings_free(struct setting_vec *all);
bool settings_bounce_peak(u64 *bytes);

#endif
