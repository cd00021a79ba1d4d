# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# A model that answers on a CPU: llama.cpp's own benchmark, of the model MODEL.
PER=tokens
METRICS='tokens=json:/0/n_gen
rate,1/s,higher=json:/0/avg_ts'

requires()
{
	command -v llama-bench >/dev/null || {
		echo "needs llama-bench of llama.cpp"
		return 1
	}
	[ -r "$MODEL" ] || {
		echo "needs MODEL, a file in the format GGUF"
		return 1
	}
}

load()
{
	llama-bench -m "$MODEL" -p 0 -n "${TOKENS:-128}" -r 1 -o json
}
