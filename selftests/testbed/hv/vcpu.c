// SPDX-License-Identifier: GPL-2.0
/* A vCPU's registers, as they are after power-on and when it is started. */
#include "end.h"
#include "face.h"
#include "ledger.h"
#include "platform.h"
#include "vcpu.h"

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

/* The vCPU of an APIC ID, or NULL. */
struct vcpu *vcpu_by_apic_id(u32 apic_id)
{
	u32 i;

	for (i = 0; i < nr_vcpus; i++)
		if (vcpus[i].apic_id == apic_id)
			return &vcpus[i];
	return NULL;
}

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

static void reset(struct vcpu *v)
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
	v->nmi_blocked = false;
	v->nmi_pending = false;
	if (platform->reset)
		platform->reset(v);
	if (face->reset)
		face->reset(v);
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

	reset(v);
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

	reset(v);
	s->cs = segment(cs, SEG_CODE16, (u64)cs << 4, 0xffff);
	set_data_segments(s, segment(0, SEG_DATA16, 0, 0xffff));
	s->cr0 = X86_CR0_ET;
	s->rip = ip;
	svm_vmload(&v->vmcb);
}

static void init_vmcb(struct vmcb *c)
{
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
}

/* On the CPU that @v is bound to. All but the first are in the firmware's hands. */
void vcpu_init(struct vcpu *v)
{
	static u32 maps_done;

	if (!__atomic_exchange_n(&maps_done, 1, __ATOMIC_ACQ_REL))
		permission_maps();
	wrmsr(MSR_VM_HSAVE_PA, (u64)v->hsave);
	v->held = v->id;
	init_vmcb(&v->vmcb);
	if (platform->vcpu_init)
		platform->vcpu_init(v);
}

/* What hardware would have punished ends the run. */
void vcpu_guest_bug(struct vcpu *v, const char *what, u64 gpa)
{
	ledger_bug();
	hv_end(HV_EXIT_GUEST_BUG, "guest bug: vCPU %u, RIP %x: %s, GPA %x", (u64)v->id,
	       v->vmcb.save.rip, what, gpa);
}

/* An exit that no platform asked for. */
void vcpu_unhandled(struct vcpu *v, u64 code)
{
	hv_end(HV_EXIT_INTERNAL, "vCPU %u: exit %x at RIP %x is not handled", (u64)v->id, code,
	       v->vmcb.save.rip);
}
