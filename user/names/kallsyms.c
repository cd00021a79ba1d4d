// SPDX-License-Identifier: GPL-2.0
/*
 * Names of kernel code: /proc/kallsyms, which has no lengths. A symbol ends
 * where the next one begins, and its part of the kernel does: the kernel's own
 * text, a module (/proc/modules), or else, as perf has it, its last page. What
 * was loaded or unloaded meanwhile is not between two symbols then, and has no
 * name. Of BPF programs, and of other code that the kernel makes, perf's records
 * tell the length as well (maps.c), also of what is gone.
 */
#include <stdlib.h>
#include <string.h>

#include "names/kallsyms.h"

#define PAGE 4096ULL

/**
 * struct owner - whose code it is
 * @name: a module, "bpf" and the like; empty for the kernel
 * @start: of its text
 * @end: of its memory, of which only a part is text; 0 if that is not known
 */
struct owner {
	char *name;
	u64 start, end;
};

/**
 * struct symbol - a function
 * @at: number of its line, which orders those that have one address
 */
struct symbol {
	u64 addr, end;
	size_t at;
	u32 owner;
	char *name;
};

/**
 * struct made - code that the kernel made
 * @gone: and has thrown away again
 * @bpf: it is a BPF program
 */
struct made {
	u64 start, end;
	bool gone;
	bool bpf;
	char name[128];
};

DEFINE_VEC(owner)
DEFINE_VEC(symbol)
DEFINE_VEC(made)

/* Where the kernel's own text is, what is thrown away after boot, and the whole of it. */
enum { TEXT, TEXT_END, INIT, INIT_END, IMAGE, MARKS };

static struct {
	struct owner_vec owners;
	struct symbol_vec symbols;
	u64 marks[MARKS];
	bool loaded;
} list;

static struct made_vec made;
static bool made_changed;
static char *modules_seen;

static void forget(void)
{
	size_t i;

	for (i = 0; i < list.owners.n; i++)
		free(list.owners.v[i].name);
	for (i = 0; i < list.symbols.n; i++)
		free(list.symbols.v[i].name);
	free(list.owners.v);
	free(list.symbols.v);
	memset(&list, 0, sizeof(list));
}

static u32 add_owner(const char *name, u64 start, u64 size)
{
	struct owner *o = owner_push(&list.owners);

	o->name = xstrdup(name);
	o->start = start;
	o->end = start ? start + size : 0;
	return (u32)(list.owners.n - 1);
}

/* A module's symbols come together. */
static u32 find_owner(const char *name)
{
	u32 last = list.symbols.n ? list.symbols.v[list.symbols.n - 1].owner : 0, i;

	if (streq(list.owners.v[last].name, name))
		return last;
	for (i = 0; i < list.owners.n; i++)
		if (streq(list.owners.v[i].name, name))
			return i;
	return add_owner(name, 0, 0);
}

/* Addresses are zero without CAP_SYSLOG. */
static void load_modules(void)
{
	FILE *f = sys_open("/proc/modules");
	unsigned long long size, start;
	char line[512], name[64];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %llu %*s %*s %*s %llx", name, &size, &start) == 3)
			add_owner(name, start, size);
	if (f)
		fclose(f);
}

static bool take_mark(const char *name, u64 addr)
{
	static const char *const names[MARKS] = {
		[TEXT] = "_stext", [TEXT_END] = "_etext",
		[INIT] = "_sinittext", [INIT_END] = "_einittext", [IMAGE] = "_text",
	};
	size_t i;

	for (i = 0; i < MARKS; i++) {
		if (!streq(names[i], name))
			continue;
		list.marks[i] = addr;
		return true;
	}
	return false;
}

/* Addresses are zero without CAP_SYSLOG, after kernel.kptr_restrict. */
static void load_symbols(void)
{
	FILE *f = sys_open("/proc/kallsyms");
	char line[512], name[256], owner[64], type;
	unsigned long long addr;
	struct symbol *s;
	size_t at = 0;
	u32 whose;

	while (f && fgets(line, sizeof(line), f)) {
		owner[0] = '\0';
		if (sscanf(line, "%llx %c %255s [%63[^]]", &addr, &type, name, owner) < 3 || !addr)
			continue;
		if ((!owner[0] && take_mark(name, addr)) || !strchr("tTwW", type))
			continue;
		whose = find_owner(owner);
		s = symbol_push(&list.symbols);
		*s = (struct symbol){ .addr = addr, .at = at++, .owner = whose,
				      .name = xstrdup(name) };
	}
	if (f)
		fclose(f);
}

static bool between(u64 addr, int first, int end)
{
	return list.marks[first] && addr >= list.marks[first] && addr < list.marks[end];
}

/* Of the kernel itself: data that is called code, and what was only for boot. */
static bool no_code(const struct symbol *s)
{
	if (s->owner)
		return false;
	return (list.marks[TEXT] && !between(s->addr, TEXT, TEXT_END)) ||
	       between(s->addr, INIT, INIT_END);
}

static void drop_no_code(void)
{
	size_t i, to = 0;

	for (i = 0; i < list.symbols.n; i++) {
		if (no_code(&list.symbols.v[i]))
			free(list.symbols.v[i].name);
		else
			list.symbols.v[to++] = list.symbols.v[i];
	}
	list.symbols.n = to;
}

