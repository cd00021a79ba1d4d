# SPDX-License-Identifier: GPL-2.0
"""cvmstat stat --since-load."""

import csv
import io
import json

import reader
import scenes


def loaded(command, n):
    """A module that tells when it began: two seconds before the first snapshot."""
    answer = scenes.snp(command, n)
    return [{**answer[0], "counting-began": 998500000000}] if command == "info" else answer


class SinceLoad(reader.ReaderTest):
    """Totals in one shot, and of how long."""

    def stat(self, *args, scene=loaded):
        status, out, err = self.run_reader("stat", "--since-load", *args, scene=scene)
        self.assertEqual((status, out), (0, ""))
        return err

    def test_text(self):
        self.golden("stat-since-load.txt", self.stat())
        self.golden("stat-since-load-unknown.txt", self.stat(scene=scenes.snp))

    def test_one_snapshot(self):
        self.stat()
        self.assertEqual([name for name, _ in self.module.asked], ["snapshot"])

    def test_json(self):
        report = json.loads(self.stat("--json"))
        self.assertEqual(report["generation"], "0x1234")
        self.assertEqual(report["counting_began"], 998.5)
        self.assertEqual((report["time"], report["seconds"]), (2, 2))
        self.assertEqual(report["each_run"], [{"seconds": 2, "exit_status": None}])
        self.assertEqual(report["counters"], [])
        self.assertIsNone(report["exit_status"])
        # What the scene's counters begin with is in them.
        counts = {r["reason"]: r for r in report["reasons"] if r["kind"] == "exit"}
        self.assertEqual(counts["mmio-write"]["count"], 20000)
        self.assertEqual(counts["mmio-write"]["rate"], 10000)

    def test_json_unknown(self):
        report = json.loads(self.stat("--json", scene=scenes.snp))
        self.assertEqual([report[key] for key in ("counting_began", "time", "seconds")], [None] * 3)
        self.assertEqual({r["rate"] for r in report["reasons"]}, {None})
        self.assertEqual(report["generation"], "0x1234")

    def test_csv(self):
        for scene, began, time in ((loaded, "998.5", "2"), (scenes.snp, "", "")):
            rows = list(csv.DictReader(io.StringIO(self.stat("--csv", scene=scene))))
            self.assertEqual({(r["generation"], r["counting_began"], r["time"]) for r in rows},
                             {("0x1234", began, time)})

    def test_per_cpu(self):
        rows = json.loads(self.stat("--json", "--per-cpu"))["reasons"]
        self.assertTrue(rows)

    def test_usage(self):
        for args in (("true",), ("-p", "1"), ("-I", "100"), ("-r", "2"), ("-e", "cycles")):
            self.assertEqual(self.run_reader("stat", "--since-load", *args, scene=scenes.snp)[0],
                             125)
