/*
 * A neutral iSCSI load generator: one thread, one poll loop, any number of connections, each kept at its queue
 * depth with READ(16) or WRITE(16). All memory of the generator itself is taken before the first command; the
 * data goes straight between the socket and the buffer of the command. Prints one line of key=value pairs.
 *
 * With --verify it is a correctness client: it writes a pattern that depends on the logical block address and the
 * seed to every block of the region in random order, then reads all of them in another random order and compares.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#include "histogram.h"
#include "options.h"
#include "support.h"

enum { LOGIN_TIMEOUT_S = 20, STALL_S = 20 };

enum phase { WARM_UP, MEASURE, DRAIN };

struct connection;

/* One command in flight: a slot is used again and again, with its task and its buffer. */
struct slot {
	struct connection *connection;
	struct scsi_task *task;
	struct scsi_iovec iov;
	unsigned char *buffer;
	uint64_t index; /* which block of the region this command is about */
	uint64_t started;
};

struct connection {
	struct iscsi_context *context;
	struct slot *slots;
	uint64_t random;
	uint64_t next; /* sequential: the next block */
	uint64_t measured;
	unsigned number;
	uint32_t events;
	int fd;
	bool alive;
};

static struct {
	struct connection *connections;
	struct histogram latency;
	uint64_t *order; /* verify: the blocks of the region in random order */
	uint64_t position;
	uint64_t blocks; /* of options.block bytes, in the region */
	uint64_t now, boundary, measure_start, measure_end, last_progress;
	uint64_t commands, errors, mismatches;
	double generator_cpu, target_cpu;
	uint32_t logical_block;
	unsigned in_flight, alive;
	int lun, epoll;
	enum phase phase;
	bool writing;
} run;

/* ---- The pattern of --verify: 8 bytes that depend on where they lie and on the seed. ---- */

static uint64_t pattern(uint64_t lba, unsigned word)
{
	return mix(mix(lba + (options.seed << 48)) + word);
}

static void fill(struct slot *slot)
{
	uint64_t lba = slot->index * (options.block / run.logical_block);
	unsigned words = run.logical_block / 8;
	for (uint32_t offset = 0; offset < options.block; offset += run.logical_block, lba++)
		for (unsigned word = 0; word < words; word++) {
			uint64_t value = pattern(lba, word);
			memcpy(slot->buffer + offset + word * 8, &value, sizeof value);
		}
}

static void check(struct slot *slot)
{
	uint64_t lba = slot->index * (options.block / run.logical_block);
	unsigned words = run.logical_block / 8;
	for (uint32_t offset = 0; offset < options.block; offset += run.logical_block, lba++)
		for (unsigned word = 0; word < words; word++) {
			uint64_t expected = pattern(lba, word), found;
			memcpy(&found, slot->buffer + offset + word * 8, sizeof found);
			if (found == expected)
				continue;
			if (run.mismatches++ < 10)
				fprintf(stderr, "loadgen: LBA %" PRIu64 " byte %u: expected %016" PRIx64 ", found %016" PRIx64 "\n",
					lba, word * 8, expected, found);
			break; /* one report for each logical block */
		}
}

/* ---- Issuing and completing. ---- */

static void bury(struct connection *connection)
{
	if (!connection->alive)
		return;
	connection->alive = false;
	run.alive--;
	fprintf(stderr, "loadgen: connection %u is lost: %s\n", connection->number, iscsi_get_error(connection->context));
}

/* Chooses the block of the next command; false when there is none. */
static bool choose(struct slot *slot)
{
	struct connection *connection = slot->connection;
	if (run.order != NULL) {
		if (run.position == run.blocks)
			return false;
		slot->index = run.order[run.position++];
	} else if (options.sequential) {
		slot->index = connection->next;
		connection->next = connection->next + 1 == run.blocks ? 0 : connection->next + 1;
	} else {
		slot->index = below(&connection->random, run.blocks);
	}
	return run.phase != DRAIN;
}

