// SPDX-License-Identifier: GPL-2.0
#include "end.h"
#include "ledger.h"

/**
 * hv_end - say why, write the ledger's last line, and end QEMU
 * @status: what cvmbed makes its exit status of
 * @fmt: as for hv_log()
 */
void hv_end(enum hv_exit status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	hv_vlog(fmt, ap);
	va_end(ap);
	ledger_end();
	hv_exit(status);
}
