# SPDX-License-Identifier: GPL-2.0
"""The data: what is run is there, and what it needs is had."""
import os
import unittest
from unittest import mock

from runner import kernels, needs, parts
from runner.common import SELFTESTS, TOP, Failed


class Parts(unittest.TestCase):
    def lists(self):
        with mock.patch.object(parts.patched, "wanted", return_value=""):
            for name, rows in parts.LISTS.items():
                yield name, rows()

    def test_names_are_unique(self):
        for name, rows in self.lists():
            found = [part.name for part in rows]
            self.assertEqual(len(found), len(set(found)), name)

    def test_commands_are_there(self):
        for _, rows in self.lists():
            for part in rows:
                if "/" in part.command[0]:
                    path = os.path.join(TOP, part.command[0])
                    self.assertTrue(os.access(path, os.X_OK), path)

    def test_kernels_can_be_named(self):
        for _, rows in self.lists():
            for name in parts.kernels_of(rows):
                kernels.parse(name)

    def test_a_machine_runs_only_what_fits(self):
        """A test that a machine asks for and that cannot run there hides a mistake."""
        for rows in (parts.CHECK_MACHINES, parts.MATRIX, parts.DEBUG, parts.FUZZ):
            for machine in rows:
                for test in machine.tests.split():
                    for term in needs.of(test):
                        self.assertTrue(term == "long" or
                                        needs.met(term, machine.kernel, machine.platform,
                                                  machine.cpus), (machine, test, term))

    def test_matrix_is_whole(self):
        """Nine kernels, three platforms but TDX on 6.1, 1 and 4 vCPUs."""
        self.assertEqual(len(parts.MATRIX), (9 * 3 - 1) * 2)


class Needs(unittest.TestCase):
    def test_terms(self):
        met = needs.met
        self.assertTrue(met("confidential", "6.1.0-56-amd64", "snp", 1))
        self.assertFalse(met("confidential", "6.1.0-56-amd64", "plain", 1))
        self.assertFalse(met("cpus>=2", "6.1.0-56-amd64", "snp", 1))
        self.assertFalse(met("kernel>=6.12", "6.1.0-56-amd64", "snp", 1))
        self.assertTrue(met("kernel>=6.12", "6.12.117+deb12-amd64", "snp", 1))
        self.assertFalse(met("platform!=tdx", "7.3.4+deb13-amd64", "tdx", 1))
        self.assertFalse(met("long", "7.3.4+deb13-amd64", "snp", 4))
        with self.assertRaisesRegex(Failed, "none of"):
            met("memory>1", "6.1", "snp", 1)

    def test_every_test_says_what_it_needs(self):
        for name in os.listdir(SELFTESTS):
            if name.endswith(".c"):
                needs.of(name.removesuffix(".c"))
