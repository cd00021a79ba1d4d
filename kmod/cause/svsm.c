// SPDX-License-Identifier: GPL-2.0
/*
 * Calls of the SVSM (AMD 58019), by the one function that the kernel exports for
 * them. It is for attestation, but takes any protocol and call, and puts what it
 * is given behind the calling area, to which RCX points.
 */
#include <linux/errno.h>
#include <linux/mm.h>

#include "cause.h"
#include "svsm.h"

#ifdef CVM_HAVE_SVSM

/* The list of one page, where the request for a report would be. */
union argument {
	struct svsm_attest_call report;
	struct {
		struct svsm_pvalidate_call list;
		struct svsm_pvalidate_entry page;
	};
};

/* A result other than success is a call as well. */
static int call_svsm(u64 rax, union argument *argument)
{
	struct svsm_call call = {};

	return snp_issue_svsm_attest_req(rax, &call, &argument->report);
}

static void call_once(struct cause_env *env)
{
	union argument argument = {};

	call_svsm(env->arg, &argument);
}

/* RCX, an address, is a version that no protocol has: the answer is no. */
static void query_once(struct cause_env *env)
{
	union argument argument = {};

	if (call_svsm(SVSM_QUERY_PROTOCOL, &argument))
		env->error = -EIO;
}

/**
 * svsm_validate_page() - have the SVSM validate a page, if it is not
 * @va: the page
 *
 * Return: 0 or -errno.
 */
int svsm_validate_page(unsigned long va)
{
	union argument argument = {
		.list.num_entries = 1,
		.page = {
			.action = 1,
			.ignore_cf = 1,
			.pfn = __pa(va) >> PAGE_SHIFT,
		},
	};

	return call_svsm(SVSM_PVALIDATE, &argument);
}

#else

int svsm_validate_page(unsigned long va)
{
	return -EOPNOTSUPP;
}

static void call_once(struct cause_env *env)
{
}

static void query_once(struct cause_env *env)
{
}

#endif /* CVM_HAVE_SVSM */

static const char *svsm_why_not(void)
{
	return svsm_vmpl() ? NULL : "there is no SVSM below this guest, or none that Linux knows";
}

static void pvalidate_once(struct cause_env *env)
{
	if (svsm_validate_page(env->value))
		env->error = -EIO;
}

#define EXPECT(call) \
	.expect = { { CVM_ON_SNP, 2, { { CVMSTAT_CLASS_SVSM, call }, \
			{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_RUN_VMPL } } } }

const struct cause causes_svsm[] = {
	{
		.name = "svsm-query-protocol",
		.what = "a call of the SVSM that does next to nothing: to VMPL0 and back",
		.platforms = CVM_ON_SNP,
		EXPECT(SVSM_QUERY_PROTOCOL),
		.why_not = svsm_why_not,
		.once = query_once,
	}, {
		.name = "svsm-pvalidate",
		.what = "a call of the SVSM to validate one page, which is valid already",
		.platforms = CVM_ON_SNP,
		EXPECT(SVSM_PVALIDATE),
		.why_not = svsm_why_not,
		.setup = cause_take_page,
		.once = pvalidate_once,
		.teardown = cause_give_page_back,
	}, {
		/* Any, by protocol << 32 | call, with an argument that is all zeros. */
		.name = "svsm",
		.platforms = CVM_ON_SNP,
		.why_not = svsm_why_not,
		.once = call_once,
	},
	{}
};
