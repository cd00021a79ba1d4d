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
#include <linux/math64.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/time64.h>
#include <asm/tsc.h>

#include "count/patched.h"
#include "events.h"
#include "hooks/hooks.h"
#include "reasons.h"
#include "trace.h"

/* With the longest suffix. */
#define NAME_LEN	48

/**
 * struct event - an event that has a name
 * @name: its name
 * @source: enum cvm_counted_source
 * @classes: whole classes; 0 for one reason
 * @class: that reason's class
 * @code: that reason
 */
struct event {
	char name[NAME_LEN];
	u32 source;
	u32 classes;
	u32 class;
	u64 code;
};

/*
 * Older perfs, such as that of 6.1, take what is behind a hyphen for a word of its own, and then
 * know no tracepoint of that name: none here ends in -trap, -exit, -call or -done.
 */
static const struct event totals[] = {
	{ .name = "traps", .classes = CVM_TRAPS },
	{ .name = "exits", .classes = CVM_EXITS },
	{ .name = "calls", .classes = CVM_CALLS },
	{ .name = "traps-time", .classes = CVM_TRAPS, .source = CVM_COUNTED_TIMES },
	{ .name = "untraced-own", .classes = CVM_ALL_CLASSES,
	  .source = CVM_COUNTED_UNTRACED + CVM_UNTRACED_OWN },
	{ .name = "untraced-full", .classes = CVM_ALL_CLASSES,
	  .source = CVM_COUNTED_UNTRACED + CVM_UNTRACED_FULL },
	{ .name = "untraced-moved", .classes = CVM_ALL_CLASSES,
	  .source = CVM_COUNTED_UNTRACED + CVM_UNTRACED_MOVED },
	{ .name = "untraced-refused", .classes = CVM_ALL_CLASSES,
	  .source = CVM_COUNTED_UNTRACED + CVM_UNTRACED_REFUSED },
	{ .name = "untraced-time", .classes = CVM_ALL_CLASSES,
	  .source = CVM_COUNTED_UNTRACED + CVM_UNTRACED_DONE },
};

static const char * const class_names[CVM_NR_CLASSES] = CVMSTAT_CLASS_NAMES;

static const struct {
	u8 class;
	u64 code;
	const char *name;
} reasons[] = CVMSTAT_REASONS;

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
	u32 source = FIELD_GET(CVM_EVENT_SOURCE, config);
	u32 fed = find_fed().some;
	int index;

	if (config & ~(CVM_EVENT_CLASS | CVM_EVENT_CLASSES | CVM_EVENT_SOURCE) ||
	    class >= CVM_NR_CLASSES || classes & ~CVM_ALL_CLASSES ||
	    (classes && (class || code)) ||
	    source >= CVM_COUNTED_UNTRACED + (classes ? CVM_NR_UNTRACED : 0))
		return -EINVAL;
	if (source == CVM_COUNTED_TIMES && (classes ?: BIT(class)) & ~CVM_TRAPS)
		return -EINVAL;
	/* What the kernel counts itself passes no hook that could be timed. */
	if (source != CVM_COUNTED_EVENTS)
		fed &= ~cvm_patched_classes();
	*counted = (struct cvm_counted){
		.source = source, .classes = classes & fed,
	};
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
 * @event: the event
 * @name: of the file
 */
struct event_file {
	struct device_attribute attr;
	const struct event *event;
	char name[NAME_LEN];
};

/* Of totals, classes and reasons; and the times of the latter two. */
#define MAX_EVENTS	(ARRAY_SIZE(totals) + 2 * (CVM_NR_CLASSES + ARRAY_SIZE(reasons)))
/* Event, unit and scale. */
#define MAX_FILES	(3 * MAX_EVENTS)

static struct event *events;
static unsigned int nr_events;
static struct event_file *files;
static unsigned int nr_files;
static struct attribute *event_attrs[MAX_FILES + 1];

static ssize_t event_show(struct device *dev, struct device_attribute *attr,
			  char *page)
{
	const struct event *event = container_of(attr, struct event_file, attr)->event;

	if (event->classes)
		return sysfs_emit(page, "source=%u,classes=0x%x\n", event->source,
				  event->classes);
	return sysfs_emit(page, "source=%u,class=0x%x,code=0x%llx\n", event->source,
			  event->class, event->code);
}

