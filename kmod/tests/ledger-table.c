// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the table of details that is in selftests/testbed/LEDGER.md, from the
 * table of codes.
 */
#include <stdio.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct detail {
	unsigned int class;
	unsigned int detail;
	unsigned long long code;
} details[] = CVMSTAT_DETAILS;

/* In the order of the details. */
#define NAME(code, ident, name, detail, source) name,
static const char * const names[] = {
	CVMSTAT_SVM_CODES(NAME)
	CVMSTAT_SVM_CODES(NAME)
	CVMSTAT_NAE_CODES(NAME)
	CVMSTAT_VMGEXIT_PSEUDO_CODES(NAME)
	CVMSTAT_GHCB_MSR_CODES(NAME)
	CVMSTAT_VE_CODES(NAME)
	CVMSTAT_TDVMCALL_CODES(NAME)
	CVMSTAT_TDVMCALL_PSEUDO_CODES(NAME)
	CVMSTAT_TDCALL_CODES(NAME)
	CVMSTAT_SVM_CODES(NAME)
};

_Static_assert(ARRAY_SIZE(names) == ARRAY_SIZE(details), "a name for each detail");

static const char * const classes[] = CVMSTAT_CLASS_NAMES;

static const char * const kinds[] = {
	[CVMSTAT_DETAIL_LEAF] = "leaf",
	[CVMSTAT_DETAIL_MSR] = "index",
	[CVMSTAT_DETAIL_HYPERCALL] = "hypercall number",
	[CVMSTAT_DETAIL_PORT] = "port",
	[CVMSTAT_DETAIL_GPA] = "GPA, without C-bit or shared bit",
};

/* An NPF is no NAE event: the guest's page faults exit automatically. */
static int is_event(const struct detail *d)
{
	return d->class != CVMSTAT_CLASS_VMGEXIT || d->code != CVMSTAT_SVM_NPF;
}

int main(void)
{
	unsigned int i;

	printf("| class | code | detail | op |\n|---|---|---|---|\n");
	for (i = 0; i < ARRAY_SIZE(details); i++) {
		const struct detail *d = &details[i];

		if (d->detail == CVMSTAT_DETAIL_NONE || !is_event(d))
			continue;
		printf("| %s | %s | %s | %s |\n", classes[d->class], names[i],
		       kinds[CVMSTAT_DETAIL_KIND(d->detail)],
		       d->detail & CVMSTAT_DETAIL_RW ? "r, w" : "-");
	}
	return 0;
}
