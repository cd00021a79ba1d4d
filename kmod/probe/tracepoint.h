/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_TRACEPOINT_H
#define CVMSTAT_TRACEPOINT_H

#include "hook.h"

/**
 * struct cvm_tracepoint_point - how a tracepoint attaches a hook
 * @probe: called on a hit with the hook, then the tracepoint's arguments
 */
struct cvm_tracepoint_point {
	void *probe;
};

/* Tracepoints are found by name, as not all of them are exported. */
extern const struct cvm_backend cvm_tracepoint;

/* A struct cvm_point: "SYSTEM:NAME", and what is called on a hit. */
#define CVM_TRACEPOINT(name, function) { \
	.backend = &cvm_tracepoint, \
	.symbol = name, \
	.how = &(const struct cvm_tracepoint_point){ function }, \
}

#endif /* CVMSTAT_TRACEPOINT_H */
