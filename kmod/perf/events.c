// SPDX-License-Identifier: GPL-2.0
/*
 * The events of the PMU, as perf finds them in sysfs: a name for each reason that
 * the table of codes has, for each class, and for all traps, exits and calls. Of
 * these a guest shows what it counts. The unit says how a figure comes to be.
 */
#include <linux/bitfield.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "count/patched.h"
#include "events.h"
#include "hooks/hooks.h"
#include "reasons.h"

/**
 * struct row - an event that has a name
 * @name: its name
 * @unit: of the file with its unit
 * @classes: whole classes; 0 for one reason
 * @class: that reason's class
 * @code: that reason
 */
struct row {
	const char *name;
	const char *unit;
	u32 classes;
	u32 class;
	u64 code;
};

#define WHOLE(text, mask) \
	{ .name = text, .unit = text ".unit", .classes = mask }
#define REASON(text, id, number) \
	{ .name = text, .unit = text ".unit", .class = id, .code = number },
#define VC(code, ident, name, detail, source) \
	REASON("vc-" name, CVMSTAT_CLASS_VC, code)
#define VMGEXIT(code, ident, name, detail, source) \
	REASON("vmgexit-" name, CVMSTAT_CLASS_VMGEXIT, code)
#define GHCB_MSR(code, ident, name, detail, source) \
	REASON("ghcb-msr-" name, CVMSTAT_CLASS_GHCB_MSR, code)
#define VE(code, ident, name, detail, source) \
	REASON("ve-" name, CVMSTAT_CLASS_VE, code)
#define TDVMCALL(code, ident, name, detail, source) \
	REASON("tdvmcall-" name, CVMSTAT_CLASS_TDVMCALL, code)
#define TDCALL(code, ident, name, detail, source) \
	REASON("tdcall-" name, CVMSTAT_CLASS_TDCALL, code)
#define AUTO(code, ident, name, detail, source) \
	REASON("auto-" name, CVMSTAT_CLASS_AUTO, code)

#define TRAPS	(CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_VE)
#define EXITS	(CVMSTAT_CLASSES_VMGEXIT | CVMSTAT_CLASSES_GHCB_MSR | \
		 CVMSTAT_CLASSES_TDVMCALL | CVMSTAT_CLASSES_AUTO)
#define CALLS	(CVMSTAT_CLASSES_TDCALL | CVMSTAT_CLASSES_SVSM)

static const struct row rows[] = {
	WHOLE("traps", TRAPS),
	WHOLE("exits", EXITS),
	WHOLE("calls", CALLS),
	WHOLE("vc", CVMSTAT_CLASSES_VC),
	WHOLE("vmgexit", CVMSTAT_CLASSES_VMGEXIT),
	WHOLE("ghcb-msr", CVMSTAT_CLASSES_GHCB_MSR),
	WHOLE("ve", CVMSTAT_CLASSES_VE),
	WHOLE("tdvmcall", CVMSTAT_CLASSES_TDVMCALL),
	WHOLE("tdcall", CVMSTAT_CLASSES_TDCALL),
	WHOLE("svsm", CVMSTAT_CLASSES_SVSM),
	WHOLE("auto", CVMSTAT_CLASSES_AUTO),
	CVMSTAT_SVM_CODES(VC)
	CVMSTAT_SVM_CODES(VMGEXIT)
	CVMSTAT_NAE_CODES(VMGEXIT)
	CVMSTAT_VMGEXIT_PSEUDO_CODES(VMGEXIT)
	CVMSTAT_GHCB_MSR_CODES(GHCB_MSR)
	CVMSTAT_VE_CODES(VE)
	CVMSTAT_TDVMCALL_CODES(TDVMCALL)
	CVMSTAT_TDVMCALL_PSEUDO_CODES(TDVMCALL)
	CVMSTAT_TDCALL_CODES(TDCALL)
	CVMSTAT_SVM_CODES(AUTO)
};

/* Exits that are automatic and thus no #VC: APM vol. 2 table 15-33. */
static bool is_automatic(u64 code)
{
	switch (code) {
	case CVMSTAT_SVM_MC:
	case CVMSTAT_SVM_INTR ... CVMSTAT_SVM_VINTR:
	case CVMSTAT_SVM_PAUSE:
	case CVMSTAT_SVM_HLT:
	case CVMSTAT_SVM_SHUTDOWN:
	case CVMSTAT_SVM_EFER_WRITE ... CVMSTAT_SVM_CR4_WRITE:
	case CVMSTAT_SVM_BUS_LOCK:
	case CVMSTAT_SVM_IDLE_HLT:
	case CVMSTAT_SVM_VMGEXIT:
		return true;
	}
	return false;
}

/* Of automatic exits a guest knows one. */
static bool can_be(u32 class, u64 code)
{
	switch (class) {
	case CVMSTAT_CLASS_AUTO:
		return code == CVMSTAT_SVM_HLT;
	case CVMSTAT_CLASS_VC:
	case CVMSTAT_CLASS_VMGEXIT:
		return !is_automatic(code);
	}
	return true;
}

/**
 * struct fed - BIT(enum cvmstat_class) of classes that are counted here
 * @some: something feeds them
 * @partly: and something that should does not
 */
struct fed {
	u32 some;
	u32 partly;
};

static struct fed find_fed(void)
{
	struct fed fed = { .some = cvm_patched_classes() };
	unsigned int i;

