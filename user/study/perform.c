// SPDX-License-Identifier: GPL-2.0
/*
 * A workload is a file that defines functions (workloads/lib.sh says which).
 * Each of them is called by a shell of its own, which reads lib.sh and the file.
 */
#include <errno.h>
#include <stdlib.h>

#include "record/recorder.h"
#include "study/perform.h"

/* lib.sh lies beside the workloads that are shipped, or beside this one. */
#define CALL ". \"$CVMSTAT_LIB\"; . \"$CVMSTAT_WORKLOAD\"; "

static char *call(const char *what)
{
	return xasprintf(CALL "%s", what);
}

static void set(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		die(ST_FAIL, "setenv: %s", strerror(errno));
}

static void set_environment(const struct workload_file *w, const struct peer *peer)
{
	const char *slash = strrchr(w->path, '/'), *more = getenv("CVMSTAT_WORKLOADS");
	char *lib = more ? xasprintf("%s/lib.sh", more) :
		    xasprintf("%.*slib.sh", slash ? (int)(slash - w->path + 1) : 0, w->path);

	set("CVMSTAT_LIB", lib);
	set("CVMSTAT_WORKLOAD", w->path);
	set("PEER", peer->host ?: "");
	set("PEER_RUN", peer->run ?: "");
	free(lib);
}

/* What a function prints, to be freed; NULL if it failed. */
static char *ask(const char *what, char **said)
{
	char *command = call(what), *text = NULL, buf[1024];
	FILE *in = popen(command, "re"), *out;
	size_t size, n;
	int status;

	out = open_memstream(&text, &size);
	if (!in || !out)
		die(ST_FAIL, "sh: %s", strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), in)))
		fwrite(buf, 1, n, out);
	fclose(out);
	status = pclose(in);
	free(command);
	*said = text;
	return status ? NULL : text;
}

/**
 * workload_needs - why a workload cannot run here
 * @w: the workload
 * @peer: where its other half is
 *
 * Return: a text to be freed; NULL if it can.
 */
char *workload_needs(const struct workload_file *w, const struct peer *peer)
{
	char *said;

	set_environment(w, peer);
	if (ask("requires", &said)) {
		free(said);
		return NULL;
	}
	said[strcspn(said, "\n")] = '\0';
	return said;
}

/* Lines of METRICS are those of record --metric. */
static void take_metrics(struct recipe *r, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		if (*line)
			metric_parse(&r->metrics, line);
}

static void tag(struct recipe *r, const char *key, const char *value)
{
	*run_pair_push(&r->tags) = (struct run_pair){ key, value };
}

static int shell_out(const char *what, const char *command)
{
	int status = command ? system(command) : 0;

	if (status)
		warn("%s failed: %s", what, command);
	return status ? ST_FAIL : 0;
}

/**
 * task_perform - record the runs that are left of a task
 * @p: the study
 * @s: the database
 * @t: the task
 * @peer: where the other half runs
 * @kept: called with each run that is in the database
 *
 * Return: the status of what failed, or 0.
 */
int task_perform(const struct plan *p, struct store *s, const struct task *t,
		 const struct peer *peer, void (*kept)(const struct run *r, void *to), void *to)
{
	char *setup = call("setup; on_peer server"), *load = call("load");
	char *cleanup = call("teardown; on_peer end_server"), *metrics, *per, block[16], *argv[4];
	struct recipe r = { .name = t->workload->name, .runs = t->left, .warmups = p->warmups,
			    .timeout_s = p->timeout_s, .setup = setup, .cleanup = cleanup };
	int status;

	set_environment(t->workload, peer);
	ask("printf '%s\\n' \"$METRICS\"", &metrics);
	ask("printf '%s' \"$PER\"", &per);
	take_metrics(&r, metrics);
	r.per = *per ? per : NULL;
	snprintf(block, sizeof(block), "%u", t->block);
	tag(&r, "study", p->name);
	tag(&r, "variant", t->variant->name);
	tag(&r, "block", block);
	tag(&r, "path", peer->host ?: "loopback");
	argv[0] = (char *)"sh";
	argv[1] = (char *)"-c";
	argv[2] = load;
	argv[3] = NULL;
	r.argv = argv;
	status = shell_out("apply", t->variant->apply);
	if (!status)
		status = record(&r, s, kept, to);
	status = shell_out("undo", t->variant->undo) ?: status;
	metrics_free(&r.metrics);
	free(r.tags.v);
	free(metrics);
	free(per);
	free(setup);
	free(load);
	free(cleanup);
	return status;
}
