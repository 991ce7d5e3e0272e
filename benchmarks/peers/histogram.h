/*
 * A histogram of times in nanoseconds with a relative error below 1 %: 64 buckets of equal width for each power of
 * two. Adding a time allocates nothing and takes a few instructions.
 */
#ifndef PEERS_HISTOGRAM_H
#define PEERS_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BITS = 6, HISTOGRAM_STEPS = 1 << HISTOGRAM_BITS, HISTOGRAM_BUCKETS = (65 - HISTOGRAM_BITS) * HISTOGRAM_STEPS };

struct histogram {
	uint64_t count, sum, max;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

static inline void histogram_add(struct histogram *histogram, uint64_t ns)
{
	int shift = ns < HISTOGRAM_STEPS ? 0 : 63 - __builtin_clzll(ns) - HISTOGRAM_BITS;
	/* With a shift of s the step counts from 64 to 127, hence bucket 64 s + step. */
	histogram->buckets[(uint64_t)shift * HISTOGRAM_STEPS + (ns >> shift)]++;
	histogram->count++;
	histogram->sum += ns;
	if (ns > histogram->max)
		histogram->max = ns;
}

/* The middle of the bucket that holds the given quantile, in nanoseconds; 0 if nothing was added. */
static inline double histogram_quantile(const struct histogram *histogram, double quantile)
{
	uint64_t rank = (uint64_t)(quantile * (double)histogram->count), seen = 0;
	for (uint64_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
		seen += histogram->buckets[bucket];
		if (seen <= rank)
			continue;
		uint64_t shift = bucket < 2 * HISTOGRAM_STEPS ? 0 : bucket / HISTOGRAM_STEPS - 1;
		double middle = ((double)(bucket - shift * HISTOGRAM_STEPS) + 0.5) * (double)(UINT64_C(1) << shift);
		return middle < (double)histogram->max ? middle : (double)histogram->max;
	}
	return (double)histogram->max;
}

static inline double histogram_mean(const struct histogram *histogram)
{
	return histogram->count == 0 ? 0 : (double)histogram->sum / (double)histogram->count;
}

#endif
