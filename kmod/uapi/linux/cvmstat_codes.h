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
 * Each table is an X-macro: X(code, IDENT, "name", "source").
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

/* SVM exit codes: #VC error codes (class vc) and automatic exits (class auto). */
#define CVMSTAT_SVM_CODES(X) \
	X(0x27, SVM_DR7_READ, "dr7-read", "APM app. C") \
	X(0x37, SVM_DR7_WRITE, "dr7-write", "APM app. C") \
	X(0x51, SVM_AC, "ac", "APM app. C") \
	X(0x52, SVM_MC, "mc", "APM app. C") \
	X(0x60, SVM_INTR, "intr", "APM app. C") \
	X(0x61, SVM_NMI, "nmi", "APM app. C") \
	X(0x62, SVM_SMI, "smi", "APM app. C") \
	X(0x63, SVM_INIT, "init", "APM app. C") \
	X(0x64, SVM_VINTR, "vintr", "APM app. C") \
	X(0x6e, SVM_RDTSC, "rdtsc", "APM app. C") \
	X(0x6f, SVM_RDPMC, "rdpmc", "APM app. C") \
	X(0x72, SVM_CPUID, "cpuid", "APM app. C") \
	X(0x76, SVM_INVD, "invd", "APM app. C") \
	X(0x77, SVM_PAUSE, "pause", "APM app. C") \
	X(0x78, SVM_HLT, "hlt", "APM app. C") \
	X(0x7b, SVM_IOIO, "ioio", "APM app. C") \
	X(0x7c, SVM_MSR, "msr", "APM app. C") \
	X(0x7f, SVM_SHUTDOWN, "shutdown", "APM app. C") \
	X(0x81, SVM_VMMCALL, "vmmcall", "APM app. C") \
	X(0x87, SVM_RDTSCP, "rdtscp", "APM app. C") \
	X(0x89, SVM_WBINVD, "wbinvd", "APM app. C") \
	X(0x8a, SVM_MONITOR, "monitor", "APM app. C") \
	X(0x8b, SVM_MWAIT, "mwait", "APM app. C") \
	X(0x8f, SVM_EFER_WRITE, "efer-write", "APM app. C") \
	X(0x90, SVM_CR0_WRITE, "cr0-write", "APM app. C") \
	X(0x94, SVM_CR4_WRITE, "cr4-write", "APM app. C") \
	X(0xa5, SVM_BUS_LOCK, "bus-lock", "APM app. C") \
	X(0xa6, SVM_IDLE_HLT, "idle-hlt", "APM app. C") \
	X(0x400, SVM_NPF, "npf", "APM app. C") \
	X(0x403, SVM_VMGEXIT, "vmgexit", "APM app. C") \
	X(0x404, SVM_PAGE_NOT_VALIDATED, "page-not-validated", "APM app. C")

/* NAE events beside the SVM exit codes (class vmgexit). */
#define CVMSTAT_NAE_CODES(X) \
	X(0x80000001, NAE_MMIO_READ, "mmio-read", "GHCB table 6") \
	X(0x80000002, NAE_MMIO_WRITE, "mmio-write", "GHCB table 6") \
	X(0x80000003, NAE_NMI_COMPLETE, "nmi-complete", "GHCB table 6") \
	X(0x80000004, NAE_AP_HLT_LOOP, "ap-hlt-loop", "GHCB table 6") \
	X(0x80000005, NAE_AP_JUMP_TABLE, "ap-jump-table", "GHCB table 6") \
	X(0x80000010, NAE_PSC, "page-state-change", "GHCB table 6") \
	X(0x80000011, NAE_GUEST_REQUEST, "guest-request", "GHCB table 6") \
	X(0x80000012, NAE_EXT_GUEST_REQUEST, "ext-guest-request", "GHCB table 6") \
	X(0x80000013, NAE_AP_CREATION, "ap-creation", "GHCB table 6") \
	X(0x80000014, NAE_HV_DOORBELL, "hv-doorbell", "GHCB table 6") \
	X(0x80000015, NAE_HV_IPI, "hv-ipi", "GHCB table 6") \
	X(0x80000018, NAE_RUN_VMPL, "run-vmpl", "GHCB table 6") \
	X(0x8000001a, NAE_SECURE_AVIC, "secure-avic", "GHCB table 6") \
	X(0x8000fffd, NAE_HV_FEATURES, "hv-features", "GHCB table 6") \
	X(0x8000fffe, NAE_TERMINATE, "terminate", "GHCB table 6") \
	X(0x8000ffff, NAE_UNSUPPORTED, "unsupported", "GHCB table 6")

