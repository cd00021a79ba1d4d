// SPDX-License-Identifier: GPL-2.0
/* 64-bit mode only: APM vol. 3, chapter 1. */
#include "guest.h"
#include "insn.h"

#define INSN_MAX	15
#define REX_B		1
#define REX_X		2
#define REX_R		4
#define REX_W		8

struct cursor {
	struct vcpu *v;
	u8 buf[INSN_MAX];
	u32 len, pos;
	u8 rex, seg;		/* seg: the prefix byte, 0: none */
	bool op16, rep;
};

static u8 next(struct cursor *c)
{
	return c->pos < c->len ? c->buf[c->pos++] : 0;
}

static s64 next_signed(struct cursor *c, u32 bytes)
{
	u64 val = 0;
	u32 i;

	for (i = 0; i < bytes; i++)
		val |= (u64)next(c) << 8 * i;
	return (s64)(val << (64 - 8 * bytes)) >> (64 - 8 * bytes);
}

/* Fetches up to 15 bytes; the second page may be absent. */
static void fetch(struct cursor *c)
{
	u64 rip = c->v->vmcb.save.rip;
	u32 first = PAGE_SIZE - (rip & ~PAGE_MASK);

	if (first > INSN_MAX)
		first = INSN_MAX;
	if (!guest_read(c->v, rip, c->buf, first))
		return;
	c->len = first;
	if (first < INSN_MAX && guest_read(c->v, rip + first, c->buf + first, INSN_MAX - first))
		c->len = INSN_MAX;
}

static void prefixes(struct cursor *c)
{
	for (;;) {
		u8 b = next(c);

		switch (b) {
		case 0x66:
			c->op16 = true;
			break;
		case 0xf2:
		case 0xf3:
			c->rep = true;
			break;
		case 0x64:
		case 0x65:
			c->seg = b;
			break;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x67:
		case 0xf0:
			break;
		default:
			if ((b & 0xf0) == 0x40)
				c->rex = b;
			else
				c->pos--;
			return;
		}
	}
}

static u64 segment_base(const struct cursor *c)
{
	if (!c->seg)
		return 0;
	return rdmsr(c->seg == 0x64 ? MSR_FS_BASE : MSR_GS_BASE);
}

/* Base and index of a SIB byte; @mod says whether base 5 is a displacement. */
static u64 sib_address(struct cursor *c, u8 mod)
{
	u8 sib = next(c);
	u32 index = (sib >> 3 & 7) | (c->rex & REX_X ? 8 : 0);
	u32 base = (sib & 7) | (c->rex & REX_B ? 8 : 0);
	u64 addr = 0;

	if (index != RSP)
		addr = c->v->regs[index] << (sib >> 6);
	if ((base & 7) == RBP && mod == 0)
		return addr + next_signed(c, 4);
	return addr + c->v->regs[base];
}

/* ModRM's memory operand; false for a register operand. RIP-relative: @imm bytes follow. */
static bool modrm_address(struct cursor *c, u8 modrm, u32 imm, u64 *addr)
{
	u8 mod = modrm >> 6, rm = modrm & 7;

	if (mod == 3)
		return false;
	if (rm == 4) {
		*addr = sib_address(c, mod);
	} else if (rm == 5 && mod == 0) {
		*addr = next_signed(c, 4);
		*addr += c->v->vmcb.save.rip + c->pos + imm;
	} else {
		*addr = c->v->regs[rm | (c->rex & REX_B ? 8 : 0)];
	}
	if (mod == 1)
		*addr += next_signed(c, 1);
	else if (mod == 2)
		*addr += next_signed(c, 4);
	*addr += segment_base(c);
	return true;
}

