# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cvmbed's own
# What all parts of cvmbed share: its exit statuses, its one clear line, and
# the packages that it needs.

# Exit statuses of cvmbed's own. COMMAND's status is passed on as it is; these
# lie where programs seldom put theirs.
readonly \
	STATUS_USAGE=100 \
	STATUS_PACKAGE=101 \
	STATUS_FILE=102 \
	STATUS_BUILD=103 \
	STATUS_QEMU=104 \
	STATUS_HYPERVISOR=105 \
	STATUS_TIMEOUT=110 \
	STATUS_PANIC=111 \
	STATUS_GHCB_TERMINATE=112 \
	STATUS_FATAL_ERROR=113 \
	STATUS_SHUTDOWN=114 \
	STATUS_GUEST_BUG=115 \
	STATUS_REBOOT=116 \
	STATUS_NO_STATUS=117 \
	STATUS_INIT=118

# What has to be there, and the Debian package that brings it.
readonly -A packages=(
	[/bin/busybox]=busybox-static
	[/usr/bin/cpio]=cpio
	[/usr/bin/flock]=util-linux
	[/usr/bin/gcc]=gcc
	[/usr/bin/make]=make
	[/usr/bin/python3]=python3
	[/usr/bin/qemu-system-x86_64]=qemu-system-x86
	[/usr/bin/setpriv]=util-linux
	[/usr/bin/xz]=xz-utils
	[/usr/bin/zstd]=zstd
	[/usr/lib/x86_64-linux-gnu/libc.a]=libc6-dev
	[/usr/sbin/depmod]=kmod
)

# die STATUS MESSAGE...: one line on standard error, and the end.
die()
{
	local status=$1

	shift
	printf 'cvmbed: %s\n' "$*" >&2
	exit "$status"
}

# note MESSAGE...: for --verbose alone.
note()
{
	[[ -z ${opt[verbose]} ]] || printf 'cvmbed: %s\n' "$*" >&2
}

check_packages()
{
	local path

	for path in "${!packages[@]}"; do
		[[ -e $path || -e ${path#/usr} ]] ||
			die "$STATUS_PACKAGE" "$path is missing:" \
				"install the Debian package ${packages[$path]}"
	done
	if ldd /bin/busybox >/dev/null 2>&1; then
		die "$STATUS_PACKAGE" "/bin/busybox needs shared libraries:" \
			"install the Debian package busybox-static"
	fi
}

# make_quietly DIRECTORY ARGUMENTS...: silent unless it fails.
make_quietly()
{
	local log

	log=$(make --no-print-directory -C "$@" 2>&1) && return
	printf '%s\n' "$log" >&2
	die "$STATUS_BUILD" "make in $1 failed"
}
