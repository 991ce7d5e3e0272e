/*
 * The ceiling of the load generator: an iSCSI target that does next to nothing. It logs everybody in, says it is a
 * disk, answers every READ from one static buffer, takes every WRITE that comes whole with its command and forgets
 * it, and puts all answers to what one receive brought into one send. Not a target for anything but measuring.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	HEADER = 48,
	SEGMENT = 256 << 10, /* the longest data segment, both ways */
	INPUT = 2 * SEGMENT,
	BATCH = 256, /* answers in one send */
	BLOCK = 512,
	WINDOW = 1024, /* commands the initiator may send ahead */
};

/* RFC 7143, clause 11.1: operation codes. */
enum {
	NOP_OUT = 0x00, SCSI_COMMAND = 0x01, LOGIN = 0x03, LOGOUT = 0x06,
	NOP_IN = 0x20, SCSI_RESPONSE = 0x21, LOGIN_RESPONSE = 0x23, DATA_IN = 0x25, LOGOUT_RESPONSE = 0x26,
};

struct connection {
	int fd;
	uint32_t stat_sn, exp_cmd_sn, max_segment;
	size_t filled;
	unsigned answers, parts;
	unsigned char headers[BATCH][HEADER];
	struct iovec vector[3 * BATCH];
	unsigned char input[INPUT];
};

static unsigned char disk_data[SEGMENT];
static uint64_t disk_blocks = (UINT64_C(1) << 30) / BLOCK;

