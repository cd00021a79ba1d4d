// SPDX-License-Identifier: GPL-2.0
/* Synthetic MSRs: TLFS, "Virtual processors", "Timers", "Interrupts". */
#include "guest.h"
#include "hyperv.h"
#include "lapic.h"
#include "platform.h"
#include "pvclock.h"

/* vmmcall; ret. In front, what indirect calls want: endbr64. */
static const u8 hypercall_code[] = { 0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x01, 0xd9, 0xc3 };

/* TLFS, "Reference TSC page". */
struct reference_tsc {
	u32 sequence, rsvd;
	u64 scale, offset;
} __packed;

static u64 guest_os_id, hypercall_page, reference_tsc, tsc_invariant;
static u64 assist_pages[MAX_VCPUS];

/*
 * Time is what the TSC says, from its zero on: the scale is a fraction of 2^64.
 * By hand, as the compiler would call a library; the TSC is faster than REF_HZ.
 */
static u64 tsc_scale(void)
{
	u64 scale, rest = REF_HZ;

	__asm__("divq %2" : "=a"(scale), "+d"(rest) : "r"(tsc_hz), "a"(0ULL) : "cc");
	return scale;
}

static u64 reference_time(void)
{
	return (u64)((__uint128_t)rdtsc() * tsc_scale() >> 64);
}

static bool write_hypercall_page(u64 val)
{
	void *page = guest_ptr(val & PAGE_MASK, PAGE_SIZE);

	if (val & PAGE_ENABLE) {
		if (!guest_os_id || !page)
			return false;
		memcpy(page, hypercall_code, sizeof(hypercall_code));
	}
	hypercall_page = val;
	return true;
}

static bool write_reference_tsc(u64 val)
{
	struct reference_tsc *page = guest_ptr(val & PAGE_MASK, PAGE_SIZE);

	if (val & PAGE_ENABLE) {
		if (!page)
			return false;
		*page = (struct reference_tsc){ .sequence = 1, .scale = tsc_scale() };
	}
	reference_tsc = val;
	return true;
}

/* The APIC's ICR in one MSR, as an xAPIC has it in two. */
static void write_icr(struct vcpu *v, u64 val)
{
	lapic_write(v, LAPIC_ICR2, val >> 32);
	lapic_write(v, LAPIC_ICR, val);
}

static bool msr_write(struct vcpu *v, u32 msr, u64 val)
{
	switch (msr) {
	case MSR_GUEST_OS_ID:
		guest_os_id = val;
		return true;
	case MSR_HYPERCALL:
		return write_hypercall_page(val);
	case MSR_REFERENCE_TSC:
		return write_reference_tsc(val);
	case MSR_EOI:
		lapic_write(v, LAPIC_EOI, val);
		return true;
	case MSR_ICR:
		write_icr(v, val);
		return true;
	case MSR_TPR:
		lapic_write(v, LAPIC_TPR, val);
		return true;
	case MSR_VP_ASSIST_PAGE:
		assist_pages[v->id] = val;
		return true;
	case MSR_TSC_INVARIANT:
		tsc_invariant = val;
		return true;
	default:
		return false;
	}
}

static bool msr_read(struct vcpu *v, u32 msr, u64 *val)
{
	switch (msr) {
	case MSR_GUEST_OS_ID:
		*val = guest_os_id;
		return true;
	case MSR_HYPERCALL:
		*val = hypercall_page;
		return true;
	case MSR_VP_INDEX:
		*val = v->id;
		return true;
	case MSR_TIME_REF_COUNT:
		*val = reference_time();
		return true;
	case MSR_REFERENCE_TSC:
		*val = reference_tsc;
		return true;
	case MSR_TSC_FREQUENCY:
		*val = tsc_hz;
		return true;
	case MSR_APIC_FREQUENCY:
		*val = lapic_hz(v);
		return true;
	case MSR_ICR:
		*val = lapic_read(v, LAPIC_ICR) | (u64)lapic_read(v, LAPIC_ICR2) << 32;
		return true;
	case MSR_TPR:
		*val = lapic_read(v, LAPIC_TPR);
		return true;
	case MSR_VP_ASSIST_PAGE:
		*val = assist_pages[v->id];
		return true;
	case MSR_TSC_INVARIANT:
		*val = tsc_invariant;
		return true;
	default:
		return false;
	}
}

/* False if @msr is none of Hyper-V's, or refused. */
bool hyperv_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	return write ? msr_write(v, msr, *val) : msr_read(v, msr, val);
}
