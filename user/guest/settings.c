// SPDX-License-Identifier: GPL-2.0
/*
 * Each setting is a row of a table: a key, a function or a path that it is
 * read by, and why it matters for exits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/cvmstat.h>

#include "base/format.h"
#include "guest/perf.h"
#include "guest/probe.h"
#include "guest/settings.h"

/* Slots of the bounce buffer (linux/swiotlb.h: IO_TLB_SHIFT). */
#define SLOT_BYTES 2048

#define CLOCK_DIR "/sys/devices/system/clocksource/clocksource0/"
#define IDLE_DIR "/sys/devices/system/cpu/cpuidle/"
#define HALTPOLL_DIR "/sys/module/haltpoll/parameters/"
#define HALTPOLL_GOV_DIR "/sys/module/cpuidle_haltpoll/parameters/"
#define SWIOTLB_DIR "/sys/kernel/debug/swiotlb/"

static bool word_in(const char *line, const char *word)
{
	size_t len = strlen(word);
	const char *at = line;

	while ((at = strstr(at, word))) {
		if ((at == line || at[-1] == ' ' || at[-1] == '\t') &&
		    (!at[len] || at[len] == ' ' || at[len] == '\n'))
			return true;
		at += len;
	}
	return false;
}

static bool cpu_flag(const char *flag, char *buf, size_t size)
{
	char *line = NULL;
	size_t cap = 0;
	bool found = false, has = false;
	FILE *f = sys_open("/proc/cpuinfo");

	if (!f)
		return false;
	while (!found && getline(&line, &cap, f) > 0) {
		found = !strncmp(line, "flags", 5);
		has = found && word_in(line, flag);
	}
	free(line);
	fclose(f);
	if (found)
		snprintf(buf, size, "%s", has ? "yes" : "no");
	return found;
}

static bool get_tsc_deadline(char *buf, size_t size)
{
	return cpu_flag("tsc_deadline_timer", buf, size);
}

static bool get_x2apic(char *buf, size_t size)
{
	return cpu_flag("x2apic", buf, size);
}

static bool get_mwait(char *buf, size_t size)
{
	return cpu_flag("monitor", buf, size);
}

static bool get_realtime_hint(char *buf, size_t size)
{
	if (probe_hypervisor() != HYPERVISOR_KVM)
		return false;
	snprintf(buf, size, "%s", probe_realtime_hint() ? "yes" : "no");
	return true;
}

/*
 * What spares exits, or makes other ones of them, of KVM_CPUID_FEATURES: linux/
 * arch/x86/include/uapi/asm/kvm_para.h.
 */
static const struct {
	u32 bit;
	const char *name;
} kvm_features[] = {
	{ 3, "clock" }, { 5, "steal-time" }, { 6, "pv-eoi" }, { 7, "pv-unhalt" },
	{ 9, "pv-tlb-flush" }, { 11, "pv-ipi" }, { 12, "poll-control" }, { 13, "pv-yield" },
	{ 16, "map-gpa-range" },
};

static bool get_kvm_features(char *buf, size_t size)
{
	size_t i, len = 0;
	u32 features;

	if (!probe_kvm_features(&features))
		return false;
	snprintf(buf, size, "none");
	for (i = 0; i < ARRAY_SIZE(kvm_features); i++)
		if (features & BIT(kvm_features[i].bit))
			len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? " " : "",
						kvm_features[i].name);
	return true;
}

static bool get_clocksource(char *buf, size_t size)
{
	return sys_line(buf, size, CLOCK_DIR "current_clocksource");
}

static bool get_idle_driver(char *buf, size_t size)
{
	return sys_line(buf, size, IDLE_DIR "current_driver");
}

static bool get_idle_governor(char *buf, size_t size)
{
	return sys_line(buf, size, IDLE_DIR "current_governor") ||
	       sys_line(buf, size, IDLE_DIR "current_governor_ro");
}

/* One option of the kernel's command line, or "default". */
static bool boot_option(const char *option, char *buf, size_t size)
{
	char line[4096], *rest = line, *word;
	size_t len = strlen(option);

	if (!sys_line(line, sizeof(line), "/proc/cmdline"))
		return false;
	snprintf(buf, size, "default");
	while ((word = strsep(&rest, " ")))
		if (!strncmp(word, option, len))
			snprintf(buf, size, "%s", word + len);
	return true;
}

static bool get_idle_option(char *buf, size_t size)
{
	return boot_option("idle=", buf, size);
}

static bool get_swiotlb_option(char *buf, size_t size)
{
	return boot_option("swiotlb=", buf, size);
}

/* As the module has it; of the last settings_read(). */
static u32 platform;

/*
 * Who is confidential bounces all (linux/arch/x86/kernel/pci-dma.c); swiotlb=
 * has slots, areas and a mode, in this order and each of them by choice.
 */
static bool get_swiotlb_mode(char *buf, size_t size)
{
	char option[256];
	bool known = get_swiotlb_option(option, sizeof(option));

	if (known && strstr(option, "noforce"))
		snprintf(buf, size, "off (swiotlb=noforce)");
	else if (platform != CVMSTAT_PLATFORM_NONE &&
		 platform <= CVMSTAT_PLATFORM_TDX_PARAVISOR)
		snprintf(buf, size, "all DMA");
	else if (known && strstr(option, "force"))
		snprintf(buf, size, "all DMA (swiotlb=force)");
	else if (known && platform == CVMSTAT_PLATFORM_NONE)
		snprintf(buf, size, "where a device needs it");
	else
		return false;
	return true;
}

