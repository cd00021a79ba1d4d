# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# platforms: by name, as ../platforms has them; kernels[PLATFORM]: those of each.

platforms=()
declare -A kernels=()

read_platforms()
{
	local name list

	while read -r name list; do
		[[ -n $name && $name != "#" ]] || continue
		platforms+=("$name")
		# shellcheck disable=SC2034 # for who reads this file
		kernels[$name]=$list
	done <"$(dirname "${BASH_SOURCE[0]}")/../platforms"
}

read_platforms
