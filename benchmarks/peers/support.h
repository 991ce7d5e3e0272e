/* What the load generator needs besides iSCSI: complaints, the clock, random numbers, memory and CPU times. */
#ifndef PEERS_SUPPORT_H
#define PEERS_SUPPORT_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const uint64_t SECOND = 1000000000;

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("loadgen: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

static uint64_t clock_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* SplitMix64: the state counts, the result is a hash of it. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint64_t next_random(uint64_t *state)
{
	return mix(*state += 0x9e3779b97f4a7c15);
}

/* A number below the limit; the bias is below 2^-32 for every limit used here. */
static uint64_t below(uint64_t *state, uint64_t limit)
{
	return (uint64_t)(((unsigned __int128)next_random(state) * limit) >> 64);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);
	if (memory == NULL)
		die("out of memory");
	return memory;
}

/* CPU seconds of this process, or of all threads of another one. */
static double own_cpu(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double cpu_of(int pid)
{
	char path[64], text[1024];
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *file = fopen(path, "r");
	size_t length = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
	if (file != NULL)
		fclose(file);
	text[length] = 0;
	/* The name in parentheses may hold anything; the fields after it are the third and following ones. */
	char *after_name = strrchr(text, ')');
	unsigned long user, system;
	if (after_name == NULL ||
	    sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
		return 0;
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

#endif
