// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"

#include "module.h"
#include "nl.h"
#include "setting.h"

static int open_in(const char *dir, const char *name)
{
	char path[4096];

	if (!dir)
		return -1;
	snprintf(path, sizeof(path), "%s/%s.ko", dir, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int open_module(const char *name)
{
	int fd = open_in(getenv("CVMSTAT_MODULES"), name);

	if (fd < 0)
		fd = open_in(getenv("CVMSTAT_TEST_MODULES"), name);
	return fd < 0 ? open_in(".", name) : fd;
}

int module_load(const char *name, const char *params)
{
	int fd = open_module(name);
	int ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, params, 0) ? -errno : 0;
	close(fd);
	return ret;
}

int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

#define UNLOAD_TRIES	2000
#define UNLOAD_US	5000

int module_unload_busy(const char *name, void (*meanwhile)(unsigned int tries))
{
	unsigned int tries;
	int ret = -EBUSY;

	for (tries = 1; tries <= UNLOAD_TRIES; tries++) {
		ret = module_unload(name);
		if (ret != -EAGAIN && ret != -EBUSY)
			break;
		if (meanwhile)
			meanwhile(tries);
		usleep(UNLOAD_US);
	}
	return ret;
}

bool module_loaded(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	return !access(path, F_OK);
}

bool module_not_here(int ret)
{
	return ret == -ENOENT || ret == -EPERM || ret == -ENOSYS;
}

void module_need(void)
{
	int ret;

	if (module_loaded("cvmstat"))
		return;
	ret = module_load("cvmstat", "");
	if (ret == -ENODEV)
		ret = module_load("cvmstat", "force=1");
	if (module_not_here(ret))
		ksft_exit_skip("cvmstat.ko cannot be loaded: %s\n",
			       strerror(-ret));
	if (ret)
		ksft_exit_fail_msg("cvmstat.ko cannot be loaded: %s\n",
				   strerror(-ret));
}

int module_platform(void)
{
	struct nl_state state;
	struct nl nl;
	int ret;

	ret = nl_open(&nl);
	if (ret)
		return ret;
	ret = nl_state(&nl, &state);
	nl_close(&nl);
	return ret ?: (int)state.platform;
}

/* Linux 6.11 and later say which VMPL it is; those before know no other than 0. */
bool module_below_svsm(void)
{
	FILE *f = fopen("/sys/devices/system/cpu/sev/vmpl", "re");
	unsigned int vmpl = 0;

	if (!f)
		return false;
	if (fscanf(f, "%u", &vmpl) != 1)
		vmpl = 0;
	fclose(f);
	return vmpl;
}

int trigger(const char *name, unsigned int n, unsigned int cpu, __u64 arg)
{
	char text[80];

	snprintf(text, sizeof(text), "%s %u %u 0x%llx", name, n, cpu, arg);
	return setting_write(TRIGGER, text);
}

bool module_kernel_counts(void)
{
	return !access("/sys/kernel/debug/x86/cvm_exits", F_OK);
}

const char *const kmsg_trouble[] = {
	"WARNING:", "BUG:", "Oops", "general protection fault",
	"suspicious RCU usage", "possible circular locking", "INFO: task",
	"rcu: INFO:", "unreferenced object", NULL
};

const char *const kmsg_module[] = { "cvmstat:", NULL };

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static bool has_one(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

/* Linux has data races of its own, and a kernel with KCSAN finds them. */
static bool is_of_linux(const char *text)
{
	return strstr(text, "KCSAN: data-race") && !strstr(text, "cvm");
}

int kmsg_find(int fd, const char *const *words, char *line)
{
	char buf[8192];
	ssize_t got;
	int n = 0;

	/* EPIPE: some were overwritten, the next read goes on behind them. */
	while ((got = read(fd, buf, sizeof(buf) - 1)) > 0 ||
	       (got < 0 && errno == EPIPE)) {
		if (got < 0)
			continue;
		buf[got] = '\0';
		if (!has_one(buf, words) || is_of_linux(buf))
			continue;
		snprintf(line, 256, "%.*s", (int)strcspn(buf, "\n"), buf);
		n++;
	}
	return n;
}

bool kmsg_clean(int fd)
{
	char line[256] = "";
	int n = kmsg_find(fd, kmsg_trouble, line);

	if (n)
		ksft_print_msg("%d lines: %s\n", n, line);
	return !n;
}
