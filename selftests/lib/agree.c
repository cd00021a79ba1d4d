// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "kselftest.h"

#include "agree.h"
#include "module.h"

#define FREEZE	"cvmstat_freeze"

bool agree_possible(void)
{
	return module_platform() != CVMSTAT_PLATFORM_NONE && ledger_present();
}

static void freeze(struct agree *agree, const char *label, int i)
{
	if (agree->ret)
		return;
	module_load(FREEZE, "");
	agree->ret = ledger_freeze(label, &agree->ledger[i], &agree->module[i]);
	module_unload(FREEZE);
}

void agree_before(struct agree *agree, const char *label)
{
	memset(agree, 0, sizeof(*agree));
	freeze(agree, label, 0);
}

void agree_fold(struct counts *ledger)
{
	unsigned long long detail;
	struct count *c;

	if (!module_kernel_counts())
		return;
	for (c = ledger->v; c < ledger->v + ledger->n; c++) {
		if ((!strcmp(c->class, "vc") || !strcmp(c->class, "vmgexit")) &&
		    c->code == CVMSTAT_SVM_VMMCALL)
			memcpy(c->detail, "-", sizeof("-"));
		detail = strtoull(c->detail, NULL, 0);
		if ((__u32)detail == CVMSTAT_X2APIC_ICR || (__u32)detail == CVMSTAT_XAPIC_ICR)
			snprintf(c->detail, sizeof(c->detail), "0x%x", (__u32)detail);
	}
	counts_sort(ledger);
}

/* Keys of the first in which the two differ. */
static unsigned int differences(const struct counts *keys,
				const struct counts *ledger,
				const struct counts *module,
				bool (*out_of_reach)(const struct count *key))
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < keys->n; i++) {
		const struct count *key = &keys->v[i];
		__u64 want = counts_value(ledger, key), have = counts_value(module, key);
		bool excused = out_of_reach && out_of_reach(key) && have <= want;

		if (want == have)
			continue;
		ksft_print_msg("%s: ledger %llu, module %llu%s\n",
			       count_name(key), want, have,
			       excused ? ", out of reach" : "");
		n += !excused;
	}
	return n;
}

bool agree_after(struct agree *agree, const char *label,
		 bool (*out_of_reach)(const struct count *key))
{
	struct counts moved = { 0 }, seen = { 0 };
	unsigned int n;

	freeze(agree, label, 1);
	if (agree->ret) {
		ksft_print_msg("ledger: %s\n", strerror(-agree->ret));
		return false;
	}
	counts_since(&agree->ledger[0], &agree->ledger[1], &moved);
	agree_fold(&moved);
	counts_since(&agree->module[0], &agree->module[1], &seen);
	n = differences(&moved, &moved, &seen, out_of_reach) +
	    differences(&seen, &moved, &seen, out_of_reach);
	return !n;
}
