// SPDX-License-Identifier: GPL-2.0
/* Protocol 0: SVSM, "Core protocol". */
#include "guest.h"
#include "rmp.h"
#include "sev.h"
#include "svsm.h"
#include "vmsa.h"

#define CORE_REMAP_CA		0
#define CORE_PVALIDATE		1
#define CORE_CREATE_VCPU	2
#define CORE_DELETE_VCPU	3
#define CORE_QUERY_PROTOCOL	6
#define CORE_CONFIGURE_VTOM	7

/* SVSM_CORE_PVALIDATE: a list of pages, which lies in one page of memory. */
#define PVALIDATE_HUGE(e)	((e) & 3)	/* 0: 4 KiB, 1: 2 MiB */
#define PVALIDATE_HUGE_MAX	1
#define PVALIDATE_VALID(e)	((e) >> 2 & 1)
#define PVALIDATE_IGNORE_CF(e)	((e) >> 3 & 1)
#define PVALIDATE_GPA(e)	((e) & PAGE_MASK)
/* In place of what the instruction has in RAX: its CF was set. */
#define PVALIDATE_CF_SET	0x10

/* So many are done in one call, and the rest if it is repeated: no vCPU waits long. */
#define PVALIDATE_AT_ONCE	32

struct pvalidate_list {
	u16 entries, next;
	u32 rsvd;
	u64 entry[];
};

/* APM vol. 3, RMPADJUST: RAX for a VMSA in use. */
#define RMP_FAIL_INUSE		3

#define VTOM_QUERY		BIT(0)

/* VMSAs that were created and not deleted: a vCPU has a new one before its old one goes. */
static struct {
	u64 gpa;		/* 0: free */
	u64 ca;
	const struct vcpu *vcpu;
} vmsas[2 * MAX_VCPUS];

/* Over vmsas[], and the states of their pages. */
static u32 lock;

static void take_lock(void)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		cpu_pause();
}

static void give_lock(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

static u64 remap_ca(struct vcpu *v)
{
	return svsm_set_ca(v, v->regs[RCX]) ? SVSM_SUCCESS : SVSM_ERR_INVALID_PARAMETER;
}

/* The guest gets no page with anything in it. */
static void validate(struct vcpu *v, u64 gpa, u64 size)
{
	enum page_state before = page_state_get(gpa);

	rmp_validate(v, gpa, size, true);
	/* Firmware's ROM is in none of the guest's states. */
	if (before == PAGE_PENDING)
		memset((void *)gpa, 0, size);
}

static u64 pvalidate_one(struct vcpu *v, u64 entry)
{
	u64 gpa = PVALIDATE_GPA(entry);
	u64 size = PVALIDATE_HUGE(entry) ? HUGE_SIZE : PAGE_SIZE, at;
	bool valid = PVALIDATE_VALID(entry);

	if (PVALIDATE_HUGE(entry) > PVALIDATE_HUGE_MAX || gpa & (size - 1))
		return SVSM_ERR_INVALID_PARAMETER;
	if (!gpa_range_is_ram(gpa, size))
		return SVSM_ERR_INVALID_ADDRESS;
	for (at = gpa; at < gpa + size; at += PAGE_SIZE)
		if (page_state_get(at) == PAGE_CONTEXT)
			return SVSM_ERR_INVALID_ADDRESS;
	if (page_state_is(gpa, size, valid ? PAGE_PRIVATE : PAGE_PENDING))
		return PVALIDATE_IGNORE_CF(entry) ? SVSM_SUCCESS :
		       SVSM_ERR_PROTOCOL_BASE + PVALIDATE_CF_SET;
	if (valid)
		validate(v, gpa, size);
	else
		rmp_validate(v, gpa, size, false);
	return SVSM_SUCCESS;
}

/* Room for entries from the list's start to its page's end. */
static u64 list_room(u64 gpa)
{
	u64 left = PAGE_SIZE - (gpa & ~PAGE_MASK);

	return left < sizeof(struct pvalidate_list) ? 0 :
	       (left - sizeof(struct pvalidate_list)) / sizeof(u64);
}

static u64 pvalidate(struct vcpu *v)
{
	u64 gpa = v->regs[RCX], result = SVSM_SUCCESS;
	struct pvalidate_list *list = svsm_guest_ptr(gpa, sizeof(*list));
	u32 done;

	if (!list || gpa & (sizeof(u64) - 1) || !list->entries ||
	    list->entries > list_room(gpa) || list->next >= list->entries)
		return SVSM_ERR_INVALID_PARAMETER;
	take_lock();
	for (done = 0; list->next < list->entries && !result; done++) {
		if (done == PVALIDATE_AT_ONCE) {
			result = SVSM_ERR_INCOMPLETE;
			break;
		}
		result = pvalidate_one(v, list->entry[list->next]);
		if (!result)
			list->next++;
	}
	give_lock();
	return result;
}

/* SVSM_CORE_CREATE_VCPU: what the SVSM holds a VMSA to. */
static bool vmsa_fits(const u8 *vmsa)
{
	const struct svm_save *save = (const void *)vmsa;
	u64 features;

	memcpy(&features, vmsa + VMSA_SEV_FEATURES, sizeof(features));
	return vmsa[VMSA_VMPL] == guest_vmpl && save->efer & X86_EFER_SVME &&
	       features == sev_status() >> SEV_STATUS_FEATURES;
}

static u64 create(u64 gpa, u64 ca, const struct vcpu *target)
{
	const u8 *vmsa = svsm_guest_ptr(gpa, PAGE_SIZE);
	u32 i;

	if (!vmsa || !svsm_guest_ptr(ca, PAGE_SIZE) || (gpa | ca) & ~PAGE_MASK || gpa == ca)
		return SVSM_ERR_INVALID_ADDRESS;
	if (!target || !vmsa_fits(vmsa))
		return SVSM_ERR_INVALID_PARAMETER;
	for (i = 0; i < ARRAY_SIZE(vmsas); i++) {
		if (vmsas[i].gpa)
			continue;
		vmsas[i].ca = ca;
		vmsas[i].vcpu = target;
		vmsas[i].gpa = gpa;
		page_state_set(gpa, PAGE_SIZE, PAGE_CONTEXT);
		return SVSM_SUCCESS;
	}
	return SVSM_ERR_INVALID_REQUEST;
}

static u64 create_vcpu(struct vcpu *v)
{
	u64 result;

	take_lock();
	result = create(v->regs[RCX], v->regs[RDX], vcpu_by_apic_id(v->regs[R8]));
	give_lock();
	return result;
}

static u64 delete(u64 gpa)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vmsas); i++) {
		if (!gpa || vmsas[i].gpa != gpa)
			continue;
		if (vmsa_in_use(vmsas[i].vcpu, gpa))
			return SVSM_ERR_PROTOCOL_BASE + RMP_FAIL_INUSE;
		vmsas[i].gpa = 0;
		page_state_set(gpa, PAGE_SIZE, PAGE_PRIVATE);
		return SVSM_SUCCESS;
	}
	return SVSM_ERR_INVALID_PARAMETER;
}

