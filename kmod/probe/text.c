// SPDX-License-Identifier: GPL-2.0
/* The kernel's text: copies of it, and what jumps where in it. */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "probes.h"
#include "text.h"

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

/**
 * cvm_text_function() - bounds of a function
 * @symbol: its name
 * @start: set to where it is
 * @len: set to how long it is
 *
 * Return: 0 or -errno, -ENOENT if there is none of that name.
 */
int cvm_text_function(const char *symbol, unsigned long *start,
		      unsigned long *len)
{
	unsigned long addr;
	int ret;

	ret = cvm_probe_ask(symbol, &addr);
	return ret ?: find_bounds(addr, start, len);
}

/**
 * cvm_text_get() - copy a piece of kernel text
 * @text: filled in; for cvm_text_put()
 * @start: where it is
 * @len: how long it is
 *
 * Pages that are not there read as zeros: they hold no calls.
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_text_get(struct cvm_text *text, unsigned long start,
		 unsigned long len)
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

/**
 * cvm_text_get_function() - copy the text of a function
 * @text: filled in; for cvm_text_put()
 * @symbol: its name
 *
 * Return: 0 or -errno, -ENOENT if there is none.
 */
int cvm_text_get_function(struct cvm_text *text, const char *symbol)
{
	unsigned long start, len;
	int ret;

	ret = cvm_text_function(symbol, &start, &len);
	return ret ?: cvm_text_get(text, start, len);
}

/**
 * cvm_text_put() - give a copy back
 * @text: the copy
 */
void cvm_text_put(struct cvm_text *text)
{
	kvfree(text->bytes);
}

/**
 * cvm_text_target() - where a call or a jump leads to
 * @text: a copy of text
 * @at: the instruction, from its start on; with a displacement of 32 bits
 *
 * Return: the target, or 0 if there is no such instruction.
 */
unsigned long cvm_text_target(const struct cvm_text *text, unsigned long at)
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
static unsigned long near_target(const struct cvm_text *text, unsigned long at)
{
	const u8 *b = text->bytes + at;

	if (at + 2 > text->len)
		return 0;
	if (b[0] != 0xeb && (b[0] & 0xf0) != 0x70 && (b[0] & 0xfc) != 0xe0)
		return 0;
	return text->start + at + 2 + (s8)b[1];
}

/*
 * Could this be the first byte of an instruction? kprobes decodes the function
 * from its start to find out; whatever else it says is no answer.
 */
static bool may_be_instruction(unsigned long addr)
{
	return cvm_probe_ask(NULL, &addr) != -EILSEQ;
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
	struct cvm_text text;
	bool found = false;
	unsigned long at;

	if (cvm_text_get(&text, start, len))
		return true;
	for (at = 0; at < len && !found; at++) {
		if (is_among(near_target(&text, at), from, starts) ||
		    is_among(cvm_text_target(&text, at), from, starts))
			found = may_be_instruction(start + at);
	}
	cvm_text_put(&text);
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
	cold->ret = cvm_text_function(name, &cold->start, &cold->len);
	if (cold->ret == -ENOENT)
		cold->ret = 0;
}

/**
 * cvm_text_jumped_into() - does anything in a function jump behind an instruction?
 * @from: the instruction
 * @starts: bit by byte, where it matters if anything does
 *
 * kprobes asks only for the bytes that it replaces, and does not look into the
 * function's cold part.
 *
 * Return: true if something does, or if it cannot be found out.
 */
bool cvm_text_jumped_into(unsigned long from, u32 starts)
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
