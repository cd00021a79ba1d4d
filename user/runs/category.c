// SPDX-License-Identifier: GPL-2.0
/*
 * Categories are derived when they are asked for, not when a run is recorded:
 * what is learnt later about settings holds for old runs, too.
 */
#include "runs/category.h"

static const char *setting(const struct run *r, const char *key)
{
	return run_value(&r->settings, key);
}

static const char *get_platform(const struct run *r, char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return r->platform;
}

static const char *get_hardware(const struct run *r, char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return setting(r, "emulator") ? "emulated" : "real";
}

/* All that is DMA is copied where memory is encrypted, or where that is forced. */
static const char *get_bounce(const struct run *r, char *buf, size_t size)
{
	const char *mode = setting(r, "swiotlb_mode");

	(void)buf;
	(void)size;
	if (!mode)
		return NULL;
	return strstr(mode, "all") ? "all" : !strncmp(mode, "off", 3) ? "off" : "some";
}

static bool polls_first(const struct run *r)
{
	const char *driver = setting(r, "idle_driver"), *governor = setting(r, "idle_governor");
	const char *most = setting(r, "guest_halt_poll_ns");

	return driver && streq(driver, "haltpoll") && governor && streq(governor, "haltpoll") &&
	       !(most && streq(most, "0"));
}

/* What a CPU does that has nothing to do. */
static const char *get_idle(const struct run *r, char *buf, size_t size)
{
	const char *option = setting(r, "idle_option");

	(void)buf;
	(void)size;
	if (option && streq(option, "poll"))
		return "poll";
	if (polls_first(r))
		return "haltpoll";
	return option ? "halt" : NULL;
}

/* Of the governor haltpoll: the longest poll, and how that changes. */
static const char *get_halt_poll(const struct run *r, char *buf, size_t size)
{
	static const char *const keys[] = {
		"guest_halt_poll_ns", "guest_halt_poll_grow", "guest_halt_poll_shrink",
		"guest_halt_poll_grow_start",
	};
	size_t i, at = 0;

	if (!polls_first(r))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(keys) && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? "/" : "",
				       setting(r, keys[i]) ?: "?");
	return buf;
}

#define FROM_SETTING(key)							\
static const char *get_##key(const struct run *r, char *buf, size_t size)	\
{										\
	(void)buf;								\
	(void)size;								\
	return setting(r, #key);						\
}

FROM_SETTING(tsc_deadline)
FROM_SETTING(x2apic)
FROM_SETTING(clocksource)
FROM_SETTING(hz)

static const char *get_kernel(const struct run *r, char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return r->kernel;
}

static const char *get_cpus(const struct run *r, char *buf, size_t size)
{
	snprintf(buf, size, "%u", r->cpus);
	return buf;
}

const struct category categories[] = {
	{ "platform", true, get_platform },
	{ "hardware", true, get_hardware },
	{ "kernel", true, get_kernel },
	{ "cpus", true, get_cpus },
	{ "idle", true, get_idle },
	{ "halt_poll", false, get_halt_poll },
	{ "bounce", true, get_bounce },
	{ "tsc_deadline", true, get_tsc_deadline },
	{ "x2apic", true, get_x2apic },
	{ "clocksource", false, get_clocksource },
	{ "hz", true, get_hz },
};

const size_t category_count = ARRAY_SIZE(categories);

const struct category *category_find(const char *key)
{
	size_t i;

	for (i = 0; i < category_count; i++)
		if (streq(categories[i].key, key))
			return &categories[i];
	return NULL;
}

/* NULL if there is no such category, or its value is not known. */
const char *category_value(const struct run *r, const char *key, char *buf, size_t size)
{
	const struct category *c = category_find(key);

	return c ? c->get(r, buf, size) : NULL;
}
