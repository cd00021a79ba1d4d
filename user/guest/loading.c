// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel says itself which modules it takes: kernel.modules_disabled
 * (sysctl), lockdown (kernel_lockdown(7)), module.sig_enforce
 * (Documentation/admin-guide/module-signing.rst). What is left, a module that
 * was tried, it said in the log.
 */
#include <stdlib.h>
#include <string.h>

#include "guest/loading.h"
#include "guest/probe.h"

#define RELEASE_BYTES 65

static bool no_more_modules(char *buf, size_t size)
{
	u64 off;

	if (!sys_u64(&off, "/proc/sys/kernel/modules_disabled") || !off)
		return false;
	snprintf(buf, size,
		 "this kernel takes no more modules until it is booted again (kernel.modules_disabled=1): EARLY in cvmstat(8) says how to load it before");
	return true;
}

/**
 * loading_locked_down - whether the kernel is locked down, and how
 * @why: a half sentence
 *
 * "none [integrity] confidentiality": the word in brackets is what holds.
 */
bool loading_locked_down(char *why, size_t size)
{
	char line[128], *level;

	if (!sys_line(line, sizeof(line), "/sys/kernel/security/lockdown"))
		return false;
	level = strchr(line, '[');
	if (!level++ || !strncmp(level, "none", 4))
		return false;
	snprintf(why, size, "it is locked down: %.*s", (int)strcspn(level, "]"), level);
	return true;
}

static bool signatures_enforced(char *why, size_t size)
{
	char line[8];

	if (!sys_line(line, sizeof(line), "/sys/module/module/parameters/sig_enforce") ||
	    line[0] != 'Y')
		return false;
	snprintf(why, size, "module.sig_enforce=1");
	return true;
}

static bool release(char *buf, size_t size)
{
	return sys_line(buf, size, "/proc/sys/kernel/osrelease");
}

/* What modprobe would load: a path below /lib/modules/RELEASE, as depmod(8) found it. */
static bool module_file(char *path, size_t size)
{
	char *line = NULL, *name, of[RELEASE_BYTES];
	bool found = false;
	size_t cap = 0;
	FILE *deps;

	deps = release(of, sizeof(of)) ? sys_open("/lib/modules/%s/modules.dep", of) : NULL;
	while (deps && !found && getline(&line, &cap, deps) > 0) {
		line[strcspn(line, ":")] = '\0';
		name = strrchr(line, '/');
		found = !strncmp(name ? name + 1 : line, "cvmstat.ko", 10);
		if (found)
			snprintf(path, size, "/lib/modules/%s/%s", of, line);
	}
	free(line);
	if (deps)
		fclose(deps);
	return found;
}

/* A signature is behind the module, and this behind the signature (linux/module_signature.h). */
#define SIGNED "~Module signature appended~\n"

/* Of a compressed file it cannot be said. */
static bool is_unsigned(const char *path)
{
	char end[sizeof(SIGNED)] = "";
	size_t len = strlen(path);
	FILE *f;

	if (len < 3 || !streq(path + len - 3, ".ko"))
		return false;
	f = sys_open("%s", path);
	if (!f)
		return false;
	if (!fseek(f, -(long)strlen(SIGNED), SEEK_END))
		len = fread(end, 1, strlen(SIGNED), f);
	fclose(f);
	return !streq(end, SIGNED);
}

static bool signature_needed(char *buf, size_t size)
{
	char why[64], path[512];

	if (!loading_locked_down(why, sizeof(why)) && !signatures_enforced(why, sizeof(why)))
		return false;
	if (module_file(path, sizeof(path)) && is_unsigned(path))
		snprintf(buf, size,
			 "%s is not signed, and this kernel takes only modules signed with a key that it has (%s): SIGNING in cvmstat(8) says how",
			 path, why);
	else
		snprintf(buf, size,
			 "this kernel takes only modules signed with a key that it has (%s): SIGNING in cvmstat(8) says how",
			 why);
	return true;
}

static bool refused(char *buf, size_t size)
{
	char said[256];

	if (!probe_refusal(said, sizeof(said)))
		return false;
	snprintf(buf, size, "when that was tried, the kernel's log said: %s", said);
	return true;
}

static bool not_installed(char *buf, size_t size)
{
	char path[512], of[RELEASE_BYTES];

	if (!release(of, sizeof(of)) || module_file(path, sizeof(path)))
		return false;
	snprintf(buf, size,
		 "there is none for Linux %s: install cvmstat-dkms and linux-headers-%s, or run make load in a checkout",
		 of, of);
	return true;
}

/* What no module gets past comes first. */
static bool (*const obstacles[])(char *buf, size_t size) = {
	no_more_modules, signature_needed, refused, not_installed,
};

/**
 * loading_advice - what keeps the module out, and what helps
 * @buf: a half sentence
 * @parameters: that the module needs here, each with a blank before it
 */
void loading_advice(char *buf, size_t size, const char *parameters)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(obstacles); i++)
		if (obstacles[i](buf, size))
			return;
	snprintf(buf, size, "load it with: modprobe cvmstat%s", parameters);
}
