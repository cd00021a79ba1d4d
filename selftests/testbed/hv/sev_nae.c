// SPDX-License-Identifier: GPL-2.0
/* Non-automatic exits through the GHCB: GHCB specification, section 4. */
#include "boot.h"
#include "end.h"
#include "fault.h"
#include "guest.h"
#include "io.h"
#include "ledger.h"
#include "log.h"
#include "sev.h"

#define MMIO_SIZE_MAX	8

/* Inputs that an event cannot do without. */
#define NEED_RAX	BIT(0)
#define NEED_RBX	BIT(1)
#define NEED_RCX	BIT(2)
#define NEED_RDX	BIT(3)
#define NEED_SCRATCH	BIT(4)

static void ghcb_set_valid(struct ghcb *g, u32 bit)
{
	g->valid_bitmap[bit / 64] |= BIT(bit & 63);
}

static void answer_rax(struct nae *n, u64 val)
{
	n->ghcb->rax = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rax));
}

static void answer_rbx(struct nae *n, u64 val)
{
	n->ghcb->rbx = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rbx));
}

static void answer_rcx(struct nae *n, u64 val)
{
	n->ghcb->rcx = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rcx));
}

static void answer_rdx(struct nae *n, u64 val)
{
	n->ghcb->rdx = val;
	ghcb_set_valid(n->ghcb, GHCB_BIT(rdx));
}

void nae_fail(struct nae *n, u64 reason)
{
	n->result = GHCB_RESULT_ERROR;
	n->result_info = reason;
}

static void nae_inject_gp(struct nae *n)
{
	n->result = GHCB_RESULT_EXCEPTION;
	n->result_info = SVM_INJ_WITH_ERROR(X86_TRAP_GP);
}

static void nae_nothing(struct vcpu *v, struct nae *n)
{
	(void)v;
	(void)n;
}

static void nae_cpuid(struct vcpu *v, struct nae *n)
{
	struct cpuid_regs r;

	platform->cpuid(v, n->rax, n->rcx, &r);
	answer_rax(n, r.eax);
	answer_rbx(n, r.ebx);
	answer_rcx(n, r.ecx);
	answer_rdx(n, r.edx);
}

static void nae_msr(struct vcpu *v, struct nae *n)
{
	bool write = n->info1 & 1;
	u64 val = (u32)n->rax | n->rdx << 32;

	if (!msr_access(v, n->rcx, write, &val)) {
		nae_inject_gp(n);
	} else if (!write) {
		answer_rax(n, (u32)val);
		answer_rdx(n, val >> 32);
	}
}

/* Elements of string I/O move between the port and the shared buffer. */
static void nae_ioio_string(struct nae *n, u32 size)
{
	u64 count = n->info2;
	u8 *p = n->scratch;
	u32 val = 0;

	if (!p || count > n->scratch_len / size) {
		nae_fail(n, GHCB_ERR_INVALID_SCRATCH);
		return;
	}
	for (; count; count--, p += size) {
		if (n->info1 & SVM_IOIO_IN) {
			val = io_in(SVM_IOIO_PORT(n->info1), size);
			memcpy(p, &val, size);
		} else {
			memcpy(&val, p, size);
			io_out(SVM_IOIO_PORT(n->info1), size, val);
		}
	}
}

static void nae_ioio(struct vcpu *v, struct nae *n)
{
	u32 size = SVM_IOIO_SIZE(n->info1);
	u16 port = SVM_IOIO_PORT(n->info1);

	(void)v;
	if (size != 1 && size != 2 && size != 4)
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
	else if (n->info1 & SVM_IOIO_STRING)
		nae_ioio_string(n, size);
	else if (n->info1 & SVM_IOIO_IN)
		answer_rax(n, io_in(port, size));
	else
		io_out(port, size, n->rax);
}

static bool mmio_check(struct nae *n)
{
	if (!n->scratch || n->scratch_len < n->info2 || n->info2 > MMIO_SIZE_MAX) {
		nae_fail(n, GHCB_ERR_INVALID_SCRATCH);
		return false;
	}
	if (!mmio_allowed(n->info1, n->info2)) {
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
		return false;
	}
	return true;
}

static void nae_mmio_read(struct vcpu *v, struct nae *n)
{
	u64 val;

	if (!mmio_check(n))
		return;
	val = mmio_read(v, n->info1, n->info2);
	memcpy(n->scratch, &val, n->info2);
}

static void nae_mmio_write(struct vcpu *v, struct nae *n)
{
	u64 val = 0;

	if (!mmio_check(n))
		return;
	memcpy(&val, n->scratch, n->info2);
	mmio_write(v, n->info1, n->info2, val);
}

static void nae_dr7_read(struct vcpu *v, struct nae *n)
{
	answer_rax(n, v->vmcb.save.dr7);
}

