/* SPDX-License-Identifier: GPL-2.0 */
/* What else describes a guest, for those who look at its runs later and elsewhere. */
#ifndef CVMSTAT_ABOUT_H
#define CVMSTAT_ABOUT_H

#include "guest/settings.h"

void about_read(struct setting_vec *all);
void about_program(struct setting_vec *all, const char *name);
bool about_is_private(const char *key);
void about_boot_id(char *buf, size_t size);

#endif
