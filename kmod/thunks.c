// SPDX-License-Identifier: GPL-2.0
/*
 * Optimised probes in functions that return through a thunk.
 *
 * Before a kprobe becomes a jump, kprobes makes sure that nothing in the
 * function jumps behind the first byte of that jump. An indirect jump might,
 * and so kernels before 6.6 refuse functions that jump to an indirect thunk.
 * They take the return thunks, which lie beside those, for the same: with
 * return thunks in use (the default on the CPUs that SEV guests run on) no
 * function that returns is optimised, and each hit costs two traps. Linux 6.6
 * dropped the test ("x86/retpoline,kprobes: Skip optprobe check for indirect
 * jumps with retpolines and IBT").
 *
 * A return goes to where the function was called. So, while this module places
 * its probes, and for its own task only, that one question is answered "no" if
 * the jump's target is a return thunk. All other tests stay the kernel's. Where
 * the question cannot be intercepted the probes stay breakpoints, and count the
 * same.
 */
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/insn.h>
#include <asm/text-patching.h>

#include "probes.h"
#include "thunks.h"

static struct task_struct *placing;

/* The thunk that this kernel uses, once it is known: a kernel uses one. */
static unsigned long thunk;

/*
 * Short, but for the first time: other probes' hits are missed while a probe's
 * handler runs, and at the first time there are no others.
 */
static bool is_return_thunk(const struct insn *insn)
{
	unsigned long target = (unsigned long)insn->next_byte +
			       insn->immediate.value;
	char name[KSYM_SYMBOL_LEN];

	if (insn->opcode.bytes[0] != JMP32_INSN_OPCODE)
		return false;
	if (thunk)
		return target == thunk;
	sprint_symbol(name, target);
	if (!strstr(name, "_return_thunk+0x0/"))
		return false;
	thunk = target;
	return true;
}

/* Where a question that is answered goes: it returns, and its answer is in rax. */
static noinline void answered(void)
{
	barrier();
}

/*
 * insn_jump_into_range(struct insn *insn, unsigned long start, int len) is
 * asked about the thunks, and about the bytes of the jump behind its first.
 */
static int asked(struct kprobe *kp, struct pt_regs *regs)
{
	if (READ_ONCE(placing) != current || (int)regs->dx == DISP32_SIZE ||
	    !is_return_thunk((const struct insn *)regs->di))
		return 0;
	regs_set_return_value(regs, false);
	instruction_pointer_set(regs, (unsigned long)answered);
	return 1;
}

static struct kprobe question = {
	.symbol_name = "insn_jump_into_range",
	.pre_handler = asked,
};

/**
 * cvm_thunks_start() - let this task's probes be optimised
 *
 * Context: process context.
 */
void cvm_thunks_start(void)
{
	if (!CVM_KPROBES_ASKS_FOR_THUNKS)
		return;
	WRITE_ONCE(placing, current);
	if (cvm_probe_place_armed(&question))
		WRITE_ONCE(placing, NULL);
}

/**
 * cvm_thunks_stop() - the probes are placed; those that leave may be flushed
 */
void cvm_thunks_stop(void)
{
	if (!placing)
		return;
	WRITE_ONCE(placing, NULL);
	cvm_probe_leave(&question);
}
