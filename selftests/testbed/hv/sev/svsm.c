// SPDX-License-Identifier: GPL-2.0
/* How a guest finds the SVSM, and how it calls it. */
#include "boot.h"
#include "ghcb.h"
#include "guest.h"
#include "ledger.h"
#include "platform.h"
#include "svsm.h"

#define CALL_PROTOCOL(rax)	((u32)((rax) >> 32))
#define CALL_NUMBER(rax)	((u32)(rax))
#define CA_ALIGN		8

/* SVSM, "Calling area"; what follows in its page is the guest's to use. */
struct svsm_ca {
	u8 call_pending, mem_available;
	u8 rsvd[6];
};

/* Each belongs to its vCPU, but for the time before that runs. */
static struct svsm_ca *calling_areas[MAX_VCPUS];

static const struct {
	u32 protocol;
	u64 (*call)(struct vcpu *v, u32 call);
} protocols[] = {
	{ SVSM_PROTOCOL_CORE, svsm_core },
	{ SVSM_PROTOCOL_ATTEST, svsm_attest },
};

/**
 * svsm_boot - what the secrets page says of the SVSM
 * @secrets: the guest's page
 *
 * Its memory is this program's, which no guest can reach.
 */
void svsm_boot(struct snp_secrets *secrets)
{
	if (!guest_vmpl)
		return;
	calling_areas[0] = boot_alloc(1);
	secrets->svsm_base = (u64)hv_image_start;
	secrets->svsm_size = (u64)hv_image_end - (u64)hv_image_start;
	secrets->svsm_caa = (u64)calling_areas[0];
	secrets->svsm_max_version = SVSM_PROTOCOL_VERSION;
	secrets->svsm_guest_vmpl = guest_vmpl;
}

/**
 * svsm_guest_ptr - the guest's memory that it names in a call
 * @gpa: without C-bit
 * @size: how much of it
 *
 * Return: NULL if not all of it is the guest's own, private and validated.
 */
void *svsm_guest_ptr(u64 gpa, u64 size)
{
	u64 first = gpa & PAGE_MASK, end = gpa + size;

	if (!gpa_range_is_ram(gpa, size) ||
	    !page_state_is(first, end - first, PAGE_PRIVATE))
		return NULL;
	return (void *)gpa;
}

/* From now on this vCPU calls by that one; false if none can be there. */
bool svsm_set_ca(struct vcpu *v, u64 gpa)
{
	struct svsm_ca *ca = svsm_guest_ptr(gpa, sizeof(*ca));

	if (!ca || gpa & (CA_ALIGN - 1))
		return false;
	*ca = (struct svsm_ca){ 0 };
	calling_areas[v->id] = ca;
	return true;
}

static void serve(struct vcpu *v)
{
	u64 rax = v->regs[RAX];
	u32 i;

	ledger_count(v->id, CVMSTAT_CLASS_SVSM, rax, LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
	v->regs[RAX] = SVSM_ERR_UNSUPPORTED_PROTOCOL;
	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		if (protocols[i].protocol == CALL_PROTOCOL(rax))
			v->regs[RAX] = protocols[i].call(v, CALL_NUMBER(rax));
}

/**
 * svsm_run_vmpl - either protocol's request to run another VMPL
 * @v: the vCPU
 * @vmpl: which; only VMPL 0 has a VMSA beside the one that asks
 *
 * A call is one only if it is marked as pending; the mark is taken first, as the
 * call may be for another calling area.
 *
 * Return: false if there is none to run.
 */
bool svsm_run_vmpl(struct vcpu *v, u64 vmpl)
{
	struct svsm_ca *ca = calling_areas[v->id];

	if (!guest_vmpl || vmpl)
		return false;
	if (ca && ca->call_pending) {
		ca->call_pending = 0;
		serve(v);
	}
	return true;
}
