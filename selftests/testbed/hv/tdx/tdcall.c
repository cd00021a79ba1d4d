// SPDX-License-Identifier: GPL-2.0
/* TDCALL leaves that the TDX module answers itself: TDX Module ABI spec., TDG leaves. */
#include "guest.h"
#include "ledger.h"
#include "tdcall.h"
#include "tdvmcall.h"
#include "tdx.h"

static u8 rtmr[RTMR_COUNT][RTMR_SIZE];
static u64 notify_enables, td_ctls;

static u64 leaf_vp_info(struct vcpu *v)
{
	v->regs[RCX] = GUEST_PHYS_BITS;
	v->regs[RDX] = TDX_ATTR_SEPT_VE_DISABLE;
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

/* Folds an extension into a register; a real module uses SHA-384, which nobody checks here. */
static u64 leaf_rtmr_extend(struct vcpu *v)
{
	const u8 *data = guest_ptr(v->regs[RCX], RTMR_SIZE);
	u64 index = v->regs[RDX];
	u32 i;

	if (!data || v->regs[RCX] & (RTMR_DATA_ALIGN - 1))
		return TDX_OPERAND_INVALID(RCX);
	if (index >= RTMR_COUNT)
		return TDX_OPERAND_INVALID(RDX);
	for (i = 0; i < RTMR_SIZE; i++)
		rtmr[index][i] = rtmr[index][i] * 31 + data[i];
	return TDX_SUCCESS;
}

static u64 leaf_mr_report(struct vcpu *v)
{
	u8 *report = guest_ptr(v->regs[RCX], TDREPORT_SIZE);
	const u8 *data = guest_ptr(v->regs[RDX], TDREPORT_DATA_SIZE);

	if (!report || v->regs[RCX] & (TDREPORT_SIZE - 1))
		return TDX_OPERAND_INVALID(RCX);
	if (!data || v->regs[RDX] & (TDREPORT_DATA_SIZE - 1))
		return TDX_OPERAND_INVALID(RDX);
	memset(report, 0, TDREPORT_SIZE);
	report[0] = TDREPORT_TYPE_TDX;
	memcpy(report + TDREPORT_DATA_OFFSET, data, TDREPORT_DATA_SIZE);
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

/* The value behind a TDCS field, or NULL if a guest has no such field. */
static u64 *metadata(u64 field)
{
	static u64 read_only;

	switch (field) {
	case TDCS_TD_CTLS:
		return &td_ctls;
	case TDCS_NOTIFY_ENABLES:
		return &notify_enables;
	case TDCS_CONFIG_FLAGS:
	case TDCS_TOPOLOGY_ENUM_CONFIGURED:
		read_only = 0;
		return &read_only;
	default:
		return NULL;
	}
}

static u64 leaf_vm_rd(struct vcpu *v)
{
	u64 *field = metadata(v->regs[RDX]);

	v->regs[R8] = field ? *field : 0;
	return field ? TDX_SUCCESS : TDX_METADATA_FIELD_INCORRECT;
}

static u64 leaf_vm_wr(struct vcpu *v)
{
	u64 *field = metadata(v->regs[RDX]), old;

	if (!field)
		return TDX_METADATA_FIELD_INCORRECT;
	if (field != &td_ctls && field != &notify_enables)
		return TDX_METADATA_FIELD_READONLY;
	old = *field;
	*field = (old & ~v->regs[R9]) | (v->regs[R8] & v->regs[R9]);
	v->regs[R8] = old;
	return TDX_SUCCESS;
}

static const struct {
	u64 leaf;
	u64 (*handle)(struct vcpu *v);
} leaves[] = {
	{ CVMSTAT_TDCALL_VEINFO_GET, leaf_veinfo_get },
	{ CVMSTAT_TDCALL_VP_INFO, leaf_vp_info },
	{ CVMSTAT_TDCALL_RTMR_EXTEND, leaf_rtmr_extend },
	{ CVMSTAT_TDCALL_MR_REPORT, leaf_mr_report },
	{ CVMSTAT_TDCALL_PAGE_ACCEPT, leaf_page_accept },
	{ CVMSTAT_TDCALL_VM_RD, leaf_vm_rd },
	{ CVMSTAT_TDCALL_VM_WR, leaf_vm_wr },
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
