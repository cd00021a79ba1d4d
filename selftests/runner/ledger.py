# SPDX-License-Identifier: GPL-2.0
"""Details of the ledger (testbed/LEDGER.md) that tests look into."""

LAPIC = 0xFEE00000
XAPIC_ICR, X2APIC_ICR = LAPIC + 0x300, 0x830


def place(detail):
    """The MSR, port or address of a detail, without what is written to an ICR."""
    low = int(detail, 0) & 0xffffffff if detail not in ("-", "*") else 0
    return hex(low) if low in (X2APIC_ICR, XAPIC_ICR) else detail
