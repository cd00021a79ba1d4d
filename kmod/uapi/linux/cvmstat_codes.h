/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * Reason codes and their names: written once, for the module, the reader and
 * the test bed's ledger. Codes are the specifications' own:
 *   APM  - AMD64 Architecture Programmer's Manual vol. 2 (24593)
 *   GHCB - SEV-ES Guest-Hypervisor Communication Block Standardization (56421)
 *   GHCI - Intel TDX Guest-Hypervisor Communication Interface
 *   SDM 3 - Intel 64 and IA-32 Software Developer's Manual vol. 3 (325384)
 *   TDX ABI - Intel TDX Module ABI specification; its sections are called after
 *	the leaves, and their numbers change with its versions
 * Each table is an X-macro: X(code, IDENT, "name", DETAIL, "source"), where
 * CVMSTAT_DETAIL_DETAIL is what the reason's detail is.
 */
#ifndef _UAPI_LINUX_CVMSTAT_CODES_H
#define _UAPI_LINUX_CVMSTAT_CODES_H

/* Names of the classes, as the ledger has them: an array by enum cvmstat_class. */
#define CVMSTAT_CLASS_NAMES { \
	[CVMSTAT_CLASS_VC] = "vc", \
	[CVMSTAT_CLASS_VMGEXIT] = "vmgexit", \
	[CVMSTAT_CLASS_GHCB_MSR] = "ghcb-msr", \
	[CVMSTAT_CLASS_VE] = "ve", \
	[CVMSTAT_CLASS_TDVMCALL] = "tdvmcall", \
	[CVMSTAT_CLASS_TDCALL] = "tdcall", \
	[CVMSTAT_CLASS_SVSM] = "svsm", \
	[CVMSTAT_CLASS_AUTO] = "auto", \
}

/**
 * enum cvmstat_detail - what the detail of a reason is
 * @CVMSTAT_DETAIL_NONE: it has none
 * @CVMSTAT_DETAIL_LEAF: CPUID leaf, EAX
 * @CVMSTAT_DETAIL_MSR: index of an MSR, ECX; see CVMSTAT_ICR_DETAIL()
 * @CVMSTAT_DETAIL_HYPERCALL: number of a hypercall: RAX of a VMMCALL
 * @CVMSTAT_DETAIL_PORT: I/O port
 * @CVMSTAT_DETAIL_GPA: guest physical address, without C-bit or shared bit; see
 *	CVMSTAT_ICR_DETAIL()
 * @CVMSTAT_DETAIL_RW: beside one of these, there is an enum cvmstat_op
 *
 * A #VC comes with its code alone: class vc has a detail only where a register
 * has it, and no direction. Other classes have what the tables say, all together
 * in CVMSTAT_DETAILS.
 */
enum cvmstat_detail {
	CVMSTAT_DETAIL_NONE,
	CVMSTAT_DETAIL_LEAF,
	CVMSTAT_DETAIL_MSR,
	CVMSTAT_DETAIL_HYPERCALL,
	CVMSTAT_DETAIL_PORT,
	CVMSTAT_DETAIL_GPA,
	CVMSTAT_DETAIL_RW = 0x10,
	CVMSTAT_DETAIL_MSR_RW = CVMSTAT_DETAIL_MSR | CVMSTAT_DETAIL_RW,
	CVMSTAT_DETAIL_PORT_RW = CVMSTAT_DETAIL_PORT | CVMSTAT_DETAIL_RW,
	CVMSTAT_DETAIL_GPA_RW = CVMSTAT_DETAIL_GPA | CVMSTAT_DETAIL_RW,
};

#define CVMSTAT_DETAIL_KIND(detail)	((detail) & ~CVMSTAT_DETAIL_RW)

/*
 * The interrupt command register (ICR) of a local APIC: what is written to it says
 * what an interrupt is for, and to whom it goes (APM 16.5). The detail of an exit
 * that writes it, by MSR or at its address, has bits 19:0 of that above the MSR's
 * index or the address.
 */
#define CVMSTAT_X2APIC_ICR		0x830
#define CVMSTAT_XAPIC_ICR		0xfee00300
#define CVMSTAT_ICR_SHIFT		32
#define CVMSTAT_ICR_MASK		0xfffff
#define CVMSTAT_ICR_DETAIL(at, icr) \
	((at) | (unsigned long long)((icr) & CVMSTAT_ICR_MASK) << CVMSTAT_ICR_SHIFT)

