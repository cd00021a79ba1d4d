// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that are wrong: each gets the right errno and a text that says why,
 * and none changes anything.
 *
 * needs: nothing
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/cvmstat.h>

#include "lib/commands.h"
#include "lib/module.h"
#include "lib/nl.h"
#include "lib/test.h"

#define ALL_PARTS (2 * CVMSTAT_PARTS_IDLE_COUNTS - 1)

static const struct command config_set = {
	"config-set", CVMSTAT_CMD_CONFIG_SET, 0
};

static struct nlattr *last_attr(struct nl_msg *msg, __u16 len)
{
	return (void *)(msg->buf + msg->hdr.nlmsg_len - NLA_HDRLEN -
			NLA_ALIGN(len));
}

/* Faults that any command can have. */

static void unknown_attr(struct nl_msg *msg)
{
	nl_put_u32(msg, 999, 0);
}

static void largest_attr(struct nl_msg *msg)
{
	nl_put_u32(msg, (__u16)NLA_TYPE_MASK, 0);
}

static void type_zero(struct nl_msg *msg)
{
	nl_put_u32(msg, 0, 0);
}

static void reply_attr(struct nl_msg *msg)
{
	/* 20 is no request's attribute, whatever the command. */
	nl_put_u32(msg, 20, 1);
}

static void attr_past_end(struct nl_msg *msg)
{
	nl_put_u32(msg, 1, 0);
	last_attr(msg, 4)->nla_len = 64;
}

static void attr_too_short(struct nl_msg *msg)
{
	nl_put_u32(msg, 1, 0);
	last_attr(msg, 4)->nla_len = NLA_HDRLEN - 1;
}

static void leftover(struct nl_msg *msg)
{
	msg->hdr.nlmsg_len += 3;
}

static void reserved_flag(struct nl_msg *msg)
{
	msg->hdr.nlmsg_flags |= NLM_F_CREATE;
}

static void reserved_field(struct nl_msg *msg)
{
	((struct genlmsghdr *)NLMSG_DATA(&msg->hdr))->reserved = 1;
}

static const struct fault {
	const char *name;
	void (*make)(struct nl_msg *msg);
} faults[] = {
	{ "unknown attribute", unknown_attr },
	{ "largest attribute type", largest_attr },
	{ "attribute type 0", type_zero },
	{ "attribute of replies", reply_attr },
	{ "attribute longer than the message", attr_past_end },
	{ "attribute shorter than its header", attr_too_short },
	{ "bytes left over", leftover },
	{ "reserved flag", reserved_flag },
	{ "reserved field", reserved_field },
};

/* Faults of one attribute: these lengths and values are all wrong. */
struct wrong {
	const char *name;
	__u16 type;
	__u16 len;
	__u64 val;
	int err;
};

static const struct wrong wrong_count[] = {
	{ "classes, none", CVMSTAT_A_COUNT_CLASSES, 0, 0, EINVAL },
	{ "classes, u16", CVMSTAT_A_COUNT_CLASSES, 2, 1, EINVAL },
	{ "classes, u64", CVMSTAT_A_COUNT_CLASSES, 8, 1, EINVAL },
	{ "classes, reserved bit", CVMSTAT_A_COUNT_CLASSES, 4, 0x100, EINVAL },
	{ "classes, nested", CVMSTAT_A_COUNT_CLASSES | NLA_F_NESTED, 4, 1,
	  EINVAL },
	{ "per-cpu with a value", CVMSTAT_A_COUNT_PER_CPU, 4, 1, ERANGE },
	{ "pad", CVMSTAT_A_COUNT_PAD, 4, 0, EINVAL },
	{}
};

static const struct wrong wrong_around[] = {
	{ "per-cpu with a value", CVMSTAT_A_AROUND_PER_CPU, 8, 1, ERANGE },
	{ "per-cpu, nested", CVMSTAT_A_AROUND_PER_CPU | NLA_F_NESTED, 0, 0,
	  EINVAL },
	{}
};

