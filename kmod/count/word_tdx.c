// SPDX-License-Identifier: GPL-2.0
#include "word_tdx.h"

DEFINE_PER_CPU(bool, cvm_halt_counted);
