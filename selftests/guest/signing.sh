#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-signing runs in a guest: tries to load each module, and says on the
# console what came of it and what the reader makes of that.
#
# usage: signing.sh PARAMETERS NAME...
parameters=$1
shift
dmesg -n 1
# say NAME WHAT [TEXT]: one line, whatever the text has.
say()
{
	echo "signing $1 $2 $(echo "$3" | tr '\n' ' ')"
}

# try NAME WHAT COMMAND...: what the reader, or a tool beside it, comes to.
try()
{
	name=$1 what=$2
	shift 2
	text=$("$@" 2>&1 >/dev/null)
	say "$name" "$what" "$? $text"
}

# What a kernel that is locked down could keep from module and reader.
uses()
{
	try "$1" use-info cvmstat info
	try "$1" use-details cvmstat stat -d -- true
	try "$1" use-rips-on cvmstat set rips on
	try "$1" use-rips cvmstat rips -- true
	try "$1" use-metrics cvmstat metrics
	try "$1" use-record cvmstat record -o /tmp/runs.db -- true
	try "$1" use-bounce-buffer cat /sys/kernel/debug/swiotlb/io_tlb_nslabs
	try "$1" use-msr dd if=/dev/cpu/0/msr bs=8 count=1 skip=2
	try "$1" use-tracefs cat /sys/kernel/tracing/events/power/cpu_idle/id
}

modprobe msr
say kernel lockdown "$(cat /sys/kernel/security/lockdown)"
say kernel enforce "$(cat /sys/module/module/parameters/sig_enforce)"
say kernel secureboot "$(dmesg | grep -i 'secure boot enabled')"
for name; do
	dmesg -c >/dev/null
	# shellcheck disable=SC2086 # words
	text=$(insmod "/root/modules/$name.ko" $parameters 2>&1)
	say "$name" insmod "$? $text"
	say "$name" log "$(dmesg)"
	text=$(cvmstat info 2>&1 >/dev/null)
	say "$name" info "$? $text"
	text=$(cvmstat stat -e none -- true 2>&1)
	say "$name" stat "$? $text"
	[ ! -d /sys/module/cvmstat ] || uses "$name"
	rmmod cvmstat 2>/dev/null
done
# As in a checkout, with what make has built.
if [ -d /root/checkout ]; then
	text=$(make -s -C /root/checkout -o module -o reader load 2>&1)
	say checkout load "$? $text"
fi
say all "done"
# A status of its own, so that one which arrives is this.
exit 9
