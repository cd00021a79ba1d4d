#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What patched-cost runs in a guest: the instructions of each event, as lines
# "off EVENT N" with nobody reading the kernel's counters, and "on EVENT N".
#
# usage: patched.sh EVENT...
cd /root || exit
dmesg -n 1
insmod ./cvmbed_trigger.ko

cost()
{
	case $1 in
	user-cpuid:*) ./cpuid-cost "${1#*:}" ;;
	*) ./exit-cost "${1%:*}" "${1#*:}" ;;
	esac
}

measure()
{
	state=$1
	shift
	for event; do
		echo "$state $event $(cost "$event")"
	done
}

# What the kernel does after boot.
sleep 2
measure off "$@"
counters=/sys/kernel/debug/x86/cvm_exits
[ -e $counters ] || exit 0
exec 3<$counters
measure on "$@"
