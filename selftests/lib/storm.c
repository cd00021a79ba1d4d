// SPDX-License-Identifier: GPL-2.0
#include <cpuid.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cause/user.h"
#include "storm.h"

/* POST codes go there: reading it does nothing on any PC. */
#define PORT	0x80

int stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

/* By CPUID 0x21: cvmstat may be just away. */
static bool is_tdx(void)
{
	unsigned int a, b, c, d;

	if (__get_cpuid_max(0, NULL) < 0x21)
		return false;
	__cpuid_count(0x21, 0, a, b, c, d);
	return b == 0x65746e49 && d == 0x5844546c && c == 0x20202020;
}

static void some_exits(void)
{
	static const struct user_env local = { .arg = 0x1 };
	static const struct user_env host = { .arg = 0x40000000 };
	static const struct user_env port = { .arg = PORT };
	const struct user_cause *cpuid = user_cause_find(user_causes, "cpuid");
	const struct user_cause *in = user_cause_find(user_causes, "inb");
	/* TDX guests kill who does port I/O in user mode. */
	static int ports = -1;
	unsigned int i;

	if (ports < 0)
		ports = !is_tdx() && !ioperm(PORT, 1, 1);
	for (i = 0; i < 50; i++) {
		cpuid->once(&local);
		cpuid->once(&host);
		if (ports)
			in->once(&port);
	}
}

static sigjmp_buf refused;

/* What the hypervisor refuses (cvmbed's fault ghcb-error) is a #GP here. */
static void on_refusal(int sig)
{
	(void)sig;
	siglongjmp(refused, 1);
}

void storm_round(int cpu)
{
	struct sigaction old, action = { .sa_handler = on_refusal };

	(void)cpu;
	sigaction(SIGSEGV, &action, &old);
	if (!sigsetjmp(refused, 1))
		some_exits();
	sigaction(SIGSEGV, &old, NULL);
}

/* Shared with the processes. */
static unsigned long *new_rounds(void)
{
	void *rounds = mmap(NULL, STORM_MAX * sizeof(unsigned long),
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);

	return rounds == MAP_FAILED ? NULL : rounds;
}

void storm_add(struct storm *storm, int cpu, void (*run)(int cpu))
{
	pid_t pid;

	if (!storm->rounds)
		storm->rounds = new_rounds();
	if (storm->n == STORM_MAX || !storm->rounds)
		return;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return;
	if (pid) {
		storm->pid[storm->n++] = pid;
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cpu >= 0)
		stay_on(cpu);
	for (;; storm->rounds[storm->n]++)
		run(cpu);
}

static unsigned long rounds_of(const struct storm *storm, size_t i)
{
	return __atomic_load_n(&storm->rounds[i], __ATOMIC_RELAXED);
}

bool storm_wait(const struct storm *storm, unsigned int seconds)
{
	unsigned long from[STORM_MAX];
	unsigned int ms = 0;
	size_t i;

	for (i = 0; i < storm->n; i++)
		from[i] = rounds_of(storm, i);
	/* The first one to end may have begun before. */
	for (i = 0; i < storm->n; i++)
		for (; rounds_of(storm, i) - from[i] < 2; ms++) {
			if (ms == seconds * 1000)
				return false;
			usleep(1000);
		}
	return true;
}

void storm_start(struct storm *storm)
{
	int cpu, n = sysconf(_SC_NPROCESSORS_ONLN);

	for (cpu = 0; cpu < n; cpu++)
		storm_add(storm, cpu, storm_round);
}

void storm_stop(struct storm *storm)
{
	size_t i;

	for (i = 0; i < storm->n; i++)
		kill(storm->pid[i], SIGKILL);
	for (i = 0; i < storm->n; i++)
		waitpid(storm->pid[i], NULL, 0);
	if (storm->rounds)
		munmap(storm->rounds, STORM_MAX * sizeof(unsigned long));
	storm->rounds = NULL;
	storm->n = 0;
}
