// SPDX-License-Identifier: GPL-2.0
/*
 * Every vCPU has a table of its own, which only it writes, so that counting
 * takes no lock. A mark reads the tables of all: entries are published by
 * their class, last, and only ever grow.
 */
#include "ledger.h"
#include "log.h"
#include "x86.h"

#define LEDGER_SLOTS	4096	/* a power of two */
#define LINE_MAX	(512 * 1024)
/* A count of a line at its longest, and what else a line has. */
#define COUNT_MAX	80
#define HEAD_MAX	1024
/* What a vCPU's table keeps for counts without a detail. */
#define RESERVE		128
#define LABEL_MAX	63

struct entry {
	u64 code;
	u64 detail;
	u64 count;
	u32 op;
	u32 class_plus_1;	/* 0: free */
};

static struct entry ledgers[MAX_VCPUS][LEDGER_SLOTS];
static u32 used[MAX_VCPUS];
static u32 room;	/* of one vCPU's table, so that a line has room for all */
static u64 bugs, faults;
static u32 seq, mark_lock;
static const char *platform_name = "none";
static u32 nr_ledgers;

/* A label as far as it has come, the line of the last one, and how far that was read. */
static struct {
	char label[LABEL_MAX + 1];
	u32 label_len;
	char buf[LINE_MAX];
	size_t len, pos;
} marks[MAX_VCPUS];

static const char *const class_names[] = CVMSTAT_CLASS_NAMES;

static const char *const op_names[] = {
	[CVMSTAT_OP_NONE] = "-",
	[CVMSTAT_OP_READ] = "r",
	[CVMSTAT_OP_WRITE] = "w",
};

/* Before any vCPU runs: what each line says of the guest. */
void ledger_begin(const char *platform, u32 vcpus)
{
	platform_name = platform;
	nr_ledgers = vcpus;
	room = (LINE_MAX - HEAD_MAX) / COUNT_MAX / vcpus;
	if (room > LEDGER_SLOTS / 2)
		room = LEDGER_SLOTS / 2;
}

/* One more of this, unless it were the first of it and there are as many counts already. */
static bool count_in(u32 vcpu, u32 most, const struct entry *key)
{
	u64 hash = (key->code * 0x9e3779b1 + key->detail + key->class_plus_1 * 0x1003 + key->op) *
		   0x9e3779b97f4a7c15;
	u32 i = hash >> 52;	/* 64 - log2(LEDGER_SLOTS) */
	struct entry *e;

	/* The table is never full: there is a free entry behind all. */
	for (; (e = &ledgers[vcpu][i])->class_plus_1; i = (i + 1) & (LEDGER_SLOTS - 1)) {
		if (e->code != key->code || e->detail != key->detail ||
		    e->class_plus_1 != key->class_plus_1 || e->op != key->op)
			continue;
		e->count++;
		return true;
	}
	if (used[vcpu] >= most)
		return false;
	used[vcpu]++;
	e->code = key->code;
	e->detail = key->detail;
	e->op = key->op;
	e->count = 1;
	__atomic_store_n(&e->class_plus_1, key->class_plus_1, __ATOMIC_RELEASE);
	return true;
}

/**
 * ledger_count - one more of this
 * @vcpu: the one that runs, and the only one that writes this table
 * @class: trap, exit or module call
 * @code: the specification's code
 * @detail: MSR index, GPA, port, leaf, or LEDGER_NO_DETAIL
 * @op: direction, where the code does not say it
 *
 * A guest chooses details, and how many. Those that find no room are counted
 * together, by reason, and reasons that find none by class.
 */
void ledger_count(u32 vcpu, enum cvmstat_class class, u64 code, u64 detail, enum cvmstat_op op)
{
	struct entry key = { code, detail, 0, op, class + 1 };

	if (count_in(vcpu, detail == LEDGER_NO_DETAIL ? room - RESERVE / 2 : room - RESERVE, &key))
		return;
	key.detail = LEDGER_FULL;
	if (count_in(vcpu, room - RESERVE / 4, &key))
		return;
	key.code = LEDGER_FULL;
	count_in(vcpu, room, &key);
}

