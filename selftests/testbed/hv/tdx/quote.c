// SPDX-License-Identifier: GPL-2.0
/*
 * No quoting service is behind it. What comes has the form of a quote, version 4
 * (Intel TDX DCAP quoting library API, "Quote format"), no signature, and in place
 * of the quoting enclave's vendor a text that says so.
 */
#include "guest.h"
#include "lapic.h"
#include "pvclock.h"
#include "quote.h"
#include "report.h"
#include "tdx.h"

/* A quote takes so long. It is done when a vCPU makes its next TDVMCALL then. */
#define QUOTE_MS		20

/* GHCI 3.3: the shared buffer; the report comes in where the quote goes out. */
#define STATUS_IN_FLIGHT	0xffffffffffffffffULL
#define STATUS_ERROR		0x8000000000000000ULL
struct quote_buffer {
	u64 version, status;
	u32 in_len, out_len;
	u8 data[];
};

#define QUOTE_VERSION		4
#define QUOTE_KEY_ECDSA_P256	2
#define QUOTE_TEE_TDX		0x81
struct quote {
	u16 version, key_type;
	u32 tee_type, rsvd;
	char vendor[16];
	u8 user_data[20];
	u8 tcb_svn[16], seam[48 + 48 + 8];
	u8 td_info[TDREPORT_TD_INFO_SIZE];
	u8 report_data[TDREPORT_DATA_SIZE];
	u32 signature_len;
} __packed;

_Static_assert(sizeof(struct quote) == 48 + 584 + 4, "quote layout");

/* The TD's one request at a time; and where it wants to hear of it. */
static struct {
	u32 lock;
	struct quote_buffer *buffer;	/* NULL: none is in flight */
	u64 size, due;
	struct vcpu *notify;		/* NULL: nowhere */
	u8 vector;
} service;

static void take_lock(void)
{
	while (__atomic_exchange_n(&service.lock, 1, __ATOMIC_ACQUIRE))
		cpu_pause();
}

static void give_lock(void)
{
	__atomic_store_n(&service.lock, 0, __ATOMIC_RELEASE);
}

/* R12: the buffer, R13: its size. */
u64 quote_request(struct vcpu *v)
{
	u64 gpa = v->regs[R12] & ~GPA_TOP_BIT, size = v->regs[R13];
	struct quote_buffer *buffer = guest_ptr(gpa, size);
	bool busy;

	if (!buffer || gpa & ~PAGE_MASK || !size || size & ~PAGE_MASK ||
	    !(v->regs[R12] & GPA_TOP_BIT) || !page_state_is(gpa, size, PAGE_SHARED))
		return TDVMCALL_INVALID_OPERAND;
	take_lock();
	busy = service.buffer;
	if (!busy) {
		service.size = size;
		service.due = rdtsc() + tsc_hz / 1000 * QUOTE_MS;
		service.buffer = buffer;
		buffer->status = STATUS_IN_FLIGHT;
		buffer->out_len = 0;
	}
	give_lock();
	return busy ? TDVMCALL_RETRY : TDVMCALL_SUCCESS;
}

/* R12: a vector, of an interrupt for the vCPU that asks. */
u64 quote_setup_notify(struct vcpu *v)
{
	if (v->regs[R12] < 32 || v->regs[R12] > 255)
		return TDVMCALL_INVALID_OPERAND;
	take_lock();
	service.vector = v->regs[R12];
	service.notify = v;
	give_lock();
	return TDVMCALL_SUCCESS;
}

static u64 make_quote(struct quote_buffer *b)
{
	struct quote q = {
		.version = QUOTE_VERSION,
		.key_type = QUOTE_KEY_ECDSA_P256,
		.tee_type = QUOTE_TEE_TDX,
	};

	if (b->in_len != TDREPORT_SIZE || b->data[0] != TDREPORT_TYPE_TDX)
		return STATUS_ERROR;
	memcpy(q.vendor, "cvmbed: no quote", sizeof(q.vendor));
	memcpy(q.td_info, b->data + TDREPORT_TD_INFO, sizeof(q.td_info));
	memcpy(q.report_data, b->data + TDREPORT_DATA_OFFSET, sizeof(q.report_data));
	memcpy(b->data, &q, sizeof(q));
	b->out_len = sizeof(q);
	return 0;
}

/* The guest may have taken the buffer back meanwhile. */
static void finish(void)
{
	struct quote_buffer *b = service.buffer;

	service.buffer = NULL;
	if (!page_state_is((u64)b, service.size, PAGE_SHARED))
		return;
	__atomic_store_n(&b->status, make_quote(b), __ATOMIC_RELEASE);
	if (service.notify)
		lapic_ipi(service.notify, service.vector);
}

/* A vCPU is here: is it time? */
void quote_poll(void)
{
	if (!__atomic_load_n(&service.buffer, __ATOMIC_RELAXED))
		return;
	take_lock();
	if (service.buffer && rdtsc() >= service.due)
		finish();
	give_lock();
}
