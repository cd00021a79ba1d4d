# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cvmbed's own
# Starts QEMU, waits for its end, and says what that end means.

# EPYC without the features that TCG does not have and would warn about.
readonly cpu_model=EPYC,-rdseed,-sha-ni,-fxsr-opt,-misalignsse,-3dnowprefetch,-osvw,-topoext,-nrip-save,-xsavec

# What every virtio device gets, on every platform, so that they compare:
# confidential guests need VIRTIO_F_ACCESS_PLATFORM to bounce through swiotlb.
readonly virtio=disable-legacy=on,iommu_platform=on

# A guest that is not given a CPU is not stuck; Linux' own limits are 20 to 30 s.
readonly patient="rcupdate.rcu_cpu_stall_timeout=120 rcupdate.rcu_exp_cpu_stall_timeout=120000 watchdog_thresh=60"

# quoted VALUE: QEMU separates options by commas, and doubles those inside.
quoted()
{
	printf '%s\n' "${1//,/,,}"
}

# The hypervisor's command line.
hypervisor_words()
{
	local words=("platform=${opt[platform]}${opt[paravisor]:+-paravisor}"
		"hypervisor=${opt[hypervisor]:-none}" "cpus=${opt[cpus]}")

	[[ -z ${opt[no-tsc-deadline]} ]] || words+=(no-tsc-deadline)
	[[ -z ${opt[x2apic]} ]] || words+=(x2apic)
	[[ -z ${opt[unaccepted]} ]] || words+=("unaccepted=${opt[unaccepted]}")
	[[ -z ${opt[reduce-ve]} ]] || words+=(reduce-ve)
	[[ -z ${opt[vmpl]} ]] || words+=("vmpl=${opt[vmpl]}")
	printf '%s\n' "${words[*]} ${faults[*]} ${idles[*]}"
}

# Sets qemu_args. QEMU runs in $tmp: its multiboot loader takes no path with a
# space, so kernel and initrd have fixed names there.
qemu_arguments()
{
	local device line="console=ttyS0 quiet panic=$panic $patient" machine=pc

	# OVMF that can do Secure Boot keeps its variables to itself, in SMM.
	[[ -z ${opt[firmware]} ]] || machine=q35,smm=on

	# The hypervisor's EFI tables (hv/efi.c) have no services.
	[[ -z ${opt[unaccepted]} ]] || line+=" efi=noruntime"
	[[ -z ${opt[append]} ]] || line+=" ${opt[append]}"
	ln -s "$kernel" "$tmp/vmlinuz"
	qemu_args=(
		-nodefaults -no-user-config -display none
		# Without firmware not q35: Linux scans its memory-mapped
		# configuration space at boot, which doubles the number of exits.
		-machine "$machine,vmport=off" -cpu "$cpu_model"
		-smp "${opt[cpus]}" -m "${opt[memory]}"
		-chardev "stdio,id=console,logfile=console.log,signal=on"
		-serial chardev:console
		-chardev "pipe,id=qmp,path=qmp" -mon "chardev=qmp,mode=control"
	)
	if [[ -n ${opt[icount]} ]]; then
		# RDRAND and the clock would make each run another one.
		qemu_args+=(-accel tcg -icount "shift=0,sleep=off" -seed 1
			-rtc "base=2026-01-01T00:00:00,clock=vm")
	elif [[ -n ${opt[parallel]} ]]; then
		qemu_args+=(-accel "tcg,thread=multi")
	else
		qemu_args+=(-accel "tcg,thread=single")
	fi
	[[ -n ${opt[allow-reboot]} ]] || qemu_args+=(-no-reboot)
	if [[ ${opt[platform]} == tcg ]]; then
		[[ -z ${opt[firmware]} ]] || firmware_arguments
		# No ledger without the hypervisor: its port takes labels only, and
		# the second serial port those of a kernel that gives nobody a port.
		qemu_args+=(-kernel vmlinuz -initrd initrd -append "$line"
			-chardev "file,id=marks,path=marks"
			-device "isa-debugcon,iobase=0x4c0,chardev=marks,readback=0"
			-chardev "file,id=line,path=marks-line" -serial chardev:line)
	else
		# The hypervisor's ports: hv/log.h.
		qemu_args+=(-kernel hv.elf -append "$(hypervisor_words)"
			-initrd "vmlinuz $(quoted "$line"),initrd"
			-chardev "file,id=ledger,path=$(quoted "$ledger")"
			-chardev "file,id=hvlog,path=$(quoted "$hv_log")"
			-device "isa-debugcon,iobase=0x4c8,chardev=ledger"
			-device "isa-debugcon,iobase=0x4c9,chardev=hvlog"
			-device "isa-debug-exit,iobase=0xf4,iosize=4")
		ln -s "$hypervisor" "$tmp/hv.elf"
	fi
	for device in "${devices[@]}"; do
		qemu_args+=(-device "$device")
	done
	[[ -z ${opt[net]} ]] || qemu_args+=(
		-netdev "user,id=net0,restrict=on$(net_services)"
		-device "virtio-net-pci,netdev=net0,romfile=,$virtio")
	[[ -z ${opt[disk]} ]] || qemu_args+=(
		-drive "file=$(quoted "${opt[disk]}"),format=raw,if=none,id=disk0"
		-device "virtio-blk-pci,drive=disk0,$virtio")
}

