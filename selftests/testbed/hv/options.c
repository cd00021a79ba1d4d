// SPDX-License-Identifier: GPL-2.0
#include "efi.h"
#include "end.h"
#include "face.h"
#include "fault.h"
#include "lapic.h"
#include "options.h"
#include "platform.h"
#include "vcpu.h"
#include "wait.h"

static u64 number(const char *s)
{
	u64 n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		n = n * 10 + *s - '0';
	return n;
}

static bool starts(const char *word, size_t len, const char *prefix, const char **rest)
{
	for (; *prefix; prefix++, word++, len--)
		if (!len || *word != *prefix)
			return false;
	*rest = word;
	return true;
}

static const struct {
	const char *word;
	enum fault fault;
} fault_words[] = {
	{ "fault=nmi:", FAULT_NMI },
	{ "fault=ghcb-error:", FAULT_REFUSE },
	{ "fault=lie:", FAULT_LIE },
};

static const struct {
	const char *word;
	bool *offered;
} idle_words[] = {
	{ "idle=hlt", &idle_offer.hlt },
	{ "idle=hint", &idle_offer.hint },
	{ "idle=mwait", &idle_offer.mwait },
};

static void option(const char *word, size_t len, u64 *seed)
{
	const char *rest;
	u32 i;

	if (starts(word, len, "platform=", &rest))
		platform_choose(rest, len - (rest - word));
	else if (starts(word, len, "hypervisor=", &rest))
		face_choose(rest, len - (rest - word));
	else if (starts(word, len, "cpus=", &rest))
		nr_vcpus = number(rest);
	else if (starts(word, len, "unaccepted=", &rest))
		efi_unaccepted = number(rest) << 20;
	else if (starts(word, len, "vmpl=", &rest))
		guest_vmpl = number(rest);
	else if (starts(word, len, "seed=", &rest))
		*seed = number(rest);
	else if (starts(word, len, "x2apic", &rest))
		x2apic_offered = true;
	else if (starts(word, len, "reduce-ve", &rest))
		reduce_ve_offered = true;
	else if (starts(word, len, "no-tsc-deadline", &rest))
		tsc_deadline_offered = false;
	for (i = 0; i < ARRAY_SIZE(fault_words); i++)
		if (starts(word, len, fault_words[i].word, &rest))
			fault_configure(fault_words[i].fault, number(rest));
	for (i = 0; i < ARRAY_SIZE(idle_words); i++)
		if (starts(word, len, idle_words[i].word, &rest))
			*idle_words[i].offered = true;
}

void options_read(const char *cmdline)
{
	const char *word;
	u64 seed = 0;
	size_t len;
	u32 i;

	tsc_deadline_offered = true;
	while ((word = text_word(&cmdline, &len)))
		option(word, len, &seed);
	if (!platform)
		hv_end(HV_EXIT_INTERNAL, "no platform= that is known on the command line");
	if (!face)
		hv_end(HV_EXIT_INTERNAL, "no hypervisor= that is known on the command line");
	if (!nr_vcpus || nr_vcpus > MAX_VCPUS)
		hv_end(HV_EXIT_INTERNAL, "cpus= must be 1 to %u", (u64)MAX_VCPUS);
	for (i = 0; i < MAX_VCPUS; i++)
		vcpus[i].id = i;
	fault_seed(seed);
}
