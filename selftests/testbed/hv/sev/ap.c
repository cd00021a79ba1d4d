// SPDX-License-Identifier: GPL-2.0
#include "ap.h"
#include "boot.h"
#include "ghcb.h"
#include "log.h"

/* The guest writes it, the firmware's part of a start reads it. */
static struct {
	u16 ip, cs;
} *jump_table;

/* Before any vCPU runs. */
void ap_boot(void)
{
	jump_table = boot_alloc(1);
}

/* Guest physical address of the page. */
u64 ap_jump_table(void)
{
	return (u64)jump_table;
}

/* From now on, by the vCPU itself; HOLD_NONE: it runs again. */
void ap_hold(struct vcpu *v, enum sev_hold why)
{
	to_sev(v)->hold = why;
	v->held = why != HOLD_NONE;
}

static void start_from_jump_table(struct vcpu *v)
{
	if (!jump_table->ip && !jump_table->cs) {
		hv_log("vCPU %u: SIPI, but the AP jump table is empty", (u64)v->id);
		return;
	}
	vcpu_set_real_mode(v, jump_table->cs, jump_table->ip);
	ap_hold(v, HOLD_NONE);
}

/* A SIPI. */
void ap_start(struct vcpu *v)
{
	struct sev_vcpu *sev = to_sev(v);
	struct ghcb *ghcb;

	switch (sev->hold) {
	case HOLD_FIRMWARE:
		start_from_jump_table(v);
		break;
	case HOLD_AP_HLT_LOOP:
		/* VMGEXIT has found it, and the vCPU has not run since. */
		ghcb = guest_ptr(sev->ghcb_msr, PAGE_SIZE);
		ghcb->sw_exit_info_2 = 1;
		ap_hold(v, HOLD_NONE);
		break;
	case HOLD_AP_RESET_MSR:
		sev->ghcb_msr = GHCB_MSR_AP_HOLD_RESP | 1 << 12;
		ap_hold(v, HOLD_NONE);
		break;
	default:
		/* Still on its way into the AP HLT loop. */
		sev->sipi_early = true;
		break;
	}
}

/* The vCPU went on hold; its SIPI may have come first. */
void ap_held(struct vcpu *v)
{
	struct sev_vcpu *sev = to_sev(v);

	if (!sev->sipi_early)
		return;
	sev->sipi_early = false;
	ap_start(v);
}
