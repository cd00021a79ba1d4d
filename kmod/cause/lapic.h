/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC's registers, by MMIO or, in x2APIC mode, by MSR. */
#ifndef CVMSTAT_CAUSE_LAPIC_H
#define CVMSTAT_CAUSE_LAPIC_H

#include "cause.h"

int lapic_setup(struct cause_env *env);
void lapic_teardown(struct cause_env *env);
u32 lapic_read(struct cause_env *env, u32 reg);
void lapic_write(struct cause_env *env, u32 reg, u32 val);
void lapic_send(struct cause_env *env, u32 id, u32 command);

#endif /* CVMSTAT_CAUSE_LAPIC_H */