/* Of whole classes that of the weakest reason which has a name. */
static u8 provenance_of(const struct event *event)
{
	u8 weakest = CVMSTAT_PROVENANCE_COUNTED;
	unsigned int i;

	if (!event->classes)
		return cvm_provenance_of(event->class, event->code);
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (event->classes & BIT(reasons[i].class))
			weakest = max(weakest, cvm_provenance_of(reasons[i].class,
								 reasons[i].code));
	return weakest;
}

static const char *unit_of(const struct event *event)
{
	if (event->source == CVM_COUNTED_TIMES)
		return "ns";
	if (event->source >= CVM_COUNTED_UNTRACED)
		return "counted";
	if (event->classes & find_fed().partly)
		return "incomplete";
	switch (provenance_of(event)) {
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
			  unit_of(container_of(attr, struct event_file, attr)->event));
}

#define SCALE_DIGITS	1000000000ULL

/* Nanoseconds of a cycle. */
static ssize_t scale_show(struct device *dev, struct device_attribute *attr,
			  char *page)
{
	u64 whole = div_u64(USEC_PER_SEC * SCALE_DIGITS, tsc_khz);
	u32 rest;

	whole = div_u64_rem(whole, SCALE_DIGITS, &rest);
	return sysfs_emit(page, "%llu.%09u\n", whole, rest);
}

PMU_FORMAT_ATTR(class, "config:0-7");
PMU_FORMAT_ATTR(classes, "config:8-23");
PMU_FORMAT_ATTR(source, "config:24-27");
PMU_FORMAT_ATTR(code, "config1:0-63");

static struct attribute *formats[] = {
	&format_attr_class.attr,
	&format_attr_classes.attr,
	&format_attr_source.attr,
	&format_attr_code.attr,
	NULL
};

static const struct attribute_group format_group = {
	.name = "format",
	.attrs = formats,
};

static const struct attribute_group event_group = {
	.name = "events",
	.attrs = event_attrs,
};

const struct attribute_group *cvm_event_groups[] = {
	&format_group, &event_group, NULL
};

typedef ssize_t (*show_fn)(struct device *dev, struct device_attribute *attr,
			   char *page);

static void add_file(const struct event *event, const char *suffix, show_fn show)
{
	struct event_file *file = &files[nr_files];

	file->event = event;
	snprintf(file->name, sizeof(file->name), "%s%s", event->name, suffix);
	file->attr.attr.name = file->name;
	file->attr.attr.mode = 0444;
	file->attr.show = show;
	sysfs_attr_init(&file->attr.attr);
	event_attrs[nr_files++] = &file->attr.attr;
}

/* If it is something that this guest counts. */
static void add_event(const struct event *event)
{
	struct cvm_counted counted;
	u64 config = FIELD_PREP(CVM_EVENT_CLASS, event->class) |
		     FIELD_PREP(CVM_EVENT_CLASSES, event->classes) |
		     FIELD_PREP(CVM_EVENT_SOURCE, event->source);

	if (cvm_event_decode(config, event->code, &counted))
		return;
	events[nr_events] = *event;
	event = &events[nr_events++];
	add_file(event, "", event_show);
	add_file(event, ".unit", unit_show);
	if (event->source == CVM_COUNTED_TIMES)
		add_file(event, ".scale", scale_show);
}

/* And the time, of traps. */
static void add_with_time(struct event *event, const char *name)
{
	strscpy(event->name, name, sizeof(event->name));
	add_event(event);
	event->source = CVM_COUNTED_TIMES;
	strlcat(event->name, "-time", sizeof(event->name));
	add_event(event);
}

static void add_all(void)
{
	char name[NAME_LEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(totals); i++)
		add_event(&totals[i]);
	for (i = 0; i < CVM_NR_CLASSES; i++) {
		struct event event = { .classes = BIT(i) };

		add_with_time(&event, class_names[i]);
	}
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		struct event event = {
			.class = reasons[i].class, .code = reasons[i].code,
		};

		snprintf(name, sizeof(name), "%s-%s", class_names[event.class],
			 reasons[i].name);
		add_with_time(&event, name);
	}
}

/**
 * cvm_events_init() - make the files; after all hooks are attached
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_events_init(void)
{
	events = kvcalloc(MAX_EVENTS, sizeof(*events), GFP_KERNEL);
	files = kvcalloc(MAX_FILES, sizeof(*files), GFP_KERNEL);
	if (!events || !files) {
		cvm_events_exit();
		return -ENOMEM;
	}
	add_all();
	return 0;
}

/**
 * cvm_events_exit() - give the files back; when no PMU shows them any more
 */
void cvm_events_exit(void)
{
	kvfree(files);
	kvfree(events);
}
