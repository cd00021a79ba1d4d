/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One virtual CPU, which is bound to one CPU of QEMU. Everything in it belongs
 * to that CPU, except `request` and what it guards, which others may set.
 */
#ifndef HV_VCPU_H
#define HV_VCPU_H

#include "asm-offsets.h"
#include "svm.h"
#include "x86.h"

/* In the order of the instruction encoding, so that a decoder can index it. */
enum gpr {
	RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI,
	R8, R9, R10, R11, R12, R13, R14, R15, NR_GPRS
};

/* What a vCPU that does not run waits for. */
enum vcpu_hold {
	HOLD_NONE,
	HOLD_FIRMWARE,		/* never started: in the firmware's hands */
	HOLD_WAIT_SIPI,		/* an INIT reset it */
	HOLD_AP_HLT_LOOP,	/* inside the AP reset hold NAE event */
	HOLD_AP_RESET_MSR,	/* inside the AP reset hold MSR request */
	HOLD_DESTROYED,		/* its VMSA was taken away */
};

#define VCPU_REQ_NMI	BIT(0)
#define VCPU_REQ_SIPI	BIT(1)	/* sipi_vector */
#define VCPU_REQ_VMSA	BIT(2)	/* vmsa_gpa */
#define VCPU_REQ_DESTROY BIT(3)
#define VCPU_REQ_INIT	BIT(4)

/* What TDG.VP.VEINFO.GET tells of a #VE (TDX module ABI spec.). */
struct ve_info {
	u32 reason, instr_len;
	u64 qual, gla, gpa;
};

struct vcpu {
	u8 stack[VCPU_STACK_SIZE];
	u64 regs[NR_GPRS];	/* RAX and RSP live in the VMCB while in the guest */
	u32 host_vector;	/* last vector that the host's IDT took, 0: none */
	u32 id;
	u32 apic_id;
	enum vcpu_hold hold;

	u32 request;		/* VCPU_REQ_*, atomic */
	u32 sipi_armed;		/* an INIT came: the next SIPI counts, atomic */
	u32 sipi_vector;
	bool sipi_early;	/* came before the vCPU was on hold */
	u64 vmsa_gpa;

	bool nmi_pending;
	bool nmi_blocked;
	u64 nmi_iret_rip;	/* the IRET that ends the block, 0: none */

	u64 host_cr4;		/* what vcpu_loop() last wrote there */
	u32 exits;		/* see end_turn() */

	u64 apic_base;
	u32 apic_ldr;
	u64 tsc_deadline;
	u64 deadline_lvtt;	/* LVTT as the guest wrote it, TSC-deadline mode */

	u64 ghcb_msr;
	u64 ghcb_gpa;		/* registered GHCB, SNP */

	struct ve_info ve;
	bool ve_valid;		/* TDG.VP.VEINFO.GET has not asked for it yet */

	u8 last_cpl;		/* CPL of the last trap, for faults that spare the kernel */

	struct vmcb vmcb;
	u8 hsave[PAGE_SIZE] __aligned(4096);
} __aligned(VCPU_STACK_SIZE);

_Static_assert(offsetof(struct vcpu, regs) == VCPU_RAX, "entry.S");
_Static_assert(offsetof(struct vcpu, regs[R15]) == VCPU_R15, "entry.S");
_Static_assert(offsetof(struct vcpu, host_vector) == VCPU_HOST_VECTOR, "entry.S");

/* The value of RDMSR and WRMSR: EDX:EAX. */
static inline u64 vcpu_edx_eax(const struct vcpu *v)
{
	return (u32)v->regs[RAX] | v->regs[RDX] << 32;
}

static inline void vcpu_set_edx_eax(struct vcpu *v, u64 val)
{
	v->regs[RAX] = (u32)val;
	v->regs[RDX] = val >> 32;
}

static inline void vcpu_set_cpuid(struct vcpu *v, const struct cpuid_regs *r)
{
	v->regs[RAX] = r->eax;
	v->regs[RBX] = r->ebx;
	v->regs[RCX] = r->ecx;
	v->regs[RDX] = r->edx;
}

extern struct vcpu vcpus[MAX_VCPUS];
extern u32 nr_vcpus;

void vcpu_init_host(struct vcpu *v);
void vcpu_loop(struct vcpu *v) __noreturn;
void vcpu_kick(struct vcpu *target, u32 request);
void vcpu_set_long_mode(struct vcpu *v, u64 rip, u64 cr3, u64 rsi);
void vcpu_set_real_mode(struct vcpu *v, u16 cs, u16 ip);
void vcpu_skip(struct vcpu *v, u32 bytes);
void vcpu_hlt(struct vcpu *v);
void vcpu_wait(struct vcpu *v, bool interrupts);

/* exit.c */
void vcpu_exit(struct vcpu *v);
void vcpu_guest_bug(struct vcpu *v, const char *what, u64 gpa) __noreturn;
void vcpu_unhandled(struct vcpu *v, u64 code) __noreturn;

void svm_run(struct vcpu *v, struct vmcb *vmcb);
void host_halt(void);
void host_halt_masked(void);
void host_take_nmi(void);
void host_exception(u32 vector, const u64 *frame);
void ap_main(void);

#endif
