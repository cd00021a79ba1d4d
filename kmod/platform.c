// SPDX-License-Identifier: GPL-2.0
/*
 * Which platform this guest is, asked of the kernel alone: it has made up its
 * mind at boot, from what the hypervisor cannot fake later on.
 */
#include <linux/kvm_para.h>
#include <linux/mem_encrypt.h>
#include <linux/module.h>
#include <asm/coco.h>
#include <asm/msr.h>
#include <asm/sev.h>

#include "platform.h"
#include "tdcall.h"

/* APM vol. 2 5.3, SDM vol. 3A 4.4: physical addresses have no more. */
#define GPA_BITS	GENMASK_ULL(51, 0)

struct cvm_platform cvm_platform __ro_after_init;

static const char * const names[] = {
	[CVMSTAT_PLATFORM_NONE] = "no confidential guest",
	[CVMSTAT_PLATFORM_SEV_ES] = "SEV-ES",
	[CVMSTAT_PLATFORM_SNP] = "SEV-SNP",
	[CVMSTAT_PLATFORM_TDX] = "TDX",
	[CVMSTAT_PLATFORM_SEV] = "SEV without encrypted state",
	[CVMSTAT_PLATFORM_SNP_PARAVISOR] = "SEV-SNP behind Hyper-V's paravisor",
	[CVMSTAT_PLATFORM_TDX_PARAVISOR] = "TDX behind Hyper-V's paravisor",
};

/**
 * cvm_platform_name() - the platform's name, for people
 */
const char *cvm_platform_name(void)
{
	return names[cvm_platform.id];
}

/* The VMPL is only a variable, and exported, since Linux 6.11. */
static void find_vmpl(void)
{
	const u8 *vmpl = __symbol_get("snp_vmpl");

	if (!vmpl)
		return;
	cvm_platform.vmpl = *vmpl;
	cvm_platform.has_vmpl = true;
	__symbol_put("snp_vmpl");
}

/*
 * TDX module ABI specification: what a TD may read of itself, and of the module
 * where that tells.
 */
#define FIELD_TD_CTLS		0x1110000300000017ULL
#define FIELD_MINOR_VERSION	0x0800000100000003ULL
#define FIELD_MAJOR_VERSION	0x0800000100000004ULL
#define FIELD_UPDATE_VERSION	0x0800000100000005ULL

static bool td_field(u64 leaf, u64 field, u64 *value)
{
	struct tdcall_regs regs = { .rdx = field };
	u64 status = tdcall(leaf, &regs);

	*value = regs.r8;
	return !status;
}

/* Calls of the TDX module, all of them before anything is counted. */
static void find_td(void)
{
	struct tdcall_regs info = {};
	struct cvm_platform *p = &cvm_platform;
	u64 major, minor, update;

	p->has_bits = !tdcall(CVMSTAT_TDCALL_VP_INFO, &info);
	p->bits = info.rdx;
	p->has_td_ctls = td_field(CVMSTAT_TDCALL_VM_RD, FIELD_TD_CTLS, &p->td_ctls);
	if (td_field(CVMSTAT_TDCALL_SYS_RD, FIELD_MAJOR_VERSION, &major) &&
	    td_field(CVMSTAT_TDCALL_SYS_RD, FIELD_MINOR_VERSION, &minor) &&
	    td_field(CVMSTAT_TDCALL_SYS_RD, FIELD_UPDATE_VERSION, &update))
		snprintf(p->tdx_module, sizeof(p->tdx_module), "%hu.%hu.%hu", (u16)major,
			 (u16)minor, (u16)update);
}

/* What a hypervisor says binds it to nothing: it lowers what is claimed, no more. */
static u32 find_hints(void)
{
	if (kvm_para_available() && kvm_para_has_hint(KVM_HINTS_REALTIME))
		return CVMSTAT_HINTS_REALTIME;
	return 0;
}

/* Why nothing shows of exits in a guest that raises no trap. */
static const char *why_nothing(void)
{
	if (cvm_platform.id == CVMSTAT_PLATFORM_SEV)
		return "SEV without encrypted state: it exits without a #VC, as an ordinary VM";
	if (boot_cpu_has(X86_FEATURE_HYPERVISOR))
		return "an ordinary VM, not a confidential guest: it exits without a trap";
	return "no virtual machine, so that nothing exits";
}

/**
 * cvm_platform_shows_kernel() - is what the kernel itself tells to be counted?
 *
 * For hooks: behind a paravisor there is nothing else, elsewhere who loads the
 * module has asked for it.
 */
bool cvm_platform_shows_kernel(void)
{
	return cvm_platform.baseline;
}

/**
 * cvm_platform_init() - find out the platform
 * @force: go on where there is none, with the generic hooks
 * @baseline: go on where there is none, with all that the kernel tells
 *
 * Return: 0, or -ENODEV on a machine that raises no trap.
 */
int cvm_platform_init(bool force, bool baseline)
{
	cvm_platform.id = cvm_platform_detect();
	cvm_platform.hints = find_hints();

	switch (cvm_platform.id) {
	case CVMSTAT_PLATFORM_NONE:
	case CVMSTAT_PLATFORM_SEV:
		cvm_platform.gpa_mask = GPA_BITS & ~sme_me_mask;
		cvm_platform.baseline = baseline;
		if (force || baseline)
			break;
		pr_err("%s; baseline=1 counts what the kernel tells of what would exit in a confidential one, force=1 loads the generic hooks only\n",
		       why_nothing());
		return -ENODEV;
	case CVMSTAT_PLATFORM_SNP_PARAVISOR:
	case CVMSTAT_PLATFORM_TDX_PARAVISOR:
		cvm_platform.gpa_mask = GPA_BITS & ~cc_mkdec(0);
		cvm_platform.baseline = true;
		break;
	case CVMSTAT_PLATFORM_SNP:
		find_vmpl();
		fallthrough;
	case CVMSTAT_PLATFORM_SEV_ES:
		rdmsrq(MSR_AMD64_SEV, cvm_platform.bits);
		cvm_platform.has_bits = true;
		cvm_platform.gpa_mask = GPA_BITS & ~sme_me_mask;
		cvm_platform.trap_class = CVMSTAT_CLASS_VC;
		cvm_platform.trap_handler = CVM_VC_HANDLER;
		break;
	default:
		find_td();
		cvm_platform.gpa_mask = GPA_BITS & ~cc_mkdec(0);
		cvm_platform.trap_class = CVMSTAT_CLASS_VE;
		cvm_platform.trap_handler = CVM_VE_HANDLER;
		break;
	}
	return 0;
}
