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

/**
 * cvm_platform_init() - find out the platform
 * @force: go on where there is none
 *
 * Return: 0, or -ENODEV on an ordinary machine.
 */
int cvm_platform_init(bool force)
{
	cvm_platform.id = cvm_platform_detect();
	cvm_platform.hints = find_hints();

	switch (cvm_platform.id) {
	case CVMSTAT_PLATFORM_NONE:
		if (force)
			break;
		pr_err("not a confidential guest (SEV-ES, SEV-SNP, TDX); force=1 loads the generic hooks\n");
		return -ENODEV;
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
