# SPDX-License-Identifier: GPL-2.0
"""What run-guest makes of its command line."""
import unittest
from unittest import mock

from runner import kselftest, parts


def commands():
    """Of all guests that anything runs."""
    with mock.patch.object(parts.patched, "wanted", return_value=""):
        for rows in parts.LISTS.values():
            for part in rows():
                if part.command[0].endswith("run-guest"):
                    yield part.command[1:]


class Guests(unittest.TestCase):
    def test_each_command_is_understood(self):
        for words in commands():
            options = kselftest.arguments(words)
            kselftest.environment(options)
            given = kselftest.machine(options.test, options)
            self.assertTrue(all(isinstance(word, str) for word in given), words)

    def test_nmis_are_not_said(self):
        options = kselftest.arguments(["--fault", "nmi=20", "exact"])
        self.assertIn("CONSOLE_LEVEL='0'", kselftest.environment(options))
        self.assertIn(" loglevel=0 log_buf_len=32M", kselftest.machine([], options))

    def test_others_are(self):
        options = kselftest.arguments(["exact"])
        self.assertNotIn("CONSOLE_LEVEL", kselftest.environment(options))
        self.assertNotIn("--append", kselftest.machine([], options))
