/* SPDX-License-Identifier: GPL-2.0 */
/* What this machine is, as far as it can be told without the module. */
#ifndef CVMSTAT_PROBE_H
#define CVMSTAT_PROBE_H

#include "base/util.h"

/* Whose hypercalls and paravirtual interfaces there are. */
enum hypervisor { HYPERVISOR_UNKNOWN, HYPERVISOR_KVM, HYPERVISOR_HYPERV };

enum hypervisor probe_hypervisor(void);
bool probe_realtime_hint(void);
bool probe_kvm_features(u32 *features);
bool probe_platform(char *buf, size_t size);
bool probe_kind(u32 *platform);
bool probe_emulator(char *buf, size_t size);
bool probe_reads_configuration(void);
bool probe_refusal(char *buf, size_t size);

#endif
