/* SPDX-License-Identifier: GPL-2.0 */
/* The exact account of what happened; its format: ../LEDGER.md. */
#ifndef HV_LEDGER_H
#define HV_LEDGER_H

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "vcpu.h"

#define PORT_MARK	0x4c0
#define LEDGER_NO_DETAIL	(~0ULL)

void ledger_count(struct vcpu *v, enum cvmstat_class class, u64 code, u64 detail,
		  enum cvmstat_op op);
void ledger_bug(void);
void ledger_fault(void);
void ledger_mark_write(struct vcpu *v, u8 byte);
u8 ledger_mark_read(struct vcpu *v);
void ledger_end(void);

#endif
