# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of cvmbed's own
# The guest's initramfs: cpio archives one after the other, which the kernel
# unpacks in that order. What does not change from run to run is kept under
# build/, named by a hash of its content. They are not compressed: a guest
# under emulation unpacks slower than the host copies.

# Modules that every guest can load by name, with those that they need. The
# ciphers are sev-guest's, which asks for them by their algorithms.
readonly guest_modules=(virtio_pci virtio_net virtio_blk sev-guest tdx-guest
	msr cpuid cpuidle-haltpoll gcm ctr ghash-generic crypto_null)

# make_cpio DIRECTORY ARCHIVE
make_cpio()
{
	(cd "$1" && find . -mindepth 1 -print0 | sort -z |
		cpio --null --create --format=newc --owner=0:0 --quiet \
			--reproducible) >"$2"
}

# hash_of FILE...: names one state of some files.
hash_of()
{
	cat -- "$@" | sha256sum | cut -c 1-16
}

# Busybox, init and mark; the same for every guest.
base_archive()
{
	local archive stage applet

	archive=$build/base-$(hash_of /bin/busybox "$build"/guest/{init,mark} \
		"$here/lib/initramfs.sh").cpio
	if [[ ! -e $archive ]]; then
		stage=$tmp/base
		mkdir -p "$stage"/{bin,sbin,usr/{bin,sbin,lib},lib,lib64} \
			"$stage"/{dev,etc,proc,root,run,sys,tmp}
		cp /bin/busybox "$build/guest/mark" "$stage/bin"
		cp "$build/guest/init" "$stage/init"
		for applet in $(/bin/busybox --list-full); do
			[[ ! -d $stage/${applet%/*} || -e $stage/$applet ]] ||
				ln -s /bin/busybox "$stage/$applet"
		done
		echo 'root:x:0:0:root:/root:/bin/sh' >"$stage/etc/passwd"
		echo 'root:x:0:' >"$stage/etc/group"
		echo '127.0.0.1 localhost' >"$stage/etc/hosts"
		make_cpio "$stage" "$tmp/base.cpio"
		rm -f "$build"/base-*.cpio
		mv "$tmp/base.cpio" "$archive"
	fi
	printf '%s\n' "$archive"
}

# module_files NAME...: files of these modules and of those that they need, in
# the order in which they can be loaded. Names that are built in or that this
# kernel does not know give nothing. From the text of modules.dep, which is the
# same whatever compresses the modules: a machine's own modprobe need not know it.
module_files()
{
	local tree=$modules_root/lib/modules/$release

	printf '%s\n' "$@" | awk -v tree="$tree" '
		function name(path) {
			sub(".*/", "", path)
			sub("[.]ko([.][a-z]+)?$", "", path)
			gsub("-", "_", path)
			return path
		}
		# A module, then what it needs, of which the last is to be loaded first.
		FNR == NR {
			file = $1
			sub(":$", "", file)
			$1 = ""
			needs[name(file)] = file $0
			next
		}
		{
			n = split(needs[name($1)], files, " ")
			for (; n > 0; n--)
				if (!seen[files[n]]++)
					print tree "/" files[n]
		}' "$tree/modules.dep" -
}

# in_guest FILE: where a module's file lies in the guest.
in_guest()
{
	local path=/lib/modules/$release/${1#*"/lib/modules/$release/"}

	case $path in
	*.xz | *.zst | *.gz) path=${path%.*} ;;
	esac
	printf '%s\n' "$path"
}

modules_archive()
{
	local names=("${guest_modules[@]}" "${extra_modules[@]}")
	local dep=$modules_root/lib/modules/$release/modules.dep
	local key archive file target

	key=$(printf '%s\n' "${names[@]}" "$(stat -c %Y "$dep")" |
		hash_of "$dep" - "$here/lib/initramfs.sh")
	archive=$build/modules-$release-$key.cpio
	if [[ ! -e $archive ]]; then
		module_files "${names[@]}" >"$tmp/module-files"
		while read -r file; do
			target=$tmp/modules$(in_guest "$file")
			mkdir -p "${target%/*}"
			case $file in
			*.xz) xz -dc "$file" ;;
			*.zst) zstd -qdc "$file" ;;
			*.gz) gzip -dc "$file" ;;
			*) cat "$file" ;;
			esac >"$target" ||
				die "$STATUS_FILE" "cannot unpack the module $file"
		done <"$tmp/module-files"
		mkdir -p "$tmp/modules/lib/modules/$release"
		for file in "${dep%/*}"/modules.{order,builtin,builtin.modinfo}; do
			[[ ! -e $file ]] ||
				cp "$file" "$tmp/modules/lib/modules/$release"
		done
		depmod -b "$tmp/modules" "$release"
		make_cpio "$tmp/modules" "$tmp/modules.cpio"
		mv "$tmp/modules.cpio" "$archive"
	fi
	printf '%s\n' "$archive"
}

