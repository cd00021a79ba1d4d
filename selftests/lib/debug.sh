# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # check's own
# The parts of `make check-debug`: the kselftests in kernels that stop at the
# first mistake (patches/config/debug.config): one that counts itself, and one
# that has to be probed. The classes that ynl switches off are for the latter.
# Data races are for kernels of their own (patches/config/kcsan.config).

part_timeout=7200
export KSELFTEST_LOAD_ARGS='-n 12'

builds=(
	"kernel-6.12-debug patches/build-kernel 6.12 small-debug"
	"kernel-6.12-stock-debug patches/build-kernel 6.12 small-stock-debug"
	"kernel-6.12-kcsan patches/build-kernel 6.12 small-kcsan"
	"kernel-6.12-stock-kcsan patches/build-kernel 6.12 small-stock-kcsan"
	"kernel-6.12-noprobes patches/build-kernel 6.12 small-stock-noprobes"
)

parts=(
	"debug-sev-es-6.12-4 selftests/run-guest --patched small-debug --platform sev-es --cpus 4 --timeout 7000 exact counting load netlink permissions hotplug reader top bench fuzz"
	"debug-snp-6.12-4 selftests/run-guest --patched small-debug --platform snp --cpus 4 --timeout 7000 exact counting load netlink permissions hotplug reader top bench fuzz"
	"debug-tdx-6.12-4 selftests/run-guest --patched small-debug --platform tdx --cpus 4 --timeout 7000 exact counting load netlink permissions reader top bench fuzz"
	"debug-probes-sev-es-6.12-4 selftests/run-guest --patched small-stock-debug --platform sev-es --cpus 4 --timeout 7000 exact counting load lost netlink permissions hotplug reader top bench fuzz"
	"debug-probes-snp-6.12-4 selftests/run-guest --patched small-stock-debug --platform snp --cpus 4 --timeout 7000 exact counting load lost netlink permissions hotplug reader top bench ynl fuzz"
	"debug-probes-tdx-6.12-4 selftests/run-guest --patched small-stock-debug --platform tdx --cpus 4 --timeout 7000 exact counting load lost netlink permissions reader top bench fuzz"
	"debug-races-sev-es-6.12-4 selftests/run-guest --patched small-kcsan --platform sev-es --cpus 4 --timeout 7000 exact counting load netlink permissions hotplug reader top bench fuzz"
	"debug-races-probes-snp-6.12-4 selftests/run-guest --patched small-stock-kcsan --platform snp --cpus 4 --timeout 7000 exact counting load lost netlink permissions reader top bench fuzz"
	"debug-races-probes-tdx-6.12-4 selftests/run-guest --patched small-stock-kcsan --platform tdx --cpus 4 --timeout 7000 exact counting load lost netlink permissions reader top bench fuzz"
	"debug-noprobes-snp-6.12-1 selftests/run-guest --patched small-stock-noprobes --platform snp lost"
)
