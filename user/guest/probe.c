// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU says it: CPUID 0x21 has the name of a TD (GHCI, 2.4.1 of the TDX
 * module base specification), CPUID 0x8000001f the SEV features (APM vol. 3,
 * E.4.17), and SEV_STATUS (MSR 0xc0010131), or else the kernel's log, which of
 * them are active.
 */
#include <cpuid.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "guest/probe.h"

#define MSR_SEV_STATUS 0xc0010131

/* syslog(2) */
#define SYSLOG_ACTION_READ_ALL 3
#define SYSLOG_ACTION_SIZE_BUFFER 10

static bool is_tdx(void)
{
	unsigned int eax, sig[3];

	if (__get_cpuid_max(0, NULL) < 0x21)
		return false;
	__cpuid_count(0x21, 0, eax, sig[0], sig[2], sig[1]);
	return !memcmp(sig, "IntelTDX    ", 12);
}

static bool hypervisor(char *vendor)
{
	unsigned int eax, ebx, ecx, edx;

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & BIT(31)))
		return false;
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(vendor, &ebx, 4);
	memcpy(vendor + 4, &ecx, 4);
	memcpy(vendor + 8, &edx, 4);
	vendor[12] = '\0';
	return true;
}

/* Where KVM's leaves are: behind Hyper-V's, if it has those as well. */
#define HYPERVISOR_LEAVES 0x40000000
#define LEAVES_STEP 0x100

static bool kvm_leaves(u32 *base)
{
	unsigned int eax, sig[3];

	for (*base = HYPERVISOR_LEAVES; *base <= HYPERVISOR_LEAVES + LEAVES_STEP;
	     *base += LEAVES_STEP) {
		__cpuid(*base, eax, sig[0], sig[1], sig[2]);
		if (!memcmp(sig, "KVMKVMKVM\0\0", 12) && (!eax || eax > *base))
			return true;
	}
	return false;
}

/**
 * probe_hypervisor - whose hypercalls the kernel makes here
 *
 * Each CPUID leaf of the hypervisor's is an exit.
 */
enum hypervisor probe_hypervisor(void)
{
	char vendor[13];
	u32 base;

	if (!hypervisor(vendor))
		return HYPERVISOR_UNKNOWN;
	if (streq(vendor, "Microsoft Hv") && !kvm_leaves(&base))
		return HYPERVISOR_HYPERV;
	return kvm_leaves(&base) ? HYPERVISOR_KVM : HYPERVISOR_UNKNOWN;
}

/* linux/arch/x86/include/uapi/asm/kvm_para.h: KVM_CPUID_FEATURES, KVM_HINTS_REALTIME */
#define KVM_FEATURES 1
#define HINT_REALTIME BIT(0)

/* Bits of KVM's features and of its hints; false: no KVM. */
static bool kvm_offer(u32 *features, u32 *hints)
{
	unsigned int ebx, ecx;
	char vendor[13];
	u32 base;

	if (!hypervisor(vendor) || !kvm_leaves(&base))
		return false;
	__cpuid(base | KVM_FEATURES, *features, ebx, ecx, *hints);
	return true;
}

/* What KVM offers a guest, by bits of KVM_CPUID_FEATURES; false: it is none of KVM's. */
bool probe_kvm_features(u32 *features)
{
	u32 hints;

	return kvm_offer(features, &hints);
}

/*
 * KVM says that each virtual CPU has a physical one: HLT need not exit then. Each
 * CPUID leaf of the hypervisor's is an exit.
 */
bool probe_realtime_hint(void)
{
	u32 features, hints;

	return kvm_offer(&features, &hints) && hints & HINT_REALTIME;
}

static bool sev_status(u64 *status)
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = pread(fd, status, sizeof(*status), MSR_SEV_STATUS) == sizeof(*status);
	close(fd);
	return ok;
}

#define LOG_LINE "Memory Encryption Features active: "