# What one program of --root needs that --root does not have.
copy_libraries()
{
	local program=$1 root=$2 stage=$3 line library
	local paths=$root/lib:$root/usr/lib:$root/usr/local/lib

	while read -r line; do
		case $line in
		*'not found'*)
			die "$STATUS_FILE" "$program needs ${line%% *}," \
				"which this machine does not have"
			;;
		*' (0x'*)
			library=${line##*=> }
			library=${library%% (*}
			;;
		*) continue ;;
		esac
		[[ $library == /* && $library != "$root"/* ]] || continue
		[[ ! -e $root$library && ! -e $stage$library ]] || continue
		mkdir -p "$stage${library%/*}"
		cp -L "$library" "$stage$library"
	done < <(LD_LIBRARY_PATH=$paths ldd "$program" 2>/dev/null)
}

# The files under --root, and before them the libraries of its programs.
root_archives()
{
	local root=$1 name program magic

	for name in bin sbin lib lib64; do
		[[ ! -L $root/$name ]] ||
			die "$STATUS_FILE" "$root/$name is a symbolic link:" \
				"--root is for single files, use --initrd for" \
				"a whole system"
	done
	mkdir -p "$tmp/libraries"
	while IFS= read -r -d '' program; do
		# The reading end of a pipe would warn about NUL bytes.
		magic=$(head -c 4 "$program" | od -An -tx1)
		[[ $magic != ' 7f 45 4c 46' ]] ||
			copy_libraries "$program" "$root" "$tmp/libraries"
	done < <(find "$root" -type f -size +1k ! -name '*.ko' -print0)
	make_cpio "$tmp/libraries" "$tmp/libraries.cpio"
	make_cpio "$root" "$tmp/root.cpio"
	printf '%s\n' "$tmp/libraries.cpio" "$tmp/root.cpio"
}

# What init reads: LEDGER.md's status mark is its answer.
run_archive()
{
	local config=$tmp/run/etc/cvmbed load=()

	mkdir -p "$config"
	printf '%s\0' "${command[@]}" >"$config/argv"
	[[ ! -t 0 ]] || touch "$config/interactive"
	if [[ -n ${opt[net]} ]]; then
		touch "$config/net"
		load+=(virtio_pci virtio_net)
	fi
	[[ -z ${opt[disk]} ]] || load+=(virtio_pci virtio_blk)
	if [[ -n $modules_root ]]; then
		module_files "${load[@]}" | while read -r file; do
			in_guest "$file"
		done >"$config/modules"
	fi
	make_cpio "$tmp/run" "$tmp/run.cpio"
	printf '%s\n' "$tmp/run.cpio"
}

# build_initramfs: leaves $tmp/initrd.
build_initramfs()
{
	local archives=() more

	if [[ -n ${opt[initrd]} ]]; then
		ln -s "${opt[initrd]}" "$tmp/initrd"
		return
	fi
	# Assignments, so that a failure in $(...) is not lost.
	more=$(base_archive) || exit
	archives+=("$more")
	if [[ -n $modules_root ]]; then
		more=$(modules_archive) || exit
		archives+=("$more")
	fi
	if [[ -n ${opt[root]} ]]; then
		more=$(root_archives "${opt[root]}") || exit
		mapfile -t -O "${#archives[@]}" archives <<<"$more"
	fi
	more=$(run_archive) || exit
	archives+=("$more")
	cat -- "${archives[@]}" >"$tmp/initrd"
}
