/* SPDX-License-Identifier: GPL-2.0 */
/* An SVSM below the guest, if there is one: calls by the kernel's own way to it. */
#ifndef CVMSTAT_CAUSE_SVSM_H
#define CVMSTAT_CAUSE_SVSM_H

#include <linux/types.h>
#include <asm/sev.h>

/* SVSM (AMD 58019): protocol and call, as in RAX. */
#define SVSM_CALL(protocol, call)	((u64)(protocol) << 32 | (call))
#define SVSM_PVALIDATE			SVSM_CALL(0, 1)
#define SVSM_QUERY_PROTOCOL		SVSM_CALL(0, 6)

/* The guest's VMPL; 0: there is no SVSM, nor one that an older kernel would know. */
static inline unsigned int svsm_vmpl(void)
{
#ifdef CVM_HAVE_SVSM
	return snp_vmpl;
#else
	return 0;
#endif
}

int svsm_validate_page(unsigned long va);

#endif /* CVMSTAT_CAUSE_SVSM_H */
