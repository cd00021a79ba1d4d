/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC: QEMU's own, with the IPIs that start CPUs taken out. */
#ifndef HV_LAPIC_H
#define HV_LAPIC_H

#include "vcpu.h"

/* APM vol. 2, table 16-2: local APIC registers. */
#define LAPIC_BASE	0xfee00000UL
#define LAPIC_ID	0x020
#define LAPIC_TPR	0x080
#define LAPIC_EOI	0x0b0
#define LAPIC_LDR	0x0d0
#define LAPIC_SVR	0x0f0
#define LAPIC_ISR	0x100
#define LAPIC_TMR	0x180
#define LAPIC_ICR	0x300
#define LAPIC_ICR2	0x310
#define LAPIC_LVTT	0x320
#define LAPIC_TMICT	0x380
#define LAPIC_TMCCT	0x390
#define LAPIC_TDCR	0x3e0

/*
 * A TD's timer seems to run from this crystal: what CPUID leaf 0x15 says, Linux
 * takes it to run from.
 */
#define LAPIC_CRYSTAL_HZ	25000000ULL

/* Does CPUID say that there is an x2APIC? A TD has one in any case. */
extern bool x2apic_offered;
extern bool tsc_deadline_offered;

u32 lapic_read(struct vcpu *v, u32 reg);
void lapic_write(struct vcpu *v, u32 reg, u32 val);
/* x2APIC registers, TSC deadline and the base register. */
bool lapic_msr(struct vcpu *v, u32 msr, bool write, u64 *val);

u64 lapic_hz(const struct vcpu *v);
void lapic_ipi(struct vcpu *t, u32 low);
bool lapic_is_edge(u32 vector);
void lapic_kick(struct vcpu *target, u32 request);
void lapic_start_cpu(u32 apic_id, u32 vector);
void lapic_init(struct vcpu *v);
void lapic_x2apic_init(struct vcpu *v);
void lapic_poll_timer(bool on);
void lapic_eoi(void);

#endif
