// SPDX-License-Identifier: GPL-2.0
/* TDCALL leaves that the TDX module answers itself: TDX Module ABI spec., TDG leaves. */
#include "guest.h"
#include "ledger.h"
#include "metadata.h"
#include "report.h"
#include "tdcall.h"
#include "tdvmcall.h"
#include "tdx.h"

static u64 leaf_vp_info(struct vcpu *v)
{
	v->regs[RCX] = GUEST_PHYS_BITS;
	v->regs[RDX] = TDX_ATTRIBUTES;
	v->regs[R8] = nr_vcpus | (u64)nr_vcpus << 32;
	v->regs[R9] = v->id;
	v->regs[R10] = 0;
	v->regs[R11] = 0;
	return TDX_SUCCESS;
}

static u64 leaf_veinfo_get(struct vcpu *v)
{
	struct tdx_vcpu *tdx = to_tdx(v);

	if (!tdx->ve_valid)
		return TDX_NO_VALID_VE_INFO;
	tdx->ve_valid = false;
	v->regs[RCX] = tdx->ve.reason;
	v->regs[RDX] = tdx->ve.qual;
	v->regs[R8] = tdx->ve.gla;
	v->regs[R9] = tdx->ve.gpa;
	v->regs[R10] = tdx->ve.instr_len;
	return TDX_SUCCESS;
}

static u64 leaf_page_accept(struct vcpu *v)
{
	u64 level = v->regs[RCX] & 7, gpa = v->regs[RCX] & PAGE_MASK;
	u64 size = level ? HUGE_SIZE : PAGE_SIZE;

	if (level > 1 || gpa & (size - 1) || !guest_ptr(gpa, size))
		return level == 2 ? TDX_PAGE_SIZE_MISMATCH : TDX_OPERAND_INVALID(RCX);
	if (page_state_is(gpa, size, PAGE_PRIVATE))
		return TDX_PAGE_ALREADY_ACCEPTED;
	if (page_state_get(gpa) == PAGE_SHARED)
		vcpu_guest_bug(v, "TDG.MEM.PAGE.ACCEPT of a shared page", gpa);
	page_state_set(gpa, size, PAGE_PRIVATE);
	return TDX_SUCCESS;
}

static const struct {
	u64 leaf;
	u64 (*handle)(struct vcpu *v);
} leaves[] = {
	{ CVMSTAT_TDCALL_VEINFO_GET, leaf_veinfo_get },
	{ CVMSTAT_TDCALL_VP_INFO, leaf_vp_info },
	{ CVMSTAT_TDCALL_RTMR_EXTEND, report_extend },
	{ CVMSTAT_TDCALL_MR_REPORT, report_make },
	{ CVMSTAT_TDCALL_PAGE_ACCEPT, leaf_page_accept },
	{ CVMSTAT_TDCALL_VM_RD, metadata_vm_rd },
	{ CVMSTAT_TDCALL_VM_WR, metadata_vm_wr },
	{ CVMSTAT_TDCALL_SYS_RD, metadata_sys_rd },
};

/**
 * tdcall - serve a TDCALL
 * @v: the vCPU; RIP is behind it, the leaf in RAX
 */
void tdcall(struct vcpu *v)
{
	u64 leaf = v->regs[RAX] & 0xffff;
	u32 i;

	if (leaf == CVMSTAT_TDCALL_VP_VMCALL) {
		tdvmcall(v);
		v->regs[RAX] = TDX_SUCCESS;
		return;
	}
	ledger_count(v->id, CVMSTAT_CLASS_TDCALL, leaf, LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		if (leaves[i].leaf != leaf)
			continue;
		v->regs[RAX] = leaves[i].handle(v);
		return;
	}
	v->regs[RAX] = TDX_OPERAND_INVALID(RAX);
}
