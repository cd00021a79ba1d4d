# SPDX-License-Identifier: GPL-2.0
"""Builds the modules for one exact kernel, product and tests' alike, beside the
builds for others, and only what changed. Warnings are errors.
"""
import argparse
import os
import re
import subprocess

from . import kernels, roots
from .common import BUILD, SELFTESTS, TOP, Failed, cache, locked, run

SOURCES = ("Kbuild", "kmod", "selftests/freeze", "selftests/bench",
           "selftests/testbed/guest/trigger", "patches/snapshot")
LEFT_BEHIND = ("*.o", "*.ko", "*.mod*", ".*.cmd", "modules.order", "Module.symvers")
COMPILERS = ("gcc", "clang")


def directory(kernel, compiler="gcc"):
    """Where the modules for this kernel, and for no other, are."""
    return os.path.join(BUILD, f"module-{kernel.release}-{compiler}")


def copy_sources(out):
    """Objects of two kernels, or of a person's own make, do not meet."""
    os.makedirs(out, exist_ok=True)
    run("rsync", "-aR", "--delete", *(f"--exclude={name}" for name in LEFT_BEHIND),
        *(f"{TOP}/./{name}" for name in SOURCES), f"{SELFTESTS}/./lib/clang-kbuild", out)


def make(kernel, out, compiler, *goals):
    """The finished make. goals: default all modules."""
    in_root = roots.needed(kernel.suite)
    path = roots.inside if in_root else os.path.realpath
    cc = [f"CC={path(out)}/lib/clang-kbuild"] if compiler == "clang" else []
    command = ["make", f"-j{os.cpu_count()}", "-C", path(kernel.kdir), f"M={path(out)}", *cc,
               "CVMSTAT_TESTS=m", "W=1", "KCFLAGS=-Werror", *(goals or ("modules",))]
    if in_root:
        return roots.run_in(kernel.suite, (out, cache("debian")), *command)
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def modules(kernel, compiler="gcc"):
    """Builds, and returns the directory that the modules are in, as the tree has
    them: kmod/cvmstat.ko, ...
    """
    if not kernel.kdir:
        raise Failed(f"kernel {kernel.name} has no headers to build with")
    out = directory(kernel, compiler)
    with locked(f"{out}.lock"):
        copy_sources(out)
        done = make(kernel, out, compiler)
        log = f"{out}.log"
        with open(log, "w", encoding="utf-8") as file:
            file.write(done.stdout)
        if done.returncode:
            said = [line for line in done.stdout.splitlines()
                    if re.search("error|warning", line)][:20]
            raise Failed("\n".join([f"{compiler} for {kernel.release}: the whole output is in {log}",
                                    *said]))
    return out


def main():
    parser = argparse.ArgumentParser(
        description="Builds the modules, the tests' too, for a kernel. Prints where they are.")
    parser.add_argument("kernel", help="a name, as selftests/kernels has them, or a directory as "
                                       "patches/build-kernel leaves it")
    parser.add_argument("compiler", nargs="?", default="gcc", choices=COMPILERS)
    options = parser.parse_args()
    kernel = kernels.built(options.kernel) if "/" in options.kernel else \
        kernels.get(options.kernel, headers=True)
    print(modules(kernel, options.compiler))
