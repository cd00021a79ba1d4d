// SPDX-License-Identifier: GPL-2.0
/*
 * report - what a program in the guest gets when it asks for a report: on SNP a
 * clean error, as no firmware is behind the hypervisor; on TDX a report without
 * a valid MAC, and a quote that says that it is none. Each is a line, ok or not ok.
 *
 * report sev-guest | tdx-guest
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sev-guest.h>
#include <linux/types.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tdx-report.h"

#define CONFIGFS	"/sys/kernel/config"
#define QUOTE		CONFIGFS "/tsm/report/cvmbed"

static void answer(const char *question, long long got, long long want)
{
	if (got == want)
		printf("ok %s\n", question);
	else
		printf("not ok %s: %lld, not %lld\n", question, got, want);
}

static void sev_guest(void)
{
	struct snp_report_req request = { 0 };
	struct snp_report_resp response = { 0 };
	struct snp_guest_request_ioctl argument = {
		.msg_version = 1,
		.req_data = (unsigned long)&request,
		.resp_data = (unsigned long)&response,
	};
	int fd = open("/dev/sev-guest", O_RDWR);
	int failed;

	answer("/dev/sev-guest opens", fd >= 0, 1);
	errno = 0;
	failed = ioctl(fd, SNP_GET_REPORT, &argument);
	answer("a report fails", failed, -1);
	answer("by an I/O error", errno, EIO);
	answer("of the VMM", argument.vmm_error, 0xffffffff);
	answer("and not of the firmware", argument.fw_error, 0);
	close(fd);
}

static void report(void)
{
	struct tdx_report argument = { .data = "cvmbed" };
	int fd = open("/dev/tdx_guest", O_RDWR);

	answer("/dev/tdx_guest opens", fd >= 0, 1);
	answer("a report is made", ioctl(fd, TDX_GET_REPORT0, &argument), 0);
	answer("its type is TDX", argument.report[0], 0x81);
	answer("it has the caller's data",
	       memcmp(argument.report + 128, argument.data, 64), 0);
	close(fd);
}

/* Linux, Documentation/ABI/testing/configfs-tsm: data in, quote out. */
static void quote(void)
{
	static const char data[64] = "cvmbed";
	char out[4096];
	int fd;

	mount("configfs", CONFIGFS, "configfs", 0, NULL);
	answer("a quote is asked for", mkdir(QUOTE, 0700), 0);
	fd = open(QUOTE "/inblob", O_WRONLY);
	answer("its data is taken", write(fd, data, sizeof(data)),
	       sizeof(data));
	close(fd);
	fd = open(QUOTE "/outblob", O_RDONLY);
	/* Header, 48 bytes with the vendor at 12; body, 584 with the data at its end. */
	answer("it comes", read(fd, out, sizeof(out)), 48 + 584 + 4);
	answer("its version", out[0], 4);
	answer("its TEE", (unsigned char)out[4], 0x81);
	answer("it says that it is none", memcmp(out + 12, "cvmbed: no quote", 16), 0);
	answer("it has the caller's data", memcmp(out + 48 + 584 - 64, data, sizeof(data)), 0);
	close(fd);
	rmdir(QUOTE);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "sev-guest")) {
		sev_guest();
	} else if (argc == 2 && !strcmp(argv[1], "tdx-guest")) {
		report();
		quote();
	} else {
		fputs("usage: report sev-guest|tdx-guest\n", stderr);
		return 2;
	}
	return 0;
}
