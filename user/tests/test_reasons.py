# SPDX-License-Identifier: GPL-2.0
"""cvmstat reasons."""

import json
import os

import reader


class Reasons(reader.ReaderTest):
    """Every code is explained, and found by each of its names."""

    def test_reasons_choices(self):
        def names(*args):
            rows = json.loads(self.run_reader("reasons", "--json", *args)[1])["reasons"]
            return {(r["class"], r["reason"]) for r in rows}
        self.assertEqual(names("vmgexit:0x7c"), {("vmgexit", "msr")})
        self.assertEqual(names("#VE wrmsr"), {("ve", "wrmsr")})
        self.assertEqual(len(names("tdcall")), 21)
        self.assertIn(("auto", "hlt"), names("hlt"))

    def test_every_code_explained(self):
        rows = json.loads(self.run_reader("reasons", "--json")[1])["reasons"]
        names = {r["reason"] for r in rows}
        header = os.path.join(reader.HERE, "../../kmod/uapi/linux/cvmstat_codes.h")
        with open(header, encoding="utf-8") as f:
            for line in f:
                if line.startswith("\tX(0x") or line.startswith("\tX(1") or line.startswith("\tX("):
                    name = line.split('"')[1]
                    self.assertIn(name, names)
        for row in rows:
            for key in ("cause", "cost", "help", "spec"):
                self.assertTrue(row[key], row)
            self.assertEqual(row["cause"][-1], ".")
