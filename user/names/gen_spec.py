#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes spec.h: the names that the netlink spec gives to the values of its enums.

usage: gen_spec.py SPEC > spec.h
"""

import sys

import yaml

HEAD = """\
/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit: names/gen_spec.py makes it of kmod/cvmstat.yaml (make regen). */
#ifndef CVMSTAT_NAMES_SPEC_H
#define CVMSTAT_NAMES_SPEC_H

#include <linux/cvmstat.h>
"""


def identifier(*words):
    return "_".join(words).replace("-", "_")


def table(enum):
    """The names of one enum, by value."""
    yield f"\nstatic const char *const {identifier('spec', enum['name'])}[] = {{"
    for entry in enum["entries"]:
        name = entry if isinstance(entry, str) else entry["name"]
        value = identifier("cvmstat", enum["name"], name).upper()
        yield f'\t[{value}] = "{name}",'
    yield "};"


def flags(definition):
    """The names of flags, by bit."""
    yield f"\nstatic const char *const {identifier('spec', definition['name'])}[] = {{"
    for entry in definition["entries"]:
        name = entry if isinstance(entry, str) else entry["name"]
        yield f'\t"{name}",'
    yield "};"


# Flags that are told by name; classes have an enum of their own.
TOLD = ("hints",)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        spec = yaml.safe_load(f)
    print(HEAD, end="")
    for definition in spec["definitions"]:
        if definition["type"] == "enum":
            print(*table(definition), sep="\n")
        elif definition["name"] in TOLD:
            print(*flags(definition), sep="\n")
    print("\n#endif")


if __name__ == "__main__":
    main()
