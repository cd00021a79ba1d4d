/* SPDX-License-Identifier: GPL-2.0 */
/* entry.S: what it has for C, and what it calls. */
#ifndef HV_ENTRY_H
#define HV_ENTRY_H

#include "types.h"

struct vcpu;
struct vmcb;

void svm_run(struct vcpu *v, struct vmcb *vmcb);
void host_halt(void);
void host_halt_masked(void);
void host_take_nmi(void);

extern u64 ap_stack;
extern const u8 host_stubs[256][16], ap_trampoline[];
extern const u32 ap_trampoline_size;

void boot_main(u32 multiboot);
void ap_main(void);
void host_exception(u32 vector, const u64 *frame);

#endif
