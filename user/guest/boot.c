// SPDX-License-Identifier: GPL-2.0
/*
 * The file that a kernel with CONFIG_CVM_EXITS has in debugfs: a line is phase,
 * class, code, detail, direction, mode, count (Linux,
 * Documentation/arch/x86/cvm-exits.rst).
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "guest/boot.h"

/* There with any kernel for x86 that has debugfs. */
#define DEBUGFS "/sys/kernel/debug/x86"
#define COUNTERS DEBUGFS "/cvm_exits"
#define USER_PHASE "user"

struct line {
	char phase[16], class[16], code[24], detail[24], op[4], mode[8];
	u64 count;
};

/* Its number, BOOT_PHASES if there is no room for one more. */
unsigned int boot_phase(struct boot *b, const char *name)
{
	unsigned int i;

	for (i = 0; i < b->nphases; i++)
		if (streq(b->phases[i].name, name))
			return i;
	if (i == BOOT_PHASES)
		return i;
	snprintf(b->phases[i].name, sizeof(b->phases[i].name), "%s", name);
	return b->nphases++;
}

static void add_count(struct boot *b, unsigned int phase, const struct line *line)
{
	struct boot_count *c = boot_count_push(&b->counts);

	c->phase = phase;
	snprintf(c->class, sizeof(c->class), "%s", line->class);
	c->code = strtoull(line->code, NULL, 0);
	c->overflow = streq(line->detail, "overflow");
	c->has_detail = !c->overflow && !streq(line->detail, "-");
	c->detail = c->has_detail ? strtoull(line->detail, NULL, 0) : 0;
	c->op = streq(line->op, "r") ? CVMSTAT_OP_READ :
		streq(line->op, "w") ? CVMSTAT_OP_WRITE : CVMSTAT_OP_NONE;
	c->user = streq(line->mode, "user");
	c->count = line->count;
}

static void add_pages(struct boot *b, unsigned int phase, const struct line *line)
{
	*boot_pages_push(&b->pages) = (struct boot_pages){
		.phase = phase,
		.op = strtoull(line->code, NULL, 0),
		.size = strtoull(line->detail, NULL, 0),
		.pages = line->count,
	};
}

static void add_time(struct boot *b, unsigned int phase, const struct line *line)
{
	b->phases[phase].timed = line->count;
	b->phases[phase].ns = line->count;
}

static void add_line(struct boot *b, const struct line *line)
{
	unsigned int phase;

	/* It is none of the boot, and has no end. */
	if (streq(line->phase, USER_PHASE))
		return;
	phase = boot_phase(b, line->phase);
	if (phase == BOOT_PHASES)
		return;
	if (streq(line->class, "time"))
		add_time(b, phase, line);
	else if (streq(line->class, "pages"))
		add_pages(b, phase, line);
	else
		add_count(b, phase, line);
}

/* False if something else is in the file. */
static bool parse(struct boot *b, FILE *f)
{
	struct line line;
	int n;

	while ((n = fscanf(f, "%15s %15s %23s %23s %3s %7s %llu", line.phase, line.class,
			   line.code, line.detail, line.op, line.mode, &line.count)) == 7)
		add_line(b, &line);
	return n == EOF && b->nphases;
}

static bool there_is(const char *path)
{
	char *whole = sys_path("%s", path);
	bool is = !access(whole, F_OK);

	free(whole);
	return is;
}

/**
 * boot_read - take what the kernel has counted
 * @b: filled, to be freed with boot_free()
 *
 * Return: false if that is not known; @b says why.
 */
bool boot_read(struct boot *b)
{
	FILE *f = sys_open(COUNTERS "_boot");

	*b = (struct boot){ 0 };
	if (f) {
		b->counted = parse(b, f);
		b->error = b->counted ? 0 : EBADMSG;
		fclose(f);
	} else {
		b->error = errno;
		b->off = b->error == ENOENT && there_is(COUNTERS);
		b->debugfs = there_is(DEBUGFS);
	}
	if (!b->counted)
		boot_free(b);
	return b->counted;
}

/* Keeps what does not lie in memory of its own. */
void boot_free(struct boot *b)
{
	free(b->counts.v);
	free(b->pages.v);
	b->counts = (struct boot_count_vec){ 0 };
	b->pages = (struct boot_pages_vec){ 0 };
	b->nphases = 0;
}

static bool memory_line(const char *key, u64 *bytes)
{
	FILE *f = sys_open("/proc/meminfo");
	char line[128], name[32];
	bool found = false;
	u64 kib;

	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%31[^:]: %llu kB", name, &kib) == 2 && streq(name, key);
	fclose(f);
	if (found)
		*bytes = kib << 10;
	return found;
}

/* Memory that nothing has used since the guest began: Linux 6.5 and later tell. */
bool boot_unaccepted(u64 *bytes)
{
	return memory_line("Unaccepted", bytes);
}

bool boot_memory(u64 *bytes)
{
	return memory_line("MemTotal", bytes);
}
