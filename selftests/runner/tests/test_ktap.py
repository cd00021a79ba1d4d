# SPDX-License-Identifier: GPL-2.0
"""The parser, on recorded consoles of guests and on what KTAP allows."""
import os
import unittest

from runner import ktap

LOGS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "logs")


def recorded(name):
    with open(os.path.join(LOGS, name), encoding="utf-8") as file:
        return file.read().splitlines()


def counted(lines, status=0):
    tests, _ = ktap.parse(lines, status)
    return tuple(ktap.count(tests).values())


def names(lines, status=0):
    tests, _ = ktap.parse(lines, status)
    return [(name, leaf.result) for test in tests for name, leaf in test.leaves()]


class Recorded(unittest.TestCase):
    def test_good(self):
        tests, figures = ktap.parse(recorded("good.log"))
        self.assertEqual([test.name for test in tests],
                         ["selftests: cvmstat: counting", "selftests: cvmstat: load",
                          "selftests: cvmstat: netlink", "selftests: cvmstat: ynl",
                          "the kernel's log"])
        self.assertEqual([len(test.tests) for test in tests], [7, 12, 10, 5, 0])
        self.assertEqual(ktap.count(tests), {"ok": 35, "not ok": 0, "skip": 0})
        self.assertEqual(figures["exits"], 91068)

    def test_inner_failures_count_once(self):
        lines = recorded("fail.log")
        self.assertEqual([name for name, result in names(lines) if result == "not ok"],
                         ["selftests: cvmstat: optimised: as configured: 1 hooks optimised, "
                          "breakpoints: vmgexit",
                          "selftests: cvmstat: optimised: with RIPs: 1 hooks optimised, "
                          "breakpoints: vmgexit"])

    def test_cut_off(self):
        """What began and reported nothing has failed."""
        found = names(recorded("cut.log"), 110)
        self.assertIn(("selftests: cvmstat: counting: counting.classes", "ok"), found)
        self.assertTrue(any(result == "not ok" and "of 12 tests" in name
                            for name, result in found), found)

    def test_cut_anywhere(self):
        """A log cut behind any line never counts more than the whole, and one that
        is not whole never looks as if it were."""
        lines = recorded("good.log")
        last = max(i for i, line in enumerate(lines) if line.startswith("ok 5 "))
        whole = counted(lines)[0]
        for end in range(last):
            passed, failed, _ = counted(lines[:end], 110)
            self.assertLess(passed, whole, end)
            self.assertGreater(failed, 0, end)


class Grammar(unittest.TestCase):
    def test_flat(self):
        self.assertEqual(counted(["KTAP version 1", "1..2", "ok 1 a", "not ok 2 b"]), (1, 1, 0))

    def test_carriage_returns(self):
        self.assertEqual(names(["ok 1 a\r", "ok 2 b # SKIP no c\r"]), [("a", "ok"), ("b", "skip")])

    def test_skip_has_its_reason(self):
        tests, _ = ktap.parse(["ok 3 top # SKIP no terminal"])
        self.assertEqual((tests[0].name, tests[0].result, tests[0].reason),
                         ("top", "skip", "no terminal"))

    def test_skip_all(self):
        self.assertEqual(counted(["# TAP version 13", "# 1..0 # SKIP no module", "ok 1 outer"]),
                         (0, 0, 1))

    def test_nested_by_spaces(self):
        self.assertEqual(names(["  ok 1 in", "  not ok 2 in2", "not ok 1 out"]),
                         [("out: in", "ok"), ("out: in2", "not ok")])

    def test_outer_failure_without_inner_counts(self):
        """As of a test that was killed by its timeout."""
        self.assertEqual(names(["# ok 1 in", "not ok 1 out # TIMEOUT 9 seconds"]),
                         [("out: in", "ok"), ("out", "not ok")])

    def test_plan_that_is_not_kept(self):
        self.assertEqual(counted(["1..3", "ok 1 a"]), (1, 1, 0))
        self.assertEqual(counted(["# 1..3", "# ok 1 a", "ok 1 out"]), (1, 1, 0))

    def test_bail_out(self):
        self.assertEqual(counted(["ok 1 a", "Bail out! no memory"]), (1, 1, 0))

    def test_status_without_result(self):
        self.assertEqual(counted([], 1), (0, 1, 0))
        self.assertEqual(counted(["ok 1 a"], 1), (1, 1, 0))
        self.assertEqual(counted(["not ok 1 a"], 1), (0, 1, 0))

    def test_expected_failure_is_none(self):
        self.assertEqual(counted(["not ok 1 a # XFAIL known", "not ok 2 b # TODO"]), (2, 0, 0))
        self.assertEqual(counted(["ok 1 a # XFAIL known"]), (1, 0, 0))

    def test_words_are_no_results(self):
        self.assertEqual(counted(["okay 1", "ok", "not ok", "# ok then", "[ 1.0] ok 1 kernel"]),
                         (0, 0, 0))

    def test_figures_add_up(self):
        _, figures = ktap.parse(['# {"loads": 3, "seed": "x"}', '# # {"loads": 4}', "# {broken",
                                 "ok 1 a"])
        self.assertEqual(figures, {"loads": 7, "seed": "x"})

    def test_what_was_said_belongs_to_the_next_result(self):
        tests, _ = ktap.parse(["# one", "ok 1 a", "# two", "not ok 2 b"])
        self.assertEqual([test.said for test in tests], [["one"], ["two"]])
