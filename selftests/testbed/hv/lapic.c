// SPDX-License-Identifier: GPL-2.0
/*
 * Each vCPU drives the local APIC of the CPU that it is bound to; interrupts
 * reach the guest without the hypervisor. INIT, SIPI and NMI are not sent on:
 * they become requests to the vCPUs that they name. TCG 7.2 has no x2APIC and
 * no TSC deadline: the former is mapped onto the xAPIC page, the latter onto a
 * one-shot timer (QEMU counts it at 1 GHz, as KVM does).
 */
#include "lapic.h"
#include "pvclock.h"

#define QEMU_TIMER_HZ		1000000000ULL
#define TICKS_PER_CRYSTAL	(QEMU_TIMER_HZ / LAPIC_CRYSTAL_HZ)
#define TDCR_DIVIDE_BY_1	0xb
#define LVTT_MODE_MASK		(3U << 17)
#define LVTT_MODE_DEADLINE	(2U << 17)
#define LVT_MASKED		BIT(16)
#define SVR_ENABLE		BIT(8)
#define SVR_VECTOR		0xff
#define POLL_VECTOR		0xfe
#define POLL_TICKS		1000000		/* 1 ms */

#define ICR_MODE(low)		((low) >> 8 & 7)
#define ICR_MODE_NMI		4
#define ICR_MODE_INIT		5
#define ICR_MODE_SIPI		6
#define ICR_LOGICAL		BIT(11)
#define ICR_ASSERT		BIT(14)
#define ICR_LEVEL		BIT(15)
#define ICR_SHORTHAND(low)	((low) >> 18 & 3)
#define ICR_SELF		1
#define ICR_ALL			2
#define ICR_OTHERS		3
#define ICR_NMI_COMMAND		0x4400
#define ICR_INIT_COMMAND	0x4500
#define ICR_SIPI_COMMAND	0x4600
#define ICR_BUSY		BIT(12)

/* MSR_APIC_BASE: APM vol. 2, 16.3.1 and 16.9. */
#define APIC_BASE_BSP		BIT(8)
#define APIC_BASE_X2APIC	BIT(10)
#define APIC_BASE_ENABLE	BIT(11)

bool x2apic_offered, tsc_deadline_offered;

/* What the APIC of QEMU's CPU does not keep. */
static struct {
	u64 base;		/* MSR_APIC_BASE */
	u32 ldr;
	u32 ticks;		/* of QEMU's timer, in one that the guest counts */
	u64 deadline;		/* MSR_TSC_DEADLINE */
	u64 lvtt;		/* as the guest wrote it, x2APIC mode */
	u32 sipi_armed;		/* an INIT came: the next SIPI counts; atomic, others set it */
} apics[MAX_VCPUS];

static u32 reg_read(u32 reg)
{
	return *(volatile u32 *)(LAPIC_BASE + reg);
}

static void reg_write(u32 reg, u32 val)
{
	*(volatile u32 *)(LAPIC_BASE + reg) = val;
}

static bool is_x2apic(const struct vcpu *v)
{
	return apics[v->id].base & APIC_BASE_X2APIC;
}

/* Does an ICR destination name @t? In x2APIC mode dest is 32 bits wide. */
static bool icr_names(const struct vcpu *sender, const struct vcpu *t, u32 low, u32 dest)
{
	switch (ICR_SHORTHAND(low)) {
	case ICR_SELF:
		return t == sender;
	case ICR_ALL:
		return true;
	case ICR_OTHERS:
		return t != sender;
	}
	if (is_x2apic(sender)) {
		if (low & ICR_LOGICAL)
			return dest >> 16 == t->apic_id >> 4 && dest & BIT(t->apic_id & 15);
		return dest == t->apic_id || dest == ~0U;
	}
	if (low & ICR_LOGICAL)
		return dest & (apics[t->id].ldr >> 24);
	return dest == t->apic_id || dest == 0xff;
}

/* The ICR's upper half, which a guest may be about to use, stays. */
static void send(const struct vcpu *target, u32 command)
{
	u32 icr2 = reg_read(LAPIC_ICR2);

	reg_write(LAPIC_ICR2, target->apic_id << 24);
	reg_write(LAPIC_ICR, command);
	reg_write(LAPIC_ICR2, icr2);
}

/**
 * lapic_kick - ask something of another vCPU, or of this one
 * @target: the vCPU, running, halted or on hold
 * @request: VCPU_REQ_*; what the request carries was stored before
 *
 * By an NMI to its CPU.
 */
void lapic_kick(struct vcpu *target, u32 request)
{
	__atomic_or_fetch(&target->request, request, __ATOMIC_RELEASE);
	send(target, ICR_NMI_COMMAND);
}

