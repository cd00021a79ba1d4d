# SPDX-License-Identifier: GPL-2.0
"""The test bed's platforms, as its file has them (testbed/platforms)."""
from .common import SELFTESTS


def read(path):
    """Platform: Debian 12's kernels that can be its guest."""
    with open(path, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {name: tuple(kernels) for name, *kernels in rows}


KERNELS = read(f"{SELFTESTS}/testbed/platforms")
PLATFORMS = tuple(KERNELS)
CONFIDENTIAL = tuple(name for name in PLATFORMS if name != "plain")
# cvmbed run --paravisor of these; and all that raise no trap.
PARAVISOR = ("snp-paravisor", "tdx-paravisor")
ORDINARY = ("plain", *PARAVISOR)


def of_enum(word):
    """A platform by what follows CVMSTAT_PLATFORM_ in C; None: not here."""
    name = word.lower().replace("_", "-")
    return name if name in CONFIDENTIAL else None
