#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What run-guest runs in a guest: the kernel's own runner of kselftests, and then
# what the kernel's log has to say, as lines "# log: ..." for the host to judge.
#
# usage: run-tests.sh TEST...    variables of the tests are in ./environment
cd /kselftest/cvmstat || exit 1
# shellcheck source=/dev/null
. ./environment
ln -sf /proc/self/fd/1 /dev/stdout
echo "${CONSOLE_LEVEL:-1}" >/proc/sys/kernel/printk
export BASE_DIR=/kselftest
# shellcheck source=/dev/null
. /kselftest/kselftest/runner.sh

# It says one thing in the life of a kernel, and may have done so.
lockdep=/proc/lockdep_stats
if [ -e $lockdep ] && ! grep -q 'debug_locks: *1' $lockdep; then
	echo "not ok 1 lockdep is off before the first test"
	exit 1
fi
races=/sys/kernel/debug/kcsan
[ ! -e $races ] || echo on >$races
run_many "$@"
[ ! -e $races ] || grep -E 'setup_watch|data_races' $races | sed 's/^/# kcsan: /'

number=$(($# + 1))
leaks=/sys/kernel/debug/kmemleak
if [ -e $leaks ]; then
	rmmod cvmstat 2>/dev/null
	# It waits for 5 s before it calls an object lost.
	for _ in 1 2; do
		sleep 6
		echo scan >$leaks
	done
	if grep . $leaks; then
		echo "not ok $number leaks"
	else
		echo "ok $number leaks"
	fi
fi
sh "$(dirname "$0")/kernel-log.sh"
