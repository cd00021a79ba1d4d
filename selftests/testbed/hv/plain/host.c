// SPDX-License-Identifier: GPL-2.0
/*
 * Past its paravisor a guest asks the host for the few things that are the
 * host's and not the paravisor's, and that the host must not be lied to about:
 * synthetic MSRs of interrupts, and who it is (Linux, hv_ivm_msr_write()). On
 * SNP by a GHCB that the paravisor has left for it, on TDX by TDG.VP.VMCALL.
 */
#include "boot.h"
#include "detail.h"
#include "end.h"
#include "face.h"
#include "ghcb.h"
#include "guest.h"
#include "host.h"
#include "msr.h"
#include "platform.h"

#define REP_PREFIX		0xf3
#define VMGEXIT_LEN		4
#define HYPERCALL_STATUS	0	/* of the result, in rsvd_ff0 */
#define STATUS_INVALID_CODE	2
#define TDVMCALL_INVALID_OPERAND 0x8000000000000000ULL
#define TDX_OPERAND_INVALID_RAX	0xc000010000000000ULL

static u64 ghcb_gpa[MAX_VCPUS], ghcb_msr[MAX_VCPUS];

/* Linux maps what firmware has left as private: these pages have both aliases. */
void host_boot(void)
{
	u32 i;

	for (i = 0; i < nr_vcpus; i++) {
		ghcb_gpa[i] = (u64)boot_alloc(1);
		page_state_set(ghcb_gpa[i], PAGE_SIZE, PAGE_ANY);
		ghcb_gpa[i] |= platform->shared_bit;
		ghcb_msr[i] = ghcb_gpa[i];
	}
}

bool host_ghcb_msr(struct vcpu *v, bool write, u64 *val)
{
	if (write)
		ghcb_msr[v->id] = *val;
	else
		*val = ghcb_msr[v->id];
	return true;
}

static void serve_msr_protocol(struct vcpu *v)
{
	u64 *msr = &ghcb_msr[v->id], code = *msr & GHCB_MSR_INFO_MASK;

	ledger_count(v->id, CVMSTAT_CLASS_GHCB_MSR, code, LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
	if (code == CVMSTAT_GHCB_MSR_TERMINATE)
		hv_end(HV_EXIT_TERMINATED, "the guest terminated itself: %x", *msr >> 12);
	*msr = code == CVMSTAT_GHCB_MSR_SEV_INFO ?
	       GHCB_PROTO_MAX << 48 | GHCB_PROTO_MIN << 32 | GHCB_MSR_SEV_INFO_RESP : 0;
}

static void serve_msr(struct vcpu *v, struct ghcb *g)
{
	bool write = g->sw_exit_info_1 & SVM_MSR_WRITE;
	u64 val = (u32)g->rax | g->rdx << 32;

	if (!msr_access(v, g->rcx, write, &val)) {
		g->sw_exit_info_1 = GHCB_RESULT_ERROR;
		g->sw_exit_info_2 = GHCB_ERR_INVALID_INPUT;
		return;
	}
	g->sw_exit_info_1 = GHCB_RESULT_OK;
	g->rax = (u32)val;
	g->rdx = val >> 32;
}

static void serve_ghcb(struct vcpu *v)
{
	struct ghcb *g = guest_ptr(ghcb_gpa[v->id], PAGE_SIZE);

	if (g->usage == GHCB_USAGE_HYPERV) {
		ledger_count(v->id, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_VMGEXIT_HYPERV,
			     LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
		g->rsvd_ff0[HYPERCALL_STATUS] = STATUS_INVALID_CODE;
		return;
	}
	detail_count(v->id, CVMSTAT_CLASS_VMGEXIT, g->sw_exit_code,
		     g->sw_exit_code == CVMSTAT_SVM_MSR ? DETAIL_MSR : DETAIL_NONE, g->rax, g->rcx,
		     g->sw_exit_info_1, 0);
	if (g->sw_exit_code == CVMSTAT_SVM_MSR) {
		serve_msr(v, g);
		return;
	}
	g->sw_exit_info_1 = GHCB_RESULT_ERROR;
	g->sw_exit_info_2 = GHCB_ERR_INVALID_EVENT;
}

/* At a VMMCALL: true if it is VMGEXIT, which has a REP prefix (APM vol. 3), and done. */
bool host_vmgexit(struct vcpu *v)
{
	u8 prefix;

	if (!guest_read(v, v->vmcb.save.rip, &prefix, sizeof(prefix)) || prefix != REP_PREFIX)
		return false;
	vcpu_skip(v, VMGEXIT_LEN);
	if (ghcb_msr[v->id] & GHCB_MSR_INFO_MASK)
		serve_msr_protocol(v);
	else if (ghcb_msr[v->id] == ghcb_gpa[v->id])
		serve_ghcb(v);
	else
		vcpu_guest_bug(v, "VMGEXIT with another GHCB than the paravisor's",
			       ghcb_msr[v->id]);
	return true;
}

/* R11: sub-function; R12, R13: MSR and value (GHCI 3.9, 3.10). */
static void tdvmcall(struct vcpu *v)
{
	u64 code = v->regs[R11], val = v->regs[R13];
	bool write = code == CVMSTAT_TDVMCALL_WRMSR;

	if (v->regs[R10]) {
		ledger_count(v->id, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, v->regs[R10],
			     CVMSTAT_OP_NONE);
		v->regs[R10] = face->tdvmcall(v);
		return;
	}
	if (!write && code != CVMSTAT_TDVMCALL_RDMSR) {
		ledger_count(v->id, CVMSTAT_CLASS_TDVMCALL, code, LEDGER_NO_DETAIL,
			     CVMSTAT_OP_NONE);
		v->regs[R10] = TDVMCALL_INVALID_OPERAND;
		return;
	}
	ledger_count(v->id, CVMSTAT_CLASS_TDVMCALL, code, (u32)v->regs[R12], CVMSTAT_OP_NONE);
	v->regs[R10] = msr_access(v, v->regs[R12], write, &val) ? 0 : TDVMCALL_INVALID_OPERAND;
	if (!write)
		v->regs[R11] = val;
}

/* At a #UD: true if it is TDCALL, and done. The paravisor answers for the module. */
bool host_tdcall(struct vcpu *v)
{
	static const u8 tdcall_insn[] = { 0x66, 0x0f, 0x01, 0xcc };
	u8 insn[sizeof(tdcall_insn)];

	if (v->vmcb.save.cpl || !guest_read(v, v->vmcb.save.rip, insn, sizeof(insn)) ||
	    memcmp(insn, tdcall_insn, sizeof(insn)))
		return false;
	vcpu_skip(v, sizeof(insn));
	if (v->regs[RAX] != CVMSTAT_TDCALL_VP_VMCALL) {
		ledger_count(v->id, CVMSTAT_CLASS_TDCALL, v->regs[RAX], LEDGER_NO_DETAIL,
			     CVMSTAT_OP_NONE);
		v->regs[RAX] = TDX_OPERAND_INVALID_RAX;
		return true;
	}
	tdvmcall(v);
	v->regs[RAX] = 0;
	return true;
}
