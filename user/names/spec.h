/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit: names/gen_spec.py makes it of kmod/cvmstat.yaml (make regen). */
#ifndef CVMSTAT_NAMES_SPEC_H
#define CVMSTAT_NAMES_SPEC_H

#include <linux/cvmstat.h>

static const char *const spec_platform[] = {
	[CVMSTAT_PLATFORM_NONE] = "none",
	[CVMSTAT_PLATFORM_SEV_ES] = "sev-es",
	[CVMSTAT_PLATFORM_SNP] = "snp",
	[CVMSTAT_PLATFORM_TDX] = "tdx",
	[CVMSTAT_PLATFORM_SEV] = "sev",
	[CVMSTAT_PLATFORM_SNP_PARAVISOR] = "snp-paravisor",
	[CVMSTAT_PLATFORM_TDX_PARAVISOR] = "tdx-paravisor",
};

static const char *const spec_class[] = {
	[CVMSTAT_CLASS_VC] = "vc",
	[CVMSTAT_CLASS_VMGEXIT] = "vmgexit",
	[CVMSTAT_CLASS_GHCB_MSR] = "ghcb-msr",
	[CVMSTAT_CLASS_VE] = "ve",
	[CVMSTAT_CLASS_TDVMCALL] = "tdvmcall",
	[CVMSTAT_CLASS_TDCALL] = "tdcall",
	[CVMSTAT_CLASS_SVSM] = "svsm",
	[CVMSTAT_CLASS_AUTO] = "auto",
};

static const char *const spec_op[] = {
	[CVMSTAT_OP_NONE] = "none",
	[CVMSTAT_OP_READ] = "read",
	[CVMSTAT_OP_WRITE] = "write",
};

static const char *const spec_provenance[] = {
	[CVMSTAT_PROVENANCE_COUNTED] = "counted",
	[CVMSTAT_PROVENANCE_INFERRED] = "inferred",
	[CVMSTAT_PROVENANCE_ESTIMATED] = "estimated",
};

static const char *const spec_backend[] = {
	[CVMSTAT_BACKEND_NONE] = "none",
	[CVMSTAT_BACKEND_KPROBE] = "kprobe",
	[CVMSTAT_BACKEND_OPTPROBE] = "optprobe",
	[CVMSTAT_BACKEND_FTRACE] = "ftrace",
	[CVMSTAT_BACKEND_TRACEPOINT] = "tracepoint",
	[CVMSTAT_BACKEND_NMI] = "nmi",
	[CVMSTAT_BACKEND_PATCHED] = "patched",
	[CVMSTAT_BACKEND_CPUHP] = "cpuhp",
	[CVMSTAT_BACKEND_DIRECT] = "direct",
};

static const char *const spec_idle_exit[] = {
	[CVMSTAT_IDLE_EXIT_NONE] = "none",
	[CVMSTAT_IDLE_EXIT_MAYBE] = "maybe",
	[CVMSTAT_IDLE_EXIT_EACH] = "each",
	[CVMSTAT_IDLE_EXIT_UNKNOWN] = "unknown",
};

static const char *const spec_hints[] = {
	"realtime",
};

static const char *const spec_announcement[] = {
	[CVMSTAT_ANNOUNCEMENT_LOAD] = "load",
	[CVMSTAT_ANNOUNCEMENT_UNLOAD] = "unload",
	[CVMSTAT_ANNOUNCEMENT_CONFIG] = "config",
	[CVMSTAT_ANNOUNCEMENT_HOOK_LOST] = "hook-lost",
	[CVMSTAT_ANNOUNCEMENT_HOOK_ASIDE] = "hook-aside",
};

static const char *const spec_phase[] = {
	[CVMSTAT_PHASE_SETUP] = "setup",
	[CVMSTAT_PHASE_MEMORY] = "memory",
	[CVMSTAT_PHASE_SMP] = "smp",
	[CVMSTAT_PHASE_INITCALLS] = "initcalls",
};

static const char *const spec_page_op[] = {
	[CVMSTAT_PAGE_OP_ACCEPTED] = "accepted",
	[CVMSTAT_PAGE_OP_PRIVATE] = "private",
	[CVMSTAT_PAGE_OP_SHARED] = "shared",
};

#endif
