# SPDX-License-Identifier: GPL-2.0
"""cvmstat report: one page that needs nothing else, and looks right."""

import html
import json
import os
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ET

import png
import recorded
import scenes
from test_compare import side

CHROMIUM = shutil.which("chromium")


class Report(recorded.RecordedTest):
    """The page of two sides."""

    def setUp(self):
        super().setUp()
        self.page = os.path.join(self.folder, "page.html")
        self.fabricate(side("halt", 5, 3, {"hlt": 10000, "msr": 5000, "cpuid": 700},
                            settings={"idle_option": "default"}) +
                       side("poll", 5, 3, {"hlt": 300, "msr": 5000, "cpuid": 700},
                            settings={"idle_option": "poll", "emulator": "QEMU TCG"}))

    def report(self, *args):
        done = self.run_reader("report", "--db", self.db, "-o", self.page, *args)
        self.assertEqual(done[0], 0, done[2])
        with open(self.page, encoding="utf-8") as f:
            return f.read()

    def test_alone(self):
        """Nothing is fetched, nothing runs."""
        page = self.report("halt", "poll")
        without_names = re.sub(r'xmlns(:xlink)?="[^"]*"', "", page)
        for word in ("http:", "https:", "<script", "<link", "<img", "@import", "url(", "onload"):
            self.assertNotIn(word, without_names)
        self.assertEqual(page.count("<svg"), 3)
        for svg in re.findall(r"<svg.*?</svg>", page, re.S):
            ET.fromstring(svg)
        self.assertIn("prefers-color-scheme:dark", page)
        self.assertIn("@media print", page)

    def test_figures(self):
        """They are those of compare, which are the database's."""
        page = html.unescape(self.report("halt", "poll"))
        report = json.loads(self.run_reader("compare", "--json", "--db", self.db, "halt",
                                            "poll")[1])
        for f in report["findings"]:
            if f["group"] == "reason" and f["verdict"] == "less":
                row = re.search(rf"exit {f['reason']}</td>(.*?)</tr>", page).group(1)
                self.assertIn(f"{f['first_per_op']:,.0f}", row)
                self.assertIn(f"{100 * (f['ratio'] - 1):+.1f}%", row)
        self.assertRegex(page, r"exits</td><td[^>]*>15,\d\d\d \(15,\d\d\d to 15,\d\d\d\)")
        for text in ("These guests are emulated", "idle</td><td>halt</td><td>poll",
                     "poll against halt", "What exits are for", "Advice for halt",
                     "kernel command line: idle=poll"):
            self.assertIn(text, page)

    def test_real_runs(self):
        """Details and times of handlers have their plots; what is private has none."""
        self.record("-n", "real", "sh", "-c", "echo secret", scene=scenes.snp)
        page = self.report("real")
        self.assertEqual(page.count("<svg"), 5)
        self.assertIn("Times of handlers", page)
        self.assertIn("LAPIC TMICT", page)
        for word in ("secret", "echo", "root=", "sh -c"):
            self.assertNotIn(word, page)

    def test_strange_names(self):
        """What is in a name stays a name."""
        name = '<b>"x\\\' & $data'
        self.fabricate(side(name, 3, 1, {'<i>"hlt': 500}))
        page = self.report("--title", "<t>&", "name=<b>*")
        self.assertNotIn("<b>", page)
        self.assertNotIn("<i>", page)
        self.assertIn("&lt;t&gt;&amp;", page)
        for svg in re.findall(r"<svg.*?</svg>", page, re.S):
            ET.fromstring(svg)

    def test_plots(self):
        folder = os.path.join(self.folder, "plots")
        self.report("--plots", folder, "halt", "poll")
        self.assertEqual(sorted(os.listdir(folder)),
                         [f"{n}.{s}" for n in ("purposes", "reasons", "totals")
                          for s in ("gp", "svg")])
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name.endswith(".svg"):
                with open(path, encoding="utf-8") as f:
                    self.assertNotIn("var(--", f.read())
                ET.parse(path)
            else:
                subprocess.run(["gnuplot", path], check=True, stdout=subprocess.DEVNULL)

    def test_bad(self):
        for args in ((), ("nothing",), ("halt", "halt"), ("--json", "halt")):
            with self.subTest(args):
                self.one_line(self.run_reader("report", "--db", self.db, *args), 125)
        self.one_line(self.run_reader("report", "--db", self.db, "halt",
                                      env={"PATH": self.folder}), 125, "gnuplot-nox")
        self.one_line(self.run_reader("report", "--db", self.db, "-o", "/dev/full", "halt"), 120)

    @unittest.skipUnless(CHROMIUM, "no chromium: install the Debian package of this name")
    def test_looked_at(self):
        """In a browser, in both themes and on paper."""
        self.report("halt", "poll")
        for theme, paper, bar in (("light", (255, 255, 255), (0, 114, 178)),
                                  ("dark", (22, 24, 29), (77, 163, 221))):
            seen = self.look(f"--screenshot={self.folder}/{theme}.png",
                             f"--blink-settings=preferredColorScheme={int(theme == 'light')}")
            self.assertEqual(seen, 0)
            found = png.colours(f"{self.folder}/{theme}.png")
            with self.subTest(theme):
                self.assertEqual(found.most_common(1)[0][0], paper)
                # The bars are drawn with nine tenths of their colour.
                mixed = tuple(round(0.9 * b + 0.1 * p) for b, p in zip(bar, paper))
                near = sum(n for colour, n in found.items()
                           if all(abs(a - b) <= 2 for a, b in zip(colour, mixed)))
                self.assertGreater(near, 20000)
        self.assertEqual(self.look(f"--print-to-pdf={self.folder}/page.pdf"), 0)
        self.assertGreater(os.path.getsize(f"{self.folder}/page.pdf"), 10000)

    def look(self, *args):
        return subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
                               "--hide-scrollbars", "--window-size=1000,1800",
                               f"--user-data-dir={self.folder}/browser", *args,
                               f"file://{self.page}"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=120, check=False).returncode
