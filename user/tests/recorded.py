# SPDX-License-Identifier: GPL-2.0
"""Databases of recorded runs, for tests."""

import itertools
import json
import os
import sqlite3
import subprocess
import tempfile
import uuid

import reader

UUIDS = itertools.count(1)
PURPOSES = {"hlt": "halt", "cpuid": "cpuid", "page-state-change": "page-state",
            "guest-request": "attestation"}
# The command as it is shipped, for what would take the sanitizers long.
PLAIN = os.path.join(os.path.dirname(reader.BINARY), "../cvmstat")


class RecordedTest(reader.ReaderTest):
    """A test with a database of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.db = os.path.join(self.folder, "runs.db")

    def record(self, *args, scene=None, db=None, status=0):
        """Record, without hardware counters; returns (stdout, stderr)."""
        done = self.run_reader("record", "-e", "none", "--db", db or self.db, *args, scene=scene)
        self.assertEqual(done[0], status, done[2])
        return done[1:]

    def runs(self, *words, db=None):
        """The list of runs as JSON has it."""
        status, out, err = self.run_reader("runs", "--json", "--db", db or self.db, *words)
        self.assertEqual(status, 0, err)
        return json.loads(out)["runs"]

    def exported(self, *args, db=None):
        """Runs as export gives them."""
        status, out, err = self.run_reader("runs", "export", "--db", db or self.db, *args)
        self.assertEqual(status, 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def sql(self, query, db=None):
        with sqlite3.connect(db or self.db) as con:
            rows = con.execute(query).fetchall()
        con.close()
        return rows

    def fabricate(self, runs, db=None):
        """Import runs of (name, boot, {reason: count}, more keys)."""
        lines = []
        for number, (name, boot, counts, more) in enumerate(runs, 1):
            run = {"cvmstat_schema": 1, "command": "run", "uuid": f"{uuid.UUID(int=next(UUIDS))}",
                   "series": "s", "run": number, "name": name, "boot_id": boot,
                   "started_utc_ns": number * 10 ** 9, "ns": 10 ** 9, "exit_status": 0,
                   "platform": "snp", "kernel": "6.12", "recorded_by": "0", "cpus": 2,
                   "exits": sum(counts.values()), "traps": 0, "calls": 0,
                   "reasons": [{"kind": "exit", "class": "vmgexit", "code": f"0x{i:x}",
                                "reason": reason, "kernel": n, "user": 0,
                                "purpose": PURPOSES.get(reason, "other")}
                               for i, (reason, n) in enumerate(counts.items())], **more}
            for pairs in ("tags", "settings"):
                run[pairs] = [{"key": k, "value": v} for k, v in run.get(pairs, {}).items()]
            lines.append(json.dumps(run) + "\n")
        path = os.path.join(self.folder, "fabricated")
        with open(path, "w", encoding="ascii") as f:
            f.writelines(lines)
        subprocess.run([PLAIN, "runs", "import", "--db", db or self.db, path], check=True,
                       stdout=subprocess.DEVNULL)

    def one_line(self, done, status, *parts):
        """A failure is one clear line."""
        self.assertEqual(done[0], status, done[2])
        self.assertEqual(done[2].count("\n"), 1, done[2])
        for part in parts:
            self.assertIn(part, done[2])