/* SVM exit codes: #VC error codes (class vc) and automatic exits (class auto). */
#define CVMSTAT_SVM_CODES(X) \
	X(0x27, SVM_DR7_READ, "dr7-read", NONE, "APM app. C") \
	X(0x37, SVM_DR7_WRITE, "dr7-write", NONE, "APM app. C") \
	X(0x51, SVM_AC, "ac", NONE, "APM app. C") \
	X(0x52, SVM_MC, "mc", NONE, "APM app. C") \
	X(0x60, SVM_INTR, "intr", NONE, "APM app. C") \
	X(0x61, SVM_NMI, "nmi", NONE, "APM app. C") \
	X(0x62, SVM_SMI, "smi", NONE, "APM app. C") \
	X(0x63, SVM_INIT, "init", NONE, "APM app. C") \
	X(0x64, SVM_VINTR, "vintr", NONE, "APM app. C") \
	X(0x6e, SVM_RDTSC, "rdtsc", NONE, "APM app. C") \
	X(0x6f, SVM_RDPMC, "rdpmc", NONE, "APM app. C") \
	X(0x72, SVM_CPUID, "cpuid", LEAF, "APM app. C") \
	X(0x76, SVM_INVD, "invd", NONE, "APM app. C") \
	X(0x77, SVM_PAUSE, "pause", NONE, "APM app. C") \
	X(0x78, SVM_HLT, "hlt", NONE, "APM app. C") \
	X(0x7b, SVM_IOIO, "ioio", PORT_RW, "APM app. C") \
	X(0x7c, SVM_MSR, "msr", MSR_RW, "APM app. C") \
	X(0x7f, SVM_SHUTDOWN, "shutdown", NONE, "APM app. C") \
	X(0x81, SVM_VMMCALL, "vmmcall", HYPERCALL, "APM app. C") \
	X(0x87, SVM_RDTSCP, "rdtscp", NONE, "APM app. C") \
	X(0x89, SVM_WBINVD, "wbinvd", NONE, "APM app. C") \
	X(0x8a, SVM_MONITOR, "monitor", NONE, "APM app. C") \
	X(0x8b, SVM_MWAIT, "mwait", NONE, "APM app. C") \
	X(0x8f, SVM_EFER_WRITE, "efer-write", NONE, "APM app. C") \
	X(0x90, SVM_CR0_WRITE, "cr0-write", NONE, "APM app. C") \
	X(0x94, SVM_CR4_WRITE, "cr4-write", NONE, "APM app. C") \
	X(0xa5, SVM_BUS_LOCK, "bus-lock", NONE, "APM app. C") \
	X(0xa6, SVM_IDLE_HLT, "idle-hlt", NONE, "APM app. C") \
	X(0x400, SVM_NPF, "npf", GPA, "APM app. C") \
	X(0x401, SVM_AVIC_INCOMPLETE_IPI, "avic-incomplete-ipi", NONE, "APM app. C") \
	X(0x402, SVM_AVIC_UNACCELERATED, "avic-unaccelerated", NONE, "APM app. C") \
	X(0x403, SVM_VMGEXIT, "vmgexit", NONE, "APM app. C") \
	X(0x404, SVM_PAGE_NOT_VALIDATED, "page-not-validated", NONE, "APM app. C")

/* NAE events beside the SVM exit codes (class vmgexit). */
#define CVMSTAT_NAE_CODES(X) \
	X(0x80000001, NAE_MMIO_READ, "mmio-read", GPA, "GHCB table 6") \
	X(0x80000002, NAE_MMIO_WRITE, "mmio-write", GPA, "GHCB table 6") \
	X(0x80000003, NAE_NMI_COMPLETE, "nmi-complete", NONE, "GHCB table 6") \
	X(0x80000004, NAE_AP_HLT_LOOP, "ap-hlt-loop", NONE, "GHCB table 6") \
	X(0x80000005, NAE_AP_JUMP_TABLE, "ap-jump-table", NONE, "GHCB table 6") \
	X(0x80000010, NAE_PSC, "page-state-change", NONE, "GHCB table 6") \
	X(0x80000011, NAE_GUEST_REQUEST, "guest-request", NONE, "GHCB table 6") \
	X(0x80000012, NAE_EXT_GUEST_REQUEST, "ext-guest-request", NONE, "GHCB table 6") \
	X(0x80000013, NAE_AP_CREATION, "ap-creation", NONE, "GHCB table 6") \
	X(0x80000014, NAE_HV_DOORBELL, "hv-doorbell", NONE, "GHCB table 6") \
	X(0x80000015, NAE_HV_IPI, "hv-ipi", NONE, "GHCB table 6") \
	X(0x80000018, NAE_RUN_VMPL, "run-vmpl", NONE, "GHCB table 6") \
	X(0x8000001a, NAE_SECURE_AVIC, "secure-avic", NONE, "GHCB table 6") \
	X(0x8000fffd, NAE_HV_FEATURES, "hv-features", NONE, "GHCB table 6") \
	X(0x8000fffe, NAE_TERMINATE, "terminate", NONE, "GHCB table 6") \
	X(0x8000ffff, NAE_UNSUPPORTED, "unsupported", NONE, "GHCB table 6")

