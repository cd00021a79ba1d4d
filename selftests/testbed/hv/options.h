/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's own command line: lib/qemu.sh, hypervisor_words(). */
#ifndef HV_OPTIONS_H
#define HV_OPTIONS_H

void options_read(const char *cmdline);

#endif
