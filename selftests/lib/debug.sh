# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # check's own
# The parts of `make check-debug`: the kselftests in a kernel that stops at the
# first mistake (patches/config/debug.config).

part_timeout=7200

builds=(
	"kernel-6.12-debug patches/build-kernel 6.12 small-debug"
)

parts=(
	"debug-snp-6.12-4 selftests/run-guest --patched small-debug --platform snp --cpus 4 --timeout 7000 exact counting load lost netlink permissions suspend hotplug reader top bench ynl fuzz"
	"debug-sev-es-6.12-4 selftests/run-guest --patched small-debug --platform sev-es --cpus 4 --timeout 7000 exact counting load lost netlink permissions suspend hotplug reader top bench fuzz"
	"debug-tdx-6.12-4 selftests/run-guest --patched small-debug --platform tdx --cpus 4 --timeout 7000 exact counting load lost netlink permissions suspend reader top bench fuzz"
)
