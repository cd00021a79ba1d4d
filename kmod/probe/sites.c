// SPDX-License-Identifier: GPL-2.0
/*
 * Where to probe inside functions that do more than what is counted.
 *
 * Neither a call nor the WRMSR of a VMGEXIT can be moved to where an optimised
 * probe has its instructions, so that probes go before those: as late as five
 * bytes of plain moves allow. Whatever is not understood gets a breakpoint on the
 * instruction itself, which counts the same.
 *
 * Only complete matches of a call's target count as calls, and register_kprobe()
 * refuses an address that is not an instruction's, so that reading bytes where
 * one would want a decoder (which is not exported) can miss an optimisation, but
 * cannot put a probe where none belongs.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/string.h>

#include "moves.h"
#include "sites.h"
#include "text.h"

#define CALL		0xe8
#define CALL_LEN	5
#define JUMP_LEN	5	/* what an optimised probe overwrites */
#define EARLIEST	16	/* bytes before an instruction in which to look */

/* The last move may end some bytes behind the instruction. */
static_assert(sizeof(u32) * BITS_PER_BYTE > EARLIEST + 8);

/* Look for the last places before an instruction that can carry a jump. */
static void find_earlier(const struct cvm_text *text, struct cvm_site *site)
{
	unsigned long at = (unsigned long)site->addr - text->start, back;
	const u8 *bytes = text->bytes + at;
	u32 starts;

	for (back = JUMP_LEN; back <= EARLIEST && back <= at; back++) {
		if (site->nr_earlier == CVM_MAX_EARLIER)
			return;
		if (cvm_moves_lead(bytes - back, bytes, &starts) &&
		    !cvm_text_jumped_into((unsigned long)site->addr - back,
					  starts))
			site->earlier[site->nr_earlier++] = site->addr - back;
	}
}

typedef bool (*match_fn)(const struct cvm_text *text, unsigned long at,
			 const void *what);

/* The instructions that match. Return: how many there are, or -errno. */
static int find_all(const struct cvm_text *text, match_fn match,
		    const void *what, struct cvm_site *sites, int max)
{
	unsigned long at;
	int n = 0;

	for (at = 0; at < text->len; at++) {
		if (!match(text, at, what))
			continue;
		if (n == max)
			return -E2BIG;
		sites[n++] = (struct cvm_site){
			.addr = (void *)(text->start + at)
		};
	}
	return n ?: -ESRCH;
}

/* The same, with what is before them; and gives the text back. */
static int find_sites(struct cvm_text *text, match_fn match, const void *what,
		      struct cvm_site *sites, int max)
{
	int i, n = find_all(text, match, what, sites, max);

	for (i = 0; i < n; i++)
		find_earlier(text, &sites[i]);
	cvm_text_put(text);
	return n;
}

/* A kernel with our patches has what counts inline, and calls the rest. */
#define UNCOUNTED	"_uncounted"

/* Does the call, if it is one, go to the function of that name? */
static bool is_call_by_name(const struct cvm_text *text, unsigned long at,
			    const void *callee)
{
	unsigned long target = cvm_text_target(text, at);
	size_t len = strlen(callee);
	char name[KSYM_SYMBOL_LEN];

	if (text->bytes[at] != CALL || !target)
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
 * @sites: filled in
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
int cvm_find_calls_in(const char *symbol, const char *callee,
		      struct cvm_site *sites, int max)
{
	struct cvm_text text;
	int ret = cvm_text_get_function(&text, symbol);

	return ret ?: find_sites(&text, is_call_by_name, callee, sites, max);
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
	struct cvm_site site;
	struct cvm_text text;
	int n;

	if (cvm_text_get_function(&text, symbol))
		return NULL;
	n = find_all(&text, is_call_by_name, callee, &site, 1);
	cvm_text_put(&text);
	return n == 1 ? site.addr + CALL_LEN : NULL;
}

/*
 * shr $32, %rdx; wrmsr; vmgexit: how the kernel sets the GHCB MSR, of which
 * rdx still has all 64 bits before the shift.
 */
static const u8 vmgexit[] = {
	0x48, 0xc1, 0xea, 0x20, 0x0f, 0x30, 0xf3, 0x0f, 0x01, 0xd9,
};

static bool is_vmgexit(const struct cvm_text *text, unsigned long at,
		       const void *what)
{
	return at + sizeof(vmgexit) <= text->len &&
	       !memcmp(text->bytes + at, vmgexit, sizeof(vmgexit));
}

/**
 * cvm_find_vmgexits() - find the VMGEXITs in a function
 * @symbol: the function
 * @callee: unused
 * @sites: filled in with the instruction before the GHCB MSR is written
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
int cvm_find_vmgexits(const char *symbol, const char *callee,
		      struct cvm_site *sites, int max)
{
	struct cvm_text text;
	int ret = cvm_text_get_function(&text, symbol);

	return ret ?: find_sites(&text, is_vmgexit, NULL, sites, max);
}
