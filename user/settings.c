// SPDX-License-Identifier: GPL-2.0
/*
 * Each setting is a row of a table: a key, a function that reads it, and why
 * it matters for exits.
 */
#include <stdlib.h>
#include <string.h>

#include "perf.h"
#include "settings.h"

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
static bool cmdline(const char *option, char *buf, size_t size)
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
	return cmdline("idle=", buf, size);
}

static bool get_swiotlb_option(char *buf, size_t size)
{
	return cmdline("swiotlb=", buf, size);
}

static bool get_haltpoll(char *buf, size_t size)
{
	static const char *const names[] = {
		"guest_halt_poll_ns", "guest_halt_poll_allow_shrink", "guest_halt_poll_grow",
		"guest_halt_poll_grow_start", "guest_halt_poll_shrink",
	};
	char value[64];
	size_t i, at = 0;

	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(names) && at < size; i++)
		if (sys_line(value, sizeof(value), HALTPOLL_DIR "%s", names[i]))
			at += (size_t)snprintf(buf + at, size - at, "%s%s=%s", at ? " " : "",
					       names[i] + strlen("guest_halt_poll_"), value);
	if (sys_line(value, sizeof(value), HALTPOLL_GOV_DIR "force") && at < size)
		at += (size_t)snprintf(buf + at, size - at, "%sforce=%s", at ? " " : "", value);
	return at;
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
	snprintf(buf, size, "%s, %s used", bytes_text(total, total_text, sizeof(total_text)),
		 bytes_text(used, used_text, sizeof(used_text)));
	return true;
}

static bool get_vpmu(char *buf, size_t size)
{
	int error;

	if (perf_probe(&error))
		snprintf(buf, size, "yes");
	else
		snprintf(buf, size, "no (%s)", strerror(error));
	return true;
}

static const struct {
	const char *key;
	bool (*get)(char *buf, size_t size);
	const char *why;
} settings[] = {
	{ "tsc_deadline", get_tsc_deadline,
	  "without it the timer needs the APIC's initial count: more exits for each timer" },
	{ "x2apic", get_x2apic,
	  "without it APIC accesses are MMIO, which has to be decoded, not MSRs" },
	{ "clocksource", get_clocksource,
	  "tsc and kvm-clock are read without an exit; acpi_pm and hpet are not" },
	{ "idle_driver", get_idle_driver, "haltpoll polls before it halts" },
	{ "idle_governor", get_idle_governor, "decides between polling and halting" },
	{ "idle_option", get_idle_option, "idle=poll never exits to idle, and burns the CPU" },
	{ "haltpoll", get_haltpoll, "how long an idle CPU polls before it halts" },
	{ "swiotlb_size", get_swiotlb_size, "bounce buffer for all device data" },
	{ "swiotlb_option", get_swiotlb_option, "swiotlb=any, force or a size" },
	{ "vpmu", get_vpmu, "hardware counters beside the exits" },
};

/* Rows of key, value and why; a value that cannot be read is none. */
void settings_collect(struct sheet *s)
{
	char value[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		put_string(s, settings[i].key);
		if (settings[i].get(value, sizeof(value)))
			put_string(s, value);
		else
			put_none(s);
		put_string(s, settings[i].why);
	}
}
