// SPDX-License-Identifier: GPL-2.0
/* Instructions that trap or exit, whatever the platform calls it. */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/vmalloc.h>
#include <asm/apic.h>
#include <asm/cacheflush.h>
#include <asm/cpuid/api.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/nmi.h>
#include <asm/special_insns.h>

#include "trigger.h"

unsigned long own_page;

int take_page(u64 arg)
{
	own_page = __get_free_page(GFP_KERNEL);
	return own_page ? 0 : -ENOMEM;
}

void give_page_back(void)
{
	free_page(own_page);
}

/* String I/O of more than the GHCB's shared buffer holds (2032 bytes). */
static u8 string_buffer[4096];

static void run_cpuid(unsigned long n, u64 arg)
{
	unsigned int a, b, c, d;

	while (n--)
		cpuid_count(arg, 0, &a, &b, &c, &d);
}

/* The safe variants: a refused MSR is still a counted exit. */
static void run_rdmsr(unsigned long n, u64 arg)
{
	u32 low, high;

	while (n--)
		rdmsr_safe(arg, &low, &high);
}

static void run_wrmsr(unsigned long n, u64 arg)
{
	while (n--)
		wrmsr_safe(arg, 0, 0);
}

#define PORT_TRIGGERS(suffix)						\
static void run_in##suffix(unsigned long n, u64 arg)			\
{									\
	while (n--)							\
		in##suffix(arg);					\
}									\
									\
static void run_out##suffix(unsigned long n, u64 arg)			\
{									\
	while (n--)							\
		out##suffix(0, arg);					\
}

PORT_TRIGGERS(b)
PORT_TRIGGERS(w)
PORT_TRIGGERS(l)

/* REP INSB and OUTSB; a TDX guest's kernel makes single accesses of them. */
static void run_insb(unsigned long n, u64 arg)
{
	while (n--)
		insb(arg, string_buffer, 64);
}

static void run_outsb(unsigned long n, u64 arg)
{
	while (n--)
		outsb(arg, string_buffer, 64);
}

static void run_outsb_long(unsigned long n, u64 arg)
{
	while (n--)
		outsb(arg, string_buffer, sizeof(string_buffer));
}

static void __iomem *mmio;
static struct page *page;
static void *alias;

static int map_mmio(u64 arg)
{
	mmio = ioremap(arg, 8);
	return mmio ? 0 : -ENOMEM;
}

static void unmap_mmio(void)
{
	iounmap(mmio);
}

#define MMIO_TRIGGERS(suffix)						\
static void run_read##suffix(unsigned long n, u64 arg)			\
{									\
	while (n--)							\
		read##suffix(mmio);					\
}									\
									\
static void run_write##suffix(unsigned long n, u64 arg)			\
{									\
	while (n--)							\
		write##suffix(0, mmio);					\
}

MMIO_TRIGGERS(b)
MMIO_TRIGGERS(w)
MMIO_TRIGGERS(l)
MMIO_TRIGGERS(q)

/* A string move from MMIO, which Linux emulates by a move of its own. */
static void run_movs(unsigned long n, u64 arg)
{
	u32 *to;
	const void __force *from;

	while (n--) {
		to = (u32 *)string_buffer;
		from = (const void __force *)mmio;
		asm volatile("movsl" : "+D" (to), "+S" (from) : : "memory");
	}
}

static void run_wbinvd(unsigned long n, u64 arg)
{
	while (n--)
		wbinvd();
}

static void run_rdpmc(unsigned long n, u64 arg)
{
	u32 low, high;

	while (n--)
		asm volatile("rdpmc" : "=a" (low), "=d" (high) : "c" (0));
}

static void run_rdtsc(unsigned long n, u64 arg)
{
	while (n--)
		rdtsc();
}

static void run_rdtscp(unsigned long n, u64 arg)
{
	u32 low, high, aux;

	while (n--)
		asm volatile("rdtscp" : "=a" (low), "=d" (high), "=c" (aux));
}

