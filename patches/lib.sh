# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2010,SC2046,SC3043 # names without spaces; dash has local
# What build-kernel and check-series share. Sourced with errexit set.

here=$(cd "$(dirname "$0")" && pwd)

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

# Outside of the checkout, so that a fresh one finds what another has built.
default_cache()
{
	echo "${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/cvmstat/kernels"
}

# source_tarball VERSION: of Debian's source package
source_tarball()
{
	[ -d "$here/$1" ] || die "no series for kernel $1: $(cd "$here" && echo [0-9]*)"
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

# apply_series VERSION TREE: as a maintainer would, in a repository that has
# only the files that matter, because committing 80,000 takes minutes
apply_series()
{
	local version="$1" tree="$2" file

	git -C "$tree" init -q
	git -C "$tree" config user.name cvmstat
	git -C "$tree" config user.email cvmstat@localhost
	touched "$version" | while read -r file; do
		[ ! -e "$tree/$file" ] || git -C "$tree" add -f "$file"
	done
	git -C "$tree" commit -qm "linux-source-$version"
	git -C "$tree" am -q $(series "$version") ||
		die "the series for $version does not apply to $(source_tarball "$version")"
}