static void on_complete(struct iscsi_context *context, int status, void *data, void *private_data);

static void issue(struct slot *slot)
{
	struct scsi_task *task = slot->task;
	uint64_t lba = slot->index * (options.block / run.logical_block);
	for (int i = 0; i < 8; i++)
		task->cdb[2 + i] = (unsigned char)(lba >> (56 - 8 * i));
	/* The library leaves its place in the buffers at the end of the last transfer. */
	task->iovector_in.offset = task->iovector_out.offset = 0;
	task->iovector_in.consumed = task->iovector_out.consumed = 0;
	if (options.verify) {
		if (run.writing)
			fill(slot);
		else
			memset(slot->buffer, 0xa5, options.block); /* so that data that never came is not taken for good */
	}
	slot->started = run.now;
	if (iscsi_scsi_command_async(slot->connection->context, run.lun, task, on_complete, NULL, slot) != 0) {
		bury(slot->connection);
		return;
	}
	run.in_flight++;
}

static void start_measuring(void)
{
	run.phase = MEASURE;
	run.measure_start = run.now;
	run.boundary = run.now + (uint64_t)(options.seconds * 1e9);
	run.generator_cpu = own_cpu();
	run.target_cpu = options.pid != 0 ? cpu_of(options.pid) : 0;
}

static void stop_measuring(void)
{
	run.measure_end = run.now;
	run.generator_cpu = own_cpu() - run.generator_cpu;
	run.target_cpu = options.pid != 0 ? cpu_of(options.pid) - run.target_cpu : 0;
	run.phase = DRAIN;
	run.boundary = UINT64_MAX;
}

static void tick(void)
{
	run.now = clock_ns();
	if (run.now < run.boundary)
		return;
	if (run.phase == WARM_UP)
		start_measuring();
	else
		stop_measuring();
}

static void on_complete(struct iscsi_context *context, int status, void *data, void *private_data)
{
	struct slot *slot = private_data;
	struct connection *connection = slot->connection;
	struct scsi_task *task = data;
	(void)context;
	tick();
	run.in_flight--;
	run.commands++;
	run.last_progress = run.now;
	/* GOOD with fewer bytes than asked for is as bad as an error. */
	if (status != SCSI_STATUS_GOOD || task->residual_status != SCSI_RESIDUAL_NO_RESIDUAL) {
		if (run.errors++ == 0)
			fprintf(stderr, "loadgen: %s of block %" PRIu64 ": status %#x, residual %zu: %s\n",
				run.writing ? "write" : "read", slot->index, (unsigned)status, task->residual,
				iscsi_get_error(connection->context));
		free(task->datain.data); /* sense data */
		task->datain.data = NULL;
		if (status >= SCSI_STATUS_CANCELLED)
			bury(connection);
	} else if (options.verify && !run.writing) {
		check(slot);
	}
	if (run.phase == MEASURE) {
		histogram_add(&run.latency, run.now - slot->started);
		connection->measured++;
	}
	if (connection->alive && choose(slot))
		issue(slot);
}

/* Sends what is queued. The library sends each PDU by itself: the cork makes one segment of a whole burst. */
static void flush(struct connection *connection)
{
	struct iscsi_context *context = connection->context;
	uint32_t events = (uint32_t)iscsi_which_events(context);
	if (events & POLLOUT) {
		bool cork = options.cork && (options.depth > 1 || run.writing);
		if (cork)
			setsockopt(connection->fd, IPPROTO_TCP, TCP_CORK, &(int){ 1 }, sizeof(int));
		if (iscsi_service(context, POLLOUT) != 0 || iscsi_get_fd(context) != connection->fd) {
			bury(connection);
			return;
		}
		if (cork)
			setsockopt(connection->fd, IPPROTO_TCP, TCP_CORK, &(int){ 0 }, sizeof(int));
		events = (uint32_t)iscsi_which_events(context);
	}
	if (events == connection->events)
		return;
	connection->events = events;
	struct epoll_event event = { .events = events, .data.ptr = connection };
	if (epoll_ctl(run.epoll, EPOLL_CTL_MOD, connection->fd, &event) != 0)
		die("epoll_ctl: %s", strerror(errno));
}

