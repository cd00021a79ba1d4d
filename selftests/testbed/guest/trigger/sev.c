// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to an SEV hypervisor that no guest makes: events of any code, a hold
 * that ends at once; and ways in which a guest ends, by its wish or by what
 * hardware would punish.
 */
#include <linux/mm.h>
#include <asm/apic.h>

#include "cause/ghcb.h"
#include "cause/lapic.h"
#include "trigger.h"

/* The INIT and SIPI that end the hold come first, from this CPU itself. */
static void reset_hold(struct cause_env *env)
{
	lapic_send(env, env->value, APIC_INT_ASSERT | APIC_DM_INIT);
	lapic_write(env, APIC_ICR, APIC_DM_STARTUP);
	ghcb_msr_request(CVMSTAT_GHCB_MSR_AP_RESET_HOLD);
}

static void event(u64 code)
{
	struct ghcb *ghcb = ghcb_event(code, 1, 0);

	ghcb_set_rax(ghcb, 0);
	ghcb_set_rbx(ghcb, 0);
	ghcb_set_rcx(ghcb, 0);
	ghcb_set_rdx(ghcb, 0);
	vmgexit();
}

/* Any event, by its code, with registers but no memory. */
static void nae(struct cause_env *env)
{
	event(env->arg);
}

/* Reason set 0, reason 0: a general request. */
static void terminate(struct cause_env *env)
{
	ghcb_msr_request(CVMSTAT_GHCB_MSR_TERMINATE);
}

static void terminate_event(struct cause_env *env)
{
	event(CVMSTAT_NAE_TERMINATE);
}

static void to_shared(struct cause_env *env)
{
	ghcb_msr_request(GHCB_PSC_OF(__pa(env->value), GHCB_SHARED));
}

/* The hypervisor cannot read a GHCB in a private page. */
static void private_ghcb(struct cause_env *env)
{
	ghcb_msr_request(__pa(env->value));
}

/* Nor may SNP's be another page than the registered one. */
static void unregistered_ghcb(struct cause_env *env)
{
	to_shared(env);
	ghcb_msr_request(__pa(env->value));
}

static void private_access(struct cause_env *env)
{
	to_shared(env);
	READ_ONCE(*(u8 *)env->value);
}

static void rescinded_access(struct cause_env *env)
{
	bool same;

	pvalidate_page(env->value, false, false, &same);
	READ_ONCE(*(u8 *)env->value);
}

#define BY_HAND(_name, _once) \
	{ .name = _name, .platforms = CVM_ON_SEV, .once = _once }

#define ON_PAGE(_name, _once) { \
	.name = _name, \
	.platforms = CVM_ON_SEV, \
	.setup = cause_take_page, \
	.once = _once, \
	.teardown = cause_give_page_back, \
}

const struct cause test_causes_sev[] = {
	{
		.name = "ghcb-msr-ap-reset-hold",
		.platforms = CVM_ON_SEV,
		.setup = find_own_apic,
		.once = reset_hold,
		.teardown = lapic_teardown,
	},
	BY_HAND("nae", nae),
	BY_HAND("terminate", terminate),
	BY_HAND("terminate-event", terminate_event),
	ON_PAGE("private-ghcb", private_ghcb),
	ON_PAGE("unregistered-ghcb", unregistered_ghcb),
	ON_PAGE("private-access", private_access),
	ON_PAGE("rescinded-access", rescinded_access),
	{}
};
