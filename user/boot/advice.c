// SPDX-License-Identifier: GPL-2.0
/* What a boot's figures suggest to change, and what they leave out. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/cvmstat_codes.h>

#include "base/format.h"
#include "boot/boot.h"
#include "guest/loading.h"
#include "guest/probe.h"

/* Less than this is no matter for a boot: memory, and exits among all. */
#define MUCH_MEMORY (64ULL << 20)
#define MUCH_OF_ALL 10

/* Twice of what Linux shares for bounce buffers at least, and in any guest (64 MiB). */
#define MUCH_SHARED (128ULL << 20)

/* A byte on a polled serial port is a read of its status and a write (8250). */
#define EXITS_A_BYTE 2

#define SMALL_PAGE 4096

/* Serial ports of a PC: COM1 to COM4. */
static bool is_serial(u64 port)
{
	static const u64 first[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(first); i++)
		if (port - first[i] < 8)
			return true;
	return false;
}

/* An access is an address in 0xcf8, and data in 0xcfc to 0xcff. */
static bool is_pci(u64 port)
{
	return port >= 0xcf8 && port <= 0xcff;
}

static bool is_port_exit(const struct record *r)
{
	return record_has_detail(r) &&
	       ((r->class == CVMSTAT_CLASS_VMGEXIT && r->code == CVMSTAT_SVM_IOIO) ||
		(r->class == CVMSTAT_CLASS_TDVMCALL && r->code == CVMSTAT_TDVMCALL_IO));
}

static u64 port_exits(const struct boot_report *r, bool (*is)(u64 port))
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < r->details.n; i++)
		if (is_port_exit(&r->details.v[i].r) && is(r->details.v[i].r.detail))
			sum = sat_add(sum, r->details.v[i].total);
	return sum;
}

/* "words", or none; the last one counts. */
static void boot_word(const char *option, char *buf, size_t size)
{
	char line[4096], *rest = line, *word;
	size_t len = strlen(option);

	buf[0] = '\0';
	if (!sys_line(line, sizeof(line), "/proc/cmdline"))
		return;
	while ((word = strsep(&rest, " ")))
		if (!strncmp(word, option, len))
			snprintf(buf, size, "%s", word + len);
}

/* To be freed; NULL unless it is to be said. */
static __printf(2, 3) char *say(bool when, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (!when)
		return NULL;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		die(ST_FAIL, "out of memory");
	va_end(ap);
	return text;
}

static char *advise_pages(const struct boot_report *r)
{
	u64 small = 0, all = boot_total(r, r->bytes[CVMSTAT_PAGE_OP_ACCEPTED]);
	const struct boot_pages *p;
	char text[32];
	size_t i;

	for (i = 0; i < r->boot->pages.n; i++) {
		p = &r->boot->pages.v[i];
		if (p->op == CVMSTAT_PAGE_OP_ACCEPTED && p->size == SMALL_PAGE)
			small += p->pages * SMALL_PAGE;
	}
	return say(small >= MUCH_MEMORY && small >= all / 2,
		   "%s were accepted in pages of 4 KiB: pages of 2 MiB take one 512th of the work. The host has to back the guest with huge pages (hugetlbfs, or transparent ones for guest_memfd)",
		   bytes_text(small, text, sizeof(text)));
}

static char *advise_lazy(const struct boot_report *r)
{
	u64 all = boot_total(r, r->bytes[CVMSTAT_PAGE_OP_ACCEPTED]);
	char mode[32], text[32];

	boot_word("accept_memory=", mode, sizeof(mode));
	return say(all >= MUCH_MEMORY && streq(mode, "eager"),
		   "accept_memory=eager had the boot accept %s: without it, the boot accepts what it comes to use, which is much less only where far more memory was unaccepted than that",
		   bytes_text(all, text, sizeof(text)));
}