static bool icr_is_request(u32 low)
{
	return ICR_MODE(low) == ICR_MODE_NMI || ICR_MODE(low) == ICR_MODE_INIT ||
	       ICR_MODE(low) == ICR_MODE_SIPI;
}

/* NMI, INIT or SIPI, as the lower half of an ICR asks it of @t. */
static void request(struct vcpu *t, u32 low)
{
	if (ICR_MODE(low) == ICR_MODE_NMI) {
		lapic_kick(t, VCPU_REQ_NMI);
	} else if (ICR_MODE(low) == ICR_MODE_INIT) {
		/* The end of a level-triggered INIT does nothing. */
		if (low & ICR_LEVEL && !(low & ICR_ASSERT))
			return;
		__atomic_store_n(&apics[t->id].sipi_armed, 1, __ATOMIC_RELEASE);
		lapic_kick(t, VCPU_REQ_INIT);
	} else if (__atomic_exchange_n(&apics[t->id].sipi_armed, 0, __ATOMIC_ACQ_REL)) {
		/* The second of the two SIPIs that Linux sends finds it unarmed. */
		t->sipi_vector = low & 0xff;
		lapic_kick(t, VCPU_REQ_SIPI);
	}
}

static void icr_request(struct vcpu *v, u32 low, u32 dest)
{
	u32 i;

	for (i = 0; i < nr_vcpus; i++)
		if (icr_names(v, &vcpus[i], low, dest))
			request(&vcpus[i], low);
}

/* What the timer seems to run from. */
u64 lapic_hz(const struct vcpu *v)
{
	return QEMU_TIMER_HZ / apics[v->id].ticks;
}

/**
 * lapic_ipi - an interrupt from this vCPU to another, or to itself, not by its ICR
 * @t: the other
 * @low: vector and delivery mode, as in the ICR's lower half
 */
void lapic_ipi(struct vcpu *t, u32 low)
{
	if (icr_is_request(low))
		request(t, low);
	else
		send(t, low);
}

u32 lapic_read(struct vcpu *v, u32 reg)
{
	(void)v;
	return reg_read(reg & ~0xf);
}

void lapic_write(struct vcpu *v, u32 reg, u32 val)
{
	switch (reg) {
	case LAPIC_ICR:
		if (icr_is_request(val)) {
			icr_request(v, val, reg_read(LAPIC_ICR2) >> 24);
			return;
		}
		break;
	case LAPIC_LDR:
		apics[v->id].ldr = val;
		break;
	}
	reg_write(reg, val);
}

/* A logical x2APIC destination becomes one physical IPI for each CPU in it. */
static void x2apic_icr(struct vcpu *v, u64 icr)
{
	u32 low = icr, dest = icr >> 32, i;

	if (icr_is_request(low)) {
		icr_request(v, low, dest);
		return;
	}
	if (!(low & ICR_LOGICAL) || ICR_SHORTHAND(low)) {
		reg_write(LAPIC_ICR2, dest << 24);
		reg_write(LAPIC_ICR, low);
		return;
	}
	for (i = 0; i < nr_vcpus; i++) {
		if (!icr_names(v, &vcpus[i], low, dest))
			continue;
		reg_write(LAPIC_ICR2, vcpus[i].apic_id << 24);
		reg_write(LAPIC_ICR, low & ~ICR_LOGICAL);
	}
}

static void deadline_arm(struct vcpu *v, u64 deadline)
{
	u64 now = rdtsc(), ticks = 0;

	apics[v->id].deadline = deadline;
	if ((apics[v->id].lvtt & LVTT_MODE_MASK) != LVTT_MODE_DEADLINE)
		return;
	if (deadline) {
		ticks = deadline > now ? deadline - now : 0;
		/* Later than the counter can say: an early interrupt, which Linux re-arms. */
		ticks = ticks / tsc_hz > 3 ? ~0U : ticks * QEMU_TIMER_HZ / tsc_hz;
		if (!ticks)
			ticks = 1;
	}
	reg_write(LAPIC_TDCR, TDCR_DIVIDE_BY_1);
	reg_write(LAPIC_TMICT, ticks);
}

static void x2apic_write(struct vcpu *v, u32 reg, u64 val)
{
	switch (reg) {
	case LAPIC_ICR:
		x2apic_icr(v, val);
		break;
	case 0x3f0:	/* self IPI */
		reg_write(LAPIC_ICR, (val & 0xff) | ICR_SELF << 18);
		break;
	case LAPIC_LVTT:
		apics[v->id].lvtt = val;
		reg_write(reg, val & ~(val & LVTT_MODE_DEADLINE));
		break;
	case LAPIC_TMICT:
		val *= apics[v->id].ticks;
		reg_write(reg, val > ~0U ? ~0U : val);
		break;
	case LAPIC_LDR:
		break;
	default:
		reg_write(reg, val);
		break;
	}
}

