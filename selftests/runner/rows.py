# SPDX-License-Identifier: GPL-2.0
"""The module's hooks, as the preprocessor sees them: which functions each may attach
to, and how. For kernels that the module cannot be built for, to see whether it
would find its functions there.
"""
import dataclasses
import glob
import os
import re

from . import build, platforms
from .common import BUILD, TOP, Failed, locked

# A hook is from its name to the next one's, or to the end of the table.
HOOK = re.compile(r"\.name = \"(?P<name>[a-z-]+)\",(?P<body>.*?)(?=\.name = \"|\};\n)", re.S)
POINT = re.compile(r"\.backend = &cvm_(?P<how>\w+),\s*\.symbol = \"(?P<symbol>\w+)\"")
PLATFORM = re.compile(r"CVMSTAT_PLATFORM_(\w+)")


@dataclasses.dataclass
class Row:
    """One hook. points: (backend, symbol) in order of preference."""
    name: str
    platforms: set
    optional: bool
    points: list


def parse(text):
    """The rows of one preprocessed source that attach to functions, but those of
    guests of one hypervisor only."""
    for hook in HOOK.finditer(text):
        body = hook["body"]
        points = [(point["how"], point["symbol"]) for point in POINT.finditer(body)]
        where = re.search(r"\.platforms = ([^,]*),", body)
        if points and where and ".hypervisor" not in body:
            yield Row(hook["name"], {platforms.of_enum(p) for p in PLATFORM.findall(where[1])},
                      re.search(r"\.optional = (true|1)", body) is not None, points)


def read(kernel):
    """All rows, built with the headers of a kernel."""
    names = [os.path.relpath(path, TOP).removesuffix(".c") + ".i"
             for path in sorted(glob.glob(f"{TOP}/kmod/hooks/*.c"))]
    out = os.path.join(BUILD, "rows")
    with locked(f"{out}.lock"):
        build.copy_sources(out)
        done = build.make(kernel, out, "gcc", *names)
        if done.returncode:
            raise Failed(f"no hooks: {done.stdout[-2000:]}")
        found = []
        for name in names:
            with open(os.path.join(out, name), encoding="utf-8") as file:
                found += parse(file.read())
    if not found:
        raise Failed("no hook was found in kmod/hooks")
    return found


def usable(how, seen):
    """Could a point attach where its symbol was seen so: (there, ftrace, refused)?"""
    there, ftrace, refused = seen
    return there and not refused if how == "kprobe" else ftrace
