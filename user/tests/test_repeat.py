# SPDX-License-Identifier: GPL-2.0
"""cvmstat stat -r: several runs."""

import csv
import io
import json
import os
import tempfile

import reader
import scenes


class Repeat(reader.ReaderTest):
    """What several runs of a command have together."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def command(self, *ends):
        """A command of which each run ends in another way: words for a shell."""
        cases = "".join(f"{i}) {end};; " for i, end in enumerate(ends, 1))
        return ("sh", "-c", f"echo >> {self.folder}/n; case $(wc -l < {self.folder}/n) in {cases} esac")

    def runs(self):
        with open(os.path.join(self.folder, "n"), encoding="utf-8") as f:
            return len(f.readlines())

    def stat(self, *args, scene=scenes.snp):
        status, out, err = self.run_reader("stat", "--json", "-o", "-", "-e", "none", *args,
                                           scene=scene)
        return status, json.loads(out) if out else None, err

    @staticmethod
    def uneven(command, n):
        """Runs that count 10, 20 and 30 in kernel mode, the last of them 3 in user mode as well."""
        if command == "get":
            return [scenes.count(1, 0x7c, [0, 10, 10, 30, 30, 60][n], [0, 0, 0, 0, 0, 3][n]),
                    scenes.count(1, 0x7b, [5, 5, 5, 5, 5, 11][n])]
        if command == "detail-get":
            return [scenes.detail(1, 0x7c, 2, 0x830, [0, 10, 10, 30, 30, 60][n],
                                  [0, 0, 0, 0, 0, 3][n])]
        if command == "bounce-get":
            return [{"device": "a", "driver": "b", "bounces": [0, 3, 3, 6, 6, 9][n], "bytes": 1}]
        if command == "idle-get":
            return [{"idle-state": 1, "idle-name": "C1", "idle-entries": [0, 1, 1, 3, 3, 6][n]}]
        return scenes.snp(command, 1)

    def test_one_meaning(self):
        """Every figure is that of one run, and the values of each are beside the mean."""
        status, report, _ = self.stat("-r", "3", "true", scene=self.uneven)
        self.assertEqual((status, report["cvmstat_schema"], report["runs"]), (0, 2, 3))
        for row in report["reasons"][0], report["details"][0]:
            self.assertEqual((row["count"], row["kernel"], row["user"], row["stddev"]),
                             (21, 20, 1, 11.5325626))
            self.assertEqual(row["values"], [10, 20, 33])
        self.assertEqual(report["reasons"][1]["values"], [0, 0, 6])
        self.assertEqual(report["bounced"][0]["tried"], 3)
        self.assertEqual((report["bounced"][0]["tried_bytes"], report["bounced"][0]["out_bytes"]),
                         (0, None))
        self.assertEqual(report["idle"][0]["entries"], 2)
        self.assertEqual(report["each_run"], [{"seconds": 0.5, "exit_status": 0}] * 3)

    def test_one_run(self):
        report = self.stat("true", scene=self.uneven)[1]
        self.assertEqual((report["reasons"][0]["count"], report["reasons"][0]["values"]), (10, None))
        self.assertEqual(report["each_run"], [{"seconds": 0.5, "exit_status": 0}])

    def test_csv(self):
        out = self.run_reader("stat", "--csv", "-o", "-", "-r", "3", "true", scene=self.uneven)[1]
        row = next(csv.DictReader(io.StringIO(out)))
        self.assertEqual((row["count"], row["kernel"], row["user"]), ("21", "20", "1"))

    def test_counters(self):
        report = json.loads(self.run_reader(
            "stat", "--json", "-o", "-", "-r", "2", "-e", "instructions", "true", scene=scenes.snp,
            env={"CVMSTAT_TEST_PMU": "1=2000/100/100"})[1])
        counter = report["counters"][0]
        self.assertEqual((counter["value"], counter["stddev"], counter["values"]),
                         (2000, 0, [2000, 2000]))

    def test_failure_stops(self):
        """A run that fails is no run: what was before it is told, and its status passed on."""
        status, report, err = self.stat("-r", "4", *self.command("exit 0", "exit 0", "exit 3"),
                                        scene=scenes.snp)
        self.assertEqual((status, self.runs()), (3, 3))
        self.assertEqual((report["runs"], report["exit_status"]), (2, 3))
        text = "run 3 of 4 failed with status 3: it is not in the figures"
        self.assertIn(text, report["notes"][0]["text"])
        self.assertIn(text, err)
        self.assertEqual(report["reasons"][0]["values"], [18204, 18204])

    def test_first_fails(self):
        """There are no figures of no run."""
        status, report, err = self.stat("-r", "3", "false")
        self.assertEqual((status, report), (1, None))
        self.assertIn("run 1 of 3 failed with status 1", err)

    def test_killed(self):
        status, report, _ = self.stat("-r", "3", *self.command("exit 0", "kill -SEGV $$"))
        self.assertEqual((status, self.runs(), report["runs"]), (139, 2, 1))

    def test_ignore(self):
        """With -i all are taken, those that a signal ended as well; it is said, and the status kept."""
        status, report, _ = self.stat("-i", "-r", "3",
                                      *self.command("exit 3", "kill -SEGV $$", "exit 0"))
        self.assertEqual((status, report["runs"], report["exit_status"]), (139, 3, 139))
        self.assertEqual([r["exit_status"] for r in report["each_run"]], [3, 139, 0])
        self.assertIn("2 of 3 runs failed, and are in the figures", report["notes"][0]["text"])

    def test_interrupted(self):
        """A signal to end ends the series, whatever the command makes of it; -i or not."""
        for args, taken in (((), 1), (("-i",), 1)):
            status, report, err = self.stat(*args, "-r", "3",
                                            *self.command("exit 0", "kill -TERM $PPID; sleep 30"))
            self.assertEqual((status, report["runs"]), (143, taken))
            self.assertIn("run 2 of 3 was interrupted, with status 143", err)
            os.unlink(os.path.join(self.folder, "n"))
        status, report, _ = self.stat("-r", "3", "sh", "-c",
                                      "trap 'exit 0' TERM; kill -TERM $PPID; sleep 30 & wait")
        self.assertEqual((status, report["runs"]), (0, 1))

    def test_failing_once(self):
        """Without -r the report is that of the run, however it ends."""
        status, report, _ = self.stat("sh", "-c", "exit 3")
        self.assertEqual((status, report["runs"], report["exit_status"]), (3, 1, 3))

    def test_usage(self):
        self.assertEqual(self.run_reader("stat", "-i", "true", scene=scenes.snp)[::2],
                         (125, "cvmstat: -i needs -r\n"))