static const struct wrong wrong_snapshot[] = {
	{ "parts, none", CVMSTAT_A_SNAPSHOT_PARTS, 0, 0, EINVAL },
	{ "parts, u16", CVMSTAT_A_SNAPSHOT_PARTS, 2, 1, EINVAL },
	{ "parts, u64", CVMSTAT_A_SNAPSHOT_PARTS, 8, 1, EINVAL },
	{ "parts, reserved bit", CVMSTAT_A_SNAPSHOT_PARTS, 4, ALL_PARTS + 1,
	  EINVAL },
	{ "parts, nested", CVMSTAT_A_SNAPSHOT_PARTS | NLA_F_NESTED, 4, 1,
	  EINVAL },
	{ "classes, u8", CVMSTAT_A_SNAPSHOT_CLASSES, 1, 1, EINVAL },
	{ "classes, reserved bit", CVMSTAT_A_SNAPSHOT_CLASSES, 4, 0x100,
	  EINVAL },
	{ "per-cpu with a value", CVMSTAT_A_SNAPSHOT_PER_CPU, 4, 1, ERANGE },
	{ "info, a nest of replies", CVMSTAT_A_SNAPSHOT_INFO | NLA_F_NESTED,
	  0, 0, EINVAL },
	{ "idle, a nest of replies", CVMSTAT_A_SNAPSHOT_IDLE | NLA_F_NESTED,
	  8, 0, EINVAL },
	{}
};

static const struct wrong wrong_config[] = {
	{ "classes, u8", CVMSTAT_A_CONFIG_CLASSES, 1, 1, EINVAL },
	{ "classes, u64", CVMSTAT_A_CONFIG_CLASSES, 8, 1, EINVAL },
	{ "classes, reserved bits", CVMSTAT_A_CONFIG_CLASSES, 4, 0xffffffff,
	  EINVAL },
	{ "details, none", CVMSTAT_A_CONFIG_DETAILS, 0, 0, EINVAL },
	{ "details, u32", CVMSTAT_A_CONFIG_DETAILS, 4, 1, EINVAL },
	{ "details, 2", CVMSTAT_A_CONFIG_DETAILS, 1, 2, ERANGE },
	{ "details, nested", CVMSTAT_A_CONFIG_DETAILS | NLA_F_NESTED, 1, 1,
	  EINVAL },
	{ "rips, none", CVMSTAT_A_CONFIG_RIPS, 0, 0, EINVAL },
	{ "rips, u16", CVMSTAT_A_CONFIG_RIPS, 2, 1, EINVAL },
	{ "rips, 255", CVMSTAT_A_CONFIG_RIPS, 1, 255, ERANGE },
	{ "latency, none", CVMSTAT_A_CONFIG_LATENCY, 0, 0, EINVAL },
	{ "latency, u64", CVMSTAT_A_CONFIG_LATENCY, 8, 1, EINVAL },
	{ "latency, 2", CVMSTAT_A_CONFIG_LATENCY, 1, 2, ERANGE },
	{ "durations, none", CVMSTAT_A_CONFIG_DURATIONS, 0, 0, EINVAL },
	{ "durations, u32", CVMSTAT_A_CONFIG_DURATIONS, 4, 1, EINVAL },
	{ "durations, 2", CVMSTAT_A_CONFIG_DURATIONS, 1, 2, ERANGE },
	{}
};

static const struct {
	__u8 cmd;
	const struct wrong *list;
} wrong_attrs[] = {
	{ CVMSTAT_CMD_GET, wrong_count },
	{ CVMSTAT_CMD_DETAIL_GET, wrong_count },
	{ CVMSTAT_CMD_RIP_GET, wrong_count },
	{ CVMSTAT_CMD_HIST_GET, wrong_count },
	{ CVMSTAT_CMD_BOUNCE_GET, wrong_around },
	{ CVMSTAT_CMD_IDLE_GET, wrong_around },
	{ CVMSTAT_CMD_SNAPSHOT, wrong_snapshot },
	{ CVMSTAT_CMD_CONFIG_SET, wrong_config },
};

FIXTURE(family) {
	struct nl nl;
	struct nl_state before;
};

FIXTURE_SETUP(family)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_state(&self->nl, &self->before));
}

/* Whatever the test sent: configuration and generation are what they were. */
FIXTURE_TEARDOWN(family)
{
	struct nl_state after;

	ASSERT_EQ(0, nl_state(&self->nl, &after));
	EXPECT_EQ(self->before.generation, after.generation);
	EXPECT_EQ(self->before.classes, after.classes);
	EXPECT_EQ(self->before.details, after.details);
	EXPECT_EQ(self->before.rips, after.rips);
	EXPECT_EQ(self->before.latency, after.latency);
	EXPECT_EQ(self->before.durations, after.durations);
	nl_close(&self->nl);
}

static int send_fault(struct nl *nl, const struct command *cmd,
		      const struct fault *fault)
{
	struct nl_msg msg;

	nl_begin(&msg, nl->family, cmd->cmd, cmd->flags);
	fault->make(&msg);
	return nl_call(nl, &msg, NULL, NULL);
}

