/* SPDX-License-Identifier: GPL-2.0 */
/* What rules look at, in numbers. */
#ifndef CVMSTAT_FACTS_H
#define CVMSTAT_FACTS_H

#include "store/run.h"

/* FACT(IDENT, "what people read") */
#define FACTS(FACT) \
	FACT(ONE, "") \
	FACT(SECONDS, "seconds") \
	FACT(CPU_SECONDS, "seconds of CPUs") \
	FACT(EXITS, "exits") \
	FACT(HALT, "halts") \
	FACT(TIMER, "exits for timers") \
	FACT(IPI, "exits for IPIs") \
	FACT(EOI, "exits for the end of interrupts") \
	FACT(CLOCK, "exits to read a clock") \
	FACT(CPUID, "exits for CPUID") \
	FACT(CONSOLE, "exits of the console") \
	FACT(DOORBELL, "doorbells of devices") \
	FACT(PAGES, "exits to convert pages") \
	FACT(OTHER, "other exits") \
	FACT(FREQUENCY, "reads of APERF and MPERF") \
	FACT(ATTESTATION, "requests for attestation") \
	FACT(SVSM, "calls of the SVSM") \
	FACT(WAKE_IRQS, "rescheduling and function call interrupts") \
	FACT(TIMER_IRQS, "timer interrupts") \
	FACT(DEVICE_IRQS, "interrupts of devices") \
	FACT(TICKS, "ticks of CPUs that never sleep") \
	FACT(IDLE_US, "microseconds of a halt, on average") \
	FACT(SHORT_PART, "part of halts that are shorter than the longest poll") \
	FACT(POLLED_MOST, "halts that polling spares, at most") \
	FACT(POLLED_LEAST, "halts that polling spares, at least") \
	FACT(EOI_OF_TICKS, "exits for the end of ticks") \
	FACT(EOI_OF_DEVICES, "exits for the end of devices' interrupts") \
	FACT(BOUNCE_FAILED, "bounces that found no room") \
	FACT(BOUNCED, "bounced bytes") \
	FACT(DEVICE_BYTES, "bytes of devices")

#define FACT_ENUM(ident, text) FACT_##ident,
enum fact { FACTS(FACT_ENUM) FACT_COUNT };

/**
 * struct purpose_sum - exits of a purpose
 * @purpose: its name
 * @count: how many
 */
struct purpose_sum {
	const char *purpose;
	double count;
};

DEFINE_VEC(purpose_sum)

/*
 * An exit of an SNP guest on an EPYC 7713P takes some 3.9 us (CPUID, MSR and port
 * alike: TUM-DSE/CVM_eval, benchmarks/vmexit); 10 us leave room for others.
 */
#define EXIT_SECONDS 0.00001

/**
 * struct facts - of a run
 * @run: the run
 * @v: by enum fact
 * @purposes: exits by purpose, whose sum is all of them
 * @operations: of the workload; 1 if it counts none
 * @durations: how long halts were is known of each, and not on average alone
 */
struct facts {
	const struct run *run;
	double v[FACT_COUNT];
	struct purpose_sum_vec purposes;
	double operations;
	bool durations;
};

void facts_find(struct facts *f, const struct run *r);
void facts_free(struct facts *f);
const char *fact_name(enum fact fact);
double purpose_count(const struct facts *f, const char *purpose);

#endif
