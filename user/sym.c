// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel: /proc/kallsyms, read once. User: libdwfl over the process's
 * mappings, with the symbol tables of the mapped files alone; no debuginfo is
 * searched, because that may go to the network.
 */
#include <stdlib.h>
#include <string.h>

#include <elfutils/libdwfl.h>

#include "sym.h"

struct symbol {
	u64 addr;
	char *name;
};

DEFINE_VEC(symbol)

static struct symbol_vec kernel;
static bool kernel_loaded;

static int symbol_compare(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Addresses are zero without CAP_SYSLOG, after kernel.kptr_restrict. */
static void load_kernel(void)
{
	FILE *f = sys_open("/proc/kallsyms");
	char line[512], name[256], type;
	struct symbol *s;
	u64 addr;

	kernel_loaded = true;
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx %c %255s", &addr, &type, name) != 3)
			continue;
		if (!addr || !strchr("tTwW", type))
			continue;
		s = symbol_push(&kernel);
		s->addr = addr;
		s->name = xstrdup(name);
	}
	if (f)
		fclose(f);
	if (kernel.n)
		qsort(kernel.v, kernel.n, sizeof(*kernel.v), symbol_compare);
}

/* Function and offset of a kernel address; the address if there is none. */
const char *sym_kernel(u64 rip, char *buf, size_t size)
{
	size_t low = 0, high, mid;

	if (!kernel_loaded)
		load_kernel();
	high = kernel.n;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (kernel.v[mid].addr <= rip)
			low = mid + 1;
		else
			high = mid;
	}
	if (low)
		snprintf(buf, size, "%s+0x%llx", kernel.v[low - 1].name,
			 rip - kernel.v[low - 1].addr);
	else
		snprintf(buf, size, "0x%llx", rip);
	return buf;
}

static int no_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
			const char *file, const char *link, GElf_Word crc, char **path)
{
	(void)module;
	(void)data;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)path;
	return -1;
}

/* The process whose mappings were read last: often the next RIP is of it, too. */
static Dwfl *process;
static u32 process_tgid;

static Dwfl *open_process(u32 tgid)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = no_debuginfo,
	};

	if (process && process_tgid == tgid)
		return process;
	if (process)
		dwfl_end(process);
	process_tgid = tgid;
	process = dwfl_begin(&callbacks);
	if (process && (dwfl_linux_proc_report(process, (pid_t)tgid) ||
			dwfl_report_end(process, NULL, NULL))) {
		dwfl_end(process);
		process = NULL;
	}
	return process;
}

/* Function or mapping, and offset, of an address of a process that still is. */
const char *sym_user(u32 tgid, u64 rip, char *buf, size_t size)
{
	Dwfl *dwfl = open_process(tgid);
	const char *file, *name;
	Dwfl_Module *module;
	Dwarf_Addr start;
	GElf_Off offset;
	GElf_Sym sym;

	snprintf(buf, size, "0x%llx", rip);
	module = dwfl ? dwfl_addrmodule(dwfl, rip) : NULL;
	if (!module)
		return buf;
	file = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
	file = file && strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	name = dwfl_module_addrinfo(module, rip, &offset, &sym, NULL, NULL, NULL);
	if (name)
		snprintf(buf, size, "%s+0x%llx (%s)", name, (u64)offset, file ? file : "?");
	else
		snprintf(buf, size, "%s+0x%llx", file ? file : "?", (u64)(rip - start));
	return buf;
}

/* Name and number of a process; the number alone when it is gone. */
const char *sym_process(u32 tgid, char *buf, size_t size)
{
	char comm[64];

	if (sys_line(comm, sizeof(comm), "/proc/%u/comm", tgid))
		snprintf(buf, size, "%s/%u", comm, tgid);
	else
		snprintf(buf, size, "%u (gone)", tgid);
	return buf;
}