	for (i = 0; i < cvm_nr_hooks(); i++) {
		const struct cvm_hook *hook = cvm_hook_at(i);

		if (hook->live)
			fed.some |= hook->classes;
		else if (!hook->superseded && !hook->desc->optional)
			fed.partly |= hook->classes;
	}
	return fed;
}

static u32 classes_of(const struct row *row)
{
	return row->classes ?: BIT(row->class);
}

static bool is_here(const struct row *row, u32 fed)
{
	return classes_of(row) & fed &&
	       (row->classes || can_be(row->class, row->code));
}

/**
 * cvm_event_decode() - what an event counts
 * @config: attr.config
 * @code: attr.config1
 * @counted: filled in
 *
 * Return: 0; -EINVAL for what means nothing; -EOPNOTSUPP for what this guest
 * does not count, or keeps no counter of its own for.
 */
int cvm_event_decode(u64 config, u64 code, struct cvm_counted *counted)
{
	u32 classes = FIELD_GET(CVM_EVENT_CLASSES, config);
	u32 class = FIELD_GET(CVM_EVENT_CLASS, config);
	u32 fed = find_fed().some;
	int index;

	if (config & ~(CVM_EVENT_CLASS | CVM_EVENT_CLASSES) ||
	    class >= CVM_NR_CLASSES || classes & ~CVM_ALL_CLASSES ||
	    (classes && (class || code)))
		return -EINVAL;
	*counted = (struct cvm_counted){ .classes = classes & fed };
	if (classes)
		return counted->classes ? 0 : -EOPNOTSUPP;
	index = cvm_reason_index(class, code);
	if (index < 0 || !(BIT(class) & fed) || !can_be(class, code))
		return -EOPNOTSUPP;
	counted->class = class;
	counted->index = index;
	return 0;
}

/**
 * struct event_file - a file in sysfs
 * @attr: the file
 * @row: the event
 */
struct event_file {
	struct device_attribute attr;
	const struct row *row;
};

static ssize_t event_show(struct device *dev, struct device_attribute *attr,
			  char *page)
{
	const struct row *row = container_of(attr, struct event_file, attr)->row;

	if (row->classes)
		return sysfs_emit(page, "classes=0x%x\n", row->classes);
	return sysfs_emit(page, "class=0x%x,code=0x%llx\n", row->class, row->code);
}

/* Of whole classes that of the weakest reason which has a name. */
static u8 provenance_of(const struct row *row)
{
	u32 classes = classes_of(row);
	u8 weakest = CVMSTAT_PROVENANCE_COUNTED;
	const struct row *r;

	if (!row->classes)
		return cvm_provenance_of(row->class, row->code);
	for (r = rows; r < rows + ARRAY_SIZE(rows); r++)
		if (!r->classes && classes & BIT(r->class))
			weakest = max(weakest, cvm_provenance_of(r->class, r->code));
	return weakest;
}

static const char *unit_of(const struct row *row)
{
	if (row->classes & find_fed().partly)
		return "incomplete";
	switch (provenance_of(row)) {
	case CVMSTAT_PROVENANCE_INFERRED:
		return "inferred";
	case CVMSTAT_PROVENANCE_ESTIMATED:
		return "estimated";
	}
	return "counted";
}

static ssize_t unit_show(struct device *dev, struct device_attribute *attr,
			 char *page)
{
	return sysfs_emit(page, "%s\n",
			  unit_of(container_of(attr, struct event_file, attr)->row));
}

PMU_FORMAT_ATTR(class, "config:0-7");
PMU_FORMAT_ATTR(classes, "config:8-23");
PMU_FORMAT_ATTR(code, "config1:0-63");

static struct attribute *formats[] = {
	&format_attr_class.attr,
	&format_attr_classes.attr,
	&format_attr_code.attr,
	NULL
};

static const struct attribute_group format_group = {
	.name = "format",
	.attrs = formats,
};

/* Two files an event, and the end. */
#define MAX_FILES	(2 * ARRAY_SIZE(rows))

static struct attribute *event_attrs[MAX_FILES + 1];

static const struct attribute_group event_group = {
	.name = "events",
	.attrs = event_attrs,
};

const struct attribute_group *cvm_event_groups[] = {
	&format_group, &event_group, NULL
};

static struct event_file *files;

typedef ssize_t (*show_fn)(struct device *dev, struct device_attribute *attr,
			   char *page);

static void make_file(struct event_file *file, const struct row *row,
		      const char *name, show_fn show)
{
	file->row = row;
	file->attr.attr.name = name;
	file->attr.attr.mode = 0444;
	file->attr.show = show;
	sysfs_attr_init(&file->attr.attr);
}

/**
 * cvm_events_init() - make the files; after all hooks are attached
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_events_init(void)
{
	u32 fed = find_fed().some;
	const struct row *row;
	unsigned int i, n = 0;

	files = kcalloc(MAX_FILES, sizeof(*files), GFP_KERNEL);
	if (!files)
		return -ENOMEM;
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		if (!is_here(row, fed))
			continue;
		make_file(&files[n++], row, row->name, event_show);
		make_file(&files[n++], row, row->unit, unit_show);
	}
	for (i = 0; i < n; i++)
		event_attrs[i] = &files[i].attr.attr;
	return 0;
}

/**
 * cvm_events_exit() - give the files back; when no PMU shows them any more
 */
void cvm_events_exit(void)
{
	kfree(files);
}
