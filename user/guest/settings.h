/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's settings that decide how often it exits. */
#ifndef CVMSTAT_SETTINGS_H
#define CVMSTAT_SETTINGS_H

#include "out/out.h"

void settings_collect(struct sheet *s, u32 of);
bool settings_bounce_peak(u64 *bytes);

#endif