static uint32_t get32(const unsigned char *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static void put32(unsigned char *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(value >> (24 - 8 * i));
}

static bool send_answers(struct connection *connection)
{
	struct iovec *vector = connection->vector;
	while (connection->parts > 0) {
		ssize_t sent = writev(connection->fd, vector, (int)connection->parts);
		if (sent < 0 && errno != EINTR)
			return false;
		while (sent > 0 && (size_t)sent >= vector->iov_len) {
			sent -= (ssize_t)vector->iov_len;
			vector++;
			connection->parts--;
		}
		if (sent > 0) {
			vector->iov_base = (char *)vector->iov_base + sent;
			vector->iov_len -= (size_t)sent;
		}
	}
	connection->answers = connection->parts = 0;
	return true;
}

/* The header of one answer, with its data behind it; the caller fills in what is special about it. */
static unsigned char *answer(struct connection *connection, const unsigned char *request, int opcode, int flags,
			     const void *data, uint32_t length)
{
	static const unsigned char padding[4];
	if (connection->answers == BATCH - 1 && !send_answers(connection))
		return NULL;
	unsigned char *header = connection->headers[connection->answers++];
	memset(header, 0, HEADER);
	header[0] = (unsigned char)opcode;
	header[1] = (unsigned char)flags;
	put32(header + 4, length);
	memcpy(header + 16, request + 16, 4); /* initiator task tag */
	put32(header + 24, connection->stat_sn++);
	put32(header + 28, connection->exp_cmd_sn);
	put32(header + 32, connection->exp_cmd_sn + WINDOW - 1);
	connection->vector[connection->parts++] = (struct iovec){ header, HEADER };
	if (length > 0)
		connection->vector[connection->parts++] = (struct iovec){ (void *)data, length };
	if (length % 4 != 0)
		connection->vector[connection->parts++] = (struct iovec){ (void *)padding, 4 - length % 4 };
	return header;
}

static bool refuse(struct connection *connection, const unsigned char *request, unsigned char asc)
{
	static unsigned char sense[2][20] = {
		{ 0, 18, 0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20 }, /* INVALID COMMAND OPERATION CODE */
		{ 0, 18, 0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24 }, /* INVALID FIELD IN CDB */
	};
	unsigned char *header = answer(connection, request, SCSI_RESPONSE, 0x80, sense[asc == 0x24], sizeof sense[0]);
	if (header == NULL)
		return false;
	header[3] = 2; /* CHECK CONDITION */
	return true;
}

/* Data-In PDUs as long as the initiator takes them, the last one with GOOD status in it. */
static bool give(struct connection *connection, const unsigned char *request, const unsigned char *data, uint32_t available)
{
	uint32_t expected = get32(request + 20), length = available < expected ? available : expected, offset = 0, number = 0;
	do {
		uint32_t part = length - offset < connection->max_segment ? length - offset : connection->max_segment;
		bool last = offset + part == length;
		unsigned char *header = answer(connection, request, DATA_IN, last ? 0x81 : 0, data == NULL ? disk_data : data, part);
		if (header == NULL)
			return false;
		put32(header + 20, UINT32_MAX);
		put32(header + 36, number++);
		put32(header + 40, offset);
		if (!last) {
			put32(header + 24, 0);
			connection->stat_sn--; /* only a status has a number */
		} else if (expected != length) {
			header[1] |= 2; /* residual underflow */
			put32(header + 44, expected - length);
		}
		offset += part;
	} while (offset < length);
	return true;
}

static bool command(struct connection *connection, const unsigned char *request, uint32_t data_length)
{
	static unsigned char inquiry[36] = { 0, 0, 6, 2, 31, [8] = 'B', 'A', 'R', 'E', ' ', ' ', ' ', ' ' };
	static unsigned char capacity[32];
	const unsigned char *cdb = request + 32;
	uint32_t blocks;
	switch (cdb[0]) {
	case 0x00: /* TEST UNIT READY */
		return answer(connection, request, SCSI_RESPONSE, 0x80, NULL, 0) != NULL;
	case 0x12: /* INQUIRY */
		if (cdb[1] & 1)
			return refuse(connection, request, 0x24);
		return give(connection, request, inquiry, sizeof inquiry < cdb[4] ? sizeof inquiry : cdb[4]);
	case 0x9e: /* READ CAPACITY(16) */
		if ((cdb[1] & 0x1f) != 0x10)
			return refuse(connection, request, 0x24);
		put32(capacity, (uint32_t)((disk_blocks - 1) >> 32));
		put32(capacity + 4, (uint32_t)(disk_blocks - 1));
		put32(capacity + 8, BLOCK);
		return give(connection, request, capacity, sizeof capacity < get32(cdb + 10) ? sizeof capacity : get32(cdb + 10));
	case 0x88: /* READ(16) */
		blocks = get32(cdb + 10);
		return blocks > 64 << 20 >> 9 ? refuse(connection, request, 0x24) : give(connection, request, NULL, blocks * BLOCK);
	case 0x8a: /* WRITE(16) */
		if (data_length != get32(request + 20))
			return refuse(connection, request, 0x24);
		return answer(connection, request, SCSI_RESPONSE, 0x80, NULL, 0) != NULL;
	default:
		return refuse(connection, request, 0x20);
	}
}

static bool login(struct connection *connection, const unsigned char *request, uint32_t length)
{
	static const char security[] = "AuthMethod=None\0TargetPortalGroupTag=1";
	static const char operational[] =
		"HeaderDigest=None\0DataDigest=None\0InitialR2T=No\0ImmediateData=Yes\0MaxRecvDataSegmentLength=262144\0"
		"FirstBurstLength=262144\0MaxBurstLength=262144\0MaxConnections=1\0MaxOutstandingR2T=1\0DataPDUInOrder=Yes\0"
		"DataSequenceInOrder=Yes\0ErrorRecoveryLevel=0\0DefaultTime2Wait=2\0DefaultTime2Retain=0";
	static const char key[] = "MaxRecvDataSegmentLength=";
	const char *declared = memmem(request + HEADER, length, key, sizeof key - 1);
	if (declared != NULL && request[HEADER + length - 1] == 0)
		connection->max_segment = (uint32_t)strtoul(declared + sizeof key - 1, NULL, 10);
	if (connection->max_segment < 512 || connection->max_segment > SEGMENT)
		connection->max_segment = SEGMENT;
	connection->exp_cmd_sn = get32(request + 24);
	bool first_stage = (request[1] >> 2 & 3) == 0;
	unsigned char *header = answer(connection, request, LOGIN_RESPONSE, request[1] & 0x8f, first_stage ? security : operational,
				       first_stage ? sizeof security : sizeof operational);
	if (header == NULL)
		return false;
	memcpy(header + 8, request + 8, 6); /* ISID */
	header[15] = (request[1] & 0x83) == 0x83; /* the session's handle is given with the last answer */
	return true;
}

static bool handle(struct connection *connection, const unsigned char *request, uint32_t data_length)
{
	int opcode = request[0] & 0x3f;
	bool immediate = request[0] & 0x40;
	if (opcode == LOGIN)
		return login(connection, request, data_length);
	if (!immediate)
		connection->exp_cmd_sn = get32(request + 24) + 1;
	if (opcode == SCSI_COMMAND)
		return command(connection, request, data_length);
	if (opcode == NOP_OUT && get32(request + 16) == UINT32_MAX)
		return true;
	if (opcode == NOP_OUT) {
		unsigned char *header = answer(connection, request, NOP_IN, 0x80, NULL, 0);
		if (header != NULL)
			put32(header + 20, UINT32_MAX);
		return header != NULL;
	}
	return opcode == LOGOUT && answer(connection, request, LOGOUT_RESPONSE, 0x80, NULL, 0) != NULL;
}

/* One receive, then all whole PDUs of it, then one send; false when the connection is over. */
static bool serve(struct connection *connection)
{
	ssize_t received = recv(connection->fd, connection->input + connection->filled, INPUT - connection->filled, MSG_DONTWAIT);
	if (received < 0)
		return errno == EAGAIN || errno == EINTR;
	if (received == 0)
		return false;
	connection->filled += (size_t)received;
	size_t position = 0;
	while (connection->filled - position >= HEADER) {
		const unsigned char *request = connection->input + position;
		uint32_t data_length = get32(request + 4) & 0xffffff;
		size_t whole = HEADER + request[4] * 4u + ((data_length + 3) & ~3u);
		if (data_length > SEGMENT || request[4] != 0)
			return false;
		if (connection->filled - position < whole)
			break;
		if (!handle(connection, request, data_length))
			return false;
		position += whole;
	}
	connection->filled -= position;
	memmove(connection->input, connection->input + position, connection->filled);
	return send_answers(connection);
}

static void accept_one(int listener, int epoll)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct connection *connection = fd < 0 ? NULL : calloc(1, sizeof *connection);
	if (connection == NULL)
		return;
	connection->fd = fd;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){ .events = EPOLLIN, .data.ptr = connection });
}

