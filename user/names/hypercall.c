// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of hypercalls are the hypervisor's own. KVM's are those of
 * linux/include/uapi/linux/kvm_para.h. Hyper-V's are the low half of the control
 * word (Hypervisor Top Level Functional Specification, 3.7 and appendix A, as in
 * linux/include/hyperv/hvgdk_mini.h).
 */
#include <linux/cvmstat_purposes.h>

#include "guest/probe.h"
#include "names/hypercall.h"

struct number {
	u32 number;
	const char *name;
};

static const struct number kvm[] = {
	{ 1, "KVM_HC_VAPIC_POLL_IRQ" }, { 2, "KVM_HC_MMU_OP" }, { 3, "KVM_HC_FEATURES" },
	{ 5, "KVM_HC_KICK_CPU" }, { 9, "KVM_HC_CLOCK_PAIRING" }, { 10, "KVM_HC_SEND_IPI" },
	{ 11, "KVM_HC_SCHED_YIELD" }, { 12, "KVM_HC_MAP_GPA_RANGE" },
};

static const struct number hyperv[] = {
	{ 0x2, "HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE" },
	{ 0x3, "HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST" },
	{ 0x8, "HVCALL_NOTIFY_LONG_SPIN_WAIT" },
	{ 0xb, "HVCALL_SEND_IPI" },
	{ 0xf, "HVCALL_ENABLE_VP_VTL" },
	{ 0x13, "HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX" },
	{ 0x14, "HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX" },
	{ 0x15, "HVCALL_SEND_IPI_EX" },
	{ 0x46, "HVCALL_GET_PARTITION_ID" },
	{ 0x48, "HVCALL_DEPOSIT_MEMORY" },
	{ 0x4e, "HVCALL_CREATE_VP" },
	{ 0x50, "HVCALL_GET_VP_REGISTERS" },
	{ 0x51, "HVCALL_SET_VP_REGISTERS" },
	{ 0x5c, "HVCALL_POST_MESSAGE" },
	{ 0x5d, "HVCALL_SIGNAL_EVENT" },
	{ 0x69, "HVCALL_POST_DEBUG_DATA" },
	{ 0x6a, "HVCALL_RETRIEVE_DEBUG_DATA" },
	{ 0x6b, "HVCALL_RESET_DEBUG_SESSION" },
	{ 0x76, "HVCALL_ADD_LOGICAL_PROCESSOR" },
	{ 0x7c, "HVCALL_MAP_DEVICE_INTERRUPT" },
	{ 0x7d, "HVCALL_UNMAP_DEVICE_INTERRUPT" },
	{ 0x7e, "HVCALL_RETARGET_INTERRUPT" },
	{ 0x94, "HVCALL_ASSERT_VIRTUAL_INTERRUPT" },
	{ 0x99, "HVCALL_START_VP" },
	{ 0x9a, "HVCALL_GET_VP_INDEX_FROM_APIC_ID" },
	{ 0xaf, "HVCALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE" },
	{ 0xb0, "HVCALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST" },
	{ 0xc0, "HVCALL_SIGNAL_EVENT_DIRECT" },
	{ 0xc1, "HVCALL_POST_MESSAGE_DIRECT" },
	{ 0xdb, "HVCALL_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY" },
	{ 0x106, "HVCALL_MMIO_READ" },
	{ 0x107, "HVCALL_MMIO_WRITE" },
};

static enum hypervisor hypervisor;

/* Costs exits: before the first snapshot. */
void hypercall_learn(void)
{
	hypervisor = probe_hypervisor();
}

static const struct number *find(const struct number *list, size_t n, u32 number)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].number == number)
			return &list[i];
	return NULL;
}

static enum hypervisor whose(bool is_hyperv)
{
	return is_hyperv ? HYPERVISOR_HYPERV : hypervisor;
}

static const struct number *find_call(u64 number, bool is_hyperv)
{
	switch (whose(is_hyperv)) {
	case HYPERVISOR_HYPERV:
		return find(hyperv, ARRAY_SIZE(hyperv), number & 0xffff);
	case HYPERVISOR_KVM:
		return number <= UINT32_MAX ? find(kvm, ARRAY_SIZE(kvm), (u32)number) : NULL;
	default:
		return NULL;
	}
}

/**
 * hypercall_name - name a hypercall
 * @number: as the guest gave it
 * @is_hyperv: it is known to be one of Hyper-V
 * @buf: filled
 * @size: of @buf
 */
