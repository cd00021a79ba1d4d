// SPDX-License-Identifier: GPL-2.0
/* Non-automatic exits through the GHCB, event by event: GHCB specification, section 4. */
#include "ap.h"
#include "detail.h"
#include "end.h"
#include "events.h"
#include "face.h"
#include "fault.h"
#include "io.h"
#include "lie.h"
#include "msr.h"
#include "rmp.h"
#include "sev.h"
#include "svsm.h"
#include "vmsa.h"

#define MMIO_SIZE_MAX	8

/* The instruction behind the request gets a #GP. */
static void inject_gp(struct nae *n)
{
	n->result = GHCB_RESULT_EXCEPTION;
	n->result_info = SVM_INJ_WITH_ERROR(X86_TRAP_GP);
}

static void do_nothing(struct vcpu *v, struct nae *n)
{
	(void)v;
	(void)n;
}

static void do_cpuid(struct vcpu *v, struct nae *n)
{
	struct cpuid_regs r;

	platform->cpuid(v, n->rax, n->rcx, &r);
	nae_answer_rax(n, r.eax);
	nae_answer_rbx(n, r.ebx);
	nae_answer_rcx(n, r.ecx);
	nae_answer_rdx(n, r.edx);
}

static void do_msr(struct vcpu *v, struct nae *n)
{
	bool write = n->info1 & 1;
	u64 val = (u32)n->rax | n->rdx << 32;

	if (!msr_access(v, n->rcx, write, &val)) {
		inject_gp(n);
	} else if (!write) {
		nae_answer_rax(n, (u32)val);
		nae_answer_rdx(n, val >> 32);
	}
}

/* Elements of string I/O move between the port and the shared buffer. */
static void do_ioio_string(struct nae *n, u32 size)
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