/* Any command by its place: those that read, and then the one that changes. */
static const struct command *command_at(size_t i)
{
	size_t n = 0;

	while (read_commands[n].name)
		n++;
	if (i < n)
		return &read_commands[i];
	return i == n ? &config_set : NULL;
}

TEST_F(family, any_command)
{
	const struct command *cmd;
	const struct fault *fault;
	size_t i;
	int n = 0;

	for (i = 0; (cmd = command_at(i)); i++) {
		for (fault = faults; fault < faults + ARRAY_SIZE(faults);
		     fault++, n++) {
			EXPECT_EQ(-EINVAL, send_fault(&self->nl, cmd, fault))
				TH_LOG("%s: %s", cmd->name, fault->name);
			EXPECT_NE('\0', self->nl.extack[0])
				TH_LOG("%s: %s: no text", cmd->name,
				       fault->name);
		}
	}
	TH_LOG("%d messages", n);
}

static const struct command *find_command(__u8 number)
{
	const struct command *cmd;
	size_t i;

	for (i = 0; (cmd = command_at(i)); i++)
		if (cmd->cmd == number)
			return cmd;
	abort();
}

static int send_wrong(struct nl *nl, __u8 number, const struct wrong *wrong)
{
	const struct command *cmd = find_command(number);
	struct nl_msg msg;

	nl_begin(&msg, nl->family, cmd->cmd, cmd->flags);
	nl_put(&msg, wrong->type, &wrong->val, wrong->len);
	return nl_call(nl, &msg, NULL, NULL);
}

TEST_F(family, one_attribute)
{
	const struct wrong *wrong;
	int n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong_attrs); i++) {
		__u8 cmd = wrong_attrs[i].cmd;

		for (wrong = wrong_attrs[i].list; wrong->name; wrong++, n++) {
			EXPECT_EQ(-wrong->err,
				  send_wrong(&self->nl, cmd, wrong))
				TH_LOG("%s: %s", find_command(cmd)->name,
				       wrong->name);
			EXPECT_NE('\0', self->nl.extack[0])
				TH_LOG("%s: %s: no text",
				       find_command(cmd)->name, wrong->name);
		}
	}
	TH_LOG("%d messages", n);
}

/* Of two attributes the first is right: all or nothing. */
TEST_F(family, half_right)
{
	struct nl_msg msg;

	nl_begin(&msg, self->nl.family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put_u32(&msg, CVMSTAT_A_CONFIG_CLASSES, 1);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, !self->before.rips);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_DETAILS, 2);
	EXPECT_EQ(-ERANGE, nl_call(&self->nl, &msg, NULL, NULL));
	EXPECT_NE('\0', self->nl.extack[0]);
}

