# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # check's own
# The parts of `make check`: a name, then the command.

part_timeout=900

parts=(
	"build-module-6.1-gcc selftests/build-module 6.1 gcc"
	"build-module-6.12-gcc selftests/build-module 6.12 gcc"
	"build-module-6.1-clang selftests/build-module 6.1 clang"
	"build-module-6.12-clang selftests/build-module 6.12 clang"
	"build-reader-gcc make -C user CC=gcc"
	"build-reader-clang make -C user CC=clang BUILD=build/clang"
	"build-hypervisor-gcc make -C selftests/testbed/hv"
	"build-hypervisor-clang make -C selftests/testbed/hv CC=clang OUT=../build/clang"
	"style selftests/style"
	"netlink-spec make -C kmod check"
	"unit-reader make -C user check"
	"patches make -C patches check"
	"boot-sev-es-6.1-4 selftests/testbed/cvmbed run --platform sev-es --kernel 6.1 --cpus 4 -- nproc"
	"boot-snp-6.12-4 selftests/testbed/cvmbed run --platform snp --kernel 6.12 --cpus 4 -- nproc"
	"boot-tdx-6.12-4 selftests/testbed/cvmbed run --platform tdx --kernel 6.12 --cpus 4 -- nproc"
	"guest-snp-6.12-1 selftests/run-guest --platform snp --kernel 6.12 netlink permissions reader"
	"guest-tdx-6.12-1 selftests/run-guest --platform tdx --kernel 6.12 netlink permissions reader"
	"guest-sev-es-6.1-1 selftests/run-guest --platform sev-es --kernel 6.1 netlink reader"
	"guest-bench-snp-6.12-2 selftests/run-guest --platform snp --kernel 6.12 --cpus 2 bench"
	"bench-snp-6.12-2 selftests/test-bench --platform snp --kernel 6.12"
	"bench-tdx-6.12-2 selftests/test-bench --platform tdx --kernel 6.12"
	"bench-plain-6.12-2 selftests/test-bench --platform plain --kernel 6.12"
	"ledger-snp-6.12-1 selftests/testbed/test-ledger --platform snp --kernel 6.12 --cpus 1"
	"ledger-tdx-6.12-1 selftests/testbed/test-ledger --platform tdx --kernel 6.12 --cpus 1"
)