/*
 * Pseudo code of class vmgexit: a Hyper-V hypercall page in the GHCB (its
 * usage field is 1), which has no NAE event. Outside the 32-bit code space.
 */
#define CVMSTAT_VMGEXIT_HYPERV	(1ULL << 32)
#define CVMSTAT_VMGEXIT_PSEUDO_CODES(X) \
	X(CVMSTAT_VMGEXIT_HYPERV, VMGEXIT_HYPERV, "hyperv-hypercall", NONE, "GHCB 2.6")

/* GHCB MSR protocol requests (class ghcb-msr). */
#define CVMSTAT_GHCB_MSR_CODES(X) \
	X(0x002, GHCB_MSR_SEV_INFO, "sev-info", NONE, "GHCB 2.3.1") \
	X(0x004, GHCB_MSR_CPUID, "cpuid", LEAF, "GHCB 2.3.1") \
	X(0x006, GHCB_MSR_AP_RESET_HOLD, "ap-reset-hold", NONE, "GHCB 2.3.1") \
	X(0x010, GHCB_MSR_PREFERRED_GPA, "preferred-gpa", NONE, "GHCB 2.3.1") \
	X(0x012, GHCB_MSR_REGISTER_GPA, "register-gpa", NONE, "GHCB 2.3.1") \
	X(0x014, GHCB_MSR_PSC, "page-state-change", NONE, "GHCB 2.3.1") \
	X(0x016, GHCB_MSR_VMPL, "run-vmpl", NONE, "GHCB 2.3.1") \
	X(0x080, GHCB_MSR_HV_FEATURES, "hv-features", NONE, "GHCB 2.3.1") \
	X(0x100, GHCB_MSR_TERMINATE, "terminate", NONE, "GHCB 2.3.1")

/* #VE reasons (class ve): VMX basic exit reasons. */
#define CVMSTAT_VE_CODES(X) \
	X(10, VE_CPUID, "cpuid", LEAF, "SDM 3 app. C") \
	X(12, VE_HLT, "hlt", NONE, "SDM 3 app. C") \
	X(30, VE_IO, "io", PORT_RW, "SDM 3 app. C") \
	X(31, VE_RDMSR, "rdmsr", MSR, "SDM 3 app. C") \
	X(32, VE_WRMSR, "wrmsr", MSR, "SDM 3 app. C") \
	X(48, VE_EPT_VIOLATION, "ept-violation", GPA, "SDM 3 app. C") \
	X(54, VE_WBINVD, "wbinvd", NONE, "SDM 3 app. C") \
	X(84, VE_RDMSR_IMM, "rdmsr-imm", NONE, "SDM 3 app. C") \
	X(85, VE_WRMSRNS_IMM, "wrmsrns-imm", NONE, "SDM 3 app. C")

/* TDVMCALL sub-functions: r10 = 0, r11 = code (class tdvmcall). */
#define CVMSTAT_TDVMCALL_CODES(X) \
	X(10, TDVMCALL_CPUID, "cpuid", LEAF, "GHCI 3.6") \
	X(12, TDVMCALL_HLT, "hlt", NONE, "GHCI 3.8") \
	X(30, TDVMCALL_IO, "io", PORT_RW, "GHCI 3.9") \
	X(31, TDVMCALL_RDMSR, "rdmsr", MSR, "GHCI 3.10") \
	X(32, TDVMCALL_WRMSR, "wrmsr", MSR, "GHCI 3.11") \
	X(48, TDVMCALL_MMIO, "mmio", GPA_RW, "GHCI 3.7") \
	X(0x10000, TDVMCALL_GET_INFO, "get-tdvmcall-info", NONE, "GHCI 3.1") \
	X(0x10001, TDVMCALL_MAP_GPA, "map-gpa", NONE, "GHCI 3.2") \
	X(0x10002, TDVMCALL_GET_QUOTE, "get-quote", NONE, "GHCI 3.3") \
	X(0x10003, TDVMCALL_REPORT_FATAL, "report-fatal-error", NONE, "GHCI 3.4") \
	X(0x10004, TDVMCALL_SETUP_NOTIFY, "setup-event-notify", NONE, "GHCI 3.5") \
	X(0x10005, TDVMCALL_SERVICE, "service", NONE, "GHCI 3.13")

