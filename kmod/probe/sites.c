// SPDX-License-Identifier: GPL-2.0
/*
 * Where to probe inside functions.
 *
 * sev_es_ghcb_hv_call() is the one place that most VMGEXITs pass, but its
 * callers know more: which exit they make. So the probes go before the calls.
 * Neither a call nor the WRMSR of a VMGEXIT can be moved to where an optimised
 * probe has its instructions, so that probes go before those as well: as late
 * as five bytes of plain moves allow, and what the moves still do to the
 * arguments is worked out here once, at load. Whatever is not understood gets a
 * breakpoint on the instruction itself, which sees the same arguments and counts
 * the same.
 *
 * Only complete matches of a call's target count as calls, and register_kprobe()
 * refuses an address that is not an instruction's, so that reading bytes where
 * one would want a decoder (which is not exported) can miss an optimisation, but
 * cannot put a probe in a wrong place.
 */
#include <linux/bits.h>
#include <linux/kallsyms.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>
#include <asm/ptrace.h>

#include "probes.h"
#include "sites.h"

/* A translation unit's functions lie together; its callers are this close. */
#define WINDOW		0x10000UL

#define CALL_LEN	5
#define JUMP_LEN	5	/* what an optimised probe overwrites */
#define EARLIEST	16	/* bytes before an instruction in which to look */

/**
 * struct text - a copy of a piece of kernel text
 * @start: where it is
 * @len: how long it is
 * @bytes: the copy
 */
struct text {
	unsigned long start;
	unsigned long len;
	u8 *bytes;
};

#define NR_REGS	16

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

/* Bounds of the function around an address. */
static int find_bounds(unsigned long addr, unsigned long *start,
		       unsigned long *len)
{
	char name[KSYM_SYMBOL_LEN];
	unsigned long offset;
	char *at;

	sprint_symbol(name, addr);
	at = strrchr(name, '+');
	if (!at || sscanf(at, "+%lx/%lx", &offset, len) != 2)
		return -ENOENT;
	*start = addr - offset;
	return 0;
}

/* Bounds of the function of that name; -ENOENT if there is none. */
static int find_function(const char *symbol, unsigned long *start,
			 unsigned long *len)
{
	unsigned long addr;
	int ret;

	ret = cvm_probe_ask(symbol, &addr);
	return ret ?: find_bounds(addr, start, len);
}

/* Pages that are not there read as zeros: they hold no calls. */
static int text_get(struct text *text, unsigned long start, unsigned long len)
{
	unsigned long at, n;

	text->start = start;
	text->len = len;
	text->bytes = kvzalloc(len, GFP_KERNEL);
	if (!text->bytes)
		return -ENOMEM;
	for (at = 0; at < len; at += n) {
		n = min(len - at, PAGE_SIZE - offset_in_page(start + at));
		if (copy_from_kernel_nofault(text->bytes + at,
					     (void *)(start + at), n))
			memset(text->bytes + at, 0, n);
	}
	return 0;
}

static int text_get_function(struct text *text, const char *symbol)
{
	unsigned long start, len;
	int ret;

	ret = find_function(symbol, &start, &len);
	return ret ?: text_get(text, start, len);
}

static void text_put(struct text *text)
{
	kvfree(text->bytes);
}

/* Target of the call or jump with a 32-bit displacement at @at, or 0. */
static unsigned long far_target(const struct text *text, unsigned long at)
{
	const u8 *b = text->bytes + at;
	unsigned int opcodes = 1;

	if (at + 1 + 4 > text->len)
		return 0;
	if (b[0] == 0x0f && (b[1] & 0xf0) == 0x80) {
		opcodes = 2;
		if (at + 2 + 4 > text->len)
			return 0;
	} else if (b[0] != 0xe8 && b[0] != 0xe9) {
		return 0;
	}
	return text->start + at + opcodes + 4 +
		(s32)get_unaligned((const u32 *)(b + opcodes));
}

/* Target of the short jump at @at, or 0. */
static unsigned long near_target(const struct text *text, unsigned long at)
{
	const u8 *b = text->bytes + at;

	if (at + 2 > text->len)
		return 0;
	if (b[0] != 0xeb && (b[0] & 0xf0) != 0x70 && (b[0] & 0xfc) != 0xe0)
		return 0;
	return text->start + at + 2 + (s8)b[1];
}

/*
 * Is this the first byte of an instruction? kprobes decodes the function from
 * its start to find out.
 */
static bool is_instruction(unsigned long addr)
{
	return !cvm_probe_ask(NULL, &addr);
}

static bool is_among(unsigned long target, unsigned long from, u32 starts)
{
	unsigned long offset = target - from;

	return offset < 32 && starts & BIT(offset);
}

/* Does anything in that text jump to one of the instructions? */
static bool jumps_among(unsigned long start, unsigned long len,
			unsigned long from, u32 starts)
{
	struct text text;
	bool found = false;
	unsigned long at;

	if (text_get(&text, start, len))
		return true;
	for (at = 0; at < len && !found; at++) {
		if (is_among(near_target(&text, at), from, starts) ||
		    is_among(far_target(&text, at), from, starts))
			found = is_instruction(start + at);
	}
	text_put(&text);
	return found;
}

