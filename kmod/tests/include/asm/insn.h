/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_ASM_INSN_H
#define TESTS_ASM_INSN_H

#include <linux/types.h>

#define MAX_INSN_SIZE	15

#define X86_MODRM_REG(modrm)	(((modrm) & 0x38) >> 3)
#define X86_REX_R(rex)		((rex) & 4)

/* What of arch/x86/include/asm/insn.h is looked at. */
struct insn_field {
	union {
		s32 value;
		u8 bytes[4];
	};
};

struct insn {
	struct insn_field rex_prefix;
	struct insn_field opcode;
	struct insn_field modrm;
	struct insn_field immediate1;
};

#endif /* TESTS_ASM_INSN_H */
