// SPDX-License-Identifier: GPL-2.0
/*
 * The SVM core: a vCPU's registers, what it waits for, and its way into the
 * guest and back. Its exits are in exit.c. Nothing here knows SEV or TDX.
 */
#include "deliver.h"
#include "end.h"
#include "fault.h"
#include "guest.h"
#include "lapic.h"
#include "ledger.h"
#include "platform.h"

#define SEG_CODE64	0xa9b
#define SEG_CODE16	0x9b
#define SEG_DATA	0xc93
#define SEG_DATA16	0x93
#define SEG_LDT		0x82
#define SEG_TSS		0x8b
#define BOOT_CS		0x10
#define BOOT_DS		0x18
#define PAT_RESET	0x0007040600070406ULL
#define DR6_RESET	0xffff0ff0
#define DR7_RESET	0x400

struct vcpu vcpus[MAX_VCPUS];
u32 nr_vcpus = 1;
const struct platform *platform;

static u8 iopm[3 * PAGE_SIZE] __aligned(4096);
static u8 msrpm[2 * PAGE_SIZE] __aligned(4096);

/*
 * MSRs that a confidential guest reaches directly, as KVM sets them for SEV-ES
 * (Linux, arch/x86/kvm/svm/svm.c, direct_access_msrs).
 */
static const u32 direct_msrs[] = {
	0x48, 0x49, 0x174, 0x175, 0x176, MSR_PAT, 0xc0000081, 0xc0000082, 0xc0000083,
	0xc0000084, MSR_FS_BASE, MSR_GS_BASE, 0xc0000102, MSR_TSC_AUX,
};

/* Two bits an MSR, in three ranges: APM vol. 2, 15.11. */
static void msrpm_pass(u32 msr)
{
	u32 bit = msr >= 0xc0010000 ? 0x8000 + (msr - 0xc0010000) * 2 :
		  msr >= 0xc0000000 ? 0x4000 + (msr - 0xc0000000) * 2 : msr * 2;

	msrpm[bit / 8] &= ~(3 << bit % 8);
}

static void permission_maps(void)
{
	u32 i;

	memset(iopm, 0xff, sizeof(iopm));
	memset(msrpm, 0xff, sizeof(msrpm));
	for (i = 0; i < ARRAY_SIZE(direct_msrs); i++)
		msrpm_pass(direct_msrs[i]);
}

static struct svm_segment segment(u16 selector, u16 attrib, u64 base, u32 limit)
{
	return (struct svm_segment){ selector, attrib, limit, base };
}

static void set_data_segments(struct svm_save *s, struct svm_segment seg)
{
	s->ss = seg;
	s->ds = seg;
	s->es = seg;
	s->fs = seg;
	s->gs = seg;
}

static void set_reset_state(struct vcpu *v)
{
	struct svm_save *s = &v->vmcb.save;

	memset(s, 0, sizeof(*s));
	memset(v->regs, 0, sizeof(v->regs));
	s->efer = X86_EFER_SVME;
	s->rflags = X86_EFLAGS_FIXED;
	s->g_pat = PAT_RESET;
	s->dr6 = DR6_RESET;
	s->dr7 = DR7_RESET;
	s->gdtr.limit = 0xffff;
	s->idtr.limit = 0xffff;
	s->ldtr = segment(0, SEG_LDT, 0, 0xffff);
	s->tr = segment(0, SEG_TSS, 0, 0xffff);
	v->vmcb.int_ctl = 0;
	v->vmcb.int_state = 0;
	v->vmcb.event_inj = 0;
	v->ve_valid = false;
	v->nmi_blocked = false;
	v->nmi_pending = false;
}

/**
 * vcpu_set_long_mode - start in 64-bit mode, paging on
 * @v: the vCPU
 * @rip: where
 * @cr3: identity-mapping page tables
 * @rsi: boot_params, for a kernel's 64-bit entry
 */
