# SPDX-License-Identifier: GPL-2.0
"""What runs guests and tests: kernels, builds, machines, results."""
