// SPDX-License-Identifier: GPL-2.0
/*
 * What plain moves do to the arguments of a call that they come before: where
 * each of them is in front of the first. Whatever is not understood is refused.
 *
 * Bytes in, places out, and nothing of the running kernel: tests/moves.c holds
 * it to what the processor does with the same bytes.
 */
#include <linux/bits.h>
#include <linux/stddef.h>
#include <linux/unaligned.h>
#include <asm/ptrace.h>

#include "moves.h"

#define NR_REGS	16
#define RSP	4

static const u16 reg_offset[NR_REGS] = {
	offsetof(struct pt_regs, ax), offsetof(struct pt_regs, cx),
	offsetof(struct pt_regs, dx), offsetof(struct pt_regs, bx),
	offsetof(struct pt_regs, sp), offsetof(struct pt_regs, bp),
	offsetof(struct pt_regs, si), offsetof(struct pt_regs, di),
	offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
	offsetof(struct pt_regs, r10), offsetof(struct pt_regs, r11),
	offsetof(struct pt_regs, r12), offsetof(struct pt_regs, r13),
	offsetof(struct pt_regs, r14), offsetof(struct pt_regs, r15),
};

/* Register numbers of the first four arguments. */
static const u8 arg_reg[CVM_NR_ARGS] = { 7, 6, 2, 1 };

const struct cvm_args cvm_args_of_abi = {
	.arg = {
		{ true, offsetof(struct pt_regs, di) },
		{ true, offsetof(struct pt_regs, si) },
		{ true, offsetof(struct pt_regs, dx) },
		{ true, offsetof(struct pt_regs, cx) },
	},
};

/**
 * struct moves - what plain moves do to the registers
 * @arg: by register, where its value was before the first of them
 * @lost: registers whose value may have been nowhere before the first of them
 * @reads: what the moves must leave alone, or must be known behind them
 */
struct moves {
	struct cvm_arg arg[NR_REGS];
	u16 lost;
	enum cvm_reads reads;
};

static void moves_init(struct moves *m, enum cvm_reads reads)
{
	unsigned int i;

	for (i = 0; i < NR_REGS; i++)
		m->arg[i] = (struct cvm_arg){ true, reg_offset[i] };
	m->lost = 0;
	m->reads = reads;
}

/* Length of ModRM, SIB and displacement. */
static unsigned int modrm_len(const u8 *b)
{
	u8 mod = b[0] >> 6, rm = b[0] & 7;
	unsigned int len = 1;

	if (mod == 3)
		return len;
	if (rm == 4) {
		len++;
		if (mod == 0 && (b[1] & 7) == 5)
			len += 4;
	} else if (mod == 0 && rm == 5) {
		len += 4;
	}
	if (mod == 1)
		len += 1;
	else if (mod == 2)
		len += 4;
	return len;
}

static void set_register(struct moves *m, u8 reg, struct cvm_arg arg)
{
	m->arg[reg] = arg;
	m->lost &= ~BIT(reg);
}

/* mov r, r/m */
static unsigned int move_mov(struct moves *m, const u8 *b, u8 rex)
{
	u8 reg = (b[0] >> 3 & 7) | (rex & 4) << 1;
	u8 rm = (b[0] & 7) | (rex & 1) << 3;

	if (b[0] >> 6 != 3)
		return m->reads == CVM_READS_MEMORY ? 0 : modrm_len(b);
	if (rm == RSP)
		return 0;
	/* Without REX.W the upper half is lost; only codes are that short. */
	if (m->lost & BIT(reg))
		m->lost |= BIT(rm);
	else
		set_register(m, rm, m->arg[reg]);
	return 1;
}

/* add, or, adc, sbb, and, sub, xor, cmp r, r */
static unsigned int move_arithmetic(struct moves *m, u8 opcode, const u8 *b,
				    u8 rex)
{
	u8 reg = (b[0] >> 3 & 7) | (rex & 4) << 1;
	u8 rm = (b[0] & 7) | (rex & 1) << 3;

	if (b[0] >> 6 != 3 || rm == RSP)
		return 0;
	if (opcode == 0x31 && reg == rm)
		set_register(m, rm, (struct cvm_arg){ false, 0 });
	else
		m->lost |= BIT(rm);
	return 1;
}

/* mov r, imm32 */
static unsigned int move_constant(struct moves *m, const u8 *b, u8 reg, u8 rex)
{
	if (reg == RSP || rex & 8)
		return 0;
	set_register(m, reg, (struct cvm_arg){
		false, get_unaligned((const u32 *)b) });
	return 4;
}

/* Follow one plain instruction. Return: its length, 0 if it is not plain. */
static unsigned int move(struct moves *m, const u8 *b)
{
	u8 rex = (b[0] & 0xf0) == 0x40 ? *b++ : 0;
	u8 reg = (b[0] & 7) | (rex & 1) << 3;
	unsigned int len = rex ? 2 : 1, more = 0;

	if (b[0] == 0x89) {
		more = move_mov(m, b + 1, rex);
	} else if ((b[0] & 0xc7) == 0x01) {
		more = move_arithmetic(m, b[0], b + 1, rex);
	} else if ((b[0] & 0xf8) == 0xb8) {
		more = move_constant(m, b + 1, reg, rex);
	} else if ((b[0] & 0xf8) == 0x58 && reg != RSP) { /* pop */
		m->lost |= BIT(reg) | BIT(RSP);
		return len;
	}
	return more ? len + more : 0;
}

static bool lost_argument(const struct moves *m)
{
	unsigned int i;

	for (i = 0; i < CVM_NR_ARGS && m->reads != CVM_READS_NOTHING; i++)
		if (m->lost & BIT(arg_reg[i]))
			return true;
	return false;
}

/**
 * cvm_moves_follow() - follow the moves in front of a call
 * @from: the first of them
 * @to: the call; some bytes behind it are looked at, too
 * @reads: what is read of the arguments
 * @args: set to where the arguments are at @from
 * @starts: set, bit by byte: instructions that start so far behind the first one
 *
 * Return: whether plain moves lead from @from to exactly @to, and lose nothing
 * that is read.
 */
bool cvm_moves_follow(const u8 *from, const u8 *to, enum cvm_reads reads,
		      struct cvm_args *args, u32 *starts)
{
	const u8 *at = from;
	unsigned int i, len;
	struct moves m;

	moves_init(&m, reads);
	*starts = 0;
	while (at < to) {
		len = move(&m, at);
		if (!len)
			return false;
		at += len;
		*starts |= BIT(at - from);
	}
	for (i = 0; i < CVM_NR_ARGS; i++)
		args->arg[i] = m.arg[arg_reg[i]];
	return at == to && !lost_argument(&m);
}
