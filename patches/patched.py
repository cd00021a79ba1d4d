# SPDX-License-Identifier: GPL-2.0
"""What the checks share: a guest with a patched kernel."""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
SELFTESTS = os.path.join(HERE, "..", "selftests")
TESTBED = os.path.join(SELFTESTS, "testbed")
sys.dont_write_bytecode = True
sys.path.insert(0, SELFTESTS)
from runner import common, kernels  # pylint: disable=wrong-import-position

Failed = common.Failed

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


def program(main):
    """Runs main(), whose files are gone at its end however that comes."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(sign) != signal.SIG_IGN:
            signal.signal(sign, lambda number, _: sys.exit(128 + number))
    common.program(main)


def number(low, high):
    """What a number must be for cvmbed, which looks at it behind a build of minutes."""
    def convert(text):
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"a number from {low} to {high}, not '{text}'")
        return int(text)
    return convert


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--platform", required=True,
                        choices=("sev-es", "snp", "tdx"))
    parser.add_argument("--kernel", default="6.12", metavar="V",
                        help="of the series for that version (default %(default)s)")
    parser.add_argument("--cpus", type=number(1, 16), default=1, metavar="N",
                        help="vCPUs (default %(default)s)")
    parser.add_argument("--flavour", default="small", metavar="F",
                        help="as build-kernel has them; what is not in its cache is built, plain "
                             "the most slowly (default %(default)s)")
    parser.add_argument("--built", metavar="DIR",
                        help="a directory as build-kernel leaves it, instead of both")
    return parser


def run(*command, **options):
    """Its output. When this program is to end, so is all that it has started, which
    then cleans up behind itself."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                          start_new_session=True, **options) as process:
        try:
            out, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode:
        raise Failed(f"{command[0]} failed, status {process.returncode}\n{out}".rstrip())
    return out


def check_kernel(options):
    """What can be said before anything is built."""
    if options.built:
        return
    series = sorted(name for name in os.listdir(HERE) if re.fullmatch("[0-9.]+", name))
    if options.kernel not in series:
        raise Failed(f"no series for kernel {options.kernel}: {' '.join(series)}")
    on = True
    for fragment in options.flavour.split("-"):
        path = f"{HERE}/config/{fragment}.config"
        if os.path.exists(path):
            with open(path, encoding="ascii") as file:
                found = re.findall("^CONFIG_CVM_EXITS=([yn])$", file.read(), re.M)
            on = found[-1] == "y" if found else on
    if not on:
        raise Failed(f"flavour {options.flavour} has CONFIG_CVM_EXITS off: it counts nothing")


def check_built(directory):
    """Is it a kernel that counts? Returns it."""
    kernel = kernels.built(directory)
    if not kernel.has("CVM_EXITS"):
        with open(kernel.config, encoding="utf-8") as file:
            known = "CONFIG_CVM_EXITS " in file.read()
        raise Failed(f"{directory}: " + (
            "this kernel has CONFIG_CVM_EXITS off: it counts nothing" if known else
            "this is no kernel of a series: it has no CONFIG_CVM_EXITS"))
    return kernel


def build(options, series=HERE, **more):
    """Finds or builds the kernel. Returns its directory."""
    out = run(f"{series}/build-kernel", options.kernel, options.flavour, **more)
    return os.path.dirname(dict(line.split(maxsplit=1) for line in out.splitlines())["kernel"])


def prepare(options, work, modules):
    """Finds or builds the kernel. Returns the guest's files, these modules, as
    the tree has them, among them."""
    check_kernel(options)
    if options.built:
        with open(f"{check_built(options.built).kdir}/include/config/kernel.release",
                  encoding="ascii") as file:
            options.kernel = file.read().strip()
    else:
        options.built = build(options)
    root = f"{work}/root"
    os.makedirs(f"{root}/root")
    built_in = run(f"{SELFTESTS}/build-module", os.path.abspath(options.built)).split()[-1]
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