static bool slots(const char *name, u64 *bytes)
{
	u64 n;

	if (!sys_u64(&n, SWIOTLB_DIR "%s", name))
		return false;
	*bytes = n * SLOT_BYTES;
	return true;
}

/* The most that was in use at once since boot. */
bool settings_bounce_peak(u64 *bytes)
{
	return slots("io_tlb_used_hiwater", bytes);
}

static bool get_swiotlb_size(char *buf, size_t size)
{
	char total_text[32], used_text[32];
	u64 total, used = 0;

	if (!slots("io_tlb_nslabs", &total))
		return false;
	slots("io_tlb_used", &used);
	snprintf(buf, size, "%s (%s used)", bytes_text(total, total_text, sizeof(total_text)),
		 bytes_text(used, used_text, sizeof(used_text)));
	return true;
}

static bool get_swiotlb_peak(char *buf, size_t size)
{
	char text[32];
	u64 total, peak;

	if (!settings_bounce_peak(&peak) || !slots("io_tlb_nslabs", &total))
		return false;
	snprintf(buf, size, "%s%s", bytes_text(peak, text, sizeof(text)),
		 peak >= total ? ": it was full" : "");
	return true;
}

static bool get_vpmu(char *buf, size_t size)
{
	int error;
	bool has = perf_probe(&error);

	if (!has && (error == EACCES || error == EPERM))
		return false;
	snprintf(buf, size, "%s", has ? "yes" : "no");
	return true;
}

static const struct {
	const char *key;
	bool (*get)(char *buf, size_t size);
	const char *why;
} settings[] = {
	{ "tsc_deadline", get_tsc_deadline,
	  "without it a timer needs the APIC's initial count: more exits for each" },
	{ "x2apic", get_x2apic,
	  "without it APIC accesses are MMIO, which has to be decoded, not MSRs" },
	{ "clocksource", get_clocksource,
	  "tsc and kvm-clock are read without an exit; acpi_pm and hpet are not" },
	{ "idle_driver", get_idle_driver, "haltpoll polls before it halts" },
	{ "idle_governor", get_idle_governor, "decides between polling and halting" },
	{ "idle_option", get_idle_option, "idle=poll never exits to idle, and burns the CPU" },
	{ "mwait", get_mwait, "with it idle may sleep without HLT, and without an exit" },
	{ "kvm_hints_realtime", get_realtime_hint,
	  "with it the CPUs are this guest's own, and HLT need not exit" },
	{ "kvm_features", get_kvm_features,
	  "what KVM offers: pv-ipi is one exit for all CPUs of a call, pv-eoi often none" },
	{ "swiotlb_size", get_swiotlb_size, "bounce buffer for all device data" },
	{ "swiotlb_peak", get_swiotlb_peak,
	  "the most in use at once since boot: a mapping that finds it full fails" },
	{ "swiotlb_mode", get_swiotlb_mode, "what is copied through it" },
	{ "swiotlb_option", get_swiotlb_option, "swiotlb=slots,areas,force" },
	{ "vpmu", get_vpmu, "hardware counters beside the exits" },
};

/* Of modules that are there, by the names that their parameters have in modprobe.d. */
static const struct {
	const char *key;
	const char *path;
	const char *why;
} parameters[] = {
	{ "guest_halt_poll_ns", HALTPOLL_DIR "guest_halt_poll_ns",
	  "an idle CPU polls so long before it halts, at most (governor haltpoll)" },
	{ "guest_halt_poll_grow_start", HALTPOLL_DIR "guest_halt_poll_grow_start",
	  "and so long at first" },
	{ "guest_halt_poll_grow", HALTPOLL_DIR "guest_halt_poll_grow",
	  "so many times as long after a poll that was too short" },
	{ "guest_halt_poll_shrink", HALTPOLL_DIR "guest_halt_poll_shrink",
	  "and divided by so many after one in vain" },
	{ "guest_halt_poll_allow_shrink", HALTPOLL_DIR "guest_halt_poll_allow_shrink",
	  "if that is allowed" },
	{ "cpuidle_haltpoll.force", HALTPOLL_GOV_DIR "force",
	  "the driver haltpoll even where KVM does not ask for it" },
};

static void add(struct setting_vec *all, const char *key, const char *value, const char *why)
{
	*setting_push(all) = (struct setting){ key, value ? xstrdup(value) : NULL, why };
}

/**
 * settings_read - read them all
 * @all: filled, to be freed with settings_free()
 * @of: platform, as the module has it
 */
void settings_read(struct setting_vec *all, u32 of)
{
	char value[512];
	size_t i;

	platform = of;
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		add(all, settings[i].key,
		    settings[i].get(value, sizeof(value)) ? value : NULL, settings[i].why);
	for (i = 0; i < ARRAY_SIZE(parameters); i++)
		if (sys_line(value, sizeof(value), "%s", parameters[i].path))
			add(all, parameters[i].key, value, parameters[i].why);
}

void settings_free(struct setting_vec *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		free(all->v[i].value);
	free(all->v);
	*all = (struct setting_vec){ 0 };
}
