// SPDX-License-Identifier: GPL-2.0
/*
 * The first process of a cvmbed guest: it mounts what Linux programs expect,
 * loads the modules and brings up the network that this run asked for, runs
 * COMMAND on the console, reports its exit status by a mark, and powers off.
 *
 * A program and not a shell script: each fork() and execve() of a shell costs
 * a guest under emulation more than all of this.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <net/if.h>
#include <net/route.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "mark.h"

#define CONFIG_DIR	"/etc/cvmbed"
#define CONSOLE		"/dev/ttyS0"
#define SEARCH_PATH	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* QEMU's user networking gives the first guest these. */
#define GUEST_ADDRESS	"10.0.2.15"
#define GUEST_NETMASK	"255.255.255.0"
#define GUEST_GATEWAY	"10.0.2.2"

static const struct mount_point {
	const char *type;
	const char *target;
	const char *options;
} mounts[] = {
	{ "devtmpfs",	"/dev",			"mode=755" },
	{ "devpts",	"/dev/pts",		"gid=5,mode=620" },
	{ "tmpfs",	"/dev/shm",		"mode=1777" },
	{ "proc",	"/proc",		NULL },
	{ "sysfs",	"/sys",			NULL },
	{ "debugfs",	"/sys/kernel/debug",	NULL },
	{ "tracefs",	"/sys/kernel/tracing",	NULL },
	{ "securityfs",	"/sys/kernel/security",	NULL },
	{ "bpf",	"/sys/fs/bpf",		"mode=700" },
	{ "tmpfs",	"/tmp",			"mode=1777" },
	{ "tmpfs",	"/run",			"mode=755" },
	{ NULL,		NULL,			NULL },
};

static char *const environment[] = {
	"HOME=/root",
	"LANG=C.UTF-8",
	"PATH=" SEARCH_PATH,
	"SHELL=/bin/sh",
	"TERM=linux",
	"USER=root",
	NULL,
};

/* Closed again, or all that comes after would run with a mark's priority. */
static void report(const char *label)
{
	if (mark_open())
		return;
	mark_write(label);
	mark_close();
}

static void power_off(void)
{
	tcdrain(STDOUT_FILENO);
	sync();
	reboot(RB_POWER_OFF);
	/* The first process must not end: the kernel would panic. */
	for (;;)
		pause();
}

static noreturn void fail(const char *what)
{
	printf("cvmbed init: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	report("init-failed");
	power_off();
	abort();
}

static void mount_all(void)
{
	const struct mount_point *at;

	for (at = mounts; at->type; at++) {
		mkdir(at->target, 0755);
		/* A kernel need not have them all, nor their directories. */
		if (mount(at->type, at->target, at->type, 0, at->options) &&
		    errno != ENODEV && errno != ENOENT && errno != EBUSY)
			fail(at->target);
	}
}

/*
 * The console as standard input (if the person at the other end has a
 * terminal), output and error. Without ONLCR a line ends as a program wrote
 * it, and the host's terminal adds what it needs.
 */
static void open_console(int interactive)
{
	struct termios termios;
	int console, input;

	console = open(CONSOLE, O_RDWR | O_NOCTTY);
	if (console < 0)
		fail(CONSOLE);
	if (!tcgetattr(console, &termios)) {
		termios.c_oflag &= ~ONLCR;
		tcsetattr(console, TCSANOW, &termios);
	}
	input = interactive ? console : open("/dev/null", O_RDONLY);
	dup2(input, STDIN_FILENO);
	dup2(console, STDOUT_FILENO);
	dup2(console, STDERR_FILENO);
	if (input > STDERR_FILENO && input != console)
		close(input);
	if (console > STDERR_FILENO)
		close(console);
}

/* One path a line, in the order of their dependencies. */
static void load_modules(void)
{
	char path[512];
	FILE *list;
	int fd;

	list = fopen(CONFIG_DIR "/modules", "re");
	if (!list)
		return;
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fail(path);
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
			fail(path);
		close(fd);
	}
	fclose(list);
}

