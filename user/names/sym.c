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

static bool find_in_dwfl(u64 rip, struct function *f)
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
	snprintf(f->owner, sizeof(f->owner), "%s", file);
	snprintf(f->name, sizeof(f->name), "%s", name ? name : "");
	f->offset = name ? offset : rip - start;
	return true;
}

/**
 * sym_find - the function that an address of a process is in, or the file
 * @tgid: the process, which may be gone
 * @rip: the address
 * @f: filled if either is known
 */
bool sym_find(u32 tgid, u64 rip, struct function *f)
{
	const struct image *image = maps_find(tgid, rip);

	if (!image)
		return open_process(tgid) && find_in_dwfl(rip, f);
	if (open_image(image) && find_in_dwfl(rip, f))
		return true;
	f->name[0] = '\0';
	snprintf(f->owner, sizeof(f->owner), "%s", base_name(image->file));
	f->offset = rip - image->start;
	return true;
}

/* Function or mapping, and offset, of an address of a process. */
const char *sym_user(u32 tgid, u64 rip, char *buf, size_t size)
{
	struct function f;

	if (!sym_find(tgid, rip, &f))
		snprintf(buf, size, "0x%llx", rip);
	else if (f.name[0])
		snprintf(buf, size, "%s+0x%llx (%s)", f.name, f.offset, f.owner);
	else
		snprintf(buf, size, "%s+0x%llx", f.owner, f.offset);
	return buf;
}

/* Mappings of processes may be other ones now. */
void sym_forget(void)
{
	close_dwfl();
}

/* Name of a process; NULL if it is gone, and was not followed. */
const char *sym_command(u32 tgid, char *buf, size_t size)
{
	const char *command = maps_command(tgid);

	if (!command)
		return sys_line(buf, size, "/proc/%u/comm", tgid) ? buf : NULL;
	snprintf(buf, size, "%s", command);
	return buf;
}

/* Name and number of a process; the number alone when nothing else is known. */
const char *sym_process(u32 tgid, char *buf, size_t size)
{
	char comm[64];

	if (sym_command(tgid, comm, sizeof(comm)))
		snprintf(buf, size, "%s/%u", comm, tgid);
	else
		snprintf(buf, size, "%u (gone)", tgid);
	return buf;
}