/* As syslog(2) gives it, "<LEVEL>[TIME] text" on each line, to be freed; NULL without the right. */
static char *read_log(void)
{
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0);
	char *log;

	if (size <= 0)
		return NULL;
	log = xcalloc(1, (size_t)size + 1);
	if (klogctl(SYSLOG_ACTION_READ_ALL, log, size) > 0)
		return log;
	free(log);
	return NULL;
}

/* What Linux said at boot, if the log still has it and we may read it. */
static const char *log_name(void)
{
	static const char *const prefix = "a guest with ";
	char *log = read_log(), *at;
	static char name[64];

	at = log ? strstr(log, LOG_LINE) : NULL;
	if (at) {
		at += strlen(LOG_LINE);
		snprintf(name, sizeof(name), "%s%.*s", prefix, (int)strcspn(at, "\n"), at);
	}
	free(log);
	return at ? name : NULL;
}

#define MODULE_LINE "] cvmstat: "

/**
 * probe_refusal - why the module could not be loaded the last time
 * @buf: the log's last line of it
 *
 * Return: false if that is no error, or there is none.
 */
bool probe_refusal(char *buf, size_t size)
{
	char *log = read_log(), *rest = log, *line, *text;
	bool error = false;

	while ((line = strsep(&rest, "\n"))) {
		text = strstr(line, MODULE_LINE);
		if (!text)
			continue;
		error = line[0] == '<' && line[1] <= '3';
		snprintf(buf, size, "%s", text + strlen(MODULE_LINE));
	}
	free(log);
	return error;
}

/* Hyper-V, TLFS "Feature and interface discovery", and its isolation. */
#define HYPERV_FEATURES		0x40000003
#define HYPERV_ISOLATED		BIT(22)		/* EBX */
#define HYPERV_ISOLATION	0x4000000c
#define HYPERV_PARAVISOR	BIT(0)		/* EAX */
#define HYPERV_TYPE(ebx)	((ebx) & 0xf)

/* What Hyper-V isolates behind a paravisor, as its own leaves say. */
static u32 paravisor_platform(void)
{
	static const u32 platforms[] = {
		[2] = CVMSTAT_PLATFORM_SNP_PARAVISOR,
		[3] = CVMSTAT_PLATFORM_TDX_PARAVISOR,
	};
	unsigned int eax, ebx, ecx, edx;

	if (probe_hypervisor() != HYPERVISOR_HYPERV)
		return CVMSTAT_PLATFORM_NONE;
	__cpuid(HYPERV_FEATURES, eax, ebx, ecx, edx);
	if (!(ebx & HYPERV_ISOLATED))
		return CVMSTAT_PLATFORM_NONE;
	__cpuid(HYPERV_ISOLATION, eax, ebx, ecx, edx);
	return eax & HYPERV_PARAVISOR && HYPERV_TYPE(ebx) < ARRAY_SIZE(platforms) ?
	       platforms[HYPERV_TYPE(ebx)] : CVMSTAT_PLATFORM_NONE;
}

static u32 platform_of_status(u64 status)
{
	if (status & BIT(2))
		return CVMSTAT_PLATFORM_SNP;
	if (status & BIT(1))
		return CVMSTAT_PLATFORM_SEV_ES;
	return status & BIT(0) ? CVMSTAT_PLATFORM_SEV : CVMSTAT_PLATFORM_NONE;
}

static bool platform_of_log(const char *log, u32 *platform)
{
	if (!log || !strstr(log, "SEV"))
		return false;
	*platform = strstr(log, "SEV-SNP") ? CVMSTAT_PLATFORM_SNP :
		    strstr(log, "SEV-ES") ? CVMSTAT_PLATFORM_SEV_ES : CVMSTAT_PLATFORM_SEV;
	return true;
}

/*
 * @log: what the log says where that is all there is to know of SEV, or NULL.
 * Returns false if nothing tells which it is.
 */