static u64 delete_vcpu(struct vcpu *v)
{
	u64 result;

	take_lock();
	result = delete(v->regs[RCX]);
	give_lock();
	return result;
}

u64 svsm_ca_of(u64 vmsa)
{
	u64 ca = 0;
	u32 i;

	take_lock();
	for (i = 0; i < ARRAY_SIZE(vmsas); i++)
		if (vmsas[i].gpa == vmsa)
			ca = vmsas[i].ca;
	give_lock();
	return ca;
}

/* Of protocols that are here: first and last version; of others 0. */
static u64 query_protocol(struct vcpu *v)
{
	u32 protocol = v->regs[RCX] >> 32, version = v->regs[RCX];
	bool here = protocol == SVSM_PROTOCOL_CORE || protocol == SVSM_PROTOCOL_ATTEST;

	v->regs[RCX] = here && version == SVSM_PROTOCOL_VERSION ?
		       (u64)SVSM_PROTOCOL_VERSION << 32 | SVSM_PROTOCOL_VERSION : 0;
	return SVSM_SUCCESS;
}

/* There is no vTOM to configure. */
static u64 configure_vtom(struct vcpu *v)
{
	if (!(v->regs[RCX] & VTOM_QUERY))
		return SVSM_ERR_INVALID_REQUEST;
	v->regs[RCX] = 0;
	return SVSM_SUCCESS;
}

/*
 * Not among them are DEPOSIT_MEM and WITHDRAW_MEM, as in COCONUT-SVSM: what an
 * SVSM needs that has no memory of the guest's to give back.
 */
static u64 (*const calls[])(struct vcpu *v) = {
	[CORE_REMAP_CA] = remap_ca,
	[CORE_PVALIDATE] = pvalidate,
	[CORE_CREATE_VCPU] = create_vcpu,
	[CORE_DELETE_VCPU] = delete_vcpu,
	[CORE_QUERY_PROTOCOL] = query_protocol,
	[CORE_CONFIGURE_VTOM] = configure_vtom,
};

u64 svsm_core(struct vcpu *v, u32 call)
{
	if (call >= ARRAY_SIZE(calls) || !calls[call])
		return SVSM_ERR_UNSUPPORTED_CALL;
	return calls[call](v);
}
