// SPDX-License-Identifier: GPL-2.0
#include <linux/cache.h>
#include <linux/init.h>
#include <asm/insn.h>

#include "word_sev.h"

u8 cvm_vc_key[CVM_NR_OF(vc)] __ro_after_init;

/* A word is not 0: without a detail and in kernel mode CS is all that it has. */
static_assert(CVM_INDEX(vc) == 0 && offsetof(struct pt_regs, ss) <= U8_MAX);

/* By a register's number in an instruction. */
static const u8 registers[] = {
	offsetof(struct pt_regs, ax), offsetof(struct pt_regs, cx),
	offsetof(struct pt_regs, dx), offsetof(struct pt_regs, bx),
	offsetof(struct pt_regs, sp), offsetof(struct pt_regs, bp),
	offsetof(struct pt_regs, si), offsetof(struct pt_regs, di),
	offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
	offsetof(struct pt_regs, r10), offsetof(struct pt_regs, r11),
	offsetof(struct pt_regs, r12), offsetof(struct pt_regs, r13),
	offsetof(struct pt_regs, r14), offsetof(struct pt_regs, r15),
};

/* Opcodes: MOV to memory of a register, of an immediate. */
#define MOV_REGISTER	0x89
#define MOV_IMMEDIATE	0xc7

/**
 * cvm_stored() - what an instruction stores
 * @ctxt: of its #VC, for MMIO
 *
 * Context: any, an NMI included.
 * Return: the value, 0 if it is no plain MOV.
 */
u64 cvm_stored(const struct es_em_ctxt *ctxt)
{
	const struct insn *insn = &ctxt->insn;
	unsigned int reg = X86_MODRM_REG(insn->modrm.value) |
			   !!X86_REX_R(insn->rex_prefix.value) << 3;

	if (insn->opcode.bytes[0] == MOV_REGISTER)
		return *(const unsigned long *)((const char *)ctxt->regs + registers[reg]);
	return insn->opcode.bytes[0] == MOV_IMMEDIATE ? (u32)insn->immediate1.value : 0;
}

static u8 key_of(u8 detail)
{
	switch (detail) {
	case CVMSTAT_DETAIL_LEAF:
		return offsetof(struct pt_regs, ax);
	case CVMSTAT_DETAIL_MSR:
		return offsetof(struct pt_regs, cx);
	default:
		/* It tells no more than the mode, which the word has anyway. */
		return offsetof(struct pt_regs, cs);
	}
}

/**
 * cvm_vc_key_init() - find the registers that have details
 */
void __init cvm_vc_key_init(void)
{
	unsigned int code;

	for (code = 0; code < CVM_NR_OF(vc); code++)
		cvm_vc_key[code] = key_of(cvm_details[CVM_INDEX(vc) + code]);
}
