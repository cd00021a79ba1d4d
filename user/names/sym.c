// SPDX-License-Identifier: GPL-2.0
/*
 * Names of user code: libdwfl over the mappings that were recorded, or else those
 * that the process has now, with the symbol tables of the mapped files alone; no
 * debuginfo is searched, because that may go to the network.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <elfutils/libdwfl.h>
#include <gelf.h>

#include "names/maps.h"
#include "names/sym.h"

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

/* One of the two is open: a process, or a file where a process had it. */
static struct Dwfl *dwfl;
static u32 process_tgid;
static const struct image *process_image;

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = no_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static void close_dwfl(void)
{
	if (dwfl)
		dwfl_end(dwfl);
	dwfl = NULL;
	process_tgid = 0;
	process_image = NULL;
}

/* Often the next RIP is of the same process, too. */
static bool open_process(u32 tgid)
{
	if (process_tgid == tgid)
		return dwfl;
	close_dwfl();
	process_tgid = tgid;
	dwfl = dwfl_begin(&callbacks);
	if (dwfl && (dwfl_linux_proc_report(dwfl, (pid_t)tgid) ||
		     dwfl_report_end(dwfl, NULL, NULL))) {
		dwfl_end(dwfl);
		dwfl = NULL;
	}
	return dwfl;
}

/* What the addresses of a mapped file are above those that are in the file. */
static bool find_bias(int fd, const struct image *image, u64 *bias)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	GElf_Phdr phdr;
	size_t i, n;
	bool found = false;

	if (!elf || elf_getphdrnum(elf, &n))
		n = 0;
	for (i = 0; i < n && !found; i++) {
		if (!gelf_getphdr(elf, (int)i, &phdr) || phdr.p_type != PT_LOAD)
			continue;
		found = image->offset + (image->end - image->start) > phdr.p_offset &&
			image->offset < phdr.p_offset + phdr.p_filesz && phdr.p_flags & PF_X;
		*bias = image->start - image->offset - (phdr.p_vaddr - phdr.p_offset);
	}
	elf_end(elf);
	return found;
}

static bool open_image(const struct image *image)
{
	bool ok = false;
	u64 bias;
	int fd;

	if (process_image == image)
		return dwfl;
	close_dwfl();
	process_image = image;
	fd = open(image->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	dwfl = find_bias(fd, image, &bias) ? dwfl_begin(&callbacks) : NULL;
	if (dwfl) {
		ok = dwfl_report_elf(dwfl, image->file, image->file, -1, bias, true) &&
		     !dwfl_report_end(dwfl, NULL, NULL);
		if (!ok)
			dwfl_end(dwfl);
	}
	if (!ok)
		dwfl = NULL;
	close(fd);
	return ok;
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "?";
}

/* Function and offset, with the file's name. */
static bool name_in_dwfl(u64 rip, char *buf, size_t size)
{
	Dwfl_Module *module = dwfl_addrmodule(dwfl, rip);
	const char *file, *name;
	Dwarf_Addr start;
	GElf_Off offset;
	GElf_Sym sym;

	if (!module)
		return false;
	file = base_name(dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL));
	name = dwfl_module_addrinfo(module, rip, &offset, &sym, NULL, NULL, NULL);
	if (name)
		snprintf(buf, size, "%s+0x%llx (%s)", name, (u64)offset, file);
	else
		snprintf(buf, size, "%s+0x%llx", file, (u64)(rip - start));
	return true;
}

/* Function or mapping, and offset, of an address of a process. */
const char *sym_user(u32 tgid, u64 rip, char *buf, size_t size)
{
	const struct image *image = maps_find(tgid, rip);

	if (image && open_image(image) && name_in_dwfl(rip, buf, size))
		return buf;
	if (image)
		snprintf(buf, size, "%s+0x%llx", base_name(image->file), rip - image->start);
	else if (!open_process(tgid) || !name_in_dwfl(rip, buf, size))
		snprintf(buf, size, "0x%llx", rip);
	return buf;
}

/* Mappings of processes may be other ones now. */
void sym_forget(void)
{
	close_dwfl();
}

/* Name and number of a process; the number alone when nothing else is known. */
const char *sym_process(u32 tgid, char *buf, size_t size)
{
	const char *command = maps_command(tgid);
	char comm[64];

	if (command)
		snprintf(buf, size, "%s/%u", command, tgid);
	else if (sys_line(comm, sizeof(comm), "/proc/%u/comm", tgid))
		snprintf(buf, size, "%s/%u", comm, tgid);
	else
		snprintf(buf, size, "%u (gone)", tgid);
	return buf;
}