static int symbol_compare(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static bool inside(const struct owner *o, u64 addr)
{
	return o->end && addr >= o->start && addr < o->end;
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* @next: the first symbol that is behind it, or NULL */
static u64 symbol_end(const struct symbol *s, const struct symbol *next)
{
	const struct owner *o = &list.owners.v[s->owner];
	u64 page = (s->addr | (PAGE - 1)) + 1, end = next ? next->addr : U64_MAX;

	if (!s->owner && list.marks[TEXT_END])
		return least(end, list.marks[TEXT_END]);
	if (next && next->owner == s->owner && inside(o, next->addr))
		return end;
	if (inside(o, s->addr))
		end = least(end, o->end);
	return least(end, page);
}

static void find_ends(void)
{
	struct symbol *next = NULL, *s;
	size_t i;

	for (i = list.symbols.n; i-- > 0;) {
		s = &list.symbols.v[i];
		if (i + 1 < list.symbols.n && list.symbols.v[i + 1].addr != s->addr)
			next = &list.symbols.v[i + 1];
		s->end = symbol_end(s, next);
	}
}

static void load(void)
{
	if (list.loaded)
		return;
	list.loaded = true;
	add_owner("", 0, 0);
	load_modules();
	load_symbols();
	drop_no_code();
	if (list.symbols.n)
		qsort(list.symbols.v, list.symbols.n, sizeof(*list.symbols.v), symbol_compare);
	find_ends();
}

/* Whether kernel addresses have names at all. */
bool kallsyms_named(void)
{
	load();
	return list.symbols.n;
}

/* The first of those that begin at the greatest address up to this one. */
static const struct symbol *find_symbol(u64 addr)
{
	size_t low = 0, high, mid;

	load();
	high = list.symbols.n;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (list.symbols.v[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	while (low > 1 && list.symbols.v[low - 2].addr == list.symbols.v[low - 1].addr)
		low--;
	return low && addr < list.symbols.v[low - 1].end ? &list.symbols.v[low - 1] : NULL;
}

/* The last that was made there: what is there now before what was. */
static const struct made *find_made(u64 addr, bool gone)
{
	size_t i;

	for (i = made.n; i-- > 0;)
		if (made.v[i].gone == gone && addr >= made.v[i].start && addr < made.v[i].end)
			return &made.v[i];
	return NULL;
}

static void set_function(struct function *f, const char *name, const char *owner, u64 offset)
{
	snprintf(f->name, sizeof(f->name), "%s", name);
	snprintf(f->owner, sizeof(f->owner), "%s", owner);
	f->offset = offset;
}

/**
 * kallsyms_find - the function that a kernel address is in
 * @addr: the address
 * @f: filled if there is one
 */
bool kallsyms_find(u64 addr, struct function *f)
{
	const struct made *m = find_made(addr, false);
	const struct symbol *s = m ? NULL : find_symbol(addr);

	if (s) {
		set_function(f, s->name, list.owners.v[s->owner].name, addr - s->addr);
		return true;
	}
	m = m ?: find_made(addr, true);
	if (m)
		set_function(f, m->name, m->bpf ? "bpf" : "", addr - m->start);
	return m;
}

/**
 * kallsyms_name - function and offset of a kernel address, and whose it is
 *
 * Return: @buf, with the address alone if there is none.
 */
const char *kallsyms_name(u64 addr, char *buf, size_t size)
{
	struct function f;

	if (!kallsyms_find(addr, &f))
		snprintf(buf, size, "0x%llx", addr);
	else
		snprintf(buf, size, "%s+0x%llx%s%s%s", f.name, f.offset, f.owner[0] ? " [" : "",
			 f.owner, f.owner[0] ? "]" : "");
	return buf;
}

/* Most programs come once; those that come and go are in each other's place. */
static void throw_away(u64 start)
{
	size_t i;

	for (i = 0; i < made.n; i++)
		if (made.v[i].start == start)
			made.v[i].gone = true;
}

/**
 * kallsyms_made - the kernel has made, or thrown away, code
 * @start: its first address
 * @size: its length
 * @name: its name
 * @bpf: it is a BPF program
 * @gone: it was thrown away
 */
void kallsyms_made(u64 start, u32 size, const char *name, bool bpf, bool gone)
{
	struct made *m;

	made_changed = true;
	throw_away(start);
	if (gone && find_made(start, true))
		return;
	m = made_push(&made);
	*m = (struct made){ .start = start, .end = start + size, .gone = gone, .bpf = bpf };
	snprintf(m->name, sizeof(m->name), "%s", name);
}

/* Names, sizes and places of the modules; not who uses them. */
static char *read_modules(void)
{
	FILE *f = sys_open("/proc/modules"), *text;
	char line[512], name[64], size[24], start[24], *all = NULL;
	size_t len;

	text = open_memstream(&all, &len);
	if (!text)
		die(ST_FAIL, "out of memory");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %23s %*s %*s %*s %23s", name, size, start) == 3)
			fprintf(text, "%s %s %s\n", name, size, start);
	fclose(text);
	if (f)
		fclose(f);
	return all;
}

/**
 * kallsyms_refresh - have the names read again, if code came or went
 *
 * Reading them takes a tenth of a second; seeing that nothing has changed does not.
 */
void kallsyms_refresh(void)
{
	char *modules = read_modules();
	bool changed = made_changed || !modules_seen || !streq(modules, modules_seen);

	free(modules_seen);
	modules_seen = modules;
	made_changed = false;
	if (changed)
		forget();
}
