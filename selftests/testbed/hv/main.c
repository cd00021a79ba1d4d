// SPDX-License-Identifier: GPL-2.0
/* From the entry of each CPU to its vCPU's loop. */
#include "boot.h"
#include "efi.h"
#include "end.h"
#include "entry.h"
#include "lapic.h"
#include "ledger.h"
#include "multiboot.h"
#include "options.h"
#include "platform.h"
#include "pvclock.h"
#include "run.h"
#include "wait.h"

#define IDT_GATE	0x8e00

static struct {
	u16 offset_low, selector, flags, offset_mid;
	u32 offset_high, rsvd;
} host_idt[256];

static u32 aps_online;

static void host_interrupts(void)
{
	struct {
		u16 limit;
		u64 base;
	} __packed idtr = { sizeof(host_idt) - 1, (u64)host_idt };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(host_idt); i++) {
		u64 at = (u64)host_stubs[i];

		host_idt[i].offset_low = at;
		host_idt[i].selector = HOST_CS;
		host_idt[i].flags = IDT_GATE;
		host_idt[i].offset_mid = at >> 16;
		host_idt[i].offset_high = at >> 32;
	}
	__asm__ volatile("lidt %0" : : "m"(idtr));
}

/* An exception in the hypervisor itself. @frame: RIP, CS, RFLAGS (or error code first). */
void host_exception(u32 vector, const u64 *frame)
{
	hv_end(HV_EXIT_INTERNAL, "exception %u in the hypervisor: %x %x %x", (u64)vector, frame[0],
	       frame[1], frame[2]);
}

static void init_this_cpu(struct vcpu *v)
{
	lapic_init(v);
	vcpu_init(v);
	idle_offer_apply(v);
	__asm__ volatile("clgi");
}

static void start_aps(void)
{
	u32 i;

	memcpy((void *)AP_TRAMPOLINE, ap_trampoline, ap_trampoline_size);
	for (i = 1; i < nr_vcpus; i++) {
		vcpus[i].apic_id = i;
		__atomic_store_n(&ap_stack, (u64)vcpus[i].stack + VCPU_STACK_SIZE,
				 __ATOMIC_RELEASE);
		lapic_start_cpu(i, AP_TRAMPOLINE >> PAGE_SHIFT);
		while (__atomic_load_n(&aps_online, __ATOMIC_ACQUIRE) != i)
			cpu_pause();
	}
}

/* Where the trampoline leads: the vCPU is found by the stack it was given. */
void ap_main(void)
{
	struct vcpu *v = (void *)(ap_stack - VCPU_STACK_SIZE);

	host_interrupts();
	init_this_cpu(v);
	__atomic_add_fetch(&aps_online, 1, __ATOMIC_RELEASE);
	vcpu_run(v);
}

/* Where the first CPU gets from the multiboot entry. */
void boot_main(u32 multiboot)
{
	const struct mb_info *mb = (const void *)(u64)multiboot;
	struct vcpu *v = &vcpus[0];
	u64 entry;

	host_interrupts();
	if (!(mb->flags & MB_INFO_CMDLINE) || !(mb->flags & MB_INFO_MMAP) ||
	    !(mb->flags & MB_INFO_MODS) || mb->mods_count < 2)
		hv_end(HV_EXIT_INTERNAL,
		       "start with -append OPTIONS -initrd \"bzImage WORDS,INITRD\"");
	options_read((const char *)(u64)mb->cmdline);
	ledger_begin(platform->name, nr_vcpus);
	pvclock_calibrate();
	entry = boot_load(mb);
	efi_boot(&boot_area->params, mb);
	if (platform->boot)
		platform->boot(&boot_area->params);
	start_aps();
	init_this_cpu(v);
	vcpu_set_long_mode(v, entry, boot_cr3(), (u64)&boot_area->params);
	hv_log("%s guest, %u vCPUs, TSC %u MHz", platform->name, (u64)nr_vcpus, tsc_hz / 1000000);
	vcpu_run(v);
}
