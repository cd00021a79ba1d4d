# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# A key-value store under load: memtier where it is, else redis-benchmark.
PER=requests
METRICS='requests=re:([0-9]+) requests (completed|in all)
rate,1/s,higher=re:summary: ([0-9.]+)'

requires()
{
	needs redis-server redis-server
	command -v memtier_benchmark >/dev/null || needs redis-benchmark redis-tools
}

server()
{
	background redis redis-server --port "$PORT" --save '' --appendonly no --protected-mode no
}

end_server()
{
	end_background redis
}

load()
{
	if command -v memtier_benchmark >/dev/null; then
		memtier_benchmark -s "$TARGET" -p "$PORT" -c 100 --pipeline=40 \
			--test-time="${SECONDS_OF_LOAD:-30}" --hide-histogram >/tmp/cvmstat-redis
		awk '/^Totals/ { rate = $2 } END { print rate }' /tmp/cvmstat-redis |
			awk -v s="${SECONDS_OF_LOAD:-30}" '{ printf "%d requests in all\n", $1 * s }'
		cat /tmp/cvmstat-redis
	else
		redis-benchmark -h "$TARGET" -p "$PORT" -t set -n "${REQUESTS:-500000}" \
			-c "${CLIENTS:-50}"
	fi
}

teardown()
{
	rm -f /tmp/cvmstat-redis
}