int main(int argc, char **argv)
{
	if (argc > 3) {
		fputs("usage: bareserver [PORT [MiB]]\nListens at 127.0.0.1; port 0, the default, is any free one.\n", stderr);
		return 2;
	}
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	address.sin_port = htons(argc > 1 ? (uint16_t)atoi(argv[1]) : 0);
	if (argc > 2)
		disk_blocks = strtoull(argv[2], NULL, 10) * 1024 * 1024 / BLOCK;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), epoll = epoll_create1(EPOLL_CLOEXEC);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (disk_blocks == 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 128) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
		fprintf(stderr, "bareserver: cannot listen: %s\n", strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < sizeof disk_data; i++)
		disk_data[i] = (unsigned char)(i * 131 + (i >> 8));
	printf("iscsi://127.0.0.1:%u/iqn.2026-01.net.scst:bare/0\n", ntohs(address.sin_port));
	fflush(stdout);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event){ .events = EPOLLIN });
	for (;;) {
		struct epoll_event events[64];
		int count = epoll_wait(epoll, events, 64, -1);
		for (int e = 0; e < count; e++) {
			struct connection *connection = events[e].data.ptr;
			if (connection == NULL) {
				accept_one(listener, epoll);
			} else if (!serve(connection)) {
				close(connection->fd);
				free(connection);
			}
		}
	}
}
