// SPDX-License-Identifier: GPL-2.0
/*
 * What was read of a device's configuration space is kept until the next boot, so
 * that names cost exits once: each access is one, or two by the ports 0xcf8 and
 * 0xcfc, and everybody's who counts meanwhile. The folder is root's.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names/config.h"

#define FOLDER "/run/cvmstat"
#define WORD 4

static bool same_size(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_size == sizeof(struct config_space);
}

/**
 * config_open - what is known already
 * @c: filled
 * @address: of the device in sysfs
 *
 * Return: false if there is no such device.
 */
bool config_open(struct config_space *c, const char *address)
{
	char *device = sys_path("/sys/bus/pci/devices/%s/.", address);
	char *kept = sys_path(FOLDER "/%s", address);
	int fd = open(kept, O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };
	bool there = !stat(device, &st);

	if (fd < 0 || !same_size(fd) || read(fd, c, sizeof(*c)) != sizeof(*c) ||
	    c->device != st.st_ino)
		*c = (struct config_space){ .device = st.st_ino };
	if (fd >= 0)
		close(fd);
	free(kept);
	free(device);
	return there;
}

static bool read_word(struct config_space *c, const char *address, size_t word)
{
	char *path = sys_path("/sys/bus/pci/devices/%s/config", address);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && pread(fd, c->bytes + word * WORD, WORD, (off_t)(word * WORD)) == WORD;

	if (ok)
		c->known |= 1ULL << word;
	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

/**
 * config_get - have some bytes in @c->bytes
 * @c: after config_open()
 * @address: of the device in sysfs
 * @at: the first of them
 * @len: so many
 * @read: at the price of exits
 */
bool config_get(struct config_space *c, const char *address, size_t at, size_t len, bool read)
{
	size_t word;

	if (at + len > CONFIG_BYTES)
		return false;
	for (word = at / WORD; word * WORD < at + len; word++)
		if (!(c->known >> word & 1) && !(read && read_word(c, address, word)))
			return false;
	return true;
}

/* For those that come later; nobody needs it. */
void config_keep(const struct config_space *c, const char *address)
{
	char *folder = sys_path(FOLDER), *path = sys_path(FOLDER "/%s", address);
	char *beside = xasprintf("%s.XXXXXX", path);
	int fd;

	mkdir(folder, 0755);
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, c, sizeof(*c)) != sizeof(*c) || fchmod(fd, 0644) ||
		    rename(beside, path))
			unlink(beside);
		close(fd);
	}
	free(beside);
	free(path);
	free(folder);
}
