// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of the GHCB MSR protocol (GHCB specification 2.3.1), which Linux
 * makes at boot only. Made here by hand, with the GHCB's address put back
 * afterwards. Interrupts are off; an NMI in between would find no GHCB.
 * And two ways in which a guest ends.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <asm/msr.h>

#include "trigger.h"

#define MSR_GHCB		0xc0010130

#define GHCB_SEV_INFO		0x002
#define GHCB_CPUID		0x004
#define GHCB_PREFERRED_GPA	0x010
#define GHCB_HV_FEATURES	0x080
#define GHCB_TERMINATE		0x100

/* CPUID: bits 63:32 leaf, 31:30 register. */
#define GHCB_CPUID_EAX(leaf)	((u64)(leaf) << 32 | GHCB_CPUID)

static void msr_requests(unsigned long n, u64 request)
{
	u64 ghcb = __rdmsr(MSR_GHCB);

	while (n--) {
		__wrmsr(MSR_GHCB, lower_32_bits(request),
			upper_32_bits(request));
		asm volatile("rep; vmmcall" : : : "memory");
	}
	__wrmsr(MSR_GHCB, lower_32_bits(ghcb), upper_32_bits(ghcb));
}

static void run_sev_info(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_SEV_INFO);
}

static void run_cpuid(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_CPUID_EAX(arg));
}

static void run_preferred_gpa(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_PREFERRED_GPA);
}

static void run_hv_features(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_HV_FEATURES);
}

/* Reason set 0, reason 0: a general request. */
static void run_terminate(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_TERMINATE);
}

/* The hypervisor cannot read a GHCB in a private page. */
static void run_private_ghcb(unsigned long n, u64 arg)
{
	static u8 page[PAGE_SIZE] __aligned(PAGE_SIZE);

	msr_requests(n, slow_virt_to_phys(page));
}

const struct trigger sev_triggers[] = {
	{ .name = "msr-sev-info", .platforms = ON_SEV, .run = run_sev_info },
	{ .name = "msr-cpuid", .platforms = ON_SEV, .run = run_cpuid },
	{ .name = "msr-preferred-gpa", .platforms = ON_SEV,
	  .run = run_preferred_gpa },
	{ .name = "msr-hv-features", .platforms = ON_SEV,
	  .run = run_hv_features },
	{ .name = "terminate", .platforms = ON_SEV, .run = run_terminate },
	{ .name = "private-ghcb", .platforms = ON_SEV,
	  .run = run_private_ghcb },
	{ }
};