static void set_address(struct sockaddr *address, const char *text)
{
	struct sockaddr_in *in = (struct sockaddr_in *)address;

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = inet_addr(text);
}

static void interface_up(int fd, const char *name)
{
	struct ifreq ifr = { 0 };

	memcpy(ifr.ifr_name, name, strlen(name));
	if (ioctl(fd, SIOCGIFFLAGS, &ifr))
		fail(name);
	ifr.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		fail(name);
}

static void network_up(void)
{
	struct ifreq address = { .ifr_name = "eth0" };
	struct ifreq netmask = { .ifr_name = "eth0" };
	struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* A small kernel has no IPv4, and nobody asks for it there. */
	if (fd < 0 && errno == EAFNOSUPPORT && access(CONFIG_DIR "/net", F_OK))
		return;
	if (fd < 0)
		fail("socket");
	interface_up(fd, "lo");
	if (!access(CONFIG_DIR "/net", F_OK)) {
		set_address(&address.ifr_addr, GUEST_ADDRESS);
		set_address(&netmask.ifr_netmask, GUEST_NETMASK);
		if (ioctl(fd, SIOCSIFADDR, &address) ||
		    ioctl(fd, SIOCSIFNETMASK, &netmask))
			fail("eth0");
		interface_up(fd, "eth0");
		set_address(&route.rt_dst, "0.0.0.0");
		set_address(&route.rt_genmask, "0.0.0.0");
		set_address(&route.rt_gateway, GUEST_GATEWAY);
		if (ioctl(fd, SIOCADDRT, &route))
			fail("default route");
	}
	close(fd);
}

/* COMMAND's words, each ended by a NUL byte. */
static char **read_command(void)
{
	static char words[128 * 1024];
	static char *argv[1024];
	size_t size, at, n = 0;
	FILE *file;

	file = fopen(CONFIG_DIR "/argv", "re");
	if (!file)
		fail(CONFIG_DIR "/argv");
	size = fread(words, 1, sizeof(words) - 1, file);
	fclose(file);
	for (at = 0; at < size && n < 1023; at += strlen(words + at) + 1)
		argv[n++] = words + at;
	errno = EINVAL;
	if (!n)
		fail("COMMAND");
	return argv;
}

/*
 * The session is init's own: when the leader of a session ends, its terminal is
 * hung up, and what the terminal has not sent yet is lost.
 */
static void own_console(void)
{
	/* Only COMMAND is in the foreground, and init writes nevertheless. */
	signal(SIGTTOU, SIG_IGN);
	setsid();
	ioctl(STDOUT_FILENO, TIOCSCTTY, 1);
}

static noreturn void become_command(char **argv)
{
	int status;

	setpgid(0, 0);
	tcsetpgrp(STDOUT_FILENO, getpid());
	signal(SIGTTOU, SIG_DFL);
	if (chdir("/root"))
		fail("/root");
	execvpe(argv[0], argv, environment);
	status = errno == ENOENT ? 127 : 126;
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(status);
}

static int run_command(void)
{
	char **argv = read_command();
	pid_t child, ended;
	int status;

	child = fork();
	if (child < 0)
		fail("fork");
	if (!child)
		become_command(argv);
	do {
		ended = wait(&status);
	} while (ended != child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

int main(void)
{
	int interactive = !access(CONFIG_DIR "/interactive", F_OK);
	char label[MARK_LABEL_MAX + 1];

	/* execvpe() searches the caller's PATH, not the new environment's. */
	setenv("PATH", SEARCH_PATH, 1);
	mount_all();
	open_console(interactive);
	own_console();
	load_modules();
	network_up();
	/* Faults on request begin with the first mark: a boot has none. */
	report("command");
	snprintf(label, sizeof(label), "status:%d", run_command());
	report(label);
	power_off();
	return 1;
}
