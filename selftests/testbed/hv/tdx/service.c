// SPDX-License-Identifier: GPL-2.0
/* TDG.VP.VMCALL<Service>: GHCI 3.13. There is no service: each one is answered so. */
#include "guest.h"
#include "lapic.h"
#include "service.h"
#include "tdx.h"

#define STATUS_NOT_SUPPORTED	0xfffffffeU

/* What both shared buffers begin with. */
struct service_header {
	u8 guid[16];
	u32 length;
	u32 status;		/* of a response; reserved in a command */
};

static struct service_header *buffer(u64 gpa)
{
	u64 at = gpa & ~GPA_TOP_BIT;

	if (!(gpa & GPA_TOP_BIT) || at & ~PAGE_MASK || !guest_ptr(at, PAGE_SIZE) ||
	    page_state_get(at) != PAGE_SHARED)
		return NULL;
	return guest_ptr(at, PAGE_SIZE);
}

/* R12: the command, R13: room for the response, R14: an interrupt's vector, or 0. */
u64 service_request(struct vcpu *v)
{
	const struct service_header *command = buffer(v->regs[R12]);
	struct service_header *response = buffer(v->regs[R13]);
	u64 vector = v->regs[R14];

	if (!command || !response || command->length < sizeof(*command) ||
	    response->length < sizeof(*response) || vector > 255 || (vector && vector < 32))
		return TDVMCALL_INVALID_OPERAND;
	memcpy(response->guid, command->guid, sizeof(response->guid));
	response->length = sizeof(*response);
	__atomic_store_n(&response->status, STATUS_NOT_SUPPORTED, __ATOMIC_RELEASE);
	if (vector)
		lapic_ipi(v, vector);
	return TDVMCALL_SUCCESS;
}