static void run_read_dr7(unsigned long n, u64 arg)
{
	unsigned long value;

	while (n--)
		asm volatile("mov %%db7, %0" : "=r" (value));
}

static void run_write_dr7(unsigned long n, u64 arg)
{
	unsigned long value = 0x400;

	while (n--)
		asm volatile("mov %0, %%db7" : : "r" (value));
}

static void run_monitor(unsigned long n, u64 arg)
{
	while (n--)
		asm volatile("monitor" : : "a" (string_buffer), "c" (0),
			     "d" (0));
}

static void run_mwait(unsigned long n, u64 arg)
{
	while (n--)
		asm volatile("mwait" : : "a" (0), "c" (0));
}

static void run_vmmcall(unsigned long n, u64 arg)
{
	unsigned long result;

	while (n--) {
		result = arg;
		asm volatile("vmmcall" : "+a" (result) : "b" (0), "c" (0),
			     "d" (0), "S" (0) : "memory");
	}
}

/*
 * The way in which the idle loop halts. A halt needs an interrupt to end it,
 * so this one has them on while it waits; what those interrupts cost comes on
 * top, but no halt of theirs.
 */
static void run_halt(unsigned long n, u64 arg)
{
	while (n--) {
		raw_safe_halt();
		raw_local_irq_disable();
	}
}

/* The bare instruction: a TDX guest's idle loop avoids it, and its #VE. */
static void run_hlt(unsigned long n, u64 arg)
{
	while (n--) {
		asm volatile("sti; hlt" : : : "memory");
		raw_local_irq_disable();
	}
}

/* One page to shared and back. */
static void run_share_page(unsigned long n, u64 arg)
{
	unsigned long page = __get_free_page(GFP_KERNEL);

	if (WARN_ON(!page))
		return;
	while (n--) {
		WARN_ON(set_memory_decrypted(page, 1));
		WARN_ON(set_memory_encrypted(page, 1));
	}
	free_page(page);
}

/* For ever, and no interrupt gets in. */
static void run_hang(unsigned long n, u64 arg)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

/* Without an IDT an exception cannot be delivered, nor the next one. */
static void run_triple_fault(unsigned long n, u64 arg)
{
	const struct desc_ptr none = { 0 };

	load_idt(&none);
	asm volatile("int3");
}

/* A page that stays private, through a mapping that says shared. */
static int map_shared(u64 arg)
{
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	alias = vmap(&page, 1, VM_MAP, pgprot_decrypted(PAGE_KERNEL));
	return alias ? 0 : -ENOMEM;
}

static void run_shared_access(unsigned long n, u64 arg)
{
	READ_ONCE(*(u8 *)alias);
}

static void unmap_shared(void)
{
	vunmap(alias);
	__free_page(page);
}

static atomic_t nmis_wanted;
static unsigned int nmi_cpu_apic_id;
unsigned int nmi_cpuid_leaf;

static int count_nmi(unsigned int type, struct pt_regs *regs)
{
	if (atomic_dec_if_positive(&nmis_wanted) < 0)
		return NMI_DONE;
	if (nmi_cpuid_leaf)
		cpuid_eax(nmi_cpuid_leaf);
	return NMI_HANDLED;
}

void expect_nmi(void)
{
	atomic_set(&nmis_wanted, 1);
}

void wait_for_nmi(void)
{
	unsigned int spins;

	for (spins = 0; spins < 100000000; spins++)
		if (!atomic_read(&nmis_wanted))
			break;
}

static int prepare_nmi(u64 arg)
{
	if (boot_cpu_has(X86_FEATURE_X2APIC) && x2apic_enabled()) {
		mmio = NULL;
		return 0;
	}
	mmio = ioremap(APIC_DEFAULT_PHYS_BASE, PAGE_SIZE);
	if (!mmio)
		return -ENOMEM;
	nmi_cpu_apic_id = readl(mmio + APIC_ID);
	return 0;
}

static void finish_nmi(void)
{
	if (mmio)
		unmap_mmio();
}

