#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-ledger runs in a guest: each line of ./list is a trigger's name and its
# arguments, each between two marks of its own.
#
# usage: ledger.sh AHCI BAR    a PCI device without a driver, and where it must be
set -e
cd /root
# No message must reach the console, be it the sev-guest driver's alarm over a
# refused request or the loudest: its serial port would cost exits between the marks.
echo 0 >/proc/sys/kernel/printk
insmod ./cvmbed_trigger.ko
bar=$(sed -n '6s/ .*//p' "$1/resource")
[ $((bar)) = $(($2)) ] || {
	echo "the AHCI's BAR is at $bar"
	exit 3
}
while read -r name n cpu arg file; do
	case $name in
	u-report) modprobe sev-guest vmpck_id=0 ;;
	u-ext-report)
		rmmod sev-guest
		modprobe sev-guest vmpck_id=1
		;;
	u-tdx-report) modprobe tdx-guest ;;
	u-tsm-report)
		# FILE is who is asked, and is SNP's alone.
		case $file in
		svsm) modprobe sev-guest ;;
		*) modprobe tdx-guest ;;
		esac
		;;
	esac
	case $name in
	hotplug)
		online=/sys/devices/system/cpu/cpu$cpu/online
		taskset 1 sh -c "
			mark $name:$n:$cpu:$arg:before
			echo 0 >$online
			echo 1 >$online
			mark $name:$n:$cpu:$arg:after"
		;;
	u-*) ./trigger "${name#u-}" "$n" "$cpu" "$arg" ${file:+"$file"} ;;
	*) echo "$name $n $cpu $arg" >/sys/kernel/debug/cvmbed_trigger ;;
	esac || echo "trigger $name $arg on CPU $cpu failed"
done <list
