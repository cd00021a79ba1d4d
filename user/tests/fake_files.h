/* SPDX-License-Identifier: GPL-2.0 */
/* What the linker makes of fopen() and geteuid() with --wrap. */
#ifndef CVMSTAT_FAKE_FILES_H
#define CVMSTAT_FAKE_FILES_H

#include <stdio.h>
#include <unistd.h>

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);

#endif
