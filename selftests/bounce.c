// SPDX-License-Identifier: GPL-2.0
/*
 * Bounce buffers: what is told is held against what was read and written, in both
 * directions. Where the buffer is too small for what is wanted of it (swiotlb= on
 * the kernel's command line), mappings that failed are told, and copy nothing.
 *
 * needs: confidential
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/aio_abi.h>
#include <linux/cvmstat.h>

#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

#define DISK		"/dev/vda"
#define PIECE		(256 * 1024UL)
#define PIECES		32
#define BYTES		(PIECE * PIECES)
#define READERS		8
#define AT_ONCE		8
#define STILL_S		10

/* Of each request the device has a head to read and a status to write, and more of it. */
#define SLACK		(BYTES / 16)

static const struct {
	const char *name;
	__u16 attr;
} figures[] = {
	{ "maps", CVMSTAT_A_AROUND_MAPS },
	{ "map-bytes", CVMSTAT_A_AROUND_MAP_BYTES },
	{ "in-copies", CVMSTAT_A_AROUND_IN_COPIES },
	{ "in-bytes", CVMSTAT_A_AROUND_IN_BYTES },
	{ "out-copies", CVMSTAT_A_AROUND_OUT_COPIES },
	{ "out-bytes", CVMSTAT_A_AROUND_OUT_BYTES },
	{ "failed", CVMSTAT_A_AROUND_FAILED },
	{ "cycles", CVMSTAT_A_AROUND_CYCLES },
};

enum { MAPS, MAP_BYTES, IN_COPIES, IN_BYTES, OUT_COPIES, OUT_BYTES, FAILED, CYCLES, FIGURES };

struct bounced {
	__u64 n[FIGURES];
	unsigned int missing;
	__u64 bounces;
	__u64 bytes;
};

static bool is_disk(const char *driver)
{
	return !strcmp(driver, "virtio-pci") || !strcmp(driver, "virtio_blk");
}

static void add(struct nlattr *const *attr, void *arg)
{
	struct bounced *sum = arg;
	unsigned int i;

	if (!is_disk(nl_string(attr[CVMSTAT_A_AROUND_DRIVER])))
		return;
	for (i = 0; i < FIGURES; i++) {
		sum->n[i] += nl_u64(attr[figures[i].attr]);
		sum->missing += !attr[figures[i].attr];
	}
	sum->bounces += nl_u64(attr[CVMSTAT_A_AROUND_BOUNCES]);
	sum->bytes += nl_u64(attr[CVMSTAT_A_AROUND_BYTES]);
}

static struct bounced since(struct nl *nl, const struct bounced *before)
{
	struct bounced now = { 0 };
	unsigned int i;

	nl_get(nl, CVMSTAT_CMD_BOUNCE_GET, NLM_F_DUMP, add, &now);
	if (!before)
		return now;
	for (i = 0; i < FIGURES; i++) {
		now.n[i] -= before->n[i];
		ksft_print_msg("%s %llu\n", figures[i].name, now.n[i]);
	}
	now.bounces -= before->bounces;
	now.bytes -= before->bytes;
	return now;
}

/* Past the page cache, as dd with direct I/O. Return: bytes. */
static size_t transfer(bool writes)
{
	int i, fd = open(DISK, (writes ? O_WRONLY : O_RDONLY) | O_DIRECT | O_CLOEXEC);
	size_t done = 0;
	ssize_t n = 0;
	void *buf;

	if (fd < 0 || posix_memalign(&buf, 4096, PIECE))
		return 0;
	memset(buf, 0, PIECE);
	for (i = 0; i < PIECES && n >= 0; i++) {
		n = writes ? write(fd, buf, PIECE) : read(fd, buf, PIECE);
		done += n > 0 ? n : 0;
	}
	free(buf);
	close(fd);
	return done;
}

/* Reads of one call: the driver maps them all before it tells the device of any. */
static long read_at_once(aio_context_t context, int fd, char *buf, int first)
{
	struct iocb iocb[AT_ONCE] = { 0 }, *list[AT_ONCE];
	struct io_event event[AT_ONCE];
	long done = 0;
	int i;

	for (i = 0; i < AT_ONCE; i++) {
		iocb[i].aio_lio_opcode = IOCB_CMD_PREAD;
		iocb[i].aio_fildes = fd;
		iocb[i].aio_buf = (unsigned long)buf + i * PIECE;
		iocb[i].aio_nbytes = PIECE;
		/* With gaps, or Linux would make one of them. */
		iocb[i].aio_offset = (first + i * (PIECES / AT_ONCE)) * PIECE;
		list[i] = &iocb[i];
	}
	if (syscall(SYS_io_submit, context, AT_ONCE, list) != AT_ONCE ||
	    syscall(SYS_io_getevents, context, AT_ONCE, AT_ONCE, event, NULL) != AT_ONCE)
		return 0;
	for (i = 0; i < AT_ONCE; i++)
		done += event[i].res > 0 ? event[i].res : 0;
	return done;
}