/*
 * Pseudo code of class tdvmcall: a vendor hypercall (r10 != 0). Its detail is
 * r10, the hypercall's number. Outside the 32-bit code space.
 */
#define CVMSTAT_TDVMCALL_VENDOR	(1ULL << 32)
#define CVMSTAT_TDVMCALL_PSEUDO_CODES(X) \
	X(CVMSTAT_TDVMCALL_VENDOR, TDVMCALL_VENDOR, "vendor-hypercall", HYPERCALL, "GHCI 2.4.1")

/* TDCALL leaves (class tdcall). */
#define CVMSTAT_TDCALL_CODES(X) \
	X(0, TDCALL_VP_VMCALL, "vp-vmcall", NONE, "TDX ABI TDG.VP.VMCALL") \
	X(1, TDCALL_VP_INFO, "vp-info", NONE, "TDX ABI TDG.VP.INFO") \
	X(2, TDCALL_RTMR_EXTEND, "mr-rtmr-extend", NONE, "TDX ABI TDG.MR.RTMR.EXTEND") \
	X(3, TDCALL_VEINFO_GET, "vp-veinfo-get", NONE, "TDX ABI TDG.VP.VEINFO.GET") \
	X(4, TDCALL_MR_REPORT, "mr-report", NONE, "TDX ABI TDG.MR.REPORT") \
	X(5, TDCALL_CPUIDVE_SET, "vp-cpuidve-set", NONE, "TDX ABI TDG.VP.CPUIDVE.SET") \
	X(6, TDCALL_PAGE_ACCEPT, "mem-page-accept", NONE, "TDX ABI TDG.MEM.PAGE.ACCEPT") \
	X(7, TDCALL_VM_RD, "vm-rd", NONE, "TDX ABI TDG.VM.RD") \
	X(8, TDCALL_VM_WR, "vm-wr", NONE, "TDX ABI TDG.VM.WR") \
	X(9, TDCALL_VP_RD, "vp-rd", NONE, "TDX ABI TDG.VP.RD") \
	X(10, TDCALL_VP_WR, "vp-wr", NONE, "TDX ABI TDG.VP.WR") \
	X(11, TDCALL_SYS_RD, "sys-rd", NONE, "TDX ABI TDG.SYS.RD") \
	X(12, TDCALL_SYS_RDALL, "sys-rdall", NONE, "TDX ABI TDG.SYS.RDALL") \
	X(18, TDCALL_SERVTD_RD, "servtd-rd", NONE, "TDX ABI TDG.SERVTD.RD") \
	X(20, TDCALL_SERVTD_WR, "servtd-wr", NONE, "TDX ABI TDG.SERVTD.WR") \
	X(22, TDCALL_VERIFYREPORT, "mr-verifyreport", NONE, "TDX ABI TDG.MR.VERIFYREPORT") \
	X(23, TDCALL_PAGE_ATTR_RD, "mem-page-attr-rd", NONE, "TDX ABI TDG.MEM.PAGE.ATTR.RD") \
	X(24, TDCALL_PAGE_ATTR_WR, "mem-page-attr-wr", NONE, "TDX ABI TDG.MEM.PAGE.ATTR.WR") \
	X(25, TDCALL_VP_ENTER, "vp-enter", NONE, "TDX ABI TDG.VP.ENTER") \
	X(26, TDCALL_INVEPT, "vp-invept", NONE, "TDX ABI TDG.VP.INVEPT") \
	X(27, TDCALL_INVVPID, "vp-invvpid", NONE, "TDX ABI TDG.VP.INVVPID")

enum cvmstat_code {
#define CVMSTAT_CODE_ENUM(code, ident, name, detail, source) CVMSTAT_##ident = (code),
	CVMSTAT_SVM_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_GHCB_MSR_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_VE_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_TDVMCALL_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_TDCALL_CODES(CVMSTAT_CODE_ENUM)
#undef CVMSTAT_CODE_ENUM
};

/* A second enum: these need unsigned int, and C enumerators above are int. */
enum cvmstat_nae {
#define CVMSTAT_CODE_ENUM(code, ident, name, detail, source) CVMSTAT_##ident = (code),
	CVMSTAT_NAE_CODES(CVMSTAT_CODE_ENUM)
#undef CVMSTAT_CODE_ENUM
};