/* Where pages have a state at all: some always become shared. */
static char *advise_firmware(const struct boot_report *r)
{
	u64 all = boot_total(r, r->bytes[CVMSTAT_PAGE_OP_ACCEPTED]), left;
	char text[32];

	if (!boot_unaccepted(&left))
		left = 0;
	return say(r->boot->pages.n && all < MUCH_MEMORY && !left,
		   "the kernel accepted %s alone: the firmware did the rest before it, in a time that is not in these figures. What firmware leaves unaccepted, Linux 6.5 and later accept as they come to use it: the start is much shorter only where that is far more than the boot uses",
		   bytes_text(all, text, sizeof(text)));
}

static char *advise_left(const struct boot_report *r)
{
	char left_text[32], all_text[32];
	u64 left, all;

	(void)r;
	if (!boot_unaccepted(&left) || !boot_memory(&all))
		return NULL;
	return say(left,
		   "%s of %s are not accepted yet: who uses them first pays for it (accept_memory=eager has the boot pay)",
		   bytes_text(left, left_text, sizeof(left_text)),
		   bytes_text(all, all_text, sizeof(all_text)));
}

static char *advise_console(const struct boot_report *r)
{
	u64 serial = port_exits(r, is_serial), exits = boot_total(r, r->sums[KIND_EXIT]);
	char text[32];

	return say(serial && serial * MUCH_OF_ALL >= exits,
		   "%s exits (%.0f%%) were for serial ports: fewer console lines (quiet, loglevel=3), or a virtio console (console=hvc0)",
		   grouped(serial, text, sizeof(text)),
		   100 * (double)serial / (double)exits);
}

/* raw_pci_read() of Linux prefers these ports to MMCONFIG, where both reach a register. */
static char *advise_pci(const struct boot_report *r)
{
	u64 pci = port_exits(r, is_pci), exits = boot_total(r, r->sums[KIND_EXIT]);
	char text[32];

	return say(pci && pci * MUCH_OF_ALL >= exits,
		   "%s exits (%.0f%%) were for PCI configuration by the ports 0xcf8 and 0xcfc, two an access: fewer emulated devices, root ports and bridges are asked less. By MMCONFIG (ECAM) an access is one exit, but Linux takes the ports for the first 256 bytes of a function even where the machine has it; pci= options only if you are certain of them",
		   grouped(pci, text, sizeof(text)), 100 * (double)pci / (double)exits);
}

/* Where nobody counted, what the log says was written. */
static char *estimate_console(const struct boot_report *r)
{
	const struct boot *b = r->boot;
	char lines[32], exits[32];

	return say(!b->counted && b->console_bytes,
		   "%s lines of the log went to a serial console: some %s exits (estimated, %u a byte). Fewer lines (quiet, loglevel=3), or a virtio console (console=hvc0)",
		   grouped(b->console_lines, lines, sizeof(lines)),
		   count_text((double)(b->console_bytes * EXITS_A_BYTE), exits,
			      sizeof(exits)), EXITS_A_BYTE);
}

static char *advise_bounce(const struct boot_report *r)
{
	u64 shared = boot_total(r, r->bytes[CVMSTAT_PAGE_OP_SHARED]);
	char text[32];

	return say(shared >= MUCH_SHARED,
		   "%s became shared, bounce buffers among it: swiotlb=SLOTS (of 2 KiB) makes these smaller, which saves memory and its conversion, and hardly an exit. In one that is too small DMA mappings fail",
		   bytes_text(shared, text, sizeof(text)));
}

static char *(*const advice[])(const struct boot_report *r) = {
	advise_pages, advise_lazy, advise_firmware, advise_left, advise_console, estimate_console,
	advise_pci, advise_bounce,
};

#define NOT_KNOWN "which exits the boot took, how many, and how much memory it accepted is not known. A kernel with CONFIG_CVM_EXITS counts (patches/ in the source of cvmstat)"

