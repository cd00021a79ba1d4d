# SPDX-License-Identifier: GPL-2.0
"""What is told of a boot, here of a program that stands for cvmbed."""
import os
import tempfile
import types
import unittest
from unittest import mock

from runner import guest

SECONDS = 0.2
PROGRAM = f"""#!/bin/sh
echo "$*"
sleep {SECONDS}
exit 3
"""
KERNEL = types.SimpleNamespace(image="/boot/vmlinuz-1", modules=None)


class Boots(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(place.cleanup)
        program = os.path.join(place.name, "cvmbed")
        with open(program, "w", encoding="ascii") as file:
            file.write(PROGRAM)
        os.chmod(program, 0o755)
        self.enterContext(mock.patch.object(guest, "CVMBED", program))

    def test_what_it_took(self):
        """By it a complaint of a guest that got no CPU is excused."""
        with guest.Guest(KERNEL, "tcg") as box:
            done = box.boot("true")
        self.assertEqual(done.status, 3)
        self.assertGreaterEqual(done.seconds, SECONDS)
        self.assertLess(done.waited, SECONDS)

    def test_command(self):
        with guest.Guest(KERNEL, "snp-paravisor", 2) as box:
            done = box.boot("true", "1", options=("--timeout", "9"))
            ledger = os.path.join(box.directory, "ledger")
            root = box.root
        self.assertEqual(done.console, [
            f"run --platform snp --paravisor --kernel {KERNEL.image} --cpus 2 --root {root} "
            f"--timeout 9 --ledger {ledger} -- true 1"])


if __name__ == "__main__":
    unittest.main()
