// SPDX-License-Identifier: GPL-2.0
#include "acpi.h"
#include "boot.h"
#include "lapic.h"
#include "mailbox.h"

#define MADT_PAGES	4
#define MADT_MP_WAKEUP	0x10
#define COMMAND_WAKEUP	1

struct madt_mp_wakeup {
	u8 type, length;
	u16 mailbox_version;
	u32 rsvd;
	u64 mailbox;
} __packed;

static struct {
	u16 command, rsvd;
	u32 apic_id;
	u64 wakeup_vector;
} *mailbox;

/* Before any vCPU runs: the mailbox, and a MADT that names it. */
void mailbox_boot(struct boot_params *bp)
{
	struct madt_mp_wakeup wakeup = { MADT_MP_WAKEUP, sizeof(wakeup), 0, 0, 0 };

	mailbox = boot_alloc(1);
	wakeup.mailbox = (u64)mailbox;
	acpi_madt_append(bp->acpi_rsdp_addr, boot_alloc(MADT_PAGES), MADT_PAGES * PAGE_SIZE,
			 &wakeup, sizeof(wakeup));
}

/* An AP in the firmware's hands looks for its wakeup. */
bool mailbox_poll(struct vcpu *v)
{
	if (__atomic_load_n(&mailbox->command, __ATOMIC_ACQUIRE) != COMMAND_WAKEUP ||
	    mailbox->apic_id != v->apic_id)
		return false;
	lapic_x2apic_init(v);
	vcpu_set_long_mode(v, mailbox->wakeup_vector, boot_cr3(), 0);
	v->held = false;
	__atomic_store_n(&mailbox->command, 0, __ATOMIC_RELEASE);
	return true;
}
