/* SPDX-License-Identifier: GPL-2.0 */
#define CC_ATTR_GUEST_SEV_SNP		0
#define CC_ATTR_GUEST_STATE_ENCRYPT	1
#define cc_platform_has(attribute)	false
