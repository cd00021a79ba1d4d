/* SPDX-License-Identifier: GPL-2.0 */
/* What the hypervisor must answer: each question is a line, ok or not ok. */
#ifndef CVMBED_ANSWERS_H
#define CVMBED_ANSWERS_H

#include <linux/seq_file.h>

/* Called with interrupts off. */
void answers_hyperv(struct seq_file *out);
void answers_sev(struct seq_file *out);
void answers_svsm(struct seq_file *out);
void answers_tdx(struct seq_file *out);
/* After that; @pages: two, shared with the hypervisor. */
void answers_tdx_shared(struct seq_file *out, void *pages);
/* Nothing, but of KVM. */
void answers_kvm(struct seq_file *out);

static inline void answer(struct seq_file *out, const char *question, u64 got,
			  u64 want)
{
	if (got == want)
		seq_printf(out, "ok %s\n", question);
	else
		seq_printf(out, "not ok %s: 0x%llx, not 0x%llx\n", question,
			   got, want);
}

#endif /* CVMBED_ANSWERS_H */
