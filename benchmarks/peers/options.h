/* The command line of the load generator. */
#ifndef PEERS_OPTIONS_H
#define PEERS_OPTIONS_H

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

enum { MAX_BLOCK = 4 << 20, MAX_CONNECTIONS = 1024, MAX_DEPTH = 1024 };

static struct {
	const char *url;
	unsigned connections, depth;
	uint32_t block;
	bool write, sequential, verify, idle, cork;
	double seconds, warm_up;
	uint64_t seed, size;
	int pid;
} options = { .connections = 1, .depth = 1, .block = 4096, .cork = true, .seconds = 5, .warm_up = 1, .seed = 1 };

static const char usage[] =
	"usage: loadgen [options] iscsi://HOST:PORT/IQN/LUN\n"
	"  --connections N   connections, each a session of its own (1)\n"
	"  --depth N         commands in flight on each connection (1)\n"
	"  --block N         bytes of each command, up to 4194304; K and M as suffix (4096)\n"
	"  --write           writes; without it reads\n"
	"  --seq             sequential, each connection from a place of its own; without it random\n"
	"  --seconds S       how long to measure (5)\n"
	"  --warm-up S       how long to run before that (1)\n"
	"  --size N          only the first N bytes of the disk; K, M and G as suffix (all)\n"
	"  --seed N          other blocks, other data (1)\n"
	"  --pid N           also tell the CPU seconds of that process while measuring\n"
	"  --no-cork         send each PDU by itself instead of one segment for a burst\n"
	"  --verify          write a pattern to every block once, read all back in another order, compare\n"
	"  --idle            only log in and answer pings\n"
	"Exit code: 0 all well, 1 errors or wrong data, 2 the run could not be finished.\n";

static uint64_t parse_number(const char *text, uint64_t low, uint64_t high)
{
	char *end;
	errno = 0;
	uint64_t value = strtoull(text, &end, 10), unit = 1;
	if (end != text && *end != 0 && end[1] == 0)
		unit = *end == 'K' ? 1 << 10 : *end == 'M' ? 1 << 20 : *end == 'G' ? 1 << 30 : 0;
	else if (end == text || *end != 0)
		unit = 0;
	if (errno != 0 || text[0] == '-' || unit == 0 || value > high / unit || value * unit < low)
		die("'%s' is not a number from %" PRIu64 " to %" PRIu64, text, low, high);
	return value * unit;
}

static double parse_seconds(const char *text, double low)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end != 0 || !(value >= low && value <= 86400))
		die("'%s' is not a number of seconds from %g to 86400", text, low);
	return value;
}

static void parse_options(int argc, char **argv)
{
	static const struct option names[] = {
		{ "connections", 1, NULL, 'c' }, { "depth", 1, NULL, 'd' },   { "block", 1, NULL, 'b' },   { "write", 0, NULL, 'w' },
		{ "seq", 0, NULL, 'q' },	 { "seconds", 1, NULL, 's' }, { "warm-up", 1, NULL, 'u' }, { "size", 1, NULL, 'z' },
		{ "seed", 1, NULL, 'r' },	 { "pid", 1, NULL, 'p' },     { "no-cork", 0, NULL, 'n' }, { "verify", 0, NULL, 'v' },
		{ "idle", 0, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
		switch (option) {
		case 'c': options.connections = (unsigned)parse_number(optarg, 1, MAX_CONNECTIONS); break;
		case 'd': options.depth = (unsigned)parse_number(optarg, 1, MAX_DEPTH); break;
		case 'b': options.block = (uint32_t)parse_number(optarg, 512, MAX_BLOCK); break;
		case 'w': options.write = true; break;
		case 'q': options.sequential = true; break;
		case 's': options.seconds = parse_seconds(optarg, 0.1); break;
		case 'u': options.warm_up = parse_seconds(optarg, 0); break;
		case 'z': options.size = parse_number(optarg, 512, INT64_MAX); break;
		case 'r': options.seed = parse_number(optarg, 0, INT64_MAX); break;
		case 'p': options.pid = (int)parse_number(optarg, 1, INT32_MAX); break;
		case 'n': options.cork = false; break;
		case 'v': options.verify = true; break;
		case 'i': options.idle = true; break;
		default: fputs(usage, stderr); exit(2);
		}
	if (optind != argc - 1) {
		fputs(usage, stderr);
		exit(2);
	}
	options.url = argv[optind];
}

#endif
