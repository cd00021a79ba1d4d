// SPDX-License-Identifier: GPL-2.0
/* Triggers in kernel mode: the device of cvmstat_bench.ko. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/bench.h"

#define DEVICE "/dev/" CVMSTAT_BENCH_DEVICE

static int device = -1;
static u32 triggers;

/* Everything, the kernel's triggers included, runs where this program does. */
void bench_stay_on(u32 cpu)
{
	size_t size = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *set = CPU_ALLOC(cpu + 1);

	if (!set)
		die(ST_FAIL, "out of memory");
	CPU_ZERO_S(size, set);
	CPU_SET_S(cpu, size, set);
	if (sched_setaffinity(0, size, set))
		die(ST_FAIL, "CPU %u: %s", cpu, strerror(errno));
	CPU_FREE(set);
}

/**
 * bench_kernel_open - find the device
 * @m: platform and rate of the TSC are filled in
 * @why_not: filled if there is none
 * @size: of @why_not
 */
bool bench_kernel_open(struct bench_machine *m, char *why_not, size_t size)
{
	struct cvmstat_bench_machine machine;

	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0) {
		snprintf(why_not, size, errno == ENOENT ?
			 "cvmstat_bench.ko is not loaded (modprobe cvmstat_bench)" :
			 errno == EPERM || errno == EACCES ? DEVICE ": needs CAP_SYS_ADMIN" :
			 DEVICE ": %s", strerror(errno));
		return false;
	}
	if (ioctl(device, CVMSTAT_BENCH_MACHINE, &machine) || machine.abi != CVMSTAT_BENCH_ABI) {
		snprintf(why_not, size, "cvmstat_bench.ko and this program do not match");
		return false;
	}
	m->platform = machine.platform;
	m->tsc_khz = machine.tsc_khz;
	triggers = machine.triggers;
	return true;
}

static const char *what_failed(int error)
{
	switch (error) {
	case EBUSY:
		return "another CPU did not become as it was needed";
	case ETIMEDOUT:
		return "another CPU did not answer";
	case EIO:
		return "the operation was refused";
	case EOVERFLOW:
		return "too many reasons were counted";
	case EOPNOTSUPP:
		return "it is not possible any more";
	default:
		return strerror(error);
	}
}

static void run(const struct bench_trigger *t, struct bench_run *r)
{
	struct cvmstat_bench_run rq = {
		.index = t->index,
		.iterations = r->iterations,
		.warm_up = r->warm_up,
		.cycles = (uintptr_t)r->cycles,
		.count = (uintptr_t)r->count,
		.direct = r->direct,
	};

	if (ioctl(device, CVMSTAT_BENCH_RUN, &rq)) {
		snprintf(r->problem, sizeof(r->problem), "%s", what_failed(errno));
		return;
	}
	r->counted = rq.counted;
	r->counts = rq.counts;
}

/* All of the module's triggers, possible or not. */
void bench_kernel_triggers(struct bench_trigger_vec *vec)
{
	struct cvmstat_bench_trigger k;
	struct bench_trigger *t;
	u32 i;

	for (i = 0; i < triggers; i++) {
		k = (struct cvmstat_bench_trigger){ .index = i };
		if (ioctl(device, CVMSTAT_BENCH_TRIGGER, &k))
			die(ST_FAIL, DEVICE ": %s", strerror(errno));
		t = bench_trigger_push(vec);
		snprintf(t->name, sizeof(t->name), "%s", k.name);
		snprintf(t->what, sizeof(t->what), "%s", k.what);
		snprintf(t->why_not, sizeof(t->why_not), "%s", k.why_not);
		t->index = i;
		t->flags = k.flags;
		t->max_iterations = k.max_iterations;
		t->reasons = k.reasons;
		memcpy(t->reason, k.reason, sizeof(t->reason));
		t->run = run;
	}
}