/* As much as transfer() does, in more pieces at a time than a small buffer has room for. */
static size_t transfer_at_once(void)
{
	int i, fd = open(DISK, O_RDONLY | O_DIRECT | O_CLOEXEC);
	aio_context_t context = 0;
	size_t done = 0;
	void *buf;

	if (fd < 0 || posix_memalign(&buf, 4096, AT_ONCE * PIECE) ||
	    syscall(SYS_io_setup, AT_ONCE, &context))
		return 0;
	for (i = 0; i < PIECES / AT_ONCE; i++)
		done += read_at_once(context, fd, buf, i);
	syscall(SYS_io_destroy, context);
	free(buf);
	close(fd);
	return done;
}

FIXTURE(bounce) {
	struct nl nl;
	struct bounced before;
};

FIXTURE_SETUP(bounce)
{
	if (access(DISK, R_OK | W_OK))
		SKIP(return, "no disk");
	ASSERT_EQ(0, nl_open(&self->nl));
	/* What the disk's driver asks once. */
	transfer(false);
	self->before = since(&self->nl, NULL);
	ASSERT_EQ(0, self->before.missing);
}

FIXTURE_TEARDOWN(bounce)
{
	nl_close(&self->nl);
}

/* Each mapping copies out, too, so that the device finds nothing old. */
TEST_LONG(bounce, reads)
{
	struct bounced b;

	ASSERT_EQ(BYTES, transfer(false));
	b = since(&self->nl, &self->before);
	EXPECT_LE(BYTES, b.n[IN_BYTES]);
	EXPECT_GE(BYTES + SLACK, b.n[IN_BYTES]);
	EXPECT_LE(BYTES, b.n[MAP_BYTES]);
	EXPECT_GE(BYTES + SLACK, b.n[MAP_BYTES]);
	EXPECT_EQ(b.n[MAP_BYTES], b.n[OUT_BYTES]);
	EXPECT_LT(0, b.n[CYCLES]);
	EXPECT_EQ(b.bounces, b.n[MAPS] + b.n[FAILED]);
	EXPECT_LE(b.n[MAP_BYTES], b.bytes);
}

TEST_LONG(bounce, writes)
{
	struct bounced b;

	ASSERT_EQ(BYTES, transfer(true));
	b = since(&self->nl, &self->before);
	EXPECT_LE(BYTES, b.n[OUT_BYTES]);
	EXPECT_GE(BYTES + SLACK, b.n[OUT_BYTES]);
	EXPECT_GE(SLACK, b.n[IN_BYTES]);
	EXPECT_EQ(b.n[MAP_BYTES], b.n[OUT_BYTES]);
}

/* Requests that the disk has answered. */
static unsigned long long answered(void)
{
	unsigned long long reads = 0, writes = 0;
	FILE *file = fopen("/sys/block/vda/stat", "re");

	if (!file || fscanf(file, "%llu %*u %*u %*u %llu", &reads, &writes) != 2)
		ksft_exit_fail_msg("no figures of " DISK "\n");
	fclose(file);
	return reads + writes;
}

/* Whether all readers end. No request answered in STILL_S is no slow machine. */
static bool all_end(const pid_t *reader, int *status)
{
	unsigned long long then = 0, now;
	int i = 0, still = 0;

	while (i < READERS && still < STILL_S * 10) {
		if (waitpid(reader[i], status + i, WNOHANG) == reader[i]) {
			i++;
			continue;
		}
		usleep(100000);
		now = answered();
		still = now == then ? still + 1 : 0;
		then = now;
	}
	return i == READERS;
}

/*
 * Several at once: more than a small buffer has room for. Linux then may merge
 * two reads into one that is larger than the buffer and try it for ever, or forget to
 * run the disk's queue again (6.12 and 7.3, without a hypervisor, too): the readers
 * cannot be killed, and what was mapped until then is what there is to tell.
 */
TEST_LONG(bounce, full)
{
	char line[4096] = "";
	int i, status[READERS] = { 0 }, fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	pid_t reader[READERS];
	bool small, ended;
	struct bounced b;

	EXPECT_LT(0, read(fd, line, sizeof(line) - 1));
	close(fd);
	small = strstr(line, "swiotlb=");
	for (i = 0; i < READERS; i++) {
		reader[i] = fork();
		if (!reader[i]) {
			/* One that stays keeps nobody waiting for the end of its output. */
			close_range(0, ~0U, 0);
			_exit(transfer_at_once() != BYTES);
		}
	}
	ended = all_end(reader, status);
	if (!ended)
		ksft_print_msg("the disk's queue stands still\n");
	b = since(&self->nl, &self->before);
	EXPECT_EQ(small, b.n[FAILED] > 0);
	EXPECT_TRUE(small || ended);
	/* One that failed copies nothing; those of its request before it are undone. */
	EXPECT_EQ(b.n[MAP_BYTES], b.n[OUT_BYTES]);
	EXPECT_GE(b.n[MAP_BYTES], b.n[IN_BYTES]);
	if (ended) {
		for (i = 0; i < READERS; i++)
			EXPECT_EQ(0, status[i]);
		EXPECT_LE(READERS * BYTES, b.n[IN_BYTES]);
	}
	if (!small)
		EXPECT_GE(READERS * (BYTES + SLACK), b.n[IN_BYTES]);
	EXPECT_EQ(b.bounces, b.n[MAPS] + b.n[FAILED]);
}

int main(int argc, char **argv)
{
	module_need();
	return harness(argc, argv);
}
