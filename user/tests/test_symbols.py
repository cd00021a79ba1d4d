# SPDX-License-Identifier: GPL-2.0
"""Names of code."""

import json
import os
import tempfile

import reader
import scenes


class Symbols(reader.ReaderTest):
    """Of the kernel, of processes, and of those that are gone."""

    def test_kernel_symbols(self):
        root = os.path.join(reader.HERE, "root-symbols")
        _, out, _ = self.run_reader("rips", "--json", "true", scene=scenes.snp,
                                    env={"CVMSTAT_TEST_ROOT": root})
        symbols = [r["symbol"] for r in json.loads(out)["rips"]]
        self.assertEqual(symbols[:2], ["writel+0x10", "native_apic_msr_write+0x0"])
        _, out, _ = self.run_reader("rips", "true", env={"CVMSTAT_TEST_ROOT": root})
        self.assertNotIn("CAP_SYSLOG", out)
        _, out, _ = self.run_reader("rips", "true")
        self.assertIn("CAP_SYSLOG", out)

    # Text of the kernel, of two modules, a BPF program; text that was only for boot.
    KALLSYMS = """\
ffffffff81000000 T _text
ffffffff81000000 T _stext
ffffffff81000000 T startup_64
ffffffff81001000 t first
ffffffff81001000 t alias_of_first
ffffffff81001ff0 T last
ffffffff81002000 T _etext
ffffffff82000000 D data
ffffffff83000000 T _sinittext
ffffffff83000000 t init_early
ffffffff83000800 t init_late
ffffffff83001000 T _einittext
ffffffffc0000000 t one_read	[one]
ffffffffc0000200 t one_write	[one]
ffffffffc0003000 t two_far	[two]
ffffffffc0001100 t two_near	[two]
ffffffffc0009040 t bpf_prog_1	[bpf]
ffffffffc0009100 t bpf_prog_2	[bpf]
"""
    MODULES = """\
two 65536 0 - Live 0xffffffffc0001000 (OE)
one 1024 1 two, Live 0xffffffffc0000000
"""

    def root(self, kallsyms=KALLSYMS, modules=MODULES):
        """A folder that is a system with these files."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.mkdir(os.path.join(folder.name, "proc"))
        self.write(folder.name, kallsyms, modules)
        return folder.name

    @staticmethod
    def write(root, kallsyms, modules):
        for name, text in (("kallsyms", kallsyms), ("modules", modules)):
            with open(os.path.join(root, "proc", name), "w", encoding="utf-8") as f:
                f.write(text)

    def names(self, *addresses, **files):
        def scene(command, n):
            if command == "rip-get":
                return [{"class": 1, "code": 0x7c, "rip": address, "kernel": n * (99 - i), "user": 0}
                        for i, address in enumerate(addresses)] if n else []
            return scenes.snp(command, n)
        out = self.run_reader("rips", "--json", "-n", "99", "true", scene=scene,
                              env={"CVMSTAT_TEST_ROOT": self.root(**files)})[1]
        return [r["symbol"] for r in json.loads(out)["rips"]]

    def test_kernel_ends(self):
        """A symbol ends with its part of the kernel; behind it there is no name."""
        for address, name in (
                (0xffffffff81000010, "startup_64+0x10"),
                (0xffffffff81001ffa, "last+0xa"),
                (0xffffffff81001001, "first+0x1"),
                # Behind the text; what was thrown away after boot; before all.
                (0xffffffff81002000, "0xffffffff81002000"),
                (0xffffffff83000810, "0xffffffff83000810"),
                (0xffffffff80ffffff, "0xffffffff80ffffff"),
                # In a module, up to its end, which is before that of the page.
                (0xffffffffc0000000, "one_read+0x0 [one]"),
                (0xffffffffc00003ff, "one_write+0x1ff [one]"),
                (0xffffffffc0000400, "0xffffffffc0000400"),
                # Before the text of a module; long functions in it, and the last, to the page's end.
                (0xffffffffc0001000, "0xffffffffc0001000"),
                (0xffffffffc0002fff, "two_near+0x1eff [two]"),
                (0xffffffffc0003fff, "two_far+0xfff [two]"),
                (0xffffffffc0004000, "0xffffffffc0004000"),
                (0xffffffffc00090ff, "bpf_prog_1+0xbf [bpf]"),
                (0xffffffffc0009fff, "bpf_prog_2+0xeff [bpf]"),
                # A program that came later, where nothing is known.
                (0xffffffffc000a000, "0xffffffffc000a000"),
                (0xfffffffffec51234, "0xfffffffffec51234")):
            with self.subTest(name):
                self.assertEqual(self.names(address), [name])

    def test_kernel_unknown(self):
        """Without the marks of the kernel's text, and without the modules' places."""
        kallsyms = "".join(line for line in self.KALLSYMS.splitlines(True) if "text" not in line)
        self.assertEqual(self.names(0xffffffff81001ffa, 0xffffffff81002000, 0xffffffffc00003ff,
                                    0xffffffffc0001000, kallsyms=kallsyms, modules=""),
                         ["last+0xa", "0xffffffff81002000", "one_write+0x1ff [one]",
                          "0xffffffffc0001000"])

    def test_user_symbols(self):
        python = os.path.realpath("/proc/self/exe")
        with open("/proc/self/maps", encoding="utf-8") as f:
            start = [int(line.split("-")[0], 16) for line in f if python in line and " r-xp " in line]

        def mine(command, n):
            if command == "rip-get":
                return [{"class": 0, "code": 0x72, "rip": start[0] + 0x10, "tgid": os.getpid(),
                         "kernel": 0, "user": 5 * n}] if n else []
            return scenes.snp(command, n)
        _, out, _ = self.run_reader("rips", "--json", "true", scene=mine,
                                    env={"CVMSTAT_TEST_ROOT": ""})
        rip = json.loads(out)["rips"][0]
        self.assertIn(os.path.basename(python), rip["symbol"])
        self.assertRegex(rip["process"], rf"^\w.*/{os.getpid()}$")

    def test_symbols_of_the_gone(self):
        """Code of a command that is over when the report is made, and of its copy."""
        out = self.run_reader("stat", "-a", "--json", "-o", "-", "-e", "context-switches", "true",
                              scene=scenes.snp)[1]
        if json.loads(out)["counters"][0]["problem"]:
            self.skipTest("software events of all CPUs are not permitted here")
        with tempfile.NamedTemporaryFile("r") as told:
            script = ("import os, sys\n"
                      "def tell():\n"
                      "    line = next(l for l in open('/proc/self/maps') if ' r-xp ' in l\n"
                      "                and os.path.realpath('/proc/self/exe') in l)\n"
                      "    with open(sys.argv[1], 'a') as f:\n"
                      "        f.write(f'{os.getpid()} {line.split(\"-\")[0]}\\n')\n"
                      "tell()\n"
                      "if not os.fork(): tell()\n"
                      "else: os.wait()\n")

            def theirs(command, n):
                if command == "rip-get":
                    pairs = [line.split() for line in told.read().splitlines()] if n else []
                    return [{"class": 0, "code": 0x72, "rip": int(start, 16) + 0x10,
                             "tgid": int(pid), "kernel": 0, "user": 5} for pid, start in pairs]
                return scenes.snp(command, n)
            python = os.path.realpath("/proc/self/exe")
            _, out, err = self.run_reader("rips", "--json", "--", python, "-c", script, told.name,
                                          scene=theirs, env={"CVMSTAT_TEST_ROOT": ""})
        rips = json.loads(out)["rips"]
        self.assertEqual(len(rips), 2, err)
        for rip in rips:
            self.assertIn(os.path.basename(python), rip["symbol"])
            self.assertEqual(rip["process"], f"{os.path.basename(python)[:15]}/{rip['tgid']}")
