// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that Linux makes at boot only, or not at all, made by hand; and ways
 * in which a guest ends, by its wish or by what hardware would punish.
 */
#include <linux/cc_platform.h>
#include <linux/mm.h>
#include <asm/apic.h>

#include "ghcb.h"
#include "trigger.h"

static bool is_snp(void)
{
	return cc_platform_has(CC_ATTR_GUEST_SEV_SNP);
}

static void msr_requests(unsigned long n, u64 request)
{
	while (n--)
		ghcb_msr_request(request);
}

static void run_sev_info(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_SEV_INFO);
}

static void run_cpuid(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_CPUID_OF(arg, 0));
}

static void run_preferred_gpa(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_PREFERRED_GPA);
}

/* The GHCB that is registered, once more. */
static void run_register_gpa(unsigned long n, u64 arg)
{
	msr_requests(n, __rdmsr(MSR_GHCB) | GHCB_REGISTER_GPA);
}

static void run_hv_features(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_HV_FEATURES);
}

static void run_vmpl(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_RUN_VMPL);
}

static void change_state(unsigned int state)
{
	ghcb_msr_request(GHCB_PSC_OF(__pa(own_page), state));
}

/* To shared and back; on SEV-ES both are refused. */
static void run_psc(unsigned long n, u64 arg)
{
	bool same;

	while (n--) {
		change_state(GHCB_SHARED);
		change_state(GHCB_PRIVATE);
		if (is_snp())
			pvalidate_page(own_page, false, true, &same);
	}
}

static void __iomem *apic_page;
static u32 apic_id;

static int map_apic(u64 arg)
{
	apic_page = ioremap(APIC_DEFAULT_PHYS_BASE, PAGE_SIZE);
	if (!apic_page)
		return -ENOMEM;
	apic_id = readl(apic_page + APIC_ID);
	return 0;
}

static void unmap_apic(void)
{
	iounmap(apic_page);
}

/* The INIT and SIPI that end the hold come first, from this CPU itself. */
static void run_reset_hold(unsigned long n, u64 arg)
{
	while (n--) {
		writel(apic_id, apic_page + APIC_ICR2);
		writel(APIC_INT_ASSERT | APIC_DM_INIT, apic_page + APIC_ICR);
		writel(APIC_DM_STARTUP, apic_page + APIC_ICR);
		ghcb_msr_request(GHCB_AP_RESET_HOLD);
	}
}

/* Any event, by its code, with registers but no memory. */
static void run_nae(unsigned long n, u64 code)
{
	struct ghcb *ghcb;

	while (n--) {
		ghcb = ghcb_event(code, 1, 0);
		ghcb_set_rax(ghcb, 0);
		ghcb_set_rbx(ghcb, 0);
		ghcb_set_rcx(ghcb, 0);
		ghcb_set_rdx(ghcb, 0);
		vmgexit();
	}
}

/* Reason set 0, reason 0: a general request. */
static void run_terminate(unsigned long n, u64 arg)
{
	msr_requests(n, GHCB_TERMINATE);
}

static void run_terminate_event(unsigned long n, u64 arg)
{
	run_nae(n, 0x8000fffe);
}

/* The hypervisor cannot read a GHCB in a private page. */
static void run_private_ghcb(unsigned long n, u64 arg)
{
	msr_requests(n, __pa(own_page));
}

/* Nor may SNP's be another page than the registered one. */
static void run_unregistered_ghcb(unsigned long n, u64 arg)
{
	change_state(GHCB_SHARED);
	msr_requests(n, __pa(own_page));
}

static void run_private_access(unsigned long n, u64 arg)
{
	change_state(GHCB_SHARED);
	READ_ONCE(*(u8 *)own_page);
}

static void run_rescinded_access(unsigned long n, u64 arg)
{
	bool same;

	pvalidate_page(own_page, false, false, &same);
	READ_ONCE(*(u8 *)own_page);
}

#define ON_PAGE(_name, _run) { .name = _name, .platforms = ON_SEV,	\
	.prepare = take_page, .run = _run, .finish = give_page_back }

const struct trigger sev_triggers[] = {
	{ .name = "msr-sev-info", .platforms = ON_SEV, .run = run_sev_info },
	{ .name = "msr-cpuid", .platforms = ON_SEV, .run = run_cpuid },
	{ .name = "msr-preferred-gpa", .platforms = ON_SEV,
	  .run = run_preferred_gpa },
	{ .name = "msr-register-gpa", .platforms = ON_SEV,
	  .run = run_register_gpa },
	{ .name = "msr-hv-features", .platforms = ON_SEV,
	  .run = run_hv_features },
	{ .name = "msr-run-vmpl", .platforms = ON_SEV, .run = run_vmpl },
	ON_PAGE("msr-psc", run_psc),
	{ .name = "msr-ap-reset-hold", .platforms = ON_SEV,
	  .prepare = map_apic, .run = run_reset_hold, .finish = unmap_apic },
	{ .name = "nae", .platforms = ON_SEV, .run = run_nae },
	{ .name = "terminate", .platforms = ON_SEV, .run = run_terminate },
	{ .name = "terminate-event", .platforms = ON_SEV,
	  .run = run_terminate_event },
	ON_PAGE("private-ghcb", run_private_ghcb),
	ON_PAGE("unregistered-ghcb", run_unregistered_ghcb),
	ON_PAGE("private-access", run_private_access),
	ON_PAGE("rescinded-access", run_rescinded_access),
	{ }
};
