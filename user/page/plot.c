// SPDX-License-Identifier: GPL-2.0
/*
 * gnuplot gets numbers for colours, which become those of the page: it has a
 * light and a dark theme, and a file of its own has the light one.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "page/plot.h"

/* What a side, or a part of a stack, is drawn with: after Okabe and Ito (2008). */
static const char *const light[] = {
	"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d00", "#6a5acd",
	"#999999",
};

#define COLOURS ARRAY_SIZE(light)
#define INK 99
#define INK_LIGHT "#222222"

bool plot_possible(void)
{
	return !system("command -v gnuplot >/dev/null 2>&1");
}

/* Whatever a name has, it stays within its quotes. */
static void put_quoted(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text; text++)
		fputc(*text == '"' ? '\'' : *text == '\\' || *text == '\n' ? ' ' : *text, f);
	fputc('"', f);
}

static void put_number(FILE *f, double val)
{
	if (isnan(val))
		fputs(" NaN", f);
	else
		fprintf(f, " %.9g", val);
}

static double interval(const struct plot *p, const double *bounds, size_t at)
{
	return bounds && !isnan(bounds[at]) ? bounds[at] : p->values[at];
}

/* A line of data for each row; of a stack, for each side. */
static void put_data(FILE *f, const struct plot *p)
{
	size_t row, s, at;

	fputs("$data << END_OF_DATA\n", f);
	for (row = 0; p->kind == PLOT_BARS && row < p->nrows; row++) {
		put_quoted(f, p->rows[row]);
		for (s = 0; s < p->nseries; s++) {
			at = row * p->nseries + s;
			put_number(f, p->values[at]);
			put_number(f, interval(p, p->low, at));
			put_number(f, interval(p, p->high, at));
		}
		fputc('\n', f);
	}
	for (s = 0; p->kind == PLOT_STACK && s < p->nseries; s++) {
		put_quoted(f, p->series[s]);
		for (row = 0; row < p->nrows; row++)
			put_number(f, p->values[row * p->nseries + s]);
		fputc('\n', f);
	}
	fputs("END_OF_DATA\n", f);
}

static void put_style(FILE *f, const struct plot *p)
{
	size_t i;

	fprintf(f, "set terminal svg size 760,%d dynamic font 'sans-serif,13'\n",
		p->kind == PLOT_STACK ? 360 : 340);
	fputs("set termoption noenhanced\nset style fill solid 0.9 noborder\n", f);
	fprintf(f, "set border 3 lc rgb '#0101%02x'\n", INK);
	for (i = 0; i < COLOURS; i++)
		fprintf(f, "set linetype %zu lc rgb '#0101%02zx'\n", i + 1, i + 1);
	fprintf(f, "set tics nomirror tc rgb '#0101%02x'\nset key tc rgb '#0101%02x' outside top\n",
		INK, INK);
	fputs("set xtics rotate by -20 scale 0\nset yrange [0:*]\n", f);
	fprintf(f, "set grid ytics lc rgb '#0101%02x' lw 0.3\n", INK);
	fputs("set ylabel ", f);
	put_quoted(f, p->unit);
	fprintf(f, " tc rgb '#0101%02x'\n", INK);
	fprintf(f, "set style data histograms\nset errorbars lc rgb '#0101%02x'\n", INK);
	fputs(p->kind == PLOT_BARS ? "set style histogram errorbars gap 1 lw 1\n" :
				     "set style histogram rowstacked\nset boxwidth 0.6\n", f);
}

/* gnuplot ends where all of a series is unknown: a side that has no such figure. */
static bool has_points(const struct plot *p, size_t i)
{
	size_t n = p->kind == PLOT_BARS ? p->nrows : p->nseries, k;

	for (k = 0; k < n; k++)
		if (isfinite(p->values[p->kind == PLOT_BARS ? k * p->nseries + i :
					      i * p->nseries + k]))
			return true;
	return false;
}

