# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # check's own
# The parts of `make fuzz`: 1,000,000 messages, shared by guests of which each
# has another fault to live with (the faults are those of SEV), in a kernel that
# stops at the first mistake.
# exact comes after fuzz: no count was lost. With NMIs it does without MOVS from a
# device, a #VC inside a #VC: Linux has no GHCB for a third one, and panics.

part_timeout=21600

builds=(
	"kernel-6.12-debug patches/build-kernel 6.12 small-debug"
)

parts=(
	"fuzz-sev-es-nmi env KSELFTEST_EXACT_ARGS=-xmovs selftests/run-guest --patched small-debug --platform sev-es --cpus 4 --messages 160000 --fault nmi=200 --timeout 21000 fuzz exact"
	"fuzz-snp-ghcb-error selftests/run-guest --patched small-debug --platform snp --cpus 2 --messages 290000 --fault ghcb-error=1000 --timeout 21000 fuzz exact"
	"fuzz-snp-lie selftests/run-guest --patched small-debug --platform snp --cpus 2 --messages 290000 --fault lie=100 --timeout 21000 fuzz exact"
	"fuzz-tdx selftests/run-guest --patched small-debug --platform tdx --cpus 2 --messages 260000 --timeout 21000 fuzz exact"
)
