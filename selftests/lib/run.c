// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "run.h"

/* In the child; does not return. */
static void become(const char *const *argv, const char *output, int cap)
{
	if (output) {
		int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);

		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
	if (cap != ALL_CAPS && keep_only(cap))
		_exit(99);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

int run(const char *const *argv, const char *output, int cap)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		become(argv, output, cap);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
