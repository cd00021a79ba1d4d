# SPDX-License-Identifier: GPL-2.0
"""The database: what was kept is there, as a whole, whatever happens."""

import os
import random
import re
import shutil
import sqlite3
import stat
import subprocess
import time

import reader
import recorded
import scenes

# Rows of count and of note of one run of the scene.
ROWS, NOTES = 8 + 10, 1
KILLS = int(os.environ.get("CVMSTAT_TEST_KILLS", "200"))


class Store(recorded.RecordedTest):
    """The file."""

    def whole(self, kept):
        """The database is sound, no run is half there, and none that was kept is lost."""
        self.assertEqual(self.sql("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.sql("PRAGMA foreign_key_check"), [])
        rows = self.sql("SELECT uuid, (SELECT count(*) FROM count WHERE run = id),"
                        " (SELECT count(*) FROM note WHERE run = id) FROM run")
        self.assertEqual([r for r in rows if r[1:] != (ROWS, NOTES)], [])
        self.assertEqual(kept - {r[0] for r in rows}, set())

    def recorder(self, *args, runs=1000):
        return subprocess.Popen([reader.BINARY, "record", "-e", "none", "-r", str(runs), "--db",
                                 self.db, *args, "true"], env=reader.environment(self.module),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_killed(self):
        """Killed at random moments, from the making of the database on."""
        self.load(scenes.snp)
        kept, moment = set(), random.Random(21)
        for _ in range(KILLS):
            with self.recorder() as p:
                time.sleep(moment.uniform(0.05, 0.35))
                p.kill()
                out = p.stdout.read().decode()
            kept |= set(re.findall(r"kept as (\S{36})\n", out))
            if os.path.exists(self.db) and self.sql("PRAGMA user_version") != [(0,)]:
                self.whole(kept)
        self.assertGreater(len(kept), KILLS // 10)

    def test_two_writers(self):
        self.load(scenes.snp)
        with self.recorder("-n", "a", runs=20) as a, self.recorder("-n", "b", runs=20) as b:
            kept = set()
            for p in (a, b):
                out, err = p.communicate(timeout=120)
                self.assertEqual(p.returncode, 0, err)
                kept |= set(re.findall(r"kept as (\S{36})\n", out.decode()))
        self.assertEqual(len(kept), 40)
        self.whole(kept)

    def test_full_disk(self):
        """A file system of 256 KiB; the runs before the one that has no room are kept."""
        self.load(scenes.snp)
        disk = os.path.join(self.folder, "disk")
        os.mkdir(disk)
        script = ('mount -t tmpfs -o size=256k none "$1" || exit 77\n'
                  '"$2" record -e none -r 1000 --db "$1/runs.db" true; status=$?\n'
                  'cp "$1"/* "$3"; umount "$1"; exit $status')
        # Root needs no user namespace, and below a chroot nobody can have one.
        flags = ["-rm"] if os.geteuid() else ["-m", "--propagation", "unchanged"]
        done = subprocess.run(["unshare", *flags, "sh", "-c", script, "sh", disk, reader.BINARY,
                               self.folder], env=reader.environment(self.module), check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        err = done.stderr.decode()
        self.assertNotEqual(done.returncode, 77, err)
        self.one_line((done.returncode, "", err), 120, "full", "what was recorded before is kept")
        kept = set(re.findall(r"kept as (\S{36})\n", done.stdout.decode()))
        self.assertGreater(len(kept), 10)
        self.assertEqual(len(self.runs()), len(kept))
        self.whole(kept)

    def test_mode(self):
        self.record("true")
        self.assertEqual(stat.S_IMODE(os.stat(self.db).st_mode), 0o600)

    def test_default_place(self):
        for env, path in (({"XDG_STATE_HOME": f"{self.folder}/state"}, "state/cvmstat/runs.db"),
                          ({"HOME": f"{self.folder}/home"}, "home/.local/state/cvmstat/runs.db")):
            done = self.run_reader("record", "-e", "none", "true", env=env)
            self.assertEqual(done[0], 0, done[2])
            self.assertTrue(os.path.exists(os.path.join(self.folder, path)))
            self.assertEqual(self.run_reader("runs", env=env)[0], 0)
        self.one_line(self.run_reader("runs"), 125, "--db FILE")

    def test_views(self):
        """What people look at with sqlite3."""
        self.record("-n", "x", "-t", "k=v", "--metric", "n,u=re:([0-9]+)", "echo", "5",
                    scene=scenes.snp)
        self.assertEqual(self.sql("SELECT name, exits, exits_per_second, tags FROM runs"),
                         [("x", 30238, 60476.0, "k=v")])
        self.assertEqual(self.sql("SELECT count, per_second FROM reasons WHERE class = 'vmgexit'"
                                  " AND reason = 'mmio-write'"), [(18204, 36408.0)])
        self.assertEqual(self.sql("SELECT count FROM details WHERE name LIKE 'LAPIC TMICT%'"),
                         [(14745,)])
        self.assertEqual(self.sql("SELECT run_name, name, value, unit FROM figures"),
                         [("x", "n", 5.0, "u")])

    def test_older(self):
        """The schema of an older version is brought up to date, and its runs are there."""
        self.record("-n", "old", "true", scene=scenes.snp)
        before = self.exported()
        with sqlite3.connect(self.db) as con:
            for kind, name in con.execute("SELECT type, name FROM sqlite_master WHERE sql NOT NULL"
                                          " AND type IN ('view', 'index')").fetchall():
                con.execute(f"DROP {kind} {name}")
            con.execute("ALTER TABLE event DROP COLUMN purpose")
            con.execute("PRAGMA user_version = 1")
        con.close()
        for run in before:
            for row in run["reasons"] + run["details"]:
                row["purpose"] = None    # nobody told then
        self.assertEqual(self.exported(), before)
        self.assertEqual(len(self.sql("SELECT * FROM reasons")), 8)
        self.assertEqual(self.sql("SELECT count(*) FROM sqlite_master WHERE name = 'run_by_name'"),
                         [(1,)])
        self.record("-n", "new", "true", scene=scenes.snp)
        self.assertEqual(len(self.runs()), 2)

    def test_strange_files(self):
        self.record("true", scene=scenes.snp)
        newer = shutil.copy(self.db, f"{self.folder}/newer")
        self.sql("PRAGMA user_version = 99", newer)
        foreign = f"{self.folder}/foreign"
        self.sql("CREATE TABLE t (x)", foreign)
        text = f"{self.folder}/text"
        with open(text, "w", encoding="ascii") as f:
            f.write("no database at all\n" * 100)
        damaged = shutil.copy(self.db, f"{self.folder}/damaged")
        with open(damaged, "r+b") as f:
            f.seek(4096)
            f.write(b"\xa5" * (os.path.getsize(damaged) - 4096))
        for path, said in ((newer, "of a newer cvmstat (schema 99"),
                           (foreign, "no database of recorded runs"),
                           (text, "no database of recorded runs"), (damaged, "damaged"),
                           (self.folder, self.folder), ("/proc/nothing/x", "/proc/nothing")):
            for args in (("runs",), ("record", "-e", "none", "true")):
                with self.subTest(path=path, args=args):
                    status, _, err = self.run_reader(args[0], "--db", path, *args[1:])
                    self.assertIn(status, (120, 125), err)
                    lines = [x for x in err.splitlines() if "module is not loaded" not in x]
                    self.assertEqual(len(lines), 1, err)
                    self.assertIn(said, lines[0])
        self.one_line(self.run_reader("runs", "--db", f"{self.folder}/none"), 125,
                      "cvmstat record makes it")

    def test_counts_near_the_top(self):
        """64 bits without a sign; SQLite has 63."""
        def huge(command, n):
            if command == "get":
                return [scenes.count(scenes.VMGEXIT, 0x7c, 2 ** 63 if n > 1 else 0)]
            return [] if command == "detail-get" else scenes.snp(command, n)
        self.record("true", scene=huge)
        self.assertEqual(self.sql("SELECT kernel FROM count"), [(2 ** 63 - 1,)] * 2)

    def test_thousand_runs(self):
        """1,000 runs with 500 rows each are listed within a second."""
        self.fill(1000, 500)
        start = time.monotonic()
        done = subprocess.run([recorded.PLAIN, "runs", "--db", self.db], check=True,
                              stdout=subprocess.PIPE)
        self.assertLess(time.monotonic() - start, 1)
        self.assertEqual(done.stdout.count(b"\n"), 1001)

    def fill(self, runs, rows):
        """Runs as record makes them, in one transaction."""
        self.record("-n", "first", "true", scene=scenes.snp)
        with sqlite3.connect(self.db) as con:
            con.executemany("INSERT INTO event VALUES (?,1,0,'exit','vmgexit','0x7c','msr','w',"
                            "printf('0x%x',?),'MSR','counted','other')",
                            [(1000 + i, i) for i in range(rows)])
            for i in range(2, runs + 1):
                con.execute("INSERT INTO run SELECT ?, printf('%08d', ?) || substr(uuid, 9),"
                            " series, ?, 'n' || ?, boot_id, started_utc_ns, started_ns, ns,"
                            " status, platform, kernel, module, version, cpus, exits, traps,"
                            " calls, per, command, output, output_bytes FROM run WHERE id = 1",
                            (i, i, i, i % 7))
                con.execute("INSERT INTO setting SELECT ?, key, value FROM setting WHERE run = 1",
                            (i,))
                con.executemany("INSERT INTO count VALUES (?,?,?,0)",
                                [(i, 1000 + j, i + j) for j in range(rows)])
        con.close()


class Runs(recorded.RecordedTest):
    """cvmstat runs."""

    def setUp(self):
        super().setUp()
        self.record("-n", "alpha", "-t", "net=vhost", "-r", "2", "true", scene=scenes.snp)
        self.record("-n", "beta", "true", scene=scenes.tdx)

    def names(self, *selectors):
        return [r["name"] for r in self.runs(*selectors)]

    def test_list(self):
        self.assertEqual(self.names(), ["alpha", "alpha", "beta"])
        self.assertEqual(self.names("list", "beta"), ["beta"])
        status, out, _ = self.run_reader("runs", "--db", self.db)
        self.assertEqual(status, 0)
        self.assertRegex(out, r"\n +3 +beta .* tdx +haltpoll +1,350 ")
        done = self.run_reader("runs", "--csv", "--db", self.db)
        self.assertEqual(done[1].count("\n"), 4)

    def test_select(self):
        uuid = self.runs("beta")[0]["uuid"]
        for selector, n in (("alpha", 2), ("al*", 2), ("alpha,net=vhost", 2), ("1", 1),
                            ("platform=tdx", 1), ("platform=*", 3), ("net=vhost,platform=snp", 2),
                            (uuid[:8], 1), ("status=0", 3), ("idle=haltpoll", 3),
                            ("guest_halt_poll_ns=200000", 3), ("name=beta", 1)):
            with self.subTest(selector):
                self.assertEqual(len(self.runs(selector)), n)
        self.assertEqual(len(self.runs("beta", "1")), 2)
        for selector in ("gamma", "platform=sev-es", "alpha,platform=tdx", "nothing=1", uuid[:7]):
            with self.subTest(selector):
                self.one_line(self.run_reader("runs", "--db", self.db, selector), 125, selector)

    def test_select_uuid_of_digits(self):
        """A UUID may begin like a number; one in 43 does."""
        self.sql("UPDATE run SET uuid = '53844469' || substr(uuid, 9) WHERE name = 'beta'")
        for selector in ("53844469", "3"):
            with self.subTest(selector):
                self.assertEqual(self.names(selector), ["beta"])
        self.one_line(self.run_reader("runs", "--db", self.db, "538444690"), 125, "538444690")

    def test_estimated(self):
        """Where no trap is raised exits are no count, and each place that has them says so."""
        for platform, mark in (("none", "~"), ("sev", "~"), ("tdx-paravisor", "~"), ("snp", ""),
                               ("platform 9", "")):
            with self.subTest(platform):
                name = platform.replace(" ", "-")
                self.fabricate([(name, "b", {"hlt": 1000}, {"platform": platform})])
                self.assertEqual(self.runs(name)[0]["provenance"],
                                 "estimated" if mark else "counted")
                for args, line in ((["list"], rf" 1,000 +{mark} +1,?000"),
                                   (["show"], rf"exits +{mark}1,000, 1,000 a second")):
                    out = self.run_reader("runs", *args, "--db", self.db, name)[1]
                    self.assertRegex(out, line)
                out = self.run_reader("advise", "--db", self.db, name)[1]
                self.assertEqual("these are estimates" in out, bool(mark))

    def test_show(self):
        status, out, _ = self.run_reader("runs", "show", "-d", "--db", self.db, "alpha")
        self.assertEqual(status, 0)
        for text in ("alpha, run 2 of its series", "mmio-write", "LAPIC TMICT", "net  ",
                     "guest_halt_poll_ns", "latency"):
            self.assertIn(text, out)
        self.assertIn("beta", self.run_reader("runs", "show", "--db", self.db)[1])

    def test_remove(self):
        self.one_line(self.run_reader("runs", "remove", "--db", self.db), 125, "--all")
        self.one_line(self.run_reader("runs", "remove", "--db", self.db, "gamma"), 125, "gamma")
        self.assertEqual(self.run_reader("runs", "remove", "--db", self.db, "alpha")[0], 0)
        self.assertEqual(self.names(), ["beta"])
        self.assertEqual(self.sql("SELECT DISTINCT run FROM count"), [(3,)])
        self.assertEqual(self.run_reader("runs", "remove", "--all", "--db", self.db)[0], 0)
        self.assertEqual(self.names(), [])
        for table in ("count", "event", "tag", "setting", "measure", "bin"):
            self.assertEqual(self.sql(f"SELECT count(*) FROM {table}"), [(0,)])

    def test_transfer(self):
        """Each guest has its database; imported twice is once; nothing is lost on the way."""
        lines, other = f"{self.folder}/lines", f"{self.folder}/other.db"
        self.assertEqual(self.run_reader("runs", "export", "--private", "-o", lines, "--db",
                                         self.db)[0], 0)
        for imported, known in ((3, 0), (0, 3)):
            done = self.run_reader("runs", "import", "--json", "--db", other, lines)
            self.assertIn(f'"imported": {imported}, "known": {known}', done[1])
        self.assertEqual(self.exported("--private", db=other), self.exported("--private"))
        for table in ("tag", "setting", "figure", "measure", "bin", "note"):
            self.assertEqual(self.sql(f"SELECT * FROM {table}", other),
                             self.sql(f"SELECT * FROM {table}"))

    def test_import_bad(self):
        path = f"{self.folder}/lines"
        for text in ("nonsense\n", "{}\n", '{"command": "run"}\n', "[1]\n", "17\n",
                     '{"command": "run", "cvmstat_schema": 99, "uuid": "x"}\n',
                     '{"command": "run", "cvmstat_schema": 1, "uuid": "x"}\n'):
            with open(path, "w", encoding="ascii") as f:
                f.write(text)
            with self.subTest(text):
                self.one_line(self.run_reader("runs", "import", "--db", self.db, path), 125,
                              "line 1")
        self.one_line(self.run_reader("runs", "import", "--db", self.db, "/nonexistent"), 125)
        good = self.run_reader("runs", "export", "--db", self.db)[1].splitlines()[0]
        for cut in range(1, len(good), 97):
            with open(path, "w", encoding="utf-8") as f:
                f.write(good[:cut] + "\n")
            self.assertEqual(self.run_reader("runs", "import", "--db", self.db, path)[0], 125)
        with open(path, "w", encoding="utf-8") as f:
            f.write(re.sub(r': ("[^"]*"|[0-9]+|null)', ": [[]]", good) + "\n")
        self.assertEqual(self.run_reader("runs", "import", "--db", self.db, path)[0], 125)
