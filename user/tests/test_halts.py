# SPDX-License-Identifier: GPL-2.0
"""HLT that need not be an exit: what is known of it is said."""

import csv
import io
import json
import re

import reader
import scenes

WHY = "HLT runs without an exit where the hypervisor does not intercept it"
HINT = "KVM_HINTS_REALTIME: HLT need not exit here, and hlt is idle entries"


class Halts(reader.ReaderTest):
    """Settings, notes and explanations."""

    @staticmethod
    def scene(provenance, gap=True):
        def scene(command, n):
            if command == "get":
                return [{**r, "provenance": provenance} if r["class"] == scenes.AUTO else r
                        for r in scenes.snp(command, n)]
            if command == "gap-get" and gap:
                return [{"class": scenes.AUTO, "code": 0x78, "why": WHY}]
            return scenes.snp(command, n)
        return scene

    def notes(self, scene, hypervisor="kvm", *args):
        out = self.run_reader("stat", "--json", *args, "true", scene=scene,
                              env={"CVMSTAT_TEST_HYPERVISOR": hypervisor})[2]
        return [n["text"] for n in json.loads(out)["notes"]]

    def test_settings(self):
        def settings(hypervisor):
            out = self.run_reader("info", "--json", scene=scenes.snp,
                                  env={"CVMSTAT_TEST_HYPERVISOR": hypervisor})[1]
            return {s["key"]: s["value"] for s in json.loads(out)["settings"]}
        for hypervisor, hint in ("kvm", "no"), ("kvm-realtime", "yes"), ("hyperv", None):
            self.assertEqual(settings(hypervisor)["kvm_hints_realtime"], hint)
        self.assertEqual(settings("kvm")["kvm_features"], "clock pv-eoi pv-ipi")
        self.assertIsNone(settings("hyperv")["kvm_features"])
        self.assertEqual(settings("")["mwait"], "no")

    def test_estimated(self):
        """The mark has its reason where it is read, once, in all formats."""
        text = f"hlt is estimated: {WHY}"
        self.assertIn(text, self.notes(self.scene(scenes.ESTIMATED)))
        self.assertNotIn(text, self.notes(self.scene(scenes.INFERRED)))
        self.assertNotIn(text, self.notes(self.scene(scenes.ESTIMATED, False)))
        self.assertNotIn(text, self.run_reader("stat", "true",
                                               scene=self.scene(scenes.ESTIMATED))[2])
        err = self.run_reader("stat", "-v", "true", scene=self.scene(scenes.ESTIMATED))[2]
        self.assertRegex(err, r"\n exit +hlt +4,911  ~")
        self.assertIn(f"\n note     {text}\n", err)
        rows = csv.DictReader(io.StringIO(self.run_reader(
            "stat", "--csv", "true", scene=self.scene(scenes.ESTIMATED))[2]))
        self.assertIn(("note", text), [(r["kind"], r["name"]) for r in rows])

    def test_hint(self):
        """A module that knows nothing of the hint tells idle entries as exits, one for one."""
        self.assertIn(HINT, self.notes(self.scene(scenes.INFERRED), "kvm-realtime"))
        for provenance, hypervisor in ((scenes.INFERRED, "kvm"),
                                       (scenes.ESTIMATED, "kvm-realtime")):
            self.assertNotIn(HINT, self.notes(self.scene(provenance), hypervisor))

    def test_reasons(self):
        out = re.sub(r"\s+", " ", self.run_reader("reasons", "hlt")[1])
        self.assertEqual(out.count("the host may let HLT run without an exit"), 2)
        self.assertIn("before Linux 6.15 that of the idle routine traps as well", out)
