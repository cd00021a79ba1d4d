/* SPDX-License-Identifier: GPL-2.0 */
#include <asm/insn.h>
#include <asm/ptrace.h>

/* What of arch/x86/include/asm/sev.h is looked at. */
struct es_em_ctxt {
	struct pt_regs *regs;
	struct insn insn;
};
