/* SPDX-License-Identifier: GPL-2.0 */
/* Fields that a TD reads and writes: of itself, and of the TDX module. */
#ifndef HV_TDX_METADATA_H
#define HV_TDX_METADATA_H

#include "vcpu.h"

/* The guest has asked for it, and the module offers it: fewer #VEs. */
bool metadata_reduces_ve(void);

u64 metadata_vm_rd(struct vcpu *v);
u64 metadata_vm_wr(struct vcpu *v);
u64 metadata_sys_rd(struct vcpu *v);

#endif
