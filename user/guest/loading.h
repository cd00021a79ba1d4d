/* SPDX-License-Identifier: GPL-2.0 */
/* What keeps the module out of this kernel. */
#ifndef CVMSTAT_LOADING_H
#define CVMSTAT_LOADING_H

#include "base/util.h"

bool loading_locked_down(char *why, size_t size);
void loading_advice(char *buf, size_t size, const char *parameters);

#endif
