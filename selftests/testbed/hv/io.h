/* SPDX-License-Identifier: GPL-2.0 */
/* QEMU's devices, on behalf of the guest. */
#ifndef HV_IO_H
#define HV_IO_H

#include "vcpu.h"

u32 io_in(u16 port, u32 size);
void io_out(u16 port, u32 size, u32 val);
u64 mmio_read(struct vcpu *v, u64 gpa, u32 size);
void mmio_write(struct vcpu *v, u64 gpa, u32 size, u64 val);
bool mmio_allowed(u64 gpa, u32 size);

#endif