/* Where compilers put what a function hardly ever does. */
#define COLD	".cold"

/**
 * struct cold - what is known of a function's cold part
 * @of: where the function starts
 * @start: where the cold part does
 * @len: how long it is; 0 if there is none
 * @ret: 0, or -errno if it cannot be found out
 */
struct cold {
	unsigned long of;
	unsigned long start;
	unsigned long len;
	int ret;
};

static void find_cold(struct cold *cold, unsigned long function)
{
	char name[KSYM_SYMBOL_LEN + sizeof(COLD)];

	*cold = (struct cold){ .of = function };
	sprint_symbol(name, function);
	strscpy(strchrnul(name, '+'), COLD, sizeof(COLD));
	cold->ret = find_function(name, &cold->start, &cold->len);
	if (cold->ret == -ENOENT)
		cold->ret = 0;
}

/*
 * Does anything in the function jump behind @from, to one of the instructions
 * that start where bits are set? kprobes asks only for the bytes that it
 * replaces, and does not look into the cold part.
 */
static bool jumped_into(unsigned long from, u32 starts)
{
	/* Of the last function: the next question is mostly about the same. */
	static struct cold last;
	unsigned long start, len;

	if (find_bounds(from, &start, &len) ||
	    jumps_among(start, len, from, starts))
		return true;
	if (last.of != start)
		find_cold(&last, start);
	return last.ret ||
	       (last.len && jumps_among(last.start, last.len, from, starts));
}

/**
 * struct moves - what plain moves do to the registers
 * @arg: by register, where its value was before the first of them
 * @lost: registers whose value may have been nowhere before the first of them
 * @reads: what the moves must leave alone, or must be known behind them
 * @starts: bit by byte: instructions that start so far behind the first one
 */
struct moves {
	struct cvm_arg arg[NR_REGS];
	u16 lost;
	enum cvm_reads reads;
	u32 starts;
};

/* The last move may end some bytes behind the instruction. */
static_assert(sizeof(u32) * BITS_PER_BYTE > EARLIEST + 8);

static void moves_init(struct moves *m, enum cvm_reads reads)
{
	unsigned int i;

	for (i = 0; i < NR_REGS; i++)
		m->arg[i] = (struct cvm_arg){ true, reg_offset[i] };
	m->lost = 0;
	m->reads = reads;
	m->starts = 0;
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

	if (b[0] >> 6 != 3)
		return 0;
	if (opcode == 0x31 && reg == rm)
		set_register(m, rm, (struct cvm_arg){ false, 0 });
	else
		m->lost |= BIT(rm);
	return 1;
}

/* Follow one plain instruction. Return: its length, 0 if it is not plain. */
static unsigned int move(struct moves *m, const u8 *b)
{
	u8 rex = (b[0] & 0xf0) == 0x40 ? *b++ : 0;
	unsigned int len = rex ? 2 : 1, more = 0;

	if (b[0] == 0x89) {
		more = move_mov(m, b + 1, rex);
	} else if ((b[0] & 0xc7) == 0x01) {
		more = move_arithmetic(m, b[0], b + 1, rex);
	} else if ((b[0] & 0xf8) == 0xb8 && !(rex & 8)) {
		set_register(m, (b[0] & 7) | (rex & 1) << 3, (struct cvm_arg){
			false, get_unaligned((const u32 *)(b + 1)) });
		more = 4;
	} else if ((b[0] & 0xf8) == 0x58) { /* pop */
		m->lost |= BIT((b[0] & 7) | (rex & 1) << 3);
		return len;
	}
	return more ? len + more : 0;
}

/* Follow the moves from @from to exactly @to. */
static bool moves_reach(struct moves *m, const u8 *from, const u8 *to)
{
	const u8 *at = from;

	while (at < to) {
		unsigned int len = move(m, at);

		if (!len)
			return false;
		at += len;
		m->starts |= BIT(at - from);
	}
	return at == to;
}

static void add_early(struct cvm_site *site, unsigned long addr,
		      const struct moves *m)
{
	unsigned int i, n = site->nr_early++;

	site->early[n].addr = (void *)addr;
	for (i = 0; i < CVM_NR_ARGS; i++)
		site->early[n].args.arg[i] = m->arg[arg_reg[i]];
}

static bool lost_argument(const struct moves *m)
{
	unsigned int i;

	for (i = 0; i < CVM_NR_ARGS && m->reads != CVM_READS_NOTHING; i++)
		if (m->lost & BIT(arg_reg[i]))
			return true;
	return false;
}

/* Look for the last places before an instruction that can carry a jump. */
static void find_early(const struct text *text, unsigned long at,
		       enum cvm_reads reads, struct cvm_site *site)
{
	unsigned long back;
	struct moves m;

