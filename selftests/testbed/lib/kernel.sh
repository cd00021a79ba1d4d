# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cvmbed's own
# Which kernel to boot, and where its modules are.

# Newest kernel of a Debian series: 6.1 must not find 6.12.
find_series()
{
	local series=$1 kernel

	kernel=$(printf '%s\n' /boot/vmlinuz-"$series".*-amd64 | sort -V |
		tail -n 1)
	if [[ ! -r $kernel ]]; then
		local package=linux-image-$series-amd64

		# Debian 12's own series has no number in its package's name.
		[[ $series != 6.1 ]] || package=linux-image-amd64
		die "$STATUS_FILE" "no kernel $series in /boot:" \
			"install the Debian package $package"
	fi
	printf '%s\n' "$kernel"
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

# Sets kernel, release and modules_root (empty: no modules found).
choose_kernel()
{
	local root config

	case ${opt[kernel]} in
	[0-9].[0-9] | [0-9].[0-9][0-9])
		kernel=$(find_series "${opt[kernel]}") || exit
		;;
	*)
		kernel=$(realpath -- "${opt[kernel]}" 2>/dev/null) || kernel=
		[[ -f $kernel && -r $kernel ]] ||
			die "$STATUS_FILE" "cannot read kernel ${opt[kernel]}"
		;;
	esac
	release=$(kernel_release "$kernel") || exit
	modules_root=
	for root in "${opt[modules]}" "${opt[root]}" /; do
		[[ -n $root && -e $root/lib/modules/$release/modules.dep ]] ||
			continue
		modules_root=$root
		break
	done
	# Without it the guest would die early, with nothing on the console.
	config=${kernel/%vmlinuz-$release/config-$release}
	if [[ ${opt[platform]} == tdx && $config != "$kernel" && -r $config ]] &&
		! grep -q '^CONFIG_INTEL_TDX_GUEST=y' "$config"; then
		die "$STATUS_FILE" "kernel $release cannot be a TDX guest:" \
			"CONFIG_INTEL_TDX_GUEST is off"
	fi
}