/*
 * Pseudo code of class vmgexit: a Hyper-V hypercall page in the GHCB (its
 * usage field is 1), which has no NAE event. Outside the 32-bit code space.
 */
#define CVMSTAT_VMGEXIT_HYPERV	(1ULL << 32)

/* GHCB MSR protocol requests (class ghcb-msr). */
#define CVMSTAT_GHCB_MSR_CODES(X) \
	X(0x002, GHCB_MSR_SEV_INFO, "sev-info", "GHCB 2.3.1") \
	X(0x004, GHCB_MSR_CPUID, "cpuid", "GHCB 2.3.1") \
	X(0x006, GHCB_MSR_AP_RESET_HOLD, "ap-reset-hold", "GHCB 2.3.1") \
	X(0x010, GHCB_MSR_PREFERRED_GPA, "preferred-gpa", "GHCB 2.3.1") \
	X(0x012, GHCB_MSR_REGISTER_GPA, "register-gpa", "GHCB 2.3.1") \
	X(0x014, GHCB_MSR_PSC, "page-state-change", "GHCB 2.3.1") \
	X(0x016, GHCB_MSR_VMPL, "run-vmpl", "GHCB 2.3.1") \
	X(0x080, GHCB_MSR_HV_FEATURES, "hv-features", "GHCB 2.3.1") \
	X(0x100, GHCB_MSR_TERMINATE, "terminate", "GHCB 2.3.1")

/* #VE reasons (class ve): VMX basic exit reasons. */
#define CVMSTAT_VE_CODES(X) \
	X(10, VE_CPUID, "cpuid", "SDM 3 app. C") \
	X(12, VE_HLT, "hlt", "SDM 3 app. C") \
	X(30, VE_IO, "io", "SDM 3 app. C") \
	X(31, VE_RDMSR, "rdmsr", "SDM 3 app. C") \
	X(32, VE_WRMSR, "wrmsr", "SDM 3 app. C") \
	X(48, VE_EPT_VIOLATION, "ept-violation", "SDM 3 app. C") \
	X(54, VE_WBINVD, "wbinvd", "SDM 3 app. C")

/* TDVMCALL sub-functions: r10 = 0, r11 = code (class tdvmcall). */
#define CVMSTAT_TDVMCALL_CODES(X) \
	X(10, TDVMCALL_CPUID, "cpuid", "GHCI 3.6") \
	X(12, TDVMCALL_HLT, "hlt", "GHCI 3.8") \
	X(30, TDVMCALL_IO, "io", "GHCI 3.9") \
	X(31, TDVMCALL_RDMSR, "rdmsr", "GHCI 3.10") \
	X(32, TDVMCALL_WRMSR, "wrmsr", "GHCI 3.11") \
	X(48, TDVMCALL_MMIO, "mmio", "GHCI 3.7") \
	X(0x10000, TDVMCALL_GET_INFO, "get-tdvmcall-info", "GHCI 3.1") \
	X(0x10001, TDVMCALL_MAP_GPA, "map-gpa", "GHCI 3.2") \
	X(0x10002, TDVMCALL_GET_QUOTE, "get-quote", "GHCI 3.3") \
	X(0x10003, TDVMCALL_REPORT_FATAL, "report-fatal-error", "GHCI 3.4") \
	X(0x10004, TDVMCALL_SETUP_NOTIFY, "setup-event-notify", "GHCI 3.5") \
	X(0x10005, TDVMCALL_SERVICE, "service", "GHCI 3.13")

