// SPDX-License-Identifier: GPL-2.0
/*
 * SNP and TDX guests behind a paravisor, whose memory is shared by an address
 * above a boundary, the virtual top of memory (vTOM; Linux,
 * Documentation/virt/hyperv/coco.rst). What would be a #VC or #VE the paravisor
 * takes, and emulates: the guest sees an ordinary VM, and nothing of that. So
 * does the ledger, which has it in class auto.
 */
#include <linux/cvmstat_codes.h>

#include "cpuid.h"
#include "face.h"
#include "guest.h"
#include "host.h"
#include "lapic.h"
#include "plain.h"
#include "platform.h"

/* Leaf 0x4000000c: HV_ISOLATION_TYPE_SNP, _TDX. */
#define ISOLATION_SNP		2
#define ISOLATION_TDX		3
#define MSR_GHCB		0xc0010130
#define L1_ECX_X2APIC		BIT(21)

static void snp_boot(struct boot_params *bp)
{
	(void)bp;
	host_boot();
}

static void snp_exit(struct vcpu *v, u64 code)
{
	if (code != CVMSTAT_SVM_VMMCALL || !host_vmgexit(v))
		plain_exit(v, code);
}

static bool snp_native_msr(struct vcpu *v, u32 msr, bool write, u64 *val)
{
	return msr == MSR_GHCB && host_ghcb_msr(v, write, val);
}

static void tdx_vcpu_init(struct vcpu *v)
{
	lapic_x2apic_init(v);
}

/* Hyper-V has its TDX guests use an x2APIC. */
static void tdx_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	plain_cpuid(v, leaf, subleaf, r);
	if (leaf == 1)
		r->ecx |= L1_ECX_X2APIC;
}

static void bad_access(struct vcpu *v, u64 gpa)
{
	vcpu_guest_bug(v, gpa & GPA_TOP_BIT ? "shared access to a page that is not visible" :
					     "private access to a page that the host sees", gpa);
}

/* What both have. */
#define PARAVISOR \
	.shared_bit = GPA_TOP_BIT, \
	.page_states = true, \
	.efer_code = CVMSTAT_SVM_MSR, \
	.bad_access = bad_access, \
	.request = plain_request

static const struct platform snp_paravisor = {
	.name = "snp-paravisor",
	.isolation = ISOLATION_SNP,
	.boot = snp_boot,
	.exit = snp_exit,
	.native_msr = snp_native_msr,
	.cpuid = plain_cpuid,
	PARAVISOR,
};
DECLARE_PLATFORM(snp_paravisor);

static const struct platform tdx_paravisor = {
	.name = "tdx-paravisor",
	.isolation = ISOLATION_TDX,
	.x2apic = true,
	.vcpu_init = tdx_vcpu_init,
	.exit = plain_exit,
	.opcode = host_tdcall,
	.cpuid = tdx_cpuid,
	PARAVISOR,
};
DECLARE_PLATFORM(tdx_paravisor);
