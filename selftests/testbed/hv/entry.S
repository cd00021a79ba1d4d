/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What C cannot do: the multiboot entry, the way of every CPU into long mode,
 * the host's interrupt stubs, and VMRUN with the guest's registers.
 */
#include "asm-offsets.h"

#define MB_MAGIC	0x1badb002
#define MB_FLAGS	0x00000003	/* page-aligned modules, memory map */
#define CR4_PAE		(1 << 5)
#define EFER_LME	(1 << 8)
#define EFER_NXE	(1 << 11)
#define EFER_SVME	(1 << 12)
#define MSR_EFER	0xc0000080
#define EFLAGS_IF	(1 << 9)
#define FRAME_RFLAGS	40	/* behind RCX, RAX, vector, RIP and CS */
#define HOST_DS		16
#define HOST_CS32	24

	.section .multiboot, "ax"
	.align 4
	.long MB_MAGIC, MB_FLAGS, -(MB_MAGIC + MB_FLAGS)

	.code32
	.globl start32
start32:
	cli
	mov	%ebx, multiboot_info
	call	enter_long_mode
	ljmp	$HOST_CS, $start64

/*
 * enter_long_mode - identity-mapped 64-bit paging on, for any CPU
 * In: 32-bit protected mode, flat. The caller jumps to HOST_CS afterwards.
 */
enter_long_mode:
	pop	%esi
	lgdt	host_gdtr
	mov	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	$host_pml4, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	xor	%edx, %edx
	mov	$(EFER_LME | EFER_NXE | EFER_SVME), %eax
	wrmsr
	mov	%cr0, %eax
	and	$~0x6000000c, %eax
	or	$0x80010021, %eax
	mov	%eax, %cr0
	jmp	*%esi

	.code64
start64:
	call	load_host_segments
	mov	$vcpus + VCPU_STACK_SIZE, %esp
	mov	multiboot_info(%rip), %edi
	call	boot_main
	ud2

load_host_segments:
	mov	$HOST_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	ret

/* The APs' real-mode entry: copied to AP_TRAMPOLINE, position independent. */
	.code16
	.globl ap_trampoline
ap_trampoline:
	cli
	xor	%ax, %ax
	mov	%ax, %ds
	lgdtl	AP_TRAMPOLINE + (ap_gdtr - ap_trampoline)
	mov	%cr0, %eax
	or	$1, %al
	mov	%eax, %cr0
	ljmpl	$HOST_CS32, $ap_start32
	.align 8
ap_gdtr:
	.word	host_gdt_end - host_gdt - 1
	.long	host_gdt
ap_trampoline_end:

	.code32
ap_start32:
	mov	$HOST_DS, %eax
	mov	%eax, %ds
	mov	%eax, %ss
	mov	ap_stack, %esp
	call	enter_long_mode
	ljmp	$HOST_CS, $ap_start64

	.code64
ap_start64:
	call	load_host_segments
	mov	ap_stack(%rip), %rsp
	call	ap_main
	ud2

/*
 * void svm_run(struct vcpu *v, struct vmcb *vmcb)
 * Runs the guest until it exits. RAX is in the VMCB; the other registers are
 * in v->regs. FS, GS, TR and what else VMLOAD loads stay the guest's: the host
 * does not use them, so that no exit pays for switching them.
 */
	.globl svm_run
svm_run:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdi
	mov	%rsi, %rax
	mov	VCPU_RCX(%rdi), %rcx
	mov	VCPU_RDX(%rdi), %rdx
	mov	VCPU_RBX(%rdi), %rbx
	mov	VCPU_RBP(%rdi), %rbp
	mov	VCPU_RSI(%rdi), %rsi
	mov	VCPU_R8(%rdi), %r8
	mov	VCPU_R9(%rdi), %r9
	mov	VCPU_R10(%rdi), %r10
	mov	VCPU_R11(%rdi), %r11
	mov	VCPU_R12(%rdi), %r12
	mov	VCPU_R13(%rdi), %r13
	mov	VCPU_R14(%rdi), %r14
	mov	VCPU_R15(%rdi), %r15
	mov	VCPU_RDI(%rdi), %rdi
	vmrun	%rax
	xchg	%rdi, (%rsp)
	mov	%rcx, VCPU_RCX(%rdi)
	mov	%rdx, VCPU_RDX(%rdi)
	mov	%rbx, VCPU_RBX(%rdi)
	mov	%rbp, VCPU_RBP(%rdi)
	mov	%rsi, VCPU_RSI(%rdi)
	mov	%r8, VCPU_R8(%rdi)
	mov	%r9, VCPU_R9(%rdi)
	mov	%r10, VCPU_R10(%rdi)
	mov	%r11, VCPU_R11(%rdi)
	mov	%r12, VCPU_R12(%rdi)
	mov	%r13, VCPU_R13(%rdi)
	mov	%r14, VCPU_R14(%rdi)
	mov	%r15, VCPU_R15(%rdi)
	pop	VCPU_RDI(%rdi)
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