static const struct {
	u16 opcode;		/* 0x0f00 | second byte for two-byte opcodes */
	u8 kind;
	u8 mem_size;		/* 0: operand size */
} forms[] = {
	{ 0x88, INSN_STORE, 1 }, { 0x89, INSN_STORE, 0 },
	{ 0x8a, INSN_LOAD, 1 }, { 0x8b, INSN_LOAD, 0 },
	{ 0xc6, INSN_STORE_IMM, 1 }, { 0xc7, INSN_STORE_IMM, 0 },
	{ 0xaa, INSN_STOS, 1 }, { 0xab, INSN_STOS, 0 },
	{ 0xa4, INSN_MOVS, 1 }, { 0xa5, INSN_MOVS, 0 },
	{ 0x0fb6, INSN_LOAD, 1 }, { 0x0fb7, INSN_LOAD, 2 },
	{ 0x0fbe, INSN_LOAD_SIGNED, 1 }, { 0x0fbf, INSN_LOAD_SIGNED, 2 },
};

static void operand_sizes(struct insn *i, const struct cursor *c, u16 opcode)
{
	u32 size = c->rex & REX_W ? 8 : c->op16 ? 2 : 4, f;

	i->kind = INSN_OTHER;
	i->mem_size = size;
	i->reg_size = size;
	for (f = 0; f < ARRAY_SIZE(forms); f++) {
		if (forms[f].opcode != opcode)
			continue;
		i->kind = forms[f].kind;
		if (forms[f].mem_size)
			i->mem_size = forms[f].mem_size;
		if (opcode < 0x100)
			i->reg_size = i->mem_size;
	}
}

/**
 * insn_decode - what the instruction at RIP does to memory
 * @v: the vCPU, in 64-bit mode
 * @i: filled; kind INSN_OTHER if only the operand's address is known
 * Return: false if there is no memory operand or no instruction.
 */
bool insn_decode(struct vcpu *v, struct insn *i)
{
	struct cursor c = { .v = v };
	u32 imm = 0;
	u16 opcode;
	u8 modrm;

	fetch(&c);
	prefixes(&c);
	opcode = next(&c);
	if (opcode == 0x0f)
		opcode = 0x0f00 | next(&c);
	operand_sizes(i, &c, opcode);
	i->rep = c.rep;
	i->imm = 0;
	if (i->kind == INSN_STOS || i->kind == INSN_MOVS) {
		i->reg = RAX;
		i->high_byte = false;
		i->gla = v->regs[RDI];
		i->len = c.pos;
		return c.len;
	}
	modrm = next(&c);
	i->reg = (modrm >> 3 & 7) | (c.rex & REX_R ? 8 : 0);
	i->high_byte = i->reg_size == 1 && !c.rex && i->reg >= 4;
	if (i->kind == INSN_STORE_IMM)
		imm = i->mem_size > 4 ? 4 : i->mem_size;
	if (!modrm_address(&c, modrm, imm, &i->gla))
		return false;
	if (imm)
		i->imm = next_signed(&c, imm);
	i->len = c.pos;
	return c.len;
}

u64 insn_reg_get(const struct vcpu *v, const struct insn *i)
{
	if (i->high_byte)
		return v->regs[i->reg & 3] >> 8 & 0xff;
	return v->regs[i->reg];
}

/* Writes as the instruction would: 4 bytes clear the upper half. */
void insn_reg_set(struct vcpu *v, const struct insn *i, u64 val)
{
	u64 *reg = &v->regs[i->high_byte ? i->reg & 3 : i->reg];

	if (i->kind == INSN_LOAD_SIGNED)
		val = (s64)(val << (64 - 8 * i->mem_size)) >> (64 - 8 * i->mem_size);
	switch (i->reg_size) {
	case 1:
		*reg = i->high_byte ? (*reg & ~0xff00ULL) | (val & 0xff) << 8 :
				      (*reg & ~0xffULL) | (val & 0xff);
		break;
	case 2:
		*reg = (*reg & ~0xffffULL) | (val & 0xffff);
		break;
	case 4:
		*reg = (u32)val;
		break;
	default:
		*reg = val;
		break;
	}
}
