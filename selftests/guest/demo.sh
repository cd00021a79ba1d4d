#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the demo runs in the guest. $1: "first" for the whole of it, else only
# the server under load. $2: columns of the terminal; $3: not empty, if what
# reads this is no terminal.
#
# The server needs the loopback device and nothing else. Every command that is
# shown is one that a user would type.
show()
{
	echo
	echo "\$ $1"
	# To set what is set waits until all of it has been sent: bytes that the
	# serial port still sends would be exits of the command.
	stty -F /dev/ttyS0 opost
	eval "$1" 2>&1
}

dmesg -n 1
stty -F /dev/ttyS0 cols "$2"
[ -z "$3" ] || export NO_COLOR=1
insmod /demo/cvmstat.ko || exit 1
ifconfig lo 127.0.0.1 up
# Server and client have a CPU each, where there are two: that each request wakes the
# other one's CPU is then no matter of chance.
last=$(($(nproc) - 1))
# Newer ones insist on a locale, which the guest does not have.
LC_ALL=C taskset -c 0 redis-server --save '' --appendonly no --daemonize yes --logfile /tmp/redis.log >/dev/null || exit 1
# wait_for SECONDS WHAT COMMAND...
wait_for()
{
	limit=$(($(date +%s) + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		if [ "$(date +%s)" -ge "$limit" ]; then
			echo "demo: waited in vain for $what; the last attempt said:"
			"$@"
			[ ! -s /tmp/redis.log ] || tail -n 5 /tmp/redis.log
			exit 1
		fi
		sleep 0.2
	done
}

wait_for 60 "redis-server's answer" redis-cli ping
# What a boot leaves behind should be over before anything is counted.
sleep 1

if [ "$1" = first ]; then
	show "dmesg | grep -i 'encryption features'"
	show 'cvmstat info'
	show 'cvmstat stat -d -- dd if=/dev/vda of=/dev/null bs=1M count=16 iflag=direct status=none'
fi
# The server's clients are quiet: what they print is exits of the console.
load="taskset -c $last redis-benchmark -t set -n 2000 -c 1 -q"
show "cvmstat stat -d -- $load >/dev/null"
# Once more, to be kept; and, where all is shown, which code makes the exits.
[ "$1" = first ] && name=halt || name=poll
show "cvmstat record --db /tmp/runs.db -n $name -- $load" || exit 1
left=runs.db
if [ "$1" = first ]; then
	show "cvmstat flame -a -o /tmp/redis.svg -- $load >/dev/null" || exit 1
	left="$left redis.svg"
fi
# The disk is the way out of the guest.
# shellcheck disable=SC2086 # words
tar -c -C /tmp -f /dev/vda $left && sync