TEST_F(family, over_long)
{
	static const char zeros[NL_MSG_MAX - 64];
	struct nl_msg msg;

	nl_begin(&msg, self->nl.family, CVMSTAT_CMD_GET, NLM_F_DUMP);
	nl_put(&msg, CVMSTAT_A_COUNT_CLASSES, zeros, sizeof(zeros));
	EXPECT_EQ(-EINVAL, nl_call(&self->nl, &msg, NULL, NULL));
	EXPECT_NE('\0', self->nl.extack[0]);
	nl_begin(&msg, self->nl.family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put(&msg, CVMSTAT_A_CONFIG_RIPS, zeros, sizeof(zeros));
	EXPECT_EQ(-EINVAL, nl_call(&self->nl, &msg, NULL, NULL));
	EXPECT_NE('\0', self->nl.extack[0]);
}

/*
 * What generic netlink refuses before the family sees it. It has no text for
 * these.
 */
TEST_F(family, no_such_command)
{
	static const struct {
		char name[32];
		__u8 cmd;
		__u16 flags;
	} none[] = {
		{ "command 0", 0, 0 },
		{ "command 0 as a dump", 0, NLM_F_DUMP },
		{ "announcement as a request", CVMSTAT_CMD_NTF, 0 },
		{ "command past the last", CVMSTAT_CMD_MAX + 1, 0 },
		{ "command 255", 255, NLM_F_DUMP },
		{ "info as a dump", CVMSTAT_CMD_INFO, NLM_F_DUMP },
		{ "config-get as a dump", CVMSTAT_CMD_CONFIG_GET, NLM_F_DUMP },
		{ "config-set as a dump", CVMSTAT_CMD_CONFIG_SET, NLM_F_DUMP },
		{ "get without a dump", CVMSTAT_CMD_GET, 0 },
		{ "detail-get without a dump", CVMSTAT_CMD_DETAIL_GET, 0 },
		{ "hook-get without a dump", CVMSTAT_CMD_HOOK_GET, 0 },
		{ "snapshot without a dump", CVMSTAT_CMD_SNAPSHOT, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(none); i++)
		EXPECT_EQ(-EOPNOTSUPP,
			  nl_get(&self->nl, none[i].cmd, none[i].flags, NULL,
				 NULL))
			TH_LOG("%s", none[i].name);
}

TEST_F(family, no_generic_header)
{
	struct nl_msg msg;

	nl_begin(&msg, self->nl.family, CVMSTAT_CMD_INFO, 0);
	msg.hdr.nlmsg_len = NLMSG_LENGTH(0);
	EXPECT_EQ(-EINVAL, nl_call(&self->nl, &msg, NULL, NULL));
	msg.hdr.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN - 1);
	EXPECT_EQ(-EINVAL, nl_call(&self->nl, &msg, NULL, NULL));
}

/* Netlink drops a message that is cut off, without an answer. */
TEST_F(family, cut_off)
{
	struct nl_msg msg;
	char answer[64];
	size_t len;

	nl_begin(&msg, self->nl.family, CVMSTAT_CMD_CONFIG_SET, 0);
	nl_put_u8(&msg, CVMSTAT_A_CONFIG_RIPS, !self->before.rips);
	for (len = 1; len < msg.hdr.nlmsg_len; len++)
		ASSERT_EQ((ssize_t)len, send(self->nl.fd, msg.buf, len, 0));
	EXPECT_EQ(-1, recv(self->nl.fd, answer, sizeof(answer), MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

/* What the messages of a snapshot had. */
struct nests {
	unsigned int seen[CVMSTAT_A_SNAPSHOT_MAX + 1];
	unsigned int others;	/* messages without exactly one nest */
};

static void note_nest(struct nlattr *const *attr, void *arg)
{
	struct nests *nests = arg;
	int i, n = 0;

	for (i = 0; i < NL_ATTR_MAX; i++) {
		if (!attr[i])
			continue;
		n++;
		if (i >= CVMSTAT_A_SNAPSHOT_INFO && i <= CVMSTAT_A_SNAPSHOT_MAX)
			nests->seen[i]++;
		else
			n = 2;
	}
	nests->others += n != 1;
}

static int take_snapshot(struct nl *nl, __u32 parts, __u32 classes,
			 struct nests *nests)
{
	struct nl_msg msg;

	memset(nests, 0, sizeof(*nests));
	nl_begin(&msg, nl->family, CVMSTAT_CMD_SNAPSHOT, NLM_F_DUMP);
	nl_put_u32(&msg, CVMSTAT_A_SNAPSHOT_PARTS, parts);
	nl_put_u32(&msg, CVMSTAT_A_SNAPSHOT_CLASSES, classes);
	return nl_call(nl, &msg, note_nest, nests);
}

/* A snapshot has the parts that it was asked for, and nothing else. */
TEST_F(family, snapshot_parts)
{
	static const struct {
		__u32 part;
		int nest;
	} parts[] = {
		{ CVMSTAT_PARTS_INFO, CVMSTAT_A_SNAPSHOT_INFO },
		{ CVMSTAT_PARTS_CONFIG, CVMSTAT_A_SNAPSHOT_CONFIG },
		{ CVMSTAT_PARTS_HOOKS, CVMSTAT_A_SNAPSHOT_HOOK },
		{ CVMSTAT_PARTS_GAPS, CVMSTAT_A_SNAPSHOT_GAP },
		{ CVMSTAT_PARTS_COUNTS, CVMSTAT_A_SNAPSHOT_COUNT },
		{ CVMSTAT_PARTS_DETAILS, CVMSTAT_A_SNAPSHOT_DETAIL },
		{ CVMSTAT_PARTS_RIPS, CVMSTAT_A_SNAPSHOT_RIP },
		{ CVMSTAT_PARTS_HISTS, CVMSTAT_A_SNAPSHOT_HIST },
		{ CVMSTAT_PARTS_BOUNCES, CVMSTAT_A_SNAPSHOT_BOUNCE },
		{ CVMSTAT_PARTS_IDLE, CVMSTAT_A_SNAPSHOT_IDLE },
		{ CVMSTAT_PARTS_BOOT, CVMSTAT_A_SNAPSHOT_BOOT },
	};
	struct nests nests;
	size_t i;
	int nest;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		ASSERT_EQ(0, take_snapshot(&self->nl, parts[i].part, 0xff,
					   &nests));
		EXPECT_EQ(0, nests.others);
		for (nest = 0; nest <= CVMSTAT_A_SNAPSHOT_MAX; nest++)
			if (nest != parts[i].nest)
				EXPECT_EQ(0, nests.seen[nest])
					TH_LOG("part 0x%x", parts[i].part);
	}
	ASSERT_EQ(0, take_snapshot(&self->nl, 0, 0xff, &nests));
	for (nest = 0; nest <= CVMSTAT_A_SNAPSHOT_MAX; nest++)
		EXPECT_EQ(0, nests.seen[nest]);
}

TEST_F(family, snapshot_whole)
{
	struct nests nests;

	ASSERT_EQ(0, take_snapshot(&self->nl, ALL_PARTS, 0xff, &nests));
	EXPECT_EQ(0, nests.others);
	EXPECT_EQ(1, nests.seen[CVMSTAT_A_SNAPSHOT_INFO]);
	EXPECT_EQ(1, nests.seen[CVMSTAT_A_SNAPSHOT_CONFIG]);
	EXPECT_LT(0, nests.seen[CVMSTAT_A_SNAPSHOT_HOOK]);
	/* An ordinary guest may have been idle never yet, and has no details. */
	if (module_platform() != CVMSTAT_PLATFORM_NONE) {
		EXPECT_LT(0, nests.seen[CVMSTAT_A_SNAPSHOT_COUNT]);
		EXPECT_LT(0, nests.seen[CVMSTAT_A_SNAPSHOT_DETAIL]);
	}
	EXPECT_LE(nests.seen[CVMSTAT_A_SNAPSHOT_COUNT],
		  nests.seen[CVMSTAT_A_SNAPSHOT_RECOUNT]);
	ASSERT_EQ(0, take_snapshot(&self->nl, ALL_PARTS, 0, &nests));
	EXPECT_EQ(0, nests.seen[CVMSTAT_A_SNAPSHOT_COUNT]);
	EXPECT_EQ(0, nests.seen[CVMSTAT_A_SNAPSHOT_DETAIL]);
	EXPECT_EQ(1, nests.seen[CVMSTAT_A_SNAPSHOT_INFO]);
}

#define BOOT_FILE "/sys/kernel/debug/x86/cvm_exits_boot"

/* Events of the boot, as a kernel that counts them says itself; 0: it does not. */
static __u64 boot_events(void)
{
	FILE *f = fopen(BOOT_FILE, "r");
	char phase[16], class[16];
	unsigned long long n;
	__u64 sum = 0;

	if (!f)
		return 0;
	while (fscanf(f, "%15s %15s %*s %*s %*s %*s %llu", phase, class, &n) == 3)
		if (strcmp(phase, "user") && strcmp(class, "time") &&
		    strcmp(class, "pages"))
			sum += n;
	fclose(f);
	return sum;
}

static void add_boot(struct nlattr *const *attr, void *arg)
{
	__u64 *sum = arg;

	if (attr[CVMSTAT_A_BOOT_CLASS])
		*sum += nl_u64(attr[CVMSTAT_A_BOOT_COUNT]);
}

TEST_F(family, boot)
{
	__u64 events = boot_events(), sum = 0;

	EXPECT_EQ(!access(BOOT_FILE, F_OK), events != 0);
	ASSERT_EQ(0, nl_get(&self->nl, CVMSTAT_CMD_BOOT_GET, NLM_F_DUMP,
			    add_boot, &sum));
	EXPECT_EQ(events, sum);
}

/* The right ones work, and so does the one that changes something. */
TEST_F(family, valid)
{
	const struct command *cmd;
	struct nl_state state;
	size_t i;

	for (i = 0; (cmd = command_at(i)); i++)
		EXPECT_EQ(0, nl_get(&self->nl, cmd->cmd, cmd->flags, NULL,
				    NULL))
			TH_LOG("command %u: %s", cmd->cmd, self->nl.extack);
	EXPECT_EQ(0, nl_set_rips(&self->nl, !self->before.rips));
	EXPECT_EQ(0, nl_state(&self->nl, &state));
	EXPECT_EQ(!self->before.rips, state.rips);
	EXPECT_EQ(self->before.classes, state.classes);
	EXPECT_EQ(0, nl_set_rips(&self->nl, self->before.rips));
}

int main(int argc, char **argv)
{
	module_need();
	return harness(argc, argv);
}