static bool find_platform(u32 *platform, const char **log)
{
	unsigned int eax, ebx, ecx, edx;
	u64 status;

	*log = NULL;
	*platform = is_tdx() ? CVMSTAT_PLATFORM_TDX : paravisor_platform();
	if (*platform != CVMSTAT_PLATFORM_NONE ||
	    !__get_cpuid(0x8000001f, &eax, &ebx, &ecx, &edx) || !(eax & BIT(1)))
		return true;
	if (!sev_status(&status)) {
		*log = log_name();
		return platform_of_log(*log, platform);
	}
	*platform = platform_of_status(status);
	return true;
}

static void brand(char *buf)
{
	unsigned int regs[12], i;

	memset(regs, 0, sizeof(regs));
	for (i = 0; i < 3; i++)
		__get_cpuid(0x80000002 + i, &regs[4 * i], &regs[4 * i + 1], &regs[4 * i + 2],
			    &regs[4 * i + 3]);
	memcpy(buf, regs, sizeof(regs));
	buf[sizeof(regs)] = '\0';
}

/**
 * probe_emulator - name the program that emulates this CPU, as far as it says so
 *
 * QEMU without acceleration signs the hypervisor's leaf, if the guest is not
 * given another one, and the brand of the CPUs that it invented itself; cvmbed
 * has TCG in the brand as well.
 *
 * Return: false for a real CPU, or an emulator that hides.
 */
bool probe_emulator(char *buf, size_t size)
{
	char vendor[13], name[49], *end;

	brand(name);
	if (hypervisor(vendor) && !strncmp(vendor, "TCGTCGTCGTCG", 12)) {
		snprintf(buf, size, "QEMU TCG");
		return true;
	}
	if (!strstr(name, "TCG"))
		return false;
	for (end = name + strlen(name); end > name && end[-1] == ' '; end--)
		end[-1] = '\0';
	snprintf(buf, size, "%s", name);
	return true;
}

/* Others see the first 64 bytes of PCI configuration space, which name no registers. */
bool probe_reads_configuration(void)
{
	return !geteuid();
}

/**
 * probe_platform - name what this machine is, for a message
 *
 * Return: whether it may be a guest that the module counts in.
 */
bool probe_platform(char *buf, size_t size)
{
	static const char *const names[] = {
		[CVMSTAT_PLATFORM_SEV_ES] = "an AMD SEV-ES guest",
		[CVMSTAT_PLATFORM_SNP] = "an AMD SEV-SNP guest",
		[CVMSTAT_PLATFORM_TDX] = "an Intel TDX guest",
		[CVMSTAT_PLATFORM_SEV] = "a plain AMD SEV guest, which raises no #VC",
		[CVMSTAT_PLATFORM_SNP_PARAVISOR] =
			"an AMD SEV-SNP guest behind Hyper-V's paravisor",
		[CVMSTAT_PLATFORM_TDX_PARAVISOR] =
			"an Intel TDX guest behind Hyper-V's paravisor",
	};
	const char *log;
	char vendor[13];
	u32 platform;
	bool known;

	if (!hypervisor(vendor)) {
		snprintf(buf, size, "not a VM");
		return false;
	}
	known = find_platform(&platform, &log);
	if (log || !known) {
		snprintf(buf, size, "%s", log ?: "an AMD VM with SEV");
		return true;
	}
	if (platform == CVMSTAT_PLATFORM_NONE) {
		snprintf(buf, size, "a VM of %s, not a confidential guest",
			 vendor[0] ? vendor : "an unnamed hypervisor");
		return false;
	}
	snprintf(buf, size, "%s", names[platform]);
	return platform != CVMSTAT_PLATFORM_SEV;
}

/**
 * probe_kind - what the module would find this machine to be
 * @platform: enum cvmstat_platform
 *
 * Return: false if that cannot be told: of SEV the MSR and the log say it, and
 * both may be root's.
 */
bool probe_kind(u32 *platform)
{
	const char *log;
	char vendor[13];

	if (hypervisor(vendor))
		return find_platform(platform, &log);
	*platform = CVMSTAT_PLATFORM_NONE;
	return true;
}