static void do_ioio(struct vcpu *v, struct nae *n)
{
	u32 size = SVM_IOIO_SIZE(n->info1);
	u16 port = SVM_IOIO_PORT(n->info1);

	(void)v;
	if (size != 1 && size != 2 && size != 4)
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
	else if (n->info1 & SVM_IOIO_STRING)
		do_ioio_string(n, size);
	else if (n->info1 & SVM_IOIO_IN)
		nae_answer_rax(n, io_in(port, size));
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

static void do_mmio_read(struct vcpu *v, struct nae *n)
{
	u64 val;

	if (!mmio_check(n))
		return;
	val = mmio_read(v, n->info1, n->info2);
	memcpy(n->scratch, &val, n->info2);
}

static void do_mmio_write(struct vcpu *v, struct nae *n)
{
	u64 val = 0;

	if (!mmio_check(n))
		return;
	memcpy(&val, n->scratch, n->info2);
	mmio_write(v, n->info1, n->info2, val);
}

static void do_dr7_read(struct vcpu *v, struct nae *n)
{
	nae_answer_rax(n, v->vmcb.save.dr7);
}

static void do_rdtsc(struct vcpu *v, struct nae *n)
{
	u64 tsc = rdtsc();

	(void)v;
	nae_answer_rax(n, (u32)tsc);
	nae_answer_rdx(n, tsc >> 32);
	if (n->code == CVMSTAT_SVM_RDTSCP)
		nae_answer_rcx(n, rdmsr(MSR_TSC_AUX));
}

/* No performance counters: as a PMU that never counts. */
static void do_rdpmc(struct vcpu *v, struct nae *n)
{
	(void)v;
	nae_answer_rax(n, 0);
	nae_answer_rdx(n, 0);
}

/* Beside RAX, Linux shows the registers that its hypervisor's calls take. */
static void do_vmmcall(struct vcpu *v, struct nae *n)
{
	u64 regs[NR_GPRS] = {
		[RAX] = n->rax, [RBX] = n->rbx, [RCX] = n->rcx, [RDX] = n->rdx, [RSI] = n->rsi,
	};

	nae_answer_rax(n, face->hypercall(v, regs, n->cpl));
}

static void do_nmi_complete(struct vcpu *v, struct nae *n)
{
	(void)n;
	v->nmi_blocked = false;
}

static void do_ap_hlt_loop(struct vcpu *v, struct nae *n)
{
	(void)n;
	ap_hold(v, HOLD_AP_HLT_LOOP);
}

static void do_ap_jump_table(struct vcpu *v, struct nae *n)
{
	(void)v;
	if (n->info1 == GHCB_JUMP_TABLE_GET)
		n->result_info = ap_jump_table();
	else if (n->info1 != GHCB_JUMP_TABLE_SET)
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
}

/* Only below an SVSM is there another VMPL. */
static void do_run_vmpl(struct vcpu *v, struct nae *n)
{
	if (!guest_vmpl)
		nae_fail(n, GHCB_ERR_INVALID_EVENT);
	else if (!svsm_run_vmpl(v, (u32)n->info1))
		nae_fail(n, GHCB_ERR_INVALID_INPUT);
}

/* No firmware behind it: a VMM error, which the driver reports as such. */
static void do_guest_request(struct vcpu *v, struct nae *n)
{
	(void)v;
	n->result_info = GUEST_REQUEST_VMM_ERROR;
}

static void do_hv_features(struct vcpu *v, struct nae *n)
{
	(void)v;
	n->result_info = sev_hv_features();
}

static void do_terminate(struct vcpu *v, struct nae *n)
{
	hv_end(HV_EXIT_TERMINATED,
	       "guest terminated itself: GHCB event, reason %x, information %x, RIP %x", n->info1,
	       n->info2, v->vmcb.save.rip);
}

static void do_unsupported(struct vcpu *v, struct nae *n)
{
	hv_log("vCPU %u: guest says that it cannot handle exit %x", (u64)v->id, n->info1);
}

/* Inputs that an event cannot do without. */
#define NEED_RAX	BIT(0)
#define NEED_RBX	BIT(1)
#define NEED_RCX	BIT(2)
#define NEED_RDX	BIT(3)
#define NEED_SCRATCH	BIT(4)

static const struct event {
	u64 code;
	u32 need;
	enum detail detail;
	bool snp;
	void (*handle)(struct vcpu *v, struct nae *n);
} events[] = {
	{ CVMSTAT_NAE_MMIO_WRITE, NEED_SCRATCH, DETAIL_GPA, false, do_mmio_write },
	{ CVMSTAT_NAE_MMIO_READ, NEED_SCRATCH, DETAIL_GPA, false, do_mmio_read },
	{ CVMSTAT_SVM_CPUID, NEED_RAX | NEED_RCX, DETAIL_LEAF, false, do_cpuid },
	{ CVMSTAT_SVM_MSR, NEED_RCX, DETAIL_MSR, false, do_msr },
	{ CVMSTAT_SVM_IOIO, 0, DETAIL_PORT, false, do_ioio },
	{ CVMSTAT_SVM_DR7_READ, 0, DETAIL_NONE, false, do_dr7_read },
	{ CVMSTAT_SVM_DR7_WRITE, NEED_RAX, DETAIL_NONE, false, do_nothing },
	{ CVMSTAT_SVM_RDTSC, 0, DETAIL_NONE, false, do_rdtsc },
	{ CVMSTAT_SVM_RDTSCP, 0, DETAIL_NONE, false, do_rdtsc },
	{ CVMSTAT_SVM_RDPMC, NEED_RCX, DETAIL_NONE, false, do_rdpmc },
	{ CVMSTAT_SVM_INVD, 0, DETAIL_NONE, false, do_nothing },
	{ CVMSTAT_SVM_WBINVD, 0, DETAIL_NONE, false, do_nothing },
	{ CVMSTAT_SVM_MONITOR, NEED_RAX | NEED_RCX | NEED_RDX, DETAIL_NONE, false, do_nothing },
	{ CVMSTAT_SVM_MWAIT, NEED_RAX | NEED_RCX, DETAIL_NONE, false, do_nothing },
	{ CVMSTAT_SVM_VMMCALL, NEED_RAX, DETAIL_HYPERCALL, false, do_vmmcall },
	{ CVMSTAT_NAE_NMI_COMPLETE, 0, DETAIL_NONE, false, do_nmi_complete },
	{ CVMSTAT_NAE_AP_HLT_LOOP, 0, DETAIL_NONE, false, do_ap_hlt_loop },
	{ CVMSTAT_NAE_AP_JUMP_TABLE, 0, DETAIL_NONE, false, do_ap_jump_table },
	{ CVMSTAT_NAE_PSC, NEED_SCRATCH, DETAIL_NONE, true, rmp_psc },
	{ CVMSTAT_NAE_GUEST_REQUEST, 0, DETAIL_NONE, true, do_guest_request },
	{ CVMSTAT_NAE_EXT_GUEST_REQUEST, NEED_RAX | NEED_RBX, DETAIL_NONE, true, do_guest_request },
	{ CVMSTAT_NAE_AP_CREATION, 0, DETAIL_NONE, true, vmsa_ap_creation },
	{ CVMSTAT_NAE_RUN_VMPL, 0, DETAIL_NONE, true, do_run_vmpl },
	{ CVMSTAT_NAE_HV_FEATURES, 0, DETAIL_NONE, false, do_hv_features },
	{ CVMSTAT_NAE_TERMINATE, 0, DETAIL_NONE, false, do_terminate },
	{ CVMSTAT_NAE_UNSUPPORTED, 0, DETAIL_NONE, false, do_unsupported },
};

/* Did the guest say that these inputs are there? */
static bool inputs_valid(const struct nae *n, u32 need)
{
	const struct ghcb *g = n->ghcb;

	return (!(need & NEED_RAX) || ghcb_valid(g, GHCB_BIT(rax))) &&
	       (!(need & NEED_RBX) || ghcb_valid(g, GHCB_BIT(rbx))) &&
	       (!(need & NEED_RCX) || ghcb_valid(g, GHCB_BIT(rcx))) &&
	       (!(need & NEED_RDX) || ghcb_valid(g, GHCB_BIT(rdx))) &&
	       (!(need & NEED_SCRATCH) || ghcb_valid(g, GHCB_BIT(sw_scratch)));
}

static const struct event *find(u64 code)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].code == code && (!events[i].snp || platform->snp))
			return &events[i];
	return NULL;
}