/*
 * Pseudo code of class tdvmcall: a vendor hypercall (r10 != 0). Its detail is
 * r10, the hypercall's number. Outside the 32-bit code space.
 */
#define CVMSTAT_TDVMCALL_VENDOR	(1ULL << 32)

/* TDCALL leaves (class tdcall). */
#define CVMSTAT_TDCALL_CODES(X) \
	X(0, TDCALL_VP_VMCALL, "vp-vmcall", "TDX ABI TDG.VP.VMCALL") \
	X(1, TDCALL_VP_INFO, "vp-info", "TDX ABI TDG.VP.INFO") \
	X(2, TDCALL_RTMR_EXTEND, "mr-rtmr-extend", "TDX ABI TDG.MR.RTMR.EXTEND") \
	X(3, TDCALL_VEINFO_GET, "vp-veinfo-get", "TDX ABI TDG.VP.VEINFO.GET") \
	X(4, TDCALL_MR_REPORT, "mr-report", "TDX ABI TDG.MR.REPORT") \
	X(5, TDCALL_CPUIDVE_SET, "vp-cpuidve-set", "TDX ABI TDG.VP.CPUIDVE.SET") \
	X(6, TDCALL_PAGE_ACCEPT, "mem-page-accept", "TDX ABI TDG.MEM.PAGE.ACCEPT") \
	X(7, TDCALL_VM_RD, "vm-rd", "TDX ABI TDG.VM.RD") \
	X(8, TDCALL_VM_WR, "vm-wr", "TDX ABI TDG.VM.WR") \
	X(9, TDCALL_VP_RD, "vp-rd", "TDX ABI TDG.VP.RD") \
	X(10, TDCALL_VP_WR, "vp-wr", "TDX ABI TDG.VP.WR") \
	X(11, TDCALL_SYS_RD, "sys-rd", "TDX ABI TDG.SYS.RD") \
	X(12, TDCALL_SYS_RDALL, "sys-rdall", "TDX ABI TDG.SYS.RDALL") \
	X(18, TDCALL_SERVTD_RD, "servtd-rd", "TDX ABI TDG.SERVTD.RD") \
	X(20, TDCALL_SERVTD_WR, "servtd-wr", "TDX ABI TDG.SERVTD.WR") \
	X(22, TDCALL_VERIFYREPORT, "mr-verifyreport", "TDX ABI TDG.MR.VERIFYREPORT") \
	X(23, TDCALL_PAGE_ATTR_RD, "mem-page-attr-rd", "TDX ABI TDG.MEM.PAGE.ATTR.RD") \
	X(24, TDCALL_PAGE_ATTR_WR, "mem-page-attr-wr", "TDX ABI TDG.MEM.PAGE.ATTR.WR") \
	X(25, TDCALL_VP_ENTER, "vp-enter", "TDX ABI TDG.VP.ENTER") \
	X(26, TDCALL_INVEPT, "vp-invept", "TDX ABI TDG.VP.INVEPT") \
	X(27, TDCALL_INVVPID, "vp-invvpid", "TDX ABI TDG.VP.INVVPID")

enum cvmstat_code {
#define CVMSTAT_CODE_ENUM(code, ident, name, source) CVMSTAT_##ident = (code),
	CVMSTAT_SVM_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_GHCB_MSR_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_VE_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_TDVMCALL_CODES(CVMSTAT_CODE_ENUM)
	CVMSTAT_TDCALL_CODES(CVMSTAT_CODE_ENUM)
#undef CVMSTAT_CODE_ENUM
};

/* A second enum: these need unsigned int, and C enumerators above are int. */
enum cvmstat_nae {
#define CVMSTAT_CODE_ENUM(code, ident, name, source) CVMSTAT_##ident = (code),
	CVMSTAT_NAE_CODES(CVMSTAT_CODE_ENUM)
#undef CVMSTAT_CODE_ENUM
};

#endif /* _UAPI_LINUX_CVMSTAT_CODES_H */
