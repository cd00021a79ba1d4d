# SPDX-License-Identifier: GPL-2.0
"""What is one event has one figure."""

import json

import reader
import scenes


class Agree(reader.ReaderTest):
    """Counters of one event that the module reads one after the other."""

    def report(self, scene, *args):
        status, out, err = self.run_reader("stat", "--json", "-o", "-", "-e", "none", *args, "true",
                                           scene=scene)
        self.assertEqual(status, 0, err)
        return json.loads(out)

    @staticmethod
    def snp(halts, entries, provenance=scenes.INFERRED, **more):
        """Exits and idle entries of a guest without a cpuidle driver, at either end."""
        def scene(command, n):
            if command == "get":
                return [scenes.count(scenes.AUTO, 0x78, halts[n], provenance=provenance)]
            if command == "idle-get":
                return more.get("states", lambda n: [])(n) + [
                    {"idle-state": 0, "idle-name": "poll", "idle-entries": 7 * n,
                     "idle-polling": True},
                    {"idle-state": 1, "idle-name": "default", "idle-entries": entries[n]}]
            if command == "config-get":
                return [{"classes": more.get("classes", 0xff), "details": 1, "rips": 0,
                         "latency": 0}]
            if command == "hook-get":
                return [scenes.hook("idle", "power:cpu_idle", "tracepoint", 0x80, 1)]
            if command == "detail-get":
                return []
            return scenes.snp(command, n)
        return scene

    def figures(self, scene, *args):
        report = self.report(scene, *args)
        return (sum(r["count"] for r in report["reasons"] if r["reason"] == "hlt"),
                {i["state"]: i["entries"] for i in report["idle"]})

    def test_halts(self):
        """More idle entries were read than exits before them, or fewer: it is the same event."""
        for halts, entries in (((100, 115), (101, 115)), ((100, 115), (100, 117)),
                               ((100, 101), (101, 101)), ((0, 3), (0, 4))):
            n = halts[1] - halts[0]
            self.assertEqual(self.figures(self.snp(halts, entries)), (n, {0: 7, 1: n}))
        self.assertEqual(self.figures(self.snp((100, 100), (100, 101))), (0, {0: 7}))
        self.assertEqual(self.figures(self.snp((100, 115), (101, 115)), "-r", "1"),
                         (15, {0: 7, 1: 15}))
        err = self.run_reader("stat", "true", scene=self.snp((100, 115), (101, 115)))[2]
        self.assertRegex(err, r"\n exit +hlt +15  =")
        self.assertIn("; idle 15 halted, 7 polled without exit\n", err)

    def test_not_the_same(self):
        """An estimate, a class that is off, more states than one: two figures of two things."""
        two = [{"idle-state": 2, "idle-name": "C2", "idle-entries": 50}]
        for scene in (self.snp((100, 115), (101, 115), scenes.ESTIMATED),
                      self.snp((100, 115), (101, 115), classes=0x7f),
                      self.snp((100, 115), (101, 115), states=lambda n: two)):
            self.assertEqual(self.figures(scene), (15, {0: 7, 1: 14}))

    def test_told(self):
        """Of an estimate the module may say that it is the same entries."""
        def scene(exit_of_c1, exit_of_c2):
            def scene(command, n):
                if command == "idle-get":
                    return [{"idle-state": 1, "idle-name": "default", "idle-entries": 14 * n,
                             "idle-routine": "default_idle", "idle-exit": exit_of_c1},
                            {"idle-state": 2, "idle-name": "C2", "idle-entries": 50 * n,
                             "idle-routine": "MWAIT", "idle-exit": exit_of_c2}]
                return self.snp((100, 115), (0, 0), scenes.ESTIMATED)(command, n)
            return scene
        self.assertEqual(self.figures(scene(1, 0)), (15, {1: 15, 2: 50}))
        self.assertEqual(self.figures(scene(1, 1)), (15, {1: 14, 2: 50}))
        self.assertEqual(self.figures(scene(1, 3)), (15, {1: 15, 2: 50}))
        rows = self.report(scene(1, 0))["idle"]
        self.assertEqual([(i["routine"], i["exit"]) for i in rows],
                         [("default_idle", "maybe"), ("MWAIT", "none")])
        err = self.run_reader("stat", "true", scene=scene(1, 0))[2]
        self.assertIn("; idle 65 slept, 0 polled without exit\n", err)
        out = self.run_reader("info", scene=scene(1, 0))[1]
        self.assertRegex(out, r"\n What idle CPUs did since the load\n")
        self.assertRegex(out, r"\n default +default_idle +maybe\n C2 +MWAIT +none\n")
        out = self.run_reader("info", scene=scene(3, 0))[1]
        self.assertRegex(out, r"\n default +default_idle +unknown\n")

    def test_no_exit(self):
        """Where no HLT is told as an exit, idle entries are idle entries."""
        def scene(command, n):
            if command == "get":
                return [r for r in scenes.snp(command, n) if r["class"] != scenes.AUTO]
            return scenes.snp(command, n)
        err = self.run_reader("stat", "true", scene=scene)[2]
        self.assertIn("; idle 4,911 slept, 77 polled without exit\n", err)

    def test_per_cpu(self):
        def scene(command, n):
            if command == "get":
                return [scenes.count(scenes.AUTO, 0x78, 10 * n, provenance=scenes.INFERRED, cpu=0),
                        scenes.count(scenes.AUTO, 0x78, 20 * n, provenance=scenes.INFERRED, cpu=1)]
            if command == "idle-get":
                return [{"idle-state": 1, "idle-name": "default", "idle-entries": 11 * n, "cpu": 0},
                        {"idle-state": 1, "idle-name": "default", "idle-entries": 19 * n, "cpu": 1}]
            return self.snp((0, 0), (0, 0))(command, n)
        report = self.report(scene, "--per-cpu")
        self.assertEqual([(i["cpu"], i["entries"]) for i in report["idle"]], [(0, 10), (1, 20)])

    def test_tdx(self):
        """A HLT outside of the idle loop traps, and is an exit and no idle entry."""
        def scene(command, n):
            if command == "get":
                return [scenes.count(scenes.VE, 12, 2 * n), scenes.count(scenes.VE, 10, 40 * n),
                        scenes.count(scenes.TDVMCALL, 12, 17 * n, provenance=scenes.INFERRED),
                        scenes.count(scenes.TDCALL, 3, 41 * n, provenance=scenes.INFERRED)]
            if command == "idle-get":
                return [{"idle-state": 1, "idle-name": "default", "idle-entries": 16 * n}]
            if command == "detail-get":
                return [scenes.detail(scenes.VE, 10, 0, 1, 40 * n)]
            return scenes.tdx(command, n)
        report = self.report(scene)
        counts = {(r["class"], r["code"]): r["count"] for r in report["reasons"]}
        self.assertEqual(report["idle"][0]["entries"], 15)
        # As many VEINFO.GET as #VE.
        self.assertEqual(counts["tdcall", "0x3"], 42)

    def test_tdx_idle_traps(self):
        """Before 6.15 each HLT of the idle loop traps as well, and none is any other."""
        for entries in (398, 400, 401):
            def scene(command, n, entries=entries):
                if command == "get":
                    return [scenes.count(scenes.VE, 12, 400 * n),
                            scenes.count(scenes.TDVMCALL, 12, 401 * n,
                                         provenance=scenes.INFERRED)]
                if command == "idle-get":
                    return [{"idle-state": 1, "idle-name": "default", "idle-entries": entries * n}]
                return [] if command == "detail-get" else scenes.tdx(command, n)
            self.assertEqual(self.report(scene)["idle"][0]["entries"], 401)

    def test_many_cpus(self):
        """Each CPU's own figures, of as many CPUs as there may be."""
        def scene(command, n):
            if command == "info":
                return scenes.info("tdx", 512)
            if command == "get":
                return [r for i in range(512) for r in (
                    scenes.count(scenes.VE, 32, i * n, cpu=i),
                    scenes.count(scenes.TDVMCALL, 12, 2 * i * n, provenance=scenes.INFERRED,
                                 cpu=i),
                    scenes.count(scenes.TDCALL, 3, (i + 1) * n, provenance=scenes.INFERRED,
                                 cpu=i))]
            if command == "idle-get":
                return [{"idle-state": 1, "idle-name": "default", "idle-entries": (2 * i + 1) * n,
                         "cpu": i} for i in range(512)]
            return [] if command == "detail-get" else scenes.tdx(command, n)
        report = self.report(scene, "--per-cpu")
        self.assertEqual({i["cpu"]: i["entries"] for i in report["idle"]},
                         {i: 2 * i for i in range(1, 512)})
        self.assertEqual({r["cpu"]: r["count"] for r in report["reasons"]
                          if r["class"] == "tdcall"}, {i: i for i in range(1, 512)})

    def test_veinfo_of_none(self):
        """One of the two was read before the event, the other one after it."""
        for ve, veinfo in ((1, 0), (0, 1)):
            def scene(command, n, ve=ve, veinfo=veinfo):
                if command == "get":
                    return [scenes.count(scenes.VE, 54, 5 + ve * n),
                            scenes.count(scenes.TDCALL, 3, 5 + veinfo * n,
                                         provenance=scenes.INFERRED)]
                if command == "detail-get":
                    return []
                return scenes.tdx(command, n)
            report = self.report(scene)
            self.assertEqual({r["class"]: r["count"] for r in report["reasons"]},
                             {"ve": 1, "tdcall": 1} if ve else {})
