// SPDX-License-Identifier: GPL-2.0
/*
 * Optimised probes where kprobes would rather have breakpoints.
 *
 * Before a kprobe becomes a jump, kprobes makes sure that nothing in the
 * function jumps behind the first byte of that jump. Two of its questions are
 * coarser than that, and each hit of a probe that fails them costs two traps.
 *
 * Thunks: an indirect jump might, and so kernels before 6.6 refuse functions
 * that jump to an indirect thunk. They take the return thunks, which lie beside
 * those, for the same: with return thunks in use (the default on the CPUs that
 * SEV guests run on) no function that returns is optimised. Linux 6.6 dropped
 * the test ("x86/retpoline,kprobes: Skip optprobe check for indirect jumps with
 * retpolines and IBT"). A return goes to where the function was called.
 *
 * Fixups: after a fault in an instruction that has an entry in the exception
 * table the kernel goes on where the entry says, and so kprobes refuses functions
 * with such an instruction. All that write the GHCB MSR have one, as each WRMSR
 * has. But the entry does say where: behind that WRMSR. And an instruction with
 * an entry that the jump would replace is refused once more (can_boost()).
 *
 * So, while this module adds its probes, and for its own task only, the first
 * question is answered "no" if the jump's target is a return thunk, and the
 * second if the fixup leads to none of the jump's bytes. All other tests stay
 * the kernel's. Where a question cannot be intercepted the probes stay
 * breakpoints, and count the same.
 */
#include <linux/extable.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/extable.h>
#include <asm/insn.h>
#include <asm/text-patching.h>

#include "optimise.h"
#include "probes.h"
#include "sites.h"

static struct task_struct *adding;

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
static int about_thunks(struct kprobe *kp, struct pt_regs *regs)
{
	if (READ_ONCE(adding) != current || (int)regs->dx == DISP32_SIZE ||
	    !is_return_thunk((const struct insn *)regs->di))
		return 0;
	regs_set_return_value(regs, false);
	instruction_pointer_set(regs, (unsigned long)answered);
	return 1;
}

/* The probe that is added at this moment in a function with fixups. */
static const struct kprobe *among_fixups;

static bool is_replaced(unsigned long addr)
{
	return addr - (unsigned long)among_fixups->addr < JMP32_INSN_SIZE;
}

/*
 * Where can_optimize() has got the entry of an instruction, or none, from
 * search_exception_tables(): there only, so that a fault finds its fixup. A
 * probe has got its address when kprobes comes there.
 */
static int about_fixups(struct kprobe *kp, struct pt_regs *regs)
{
	const struct exception_table_entry *entry = (const void *)regs->ax;

	if (READ_ONCE(adding) != current || !among_fixups || !entry ||
	    is_replaced((unsigned long)&entry->insn + entry->insn) ||
	    is_replaced((unsigned long)&entry->fixup + entry->fixup))
		return 0;
	regs->ax = 0;
	return 0;
}

/**
 * struct question - where kprobes is asked not to ask
 * @kp: the probe there
 * @asked: it is there; it failed if @added is not set
 * @added: it serves
 */
struct question {
	struct kprobe kp;
	bool asked;
	bool added;
};

static struct question thunks = { .kp.pre_handler = about_thunks };
static struct question fixups = { .kp.pre_handler = about_fixups };

static void question_add(struct question *question, const char *symbol,
			 void *addr)
{
	question->asked = true;
	question->kp.symbol_name = symbol;
	question->kp.addr = addr;
	question->added = !cvm_probe_add_armed(&question->kp);
}

static void question_remove(struct question *question)
{
	if (question->added)
		cvm_probe_remove(&question->kp);
	question->asked = false;
	question->added = false;
}

/* Some compilers make one function of the two. */
static const char * const asks_for_fixups[] = {
	"can_optimize", "arch_prepare_optimized_kprobe",
};

static void fixups_add(void)
{
	unsigned int i;
	void *addr;

	fixups.asked = true;
	for (i = 0; i < ARRAY_SIZE(asks_for_fixups) && !fixups.added; i++) {
		addr = cvm_site_behind(asks_for_fixups[i],
				       "search_exception_tables");
		if (addr)
			question_add(&fixups, NULL, addr);
	}
}

/**
 * cvm_optimise_start() - let this task's probes be optimised
 *
 * Context: process context, one task at a time, as all of this file.
 */
void cvm_optimise_start(void)
{
	WRITE_ONCE(adding, current);
	if (CVM_KPROBES_ASKS_FOR_THUNKS)
		question_add(&thunks, "insn_jump_into_range", NULL);
}

/**
 * cvm_optimise_add() - add a probe in a function that has fixups
 * @kp: as for cvm_probe_add()
 *
 * What that takes is there from the first such probe on, until
 * cvm_optimise_stop(): most platforms have none.
 *
 * Return: 0 or -errno.
 */
int cvm_optimise_add(struct kprobe *kp)
{
	int ret;

	if (!fixups.asked)
		fixups_add();
	WRITE_ONCE(among_fixups, kp);
	ret = cvm_probe_add(kp);
	WRITE_ONCE(among_fixups, NULL);
	return ret;
}

/**
 * cvm_optimise_stop() - the probes are added; those that were removed may be flushed
 */
void cvm_optimise_stop(void)
{
	WRITE_ONCE(adding, NULL);
	question_remove(&fixups);
	question_remove(&thunks);
}
