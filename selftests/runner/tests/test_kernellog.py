# SPDX-License-Identifier: GPL-2.0
"""What a guest's kernel complained of, and who is to blame."""
import unittest

from runner import guest, kernellog
from test_ktap import recorded

STALL = ["[   57.310] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
         "[   57.311] rcu: 	1-...!: (0 ticks this GP) idle=8d14/0/0x1"]
FRAME = ["[   57.312]  cvm_account+0x12/0x40 [cvmstat]"]


class Blame(unittest.TestCase):
    def judge(self, lines, waited=50, seconds=100):
        wrong, excused = kernellog.judge(lines, waited, seconds)
        return len(wrong), len(excused)

    def test_recorded_lockup_of_a_busy_machine(self):
        """45 s without a CPU: recorded from a guest whose QEMU was stopped."""
        lines = [line.removeprefix("# log: ") for line in recorded("stall.log")
                 if line.startswith("# log: ")]
        found = kernellog.complaints(lines)
        self.assertTrue(found)
        self.assertEqual(self.judge(lines), (0, len(found)))
        self.assertEqual(self.judge(lines, waited=1), (len(found), 0))

    def test_stall_in_the_module_is_its_own(self):
        self.assertEqual(self.judge(STALL), (0, 1))
        self.assertEqual(self.judge(STALL + FRAME), (1, 0))

    def test_to_be_loaded_is_no_blame(self):
        self.assertEqual(self.judge([*STALL, "[ 57.3] Modules linked in: cvmstat(OE) virtio_blk"]),
                         (0, 1))

    def test_of_a_guest(self):
        """What guest/kernel-log.sh prints, and nothing else."""
        said = ["[ 1.0] INFO: NMI handler (x) took too long to run: 9 msecs",
                "[ 2.0] WARNING: CPU: 0 PID: 1 at kernel/x.c:1", "[ 2.1] Call Trace:"]
        done = guest.Boot(0, ["# other", *(f"# log: {line}" for line in said)], [], 50, 100)
        self.assertEqual(kernellog.complaints_of(done), said[1:2])

    def test_a_warning_is_never_excused(self):
        self.assertEqual(self.judge(["[ 1.0] WARNING: CPU: 0 PID: 1 at kernel/x.c:1"]), (1, 0))
        self.assertEqual(self.judge(["[ 1.0] BUG: KASAN: slab-use-after-free in x"]), (1, 0))

    def test_races_are_ours_or_linux(self):
        race = "[ 1.0] BUG: KCSAN: data-race in {} / tick_do_update"
        self.assertEqual(self.judge([race.format("cvm_rips_account")]), (1, 0))
        self.assertEqual(self.judge([race.format("tick_sched_do_timer")]), (0, 0))

    def test_who_is_interrupted_has_no_part_in_a_race(self):
        race = ["[ 1.0] BUG: KCSAN: data-race in __hrtimer_run_queues / hrtimer_active",
                "[ 1.0] read to 0xffff88801f424758 of 8 bytes by interrupt on cpu 1:",
                "[ 1.0]  hrtimer_active+0x64/0xb0",
                "[ 1.0]  asm_sysvec_apic_timer_interrupt+0x1a/0x20",
                "[ 1.0]  cvm_trace_emit+0x37/0x40 [cvmstat]", "[ 1.0] ",
                "[ 1.0] write to 0xffff88801f424758 of 8 bytes by task 90 on cpu 0:"]
        self.assertEqual(self.judge([*race, "[ 1.0]  hrtimer_run_queues+0x1/0x2"]), (0, 0))
        self.assertEqual(self.judge([*race, "[ 1.0]  memcpy+0x1/0x2",
                                     "[ 1.0]  cvm_account+0x1/0x2 [cvmstat]"]), (1, 0))

    def test_an_nmi_takes_as_long_as_the_emulator(self):
        self.assertEqual(self.judge(["[ 1.0] INFO: NMI handler (x) took too long to run: 9 msecs"]),
                         (0, 0))
