# SPDX-License-Identifier: GPL-2.0
"""The one place that chooses a kernel.

A name is VERSION[-SUITE][-FLAVOUR]: 6.12, 6.12-deb13, 7.3-cloud, 6.12-deb12-rt; or
an exact release, 6.12.117+deb12-cloud-amd64. A name resolves once to the newest
release that its suites then offer; a checkout keeps to it (.cache/kernels.json)
until it is cleaned. Images and headers are fetched into the cache and unpacked
there, never installed. Nothing but an exact release leads to a file.
"""
import argparse
import dataclasses
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
import time

from . import archive
from .common import TOP, Failed, Unavailable, cache, host_codename, locked, one, run

RECORD = os.path.join(TOP, ".cache", "kernels.json")

FLAVOURS = ("cloud", "rt")
NAME = re.compile(r"(?P<version>\d+\.\d+)(?:-(?P<tag>deb\d+))?(?:-(?P<flavour>cloud|rt))?")
# Debian's: 6.1.0-56-amd64, 6.12.117+deb12-cloud-amd64, 6.12.115+deb13.1-rt-amd64
RELEASE = re.compile(r"(?P<version>\d+\.\d+)\.\d+(?:-\d+|\+deb\d+(?:\.\d+)?)"
                     r"(?:-(?P<flavour>cloud|rt))?-amd64")
# Versions that belong to one suite. Others are the host's own or Debian 13's.
TAGS = {"6.1": "deb12"}


@dataclasses.dataclass
class Kernel:
    """One exact kernel.

    image: what boots; modules: DIR with lib/modules/RELEASE below it, or None;
    config: its configuration, or None; kdir: what modules are built against, or
    None; suite: where it is built for, None for a kernel that was built here.
    """
    name: str
    release: str
    image: str
    modules: str = None
    config: str = None
    kdir: str = None
    suite: str = None

    def has(self, option):
        """Is a configuration option on, as y or m? None: there is no configuration."""
        if not self.config:
            return None
        with open(self.config, encoding="utf-8") as file:
            return re.search(rf"^CONFIG_{option}=[ym]$", file.read(), re.M) is not None

    def missing(self):
        """What of it is not there."""
        return [path for path in (self.image, self.modules, self.config, self.kdir)
                if path and not os.path.exists(path)]

    def check(self):
        """Files for another release have no business here."""
        for path in self.missing():
            raise Failed(f"kernel {self.name}: {path} is gone; remove "
                         f"{cache('debian', self.release)}")


def numbers(release):
    """What releases of one kind are ordered by."""
    return [int(n) for n in re.findall(r"\d+", release)]


def tag_of(version):
    """The suite's tag that a bare version means."""
    if version in TAGS:
        return TAGS[version]
    # 6.12 is in both; the host's own is the one that its users have.
    if version == "6.12" and host_codename() == archive.SUITES["deb12"]:
        return "deb12"
    return "deb13"


def parse(name):
    """(version, tag, flavour) of a name."""
    found = NAME.fullmatch(name)
    if not found or (found["tag"] and found["tag"] not in archive.SUITES):
        raise Failed(f"no kernel '{name}': VERSION[-{'|'.join(archive.SUITES)}]"
                     f"[-{'|'.join(FLAVOURS)}], as 6.12, 7.3-cloud or 6.12-deb13, an exact "
                     "release, as 6.12.117+deb12-amd64, or an image, as ./vmlinuz")
    return found["version"], found["tag"] or tag_of(found["version"]), found["flavour"] or ""


def offered(names, version, flavour):
    """The newest release of that version among names of packages, or None."""
    releases = []
    for name in names:
        found = RELEASE.fullmatch(name.removeprefix("linux-image-"))
        if found and found["version"] == version and (found["flavour"] or "") == flavour:
            releases.append(found[0])
    return max(releases, key=numbers, default=None)


