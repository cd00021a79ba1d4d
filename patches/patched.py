# SPDX-License-Identifier: GPL-2.0
"""What the checks share: a guest with a patched kernel."""
import argparse
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
TESTBED = os.path.join(HERE, "..", "selftests", "testbed")
TRIGGERS = "selftests/testbed/guest/trigger/cvmbed_trigger.ko"
SNAPSHOT = "patches/snapshot/cvm_snapshot.ko"


# What a key of the ledger has, and the series' counters leave out: the number of a
# hypercall (user mode chooses it, 64 bits of it), and what is written to an ICR, above
# its MSR's index or its address.
VMMCALL = "0x81"
ICRS = (0x830, 0xFEE00300)


def as_counted(key):
    """A key of the ledger (class, code, detail, op) as the series counts it."""
    kind, code, detail, op = key
    if kind in ("vc", "vmgexit") and code == VMMCALL:
        detail = "-"
    elif detail != "-" and int(detail, 16) & 0xFFFFFFFF in ICRS:
        detail = f"{int(detail, 16) & 0xFFFFFFFF:#x}"
    return kind, code, detail, op


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


def prepare(options, work, modules):
    """Finds or builds the kernel. Returns the guest's files, these modules, as
    the tree has them, among them."""
    if not options.built:
        built = dict(line.split(maxsplit=1) for line in run(
            f"{HERE}/build-kernel", options.kernel,
            options.flavour).splitlines())
        options.built = os.path.dirname(built["kernel"])
    root = f"{work}/root"
    os.makedirs(f"{root}/root")
    built_in = run(f"{HERE}/../selftests/build-module", options.built).split()[-1]
    for name in modules:
        shutil.copy(f"{built_in}/{name}", f"{root}/root")
    return root


def guest(options, work, root, more, command):
    """Boots it, with more options of cvmbed's, and runs a command. Returns what
    it printed, and the ledger by label."""
    out = run(f"{TESTBED}/cvmbed", "run", "--platform", options.platform,
              "--kernel", f"{options.built}/bzImage",
              "--cpus", str(options.cpus), "--memory", "1536",
              "--root", root, "--ledger", f"{work}/ledger",
              "--timeout", "600", *more, "--", "sh", *command)
    with open(f"{work}/ledger", encoding="ascii") as file:
        states = [json.loads(line) for line in file]
    return out, {state["label"]: state for state in states}
