/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMBED_TRIGGER_H
#define CVMBED_TRIGGER_H

#include <linux/types.h>

/* Which guests an instruction may be run in; elsewhere it would be #UD. */
#define ON_PLAIN	BIT(0)
#define ON_SEV		BIT(1)
#define ON_TDX		BIT(2)
#define ON_ALL		(ON_PLAIN | ON_SEV | ON_TDX)

/**
 * struct trigger - A way to cause one reason.
 * @name: What the control file calls it.
 * @platforms: ON_* bits.
 * @sleeps: @run may sleep: it is called with interrupts on, and timer
 *	interrupts may add their own exits between the marks.
 * @prepare: What must be done before the first mark, or NULL. Called in
 *	process context with interrupts on. Returns 0 or an error.
 * @run: Cause the reason @n times. @arg is the reason's detail: an MSR index,
 *	a port, a CPUID leaf, a physical address.
 * @finish: Undo @prepare, or NULL.
 */
struct trigger {
	const char *name;
	unsigned int platforms;
	bool sleeps;
	int (*prepare)(u64 arg);
	void (*run)(unsigned long n, u64 arg);
	void (*finish)(void);
};

extern const struct trigger generic_triggers[];
extern const struct trigger sev_triggers[];
extern const struct trigger tdx_triggers[];

/* A prepare and a finish for those that need a page whose state they may change. */
extern unsigned long own_page;
int take_page(u64 arg);
void give_page_back(void);

/*
 * The next NMI is a trigger's; wait_for_nmi() returns when it came, or when it
 * will not come any more. Its handler executes CPUID of nmi_cpuid_leaf, if any.
 */
extern unsigned int nmi_cpuid_leaf;
void expect_nmi(void);
void wait_for_nmi(void);

int generic_init(void);
void generic_exit(void);

#endif /* CVMBED_TRIGGER_H */
