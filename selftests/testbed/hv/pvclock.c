// SPDX-License-Identifier: GPL-2.0
/*
 * A guest cannot calibrate its TSC through ports that take an exit each, and
 * an AMD CPU does not say its rate. KVM's clock page does (Linux,
 * Documentation/virt/kvm/x86/msr.rst).
 */
#include "guest.h"
#include "pvclock.h"
#include "x86.h"

#define MSR_KVM_WALL_CLOCK	0x4b564d00
#define MSR_KVM_SYSTEM_TIME	0x4b564d01
#define SYSTEM_TIME_ENABLE	BIT(0)
#define PVCLOCK_TSC_STABLE	BIT(0)

#define PIT_HZ			1193182ULL
#define PIT_TICKS		11932		/* 10 ms */
#define PIT_TRIES		10
#define PORT_PIT_CH2		0x42
#define PORT_PIT_CMD		0x43
#define PORT_PIT_GATE		0x61
#define PIT_CH2_ONESHOT		0xb0
#define GATE_ON			BIT(0)
#define GATE_SPEAKER		BIT(1)
#define GATE_OUT		BIT(5)

#define PORT_RTC_INDEX		0x70
#define PORT_RTC_DATA		0x71

struct pvclock_time {
	u32 version, pad0;
	u64 tsc_timestamp, system_time;
	u32 tsc_to_system_mul;
	s8 tsc_shift;
	u8 flags, pad[2];
} __packed;

struct pvclock_wall {
	u32 version, sec, nsec;
} __packed;

u64 tsc_hz;
static u64 tsc_base;
static u32 epoch_base;

static u32 rtc_bcd(u8 index)
{
	u8 v;

	outb(PORT_RTC_INDEX, index);
	v = inb(PORT_RTC_DATA);
	return (v >> 4) * 10 + (v & 15);
}

/* Days from the civil date, for years 2000 to 2099. */
static u32 rtc_epoch(void)
{
	static const u16 before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	u32 year = rtc_bcd(9), month = rtc_bcd(8), day = rtc_bcd(7);
	u32 days = 10957 + year * 365 + (year + 3) / 4 + before[(month - 1) % 12] + day - 1;

	if (month > 2 && year % 4 == 0)
		days++;
	return ((days * 24 + rtc_bcd(4)) * 60 + rtc_bcd(2)) * 60 + rtc_bcd(0);
}

/* TSC ticks in PIT_TICKS of the PIT's channel 2. */
static u64 measure(void)
{
	u8 gate = inb(PORT_PIT_GATE) & ~GATE_SPEAKER;
	u64 start;

	outb(PORT_PIT_GATE, gate & ~GATE_ON);
	outb(PORT_PIT_CMD, PIT_CH2_ONESHOT);
	outb(PORT_PIT_CH2, PIT_TICKS & 0xff);
	outb(PORT_PIT_CH2, PIT_TICKS >> 8);
	outb(PORT_PIT_GATE, gate | GATE_ON);
	start = rdtsc();
	while (!(inb(PORT_PIT_GATE) & GATE_OUT))
		;
	return rdtsc() - start;
}

/*
 * Before any guest runs. The least of several: when the build machine takes
 * QEMU off its CPU, a measurement can only come out too long.
 */
void pvclock_calibrate(void)
{
	u64 least = ~0ULL, ticks;
	u32 i;

	for (i = 0; i < PIT_TRIES; i++) {
		ticks = measure();
		if (ticks < least)
			least = ticks;
	}
	tsc_hz = least * PIT_HZ / PIT_TICKS;
	tsc_base = rdtsc();
	epoch_base = rtc_epoch();
}

static void write_time(u64 gpa)
{
	struct pvclock_time *t = guest_ptr(gpa, sizeof(*t));
	u64 hz = tsc_hz;
	s8 shift = 0;

	if (!t)
		return;
	for (; hz <= 1000000000ULL; hz <<= 1)
		shift++;
	memset(t, 0, sizeof(*t));
	t->version = 2;
	t->tsc_timestamp = tsc_base;
	t->tsc_to_system_mul = (1000000000ULL << 32) / hz;
	t->tsc_shift = shift;
	t->flags = PVCLOCK_TSC_STABLE;
}

static void write_wall(u64 gpa)
{
	struct pvclock_wall *w = guest_ptr(gpa, sizeof(*w));

	if (w)
		*w = (struct pvclock_wall){ .version = 2, .sec = epoch_base };
}

/* True if @msr is one of the clock's. Reads give zero. */
bool pvclock_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	(void)v;
	if (msr != MSR_KVM_WALL_CLOCK && msr != MSR_KVM_SYSTEM_TIME)
		return false;
	if (!write)
		*val = 0;
	else if (msr == MSR_KVM_WALL_CLOCK)
		write_wall(*val);
	else if (*val & SYSTEM_TIME_ENABLE)
		write_time(*val & ~SYSTEM_TIME_ENABLE);
	return true;
}