# Code and variables in flash, as OVMF's README wants them.
firmware_arguments()
{
	cp -- "${opt[firmware]#*,}" "$tmp/vars.fd"
	ln -s "$(realpath -- "${opt[firmware]%%,*}")" "$tmp/code.fd"
	qemu_args+=(-global "driver=cfi.pflash01,property=secure,value=on"
		-drive "if=pflash,format=raw,unit=0,readonly=on,file=code.fd"
		-drive "if=pflash,format=raw,unit=1,file=vars.fd")
}

# --net-service PORT:COMMAND as QEMU's user networking wants it.
net_services()
{
	local service

	for service in "${services[@]}"; do
		printf ',guestfwd=tcp:10.0.2.100:%s-cmd:%s' "${service%%:*}" \
			"$(quoted "${service#*:}")"
	done
}

# QMP over two named pipes: nothing but bash reads and writes them. Opened for
# both, so that no side waits for the other.
open_qmp()
{
	mkfifo "$tmp/qmp.in" "$tmp/qmp.out"
	exec {qmp_in}<>"$tmp/qmp.in" {qmp_out}<>"$tmp/qmp.out"
	# Events come only after this.
	printf '{"execute":"qmp_capabilities"}\n' >&"$qmp_in"
}

# Why the guest ended, in QEMU's words: guest-shutdown, guest-reset, ...
shutdown_reason()
{
	local line reason=

	while IFS= read -r -t 0.05 -u "$qmp_out" line; do
		[[ ! $line =~ '"event": "SHUTDOWN"'.*'"reason": "'([a-z-]+) ]] ||
			reason=${BASH_REMATCH[1]}
	done
	printf '%s\n' "$reason"
}

# exec_bound COMMAND...: COMMAND instead of this subshell, killed when cvmbed
# ends, however that happens; it may have happened before setpriv asked for that.
exec_bound()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	exec setpriv --pdeathsig KILL sh -c \
		'[ "$PPID" = "$1" ] || exit; shift; exec "$@"' sh "$$" "$@"
}

# Runs QEMU to its end or to the timeout. Sets qemu_status and timed_out.
run_qemu()
{
	local ended='' watchers=()

	timed_out=
	[[ -t 0 ]] || exec </dev/null
	(cd "$tmp" && exec_bound qemu-system-x86_64 "${qemu_args[@]}" \
		<&0 2>qemu.err) <&0 &
	qemu=$!
	note "QEMU started, process $qemu"
	(exec_bound sleep "${opt[timeout]}") &
	watchers+=($!)
	if [[ -n ${opt[allow-reboot]} ]]; then
		tail --pid="$qemu" -n +1 -F "$tmp/console.log" 2>/dev/null |
			grep -q -m 1 "$panic_text" &
		watchers+=($!)
	fi
	while :; do
		qemu_status=0
		wait -n -p ended "$qemu" "${watchers[@]}" || qemu_status=$?
		[[ ${ended:-} != "$qemu" ]] || break
		if [[ ${ended:-} == "${watchers[0]}" ]]; then
			timed_out=1
			stop_qemu
			break
		elif ((qemu_status == 0)); then
			# The panic watcher saw one, and the guest stands still.
			stop_qemu
			break
		fi
		# That watcher ended with QEMU, which wait -n reports next.
		watchers=("${watchers[0]}")
	done
	qemu=
	kill "${watchers[0]}" 2>/dev/null || true
}

