# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# Round trips of 64 to 1024 bytes, ten a second: a guest that sleeps in between.
PER=packets
METRICS='packets=re:([0-9]+) (packets )?received
rtt,ms,lower=re:= [0-9.]+/([0-9.]+)/'

requires()
{
	needs ping iputils-ping
}

load()
{
	for size in 64 256 1024; do
		ping -c "${PINGS:-100}" -i 0.1 -s "$size" "$TARGET"
	done | tee /tmp/cvmstat-ping
	awk '/received/ { n += $4 } END { print n, "received" }' /tmp/cvmstat-ping
}

teardown()
{
	rm -f /tmp/cvmstat-ping
}
