# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # check's own
# The parts of `make check`: a name, then the command.

part_timeout=1200
# A cycle waits for all CPUs some times, in a storm for a second or two.
export KSELFTEST_LOAD_ARGS='-n 12'

builds=(
	"build-module-6.1-gcc selftests/build-module 6.1 gcc"
	"build-module-6.12-gcc selftests/build-module 6.12 gcc"
	"build-module-6.1-clang selftests/build-module 6.1 clang"
	"build-module-6.12-clang selftests/build-module 6.12 clang"
	"build-reader-gcc make -C user CC=gcc"
	"build-reader-clang make -C user CC=clang BUILD=build/clang"
	"build-hypervisor-gcc make -C selftests/testbed/hv"
	"build-hypervisor-clang make -C selftests/testbed/hv CC=clang OUT=../build/clang"
	"build-guest-6.1 selftests/run-guest --kernel 6.1 --build"
	"build-guest-6.12 selftests/run-guest --kernel 6.12 --build"
	"netlink-spec make -C kmod check"
	"fuzz-table make -C selftests check-tables"
)

# Guests first, as they take longest.
parts=(
	"guest-snp-6.1-1 selftests/run-guest --platform snp --kernel 6.1 --cpus 1 exact counting load netlink permissions suspend reader"
	"guest-snp-6.1-4 selftests/run-guest --platform snp --kernel 6.1 --cpus 4 exact counting load optimised netlink permissions hotplug reader"
	"guest-sev-es-6.1-1 selftests/run-guest --platform sev-es --kernel 6.1 --cpus 1 exact counting load lost optimised netlink permissions reader"
	"guest-sev-es-6.1-4 selftests/run-guest --platform sev-es --kernel 6.1 --cpus 4 exact counting load netlink permissions hotplug reader"
	"guest-plain-6.1-1 selftests/run-guest --platform plain --kernel 6.1 --cpus 1 load netlink permissions"
	"guest-plain-6.1-4 selftests/run-guest --platform plain --kernel 6.1 --cpus 4 load netlink permissions hotplug"
	"guest-snp-6.12-1 selftests/run-guest --platform snp --kernel 6.12 --cpus 1 exact counting load lost optimised netlink permissions reader ynl"
	"guest-snp-6.12-4 selftests/run-guest --platform snp --kernel 6.12 --cpus 4 exact counting load netlink permissions hotplug reader top"
	"guest-sev-es-6.12-1 selftests/run-guest --platform sev-es --kernel 6.12 --cpus 1 exact counting load netlink permissions reader"
	"guest-sev-es-6.12-4 selftests/run-guest --platform sev-es --kernel 6.12 --cpus 4 exact counting load optimised netlink permissions hotplug suspend reader"
	"guest-plain-6.12-1 selftests/run-guest --platform plain --kernel 6.12 --cpus 1 load netlink permissions"
	"guest-plain-6.12-4 selftests/run-guest --platform plain --kernel 6.12 --cpus 4 load netlink permissions hotplug"
	"guest-tdx-6.12-1 selftests/run-guest --platform tdx --kernel 6.12 --cpus 1 exact counting load lost optimised netlink permissions suspend reader"
	"guest-tdx-6.12-4 selftests/run-guest --platform tdx --kernel 6.12 --cpus 4 exact counting load netlink permissions reader top"
	"bench-snp-6.12-2 selftests/test-bench --platform snp --kernel 6.12"
	"bench-tdx-6.12-2 selftests/test-bench --platform tdx --kernel 6.12"
	"cost selftests/bench/check-cost"
	"ledger-snp-6.12-1 selftests/testbed/test-ledger --platform snp --kernel 6.12 --cpus 1"
	"ledger-tdx-6.12-1 selftests/testbed/test-ledger --platform tdx --kernel 6.12 --cpus 1"
	"protocol selftests/testbed/test-protocol"
	"style selftests/style"
	"unit-reader make -C user check"
	"patches make -C patches check"
)

# A kernel with our patches takes minutes to build: it must be there, or wanted.
if [[ -n ${PATCHED:-} ]] || patches/build-kernel --cached 6.12 small >/dev/null 2>&1; then
	parts=("patched-snp-6.12-2 selftests/run-guest --patched small --platform snp --kernel 6.12 --cpus 2 exact optimised netlink" "${parts[@]}")
else
	parts+=("patched-snp-6.12-2 echo ok 1 # SKIP no patched kernel in the cache: make check PATCHED=1 builds it")
fi
