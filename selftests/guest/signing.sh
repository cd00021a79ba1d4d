#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-signing runs in a guest: tries to load each module, and says on the
# console what came of it and what the reader makes of that. A locked down kernel
# takes no marks.
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
	rmmod cvmstat 2>/dev/null
done
# As in a checkout, with what make has built.
if [ -d /root/checkout ]; then
	text=$(make -s -C /root/checkout -o module -o reader load 2>&1)
	say checkout load "$? $text"
fi
say all "done"
