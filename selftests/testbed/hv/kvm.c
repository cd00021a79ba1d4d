// SPDX-License-Identifier: GPL-2.0
/* Linux, Documentation/virt/kvm/x86/cpuid.rst. The clock itself: pvclock.c. */
#include "kvm.h"
#include "wait.h"

#define LEAF_SIGNATURE		0x40000000
#define LEAF_FEATURES		0x40000001

#define FEATURE_NOP_IO_DELAY	BIT(1)
#define FEATURE_CLOCKSOURCE2	BIT(3)
#define FEATURE_CLOCK_STABLE	BIT(24)
#define HINT_REALTIME		BIT(0)

/**
 * kvm_cpuid - leaves 0x40000000 and up
 * @clock: whether the paravirtual clock is offered
 */
void kvm_cpuid(u32 leaf, bool clock, struct cpuid_regs *r)
{
	*r = (struct cpuid_regs){ 0 };
	if (leaf == LEAF_SIGNATURE) {
		*r = (struct cpuid_regs){ LEAF_FEATURES, 0x4b4d564b, 0x564b4d56, 0x4d };
	} else if (leaf == LEAF_FEATURES) {
		r->eax = FEATURE_NOP_IO_DELAY;
		if (clock)
			r->eax |= FEATURE_CLOCKSOURCE2 | FEATURE_CLOCK_STABLE;
		r->edx = idle_offer.hint ? HINT_REALTIME : 0;
	}
}
