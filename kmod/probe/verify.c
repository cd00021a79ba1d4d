// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments are held to a known event before a handler follows them: a kernel may
 * have a function of the same name that takes others.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/cpuid/api.h>

#include "platform.h"
#include "probes.h"
#include "verify.h"

/**
 * struct verification - of one function
 * @kp: the probe at its entry
 * @right: what is asked
 * @task: whose event it is
 * @hits: how often it came by, with what NMIs have caused there
 * @right_hits: how often with the arguments of this very event
 */
struct verification {
	struct kprobe kp;
	cvm_right_fn right;
	const struct task_struct *task;
	unsigned int hits;
	unsigned int right_hits;
};

static int look(struct kprobe *kp, struct pt_regs *regs)
{
	struct verification *v = container_of(kp, struct verification, kp);

	if (READ_ONCE(v->task) != current)
		return 0;
	v->hits++;
	v->right_hits += v->right(regs);
	return 0;
}

/**
 * cvm_peek() - read what an argument points to, if it does
 * @base: the argument
 * @offset: into what it points to
 *
 * Return: 8 bytes from there on, or all ones.
 */
u64 cvm_peek(u64 base, unsigned long offset)
{
	u64 value;

	if (copy_from_kernel_nofault(&value, (const void *)(base + offset),
				     sizeof(value)))
		return ~0ULL;
	return value;
}

/**
 * cvm_proof_leaf() - a CPUID leaf that exits, and changes nothing
 *
 * On SNP one that the CPUID page alone cannot answer (the APIC ID is in it), on
 * TDX one of the hypervisor's.
 */
u32 cvm_proof_leaf(void)
{
	return cvm_platform.id == CVMSTAT_PLATFORM_TDX ? 0x40000000 : 1;
}

static void cause(struct verification *v)
{
	u32 eax, ebx, ecx, edx;
	unsigned long flags;

	/*
	 * So that whatever this task passes there is of this event, but for what the
	 * handler of an NMI does, which a hypervisor may inject whenever it likes.
	 */
	local_irq_save(flags);
	WRITE_ONCE(v->task, current);
	cpuid(cvm_proof_leaf(), &eax, &ebx, &ecx, &edx);
	WRITE_ONCE(v->task, NULL);
	local_irq_restore(flags);
}

/**
 * cvm_verify() - are a function's arguments what a handler takes them for?
 * @symbol: the function
 * @right: said of its registers when CPUID of cvm_proof_leaf() has led there
 *
 * Context: process context, one task at a time.
 * Return: -EPROTO if they are not; 0 also if the event did not come by there, or
 * nothing can be probed, which is for others to find out.
 */
int cvm_verify(const char *symbol, cvm_right_fn right)
{
	static struct verification v;

	v = (struct verification){
		.kp.symbol_name = symbol,
		.kp.pre_handler = look,
		.right = right,
	};
	if (cvm_probe_add_armed(&v.kp))
		return 0;
	cause(&v);
	cvm_probe_remove(&v.kp);
	cvm_probes_flush();
	return v.hits && !v.right_hits ? -EPROTO : 0;
}
