/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Codes of class svsm: calls of the SVSM specification (58019), whose sections
 * are called after them. The module gives them as protocol << 32 | call.
 */
#ifndef CVMSTAT_SVSM_H
#define CVMSTAT_SVSM_H

#define SVSM(protocol, call) ((protocol) * (1ULL << 32) | (call))

#define SVSM_CORE_REMAP_CA		SVSM(0, 0)
#define SVSM_CORE_PVALIDATE		SVSM(0, 1)
#define SVSM_CORE_CREATE_VCPU		SVSM(0, 2)
#define SVSM_CORE_DELETE_VCPU		SVSM(0, 3)
#define SVSM_CORE_DEPOSIT_MEM		SVSM(0, 4)
#define SVSM_CORE_WITHDRAW_MEM		SVSM(0, 5)
#define SVSM_CORE_QUERY_PROTOCOL	SVSM(0, 6)
#define SVSM_CORE_CONFIGURE_VTOM	SVSM(0, 7)
#define SVSM_ATTEST_SERVICES		SVSM(1, 0)
#define SVSM_ATTEST_SINGLE_SERVICE	SVSM(1, 1)
#define SVSM_VTPM_QUERY			SVSM(2, 0)
#define SVSM_VTPM_CMD			SVSM(2, 1)

#endif
