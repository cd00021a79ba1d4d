/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One virtual CPU, which is bound to one CPU of QEMU. Everything in it belongs
 * to that CPU, except `request` and what it guards, which others may set. What
 * only one platform has to know of a vCPU is in that platform's own folder.
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

#define VCPU_REQ_NMI	BIT(0)
#define VCPU_REQ_INIT	BIT(1)
#define VCPU_REQ_SIPI	BIT(2)	/* sipi_vector */
#define VCPU_REQ_WAKE	BIT(3)	/* ends a halt, this one or the next */
#define VCPU_REQ_FLUSH	BIT(4)	/* to have left the guest */
/* The first of those that only a platform knows. */
#define VCPU_REQ_PLATFORM BIT(8)

struct vcpu {
	u8 stack[VCPU_STACK_SIZE];
	u64 regs[NR_GPRS];	/* RAX and RSP live in the VMCB while in the guest */
	u32 host_vector;	/* last vector that the host's IDT took, 0: none */
	u32 id;
	u32 apic_id;
	bool held;		/* does not run: why, the platform knows */

	u32 request;		/* VCPU_REQ_*, atomic */
	u32 sipi_vector;

	bool wake;		/* a VCPU_REQ_WAKE was taken, and has ended no halt */
	bool nmi_pending;
	bool nmi_blocked;
	u64 nmi_iret_rip;	/* the IRET that ends the block, 0: none */

	u64 host_cr4;		/* what run.c last wrote there */
	u32 exits;		/* run.c, end_turn() */

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

/* The instruction is done, and RIP is where the next one begins. */
static inline void vcpu_skip_to(struct vcpu *v, u64 rip)
{
	v->vmcb.save.rip = rip;
	v->vmcb.int_state = 0;
}

/* The same by the instruction's length. */
static inline void vcpu_skip(struct vcpu *v, u32 bytes)
{
	vcpu_skip_to(v, v->vmcb.save.rip + bytes);
}

extern struct vcpu vcpus[MAX_VCPUS];
extern u32 nr_vcpus;

struct vcpu *vcpu_by_apic_id(u32 apic_id);
void vcpu_init(struct vcpu *v);
void vcpu_set_long_mode(struct vcpu *v, u64 rip, u64 cr3, u64 rsi);
void vcpu_set_real_mode(struct vcpu *v, u16 cs, u16 ip);
void vcpu_guest_bug(struct vcpu *v, const char *what, u64 gpa) __noreturn;
void vcpu_unhandled(struct vcpu *v, u64 code) __noreturn;

#endif