/* Who asks is at fault: what the module refuses, and what is not for his eyes. */
static char *why_not_permitted(const struct boot *b)
{
	char why[64];

	if (b->module == BOOT_MODULE_REFUSES && geteuid())
		return say(true,
			   "what the kernel may have counted takes a right that is missing here: CAP_PERFMON for the module, which is loaded, or root for debugfs%s",
			   b->error == ENOENT ? ", once that is mounted" : "");
	if (b->module == BOOT_MODULE_REFUSES)
		return say(true,
			   "the module is loaded, and tells what the kernel may have counted only with CAP_PERFMON, which is missing here");
	if (b->error == EPERM && loading_locked_down(why, sizeof(why)))
		return say(true,
			   "this kernel lets nobody read in debugfs what it may have counted (%s)%s",
			   why, b->module == BOOT_MODULE_NONE ?
			   ": the module would tell it (SIGNING in cvmstat(8))" : "");
	if (b->error == EACCES && geteuid())
		return say(true,
			   "what the kernel may have counted is in debugfs, which only root may read%s",
			   b->module == BOOT_MODULE_NONE ?
			   "; the module, once it is loaded, tells it with CAP_PERFMON" : "");
	return NULL;
}

/* Where a kernel that counts had its file in debugfs, and that is not there. */
static char *why_no_file(const struct boot *b)
{
	if (b->debugfs || b->module == BOOT_MODULE_TELLS)
		return say(true,
			   "this kernel does not count exits: %s", NOT_KNOWN);
	return say(true,
		   "this kernel does not count exits, or there is nothing that would tell: debugfs is not mounted (mount -t debugfs none /sys/kernel/debug), and no module that knows it is loaded (modprobe cvmstat); one of them would do: %s",
		   NOT_KNOWN);
}

static char *why_uncounted(const struct boot_report *r)
{
	const struct boot *b = r->boot;
	char machine[128], *text;

	if (b->counted)
		return NULL;
	if (b->error == EBADMSG)
		return say(true,
			   "the kernel's counters are in a format that this cvmstat does not know");
	if (b->off)
		return say(true,
			   "this kernel counts exits, but was booted with cvm_exits=off: which ones the boot took is not known");
	if (!probe_platform(machine, sizeof(machine)))
		return say(true,
			   "this is %s", machine);
	text = why_not_permitted(b);
	if (text)
		return text;
	if (b->error != ENOENT)
		return say(true,
			   "what the kernel may have counted cannot be read: %s",
			   strerror(b->error));
	return why_no_file(b);
}

static char *why_no_phases(const struct boot_report *r)
{
	return say(!r->boot->counted && !r->boot->nphases,
		   "the beginning of the kernel's log is gone, or may not be read: how long the phases took is not known");
}

/* The same names, and other borders: what one boot had in both differs by more than a third. */
static char *why_other_borders(const struct boot_report *r)
{
	return say(!r->boot->counted && r->boot->nphases,
		   "times are between lines of the kernel's log, whose borders are not those that a counting kernel keeps: do not compare the two");
}

static char *what_before(const struct boot_report *r)
{
	return say(r->boot->counted,
		   "what firmware and decompressor did before the kernel is not in it");
}

/* As the gaps of cvmstat info have it; the HLT of the idle loop shows, and is counted. */
static char *what_automatic(const struct boot_report *r)
{
	return say(r->boot->counted,
		   "automatic exits but HLT are in no figure: interrupts of the host, nested page faults (SEV) or EPT violations (TDX) on private memory, PAUSE are handled without the guest, and only the hypervisor sees them");
}

static char *(*const notes[])(const struct boot_report *r) = {
	why_uncounted, why_no_phases, why_other_borders, what_before,
	what_automatic,
};

static const struct column text_columns[] = { { "text", NULL, IN_JSON, SHOW_PLAIN } };

static void show_texts(struct out *o, const struct boot_report *r, const char *name,
		       const char *label, char *(*const texts[])(const struct boot_report *r),
		       size_t n)
{
	struct sheet s = SHEET(name, text_columns);
	char *text;
	size_t i;

	for (i = 0; i < n; i++) {
		text = texts[i](r);
		if (!text)
			continue;
		out_labelled(o, label, "%s", text);
		put_string(&s, text);
		free(text);
	}
	out_sheet(o, &s, IN_JSON);
	sheet_free(&s);
}

void boot_advise(struct out *o, const struct boot_report *r)
{
	out_line(o, "%s", "");
	show_texts(o, r, "advice", "advice", advice, ARRAY_SIZE(advice));
	show_texts(o, r, "notes", "note", notes, ARRAY_SIZE(notes));
}
