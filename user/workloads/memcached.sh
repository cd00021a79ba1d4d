# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# memcached under memtier's load.
PER=requests
METRICS='requests=re:([0-9]+) requests in all
rate,1/s,higher=re:Totals +([0-9.]+)'

requires()
{
	needs memcached memcached
	needs memtier_benchmark memtier-benchmark
}

server()
{
	background memcached memcached -u nobody -p "$PORT" -t 4
}

end_server()
{
	end_background memcached
}

load()
{
	memtier_benchmark -P memcache_text -s "$TARGET" -p "$PORT" -c 100 --pipeline=40 \
		--test-time="${SECONDS_OF_LOAD:-30}" --hide-histogram >/tmp/cvmstat-memcached
	awk -v s="${SECONDS_OF_LOAD:-30}" '/^Totals/ { printf "%d requests in all\n", $2 * s }' \
		/tmp/cvmstat-memcached
	cat /tmp/cvmstat-memcached
}

teardown()
{
	rm -f /tmp/cvmstat-memcached
}
