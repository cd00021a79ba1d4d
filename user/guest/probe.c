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

enum { ISOLATED_SNP = 2, ISOLATED_TDX = 3 };

/* How Hyper-V isolates a guest behind a paravisor, as its own leaves say; else 0. */
static unsigned int paravisor_type(void)
{
	unsigned int eax, ebx, ecx, edx;

	if (probe_hypervisor() != HYPERVISOR_HYPERV)
		return 0;
	__cpuid(HYPERV_FEATURES, eax, ebx, ecx, edx);
	if (!(ebx & HYPERV_ISOLATED))
		return 0;
	__cpuid(HYPERV_ISOLATION, eax, ebx, ecx, edx);
	return eax & HYPERV_PARAVISOR ? HYPERV_TYPE(ebx) : 0;
}

static const char *paravisor_name(void)
{
	static const char *const names[] = {
		[ISOLATED_SNP] = "an AMD SEV-SNP guest behind Hyper-V's paravisor",
		[ISOLATED_TDX] = "an Intel TDX guest behind Hyper-V's paravisor",
	};
	unsigned int type = paravisor_type();

	return type < ARRAY_SIZE(names) ? names[type] : NULL;
}

static bool has_sev(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(0x8000001f, &eax, &ebx, &ecx, &edx) && eax & BIT(1);
}

/* @counts: it raises #VC, which a plain SEV guest does not. */
static const char *sev_name(bool *counts)
{
	u64 status;

	*counts = true;
	if (!has_sev())
		return NULL;
	if (!sev_status(&status))
		return log_name() ?: "an AMD VM with SEV";
	if (status & BIT(2))
		return "an AMD SEV-SNP guest";
	if (status & BIT(1))
		return "an AMD SEV-ES guest";
	*counts = false;
	return status & BIT(0) ? "a plain AMD SEV guest, which raises no #VC" : NULL;
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
	const char *name = is_tdx() ? "an Intel TDX guest" : NULL;
	bool counts = true;
	char vendor[13];

	if (!hypervisor(vendor)) {
		snprintf(buf, size, "not a VM");
		return false;
	}
	if (!name)
		name = paravisor_name();
	if (!name)
		name = sev_name(&counts);
	if (name)
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "a VM of %s, not a confidential guest",
			 vendor[0] ? vendor : "an unnamed hypervisor");
	return name && counts;
}

static bool sev_kind(u32 *platform)
{
	const char *name;
	u64 status;

	*platform = CVMSTAT_PLATFORM_NONE;
	if (!has_sev())
		return true;
	if (sev_status(&status)) {
		if (status & BIT(0))
			*platform = status & BIT(2) ? CVMSTAT_PLATFORM_SNP :
				    status & BIT(1) ? CVMSTAT_PLATFORM_SEV_ES :
				    CVMSTAT_PLATFORM_SEV;
		return true;
	}
	name = log_name();
	if (!name || !strstr(name, "SEV"))
		return false;
	*platform = strstr(name, "SEV-SNP") ? CVMSTAT_PLATFORM_SNP :
		    strstr(name, "SEV-ES") ? CVMSTAT_PLATFORM_SEV_ES : CVMSTAT_PLATFORM_SEV;
	return true;
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
	unsigned int type;
	char vendor[13];

	*platform = CVMSTAT_PLATFORM_NONE;
	if (!hypervisor(vendor))
		return true;
	type = paravisor_type();
	if (is_tdx())
		*platform = CVMSTAT_PLATFORM_TDX;
	else if (type == ISOLATED_SNP)
		*platform = CVMSTAT_PLATFORM_SNP_PARAVISOR;
	else if (type == ISOLATED_TDX)
		*platform = CVMSTAT_PLATFORM_TDX_PARAVISOR;
	else
		return sev_kind(platform);
	return true;
}
