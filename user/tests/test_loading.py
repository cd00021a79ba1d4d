# SPDX-License-Identifier: GPL-2.0
"""What is said where the module is not loaded: what keeps it out, and what helps."""

import os
import tempfile

import reader

RELEASE = "6.12.117"
MODULES = f"lib/modules/{RELEASE}"
SIGNED = b"\x7fELF" + bytes(100) + b"~Module signature appended~\n"
UNSIGNED = b"\x7fELF" + bytes(100)
LOCKDOWN = "sys/kernel/security/lockdown"
ENFORCE = "sys/module/module/parameters/sig_enforce"
DISABLED = "proc/sys/kernel/modules_disabled"
# Of a confidential guest with an ordinary kernel.
ORDINARY = {"proc/sys/kernel/osrelease": f"{RELEASE}\n", DISABLED: "0\n", ENFORCE: "N\n",
            LOCKDOWN: "[none] integrity confidentiality\n"}


def installed(name, content):
    return {f"{MODULES}/modules.dep": f"kernel/fs/ext4.ko: kernel/lib/crc.ko\n{name}:\n",
            f"{MODULES}/{name}": content}


class Loading(reader.ReaderTest):
    """One line, and the exit status of a missing module."""

    def says(self, text, *files, refusal=None):
        with tempfile.TemporaryDirectory() as root:
            for path, content in {k: v for f in (ORDINARY, *files) for k, v in f.items()}.items():
                path = os.path.join(root, path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as f:
                    f.write(content if isinstance(content, bytes) else content.encode())
            env = {"CVMSTAT_TEST_ROOT": root, "CVMSTAT_TEST_PLATFORM": "a guest of the tests"}
            if refusal:
                env["CVMSTAT_TEST_REFUSAL"] = refusal
            done = self.run_reader("info", env=env)
        self.assertEqual(done, (122, "", "cvmstat: the module is not loaded (this is a guest of the "
                                         f"tests); {text}\n"))

    def test_not_tried(self):
        for name in ("updates/dkms/cvmstat.ko", "extra/cvmstat.ko.xz", "cvmstat.ko"):
            self.says("load it with: modprobe cvmstat", installed(name, UNSIGNED))

    def test_ordinary(self):
        """No confidential guest: what is in the way is said as well."""
        for command in ("info", "stat"):
            err = self.run_reader(command)[2]
            self.assertIn("not a confidential guest: it would estimate what", err)
            self.assertTrue(err.endswith("; load it with: modprobe cvmstat baseline=1\n"), err)

    def test_not_installed(self):
        text = (f"there is none for Linux {RELEASE}: install cvmstat-dkms and "
                f"linux-headers-{RELEASE}, or run make load in a checkout")
        self.says(text)
        self.says(text, installed("updates/dkms/cvmstat_bench.ko", UNSIGNED))

    def test_refused(self):
        self.says("when that was tried, the kernel's log said: no hook could be attached",
                  refusal="no hook could be attached")

    def test_disabled(self):
        self.says("this kernel takes no more modules until it is booted again "
                  "(kernel.modules_disabled=1): EARLY in cvmstat(8) says how to load it before",
                  {DISABLED: "1\n", ENFORCE: "Y\n"}, refusal="no hook could be attached")

    def test_signature(self):
        """Who demands it, and whether there is one, as far as that can be seen."""
        name = "updates/dkms/cvmstat.ko"
        here = f"/{MODULES}/{name} is not signed, and "
        for why, files in (("module.sig_enforce=1", {ENFORCE: "Y\n"}),
                           ("it is locked down: integrity",
                            {LOCKDOWN: "none [integrity] confidentiality\n", ENFORCE: "Y\n"}),
                           ("it is locked down: confidentiality",
                            {LOCKDOWN: "none integrity [confidentiality]\n"})):
            text = (f"this kernel takes only modules signed with a key that it has ({why}): "
                    "SIGNING in cvmstat(8) says how")
            self.says(text, files)
            self.says(text, files, installed(name, SIGNED))
            self.says(text, files, installed(f"{name}.xz", UNSIGNED))
            self.says(here + text, files, installed(name, UNSIGNED))
            self.says(here + text, files, installed(name, b""))