static u64 x2apic_read(struct vcpu *v, u32 reg)
{
	switch (reg) {
	case LAPIC_ID:
		return v->apic_id;
	case LAPIC_LDR:
		return (v->apic_id >> 4) << 16 | BIT(v->apic_id & 15);
	case LAPIC_ICR:
		return reg_read(LAPIC_ICR) | (u64)(reg_read(LAPIC_ICR2) >> 24) << 32;
	case LAPIC_LVTT:
		return apics[v->id].lvtt;
	case LAPIC_TMICT:
	case LAPIC_TMCCT:
		return reg_read(reg) / apics[v->id].ticks;
	default:
		return reg_read(reg);
	}
}

/*
 * Flat logical IDs are set in hardware, so that messages of devices with a
 * logical destination arrive.
 */
static void x2apic_ldr(const struct vcpu *v)
{
	reg_write(LAPIC_LDR, BIT(24 + (v->apic_id & 7)));
}

/*
 * The way back from x2APIC mode leads through a disabled APIC (APM vol. 2, 16.9).
 * Return: false where a CPU has #GP.
 */
static bool base_write(struct vcpu *v, u64 base)
{
	u64 *now = &apics[v->id].base;
	bool was = *now & APIC_BASE_X2APIC, is = base & APIC_BASE_X2APIC;

	if ((is && !was && !(x2apic_offered && base & APIC_BASE_ENABLE)) ||
	    (was && !is && base & APIC_BASE_ENABLE))
		return false;
	*now = base;
	if (is && !was)
		x2apic_ldr(v);
	return true;
}

/**
 * lapic_msr - an access to one of the local APIC's MSRs
 * Return: false if @msr is none, or not one in the APIC's present mode.
 */
bool lapic_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	if (msr == MSR_APIC_BASE) {
		if (write)
			return base_write(v, *val);
		*val = apics[v->id].base;
		return true;
	}
	if (msr == MSR_TSC_DEADLINE && tsc_deadline_offered) {
		if (write)
			deadline_arm(v, *val);
		else
			*val = apics[v->id].deadline;
		return true;
	}
	if (msr < MSR_X2APIC_FIRST || msr > MSR_X2APIC_LAST || !is_x2apic(v))
		return false;
	if (write)
		x2apic_write(v, (msr - MSR_X2APIC_FIRST) << 4, *val);
	else
		*val = x2apic_read(v, (msr - MSR_X2APIC_FIRST) << 4);
	return true;
}

/* INIT and SIPI for one of QEMU's CPUs, at the hypervisor's own start. */
void lapic_start_cpu(u32 apic_id, u32 vector)
{
	reg_write(LAPIC_ICR2, apic_id << 24);
	reg_write(LAPIC_ICR, ICR_INIT_COMMAND);
	while (reg_read(LAPIC_ICR) & ICR_BUSY)
		cpu_pause();
	reg_write(LAPIC_ICR2, apic_id << 24);
	reg_write(LAPIC_ICR, ICR_SIPI_COMMAND | vector);
}

/* What the guest reads as the APIC's base after reset. */
void lapic_init(struct vcpu *v)
{
	apics[v->id].base = LAPIC_BASE | APIC_BASE_ENABLE | (v->id ? 0 : APIC_BASE_BSP);
	apics[v->id].ticks = 1;
}

/* x2APIC mode, as a TD's APIC has after reset. */
void lapic_x2apic_init(struct vcpu *v)
{
	lapic_init(v);
	apics[v->id].base |= APIC_BASE_X2APIC;
	apics[v->id].ticks = TICKS_PER_CRYSTAL;
	x2apic_ldr(v);
	reg_write(LAPIC_SVR, SVR_ENABLE | SVR_VECTOR);
	apics[v->id].lvtt = LVT_MASKED;
}

/* A periodic tick for a CPU that sleeps in the firmware's hands. */
void lapic_poll_timer(bool on)
{
	reg_write(LAPIC_SVR, on ? SVR_ENABLE | SVR_VECTOR : SVR_VECTOR);
	reg_write(LAPIC_TDCR, TDCR_DIVIDE_BY_1);
	reg_write(LAPIC_LVTT, on ? POLL_VECTOR : LVT_MASKED);
	reg_write(LAPIC_TMICT, on ? POLL_TICKS : 0);
	reg_write(LAPIC_EOI, 0);
}

/* Ends an interrupt that no guest will. */
void lapic_eoi(void)
{
	reg_write(LAPIC_EOI, 0);
}

static bool vector_bit(u32 reg, u32 vector)
{
	return reg_read(reg + (vector >> 5 << 4)) & BIT(vector & 31);
}

/* Is it in service, and was its trigger an edge? No other needs to know of its EOI then. */
bool lapic_is_edge(u32 vector)
{
	return vector_bit(LAPIC_ISR, vector) && !vector_bit(LAPIC_TMR, vector);
}
