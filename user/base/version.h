/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_VERSION_H
#define CVMSTAT_VERSION_H

#define CVMSTAT_VERSION "0.1.0"

/* Raised when a program that reads the JSON would have to be changed: JSON.md says by what. */
#define JSON_SCHEMA 2

#endif
