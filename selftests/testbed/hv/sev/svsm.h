/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An SVSM at VMPL 0, below a guest at another one: "Secure VM Service Module for
 * SEV-SNP Guests" (AMD 58019), SVSM in comments here. It is part of this program,
 * as is the hypervisor that switches to it and back. Where the specification
 * leaves an error open, it answers as COCONUT-SVSM does.
 */
#ifndef HV_SEV_SVSM_H
#define HV_SEV_SVSM_H

#include "vcpu.h"

/* SVSM, "Result codes". */
#define SVSM_SUCCESS			0
#define SVSM_ERR_INCOMPLETE		0x80000000ULL
#define SVSM_ERR_UNSUPPORTED_PROTOCOL	0x80000001ULL
#define SVSM_ERR_UNSUPPORTED_CALL	0x80000002ULL
#define SVSM_ERR_INVALID_ADDRESS	0x80000003ULL
#define SVSM_ERR_INVALID_PARAMETER	0x80000005ULL
#define SVSM_ERR_INVALID_REQUEST	0x80000006ULL
/* And what PVALIDATE or RMPADJUST said. */
#define SVSM_ERR_PROTOCOL_BASE		0x80001000ULL

#define SVSM_PROTOCOL_CORE	0
#define SVSM_PROTOCOL_ATTEST	1

/* All protocols here have this one. */
#define SVSM_PROTOCOL_VERSION	1

struct snp_secrets;

void svsm_boot(struct snp_secrets *secrets);
bool svsm_run_vmpl(struct vcpu *v, u64 vmpl);
bool svsm_set_ca(struct vcpu *v, u64 gpa);
void *svsm_guest_ptr(u64 gpa, u64 size);

/* svsm_core.c: the CA that a vCPU has by its VMSA, 0 if it has none. */
u64 svsm_ca_of(u64 vmsa);

/* The calls of a protocol. Return: the result, for RAX. */
u64 svsm_core(struct vcpu *v, u32 call);
u64 svsm_attest(struct vcpu *v, u32 call);

#endif
