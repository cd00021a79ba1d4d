// SPDX-License-Identifier: GPL-2.0
/* The same counters by way of the module: without debugfs, and without root. */
#include "boot/boot.h"
#include "counts/keep.h"
#include "wire/take.h"

static bool has(const struct phase *p, u32 attr)
{
	return p->has & BIT(attr);
}

static void add_count(struct boot *b, unsigned int phase, const struct phase *p)
{
	struct boot_count *c = boot_count_push(&b->counts);
	char name[NAME_BYTES];

	*c = (struct boot_count){
		.phase = phase,
		.code = p->code,
		.detail = p->detail,
		.count = p->count,
		.op = p->op,
		.has_detail = has(p, CVMSTAT_A_BOOT_DETAIL),
		.overflow = has(p, CVMSTAT_A_BOOT_OVERFLOW),
		.user = has(p, CVMSTAT_A_BOOT_USER),
	};
	snprintf(c->class, sizeof(c->class), "%s", class_name(p->class, name, sizeof(name)));
}

static void add(struct boot *b, const struct phase *p)
{
	unsigned int phase = boot_phase(b, phase_name(p->phase));

	if (phase == BOOT_PHASES)
		return;
	if (has(p, CVMSTAT_A_BOOT_CLASS)) {
		add_count(b, phase, p);
	} else if (has(p, CVMSTAT_A_BOOT_PAGE_OP)) {
		*boot_pages_push(&b->pages) = (struct boot_pages){ phase, p->page_op,
								   p->page_bytes, p->count };
	} else {
		b->phases[phase].timed = has(p, CVMSTAT_A_BOOT_NS);
		b->phases[phase].ns = p->ns;
	}
}

/**
 * boot_from_module - take what the kernel has counted from the module
 * @b: filled, if there is anything
 *
 * Return: false if there is no such module, or nothing that it can tell; @b says
 * which.
 */
bool boot_from_module(struct boot *b)
{
	struct snapshot s = { 0 };
	struct family f;
	size_t i;

	if (!family_open(&f))
		return false;
	if (!snapshot_try(&f, &s, WANT(BOOT), false)) {
		if (f.failure == FAIL_NO_PERMISSION)
			b->module = BOOT_MODULE_REFUSES;
	} else if (!(s.lacking & WANT(BOOT))) {
		b->module = BOOT_MODULE_TELLS;
		for (i = 0; i < s.phases.n; i++)
			add(b, &s.phases.v[i]);
		b->counted = s.phases.n;
	}
	snapshot_free(&s);
	family_close(&f);
	return b->counted;
}
