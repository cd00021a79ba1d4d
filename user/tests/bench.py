# SPDX-License-Identifier: GPL-2.0
"""Benchmark of a snapshot: 64 CPUs, 500 reasons and details that are not zero.

The budget is 2 ms of CPU for the sums over all CPUs, and 3 system calls for
each 32 KiB of answer; what is over it fails.
"""

import os
import subprocess
import sys

import fake_module
import scenes

CPUS, REASONS, DETAILS = 64, 60, 440


def summed(command, n):
    if command == "info":
        return scenes.info(cpus=CPUS)
    if command == "get":
        return [scenes.count(1, i, 1000 * i + n, i) for i in range(1, REASONS + 1)]
    if command == "detail-get":
        return [scenes.detail(1, i % REASONS, 1, 0xfee00000 + i, 1000 * i + n, 1)
                for i in range(DETAILS)]
    return scenes.snp(command, 1)


def per_cpu(command, n):
    if command in ("get", "detail-get"):
        return [{**r, "cpu": cpu} for r in summed(command, n) for cpu in range(CPUS)]
    return summed(command, n)


class Recorded(fake_module.FakeModule):
    """Answers are made once, so that the module does not slow the reader down."""

    def __init__(self, content):
        cache = {}
        super().__init__(lambda command, n: cache.setdefault(command, content(command, 0)))


for arg, scene in (("0", summed), ("1", per_cpu)):
    module = Recorded(scene)
    subprocess.run([sys.argv[1], arg], check=True, timeout=300,
                   env={**os.environ, "CVMSTAT_TEST_PORT": str(module.port)})
    module.close()
