# SPDX-License-Identifier: GPL-2.0
"""What check-counts and check-trace share: a guest with a patched kernel."""
import argparse
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
TESTBED = os.path.join(HERE, "..", "selftests", "testbed")
TRIGGERS = os.path.join(TESTBED, "guest", "trigger")


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--platform", required=True,
                        choices=("sev-es", "snp", "tdx"))
    parser.add_argument("--kernel", default="6.12")
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--flavour", default="plain")
    parser.add_argument("--built", metavar="DIR",
                        help="a directory as build-kernel leaves it")
    return parser


def run(*command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, check=False, **options)
    if done.returncode:
        sys.exit(f"{done.stdout}{os.path.basename(sys.argv[0])}: {command[0]} "
                 f"failed, status {done.returncode}")
    return done.stdout


def build_module(kdir, source, work, into):
    """Out of tree and in a copy, so that two kernels' objects do not meet."""
    copy = os.path.join(work, os.path.basename(source))
    shutil.copytree(source, copy)
    run("make", "-s", "-C", kdir, f"M={copy}", "modules")
    for name in os.listdir(copy):
        if name.endswith(".ko"):
            shutil.copy(os.path.join(copy, name), into)


def prepare(options, work, modules):
    """Finds or builds the kernel. Returns the guest's files, modules among
    them."""
    if not options.built:
        built = dict(line.split(maxsplit=1) for line in run(
            f"{HERE}/build-kernel", options.kernel,
            options.flavour).splitlines())
        options.built = os.path.dirname(built["kernel"])
    root = f"{work}/root"
    os.makedirs(f"{root}/root")
    for source in modules:
        build_module(f"{options.built}/kdir", source, work, f"{root}/root")
    return root


def guest(options, work, root, *more):
    """Boots it, with more options of cvmbed's, and runs /root/run. Returns what
    it printed, and the ledger by label."""
    out = run(f"{TESTBED}/cvmbed", "run", "--platform", options.platform,
              "--kernel", f"{options.built}/bzImage",
              "--cpus", str(options.cpus), "--memory", "1536",
              "--root", root, "--ledger", f"{work}/ledger",
              "--timeout", "600", *more, "--", "sh", "/root/run")
    with open(f"{work}/ledger", encoding="ascii") as file:
        states = [json.loads(line) for line in file]
    return out, {state["label"]: state for state in states}
