// SPDX-License-Identifier: GPL-2.0
/*
 * What the log of a kernel that counts nothing tells of its boot: when a phase
 * began, by lines that Linux has had since 5.x, and what it wrote to a console
 * whose every byte is an exit.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "guest/boot.h"

/* What a console shows of a line besides its text: "[    0.000000] ", and its end. */
#define LINE_EXTRA 17

#define LOGLEVEL_DEFAULT 7
#define LOGLEVEL_QUIET 4
#define LOGLEVEL_ALL 15

/*
 * Where a phase begins. Those of a kernel that counts have the same names, and
 * borders that no line tells: times of the two are not to be compared. The slab
 * allocator starts when the page allocator has its memory, but for what is
 * deferred until the other CPUs are there.
 */
static const struct {
	const char *text;
	const char *phase;
} marks[] = {
	{ "mem auto-init:", "memory" },
	{ "SLUB: HWalign=", "setup" },
	{ "smp: Bringing up secondary CPUs", "smp" },
	{ "smp: Brought up ", "initcalls" },
	{ "Freeing unused kernel image (initmem)", NULL },
};

/**
 * struct log - a log that is being read
 * @boot: filled
 * @level: records below it go to the console
 * @serial: one of the consoles is a serial port
 * @phase: the one that it is in
 * @began: when that began, in us
 * @over: the boot is
 */
struct log {
	struct boot *boot;
	unsigned int level;
	bool serial;
	unsigned int phase;
	u64 began;
	bool over;
};

/* What Linux makes of its command line: the last word counts. */
static unsigned int console_level(void)
{
	char line[4096], *rest = line, *word;
	unsigned int level = LOGLEVEL_DEFAULT;

	if (!sys_line(line, sizeof(line), "/proc/cmdline"))
		return level;
	while ((word = strsep(&rest, " "))) {
		if (streq(word, "quiet"))
			level = LOGLEVEL_QUIET;
		else if (!strncmp(word, "loglevel=", 9))
			level = (unsigned int)strtoul(word + 9, NULL, 0);
		else if (streq(word, "ignore_loglevel") || streq(word, "debug"))
			level = LOGLEVEL_ALL;
	}
	return level;
}

static bool serial_console(void)
{
	char active[256];

	return sys_line(active, sizeof(active), "/sys/class/tty/console/active") &&
	       strstr(active, "ttyS");
}

static void next_phase(struct log *log, const char *name, u64 us)
{
	struct boot_phase *p = &log->boot->phases[log->phase];

	p->ns += (us - log->began) * 1000;
	p->timed = true;
	log->began = us;
	if (name)
		log->phase = boot_phase(log->boot, name);
	else
		log->over = true;
}

static void take_text(struct log *log, const char *text, u64 us)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (!strncmp(text, marks[i].text, strlen(marks[i].text)))
			next_phase(log, marks[i].phase, us);
}

/* "6,339,5140900,-;text\n": level with facility, number, us, flags. */
static void take_record(struct log *log, char *record)
{
	unsigned int prefix;
	u64 number, us;
	char *text = strchr(record, ';');

	if (!text || log->over ||
	    sscanf(record, "%u,%llu,%llu", &prefix, &number, &us) != 3)
		return;
	text[strcspn(text, "\n")] = '\0';
	log->boot->logged = true;
	if (!log->boot->nphases) {
		log->boot->lost = number;
		log->phase = boot_phase(log->boot, "setup");
	}
	if (log->serial && prefix < log->level) {
		log->boot->console_lines++;
		log->boot->console_bytes += strlen(text + 1) + LINE_EXTRA;
	}
	take_text(log, text + 1, us);
}

/**
 * boot_log_read - take what the log still has of the boot
 * @b: filled
 *
 * Phases are left out if the log's beginning is gone, or may not be read.
 */
void boot_log_read(struct boot *b)
{
	struct log log = { .boot = b, .level = console_level(), .serial = serial_console() };
	char *path = sys_path("/dev/kmsg"), *record = NULL;
	/* Else a read waits for a record that does not exist yet. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	size_t size = 0;

	free(path);
	if (!f)
		return;
	while (getline(&record, &size, f) > 0)
		take_record(&log, record);
	free(record);
	fclose(f);
	if (b->lost || !log.over)
		b->nphases = 0;
}
