/* SPDX-License-Identifier: GPL-2.0 */
/* What the reader of a difference has to know. */
#ifndef CVMSTAT_TROUBLE_H
#define CVMSTAT_TROUBLE_H

#include "base/util.h"

/* Bits of snapshot.trouble. */
enum trouble {
	TROUBLE_RELOADED = BIT(0),	/* another load of the module */
	TROUBLE_CPUS = BIT(1),		/* a CPU went away or came */
	TROUBLE_BACKWARDS = BIT(2),	/* a counter fell */
	TROUBLE_CONFIG = BIT(3),	/* what is counted was changed */
	TROUBLE_MISSED = BIT(4),	/* the kernel dropped hits in the window */
	TROUBLE_HOOKS = BIT(5),		/* a hook went on or off */
	TROUBLE_ASIDE = BIT(6),		/* a hook stood aside in the window */
};

const char *trouble_text(u32 trouble, size_t i);
const char *trouble_brief(u32 trouble);

#endif