static void nae_rdtsc(struct vcpu *v, struct nae *n)
{
	u64 tsc = rdtsc();

	(void)v;
	answer_rax(n, (u32)tsc);
	answer_rdx(n, tsc >> 32);
	if (n->code == CVMSTAT_SVM_RDTSCP)
		answer_rcx(n, rdmsr(MSR_TSC_AUX));
}

/* No performance counters: as a PMU that never counts. */
static void nae_rdpmc(struct vcpu *v, struct nae *n)
{
	(void)v;
	answer_rax(n, 0);
	answer_rdx(n, 0);
}

static void nae_vmmcall(struct vcpu *v, struct nae *n)
{
	(void)v;
	answer_rax(n, (u64)-KVM_ENOSYS);
}

static void nae_nmi_complete(struct vcpu *v, struct nae *n)
{
	(void)n;
	v->nmi_blocked = false;
}

static void nae_ap_hlt_loop(struct vcpu *v, struct nae *n)
{
	(void)n;
	v->hold = HOLD_AP_HLT_LOOP;
}

static void nae_ap_jump_table(struct vcpu *v, struct nae *n)
{
	(void)v;
	if (n->info1 == GHCB_JUMP_TABLE_GET)
		n->result_info = (u64)boot_area->jump_table;
	else if (n->info1 != GHCB_JUMP_TABLE_SET)
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
}

static void nae_hv_features(struct vcpu *v, struct nae *n)
{
	(void)v;
	n->result_info = sev_hv_features();
}

static void nae_terminate(struct vcpu *v, struct nae *n)
{
	hv_end(HV_EXIT_GHCB_TERMINATE,
	       "guest terminated itself: GHCB event, reason %x, information %x, RIP %x", n->info1,
	       n->info2, v->vmcb.save.rip);
}

static void nae_unsupported(struct vcpu *v, struct nae *n)
{
	hv_log("vCPU %u: guest says that it cannot handle exit %x", (u64)v->id, n->info1);
}

static const struct {
	u64 code;
	u32 need;
	bool snp;
	void (*handle)(struct vcpu *v, struct nae *n);
} nae_events[] = {
	{ CVMSTAT_NAE_MMIO_WRITE, NEED_SCRATCH, false, nae_mmio_write },
	{ CVMSTAT_NAE_MMIO_READ, NEED_SCRATCH, false, nae_mmio_read },
	{ CVMSTAT_SVM_CPUID, NEED_RAX | NEED_RCX, false, nae_cpuid },
	{ CVMSTAT_SVM_MSR, NEED_RCX, false, nae_msr },
	{ CVMSTAT_SVM_IOIO, 0, false, nae_ioio },
	{ CVMSTAT_SVM_DR7_READ, 0, false, nae_dr7_read },
	{ CVMSTAT_SVM_DR7_WRITE, NEED_RAX, false, nae_nothing },
	{ CVMSTAT_SVM_RDTSC, 0, false, nae_rdtsc },
	{ CVMSTAT_SVM_RDTSCP, 0, false, nae_rdtsc },
	{ CVMSTAT_SVM_RDPMC, NEED_RCX, false, nae_rdpmc },
	{ CVMSTAT_SVM_INVD, 0, false, nae_nothing },
	{ CVMSTAT_SVM_WBINVD, 0, false, nae_nothing },
	{ CVMSTAT_SVM_MONITOR, NEED_RAX | NEED_RCX | NEED_RDX, false, nae_nothing },
	{ CVMSTAT_SVM_MWAIT, NEED_RAX | NEED_RCX, false, nae_nothing },
	{ CVMSTAT_SVM_VMMCALL, NEED_RAX, false, nae_vmmcall },
	{ CVMSTAT_NAE_NMI_COMPLETE, 0, false, nae_nmi_complete },
	{ CVMSTAT_NAE_AP_HLT_LOOP, 0, false, nae_ap_hlt_loop },
	{ CVMSTAT_NAE_AP_JUMP_TABLE, 0, false, nae_ap_jump_table },
	{ CVMSTAT_NAE_PSC, NEED_SCRATCH, true, snp_nae_psc },
	{ CVMSTAT_NAE_GUEST_REQUEST, 0, true, snp_nae_guest_request },
	{ CVMSTAT_NAE_EXT_GUEST_REQUEST, NEED_RAX | NEED_RBX, true, snp_nae_guest_request },
	{ CVMSTAT_NAE_AP_CREATION, 0, true, snp_nae_ap_creation },
	{ CVMSTAT_NAE_HV_FEATURES, 0, false, nae_hv_features },
	{ CVMSTAT_NAE_TERMINATE, 0, false, nae_terminate },
	{ CVMSTAT_NAE_UNSUPPORTED, 0, false, nae_unsupported },
};