void vcpu_set_long_mode(struct vcpu *v, u64 rip, u64 cr3, u64 rsi)
{
	struct svm_save *s = &v->vmcb.save;

	set_reset_state(v);
	s->cs = segment(BOOT_CS, SEG_CODE64, 0, ~0U);
	set_data_segments(s, segment(BOOT_DS, SEG_DATA, 0, ~0U));
	s->efer |= X86_EFER_LME | X86_EFER_LMA | X86_EFER_NXE;
	s->cr0 = X86_CR0_PE | X86_CR0_ET | X86_CR0_NE | X86_CR0_PG;
	s->cr4 = X86_CR4_PAE;
	s->cr3 = cr3;
	s->rip = rip;
	v->regs[RSI] = rsi;
	svm_vmload(&v->vmcb);
}

/* Start in real mode, as after a SIPI or a firmware's far jump. */
void vcpu_set_real_mode(struct vcpu *v, u16 cs, u16 ip)
{
	struct svm_save *s = &v->vmcb.save;

	set_reset_state(v);
	s->cs = segment(cs, SEG_CODE16, (u64)cs << 4, 0xffff);
	set_data_segments(s, segment(0, SEG_DATA16, 0, 0xffff));
	s->cr0 = X86_CR0_ET;
	s->rip = ip;
	svm_vmload(&v->vmcb);
}

static void init_vmcb(struct vcpu *v)
{
	struct vmcb *c = &v->vmcb;

	memset(c, 0, sizeof(*c));
	c->intercept_excp = BIT(X86_TRAP_UD);
	c->intercept3 = SVM_I3_NMI | SVM_I3_IOIO | SVM_I3_MSR | SVM_I3_SHUTDOWN | SVM_I3_CPUID |
			SVM_I3_HLT;
	c->intercept4 = SVM_I4_VMRUN | SVM_I4_VMMCALL | SVM_I4_VMLOAD | SVM_I4_VMSAVE |
			SVM_I4_STGI | SVM_I4_CLGI | SVM_I4_SKINIT;
	c->iopm_base_pa = (u64)iopm;
	c->msrpm_base_pa = (u64)msrpm;
	c->asid = 1;
	c->nested_ctl = 1;
	if (platform->vcpu_init)
		platform->vcpu_init(v);
}

/* On the CPU that @v is bound to, before vcpu_loop(). */
void vcpu_init_host(struct vcpu *v)
{
	static u32 maps_done;

	if (!__atomic_exchange_n(&maps_done, 1, __ATOMIC_ACQ_REL))
		permission_maps();
	wrmsr(MSR_VM_HSAVE_PA, (u64)v->hsave);
	lapic_init(v);
	v->hold = v->id ? HOLD_FIRMWARE : HOLD_NONE;
	init_vmcb(v);
}

/**
 * vcpu_kick - ask something of another vCPU, or of this one
 * @target: the vCPU, running, halted or on hold
 * @request: VCPU_REQ_*; what the request carries was stored before
 */
void vcpu_kick(struct vcpu *target, u32 request)
{
	__atomic_or_fetch(&target->request, request, __ATOMIC_RELEASE);
	lapic_send_nmi(target->apic_id);
}

/* The instruction is done. */
void vcpu_skip(struct vcpu *v, u32 bytes)
{
	v->vmcb.save.rip += bytes;
	v->vmcb.int_state = 0;
}

/**
 * vcpu_wait - sleep on QEMU's CPU until the guest has something to do
 * @v: the vCPU; RIP is behind what makes it wait
 * @interrupts: whether an interrupt ends it; an NMI and a request always do
 *
 * The interrupt that wakes it is acknowledged by the host's IDT and handed on,
 * so that the APIC's state is as the guest expects.
 */
void vcpu_wait(struct vcpu *v, bool interrupts)
{
	while (!interrupts || !(v->vmcb.int_ctl & SVM_V_IRQ)) {
		if (__atomic_load_n(&v->request, __ATOMIC_ACQUIRE) ||
		    (v->nmi_pending && !v->nmi_blocked))
			return;
		if (!interrupts) {
			host_halt_masked();
			continue;
		}
		v->host_vector = 0;
		host_halt();
		if (v->host_vector)
			deliver_interrupt(v, v->host_vector);
	}
}

/* HLT: with IF clear, as Linux leaves a CPU that goes off line, only an NMI or INIT ends it. */
void vcpu_hlt(struct vcpu *v)
{
	vcpu_skip(v, HLT_LEN);
	vcpu_wait(v, v->vmcb.save.rflags & X86_EFLAGS_IF);
}