# Ends QEMU: politely, so that it restores the terminal, then at once.
stop_qemu()
{
	local i

	[[ -n ${qemu:-} ]] || return 0
	kill "$qemu" 2>/dev/null || true
	for ((i = 0; i < 20; i++)); do
		kill -0 "$qemu" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$qemu" 2>/dev/null || true
	wait "$qemu" 2>/dev/null || true
	qemu=
}

readonly panic_text='Kernel panic - not syncing'

# The label of the last mark that says how COMMAND or init ended.
reported_status()
{
	if [[ ${opt[platform]} == tcg ]]; then
		grep -hE '^(status:[0-9]+|init-failed)$' "$tmp/marks" "$tmp/marks-line"
	else
		grep -Eo '"label":"(status:[0-9]+|init-failed)"' "$ledger" |
			cut -d '"' -f 4
	fi | tail -n 1
}

# The last line that the hypervisor wrote.
hypervisor_said()
{
	local line

	line=$(grep '^cvmbed: ' "$hv_log" | tail -n 1) || true
	line=${line#cvmbed: }
	printf '%s\n' "${line:-$1}"
}

# A status that the hypervisor ended QEMU with, V of (V << 1) | 1.
hypervisor_verdict()
{
	case $1 in
	1) die "$STATUS_GHCB_TERMINATE" "$(hypervisor_said \
		"the guest terminated itself through the GHCB")" ;;
	2) die "$STATUS_FATAL_ERROR" "$(hypervisor_said \
		"the guest reported a fatal error")" ;;
	3) die "$STATUS_SHUTDOWN" "$(hypervisor_said \
		"the guest's CPU shut down (triple fault)")" ;;
	4) die "$STATUS_HYPERVISOR" "$(hypervisor_said \
		"the hypervisor stopped")" ;;
	5) die "$STATUS_GUEST_BUG" "$(hypervisor_said \
		"the guest did what hardware punishes by death")" ;;
	6) wrong "$(hypervisor_said "an option is wrong")" ;;
	esac
}

# Turns the end of the run into cvmbed's end. Does not return.
verdict()
{
	local reason status

	reason=$(shutdown_reason)
	if ((qemu_status >= 3 && qemu_status <= 13 && qemu_status % 2)); then
		hypervisor_verdict $((qemu_status >> 1))
	fi
	# COMMAND may print such a line: only a guest that reset or hung did it.
	if [[ $reason != guest-shutdown ]] &&
		grep -q "$panic_text" "$tmp/console.log" 2>/dev/null; then
		die "$STATUS_PANIC" "the guest's kernel panicked:" \
			"$(tr -d '\r' <"$tmp/console.log" |
				sed -n "s/.*$panic_text: //p" | head -n 1)"
	fi
	[[ -z $timed_out ]] || die "$STATUS_TIMEOUT" \
		"the guest did not end within ${opt[timeout]} seconds"
	((qemu_status == 0)) || die "$STATUS_QEMU" \
		"QEMU ended with status $qemu_status:" \
		"$(grep -v '^$' "$tmp/qemu.err" | head -n 1)"
	[[ $reason != guest-reset ]] || die "$STATUS_REBOOT" \
		"the guest rebooted (--allow-reboot lets it)"
	status=$(reported_status) || status=
	case $status in
	status:*) exit "${status#status:}" ;;
	init-failed) die "$STATUS_INIT" \
		"the guest's init could not prepare the run" ;;
	esac
	[[ -z ${opt[initrd]} ]] || exit 0
	die "$STATUS_NO_STATUS" "the guest powered off without a status"
}
