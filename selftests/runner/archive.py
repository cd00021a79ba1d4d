# SPDX-License-Identifier: GPL-2.0
"""Debian's archive, by apt with a state of its own: packages of this or another
suite are looked up, downloaded and unpacked, and this machine stays as it is.
"""
import glob
import os
import re
import tempfile
import time

from .common import Failed, Unavailable, cache, locked, run

# Debian's tag in a kernel's release, and the suite's name.
SUITES = {"deb12": "bookworm", "deb13": "trixie"}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# What a list of packages is good for.
FRESH_SECONDS = 12 * 3600


def mirror():
    """Where this machine's own sources say that Debian's archive is."""
    try:
        text = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    except (Failed, OSError) as error:
        raise Unavailable(f"no apt to ask for packages with: {error}") from error
    for uri in text.splitlines():
        if re.search(r"/debian/?$", uri):
            return uri.rstrip("/")
    raise Unavailable("no apt source of this machine is a Debian archive")


class Archive:
    """The suites of one tag."""

    def __init__(self, tag):
        self.tag = tag
        self.home = cache("apt", tag)
        self.config = os.path.join(self.home, "apt.conf")

    def sources(self):
        """Lines of sources.list: the suite, what updates it, what is backported to it."""
        suite, base = SUITES[self.tag], mirror()
        options = f"[signed-by={KEYRING}]" if os.path.exists(KEYRING) else ""
        yield f"deb {options} {base} {suite} main"
        yield f"deb {options} {base} {suite}-updates main"
        yield f"deb {options} {base} {suite}-backports main"
        yield f"deb {options} {base}-security {suite}-security main"

    def prepare(self):
        """Its configuration, and lists that are not too old."""
        stamp = os.path.join(self.home, "stamp")
        if os.path.exists(stamp) and time.time() - os.path.getmtime(stamp) < FRESH_SECONDS:
            return
        for name in ("lists/partial", "cache/archives/partial", "state"):
            os.makedirs(os.path.join(self.home, name), exist_ok=True)
        with open(os.path.join(self.home, "state", "status"), "w", encoding="ascii"):
            pass
        with open(os.path.join(self.home, "sources.list"), "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in self.sources())
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f'Dir::Etc::sourcelist "{self.home}/sources.list";\n'
                       'Dir::Etc::sourceparts "-";\nDir::Etc::preferencesparts "-";\n'
                       f'Dir::State "{self.home}/state";\n'
                       f'Dir::State::status "{self.home}/state/status";\n'
                       f'Dir::State::lists "{self.home}/lists";\n'
                       f'Dir::Cache "{self.home}/cache";\n'
                       'Acquire::Languages "none";\nAPT::Sandbox::User "";\n'
                       'APT::Architecture "amd64";\nAPT::Architectures "amd64";\n'
                       'Acquire::Retries "3";\nAcquire::http::Timeout "30";\n')
        self.apt("apt-get", "-qq", "update")
        # apt-get only warns of a source that it did not reach.
        if not glob.glob(f"{self.home}/lists/*Packages*"):
            raise Unavailable(f"Debian's archive at {mirror()} is out of reach")
        with open(stamp, "w", encoding="ascii"):
            pass

    def apt(self, *command, **options):
        return run(*command, env={**os.environ, "APT_CONFIG": self.config}, **options)

    def query(self, *command):
        """One question to apt-cache."""
        with locked(os.path.join(self.home, "lock")):
            self.prepare()
            return self.apt("apt-cache", *command)

    def names(self, pattern):
        """Packages whose name matches."""
        return [line.split(" - ")[0]
                for line in self.query("--names-only", "search", pattern).splitlines()]

    def closure(self, package):
        """It, and the kernel packages that it depends on, in turn."""
        wanted, found = [package], []
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            found.append(name)
            text = self.query("depends", "--no-recommends", "--no-suggests", "--no-conflicts",
                              "--no-breaks", "--no-replaces", "--no-enhances", name)
            for other in re.findall(r"^ *\|?Depends: (\S+)", text, re.M):
                if re.match(r"linux-(binary|modules|base|image|headers|kbuild)-\d", other) and \
                        not other.endswith("-unsigned"):
                    wanted.append(other)
        return found

    def unpack(self, packages, to):
        """Downloads packages and unpacks them below a directory."""
        os.makedirs(to)
        with locked(os.path.join(self.home, "lock")), \
                tempfile.TemporaryDirectory(dir=self.home) as work:
            self.prepare()
            try:
                self.apt("apt-get", "-qq", "download", *packages, cwd=work)
            except Failed as error:
                # An old list may name what the archive has dropped.
                os.remove(os.path.join(self.home, "stamp"))
                raise Unavailable(f"could not download {' '.join(packages)}: {error}") from error
            for path in glob.glob(f"{work}/*.deb"):
                run("dpkg-deb", "-x", path, to)
