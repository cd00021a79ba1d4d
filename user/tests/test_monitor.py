# SPDX-License-Identifier: GPL-2.0
"""cvmstat monitor."""

import json
import signal
import subprocess
import time

import reader
import scenes


class Monitor(reader.ReaderTest):
    """Announcements as they come."""

    def test_monitor(self):
        self.load(scenes.snp)
        with subprocess.Popen([reader.BINARY, "monitor", "--json", "-n", "2"],
                              env=reader.environment(self.module), stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            self.module.announce(announcement="hook-lost", generation=5, hook="vc")
            self.module.announce(announcement="config", generation=5, classes=3, details=1,
                                 rips=0, latency=1)
            lines = [json.loads(line)["announcements"][0] for line in p.stdout]
        self.assertEqual([(e["announcement"], e["hook"]) for e in lines],
                         [("hook-lost", "vc"), ("config", "")])
        self.assertEqual((lines[1]["classes"], lines[1]["rips"]), ("0x3", False))

    def test_monitor_reload(self):
        """A module that is loaded again is said once, however it became known."""
        self.load(scenes.snp)
        with subprocess.Popen([reader.BINARY, "monitor", "--json", "-n", "3"],
                              env=reader.environment(self.module), stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            self.module.announce(announcement="unload", generation=1)
            self.module.arrive()
            first = [json.loads(p.stdout.readline())["announcements"][0] for _ in range(2)]
            self.module.announce(announcement="load", generation=0x1234)
            self.module.announce(announcement="hook-lost", generation=0x1234, hook="vc")
            last = json.loads(p.stdout.readline())["announcements"][0]
        self.assertEqual([(e["announcement"], e["generation"]) for e in first + [last]],
                         [("unload", "0x1"), ("load", "0x1234"), ("hook-lost", "0x1234")])

    def test_monitor_stops(self):
        self.load(scenes.snp)
        with subprocess.Popen([reader.BINARY, "monitor"], env=reader.environment(self.module),
                              stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            p.send_signal(signal.SIGINT)
            p.communicate(timeout=10)
            self.assertEqual(p.returncode, 0)
