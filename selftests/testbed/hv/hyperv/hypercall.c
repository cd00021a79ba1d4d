// SPDX-License-Identifier: GPL-2.0
/* Hypercalls: TLFS, "Hypercall interface" and the calls by their names. */
#include "guest.h"
#include "hyperv.h"
#include "lapic.h"
#include "platform.h"

#define CALL_FLUSH_SPACE	0x0002
#define CALL_FLUSH_LIST		0x0003
#define CALL_SEND_IPI		0x000b
#define CALL_VISIBILITY		0x00db

#define FLUSH_ALL_PROCESSORS	BIT(0)
#define IPI_VECTOR_MIN		0x10
#define IPI_VECTOR_MAX		0xff
#define ICR_FIXED_ASSERT	0x4000
#define PARTITION_SELF		(~0ULL)
#define NOT_VISIBLE		0

struct flush {
	u64 address_space, flags, processors;
} __packed;

struct visibility {
	u64 partition;
	u32 visible, rsvd;
	u64 pages[];
} __packed;

/* What a call is given, and what comes of it. */
struct call {
	u64 control, in, in2;
	u32 reps;		/* done */
};

/* A vCPU flushes its TLB whenever it enters the guest: that all have been out is enough. */
static void wait_for_exit(struct vcpu *v, struct vcpu *t)
{
	lapic_kick(t, VCPU_REQ_FLUSH);
	while (__atomic_load_n(&t->request, __ATOMIC_ACQUIRE) & VCPU_REQ_FLUSH) {
		/* It may wait for this one, which is out, too. */
		__atomic_and_fetch(&v->request, ~(u32)VCPU_REQ_FLUSH, __ATOMIC_RELEASE);
		cpu_pause();
	}
}

static u32 flush(struct vcpu *v, struct call *c)
{
	const struct flush *in = guest_ptr(c->in, sizeof(*in));
	u32 i;

	if (!in)
		return STATUS_INVALID_INPUT;
	for (i = 0; i < nr_vcpus; i++)
		if (&vcpus[i] != v && !vcpus[i].held &&
		    (in->flags & FLUSH_ALL_PROCESSORS || in->processors & BIT(i)))
			wait_for_exit(v, &vcpus[i]);
	c->reps = CALL_REPS(c->control);
	return STATUS_SUCCESS;
}

/* Fast: the vector, and vCPUs by a bit each. */
static u32 send_ipi(struct vcpu *v, struct call *c)
{
	u32 vector = c->in, i;

	if (!(c->control & CALL_FAST) || vector < IPI_VECTOR_MIN || vector > IPI_VECTOR_MAX)
		return STATUS_INVALID_PARAMETER;
	for (i = 0; i < nr_vcpus; i++)
		if (c->in2 & BIT(i))
			lapic_ipi(&vcpus[i], ICR_FIXED_ASSERT | vector);
	(void)v;
	return STATUS_SUCCESS;
}

/* Pages that the host may see: they lie above the boundary, and else below it. */
static u32 visibility(struct vcpu *v, struct call *c)
{
	const struct visibility *in = guest_ptr(c->in, PAGE_SIZE);
	u32 n = CALL_REPS(c->control), i;

	(void)v;
	if (!platform->isolation)
		return STATUS_INVALID_CODE;
	if (!in || c->in & ~PAGE_MASK)
		return STATUS_INVALID_ALIGNMENT;
	if (in->partition != PARTITION_SELF ||
	    n > (PAGE_SIZE - sizeof(*in)) / sizeof(in->pages[0]))
		return STATUS_INVALID_PARAMETER;
	for (i = CALL_START(c->control); i < n; i++, c->reps++) {
		if (!guest_ptr(in->pages[i] << PAGE_SHIFT, PAGE_SIZE))
			return STATUS_INVALID_PARAMETER;
		page_state_set(in->pages[i] << PAGE_SHIFT, PAGE_SIZE,
			       in->visible == NOT_VISIBLE ? PAGE_PRIVATE : PAGE_SHARED);
	}
	return STATUS_SUCCESS;
}

static const struct {
	u32 code;
	u32 (*serve)(struct vcpu *v, struct call *c);
} calls[] = {
	{ CALL_FLUSH_SPACE, flush },
	{ CALL_FLUSH_LIST, flush },
	{ CALL_SEND_IPI, send_ipi },
	{ CALL_VISIBILITY, visibility },
};

/* User mode has none. Returns status and repetitions, for RAX. */
u64 hyperv_hypercall(struct vcpu *v, const u64 *regs, u32 cpl)
{
	struct call c = { regs[RCX], regs[RDX], regs[R8], 0 };
	u32 i, status = STATUS_INVALID_CODE;

	for (i = 0; i < ARRAY_SIZE(calls) && !cpl; i++)
		if (calls[i].code == CALL_CODE(c.control))
			status = calls[i].serve(v, &c);
	return CALL_RESULT(status, c.reps);
}
