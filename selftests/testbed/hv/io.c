// SPDX-License-Identifier: GPL-2.0
#include "guest.h"
#include "io.h"
#include "lapic.h"
#include "ledger.h"

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
