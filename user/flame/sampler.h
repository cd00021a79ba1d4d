/* SPDX-License-Identifier: GPL-2.0 */
/* Samples of the module's tracepoints, with their call chains. */
#ifndef CVMSTAT_SAMPLER_H
#define CVMSTAT_SAMPLER_H

#include "flame/stacks.h"
#include "guest/perf.h"
#include "guest/ring.h"
#include "guest/tracepoint.h"

/* Samples that are in no stack, by why. */
enum loss {
	LOSS_RING,	/* they found the ring full */
	LOSS_MODULE,	/* the module left them out (kmod/perf/trace.c) */
	LOSS_ROOM,	/* too many different stacks */
	LOSS_FORM,	/* not as their format says */
	LOSSES
};

/**
 * struct sampler - what is sampled
 * @event: the tracepoint
 * @classes: whose events it has, bits of enum cvmstat_classes
 * @period: every so many events
 * @by_time: weights are nanoseconds
 * @with_idle: idle CPUs as well
 * @rings: of each CPU
 * @fds: of further events that write to these
 * @nfds: how many
 * @untraced: what the module left out
 * @stacks: what came
 * @samples: how many
 * @weight: of all stacks
 * @idle: weight of those of idle CPUs, if they are not wanted
 * @lost: how many did not come
 */
struct sampler {
	struct tracepoint event;
	u32 classes;
	u64 period;
	bool by_time;
	bool with_idle;
	struct ring_vec rings;
	int *fds;
	size_t nfds;
	struct perf untraced;
	struct stacks stacks;
	u64 samples;
	u64 weight;
	u64 idle;
	u64 lost[LOSSES];
};

void sampler_open(struct sampler *s, enum perf_scope scope, pid_t pid);
void sampler_start(struct sampler *s, enum perf_scope scope);
void sampler_collect(struct sampler *s);
void sampler_stop(struct sampler *s);
void sampler_free(struct sampler *s);

#endif
