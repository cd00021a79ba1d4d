/* SPDX-License-Identifier: GPL-2.0 */
/* What a workload prints goes into a file. */
#ifndef CVMSTAT_OUTPUT_H
#define CVMSTAT_OUTPUT_H

#include "store/run.h"

int output_open(void);
char *output_read(int fd, size_t *size);
void output_keep(struct run *r, const char *text, size_t size);
void output_show_end(const char *text);

#endif
