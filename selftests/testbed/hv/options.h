/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's own command line: lib/qemu.sh, hypervisor_words(). */
#ifndef HV_OPTIONS_H
#define HV_OPTIONS_H

#include "types.h"

const char *next_word(const char **s, size_t *len);
void options_read(const char *cmdline);

#endif
