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
	"guest-plain-6.12-1 selftests/run-guest --platform plain --kernel 6.12 --cpus 1"
	"guest-sev-es-6.1-1 selftests/run-guest --platform sev-es --kernel 6.1 --cpus 1"
	"guest-snp-6.12-1 selftests/run-guest --platform snp --kernel 6.12 --cpus 1"
	"guest-tdx-6.12-1 selftests/run-guest --platform tdx --kernel 6.12 --cpus 1"
)
