// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU's way into the guest and back: the loop, at the end of this file, and
 * what it is made of. Its exits are in exit.c. Nothing here knows a platform.
 */
#include <linux/cvmstat_codes.h>

#include "deliver.h"
#include "end.h"
#include "entry.h"
#include "exit.h"
#include "fault.h"
#include "guest.h"
#include "lapic.h"
#include "platform.h"
#include "run.h"
#include "wait.h"

/* What other vCPUs want of this one; a start makes it forget an NMI. */
static void take_requests(struct vcpu *v)
{
	u32 req;

	if (!__atomic_load_n(&v->request, __ATOMIC_RELAXED))
		return;
	req = __atomic_exchange_n(&v->request, 0, __ATOMIC_ACQUIRE);
	if (req & VCPU_REQ_NMI)
		v->nmi_pending = true;
	if (req & VCPU_REQ_WAKE)
		v->wake = true;
	if (req & ~(VCPU_REQ_NMI | VCPU_REQ_WAKE) && platform->request)
		platform->request(v, req);
}

/* On hold, the APIC's interrupts are lost, as an INIT would lose them. */
static void park(struct vcpu *v)
{
	bool poll = platform->poll_start;

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

/* Into the guest, until its next exit. */
static void enter(struct vcpu *v)
{
	struct svm_save *s = &v->vmcb.save;

	v->vmcb.nested_cr3 = npt_root(s->cr0 & X86_CR0_PG);
	s->rax = v->regs[RAX];
	s->rsp = v->regs[RSP];
	adopt_cr4(v);
	svm_run(v, &v->vmcb);
	v->regs[RAX] = s->rax;
	v->regs[RSP] = s->rsp;
	/* A shutdown has its event in flight: that is why it is one. */
	if (v->vmcb.exit_int_info & SVM_INJ_VALID && v->vmcb.exit_code != CVMSTAT_SVM_SHUTDOWN)
		hv_end(HV_EXIT_INTERNAL, "vCPU %u: exit %x (%x %x) at RIP %x lost event %x",
		       (u64)v->id, v->vmcb.exit_code, v->vmcb.exit_info_1,
		       v->vmcb.exit_info_2, s->rip, v->vmcb.exit_int_info);
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
		vcpu_yield(v);
}

/* Runs @v for ever, on its own CPU. */
void vcpu_run(struct vcpu *v)
{
	for (;;) {
		take_requests(v);
		if (v->held) {
			park(v);
			continue;
		}
		if (v->nmi_pending || v->nmi_iret_rip)
			deliver_nmi(v);
		enter(v);
		handle_exit(v);
		if (fault_due(v->id, FAULT_NMI))
			v->nmi_pending = true;
		end_turn(v);
	}
}
