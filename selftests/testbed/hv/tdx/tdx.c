// SPDX-License-Identifier: GPL-2.0
#include "tdx.h"

struct tdx_vcpu tdx_vcpus[MAX_VCPUS];