/* Starts all slots and serves the connections until nothing is in flight; false if it had to give up. */
static bool pump(void)
{
	struct epoll_event events[64];
	run.now = run.last_progress = clock_ns();
	for (unsigned c = 0; c < options.connections; c++) {
		struct connection *connection = &run.connections[c];
		for (unsigned d = 0; d < options.depth && connection->alive; d++)
			if (choose(&connection->slots[d]))
				issue(&connection->slots[d]);
		if (connection->alive)
			flush(connection);
	}
	while (run.in_flight > 0 && run.alive > 0) {
		int count = epoll_wait(run.epoll, events, 64, 100);
		if (count < 0 && errno != EINTR)
			die("epoll_wait: %s", strerror(errno));
		for (int e = 0; e < count; e++) {
			struct connection *connection = events[e].data.ptr;
			if (!connection->alive)
				continue;
			int ready = (int)(events[e].events & (EPOLLIN | EPOLLERR | EPOLLHUP));
			if (ready != 0 && (iscsi_service(connection->context, ready) != 0 ||
					   iscsi_get_fd(connection->context) != connection->fd))
				bury(connection);
			if (connection->alive)
				flush(connection);
		}
		if (count <= 0)
			tick();
		if (run.now - run.last_progress > STALL_S * SECOND) {
			fprintf(stderr, "loadgen: %u commands without an answer for %d s\n", run.in_flight, STALL_S);
			return false;
		}
	}
	return run.in_flight == 0;
}

/* ---- Set-up and result. ---- */

static struct iscsi_context *connect_context(unsigned number, const struct iscsi_url *url)
{
	/* A name for each connection: every one is a session of its own, whatever the target makes of the ISID. */
	char name[64];
	snprintf(name, sizeof name, "iqn.2026-01.net.scst:loadgen.%d.%u", (int)getpid(), number);
	struct iscsi_context *context = iscsi_create_context(name);
	if (context == NULL)
		die("out of memory");
	iscsi_set_targetname(context, url->target);
	iscsi_set_session_type(context, ISCSI_SESSION_NORMAL);
	iscsi_set_header_digest(context, ISCSI_HEADER_DIGEST_NONE);
	iscsi_set_noautoreconnect(context, 1);
	iscsi_set_timeout(context, LOGIN_TIMEOUT_S);
	if (iscsi_full_connect_sync(context, url->portal, url->lun) != 0)
		die("connection %u to %s: %s", number, options.url, iscsi_get_error(context));
	return context;
}

static void read_capacity(struct iscsi_context *context)
{
	struct scsi_task *task = iscsi_readcapacity16_sync(context, run.lun);
	struct scsi_readcapacity16 *capacity = task == NULL ? NULL : scsi_datain_unmarshall(task);
	if (capacity == NULL || task->status != SCSI_STATUS_GOOD || capacity->block_length == 0)
		die("READ CAPACITY(16): %s", iscsi_get_error(context));
	run.logical_block = capacity->block_length;
	uint64_t size = (capacity->returned_lba + 1) * capacity->block_length;
	if (options.size != 0 && options.size < size)
		size = options.size;
	scsi_free_scsi_task(task);
	if (options.block % run.logical_block != 0)
		die("the block size %u is no multiple of the logical block length %u", options.block, run.logical_block);
	run.blocks = size / options.block;
	if (run.blocks == 0)
		die("the disk is smaller than one block of %u bytes", options.block);
}

