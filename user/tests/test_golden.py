# SPDX-License-Identifier: GPL-2.0
"""Whole outputs, compared with files."""

import os
import re

import reader
import scenes


class Golden(reader.ReaderTest):
    """Whole outputs, compared with files."""

    def check(self, name, scene, *args, stream=1):
        done = self.run_reader(*args, scene=scene)
        self.assertEqual(done[0], 0, done[2])
        self.golden(name, done[stream])

    def test_stat(self):
        self.check("stat.txt", scenes.snp, "stat", "-e", "none", "--", "true", stream=2)

    def test_stat_verbose(self):
        self.check("stat-verbose.txt", scenes.snp, "stat", "-v", "true", stream=2)

    def test_stat_details(self):
        self.check("stat-details.txt", scenes.snp, "stat", "-d", "-e", "none", "true", stream=2)

    def test_stat_tdx(self):
        self.check("stat-tdx.txt", scenes.tdx, "stat", "-e", "none", "true", stream=2)

    def test_stat_json(self):
        self.check("stat.json", scenes.snp, "stat", "-e", "none", "--json", "true", stream=2)

    def test_stat_csv(self):
        self.check("stat.csv", scenes.snp, "stat", "-d", "-e", "none", "--csv", "true", stream=2)

    def test_stat_per_cpu(self):
        self.check("stat-per-cpu.txt", scenes.many_cpus, "stat", "--per-cpu", "-e", "none", "true",
                   stream=2)

    def test_stat_strange(self):
        self.check("stat-strange.txt", scenes.strange, "stat", "-d", "-e", "none", "true",
                   stream=2)

    def test_hist(self):
        self.check("hist.txt", scenes.snp, "hist", "true")
        self.check("hist.json", scenes.snp, "hist", "--json", "true")

    def test_rips(self):
        self.check("rips.txt", scenes.snp, "rips", "true")
        self.check("rips.csv", scenes.snp, "rips", "--csv", "true")

    def test_reasons(self):
        self.check("reasons.txt", None, "reasons")
        self.check("reasons.json", None, "reasons", "--json")
        self.check("reasons-hlt.txt", None, "reasons", "hlt")

    def test_help(self):
        self.check("help.txt", None, "help")
        self.check("help-stat.txt", None, "help", "stat")
        self.check("help-stat.txt", None, "stat", "--help")

    def test_bench(self):
        self.check("bench.txt", scenes.snp, "bench", "--cpu", "2")
        self.check("bench.json", scenes.snp, "bench", "--cpu", "2", "--json")
        self.check("bench.csv", scenes.snp, "bench", "--cpu", "2", "--csv")
        self.check("bench-list.txt", scenes.snp, "bench", "--cpu", "2", "--list")

    def test_bench_beside(self):
        """The golden report is the baseline of another guest."""
        baseline = os.path.join(reader.GOLDEN, "bench.json")
        self.check("bench-beside.txt", scenes.tdx, "bench", "--cpu", "0", "--baseline", baseline,
                   "-n", "50")


class Narrow(reader.ReaderTest):
    """What fits a terminal: whole words and items, or the columns that matter most."""

    def check(self, name, cols, *args):
        status, text = self.on_terminal(cols, *args, scene=scenes.snp)
        self.assertEqual(status, 0)
        # What bench says while it measures is gone from the screen.
        text = re.sub("\r[^\n]*\x1b\\[K", "", text)
        self.golden(name, text)
        return text.split("\n")

    def test_widths(self):
        for cols in (40, 80, 120):
            for name, *args in (("stat", "stat", "-e", "none", "true"),
                                ("stat-details", "stat", "-d", "-e", "none", "true"),
                                ("info", "info"), ("hist", "hist", "true"),
                                ("rips", "rips", "true"), ("set", "set"),
                                ("reasons", "reasons"), ("bench", "bench", "--cpu", "2"),
                                ("bench-list", "bench", "--cpu", "2", "--list")):
                with self.subTest(name, cols=cols):
                    lines = self.check(f"{name}-{cols}.txt", cols, *args)
                    # Facts are no tables: a terminal breaks their lines where it must.
                    if cols >= 80 or name not in ("info", "set", "bench"):
                        self.assertEqual([line for line in lines if len(line) > cols], [])


class GoldenOfOldModule(Golden):
    """The same from a module that knows no snapshot, only its parts."""

    old = True
