// SPDX-License-Identifier: GPL-2.0
/*
 * In the test build, in the place of wire/transport.c, base/clock.c and
 * guest/probe.c: the family is another process on NETLINK_USERSOCK, a snapshot
 * takes half a second, and /sys and /proc are a folder. Sockets and messages
 * are real.
 */
#include <stdlib.h>

#include <linux/genetlink.h>
#include <netlink/socket.h>

#include "guest/probe.h"
#include "wire/family.h"

#define FAKE_FAMILY 32
#define FAKE_GROUP 5
#define STEP_NS 500000000ULL

static u64 fake_now = 1000 * NSEC_PER_SEC;

static void __attribute__((constructor)) take_root(void)
{
	const char *root = getenv("CVMSTAT_TEST_ROOT");

	if (root)
		sysroot = root;
}

u64 now_ns(void)
{
	return fake_now;
}

u64 boot_ns(void)
{
	return fake_now;
}

u64 stamp_ns(void)
{
	fake_now += STEP_NS;
	return fake_now;
}

/* 2026-11-28, 12:00:00 UTC, and what the clock has gone. */
u64 wall_ns(void)
{
	return 1795867200 * NSEC_PER_SEC + fake_now % NSEC_PER_SEC;
}

bool probe_platform(char *buf, size_t size)
{
	const char *name = getenv("CVMSTAT_TEST_PLATFORM");

	snprintf(buf, size, "%s", name ? name : "a VM of the tests, not a confidential guest");
	return name;
}

/* Its number. */
bool probe_kind(u32 *platform)
{
	const char *number = getenv("CVMSTAT_TEST_KIND");

	*platform = number ? (u32)strtoul(number, NULL, 0) : CVMSTAT_PLATFORM_NONE;
	return number;
}

bool probe_reads_configuration(void)
{
	return true;
}

bool probe_refusal(char *buf, size_t size)
{
	const char *text = getenv("CVMSTAT_TEST_REFUSAL");

	snprintf(buf, size, "%s", text ? text : "");
	return text;
}

static const char *hypervisor(void)
{
	return getenv("CVMSTAT_TEST_HYPERVISOR") ?: "";
}

enum hypervisor probe_hypervisor(void)
{
	if (streq(hypervisor(), "hyperv"))
		return HYPERVISOR_HYPERV;
	return strncmp(hypervisor(), "kvm", 3) ? HYPERVISOR_UNKNOWN : HYPERVISOR_KVM;
}

bool probe_realtime_hint(void)
{
	return streq(hypervisor(), "kvm-realtime");
}

/* A clock, PV EOI and PV IPIs. */
bool probe_kvm_features(u32 *features)
{
	*features = 1U << 3 | 1U << 6 | 1U << 11;
	return probe_hypervisor() == HYPERVISOR_KVM;
}

bool probe_emulator(char *buf, size_t size)
{
	const char *name = getenv("CVMSTAT_TEST_EMULATOR");

	snprintf(buf, size, "%s", name ? name : "");
	return name;
}

bool transport_connect(struct family *f)
{
	const char *port = getenv("CVMSTAT_TEST_PORT");

	if (!port) {
		f->failure = FAIL_NO_MODULE;
		return false;
	}
	if (nl_connect(f->sk, NETLINK_USERSOCK) < 0)
		return false;
	nl_socket_set_peer_port(f->sk, (u32)strtoul(port, NULL, 0));
	f->id = FAKE_FAMILY;
	return true;
}

/* CVMSTAT_TEST_DEAF: as an older module, which announces nothing. */
void transport_groups(struct family *f, int *events, int *families)
{
	(void)f;
	*events = getenv("CVMSTAT_TEST_DEAF") ? -1 : FAKE_GROUP;
	*families = FAKE_GROUP + 1;
}

bool transport_is_arrival(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_type == GENL_ID_CTRL;
}
