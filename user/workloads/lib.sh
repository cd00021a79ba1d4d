# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # workloads set and use these
# What workloads of cvmstat study have in common. A workload is a file of the
# POSIX shell that sets METRICS (a line each, as cvmstat record --metric has them)
# and PER, and defines those of these functions that it needs:
#   requires     prints what is missing, if anything is, and fails
#   setup        before the first run
#   server       starts the other half, and returns; end_server ends it: on the
#                peer, if there is one
#   load         is the run
#   teardown     after the last run
# TARGET is where the server is. PORT is free for it.
set -e

METRICS='' PER=''
PORT=${CVMSTAT_PORT:-15201}
TARGET=${PEER:-127.0.0.1}

requires() { :; }
setup() { :; }
server() { :; }
end_server() { :; }
teardown() { :; }

# needs PROGRAM PACKAGE: for requires.
needs()
{
	command -v "$1" >/dev/null && return
	echo "needs $1: on Debian, the package $2"
	return 1
}

# background NAME COMMAND...: for server; to be ended by end_background NAME.
background()
{
	pidfile=/tmp/cvmstat-$1.pid
	shift
	"$@" >/dev/null 2>&1 </dev/null &
	echo $! >"$pidfile"
	sleep 1
	kill -0 "$(cat "$pidfile")"
}

end_background()
{
	[ ! -e "/tmp/cvmstat-$1.pid" ] || kill "$(cat "/tmp/cvmstat-$1.pid")" 2>/dev/null || :
	rm -f "/tmp/cvmstat-$1.pid"
}

# on_peer FUNCTION: here, or by a shell on the peer, which gets both files.
on_peer()
{
	if [ -z "$PEER_RUN" ]; then
		"$1"
		return
	fi
	{
		echo "PEER='' PEER_RUN='' CVMSTAT_PORT=$PORT"
		cat "$CVMSTAT_LIB" "$CVMSTAT_WORKLOAD"
		echo "$1"
	} | $PEER_RUN sh -s
}
