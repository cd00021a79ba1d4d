// SPDX-License-Identifier: GPL-2.0
#include "guest.h"
#include "report.h"
#include "tdx.h"

#define RTMR_COUNT		4
#define RTMR_SIZE		48
#define RTMR_DATA_ALIGN		64
#define TD_INFO_RTMR		(8 + 8 + 4 * 48)

static u8 rtmr[RTMR_COUNT][RTMR_SIZE];

/*
 * TDG.MR.RTMR.EXTEND folds an extension into a register; a real module uses
 * SHA-384, which nobody checks here.
 */
u64 report_extend(struct vcpu *v)
{
	const u8 *data = guest_ptr(v->regs[RCX], RTMR_SIZE);
	u64 index = v->regs[RDX];
	u32 i;

	if (!data || v->regs[RCX] & (RTMR_DATA_ALIGN - 1))
		return TDX_OPERAND_INVALID(RCX);
	if (index >= RTMR_COUNT)
		return TDX_OPERAND_INVALID(RDX);
	for (i = 0; i < RTMR_SIZE; i++)
		rtmr[index][i] = rtmr[index][i] * 31 + data[i];
	return TDX_SUCCESS;
}

/* TDG.MR.REPORT: no MAC is in it, and of measurements the RTMRs alone. */
u64 report_make(struct vcpu *v)
{
	u8 *report = guest_ptr(v->regs[RCX], TDREPORT_SIZE), buf[TDREPORT_DATA_SIZE];
	const u8 *data = guest_ptr(v->regs[RDX], TDREPORT_DATA_SIZE);
	u64 attributes = TDX_ATTRIBUTES;

	if (!report || v->regs[RCX] & (TDREPORT_SIZE - 1))
		return TDX_OPERAND_INVALID(RCX);
	if (!data || v->regs[RDX] & (TDREPORT_DATA_SIZE - 1))
		return TDX_OPERAND_INVALID(RDX);
	/* Linux has the data where it wants the report. */
	memcpy(buf, data, sizeof(buf));
	memset(report, 0, TDREPORT_SIZE);
	report[0] = TDREPORT_TYPE_TDX;
	memcpy(report + TDREPORT_DATA_OFFSET, buf, sizeof(buf));
	memcpy(report + TDREPORT_TD_INFO, &attributes, sizeof(attributes));
	memcpy(report + TDREPORT_TD_INFO + TD_INFO_RTMR, rtmr, sizeof(rtmr));
	return TDX_SUCCESS;
}
