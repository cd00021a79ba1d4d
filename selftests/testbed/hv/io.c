// SPDX-License-Identifier: GPL-2.0
#include "guest.h"
#include "io.h"
#include "lapic.h"
#include "ledger.h"
#include "pvclock.h"

/* The ways to end a run: ICH9 PM1a control, reset control, keyboard controller. */
#define PORT_PM1A_CNT		0x604
#define PM1A_SLP_EN		BIT(13)
#define PORT_RESET		0xcf9
#define RESET_CPU		BIT(2)
#define PORT_KBC		0x64
#define KBC_PULSE_RESET		0xfe

u32 io_in(u16 port, u32 size)
{
	switch (size) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

static bool io_ends_run(u16 port, u32 val)
{
	return (port == PORT_PM1A_CNT && val & PM1A_SLP_EN) ||
	       (port == PORT_RESET && val & RESET_CPU) ||
	       (port == PORT_KBC && val == KBC_PULSE_RESET);
}

void io_out(u16 port, u32 size, u32 val)
{
	if (io_ends_run(port, val))
		ledger_end();
	switch (size) {
	case 1:
		outb(port, val);
		break;
	case 2:
		outw(port, val);
		break;
	default:
		outl(port, val);
		break;
	}
}

/* Only what is no RAM, and no page of ours. */
bool mmio_allowed(u64 gpa, u32 size)
{
	u64 end = gpa + size - 1;

	if (!size || size > 8 || size & (size - 1) || end < gpa || end > GPA_MASK)
		return false;
	return !gpa_is_ram(gpa) && !gpa_is_ram(end) &&
	       (end < (u64)hv_image_start || gpa >= (u64)hv_image_end);
}

/* @gpa: without alias bit, allowed by mmio_allowed() */
u64 mmio_read(struct vcpu *v, u64 gpa, u32 size)
{
	if (gpa >> PAGE_SHIFT == LAPIC_BASE >> PAGE_SHIFT)
		return lapic_read(v, gpa & ~PAGE_MASK);
	switch (size) {
	case 1:
		return *(volatile u8 *)gpa;
	case 2:
		return *(volatile u16 *)gpa;
	case 4:
		return *(volatile u32 *)gpa;
	default:
		return *(volatile u64 *)gpa;
	}
}

void mmio_write(struct vcpu *v, u64 gpa, u32 size, u64 val)
{
	if (gpa >> PAGE_SHIFT == LAPIC_BASE >> PAGE_SHIFT) {
		lapic_write(v, gpa & ~PAGE_MASK, val);
		return;
	}
	switch (size) {
	case 1:
		*(volatile u8 *)gpa = val;
		break;
	case 2:
		*(volatile u16 *)gpa = val;
		break;
	case 4:
		*(volatile u32 *)gpa = val;
		break;
	default:
		*(volatile u64 *)gpa = val;
		break;
	}
}

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

	if (lapic_msr(v, msr, write, val) || pvclock_msr(v, msr, write, val))
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
