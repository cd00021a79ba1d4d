# SPDX-License-Identifier: GPL-2.0
"""cvmstat reasons."""

import json
import os
import re

import reader


class Reasons(reader.ReaderTest):
    """Every code is explained, and found by each of its names."""

    def test_reasons_choices(self):
        def names(*args):
            rows = json.loads(self.run_reader("reasons", "--json", *args)[1])["reasons"]
            return {(r["class"], r["reason"]) for r in rows}
        self.assertEqual(names("vmgexit:0x7c"), {("vmgexit", "msr")})
        self.assertEqual(names("#VE wrmsr"), {("ve", "wrmsr")})
        self.assertEqual({row[0] for row in names("tdcall")}, {"tdcall"})
        self.assertIn(("auto", "hlt"), names("hlt"))

    def test_every_code_explained(self):
        """Each in its own class; what SVM names is a trap, an exit by itself, or both."""
        rows = json.loads(self.run_reader("reasons", "--json")[1])["reasons"]
        explained = {(r["class"].upper().replace("-", "_"), r["reason"]) for r in rows}
        header = os.path.join(reader.HERE, "../../kmod/uapi/linux/cvmstat_codes.h")
        with open(header, encoding="utf-8") as f:
            text = f.read()
        classes = {}
        for table, name in re.findall(r"CVMSTAT_(\w+)_CODES\(CVMSTAT_DETAIL_(\w+)\)", text):
            classes.setdefault(table, set()).add(name)
        codes = re.findall(r"#define CVMSTAT_(\w+)_CODES\(X\) (.*?)(?=\n\n|\n#|\n/\*)", text, re.S)
        self.assertEqual({table for table, _ in codes}, set(classes))
        for table, body in codes:
            for name in re.findall(r'X\([^"]*"([^"]+)"', body):
                with self.subTest(table=table, name=name):
                    self.assertTrue({(c, name) for c in classes[table]} & explained)
        for row in rows:
            for key in ("cause", "cost", "help", "spec"):
                self.assertTrue(row[key], row)
            self.assertEqual(row["cause"][-1], ".")
