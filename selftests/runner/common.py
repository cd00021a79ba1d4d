# SPDX-License-Identifier: GPL-2.0
"""Where things are, how commands are run, and what a program says at its end."""
import contextlib
import fcntl
import os
import shlex
import subprocess
import sys

SELFTESTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TOP = os.path.dirname(SELFTESTS)
BUILD = os.path.join(SELFTESTS, "build")


class Failed(Exception):
    """Something that a person can read, and do something about."""


class Unavailable(Failed):
    """What cannot be had here: the parts that need it are skipped by name."""


def cache(*names):
    """Outside of the checkout, so that a fresh one finds what another has."""
    home = os.environ.get("XDG_CACHE_HOME") or \
        os.path.join(os.environ.get("HOME") or "/var/tmp", ".cache")
    return os.path.join(home, "cvmstat", *names)


def run(*command, **options):
    """The output of a command, standard error included; Failed if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          **options)
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise Failed(f"{shlex.join(command)} failed, status {done.returncode}\n{tail}".rstrip())
    return done.stdout


@contextlib.contextmanager
def locked(path):
    """Whoever wants the same meanwhile waits."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def one(*paths):
    """The one of these that is there."""
    for path in paths:
        if os.path.exists(path):
            return path
    raise Failed(f"none of {' '.join(paths)} is there")


def host_codename():
    """The suite that this machine is, as "bookworm"; empty if it is no Debian."""
    words = {}
    with contextlib.suppress(OSError), open("/etc/os-release", encoding="utf-8") as file:
        for line in file:
            name, _, value = line.strip().partition("=")
            words[name] = value.strip('"')
    return words.get("VERSION_CODENAME", "") if words.get("ID") == "debian" else ""


def program(main):
    """Runs main(); what failed is one message and a status."""
    name = os.path.basename(sys.argv[0])
    try:
        sys.exit(main())
    except Unavailable as why:
        print(f"{name}: {why}", file=sys.stderr)
        sys.exit(4)
    except Failed as why:
        print(f"{name}: {why}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