/* Counts something that hardware would have punished. */
void ledger_bug(void)
{
	__atomic_add_fetch(&bugs, 1, __ATOMIC_RELAXED);
}

/* Counts a fault that was injected on request. */
void ledger_fault(void)
{
	__atomic_add_fetch(&faults, 1, __ATOMIC_RELAXED);
}

static void line_entry(struct text *t, const struct entry *e, const char *sep)
{
	text_fmt(t, "%s[\"%s\",\"%x\",\"", sep, class_names[e->class_plus_1 - 1], e->code);
	if (e->detail == LEDGER_NO_DETAIL)
		text_str(t, "-");
	else if (e->detail == LEDGER_FULL)
		text_str(t, "*");
	else
		text_hex(t, e->detail);
	text_fmt(t, "\",\"%s\",%u]", op_names[e->op], e->count);
}

static void line_vcpu(struct text *t, u32 id)
{
	const char *sep = "";
	u32 i;

	text_fmt(t, "%s{\"id\":%u,\"counts\":[", id ? "," : "", (u64)id);
	for (i = 0; i < LEDGER_SLOTS; i++) {
		const struct entry *e = &ledgers[id][i];

		if (!__atomic_load_n(&e->class_plus_1, __ATOMIC_ACQUIRE))
			continue;
		line_entry(t, e, sep);
		sep = ",";
	}
	text_str(t, "]}");
}

/* Marks of all vCPUs take turns, so that lines stay whole and in order. */
static void write_line(u32 reader, const char *label)
{
	struct text t = { marks[reader].buf, 0, LINE_MAX - 1 };
	u32 id;

	while (__atomic_exchange_n(&mark_lock, 1, __ATOMIC_ACQUIRE))
		cpu_pause();
	text_fmt(&t, "{\"cvmbed_ledger\":1,\"platform\":\"%s\",\"label\":\"%s\",", platform_name,
		 label);
	text_fmt(&t, "\"seq\":%u,\"tsc\":%u,\"vcpus\":[", (u64)seq++, rdtsc());
	for (id = 0; id < nr_ledgers; id++)
		line_vcpu(&t, id);
	text_fmt(&t, "],\"bugs\":%u,\"faults\":%u}", bugs, faults);
	if (t.len == t.size)
		hv_log("ledger: line %s is cut at %u bytes", label, (u64)t.size);
	t.buf[t.len++] = '\n';
	marks[reader].len = t.len;
	marks[reader].pos = 0;
	outsb(PORT_LEDGER, t.buf, t.len);
	__atomic_store_n(&mark_lock, 0, __ATOMIC_RELEASE);
}

/**
 * ledger_mark_write - a byte of a label came through the mark port
 * @vcpu: the one that wrote it
 * @byte: printable ASCII, or a newline that ends the label and sets the mark
 * Return: whether that set a mark.
 */
bool ledger_mark_write(u32 vcpu, u8 byte)
{
	char *label = marks[vcpu].label;
	u32 *len = &marks[vcpu].label_len;

	if (byte == '\n') {
		label[*len] = '\0';
		*len = 0;
		write_line(vcpu, label);
		return true;
	}
	if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
		byte = '?';
	if (*len < LABEL_MAX)
		label[(*len)++] = (char)byte;
	return false;
}

/* The next byte of this vCPU's last line; 0 behind its end. */
u8 ledger_mark_read(u32 vcpu)
{
	if (marks[vcpu].pos >= marks[vcpu].len)
		return 0;
	return (u8)marks[vcpu].buf[marks[vcpu].pos++];
}

/* The run's last line. */
void ledger_end(void)
{
	static u32 ended;

	if (!__atomic_exchange_n(&ended, 1, __ATOMIC_ACQ_REL))
		write_line(0, "end");
}
