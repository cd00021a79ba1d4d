/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PLATFORM_H
#define CVMSTAT_PLATFORM_H

#include <linux/bits.h>
#include <linux/cc_platform.h>
#include <linux/types.h>
#include <linux/cvmstat.h>
#include <asm/cpufeature.h>

/**
 * struct cvm_platform - what this guest is
 * @id: enum cvmstat_platform
 * @has_bits: @bits is known
 * @has_vmpl: @vmpl is known
 * @vmpl: VMPL of an SNP guest
 * @bits: SEV_STATUS; not known on TDX
 * @gpa_mask: bits of a guest physical address that are the address; another
 *	one says who may read the page
 */
struct cvm_platform {
	u32 id;
	bool has_bits;
	bool has_vmpl;
	u32 vmpl;
	u64 bits;
	u64 gpa_mask;
};

/* What hits read: it shares no line with anything that is written. */
extern struct cvm_platform cvm_platform;

/* For the masks of platforms in hooks and gaps. */
#define CVM_ON_SEV_ES	BIT(CVMSTAT_PLATFORM_SEV_ES)
#define CVM_ON_SNP	BIT(CVMSTAT_PLATFORM_SNP)
#define CVM_ON_SEV	(CVM_ON_SEV_ES | CVM_ON_SNP)
#define CVM_ON_TDX	BIT(CVMSTAT_PLATFORM_TDX)
#define CVM_ON_ANY	(BIT(CVMSTAT_PLATFORM_NONE) | CVM_ON_SEV | CVM_ON_TDX)

/**
 * cvm_platform_detect() - which platform the kernel found itself on, at boot
 *
 * Return: enum cvmstat_platform.
 */
static inline u32 cvm_platform_detect(void)
{
	if (boot_cpu_has(X86_FEATURE_TDX_GUEST))
		return CVMSTAT_PLATFORM_TDX;
	if (cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		return CVMSTAT_PLATFORM_SNP;
	/* True for TDX as well, which is why TDX comes first. */
	if (cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT))
		return CVMSTAT_PLATFORM_SEV_ES;
	return CVMSTAT_PLATFORM_NONE;
}

int cvm_platform_init(bool force);
const char *cvm_platform_name(void);

#endif /* CVMSTAT_PLATFORM_H */
