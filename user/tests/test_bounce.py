# SPDX-License-Identifier: GPL-2.0
"""Bounce buffers: what was copied, in which direction, and what found them full."""

import csv
import io
import json
import re

import reader
import scenes

TRIED = {"device": "a", "driver": "b", "bounces": 30, "bytes": 30 * 4096}
COPIED = {"maps": 20, "map-bytes": 20 * 4096, "out-copies": 5, "out-bytes": 5 * 4096,
          "in-copies": 15, "in-bytes": 3 * 1048576, "failed": 10, "cycles": 2500000}


class Bounce(reader.ReaderTest):
    """What the line, the rows and the notes say."""

    @staticmethod
    def scene(*records, hook=None, **info):
        """Records grow by themselves in each step."""
        def scene(command, n):
            if command == "bounce-get":
                return [{k: v * n if isinstance(v, int) else v for k, v in r.items()}
                        for r in records if n]
            if command == "hook-get" and hook:
                return [scenes.hook(hook, "f", "none", 0, 0, reason="why not")]
            if command == "info":
                return scenes.info(**info)
            return scenes.snp(command, n)
        return scene

    def line(self, scene, *args):
        err = self.run_reader("stat", *args, "true", scene=scene)[2]
        found = re.search(r"^ bounced  (.*?)(; idle .*)?$", err, re.M)
        self.assertTrue(found, err)
        return found.group(1)

    def rows(self, scene, *args):
        report = json.loads(self.run_reader("stat", "--json", *args, "true", scene=scene)[2])
        return report["bounced"], [n["text"] for n in report["notes"]]

    COPIES = "20 KiB to devices, 3 MiB from them, in 20 copies and 1 ms"
    FULL = "the bounce buffer was full: 10 mappings failed; swiotlb= makes a larger one"

    def test_copies(self):
        """What was tried is no copy, and what was copied has a direction."""
        scene = self.scene({**TRIED, **COPIED})
        self.assertEqual(self.line(scene), self.COPIES)
        self.assertEqual(self.line(scene, "-r", "2"), self.COPIES)
        rows, notes = self.rows(scene)
        self.assertEqual(rows, [{"device": "a", "driver": "b", "cpu": None, "tried": 30,
                                 "tried_bytes": 30 * 4096,
                                 **{k.replace("-", "_"): v for k, v in COPIED.items()}}])
        self.assertIn(self.FULL, notes)

    def test_no_tsc(self):
        scene = self.scene({**TRIED, **COPIED}, **{"tsc-khz": 0})
        self.assertIn("in 20 copies and 2,500,000 cycles", self.line(scene))

    def test_full(self):
        """It is said where the figure is read, in all formats."""
        scene = self.scene({**TRIED, **COPIED})
        self.assertIn(f"\n note     {self.FULL}\n", self.run_reader("stat", "true",
                                                                     scene=scene)[2])
        rows = csv.DictReader(io.StringIO(self.run_reader("stat", "--csv", "true",
                                                          scene=scene)[2]))
        self.assertIn(("note", self.FULL), [(r["kind"], r["name"]) for r in rows])
        self.assertEqual([n for n in self.rows(self.scene({**TRIED, **COPIED, "failed": 0}))[1]
                          if "full" in n and "bounce" in n], [])

    def test_old_module(self):
        """Mappings that were tried are not told as copies, and zero is not unknown."""
        scene = self.scene(TRIED)
        self.assertEqual(self.line(scene), "120 KiB in 30 mappings tried")
        for args in (), ("-r", "2"):
            rows = self.rows(scene, *args)[0]
            self.assertEqual((rows[0]["tried"], rows[0]["out_bytes"], rows[0]["failed"]),
                             (30, None, None))

    def test_parts(self):
        """What a kernel does not let the module see is absent."""
        copies = {k: v for k, v in COPIED.items() if "map" not in k and k != "failed"}
        scene = self.scene({**TRIED, **copies})
        self.assertEqual(self.line(scene), self.COPIES)
        self.assertIsNone(self.rows(scene)[0][0]["failed"])
        del copies["cycles"]
        self.assertEqual(self.line(self.scene({**TRIED, **copies})),
                         "20 KiB to devices, 3 MiB from them, in 20 copies")
        maps = {k: v for k, v in COPIED.items() if k in ("maps", "map-bytes", "failed")}
        scene = self.scene({**TRIED, **maps})
        self.assertEqual(self.line(scene), "120 KiB in 30 mappings tried")
        self.assertIn(self.FULL, self.rows(scene)[1])

    def test_nothing(self):
        self.assertEqual(self.line(self.scene()), "nothing")
        self.assertEqual(self.line(self.scene(hook="bounce-map")),
                         "not counted: hook bounce-map is off")

    def test_info(self):
        def info(*records):
            def scene(command, n):
                return list(records) if command == "bounce-get" else scenes.snp(command, n)
            return [self.run_reader("info", *a, scene=scene)[1] for a in ((), ("--json",))]
        text, data = info({**TRIED, **COPIED})
        self.assertIn("\n full         10 mappings found no place in the bounce buffer since the "
                      "load\n", text)
        self.assertEqual(json.loads(data)["bounce_failed"], 10)
        self.assertEqual(json.loads(info({**TRIED, **COPIED, "failed": 0})[1])["bounce_failed"], 0)
        text, data = info(TRIED)
        self.assertNotIn("\n full", text)
        self.assertIsNone(json.loads(data)["bounce_failed"])
        self.assertRegex(text, r"\n swiotlb_peak +1.10 MiB +the most in use")

    def test_reasons(self):
        for reason in "page-state-change", "map-gpa":
            out = self.run_reader("reasons", reason)[1]
            self.assertIn("swiotlb=", re.sub(r"\s+", " ", out))
