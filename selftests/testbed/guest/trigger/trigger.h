/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the library of causes (kmod/cause/) does not have, because only a test
 * may do it: what a hypervisor or hardware punishes, and what ends the guest.
 */
#ifndef CVMBED_TRIGGER_H
#define CVMBED_TRIGGER_H

#include "cause/cause.h"

/* The bit of a GPA that is C-bit or shared bit: hv/guest.h, GPA_TOP_BIT. */
#define TOP_BIT		39

/* Tables end with an entry without a name. */
extern const struct cause test_causes[];
extern const struct cause test_causes_sev[];
extern const struct cause test_causes_tdx[];

/* A setup for those that send to themselves: env->value is what APIC_ID reads as. */
int find_own_apic(struct cause_env *env);

/*
 * The next NMI is a test's; wait_for_nmi() returns when it came, or when it
 * will not come any more. Its handler executes CPUID of nmi_cpuid_leaf, if any.
 */
extern unsigned int nmi_cpuid_leaf;
void expect_nmi(void);
void wait_for_nmi(void);

int catch_nmis(void);
void release_nmis(void);

#endif /* CVMBED_TRIGGER_H */
