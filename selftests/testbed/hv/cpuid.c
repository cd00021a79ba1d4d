// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's CPU without what a guest here cannot use. XSAVE goes, with all that
 * needs it: TCG 7.2 has XSAVE but no XSAVEC, and an SNP guest that finds leaf
 * 0xD without XSAVEC terminates itself.
 */
#include "cpuid.h"
#include "lapic.h"
#include "wait.h"

#define L1_ECX_MONITOR		BIT(3)
#define L1_ECX_FMA		BIT(12)
#define L1_ECX_X2APIC		BIT(21)
#define L1_ECX_TSC_DEADLINE	BIT(24)
#define L1_ECX_XSAVE		BIT(26)
#define L1_ECX_OSXSAVE		BIT(27)
#define L1_ECX_AVX		BIT(28)
#define L1_ECX_F16C		BIT(29)
#define L1_ECX_HYPERVISOR	BIT(31)
/* Monitored bytes; leaf 5 says more than those, namely that C1 has a state. */
#define MONITOR_LINE		64
#define L5_ECX_EXTENSIONS	BIT(0)
#define L5_EDX_ONE_C1		BIT(4)
#define L7_EBX_AVX2		BIT(5)
/* PKU, OSPKE, VAES, VPCLMULQDQ */
#define L7_ECX_NEED_XSAVE	(BIT(3) | BIT(4) | BIT(9) | BIT(10))
#define X1_ECX_SVM		BIT(2)
#define X7_EDX_INVARIANT_TSC	BIT(8)

#define LEAF_BRAND		0x80000002

/*
 * The brand says what this CPU is: who measures times here must be able to know
 * that they are an emulator's. 16 bytes a leaf.
 */
static void cpuid_brand(u32 leaf, struct cpuid_regs *r)
{
	static const char brand[48] = "cvmbed, emulated by QEMU TCG";

	memcpy(r, brand + (leaf - LEAF_BRAND) * sizeof(*r), sizeof(*r));
}

/* For this CPU: topology leaves carry its APIC ID. */
void cpuid_common(u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	*r = cpuid(leaf, subleaf);
	switch (leaf) {
	case 0:
		r->eax = CPUID_MAX_STD;
		break;
	case 1:
		r->ecx &= ~(L1_ECX_MONITOR | L1_ECX_FMA | L1_ECX_X2APIC | L1_ECX_TSC_DEADLINE |
			    L1_ECX_XSAVE | L1_ECX_OSXSAVE | L1_ECX_AVX | L1_ECX_F16C);
		r->ecx |= L1_ECX_HYPERVISOR | (idle_offer.mwait ? L1_ECX_MONITOR : 0) |
			  (x2apic_offered ? L1_ECX_X2APIC : 0);
		break;
	case 5:
		if (idle_offer.mwait)
			*r = (struct cpuid_regs){ MONITOR_LINE, MONITOR_LINE, L5_ECX_EXTENSIONS,
						  L5_EDX_ONE_C1 };
		break;
	case 7:
		r->ebx &= ~L7_EBX_AVX2;
		r->ecx &= ~L7_ECX_NEED_XSAVE;
		break;
	case 0xd:
	case 0x8000000a:
		*r = (struct cpuid_regs){ 0 };
		break;
	case 0x80000001:
		r->ecx &= ~X1_ECX_SVM;
		break;
	case LEAF_BRAND:
	case LEAF_BRAND + 1:
	case LEAF_BRAND + 2:
		cpuid_brand(leaf, r);
		break;
	case 0x80000007:
		r->edx |= X7_EDX_INVARIANT_TSC;
		break;
	}
}
