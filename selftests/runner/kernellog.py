# SPDX-License-Identifier: GPL-2.0
"""Judges what a guest's kernel complained of: what the module did is told apart
from what the emulator is, and from what a busy machine makes a guest say.
"""
import dataclasses
import re

# What a complaint begins with, also for the guest's grep (guest/kernel-log.sh).
BEGINS = re.compile(r"\] (?:(?:rcu|watchdog|workqueue): )?(?:WARNING:|BUG:|INFO: |Oops)|"
                    r"hogged CPU|KCSAN: ")
# An NMI's length is the emulator's affair. The rest of the line can be cut by another one.
EMULATOR = re.compile(r"INFO: NMI handler \(")
# What a CPU that is not given any time looks like to its neighbours.
STARVED = re.compile(r"rcu: INFO: rcu_\w+ .*stall|soft lockup|hogged CPU|blocked for more than|"
                     r"workqueue lockup|timekeeping watchdog|hrtimer: interrupt took")
RACE = re.compile(r"KCSAN: ")
# In a backtrace, or as one side of a race; not in "Modules linked in".
OURS = re.compile(r"\bcvm\w*(?:\.\w+)*\+0x|\[cvm\w*\]|data-race in .*\bcvm")
# In a backtrace: what an interrupt came upon, which has no part in a race.
INTERRUPTED = re.compile(r"\basm_\w+\+0x")
# Where each side of a race begins.
SIDE = re.compile(r" (?:read|write).* to 0x")
# Of the run: less of it than this spent waiting for a CPU starves nobody.
BUSY_SHARE = 0.1


@dataclasses.dataclass
class Complaint:
    """One, with the lines that follow it."""
    lines: list

    def text(self):
        return "\n".join(self.lines)


def complaints(lines):
    """Splits a log into complaints."""
    found = []
    for line in lines:
        if BEGINS.search(line):
            found.append(Complaint([line]))
        elif found:
            found[-1].lines.append(line)
    return found


def is_ours(complaint):
    """Has the module a part in it?"""
    if not RACE.search(complaint.lines[0]):
        return OURS.search(complaint.text())
    upon = False
    for line in complaint.lines:
        upon = upon and not SIDE.search(line)
        if not upon and OURS.search(line):
            return True
        upon = upon or INTERRUPTED.search(line)
    return False


def judge(lines, waited, seconds):
    """(wrong, excused): complaints that fail a run, and those that do not, with why.

    waited: seconds that this machine kept the guest waiting, of so many.
    """
    wrong, excused = [], []
    busy = waited >= BUSY_SHARE * seconds
    for complaint in complaints(lines):
        first = complaint.lines[0]
        ours = is_ours(complaint)
        if EMULATOR.search(first):
            continue
        if RACE.search(first):
            if ours:
                wrong.append(complaint)
        elif STARVED.search(first) and busy and not ours:
            excused.append((complaint, f"this machine kept the guest waiting for {waited:.0f} "
                                       f"of {seconds:.0f} s"))
        else:
            wrong.append(complaint)
    return wrong, excused


def judge_boot(done):
    """judge() of a guest in which guest/kernel-log.sh has run: a guest.Boot."""
    lines = [line.removeprefix("# log: ") for line in done.console if line.startswith("# log: ")]
    return judge(lines, done.waited, done.seconds)


def complaints_of(done):
    """The lines of what fails such a guest, of each the first."""
    return [complaint.lines[0] for complaint in judge_boot(done)[0]]