static void take_requests(struct vcpu *v)
{
	u32 req;

	if (!__atomic_load_n(&v->request, __ATOMIC_RELAXED))
		return;
	req = __atomic_exchange_n(&v->request, 0, __ATOMIC_ACQUIRE);
	if (req & VCPU_REQ_DESTROY)
		v->hold = HOLD_DESTROYED;
	if (req & VCPU_REQ_NMI)
		v->nmi_pending = true;
	/* In the order in which a vCPU gets them. */
	if (req & VCPU_REQ_INIT && platform->init)
		platform->init(v);
	if (req & (VCPU_REQ_SIPI | VCPU_REQ_VMSA) && platform->start)
		platform->start(v, req);
}

/* On hold, the APIC's interrupts are lost, as an INIT would lose them. */
static void park(struct vcpu *v)
{
	bool poll = v->hold == HOLD_FIRMWARE && platform->poll_start;

	if (poll)
		lapic_poll_timer(true);
	v->host_vector = 0;
	if (!__atomic_load_n(&v->request, __ATOMIC_ACQUIRE))
		host_halt();
	if (v->host_vector)
		lapic_eoi();
	if (poll && platform->poll_start(v))
		lapic_poll_timer(false);
}

/*
 * TCG empties its table of translated blocks whenever a bit of CR4 that matters
 * for paging changes: twice an exit, if host and guest differ. So the host has
 * the guest's, which do not matter to it: it has no user pages.
 */
static void adopt_cr4(struct vcpu *v)
{
	u64 cr4 = X86_CR4_PAE | (v->vmcb.save.cr4 & (X86_CR4_PSE | X86_CR4_PGE | X86_CR4_SMEP |
						     X86_CR4_SMAP));

	if (cr4 == v->host_cr4)
		return;
	v->host_cr4 = cr4;
	write_cr4(cr4);
}

/*
 * Where vCPUs take turns (README.md, "Limits"), a turn lasts until a timer ends
 * it, and one that waits for the others, as Linux does whenever it patches code,
 * waits for as many long turns. PAUSE ends a turn. Not after each exit, or a
 * vCPU that exits often would fall behind one that computes.
 */
#define EXITS_A_TURN	16

static void end_turn(struct vcpu *v)
{
	if (nr_vcpus > 1 && ++v->exits % EXITS_A_TURN == 0)
		cpu_pause();
}

/* Runs @v for ever, on its own CPU. */
void vcpu_loop(struct vcpu *v)
{
	struct svm_save *s = &v->vmcb.save;

	for (;;) {
		take_requests(v);
		if (v->hold) {
			park(v);
			continue;
		}
		deliver_nmi_if_due(v);
		v->vmcb.nested_cr3 = npt_root(s->cr0 & X86_CR0_PG);
		s->rax = v->regs[RAX];
		s->rsp = v->regs[RSP];
		adopt_cr4(v);
		svm_run(v, &v->vmcb);
		v->regs[RAX] = s->rax;
		v->regs[RSP] = s->rsp;
		/* A shutdown has its event in flight: that is why it is one. */
		if (v->vmcb.exit_int_info & SVM_INJ_VALID &&
		    v->vmcb.exit_code != CVMSTAT_SVM_SHUTDOWN)
			hv_end(HV_EXIT_INTERNAL, "vCPU %u: exit %x (%x %x) at RIP %x lost event %x",
			       (u64)v->id, v->vmcb.exit_code, v->vmcb.exit_info_1,
			       v->vmcb.exit_info_2, s->rip, v->vmcb.exit_int_info);
		vcpu_exit(v);
		if (fault_due(v->id, FAULT_NMI))
			v->nmi_pending = true;
		end_turn(v);
	}
}

/* An exception in the hypervisor itself. @frame: RIP, CS, RFLAGS (or error code first). */
void host_exception(u32 vector, const u64 *frame)
{
	hv_end(HV_EXIT_INTERNAL, "exception %u in the hypervisor: %x %x %x", (u64)vector, frame[0],
	       frame[1], frame[2]);
}