def recorded():
    try:
        with open(RECORD, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Failed(f"{RECORD} is damaged ({error}): remove it") from error


def record(name, release, tag):
    """Keeps, and says, what a name means from now on."""
    known = recorded()
    known[name] = {"release": release, "tag": tag, "since": time.strftime("%Y-%m-%d")}
    with open(f"{RECORD}.new", "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1, sort_keys=True)
        file.write("\n")
    os.replace(f"{RECORD}.new", RECORD)
    print(f"Linux {name} is {release}", file=sys.stderr, flush=True)


def cached_releases(version, tag, flavour):
    """Those whose files are here, for a machine that reaches no archive."""
    try:
        names = os.listdir(cache("debian"))
    except FileNotFoundError:
        return None
    names = [name for name in names if os.path.exists(cache("debian", name, "image")) and
             tag_of_release(name) == tag]
    return offered(names, version, flavour)


def tag_of_release(release):
    found = re.search(r"\+(deb\d+)", release)
    return found[1] if found else "deb12"


def resolve(name):
    """(exact release, suite's tag) of a name."""
    if RELEASE.fullmatch(name):
        return name, tag_of_release(name)
    version, tag, flavour = parse(name)
    with locked(f"{RECORD}.lock"):
        known = recorded().get(name)
        if known:
            return known["release"], known["tag"]
        try:
            names = archive.Archive(tag).names(rf"^linux-image-{re.escape(version)}\.")
            release = offered(names, version, flavour)
            if not release:
                raise Unavailable(f"no kernel {name} in Debian's suite {archive.SUITES[tag]}")
        except Unavailable:
            release = cached_releases(version, tag, flavour)
            if not release:
                raise
        record(name, release, tag)
        return release, tag


def relocate(headers):
    """Makes unpacked headers independent of where they lie."""
    src = os.path.join(headers, "usr", "src")
    for name in os.listdir(src):
        path = os.path.join(src, name, "Makefile")
        if name.endswith("-common") or name.endswith("-common-rt") or not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            text = file.read()
        here = "$(dir $(abspath $(firstword $(MAKEFILE_LIST))))"
        text = re.sub(rf"^KBUILD_OUTPUT=/usr/src/{re.escape(name)}$",
                      f"KBUILD_OUTPUT := {here}", text, flags=re.M)
        text = re.sub(r"^include /usr/src/", f"include {here}../", text, flags=re.M)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def fetch(release, tag, part):
    """Unpacks one part of a release, "image" or "headers". Returns its directory."""
    to = cache("debian", release, part)
    with locked(f"{cache('debian', release)}.lock"):
        if os.path.exists(to):
            return to
        os.makedirs(os.path.dirname(to), exist_ok=True)
        source = archive.Archive(tag)
        wanted = source.closure(f"linux-{part}-{release}")
        # Headers may want the image for no other reason than to be complete.
        if part == "headers":
            wanted = [name for name in wanted
                      if re.match(r"linux-(headers|kbuild)-\d", name)]
        with tempfile.TemporaryDirectory(dir=os.path.dirname(to)) as work:
            new = os.path.join(work, "new")
            source.unpack(wanted, new)
            if part == "headers":
                relocate(new)
            else:
                if not os.path.lexists(f"{new}/lib"):
                    os.symlink("usr/lib", f"{new}/lib")
                run("/usr/sbin/depmod", "-b", new, release)
            os.rename(new, to)
    return to


def get(name, headers=False):
    """The kernel of a name, fetched if it is not here yet."""
    release, tag = resolve(name)
    image = fetch(release, tag, "image")
    modules = f"{image}/lib/modules/{release}"
    kernel = Kernel(
        name=name, release=release, suite=archive.SUITES[tag], modules=image,
        image=one(f"{image}/boot/vmlinuz-{release}", f"{modules}/vmlinuz"),
        config=one(f"{image}/boot/config-{release}", f"{modules}/config"))
    if headers:
        kernel.kdir = f"{fetch(release, tag, 'headers')}/usr/src/linux-headers-{release}"
    kernel.check()
    return kernel


def built(directory, name=None):
    """A kernel that patches/build-kernel left in a directory."""
    given, directory = directory, os.path.realpath(directory)
    kernel = Kernel(name=name or os.path.basename(directory),
                    release=os.path.basename(directory), image=f"{directory}/bzImage",
                    config=f"{directory}/config", kdir=f"{directory}/kdir")
    for path in kernel.missing():
        raise Failed(f"{given} is no directory that patches/build-kernel leaves: "
                     f"there is no {os.path.basename(path)} in it")
    return kernel


def source(version):
    """The tarball of Debian's package linux-source-VERSION."""
    tar = f"/usr/src/linux-source-{version}.tar.xz"
    if os.path.exists(tar):
        return tar
    to = cache("debian", "source", version)
    with locked(f"{to}.lock"):
        if not os.path.exists(to):
            parts = archive.Archive(tag_of(version))
            with tempfile.TemporaryDirectory(dir=os.path.dirname(to)) as work:
                parts.unpack([f"linux-source-{version}"], f"{work}/new")
                os.rename(f"{work}/new", to)
    return one(f"{to}{tar}")


def main():
    parser = argparse.ArgumentParser(
        description="Debian's kernels, fetched into a cache and never installed.",
        epilog="A NAME is VERSION[-SUITE][-FLAVOUR], as 6.12, 6.12-deb13, 7.3-cloud, or an exact "
               "release. Status 4: it cannot be had here.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("get", help="fetch a kernel, print what it is as JSON")
    verb.add_argument("--headers", action="store_true", help="what builds modules, too")
    verb.add_argument("--shell", action="store_true", help="as assignments of a shell")
    verb.add_argument("--field", help="one field alone",
                      choices=[field.name for field in dataclasses.fields(Kernel)])
    verb.add_argument("name")
    verbs.add_parser("source", help="fetch linux-source-VERSION, print its path") \
        .add_argument("version")
    verbs.add_parser("list", help="print what names mean in this checkout")
    verb = verbs.add_parser("update", help="forget what names mean: newer releases are taken")
    options = parser.parse_args()
    if options.verb == "get":
        kernel = dataclasses.asdict(get(options.name, options.headers))
        if options.field:
            print(kernel[options.field] or "")
        elif options.shell:
            for key, value in kernel.items():
                print(f"{key}={shlex.quote(value or '')}")
        else:
            print(json.dumps(kernel, indent=1))
    elif options.verb == "source":
        print(source(options.version))
    elif options.verb == "list":
        for name, known in sorted(recorded().items()):
            print(f"{name:16} {known['release']:32} since {known['since']}")
    elif os.path.exists(RECORD):
        shutil.move(RECORD, f"{RECORD}.old")