/*
 * void host_halt(void) - sleep until an interrupt or a kick (NMI)
 * Called with GIF clear. An NMI that comes between stgi and hlt would be
 * missed: host_nmi moves the return address behind the hlt.
 */
	.globl host_halt
host_halt:
	stgi
host_halt_window:
	sti
	hlt
host_halt_end:
	cli
	clgi
	ret

/*
 * void host_halt_masked(void) - the same, but interrupts do not end it
 * IF is clear on the host, always.
 */
	.globl host_halt_masked
host_halt_masked:
	stgi
host_halt_masked_window:
	hlt
host_halt_masked_end:
	clgi
	ret

/* void host_take_nmi(void) - let a pending kick in; GIF clear before and after */
	.globl host_take_nmi
host_take_nmi:
	stgi
	nop
	clgi
	ret

host_nmi:
	push	%rax
	mov	8(%rsp), %rax
	cmp	$host_halt_window, %rax
	jb	1f
	cmp	$host_halt_end, %rax
	jae	2f
	movq	$host_halt_end, 8(%rsp)
2:	cmp	$host_halt_masked_window, %rax
	jb	1f
	cmp	$host_halt_masked_end, %rax
	jae	1f
	movq	$host_halt_masked_end, 8(%rsp)
1:	pop	%rax
	iretq

/*
 * 256 stubs of 16 bytes. Interrupts note their vector in the vCPU, found from
 * the stack: stacks are the first part of struct vcpu and aligned to their size.
 * They return with IF clear: a second one must stay in the APIC, as the vCPU
 * can hand on only one.
 */
	.align 16
	.globl host_stubs
host_stubs:
	vector = 0
	.rept 256
	.align 16
	push	$vector
	jmp	host_vector
	vector = vector + 1
	.endr

host_vector:
	push	%rax
	mov	8(%rsp), %rax
	cmp	$X86_TRAP_NMI, %eax
	je	2f
	cmp	$32, %eax
	jb	3f
	push	%rcx
	mov	%rsp, %rcx
	and	$~(VCPU_STACK_SIZE - 1), %rcx
	mov	%eax, VCPU_HOST_VECTOR(%rcx)
	andl	$~EFLAGS_IF, FRAME_RFLAGS(%rsp)
	pop	%rcx
	pop	%rax
	add	$8, %rsp
	iretq
2:	pop	%rax
	add	$8, %rsp
	jmp	host_nmi
3:	mov	8(%rsp), %edi
	lea	16(%rsp), %rsi
	call	host_exception
	ud2

	.data
	.align 8
multiboot_info:
	.long	0
	.globl ap_trampoline_size
ap_trampoline_size:
	.long	ap_trampoline_end - ap_trampoline
	.globl ap_stack
	.align 8
ap_stack:
	.quad	0
	.align 8
host_gdt:
	.quad	0
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
	.quad	0x00cf9b000000ffff
host_gdt_end:
host_gdtr:
	.word	host_gdt_end - host_gdt - 1
	.long	host_gdt

/* The hypervisor's own paging: 512 GiB one to one, in pages of 1 GiB. */
	.align 4096
host_pml4:
	.quad	host_pdpt + 3
	.fill	511, 8, 0
host_pdpt:
	page = 0
	.rept	512
	.quad	(page << 30) + 0x83
	page = page + 1
	.endr

	.section .note.GNU-stack, "", @progbits
