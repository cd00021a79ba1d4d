// SPDX-License-Identifier: GPL-2.0
#include <linux/cache.h>
#include <linux/init.h>

#include "word_sev.h"

u8 cvm_vc_key[CVM_NR_OF(vc)] __ro_after_init;

/* A word is not 0: without a detail and in kernel mode CS is all that it has. */
static_assert(CVM_INDEX(vc) == 0 && offsetof(struct pt_regs, ss) <= U8_MAX);

static u8 key_of(u8 detail)
{
	switch (detail) {
	case CVMSTAT_DETAIL_LEAF:
		return offsetof(struct pt_regs, ax);
	case CVMSTAT_DETAIL_MSR:
		return offsetof(struct pt_regs, cx);
	default:
		/* It tells no more than the mode, which the word has anyway. */
		return offsetof(struct pt_regs, cs);
	}
}

/**
 * cvm_vc_key_init() - find the registers that have details
 */
void __init cvm_vc_key_init(void)
{
	unsigned int code;

	for (code = 0; code < CVM_NR_OF(vc); code++)
		cvm_vc_key[code] = key_of(cvm_details[CVM_INDEX(vc) + code]);
}
