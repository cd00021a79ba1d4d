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
