# SPDX-License-Identifier: GPL-2.0
"""Small Debian systems in the cache, to build in what this machine cannot build:
the headers of a suite's kernels want its compiler and its C library.
"""
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

from . import archive
from .common import Failed, Unavailable, cache, host_codename, locked, run

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
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
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


# apt-get in a root: nobody asks, nothing is started, and sources are those of
# the suite, of what updates it and of what is backported to it.
APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "--no-install-recommends")


def install(root, suite, packages):
    """Packages that debootstrap could not resolve, into a new root."""
    tag = next(tag for tag, name in archive.SUITES.items() if name == suite)
    with open(f"{root}/etc/apt/sources.list", "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in archive.Archive(tag).sources())
    with open(f"{root}/usr/sbin/policy-rc.d", "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexit 101\n")
    os.chmod(file.name, 0o755)
    for words in (("update",), ("install", *packages)):
        done = enter(root, (), *APT, *words)
        if done.returncode:
            raise Failed(done.stdout[-2000:])


def ensure(suite, packages=PACKAGES, more=()):
    """The directory of a suite's system with these packages, made if it is not there.
    more: by apt, which takes root."""
    key = hashlib.sha256(" ".join((*packages, *more)).encode()).hexdigest()[:8]
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
            # It mounts /proc: what stops it does not leave that behind.
            run(*as_root("unshare", "--mount", "--propagation", propagation(), "debootstrap",
                         "--variant=minbase", "--include", ",".join(packages), suite, new,
                         archive.mirror()))
            if more:
                install(new, suite, more)
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


def enter(root, binds, *command):
    """Runs a command in a system, with directories of this one bound to where
    inside() says. Returns the finished process, both outputs in stdout."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return subprocess.run(
        ["unshare", *user, "--mount", "--propagation", propagation(), "--pid", "--fork",
         "--kill-child", "sh", "-c", ENTER, "sh", root, *map(os.path.realpath, binds), "--",
         *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False)


def run_in(suite, binds, *command):
    """The same in a suite's system to build in."""
    return enter(ensure(suite), binds, *command)


@contextlib.contextmanager
def throwaway(suite, packages):
    """A copy of a suite's system with these packages, to be spoilt. apt takes root:
    whoever else maps no more users than himself."""
    if os.geteuid() != 0:
        raise Unavailable("installing packages in another Debian takes root")
    base = ensure(suite, ("ca-certificates",), packages)
    with tempfile.TemporaryDirectory(dir=cache("roots"), prefix=f"{suite}.") as directory:
        root = os.path.join(directory, "root")
        run("cp", "-a", "--reflink=auto", base, root)
        yield root
