# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# A web server and 300 connections of wrk.
PER=requests
METRICS='requests=re:([0-9]+) requests in
rate,1/s,higher=re:Requests/sec: +([0-9.]+)'

requires()
{
	needs nginx nginx-light
	needs wrk wrk
}

server()
{
	mkdir -p /tmp/cvmstat-nginx
	printf '%2048s\n' page >/tmp/cvmstat-nginx/index.html
	cat >/tmp/cvmstat-nginx/conf <<-END
		daemon off;
		pid /tmp/cvmstat-nginx/pid;
		error_log /dev/null;
		events { worker_connections 2048; }
		http {
			access_log off;
			server { listen $PORT; root /tmp/cvmstat-nginx; }
		}
	END
	background nginx nginx -c /tmp/cvmstat-nginx/conf
}

end_server()
{
	end_background nginx
	rm -rf /tmp/cvmstat-nginx
}

load()
{
	wrk -t 8 -c 300 -d "${SECONDS_OF_LOAD:-30}s" "http://$TARGET:$PORT/"
}