bool hypercall_name(u64 number, bool is_hyperv, char *buf, size_t size)
{
	const struct number *found = find_call(number, is_hyperv);

	if (found)
		snprintf(buf, size, "%s", found->name);
	return found;
}

/* Of all others it is none of those that have a name. */
static const struct {
	enum hypervisor whose;
	u32 number;
	u32 purpose;
} purposes[] = {
	{ HYPERVISOR_KVM, 5, CVMSTAT_PURPOSE_IPI },
	{ HYPERVISOR_KVM, 9, CVMSTAT_PURPOSE_CLOCK },
	{ HYPERVISOR_KVM, 10, CVMSTAT_PURPOSE_IPI },
	{ HYPERVISOR_KVM, 12, CVMSTAT_PURPOSE_PAGE_STATE },
	{ HYPERVISOR_HYPERV, 0xb, CVMSTAT_PURPOSE_IPI },
	{ HYPERVISOR_HYPERV, 0x15, CVMSTAT_PURPOSE_IPI },
	{ HYPERVISOR_HYPERV, 0x5c, CVMSTAT_PURPOSE_DOORBELL },
	{ HYPERVISOR_HYPERV, 0x5d, CVMSTAT_PURPOSE_DOORBELL },
	{ HYPERVISOR_HYPERV, 0xc0, CVMSTAT_PURPOSE_DOORBELL },
	{ HYPERVISOR_HYPERV, 0xc1, CVMSTAT_PURPOSE_DOORBELL },
	{ HYPERVISOR_HYPERV, 0xdb, CVMSTAT_PURPOSE_PAGE_STATE },
};

/* What a hypercall is for, as far as it is known whose it is. */
u32 hypercall_purpose(u64 number, bool is_hyperv)
{
	const struct number *found = find_call(number, is_hyperv);
	size_t i;

	for (i = 0; found && i < ARRAY_SIZE(purposes); i++)
		if (purposes[i].whose == whose(is_hyperv) && purposes[i].number == found->number)
			return purposes[i].purpose;
	return CVMSTAT_PURPOSE_OTHER;
}

/* Linux' own vectors: linux/arch/x86/include/asm/irq_vectors.h, the same from 6.1 to 7.3. */
static const struct number vectors[] = {
	{ 0xeb, "posted MSI" }, { 0xec, "local timer" }, { 0xed, "Hyper-V timer" },
	{ 0xee, "Hyper-V reenlightenment" }, { 0xef, "managed IRQ shutdown" },
	{ 0xf0, "nested posted interrupt" }, { 0xf1, "posted interrupt wakeup" },
	{ 0xf2, "posted interrupt" }, { 0xf3, "hypervisor callback" },
	{ 0xf4, "deferred error" }, { 0xf5, "guest PMI" }, { 0xf6, "IRQ work" },
	{ 0xf7, "platform IPI" }, { 0xf8, "reboot" }, { 0xf9, "MCE threshold" },
	{ 0xfa, "thermal" }, { 0xfb, "call function single" }, { 0xfc, "call function" },
	{ 0xfd, "reschedule" }, { 0xfe, "APIC error" }, { 0xff, "spurious" },
};

/* APM vol. 2, 16.5: bits of the low half of the interrupt command register. */
#define ICR_VECTOR(icr)		((icr) & 0xff)
#define ICR_MODE(icr)		((icr) >> 8 & 7)
#define ICR_LOGICAL		BIT(11)
#define ICR_SHORTHAND(icr)	((icr) >> 18 & 3)

static const char *purpose(u32 icr, char *buf, size_t size)
{
	static const char *const modes[8] = {
		[2] = "SMI", [4] = "NMI", [5] = "INIT", [6] = "startup",
	};
	const struct number *vector = find(vectors, ARRAY_SIZE(vectors), ICR_VECTOR(icr));

	if (modes[ICR_MODE(icr)])
		return modes[ICR_MODE(icr)];
	if (vector)
		return vector->name;
	snprintf(buf, size, "vector 0x%x", ICR_VECTOR(icr));
	return buf;
}

/**
 * icr_text - what an interrupt is for, and who gets it
 * @icr: low half of the interrupt command register
 *
 * Return: @buf. How many CPUs a logical destination has is in the other half.
 */
const char *icr_text(u32 icr, char *buf, size_t size)
{
	static const char *const targets[4] = { NULL, "itself", "all", "all others" };
	const char *target = targets[ICR_SHORTHAND(icr)];
	char vector[24];

	if (!target)
		target = icr & ICR_LOGICAL ? "some" : "one";
	snprintf(buf, size, "%s to %s", purpose(icr, vector, sizeof(vector)), target);
	return buf;
}
