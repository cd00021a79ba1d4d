# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cvmbed's own
# Which kernel to boot, and where its modules are.

# find_kernel NAME: asks the one place that chooses (selftests/kernels), which
# fetches what is not in the cache. Sets kernel and modules_root, and config.
find_kernel()
{
	local found image modules name release suite kdir

	found=$("$here/../kernels" get --shell "$1") ||
		die "$STATUS_FILE" "no kernel '$1' (see above): name one, as 6.12," \
			"an exact release, or an image by its path"
	eval "$found"
	kernel=$image modules_root=$modules
}

# le16 FILE OFFSET: a little-endian number of the setup header.
le16()
{
	od -An -tu2 --endian=little -j "$2" -N 2 "$1" | tr -d ' '
}

# The release in a bzImage's setup header (Documentation/arch/x86/boot.rst).
kernel_release()
{
	local image=$1 magic offset

	magic=$(dd if="$image" bs=1 skip=$((0x202)) count=4 2>/dev/null |
		tr -d '\0')
	[[ $magic == HdrS ]] ||
		die "$STATUS_FILE" "$image is no Linux kernel (bzImage)"
	offset=$(($(le16 "$image" $((0x20e))) + 0x200))
	dd if="$image" bs=1 skip="$offset" count=256 2>/dev/null |
		tr '\0' '\n' | head -n 1 | cut -d ' ' -f 1
}

# accepts_memory CONFIG: can this kernel be left memory to accept? Distributions have
# brought that to older ones: where there is a configuration, it says so.
accepts_memory()
{
	if [[ $1 != "$kernel" && -r $1 ]]; then
		grep -q '^CONFIG_UNACCEPTED_MEMORY=y' "$1"
	else
		[[ ! $release =~ ^([0-9]+)[.]([0-9]+) ]] ||
			((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] >= 6005))
	fi
}

# Sets kernel, release and modules_root (empty: no modules found).
choose_kernel()
{
	local root config=

	modules_root=
	if [[ ${opt[kernel]} == */* || -f ${opt[kernel]} ]]; then
		kernel=$(realpath -- "${opt[kernel]}" 2>/dev/null) || kernel=
		[[ -f $kernel && -r $kernel ]] ||
			die "$STATUS_FILE" "cannot read kernel ${opt[kernel]}"
	else
		find_kernel "${opt[kernel]}"
	fi
	release=$(kernel_release "$kernel") || exit
	for root in "${opt[modules]}" "${opt[root]}" "$modules_root" /; do
		[[ -n $root && -e $root/lib/modules/$release/modules.dep ]] ||
			continue
		modules_root=$root
		break
	done
	[[ -n $config ]] || config=${kernel/%vmlinuz-$release/config-$release}
	# Without it the guest would die early, with nothing on the console.
	if [[ ${opt[platform]} == tdx && $config != "$kernel" && -r $config ]] &&
		! grep -q '^CONFIG_INTEL_TDX_GUEST=y' "$config"; then
		die "$STATUS_FILE" "kernel $release cannot be a TDX guest:" \
			"CONFIG_INTEL_TDX_GUEST is off"
	fi
	[[ -z ${opt[unaccepted]} ]] || accepts_memory "$config" ||
		die "$STATUS_FILE" "kernel $release cannot accept memory, as --unaccepted wants:" \
			"that takes Linux 6.5 or later, and CONFIG_UNACCEPTED_MEMORY"
}
