// SPDX-License-Identifier: GPL-2.0
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <elfutils/libdwelf.h>

#include "guest/about.h"
#include "guest/probe.h"

/* The value of "key<colon or =>value" in a file, without quotes. */
static bool value_in(const char *path, const char *key, char *buf, size_t size)
{
	char *line = NULL, *at;
	size_t cap = 0, len = strlen(key);
	bool found = false;
	FILE *f = sys_open("%s", path);

	while (f && !found && getline(&line, &cap, f) > 0) {
		at = line + len;
		if (strncmp(line, key, len) || !strchr(" \t:=", *at))
			continue;
		at += strspn(at, " \t:=\"");
		snprintf(buf, size, "%.*s", (int)strcspn(at, "\"\n"), at);
		found = true;
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

static bool get_cpu_model(char *buf, size_t size)
{
	return value_in("/proc/cpuinfo", "model name", buf, size);
}

static bool get_microcode(char *buf, size_t size)
{
	return value_in("/proc/cpuinfo", "microcode", buf, size);
}

static bool get_memory(char *buf, size_t size)
{
	return value_in("/proc/meminfo", "MemTotal", buf, size);
}

static bool get_os(char *buf, size_t size)
{
	return value_in("/etc/os-release", "PRETTY_NAME", buf, size);
}

static bool get_command_line(char *buf, size_t size)
{
	return sys_line(buf, size, "/proc/cmdline");
}

static bool get_host_name(char *buf, size_t size)
{
	return sys_line(buf, size, "/proc/sys/kernel/hostname");
}

static bool get_kernel_build(char *buf, size_t size)
{
	return sys_line(buf, size, "/proc/sys/kernel/version");
}

/* Where distributions leave the configuration of a kernel. */
static bool get_hz(char *buf, size_t size)
{
	struct utsname name;
	char path[128];

	uname(&name);
	snprintf(path, sizeof(path), "/boot/config-%s", name.release);
	if (value_in(path, "CONFIG_HZ", buf, size))
		return true;
	snprintf(path, sizeof(path), "/usr/lib/modules/%s/config", name.release);
	return value_in(path, "CONFIG_HZ", buf, size);
}

static bool get_emulator(char *buf, size_t size)
{
	return probe_emulator(buf, size);
}

static const struct about {
	const char *key;
	bool (*get)(char *buf, size_t size);
	const char *why;
	bool private;
} abouts[] = {
	{ "cpu_model", get_cpu_model, "what computes", false },
	{ "microcode", get_microcode, "its version", false },
	{ "emulator", get_emulator, "times are the emulator's", false },
	{ "memory", get_memory, "of the guest", false },
	{ "hz", get_hz, "ticks a second of a CPU that is not idle", false },
	{ "os", get_os, "distribution", false },
	{ "kernel_build", get_kernel_build, "of the release", false },
	{ "kernel_command_line", get_command_line, "all of it", true },
	{ "host_name", get_host_name, "of the guest", true },
	{ "program", NULL, "that was run", true },
	{ "program_build_id", NULL, "its version to the bit", false },
};

static void add(struct setting_vec *all, const char *key, const char *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(abouts); i++)
		if (streq(abouts[i].key, key))
			*setting_push(all) = (struct setting){ abouts[i].key, xstrdup(value),
							       abouts[i].why };
}

/* What is known of it is added to the settings. */
void about_read(struct setting_vec *all)
{
	char value[4096];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(abouts); i++)
		if (abouts[i].get && abouts[i].get(value, sizeof(value)))
			add(all, abouts[i].key, value);
}

/* As execvp(3) finds it. */
static char *find_program(const char *name)
{
	char *folders, *rest, *folder, *path = NULL;

	if (strchr(name, '/'))
		return realpath(name, NULL);
	folders = xstrdup(getenv("PATH") ?: "/bin:/usr/bin");
	for (rest = folders; !path && (folder = strsep(&rest, ":"));) {
		char *at = xasprintf("%s/%s", *folder ? folder : ".", name);

		if (!access(at, X_OK))
			path = realpath(at, NULL);
		free(at);
	}
	free(folders);
	return path;
}

static void add_build_id(struct setting_vec *all, Elf *elf)
{
	const void *id;
	char text[128];
	ssize_t i, n = dwelf_elf_gnu_build_id(elf, &id);

	if (n <= 0 || (size_t)n * 2 >= sizeof(text))
		return;
	for (i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", ((const u8 *)id)[i]);
	add(all, "program_build_id", text);
}

/* Which program, and which build of it: that runs of the same compare. */
void about_program(struct setting_vec *all, const char *name)
{
	char *path = find_program(name);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	Elf *elf;

	if (path)
		add(all, "program", path);
	free(path);
	if (fd < 0)
		return;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		add_build_id(all, elf);
	elf_end(elf);
	close(fd);
}

/* What tells about the people who run it, and is given out on request only. */
bool about_is_private(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(abouts); i++)
		if (streq(abouts[i].key, key))
			return abouts[i].private;
	return false;
}

/* Of this boot of this kernel. */
void about_boot_id(char *buf, size_t size)
{
	if (!sys_line(buf, size, "/proc/sys/kernel/random/boot_id"))
		snprintf(buf, size, "unknown");
}