static void connect_all(void)
{
	struct iscsi_context *parser = iscsi_create_context("iqn.2026-01.net.scst:loadgen");
	struct iscsi_url *url = iscsi_parse_full_url(parser, options.url);
	if (url == NULL)
		die("%s", iscsi_get_error(parser));
	run.lun = url->lun;
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.connections = allocate(options.connections, sizeof *run.connections);
	for (unsigned c = 0; c < options.connections; c++) {
		struct connection *connection = &run.connections[c];
		connection->number = c;
		connection->context = connect_context(c, url);
		connection->fd = iscsi_get_fd(connection->context);
		connection->random = mix(options.seed + ((uint64_t)c << 32));
		connection->slots = allocate(options.depth, sizeof *connection->slots);
		connection->alive = true;
		iscsi_set_timeout(connection->context, 0);
		connection->events = EPOLLIN;
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
		if (epoll_ctl(run.epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
			die("epoll_ctl: %s", strerror(errno));
	}
	run.alive = options.connections;
	read_capacity(run.connections[0].context);
	for (unsigned c = 0; c < options.connections; c++)
		run.connections[c].next = run.blocks / options.connections * c;
	iscsi_destroy_url(url);
	iscsi_destroy_context(parser);
}

/* Buffers of random bytes, every page touched: neither compression nor a zero page helps anybody. */
static void allocate_buffers(void)
{
	size_t slots = (size_t)options.connections * options.depth, size = slots * options.block;
	uint64_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t random = options.seed;
	if (memory == MAP_FAILED)
		die("no memory for %zu buffers of %u bytes", slots, options.block);
	for (size_t word = 0; word < size / sizeof *memory; word++)
		memory[word] = next_random(&random);
	for (size_t s = 0; s < slots; s++) {
		struct slot *slot = &run.connections[s / options.depth].slots[s % options.depth];
		slot->connection = &run.connections[s / options.depth];
		slot->buffer = (unsigned char *)memory + s * options.block;
		slot->iov = (struct scsi_iovec){ slot->buffer, options.block };
	}
}

static void prepare_tasks(bool writing)
{
	unsigned char cdb[16] = { writing ? 0x8a : 0x88 }; /* WRITE(16), READ(16) */
	uint32_t blocks = options.block / run.logical_block;
	for (int i = 0; i < 4; i++)
		cdb[10 + i] = (unsigned char)(blocks >> (24 - 8 * i));
	run.writing = writing;
	for (unsigned c = 0; c < options.connections; c++)
		for (unsigned d = 0; d < options.depth; d++) {
			struct slot *slot = &run.connections[c].slots[d];
			if (slot->task != NULL)
				scsi_free_scsi_task(slot->task);
			slot->task = scsi_create_task(sizeof cdb, cdb, writing ? SCSI_XFER_WRITE : SCSI_XFER_READ, (int)options.block);
			if (slot->task == NULL)
				die("out of memory");
			if (writing)
				scsi_task_set_iov_out(slot->task, &slot->iov, 1);
			else
				scsi_task_set_iov_in(slot->task, &slot->iov, 1);
		}
}

static void shuffle(void)
{
	uint64_t random = mix(options.seed) + run.writing;
	for (uint64_t i = 0; i < run.blocks; i++) {
		uint64_t other = below(&random, i + 1);
		run.order[i] = run.order[other];
		run.order[other] = i;
	}
	run.position = 0;
}

static void print_result(const char *job)
{
	uint64_t slowest = UINT64_MAX, fastest = 0, done = run.latency.count;
	double elapsed = (double)(run.measure_end - run.measure_start) / 1e9;
	double rate = done == 0 ? 0 : (double)done / elapsed, fair_share = (double)done / options.connections;
	for (unsigned c = 0; c < options.connections; c++) {
		uint64_t measured = run.connections[c].measured;
		slowest = measured < slowest ? measured : slowest;
		fastest = measured > fastest ? measured : fastest;
	}
	printf("job=%s pattern=%s block=%u connections=%u depth=%u seconds=%.3f measured=%" PRIu64 " commands=%" PRIu64,
	       job, options.sequential ? "seq" : "rand", options.block, options.connections, options.depth, elapsed, done, run.commands);
	printf(" commands_per_s=%.0f mib_per_s=%.2f mean_us=%.2f p50_us=%.2f p99_us=%.2f p999_us=%.2f max_us=%.2f", rate,
	       rate * options.block / (1 << 20), histogram_mean(&run.latency) / 1e3, histogram_quantile(&run.latency, 0.5) / 1e3,
	       histogram_quantile(&run.latency, 0.99) / 1e3, histogram_quantile(&run.latency, 0.999) / 1e3,
	       (double)run.latency.max / 1e3);
	printf(" errors=%" PRIu64 " lost_connections=%u generator_cpu_s=%.3f", run.errors, options.connections - run.alive,
	       run.generator_cpu);
	if (options.pid != 0)
		printf(" target_cpu_s=%.2f", run.target_cpu);
	printf(" slowest_share=%.3f fastest_share=%.3f", done == 0 ? 0 : (double)slowest / fair_share,
	       done == 0 ? 0 : (double)fastest / fair_share);
	if (options.verify && !run.writing)
		printf(" mismatches=%" PRIu64, run.mismatches);
	putchar('\n');
	fflush(stdout);
}

static bool load(void)
{
	prepare_tasks(options.write);
	run.phase = WARM_UP;
	run.boundary = clock_ns() + (uint64_t)(options.warm_up * 1e9);
	bool complete = pump();
	if (run.phase == WARM_UP)
		start_measuring();
	if (run.phase == MEASURE)
		stop_measuring(); /* all connections were lost before the end */
	print_result(options.write ? "write" : "read");
	return complete;
}

/* Sends no commands; the library answers what the target asks. */
static bool idle(void)
{
	struct epoll_event events[64];
	run.now = clock_ns();
	uint64_t begin = run.now + (uint64_t)(options.warm_up * 1e9), end = begin + (uint64_t)(options.seconds * 1e9);
	run.boundary = UINT64_MAX;
	while ((run.now = clock_ns()) < end && run.alive > 0) {
		if (run.now >= begin && run.phase == WARM_UP)
			start_measuring();
		int count = epoll_wait(run.epoll, events, 64, 100);
		for (int e = 0; e < count; e++) {
			struct connection *connection = events[e].data.ptr;
			if (!connection->alive)
				continue;
			if (iscsi_service(connection->context, (int)(events[e].events & (EPOLLIN | EPOLLERR | EPOLLHUP))) != 0)
				bury(connection);
			else
				flush(connection);
		}
	}
	bool complete = run.phase == MEASURE;
	if (complete)
		stop_measuring();
	print_result("idle");
	return complete;
}

static bool verify(void)
{
	run.order = allocate(run.blocks, sizeof *run.order);
	bool complete = true;
	for (int pass = 0; pass < 2 && complete; pass++) {
		prepare_tasks(pass == 0);
		shuffle();
		memset(&run.latency, 0, sizeof run.latency);
		for (unsigned c = 0; c < options.connections; c++)
			run.connections[c].measured = 0;
		run.now = clock_ns();
		start_measuring();
		run.boundary = UINT64_MAX;
		complete = pump() && run.position == run.blocks;
		run.now = clock_ns();
		stop_measuring();
		print_result(pass == 0 ? "verify-write" : "verify-read");
	}
	return complete;
}

int main(int argc, char **argv)
{
	parse_options(argc, argv);
	connect_all();
	allocate_buffers();
	bool complete = options.verify ? verify() : options.idle ? idle() : load();
	for (unsigned c = 0; complete && c < options.connections; c++)
		if (run.connections[c].alive) {
			iscsi_set_timeout(run.connections[c].context, LOGIN_TIMEOUT_S);
			iscsi_logout_sync(run.connections[c].context);
		}
	if (!complete || run.alive < options.connections)
		return 2;
	return run.errors == 0 && run.mismatches == 0 ? 0 : 1;
}
