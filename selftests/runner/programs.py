# SPDX-License-Identifier: GPL-2.0
"""Programs of Debian packages that would start services if they were installed: they
are fetched into the cache and unpacked there.
"""
import os

from . import archive
from .common import Unavailable, cache, host_codename, locked


def unpacked(package):
    """The directory that a package of this machine's own suite is unpacked in."""
    suite = host_codename()
    tags = [tag for tag, name in archive.SUITES.items() if name == suite]
    if not tags:
        raise Unavailable(f"{package} is fetched on Debian {' or '.join(archive.SUITES.values())}")
    to = cache("programs", f"{suite}-{package}")
    with locked(f"{to}.lock"):
        if not os.path.exists(to):
            archive.Archive(tags[0]).unpack([package], f"{to}.new")
            os.rename(f"{to}.new", to)
    return to


def program(name, *packages):
    """The path of a program that one of these packages brings: Debian 12 and 13 differ."""
    for package in packages:
        path = f"{unpacked(package)}/usr/bin/{name}"
        if os.path.exists(path):
            return path
    raise Unavailable(f"{name} is in none of {', '.join(packages)}")
