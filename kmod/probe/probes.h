/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PROBES_H
#define CVMSTAT_PROBES_H

#include <linux/kprobes.h>

int cvm_probe_ask(const char *symbol, unsigned long *addr);
int cvm_probe_add(struct kprobe *kp);
int cvm_probe_add_armed(struct kprobe *kp);
void cvm_probe_remove(struct kprobe *kp);
void cvm_probes_flush(void);

#endif /* CVMSTAT_PROBES_H */