/* The detail and direction of an NAE event: LEDGER.md, "Details". */
static void nae_count(struct vcpu *v, const struct nae *n)
{
	u64 detail = LEDGER_NO_DETAIL;
	enum cvmstat_op op = CVMSTAT_OP_NONE;

	switch (n->code) {
	case CVMSTAT_SVM_CPUID:
		detail = (u32)n->rax;
		break;
	case CVMSTAT_SVM_MSR:
		detail = (u32)n->rcx;
		op = n->info1 & 1 ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
		break;
	case CVMSTAT_SVM_IOIO:
		detail = SVM_IOIO_PORT(n->info1);
		op = n->info1 & SVM_IOIO_IN ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
		break;
	case CVMSTAT_NAE_MMIO_READ:
	case CVMSTAT_NAE_MMIO_WRITE:
		detail = n->info1 & GPA_MASK;
		break;
	}
	ledger_count(v->id, CVMSTAT_CLASS_VMGEXIT, n->code, detail, op);
}

static bool inputs_valid(const struct nae *n, u32 need)
{
	const struct ghcb *g = n->ghcb;

	return (!(need & NEED_RAX) || ghcb_valid(g, GHCB_BIT(rax))) &&
	       (!(need & NEED_RBX) || ghcb_valid(g, GHCB_BIT(rbx))) &&
	       (!(need & NEED_RCX) || ghcb_valid(g, GHCB_BIT(rcx))) &&
	       (!(need & NEED_RDX) || ghcb_valid(g, GHCB_BIT(rdx))) &&
	       (!(need & NEED_SCRATCH) || ghcb_valid(g, GHCB_BIT(sw_scratch)));
}

/* GHCB 4.1: the scratch area lies in the GHCB's own buffer or in other shared memory. */
static void find_scratch(struct nae *n)
{
	u64 gpa = n->ghcb->sw_scratch, offset = gpa & ~PAGE_MASK, end = PAGE_SIZE;
	u8 *p = guest_ptr(gpa, PAGE_SIZE - offset);

	if (!p || (sev_is_snp() && page_state_get(gpa) != PAGE_SHARED))
		return;
	if (p - offset == (u8 *)n->ghcb) {
		end = offsetof(struct ghcb, rsvd_ff0);
		if (offset < offsetof(struct ghcb, shared_buffer) || offset >= end)
			return;
	}
	n->scratch = p;
	n->scratch_len = end - offset;
}

/* The guest's GHCB, or the end of the guest: GHCB 2.3.2, "GHCB GPA Registration". */
static struct ghcb *get_ghcb(struct vcpu *v)
{
	u64 gpa = v->ghcb_msr;
	struct ghcb *g = guest_ptr(gpa, PAGE_SIZE);

	if (!g || gpa & ~PAGE_MASK)
		vcpu_guest_bug(v, "VMGEXIT with a GHCB that is no page of RAM", gpa);
	if (!sev_is_snp())
		return g;
	if (page_state_get(gpa) != PAGE_SHARED)
		vcpu_guest_bug(v, "VMGEXIT with a GHCB in a private page", gpa);
	if (gpa != v->ghcb_gpa)
		vcpu_guest_bug(v, "VMGEXIT with a GHCB that is not registered", gpa);
	return g;
}

static void serve(struct vcpu *v, struct nae *n)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(nae_events); i++) {
		if (nae_events[i].code != n->code || (nae_events[i].snp && !sev_is_snp()))
			continue;
		if (!inputs_valid(n, nae_events[i].need)) {
			nae_fail(n, GHCB_ERR_MISSING_INPUT);
			return;
		}
		nae_events[i].handle(v, n);
		return;
	}
	nae_fail(n, GHCB_ERR_INVALID_EVENT);
}

/**
 * sev_nae - serve a VMGEXIT whose request is in the GHCB
 * @v: the vCPU; RIP is behind the VMGEXIT
 */
void sev_nae(struct vcpu *v)
{
	struct ghcb *g = get_ghcb(v);
	struct nae n = { .ghcb = g };

	if (g->usage) {
		ledger_count(v->id, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_VMGEXIT_HYPERV, LEDGER_NO_DETAIL,
			     CVMSTAT_OP_NONE);
		nae_fail(&n, GHCB_ERR_INVALID_USAGE);
	} else {
		n.code = g->sw_exit_code;
		n.info1 = g->sw_exit_info_1;
		n.info2 = g->sw_exit_info_2;
		n.rax = g->rax;
		n.rbx = g->rbx;
		n.rcx = g->rcx;
		n.rdx = g->rdx;
		if (ghcb_valid(g, GHCB_BIT(sw_scratch)))
			find_scratch(&n);
		nae_count(v, &n);
		if (sev_may_refuse(v, n.code) && fault_due(v->id, FAULT_GHCB_ERROR))
			nae_inject_gp(&n);
		else
			serve(v, &n);
	}
	g->sw_exit_info_1 = n.result;
	g->sw_exit_info_2 = n.result_info;
	ghcb_set_valid(g, GHCB_BIT(sw_exit_info_1));
	ghcb_set_valid(g, GHCB_BIT(sw_exit_info_2));
	if (v->hold == HOLD_AP_HLT_LOOP)
		sev_held(v);
	if (fault_due(v->id, FAULT_LIE))
		sev_lie(v, &n);
}
