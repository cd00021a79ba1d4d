# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# Datagrams of 64 to 1460 bytes, as fast as 8 senders can.
PER=packets
METRICS='packets=re:total_packets ([0-9]+)
lost,%,lower=re:lost_percent ([0-9.e+-]+)'

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
	for size in 64 512 1460; do
		iperf3 --json --client "$TARGET" --port "$PORT" --udp --bitrate 0 \
			--time "${SECONDS_OF_LOAD:-10}" --length "$size" --parallel 8
	done >/tmp/cvmstat-iperf3
	awk '/"sum"/ { sum = 1 }
		sum && /"packets"/ { gsub(/[^0-9]/, ""); packets += $0 }
		sum && /"lost_packets"/ { gsub(/[^0-9]/, ""); lost += $0; sum = 0 }
		END {
			print "total_packets", packets
			print "lost_percent", packets ? 100 * lost / packets : 0
		}' /tmp/cvmstat-iperf3
}

teardown()
{
	rm -f /tmp/cvmstat-iperf3
}
