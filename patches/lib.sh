# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2010,SC2046,SC3043 # names without spaces; dash has local
# What build-kernel, check-each and check-series share. Sourced with errexit set.

here=$(cd "$(dirname "$0")" && pwd)

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

# with_tree TEMPLATE: tmp, a directory that is gone at the end. dash runs no EXIT trap
# where a signal ends it, and no trap before a command in the foreground has ended.
job=
with_tree()
{
	tmp=$(mktemp -d "$1")
	trap '[ -z "$job" ] || { kill "$job" && wait "$job"; } 2>/dev/null || :; rm -rf "$tmp"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# long COMMAND...: what takes minutes; a signal ends it, too.
long()
{
	local status=0

	"$@" &
	job=$!
	wait "$job" || status=$?
	job=
	return "$status"
}

# Outside of the checkout, so that a fresh one finds what another has built.
default_cache()
{
	echo "${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/cvmstat/kernels"
}

# source_tarball VERSION: of Debian's source package
source_tarball()
{
	[ -e "$here/$1/0000-cover-letter.patch" ] ||
		die "no series for kernel $1: $(cd "$here" && echo [0-9]*)"
	if [ -n "$SOURCE" ]; then
		echo "$SOURCE"
	else
		"$here/../selftests/kernels" source "$1" || die "no source of Linux $1"
	fi
}

# series VERSION: its patches in order, without the cover letter
series()
{
	ls "$here/$1"/[0-9]*.patch | grep -v /0000-
}

# touched VERSION: the files that the series changes or adds
touched()
{
	sed -n 's,^+++ b/,,p' $(series "$1") | sort -u
}

# fragments_of FLAVOUR: the files of config/ that make it
fragments_of()
{
	local fragment

	echo guest.config
	[ "$1" = plain ] || for fragment in $(echo "$1" | tr - ' '); do
		[ -e "$here/config/$fragment.config" ] || die "no flavour $1"
		echo "$fragment.config"
	done
}

# unpack TARBALL TREE
unpack()
{
	echo "unpacking $1" >&2
	mkdir "$2"
	long tar -C "$2" --strip-components=1 -xf "$1"
}

# begin_series VERSION TREE: a repository that has only the files that matter,
# because committing 80,000 takes minutes
begin_series()
{
	local version="$1" tree="$2" file

	git -C "$tree" init -q
	git -C "$tree" config user.name cvmstat
	git -C "$tree" config user.email cvmstat@localhost
	touched "$version" | while read -r file; do
		[ ! -e "$tree/$file" ] || git -C "$tree" add -f "$file"
	done
	git -C "$tree" commit -qm "linux-source-$version"
}

# apply_series VERSION TREE: as a maintainer would
apply_series()
{
	begin_series "$1" "$2"
	git -C "$2" am -q $(series "$1") ||
		die "the series for $1 does not apply to $(source_tarball "$1")"
}

# configure TREE OBJ FRAGMENT...: a later fragment overrides an earlier one, which
# kconfig remarks upon
configure()
{
	local tree="$1" obj="$2" fragment option

	shift 2
	mkdir -p "$obj"
	for fragment; do cat "$here/config/$fragment"; done >"$obj/wanted"
	KCONFIG_ALLCONFIG=$obj/wanted make -s -C "$tree" O="$obj" allnoconfig \
		>"$obj/kconfig.log" 2>&1 || die "$(cat "$obj/kconfig.log")"
	# Some of what is asked for has another name in another version; stock turns the
	# first one off.
	for option in CVM_EXITS AMD_MEM_ENCRYPT INTEL_TDX_GUEST KPROBES; do
		grep -qx "CONFIG_$option=y" "$obj/.config" ||
			grep -qx "CONFIG_$option=n" "$obj/wanted" ||
			die "the configuration lost CONFIG_$option"
	done
}