static void put_plot(FILE *f, const struct plot *p)
{
	size_t i, n = p->kind == PLOT_BARS ? p->nseries : p->nrows;
	bool first = true;

	for (i = 0; i < n; i++) {
		if (!has_points(p, i))
			continue;
		fputs(first ? "plot " : ", ", f);
		if (p->kind == PLOT_BARS)
			fprintf(f, "$data using %zu:%zu:%zu%s title ", 3 * i + 2, 3 * i + 3,
				3 * i + 4, first ? ":xtic(1)" : "");
		else
			fprintf(f, "$data using %zu%s title ", i + 2, first ? ":xtic(1)" : "");
		put_quoted(f, p->kind == PLOT_BARS ? p->series[i] : p->rows[i]);
		fprintf(f, " lt %zu", i % COLOURS + 1);
		first = false;
	}
	fputs(first ? "plot NaN notitle\n" : "\n", f);
}

static void put_script(FILE *f, const struct plot *p)
{
	put_style(f, p);
	put_data(f, p);
	put_plot(f, p);
}

/* All that gnuplot writes of a script in a file. */
static char *run_gnuplot(const char *script)
{
	char *command = xasprintf("gnuplot %s", script), *svg = NULL;
	size_t size, n;
	char buf[4096];
	FILE *in, *out;

	in = popen(command, "re");
	out = open_memstream(&svg, &size);
	if (!in || !out)
		die(ST_FAIL, "gnuplot: %s", strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), in)))
		fwrite(buf, 1, n, out);
	fclose(out);
	if (pclose(in))
		die(ST_FAIL, "gnuplot failed; what it said is above");
	free(command);
	return svg;
}

/* "rgb(  1,   1,  N)" and what has no colour: what each is on the page, or in a file. */
static void put_colour(FILE *f, int number, bool page)
{
	if (number == INK)
		fputs(page ? "var(--ink)" : INK_LIGHT, f);
	else if (page)
		fprintf(f, "var(--c%d)", number);
	else
		fputs(light[(number - 1) % (int)COLOURS], f);
}

static char *coloured(const char *svg, bool page)
{
	const char *at = svg;
	char *out = NULL;
	int number, used;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	if (!f)
		die(ST_FAIL, "out of memory");
	while (*at) {
		used = 0;
		if (sscanf(at, "rgb( 1 , 1 , %d )%n", &number, &used) == 1 && used) {
			put_colour(f, number, page);
			at += used;
		} else if (!strncmp(at, "color=\"black\"", 13)) {
			fprintf(f, "color=\"%s\"", page ? "var(--ink)" : INK_LIGHT);
			at += 13;
		} else {
			fputc(*at++, f);
		}
	}
	fclose(f);
	return out;
}

/* Leave a script in a new file, whose name is to be freed. */
static char *temporary_script(const struct plot *p)
{
	char *path = xasprintf("%s/cvmstat-plot-XXXXXX", getenv("TMPDIR") ?: "/tmp");
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		die(ST_OUTPUT, "%s: %s", path, strerror(errno));
	put_script(f, p);
	if (fclose(f))
		die(ST_OUTPUT, "%s: %s", path, strerror(errno));
	return path;
}

static char *make(const struct plot *p, bool page)
{
	char *script = temporary_script(p), *raw = run_gnuplot(script), *svg;

	unlink(script);
	svg = coloured(raw, page);
	free(script);
	free(raw);
	return svg;
}

/* The plot as part of a page, without what only a file has; to be freed. */
char *plot_svg(const struct plot *p)
{
	char *svg = make(p, true), *start = strstr(svg, "<svg");

	if (!start)
		die(ST_FAIL, "gnuplot made no SVG");
	memmove(svg, start, strlen(start) + 1);
	return svg;
}

static void write_file(const char *folder, const char *name, const char *suffix, const char *text,
		       const struct plot *script)
{
	char *path = xasprintf("%s/%s.%s", folder, name, suffix);
	FILE *f = fopen(path, "we");

	if (!f)
		die(ST_OUTPUT, "%s: %s", path, strerror(errno));
	if (script)
		put_script(f, script);
	else
		fputs(text, f);
	if (fclose(f))
		die(ST_OUTPUT, "%s: %s", path, strerror(errno));
	free(path);
}

/* The plot, and the script with the data that it is made of, as files. */
void plot_leave(const struct plot *p, const char *folder)
{
	char *svg = make(p, false);

	if (mkdir(folder, 0777) && errno != EEXIST)
		die(ST_OUTPUT, "%s: %s", folder, strerror(errno));
	write_file(folder, p->name, "svg", svg, NULL);
	write_file(folder, p->name, "gp", NULL, p);
	free(svg);
}
