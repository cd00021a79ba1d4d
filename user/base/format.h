/* SPDX-License-Identifier: GPL-2.0 */
/* Figures as people read them. */
#ifndef CVMSTAT_FORMAT_H
#define CVMSTAT_FORMAT_H

#include "base/util.h"

const char *grouped(u64 val, char *buf, size_t size);
const char *plural(u64 n, const char *things, char *buf, size_t size);
const char *bytes_text(u64 val, char *buf, size_t size);
const char *time_text(double ns, char *buf, size_t size);
const char *utc_text(u64 ns, char *buf, size_t size);
const char *count_text(double val, char *buf, size_t size);
const char *four_digits(double val, char *buf, size_t size);

#endif
