/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_DIRECT_H
#define CVMSTAT_DIRECT_H

#include <linux/ftrace.h>

#include "hook.h"

/*
 * At the entry of a function, which calls a trampoline of its own: nothing of
 * ftrace's is on the way, and a hit costs what the handler does. A function has
 * room for one such caller, of whomever.
 */
extern const struct cvm_backend cvm_direct;

/**
 * struct cvm_direct - a direct call
 * @fops: ftrace's part
 * @id: number of the hook whose it is, for the handler
 */
struct cvm_direct {
	struct ftrace_ops fops;
	u32 id;
};

/**
 * struct cvm_direct_point - how a direct call attaches a hook
 * @trampoline: called by the function
 * @direct: the call
 */
struct cvm_direct_point {
	void (*trampoline)(void);
	struct cvm_direct *direct;
};

#ifdef CVM_HAVE_DIRECT_CALLS

#include <asm/asm-offsets.h>
#include <asm/frame.h>
#include <asm/ibt.h>
#include <asm/linkage.h>
#include <asm/nospec-branch.h>

/* A struct cvm_point: a function, and the name given to CVM_DEFINE_DIRECT(). */
#define CVM_DIRECT(function, name) { \
	.backend = &cvm_direct, \
	.symbol = function, \
	.how = &(const struct cvm_direct_point){ cvm_tramp_##name, &(name) }, \
}

/* Above the registers, and where the trampoline returns to. */
#define CVM_DIRECT_SLOT	(7 * 8 + FRAME_OFFSET)

/**
 * CVM_DEFINE_DIRECT() - the trampoline of a direct call
 * @name: of the struct cvm_direct, which is declared before
 * @handler: called with the function's first five arguments, and where its return
 *	address is; __used, as only the trampoline calls it
 *
 * All that the function may still read is kept: the registers that have its six
 * arguments. The rest of those that a call may change has nothing in it there.
 * Aligned, as ftrace since Linux 6.19 has a flag in the lowest bit.
 */
#define CVM_DEFINE_DIRECT(name, handler) \
	asm(".pushsection .text, \"ax\", @progbits\n" \
	    "	.balign 16\n" \
	    "	.type cvm_tramp_" #name ", @function\n" \
	    "cvm_tramp_" #name ":\n" \
	    ASM_ENDBR \
	    FRAME_BEGIN \
	    CALL_DEPTH_ACCOUNT \
	    "	push %rdi\n" \
	    "	push %rsi\n" \
	    "	push %rdx\n" \
	    "	push %rcx\n" \
	    "	push %r8\n" \
	    "	push %r9\n" \
	    "	lea " __stringify(CVM_DIRECT_SLOT) "(%rsp), %r9\n" \
	    "	call " #handler "\n" \
	    "	pop %r9\n" \
	    "	pop %r8\n" \
	    "	pop %rcx\n" \
	    "	pop %rdx\n" \
	    "	pop %rsi\n" \
	    "	pop %rdi\n" \
	    FRAME_END \
	    ASM_RET \
	    "	.size cvm_tramp_" #name ", .-cvm_tramp_" #name "\n" \
	    ".popsection\n"); \
	void cvm_tramp_##name(void)

#else

/* Before Linux 6.3, or without them. */
#define CVM_DIRECT(function, name) { \
	.backend = &cvm_direct, \
	.symbol = function, \
	.how = &(name), \
}

#define CVM_DEFINE_DIRECT(name, handler) \
	static_assert(sizeof(name) && sizeof(typeof(handler) *))

#endif /* CVM_HAVE_DIRECT_CALLS */

#endif /* CVMSTAT_DIRECT_H */
