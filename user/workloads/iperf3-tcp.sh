# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# A stream of TCP to the peer: 32 connections, 128 KiB at a time.
PER=gigabytes
METRICS='gigabytes,GB=re:total_gb ([0-9.e+-]+)
rate,bit/s,higher=json:/end/sum_received/bits_per_second'

requires()
{
	needs iperf3 iperf3
}

server()
{
	background iperf3 iperf3 --server --port "$PORT"
}

end_server()
{
	end_background iperf3
}

load()
{
	iperf3 --json --client "$TARGET" --port "$PORT" --time "${SECONDS_OF_LOAD:-30}" \
		--length 128K --parallel "${STREAMS:-32}" >/tmp/cvmstat-iperf3
	awk '/"sum_received"/ { sum = 1 }
		sum && /"bytes"/ { gsub(/[^0-9]/, ""); print "total_gb", $0 / 1e9; exit }' \
		/tmp/cvmstat-iperf3
	cat /tmp/cvmstat-iperf3
}

teardown()
{
	rm -f /tmp/cvmstat-iperf3
}
