/* SPDX-License-Identifier: GPL-2.0 */
/* What entry.S and C share. What it knows of struct vcpu, vcpu.h asserts. */
#ifndef HV_ASM_OFFSETS_H
#define HV_ASM_OFFSETS_H

#define VCPU_STACK_SIZE		0x4000
#define VCPU_RAX		(VCPU_STACK_SIZE + 0x00)
#define VCPU_RCX		(VCPU_STACK_SIZE + 0x08)
#define VCPU_RDX		(VCPU_STACK_SIZE + 0x10)
#define VCPU_RBX		(VCPU_STACK_SIZE + 0x18)
#define VCPU_RSP		(VCPU_STACK_SIZE + 0x20)
#define VCPU_RBP		(VCPU_STACK_SIZE + 0x28)
#define VCPU_RSI		(VCPU_STACK_SIZE + 0x30)
#define VCPU_RDI		(VCPU_STACK_SIZE + 0x38)
#define VCPU_R8			(VCPU_STACK_SIZE + 0x40)
#define VCPU_R9			(VCPU_STACK_SIZE + 0x48)
#define VCPU_R10		(VCPU_STACK_SIZE + 0x50)
#define VCPU_R11		(VCPU_STACK_SIZE + 0x58)
#define VCPU_R12		(VCPU_STACK_SIZE + 0x60)
#define VCPU_R13		(VCPU_STACK_SIZE + 0x68)
#define VCPU_R14		(VCPU_STACK_SIZE + 0x70)
#define VCPU_R15		(VCPU_STACK_SIZE + 0x78)
#define VCPU_HOST_VECTOR	(VCPU_STACK_SIZE + 0x80)

#define AP_TRAMPOLINE		0x8000
#define HOST_CS			8
#define X86_TRAP_NMI		2

#endif
