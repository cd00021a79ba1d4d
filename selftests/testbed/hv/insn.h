/* SPDX-License-Identifier: GPL-2.0 */
/* Just enough of the instruction encoding to follow an access to memory. */
#ifndef HV_INSN_H
#define HV_INSN_H

#include "vcpu.h"

enum insn_kind {
	INSN_OTHER,		/* length without immediate operands */
	INSN_LOAD,		/* register from memory */
	INSN_LOAD_SIGNED,
	INSN_STORE,		/* memory from register */
	INSN_STORE_IMM,
	INSN_STOS,
	INSN_MOVS,
};

struct insn {
	enum insn_kind kind;
	u32 len;
	u32 mem_size, reg_size;	/* bytes */
	u32 reg;		/* enum gpr; 4..7 without REX and one byte: AH.. */
	bool high_byte;		/* reg names AH, CH, DH or BH */
	bool rep;
	u64 imm;
	u64 gla;		/* guest linear address of the memory operand */
};

bool insn_decode(struct vcpu *v, struct insn *i);
u64 insn_reg_get(const struct vcpu *v, const struct insn *i);
void insn_reg_set(struct vcpu *v, const struct insn *i, u64 val);

#endif
