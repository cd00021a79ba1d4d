// SPDX-License-Identifier: GPL-2.0
#include "face.h"
#include "lapic.h"
#include "msr.h"

/*
 * Passed to QEMU's CPU, which knows them or reads them as zero: machine check,
 * MTRR, microcode level, debug control, AMD's configuration registers that Linux
 * reads or writes without an exception handler, and its performance counters,
 * which read as zero with KVM, too, where the guest has none.
 */
static const struct {
	u32 first, last;
} passed_msrs[] = {
	{ 0x17, 0x17 }, { 0x3a, 0x3b }, { 0x8b, 0x8b }, { 0xce, 0xce }, { 0xe7, 0xe8 },
	{ 0xfe, 0xfe }, { 0x140, 0x140 }, { 0x179, 0x17b }, { 0x198, 0x199 }, { 0x19c, 0x19c },
	{ 0x1a0, 0x1a0 }, { 0x1b0, 0x1b0 }, { 0x1d9, 0x1d9 }, { 0x200, 0x21f },
	{ 0x250, 0x26f }, { MSR_PAT, MSR_PAT }, { 0x2ff, 0x2ff }, { 0x400, 0x47f },
	{ 0x48, 0x49 }, { 0xc0000102, MSR_TSC_AUX }, { 0xc0000108, 0xc0000108 },
	{ 0xc0010000, 0xc0010007 }, { 0xc0010010, 0xc0010010 }, { 0xc0010015, 0xc0010015 },
	{ 0xc001001a, 0xc001001f }, { 0xc0010020, 0xc0010020 }, { 0xc0010055, 0xc0010055 },
	{ 0xc0010058, 0xc0010058 }, { 0xc0010200, 0xc001020b },
	{ 0xc0010112, 0xc0010114 }, { 0xc0010140, 0xc0010141 }, { 0xc0011000, 0xc001102f },
};

/**
 * msr_access - what the hypervisor does for RDMSR and WRMSR
 * @v: the vCPU
 * @msr: index
 * @write: direction
 * @val: the value, in or out
 * Return: false for a register that this guest has not: #GP.
 */
bool msr_access(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	u32 i;

	if (lapic_msr(v, msr, write, val) || face->msr(v, msr, write, val))
		return true;
	if (msr == MSR_TSC && !write) {
		*val = rdtsc();
		return true;
	}
	for (i = 0; i < ARRAY_SIZE(passed_msrs); i++) {
		if (msr < passed_msrs[i].first || msr > passed_msrs[i].last)
			continue;
		if (write)
			wrmsr(msr, *val);
		else
			*val = rdmsr(msr);
		return true;
	}
	return false;
}
