// SPDX-License-Identifier: GPL-2.0
/*
 * The child waits behind a pipe until the first snapshot is taken, so that
 * its exec is the first thing in the window. It keeps the terminal, its own
 * signals and its exit status.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest/workload.h"

static const int watched[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD };

static void watch_set(sigset_t *set)
{
	size_t i;

	sigemptyset(set);
	for (i = 0; i < ARRAY_SIZE(watched); i++)
		sigaddset(set, watched[i]);
}

/* What this process was started with, and the command is to have. */
static sigset_t original_mask;
static void (*original_pipe)(int) = SIG_DFL;

/**
 * workload_init - ignore SIGPIPE, but not for the command
 *
 * A closed pipe is reported as any other output that failed.
 */
void workload_init(void)
{
	original_pipe = signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, NULL, &original_mask);
}

static void command_title(char **argv, char *buf, size_t size)
{
	size_t at = (size_t)snprintf(buf, size, "'%s", *argv++);

	for (; *argv && at < size; argv++)
		at += (size_t)snprintf(buf + at, size - at, " %s", *argv);
	if (at + 1 < size)
		snprintf(buf + at, size - at, "'");
	else
		snprintf(buf + size - sizeof("...'"), sizeof("...'"), "...'");
}

/* What is measured, in words: a long command line is cut short. */
void workload_title(const struct workload *w, char *buf, size_t size)
{
	if (w->pid)
		snprintf(buf, size, "process %d", w->pid);
	else if (!w->argv)
		snprintf(buf, size, "the time until the interrupt");
	else
		command_title(w->argv, buf, size);
}

/* A recorded command has no terminal: nobody is asked, nothing is mixed up. */
static void leave_terminal(int output)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		_exit(ST_FAIL);
}

static void child_run(const struct workload *w, int gate, int failed) __noreturn;
static void child_run(const struct workload *w, int gate, int failed)
{
	char **argv = w->argv;
	int err;
	char go;

	if (w->output)
		leave_terminal(w->output);
	if (w->taken && dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(ST_FAIL);
	sigprocmask(SIG_SETMASK, &original_mask, NULL);
	signal(SIGPIPE, original_pipe);
	/* End of file without a byte: the parent has given up. */
	if (read(gate, &go, 1) != 1)
		_exit(ST_FAIL);
	execvp(argv[0], argv);
	err = errno;
	if (write(failed, &err, sizeof(err)) != sizeof(err))
		_exit(ST_FAIL);
	_exit(ST_NOEXEC);
}

static void fork_child(struct workload *w)
{
	int gate[2], failed[2];

	if (pipe2(gate, O_CLOEXEC) || pipe2(failed, O_CLOEXEC))
		die(ST_FAIL, "pipe: %s", strerror(errno));
	fflush(NULL);
	w->child = fork();
	if (w->child < 0)
		die(ST_FAIL, "fork: %s", strerror(errno));
	if (!w->child) {
		close(gate[1]);
		close(failed[0]);
		child_run(w, gate[0], failed[1]);
	}
	close(gate[0]);
	close(failed[1]);
	w->gate = gate[1];
	w->failed = failed[0];
}

/**
 * workload_prepare - make everything ready up to the start
 * @w: @w->argv or @w->pid says what to measure, neither means until a signal
 */
void workload_prepare(struct workload *w)
{
	sigset_t set;

	watch_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->status = 0;
	w->stopped = false;
	w->other = -1;
	if (w->argv)
		fork_child(w);
	if (w->pid) {
		w->other = (int)syscall(SYS_pidfd_open, w->pid, 0);
		if (w->other < 0)
			die(ST_FAIL, "process %d: %s", w->pid, strerror(errno));
	}
	if (!w->signals)
		w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals < 0)
		die(ST_FAIL, "signalfd: %s", strerror(errno));
}

/* Whose command still runs. */
static struct workload *running;

/*
 * What fails after the start is no reason to end the command, or to leave it
 * alone on the terminal: its end is waited for, and its signals still come.
 */
static void wait_at_exit(void)
{
	while (running && workload_wait(running, 0) != WAKE_DONE)
		;
}

/* Let the command run. */
void workload_go(struct workload *w)
{
	static bool registered;
	int err;

	if (!w->argv)
		return;
	if (write(w->gate, "", 1) != 1)
		die(ST_FAIL, "the command died before its start");
	close(w->gate);
	if (read(w->failed, &err, sizeof(err)) == sizeof(err))
		die(err == ENOENT ? ST_NOTFOUND : ST_NOEXEC, "%s: %s", w->argv[0], strerror(err));
	close(w->failed);
	running = w;
	if (!registered)
		atexit(wait_at_exit);
	registered = true;
}

static bool asks_for_the_end(u32 signal)
{
	return signal == SIGINT || signal == SIGQUIT || signal == SIGTERM || signal == SIGHUP;
}

/* To the command and, if it has a group of its own, to all that it started. */
void workload_signal(const struct workload *w, int signal)
{
	if (!w->output || kill(-w->child, signal))
		kill(w->child, signal);
}

/*
 * The terminal sends its signals to the command itself, unless it has left the
 * terminal; those that were sent to us alone are passed on.
 */
static bool take_signal(struct workload *w)
{
	struct signalfd_siginfo info;
	bool stop = false;

	while (read(w->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		w->stopped |= asks_for_the_end(info.ssi_signo);
		if (!w->argv)
			stop = true;
		else if (running && (w->output || info.ssi_code != SI_KERNEL))
			workload_signal(w, (int)info.ssi_signo);
	}
	return stop;
}

static bool reaped(struct workload *w)
{
	int status;

	if (!w->argv || waitpid(w->child, &status, WNOHANG) != w->child)
		return false;
	running = NULL;
	w->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	/* What came with its end is not for the next one. */
	take_signal(w);
	return true;
}

static int timeout_ms(u64 until_ns)
{
	u64 now = now_ns();

	if (!until_ns)
		return -1;
	return until_ns > now ? (int)((until_ns - now + 999999) / 1000000) : 0;
}

/**
 * workload_wait - until it ends, a moment comes or a signal stops us
 * @w: the workload
 * @until_ns: the moment in now_ns() terms, 0 for none
 */
enum wake workload_wait(struct workload *w, u64 until_ns)
{
	struct pollfd fds[2] = {
		{ .fd = w->signals, .events = POLLIN },
		{ .fd = w->other, .events = POLLIN },
	};
	int rc;

	for (;;) {
		if (reaped(w))
			return WAKE_DONE;
		rc = poll(fds, ARRAY_SIZE(fds), timeout_ms(until_ns));
		if (rc < 0 && errno != EINTR) {
			running = NULL;
			die(ST_FAIL, "poll: %s", strerror(errno));
		}
		if (!rc)
			return WAKE_TIME;
		if (fds[0].revents && take_signal(w))
			return WAKE_SIGNAL;
		if (fds[1].revents)
			return WAKE_DONE;
	}
}