static void run_nmi(unsigned long n, u64 arg)
{
	while (n--) {
		expect_nmi();
		if (mmio) {
			writel(nmi_cpu_apic_id, mmio + APIC_ICR2);
			writel(APIC_DM_NMI, mmio + APIC_ICR);
		} else {
			wrmsrq(APIC_BASE_MSR + (APIC_ICR >> 4),
			       (u64)raw_smp_processor_id() << 32 | APIC_DM_NMI);
		}
		wait_for_nmi();
	}
}

int generic_init(void)
{
	return register_nmi_handler(NMI_LOCAL, count_nmi, 0, "cvmbed");
}

void generic_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "cvmbed");
}

#define MMIO(_name, _run, _platforms) { .name = _name,		\
	.platforms = _platforms, .prepare = map_mmio,			\
	.run = _run, .finish = unmap_mmio }

const struct trigger generic_triggers[] = {
	{ .name = "cpuid", .platforms = ON_ALL, .run = run_cpuid },
	{ .name = "rdmsr", .platforms = ON_ALL, .run = run_rdmsr },
	{ .name = "wrmsr", .platforms = ON_ALL, .run = run_wrmsr },
	{ .name = "inb", .platforms = ON_ALL, .run = run_inb },
	{ .name = "inw", .platforms = ON_ALL, .run = run_inw },
	{ .name = "inl", .platforms = ON_ALL, .run = run_inl },
	{ .name = "outb", .platforms = ON_ALL, .run = run_outb },
	{ .name = "outw", .platforms = ON_ALL, .run = run_outw },
	{ .name = "outl", .platforms = ON_ALL, .run = run_outl },
	{ .name = "insb", .platforms = ON_ALL, .run = run_insb },
	{ .name = "outsb", .platforms = ON_ALL, .run = run_outsb },
	{ .name = "outsb-long", .platforms = ON_ALL, .run = run_outsb_long },
	MMIO("readb", run_readb, ON_ALL),
	MMIO("readw", run_readw, ON_ALL),
	MMIO("readl", run_readl, ON_ALL),
	MMIO("readq", run_readq, ON_ALL),
	MMIO("writeb", run_writeb, ON_ALL),
	MMIO("writew", run_writew, ON_ALL),
	MMIO("writel", run_writel, ON_ALL),
	MMIO("writeq", run_writeq, ON_ALL),
	MMIO("movs", run_movs, ON_PLAIN | ON_SEV),
	{ .name = "wbinvd", .platforms = ON_PLAIN | ON_SEV, .run = run_wbinvd },
	{ .name = "rdpmc", .platforms = ON_PLAIN | ON_SEV, .run = run_rdpmc },
	{ .name = "rdtsc", .platforms = ON_ALL, .run = run_rdtsc },
	{ .name = "rdtscp", .platforms = ON_ALL, .run = run_rdtscp },
	{ .name = "read-dr7", .platforms = ON_ALL, .run = run_read_dr7 },
	{ .name = "write-dr7", .platforms = ON_ALL, .run = run_write_dr7 },
	{ .name = "monitor", .platforms = ON_SEV, .run = run_monitor },
	{ .name = "mwait", .platforms = ON_SEV, .run = run_mwait },
	{ .name = "vmmcall", .platforms = ON_PLAIN | ON_SEV,
	  .run = run_vmmcall },
	{ .name = "halt", .platforms = ON_ALL, .run = run_halt },
	{ .name = "hlt", .platforms = ON_ALL, .run = run_hlt },
	{ .name = "hang", .platforms = ON_ALL, .run = run_hang },
	{ .name = "triple-fault", .platforms = ON_ALL,
	  .run = run_triple_fault },
	{ .name = "shared-access", .platforms = ON_SEV | ON_TDX,
	  .prepare = map_shared, .run = run_shared_access,
	  .finish = unmap_shared },
	{ .name = "nmi", .platforms = ON_ALL, .prepare = prepare_nmi,
	  .run = run_nmi, .finish = finish_nmi },
	{ .name = "share-page", .platforms = ON_ALL, .sleeps = true,
	  .run = run_share_page },
	{ }
};