	for (back = JUMP_LEN; back <= EARLIEST && back <= at; back++) {
		unsigned long early = text->start + at - back;

		if (site->nr_early == CVM_MAX_EARLY)
			return;
		moves_init(&m, reads);
		if (moves_reach(&m, text->bytes + at - back, text->bytes + at) &&
		    !lost_argument(&m) && !jumped_into(early, m.starts))
			add_early(site, early, &m);
	}
}

static bool is_call_to(const struct text *text, unsigned long at,
		       unsigned long target)
{
	return target && far_target(text, at) == target;
}

/**
 * cvm_find_calls_of() - find all calls of a function, wherever they are
 * @symbol: a function that is called in its own translation unit only
 * @callee: unused
 * @reads: what is read of its arguments
 * @sites: filled in
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
int cvm_find_calls_of(const char *symbol, const char *callee,
		      enum cvm_reads reads, struct cvm_site *sites, int max)
{
	unsigned long start, len, at;
	struct text text;
	int ret, n = 0;

	ret = find_function(symbol, &start, &len);
	if (!ret)
		ret = text_get(&text, start - WINDOW, 2 * WINDOW);
	if (ret)
		return ret;

	for (at = 0; at < text.len; at++) {
		if (!is_call_to(&text, at, start))
			continue;
		if (n == max) {
			n = -E2BIG;
			break;
		}
		sites[n] = (struct cvm_site){ .addr = (void *)(text.start + at) };
		find_early(&text, at, reads, &sites[n]);
		n++;
	}
	text_put(&text);
	return n ?: -ENOENT;
}

/* A kernel with our patches has what counts inline, and calls the rest. */
#define UNCOUNTED	"_uncounted"

/* Does the call, if it is one, at @at go to the function of that name? */
static bool is_call_by_name(const struct text *text, unsigned long at,
			    const char *callee)
{
	unsigned long target = far_target(text, at);
	size_t len = strlen(callee);
	char name[KSYM_SYMBOL_LEN];

	if (text->bytes[at] != 0xe8 || !target)
		return false;
	sprint_symbol(name, target);
	if (strncmp(name, callee, len))
		return false;
	if (!strncmp(name + len, UNCOUNTED, strlen(UNCOUNTED)))
		len += strlen(UNCOUNTED);
	return !strncmp(name + len, "+0x0/", 5);
}

/**
 * cvm_find_calls_in() - find the calls of one function in another
 * @symbol: the caller
 * @callee: the function called
 * @reads: what of its arguments is read
 * @sites: filled in
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
int cvm_find_calls_in(const char *symbol, const char *callee,
		      enum cvm_reads reads, struct cvm_site *sites, int max)
{
	struct text text;
	unsigned long at;
	int ret, n = 0;

	ret = text_get_function(&text, symbol);
	if (ret)
		return ret;
	for (at = 0; at < text.len && n < max; at++) {
		if (!is_call_by_name(&text, at, callee))
			continue;
		sites[n] = (struct cvm_site){ .addr = (void *)(text.start + at) };
		find_early(&text, at, reads, &sites[n]);
		n++;
	}
	text_put(&text);
	return n ?: -ENOENT;
}

/**
 * cvm_site_behind() - find where one function returns to in another
 * @symbol: the caller
 * @callee: the function called, in one place
 *
 * Return: the instruction behind the call, or NULL.
 */
void *cvm_site_behind(const char *symbol, const char *callee)
{
	unsigned long at, found = 0;
	struct text text;
	int n = 0;

	if (text_get_function(&text, symbol))
		return NULL;
	for (at = 0; at < text.len; at++) {
		if (!is_call_by_name(&text, at, callee))
			continue;
		found = text.start + at + CALL_LEN;
		n++;
	}
	text_put(&text);
	return n == 1 ? (void *)found : NULL;
}

/*
 * shr $32, %rdx; wrmsr; vmgexit: how the kernel sets the GHCB MSR, of which
 * rdx still has all 64 bits before the shift.
 */
static const u8 vmgexit[] = {
	0x48, 0xc1, 0xea, 0x20, 0x0f, 0x30, 0xf3, 0x0f, 0x01, 0xd9,
};

/**
 * cvm_find_vmgexits() - find the VMGEXITs in a function
 * @symbol: the function
 * @callee: unused
 * @reads: unused: they have no arguments
 * @sites: filled in with the instruction before the GHCB MSR is written
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
int cvm_find_vmgexits(const char *symbol, const char *callee,
		      enum cvm_reads reads, struct cvm_site *sites, int max)
{
	struct text text;
	unsigned long at;
	int ret, n = 0;

	ret = text_get_function(&text, symbol);
	if (ret)
		return ret;
	for (at = 0; at + sizeof(vmgexit) <= text.len && n < max; at++) {
		if (memcmp(text.bytes + at, vmgexit, sizeof(vmgexit)))
			continue;
		sites[n] = (struct cvm_site){ .addr = (void *)(text.start + at) };
		find_early(&text, at, CVM_READS_NOTHING, &sites[n]);
		n++;
	}
	text_put(&text);
	return n ?: -ENOENT;
}
