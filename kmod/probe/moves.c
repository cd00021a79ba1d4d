// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions in front of another one that lead to it and nowhere else: plain
 * moves. A probe on the first of them is hit as often as one on the other.
 * Whatever is not understood is refused.
 *
 * Bytes in, an answer out, and nothing of the running kernel: tests/moves.c holds
 * it to what the processor does with the same bytes.
 */
#include <linux/bits.h>

#include "moves.h"

#define RSP	4

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

/* Are both operands registers, and none that is written the stack pointer? */
static bool writes_register(u8 modrm, u8 rex)
{
	return modrm >> 6 == 3 && ((modrm & 7) | (rex & 1) << 3) != RSP;
}

/* Length of a plain instruction, 0 if it is not plain. */
static unsigned int plain_len(const u8 *b)
{
	u8 rex = (b[0] & 0xf0) == 0x40 ? *b++ : 0;
	u8 reg = (b[0] & 7) | (rex & 1) << 3;
	unsigned int len = rex ? 2 : 1;

	if (b[0] == 0x89) /* mov r/m, r */
		return b[1] >> 6 != 3 || writes_register(b[1], rex) ?
			len + modrm_len(b + 1) : 0;
	if ((b[0] & 0xc7) == 0x01) /* add, or, adc, sbb, and, sub, xor, cmp r, r */
		return writes_register(b[1], rex) ? len + 1 : 0;
	if (reg == RSP)
		return 0;
	if ((b[0] & 0xf8) == 0xb8) /* mov r, imm32 */
		return rex & 8 ? 0 : len + 4;
	return (b[0] & 0xf8) == 0x58 ? len : 0; /* pop r */
}

/**
 * cvm_moves_lead() - do plain moves lead from one instruction to another?
 * @from: the first of them
 * @to: the other; some bytes behind it are looked at, too
 * @starts: set, bit by byte: instructions that start so far behind the first one
 *
 * Return: whether they do, and end exactly there.
 */
bool cvm_moves_lead(const u8 *from, const u8 *to, u32 *starts)
{
	const u8 *at = from;
	unsigned int len;

	*starts = 0;
	while (at < to) {
		len = plain_len(at);
		if (!len)
			return false;
		at += len;
		*starts |= BIT(at - from);
	}
	return at == to;
}
