# SPDX-License-Identifier: GPL-2.0
"""Kernels with the series of patches/ applied."""
import os
import subprocess

from .common import TOP

BUILD_KERNEL = os.path.join(TOP, "patches", "build-kernel")


def wanted(version, flavour):
    """Why a part with this kernel is left out; empty: it is not. Building one takes
    minutes: it must be there, or asked for."""
    if os.environ.get("PATCHED"):
        return ""
    done = subprocess.run([BUILD_KERNEL, "--cached", version, flavour], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True)
    return "" if done.returncode == 0 else \
        "no patched kernel in the cache: make check PATCHED=1 builds it"
