# SPDX-License-Identifier: GPL-2.0
"""Small Debian systems in the cache, to build in what this machine cannot build:
the headers of a suite's kernels want its compiler and its C library.
"""
import hashlib
import os
import shutil
import subprocess
import sys

from . import archive
from .common import Unavailable, cache, host_codename, locked, run

# What building modules takes. The rest of perl and python3 is for the kernel's
# own checks of comments, which W=1 switches on.
PACKAGES = ("gcc", "make", "perl", "python3", "clang-19", "libelf-dev", "dwarves")

# In a mount namespace: the paths that the command knows, below /mnt, and /proc,
# which objtool reads. A root that is itself inside of a chroot cannot have mounts
# of its own, so that they are taken away again, and not only with the namespace.
ENTER = """
set -e
root=$1
mount --bind "$root" "$root"
trap 'umount -R "$root"' EXIT
mount -t tmpfs tmpfs "$root/mnt"
shift
while [ "$1" != -- ]; do
	mkdir -p "$root/mnt$1"
	mount --rbind "$1" "$root/mnt$1"
	shift
done
shift
mount -t proc proc "$root/proc"
chroot "$root" "$@"
"""


def needed(suite):
    """Does a kernel of that suite need a system of its own to be built for?"""
    return suite is not None and suite != host_codename()


def inside(path):
    """Where a bound path is, for a command in a root."""
    return f"/mnt{os.path.realpath(path)}"


def as_root(*command):
    """The command as root, by sudo if that takes it."""
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        raise Unavailable("building for another Debian takes root, or sudo, once")
    return ("sudo", *command)


def ensure(suite):
    """The directory of a suite's system, made if it is not there."""
    key = hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:8]
    to = cache("roots", f"{suite}-{key}")
    with locked(f"{to}.lock"):
        if os.path.exists(to):
            return to
        if not shutil.which("debootstrap"):
            raise Unavailable("debootstrap is missing: install the Debian package")
        print(f"Making a Debian {suite} to build in, which takes a minute or two", file=sys.stderr,
              flush=True)
        new = f"{to}.new"
        run(*as_root("rm", "-rf", "--one-file-system", new))
        try:
            run(*as_root("debootstrap", "--variant=minbase", "--include", ",".join(PACKAGES),
                         suite, new, archive.mirror()))
        except Exception as error:
            run(*as_root("rm", "-rf", "--one-file-system", new))
            raise Unavailable(f"no Debian {suite} to build in: {error}") from error
        run(*as_root("mv", new, to))
    return to


def propagation():
    """Mounts of a namespace are its own, where there is a mount to say so of."""
    probe = subprocess.run(["unshare", "--mount", "true"], stdin=subprocess.DEVNULL,
                           capture_output=True, check=False)
    return "unchanged" if b"propagation" in probe.stderr else "private"


def run_in(suite, binds, *command):
    """Runs a command in a suite's system, with directories of this one bound to
    where inside() says. Returns the finished process, both outputs in stdout."""
    root = ensure(suite)
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return subprocess.run(
        ["unshare", *user, "--mount", "--propagation", propagation(), "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh",
         root, *map(os.path.realpath, binds), "--", *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False)