/*
 * What the details are, in all classes: an array of { enum cvmstat_class, enum
 * cvmstat_detail, code }.
 */
#define CVMSTAT_DETAIL_IN_REGISTER(kind) \
	((kind) == CVMSTAT_DETAIL_LEAF || (kind) == CVMSTAT_DETAIL_MSR || \
	 (kind) == CVMSTAT_DETAIL_HYPERCALL ? (kind) : CVMSTAT_DETAIL_NONE)
#define CVMSTAT_DETAIL_VC(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_VC, CVMSTAT_DETAIL_IN_REGISTER( \
		CVMSTAT_DETAIL_KIND(CVMSTAT_DETAIL_##detail)), code },
#define CVMSTAT_DETAIL_VMGEXIT(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_DETAIL_##detail, code },
#define CVMSTAT_DETAIL_GHCB_MSR(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_GHCB_MSR, CVMSTAT_DETAIL_##detail, code },
#define CVMSTAT_DETAIL_VE(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_VE, CVMSTAT_DETAIL_##detail, code },
#define CVMSTAT_DETAIL_TDVMCALL(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_TDVMCALL, CVMSTAT_DETAIL_##detail, code },
#define CVMSTAT_DETAIL_TDCALL(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_TDCALL, CVMSTAT_DETAIL_##detail, code },
#define CVMSTAT_DETAIL_AUTO(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_AUTO, CVMSTAT_DETAIL_##detail, code },
#define CVMSTAT_DETAILS { \
	CVMSTAT_SVM_CODES(CVMSTAT_DETAIL_VC) \
	CVMSTAT_SVM_CODES(CVMSTAT_DETAIL_VMGEXIT) \
	CVMSTAT_NAE_CODES(CVMSTAT_DETAIL_VMGEXIT) \
	CVMSTAT_VMGEXIT_PSEUDO_CODES(CVMSTAT_DETAIL_VMGEXIT) \
	CVMSTAT_GHCB_MSR_CODES(CVMSTAT_DETAIL_GHCB_MSR) \
	CVMSTAT_VE_CODES(CVMSTAT_DETAIL_VE) \
	CVMSTAT_TDVMCALL_CODES(CVMSTAT_DETAIL_TDVMCALL) \
	CVMSTAT_TDVMCALL_PSEUDO_CODES(CVMSTAT_DETAIL_TDVMCALL) \
	CVMSTAT_TDCALL_CODES(CVMSTAT_DETAIL_TDCALL) \
	CVMSTAT_SVM_CODES(CVMSTAT_DETAIL_AUTO) \
}

/*
 * All reasons that have a name, in all classes: an array of { enum cvmstat_class,
 * code, name }.
 */
#define CVMSTAT_REASON_VC(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_VC, code, name },
#define CVMSTAT_REASON_VMGEXIT(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_VMGEXIT, code, name },
#define CVMSTAT_REASON_GHCB_MSR(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_GHCB_MSR, code, name },
#define CVMSTAT_REASON_VE(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_VE, code, name },
#define CVMSTAT_REASON_TDVMCALL(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_TDVMCALL, code, name },
#define CVMSTAT_REASON_TDCALL(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_TDCALL, code, name },
#define CVMSTAT_REASON_AUTO(code, ident, name, detail, source) \
	{ CVMSTAT_CLASS_AUTO, code, name },
#define CVMSTAT_REASONS { \
	CVMSTAT_SVM_CODES(CVMSTAT_REASON_VC) \
	CVMSTAT_SVM_CODES(CVMSTAT_REASON_VMGEXIT) \
	CVMSTAT_NAE_CODES(CVMSTAT_REASON_VMGEXIT) \
	CVMSTAT_VMGEXIT_PSEUDO_CODES(CVMSTAT_REASON_VMGEXIT) \
	CVMSTAT_GHCB_MSR_CODES(CVMSTAT_REASON_GHCB_MSR) \
	CVMSTAT_VE_CODES(CVMSTAT_REASON_VE) \
	CVMSTAT_TDVMCALL_CODES(CVMSTAT_REASON_TDVMCALL) \
	CVMSTAT_TDVMCALL_PSEUDO_CODES(CVMSTAT_REASON_TDVMCALL) \
	CVMSTAT_TDCALL_CODES(CVMSTAT_REASON_TDCALL) \
	CVMSTAT_SVM_CODES(CVMSTAT_REASON_AUTO) \
}

#endif /* _UAPI_LINUX_CVMSTAT_CODES_H */
