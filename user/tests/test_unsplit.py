# SPDX-License-Identifier: GPL-2.0
"""What cannot be split, and that it is said."""

import json
import resource
import time

import reader
import scenes
from test_split import ROOT, SNP, snp, tasks

PARTLY = "counted in a part of the run only: "


CAP_SYS_RESOURCE = 24


def may_raise_limits():
    with open("/proc/self/status", encoding="utf-8") as f:
        mask = next(line.split()[1] for line in f if line.startswith("CapEff"))
    return bool(int(mask, 16) >> CAP_SYS_RESOURCE & 1)


class Unsplit(reader.ReaderTest):
    """A part that is not known is not given, and the reason is a note."""

    def run_stat(self, *args, scene=snp, events=SNP, env=None, **popen):
        self.load(scene)
        return self.run_reader("stat", "-e", "none", *args, **popen,
                               env={"CVMSTAT_TEST_ROOT": ROOT, "CVMSTAT_TEST_TASKS": events,
                                    **(env or {})})

    def report(self, *args, **more):
        status, out, err = self.run_stat("--json", "-o", "-", *args, **more)
        self.assertEqual(status, 0, err)
        report = json.loads(out.splitlines()[0])
        return ({(r["class"], r["reason"]): (r["count"], r["own"], r["idle"], r["others"])
                 for r in report["reasons"]}, [n["text"] for n in report["notes"]])

    def changing(self, *classes, generation=0x1234, at=2):
        """The settings are changed while the command runs, one after the other."""
        def scene(command, n):
            if command == "config-get" and n == at:
                for which in classes:
                    self.module.announce(announcement="config", generation=generation,
                                         classes=which, details=1, rips=0, latency=0)
                # The kernel delivers at once.
                time.sleep(0.05)
            return snp(command, n)
        return scene

    def test_off_and_on(self):
        """Both ends are alike: what was switched in between was announced."""
        rows, notes = self.report("true", scene=self.changing(0xfd, 0xff))
        self.assertEqual(rows["vmgexit", "msr"], (7000, None, None, None))
        self.assertEqual(rows["vc", "cpuid"], (619, 600, 0, 19))
        self.assertIn("what is counted was changed during the run", notes)
        self.assertIn(PARTLY + "vmgexit", notes)
        self.assertIn("not split, as it was counted in a part of the run only: vmgexit", notes)

    def test_off_at_the_end(self):
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xff if n < 2 else 0xfd, "details": 1, "rips": 0, "latency": 0}]
            return snp(command, n)
        rows, notes = self.report("true", scene=scene)
        self.assertEqual(rows["vmgexit", "msr"], (7000, None, None, None))
        self.assertEqual(rows["vc", "cpuid"], (619, 600, 0, 19))
        self.assertIn(PARTLY + "vmgexit", notes)

    def test_nothing_else_changed(self):
        """Details, and what another module announces, change no count."""
        self.assertEqual(self.report("true", scene=self.changing(0xff))[0]["vmgexit", "msr"],
                         (7000, 5000, 1500, 500))
        rows, notes = self.report("true", scene=self.changing(0xfd, 0xff, generation=9))
        self.assertEqual(rows["vmgexit", "msr"], (7000, 5000, 1500, 500))
        self.assertNotIn("what is counted was changed during the run", notes)

    def test_without_split(self):
        rows, notes = self.report("--no-split", "true", scene=self.changing(0xfd, 0xff, at=1))
        self.assertEqual(rows["vmgexit", "msr"][0], 7000)
        self.assertIn(PARTLY + "vmgexit", notes)
        self.assertNotIn("not split", "".join(notes))

    def test_other_commands(self):
        for command in ("rips", "hist"):
            err = self.run_reader(command, "true", scene=self.changing(0xfd, 0xff, at=1))[2]
            self.assertIn("what is counted was changed during the run", err)

    def test_told_beyond(self):
        """Who hears of no change, and has more by task than in all, knows of one."""
        events = tasks(all_1=60000, c1_0x7c=60000, c1_0x7b=5)
        self.assertEqual(self.report("true", events=events)[0]["vmgexit", "msr"], (7000, 7000, 0, 0))
        rows, notes = self.report("true", events=events, env={"CVMSTAT_TEST_DEAF": "1"})
        self.assertEqual(rows["vmgexit", "msr"], (7000, None, None, None))
        self.assertEqual(rows["vmgexit", "ioio"], (123, 5, 0, 118))
        self.assertIn("not split, as more of it was told by task than was counted: vmgexit", notes)

    def test_no_descriptors(self):
        """EMFILE is said, in text and in data."""
        rows, notes = self.report("true", events=SNP.replace("1:124=5000/1/1", "1:124=!24"))
        self.assertEqual(rows["vmgexit", "msr"], (7000, None, None, None))
        text = ("not all is split, as events could not be opened (Too many open files): "
                "raise ulimit -n")
        self.assertIn(text, notes)
        self.assertIn(text, self.run_stat("true", events=tasks(all_0=1, all_1=1).replace(
            "1/1/1", "!24"))[2].replace("\n          ", " "))

    def test_limit_is_raised(self):
        """Up to the kernel's by who may; and the command has the one that it was given."""
        def low():
            resource.setrlimit(resource.RLIMIT_NOFILE, (14, 14))
        status, out, err = self.run_stat("--json", "-o", "-", "sh", "-c", "ulimit -n >&2",
                                         preexec_fn=low)
        self.assertEqual((status, err), (0, "14\n"))
        report = json.loads(out)
        notes = [n["text"] for n in report["notes"] if n["text"].startswith("not all is split")]
        rows = [r["own"] for r in report["reasons"] if r["reason"] == "msr"]
        if may_raise_limits():
            self.assertEqual((notes, 5000 in rows), ([], True))
        else:
            self.assertEqual(len(notes), 1)

    def test_fresh_cgroups(self):
        """Nothing is counted by a control group without any controller."""
        self.assertEqual(self.run_stat("-G", "web.slice", "true", events="1:1=1/1/1")[::2],
                         (125, "cvmstat: -G web.slice: nothing is counted by this control group "
                          "yet: enable any controller in cgroup.subtree_control of the one "
                          "above\n"))
        self.assertEqual(self.run_stat("-G", "web.slice", "true",
                                       events=tasks(all_0=1, all_1=1, all_7=1).replace(
                                           "1/1/1", "!13"))[::2],
                         (125, "cvmstat: -G web.slice: not permitted: needs CAP_PERFMON\n"))
