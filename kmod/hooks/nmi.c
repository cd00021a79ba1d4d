// SPDX-License-Identifier: GPL-2.0
/*
 * NMIs: under SEV-ES exc_nmi() tells the hypervisor by one VMGEXIT that NMIs
 * may come again (__sev_es_nmi_complete(), which is noinstr). So an NMI stands
 * for an NMI complete event. Two that nest are handled once and completed
 * twice, which is why this is inferred and not counted.
 *
 * With FRED an NMI ends without that: its entry has no such call.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/nmi.h>

#include "count/account.h"
#include "hooks.h"
#include "platform.h"

static const struct cvm_hook *nmi_hook __ro_after_init;

static int nmi_handler(unsigned int type, struct pt_regs *regs)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_VMGEXIT,
		.code = CVMSTAT_NAE_NMI_COMPLETE,
	};
	struct cvm_cpu *c = cvm_hook_hit(nmi_hook->id);

	if (BIT(cvm_platform.id) & CVM_ON_SEV)
		cvm_account(c, &ev);
	return NMI_DONE;
}

/* Linux 6.9 knows FRED. */
static bool nmis_exit(void)
{
#ifdef X86_FEATURE_FRED
	if (cpu_feature_enabled(X86_FEATURE_FRED))
		return false;
#endif
	return true;
}

static int attach(struct cvm_hook *hook)
{
	if (!nmis_exit()) {
		strscpy(hook->why, "FRED: an NMI ends without a VMGEXIT",
			sizeof(hook->why));
		return -ENOENT;
	}
	nmi_hook = hook;
	return register_nmi_handler(NMI_LOCAL, nmi_handler, 0, "cvmstat");
}

static void prepare(struct cvm_hook *hook)
{
	hook->optional = !nmis_exit();
}

static void detach(struct cvm_hook *hook)
{
	unregister_nmi_handler(NMI_LOCAL, "cvmstat");
}

static const struct cvm_backend notifier = {
	.kind = CVMSTAT_BACKEND_NMI,
	.attach = attach,
	.detach = detach,
};

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "nmi",
		.platforms = CVM_ON_SEV | BIT(CVMSTAT_PLATFORM_NONE),
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.provenance = CVMSTAT_PROVENANCE_INFERRED,
		.points = { { &notifier, "exc_nmi" } },
		.feeds = {
			CVM_FEEDS(VMGEXIT, CVMSTAT_NAE_NMI_COMPLETE, INFERRED),
		},
		.prepare = prepare,
	},
};

const struct cvm_hook_list cvm_nmi_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
