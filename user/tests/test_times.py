# SPDX-License-Identifier: GPL-2.0
"""The share of CPU time that handlers took."""

import json

import reader
import scenes


def timed(command, n):
    """Four CPUs of 2.5 GHz, and windows of half a second."""
    if command == "config-get":
        return [{"classes": 0xff, "details": 1, "rips": 0, "latency": 1}]
    if command == "hist-get":
        return [{**scenes.hist(scenes.VC, 0x72, n), "cycles": 50000000 * n},
                {**scenes.hist(scenes.VC, 0x400, n), "cycles": 500000000 * n}]
    return scenes.snp(command, n)


class Times(reader.ReaderTest):
    """Beside what was handled, where it is kept."""

    def report(self, *args, scene=timed):
        return json.loads(self.run_reader("stat", "--json", "-e", "none", *args, "true",
                                          scene=scene)[2])

    def test_share(self):
        for args in (), ("-r", "2"):
            rows = {(r["class"], r["reason"]): (r["handler_cycles"], r["handler_share"])
                    for r in self.report(*args)["reasons"]}
            self.assertEqual(rows["vc", "npf"], (500000000, 0.1))
            self.assertEqual(rows["vc", "cpuid"], (50000000, 0.01))
            self.assertEqual(rows["vc", "msr"], (None, None))
            self.assertEqual(rows["vmgexit", "msr"], (None, None))

    def test_purposes(self):
        times = {(p["kind"], p["purpose"]): p["handler_share"] for p in self.report()["purposes"]}
        self.assertEqual(times["trap", "cpuid"], 0.01)
        self.assertEqual(times["trap", "unknown"], 0.1)
        self.assertIsNone(times["trap", "ipi"])

    def test_text(self):
        err = self.run_reader("stat", "-e", "none", "true", scene=timed)[2]
        self.assertRegex(err, r"share  CPU time  top details\n")
        self.assertRegex(err, r"\n trap   #VC npf +18,204 +36,408 +10\.0%\n")
        self.assertRegex(err, r"\n trap   #VC cpuid +619 +1,238 +1\.0%  without exit")

    def test_not_kept(self):
        self.assertIsNone(self.report(scene=scenes.snp)["reasons"][5]["handler_share"])
        self.load(scenes.snp)
        self.assertNotIn("CPU time", self.run_reader("stat", "true")[2])
        self.assertNotIn("hists", [self.module.parts(c, r) for c, r in self.module.asked][0])