/* Where an MMIO event is, and what it writes, if that is an ICR. */
static u64 address(const struct nae *n)
{
	u64 gpa = n->info1 & GPA_MASK;
	u32 icr;

	if (n->code != CVMSTAT_NAE_MMIO_WRITE || gpa != CVMSTAT_XAPIC_ICR || !n->scratch ||
	    n->scratch_len < sizeof(icr))
		return gpa;
	memcpy(&icr, n->scratch, sizeof(icr));
	return CVMSTAT_ICR_DETAIL(gpa, icr);
}

/* Known or not, it is counted. */
void event_serve(struct vcpu *v, struct nae *n)
{
	const struct event *event = find(n->code);

	detail_count(v->id, CVMSTAT_CLASS_VMGEXIT, n->code, event ? event->detail : DETAIL_NONE,
		     n->rax, n->rcx, n->info1, address(n));
	if (fault_rates[FAULT_REFUSE] && lie_may_refuse(v, n->code) &&
	    fault_due(v->id, FAULT_REFUSE))
		inject_gp(n);
	else if (!event)
		nae_fail(n, GHCB_ERR_INVALID_EVENT);
	else if (!inputs_valid(n, event->need))
		nae_fail(n, GHCB_ERR_MISSING_INPUT);
	else
		event->handle(v, n);
}
