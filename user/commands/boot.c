// SPDX-License-Identifier: GPL-2.0
/* cvmstat boot: what the boot took, by phase: from debugfs or the module. */
#include "boot/boot.h"
#include "commands/command.h"
#include "guest/probe.h"

static void show_platform(struct out *o, char *buf, size_t size)
{
	u32 platform;

	buf[0] = '\0';
	if (!probe_kind(&platform)) {
		out_null(o, "platform");
		return;
	}
	snprintf(buf, size, ", %s", platform_name(platform));
	out_string(o, "platform", platform_key(platform));
}

static void show_head(struct out *o, const struct boot *b)
{
	const char *of = "of which nothing is known", *source = NULL;
	char kernel[128] = "", cpus[64] = "", platform[64];

	if (b->counted) {
		source = "counters";
		of = "as it counted";
	} else if (b->logged) {
		source = "log";
		of = "as its log has it";
	}

	sys_line(kernel, sizeof(kernel), "/proc/sys/kernel/osrelease");
	sys_line(cpus, sizeof(cpus), "/sys/devices/system/cpu/online");
	show_platform(o, platform, sizeof(platform));
	out_string(o, "kernel", kernel);
	out_string(o, "cpus_online", cpus);
	if (source)
		out_string(o, "source", source);
	else
		out_null(o, "source");
	out_line(o, " The boot of Linux %s%s, CPUs %s, %s\n", kernel, platform, cpus, of);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct boot_report r;
	struct out o = { 0 };
	struct boot b;

	next_option(self, argc, argv, &o);
	no_arguments(argc, argv);
	if (!boot_read(&b) && !boot_from_module(&b))
		boot_log_read(&b);
	boot_report_build(&r, &b);
	out_open(&o, stdout);
	out_begin(&o, "boot");
	show_head(&o, &b);
	boot_show(&o, &r);
	boot_advise(&o, &r);
	out_end(&o);
	out_close(&o);
	if (o.format == OUT_CSV && !b.counted)
		warn("exits of this boot are not known, which is not none: %s",
		     "what is known is in the text, and in --json");
	boot_report_free(&r);
	boot_free(&b);
	return ST_OK;
}

const struct command cmd_boot = {
	.name = "boot",
	.run = run,
	.summary = "what the boot took: exits and memory, by phase",
	.args = "",
	.more = "Exits are known if the kernel counts them (CONFIG_CVM_EXITS), and root or the\n"
		"module tells; of another kernel, the times of the phases are in its log.",
	.example = "cvmstat boot",
};
