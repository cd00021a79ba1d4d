/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_PLATFORM_H
#define CVMSTAT_PLATFORM_H

#include <linux/bits.h>
#include <linux/cc_platform.h>
#include <linux/types.h>
#include <linux/cvmstat.h>
#include <asm/cpufeature.h>
#include <asm/hypervisor.h>
#include <asm/processor.h>

/**
 * struct cvm_platform - what this guest is
 * @id: enum cvmstat_platform
 * @has_bits: @bits is known
 * @has_vmpl: @vmpl is known
 * @vmpl: VMPL of an SNP guest
 * @has_td_ctls: @td_ctls is known
 * @bits: SEV_STATUS, or a TD's attributes
 * @td_ctls: a TD's controls
 * @tdx_module: version of the TDX module, or empty
 * @gpa_mask: bits of a guest physical address that are the address; another
 *	one says who may read the page
 * @hints: enum cvmstat_hints
 * @baseline: count by what the kernel itself tells what no trap does
 * @trap_class: enum cvmstat_class of its traps
 * @trap_handler: the function that handles all of them; NULL if there are none
 */
struct cvm_platform {
	u32 id;
	bool has_bits;
	bool has_vmpl;
	bool has_td_ctls;
	u32 vmpl;
	u64 bits;
	u64 td_ctls;
	char tdx_module[24];
	u64 gpa_mask;
	u32 hints;
	bool baseline;
	u32 trap_class;
	const char *trap_handler;
};

/* vc_raw_handle_exception(struct pt_regs *regs, unsigned long error_code) */
#define CVM_VC_HANDLER	"vc_raw_handle_exception"
/* tdx_handle_virt_exception(struct pt_regs *regs, struct ve_info *ve) */
#define CVM_VE_HANDLER	"tdx_handle_virt_exception"

/* What hits read: it shares no line with anything that is written. */
extern struct cvm_platform cvm_platform;

/* For the masks of platforms in hooks and gaps. */
#define CVM_ON_SEV_ES	BIT(CVMSTAT_PLATFORM_SEV_ES)
#define CVM_ON_SNP	BIT(CVMSTAT_PLATFORM_SNP)
#define CVM_ON_SEV	(CVM_ON_SEV_ES | CVM_ON_SNP)
#define CVM_ON_TDX	BIT(CVMSTAT_PLATFORM_TDX)
/* Behind a paravisor; and all that raise no trap of their own. */
#define CVM_ON_VTOM	(BIT(CVMSTAT_PLATFORM_SNP_PARAVISOR) | \
			 BIT(CVMSTAT_PLATFORM_TDX_PARAVISOR))
#define CVM_ON_UNTRAPPED (BIT(CVMSTAT_PLATFORM_NONE) | \
			  BIT(CVMSTAT_PLATFORM_SEV) | CVM_ON_VTOM)
#define CVM_ON_ANY	(CVM_ON_UNTRAPPED | CVM_ON_SEV | CVM_ON_TDX)

/* Hyper-V, TLFS "Feature and interface discovery", and its isolation. */
#define CVM_HYPERV_FEATURES	0x40000003
#define CVM_HYPERV_ISOLATED	BIT(22)		/* EBX */
#define CVM_HYPERV_HINTS	0x40000004
#define CVM_HYPERV_CLUSTER_IPI	BIT(10)		/* EAX */
#define CVM_HYPERV_APIC_MSRS	BIT(3)		/* EAX */
#define CVM_HYPERV_ISOLATION	0x4000000c
#define CVM_HYPERV_PARAVISOR	BIT(0)		/* EAX */
#define CVM_HYPERV_TYPE		GENMASK(3, 0)	/* EBX */
#define CVM_HYPERV_TYPE_SNP	2
#define CVM_HYPERV_TYPE_TDX	3

/*
 * Behind a paravisor the kernel has made up its mind by these leaves, too
 * (ms_hyperv_init_platform()); what it exports of that differs by version.
 */
static inline u32 cvm_platform_behind_paravisor(void)
{
	u32 type;

	if (!hypervisor_is_type(X86_HYPER_MS_HYPERV) ||
	    !cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) ||
	    !(cpuid_ebx(CVM_HYPERV_FEATURES) & CVM_HYPERV_ISOLATED) ||
	    !(cpuid_eax(CVM_HYPERV_ISOLATION) & CVM_HYPERV_PARAVISOR))
		return CVMSTAT_PLATFORM_NONE;
	type = cpuid_ebx(CVM_HYPERV_ISOLATION) & CVM_HYPERV_TYPE;
	if (type == CVM_HYPERV_TYPE_SNP)
		return CVMSTAT_PLATFORM_SNP_PARAVISOR;
	if (type == CVM_HYPERV_TYPE_TDX)
		return CVMSTAT_PLATFORM_TDX_PARAVISOR;
	return CVMSTAT_PLATFORM_NONE;
}

/**
 * cvm_platform_detect() - which platform the kernel found itself on, at boot
 *
 * Return: enum cvmstat_platform.
 */
static inline u32 cvm_platform_detect(void)
{
	u32 paravisor = cvm_platform_behind_paravisor();

	if (paravisor != CVMSTAT_PLATFORM_NONE)
		return paravisor;
	if (boot_cpu_has(X86_FEATURE_TDX_GUEST))
		return CVMSTAT_PLATFORM_TDX;
	if (cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		return CVMSTAT_PLATFORM_SNP;
	/* True for TDX as well, which is why TDX comes first. */
	if (cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT))
		return CVMSTAT_PLATFORM_SEV_ES;
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT))
		return CVMSTAT_PLATFORM_SEV;
	return CVMSTAT_PLATFORM_NONE;
}

int cvm_platform_init(bool force, bool baseline);
bool cvm_platform_shows_kernel(void);
const char *cvm_platform_name(void);

#endif /* CVMSTAT_PLATFORM_H */
