/* The limits of a migration: MiB of memory from one process to another over so many loopback connections, each with a thread at
 * either end, and a plain read of it. Both sides' memory is populated before the clock starts. Each is done TIMES times, in turns; prints
 * the seconds of the fastest copy with this machine's congestion control, of the fastest one with reno, and of the fastest read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 512 << 10, CONNECTIONS_MAX = 64, TIMES = 3 };

/* One end of a connection, and the part of the memory that it moves. */
struct end {
    pthread_t thread;
    int socket;
    char *memory;
    size_t bytes;
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static char *memory(size_t bytes) {
    char *mapped = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) fail("mmap");
    madvise(mapped, bytes, MADV_HUGEPAGE);
    uint64_t state = 1;
    for (size_t i = 0; i < bytes / 8; i++) {
        state = state * 6364136223846793005u + 1;
        ((uint64_t *) mapped)[i] = state;
    }
    return mapped;
}

static void *receive(void *argument) {
    struct end *end = argument;
    for (size_t done = 0; done < end->bytes;) {
        size_t left = end->bytes - done;
        ssize_t got = recv(end->socket, end->memory + done, left < CHUNK ? left : CHUNK, 0);
        if (got <= 0) fail("recv");
        done += got;
    }
    return 0;
}

static void *send_all(void *argument) {
    struct end *end = argument;
    for (size_t done = 0; done < end->bytes;) {
        size_t left = end->bytes - done;
        ssize_t sent = send(end->socket, end->memory + done, left < CHUNK ? left : CHUNK, 0);
        if (sent < 0) fail("send");
        done += sent;
    }
    return 0;
}

static void run(struct end *ends, int connections, void *(*work)(void *)) {
    for (int i = 0; i < connections; i++)
        if (pthread_create(&ends[i].thread, 0, work, &ends[i])) fail("pthread_create");
    for (int i = 0; i < connections; i++) pthread_join(ends[i].thread, 0);
}

/* Each connection gets a part of its own; the last one also what the division leaves. */
static void divide(struct end *ends, int connections, char *memory, size_t bytes) {
    size_t part = bytes / connections;
    for (int i = 0; i < connections; i++) {
        ends[i].memory = memory + i * part;
        ends[i].bytes = i < connections - 1 ? part : bytes - i * part;
    }
}

static void destination(int listener, int connections, size_t bytes, int ready) {
    struct end ends[CONNECTIONS_MAX];
    divide(ends, connections, memory(bytes), bytes);
    for (int i = 0; i < connections; i++) ends[i].socket = accept(listener, 0, 0);
    if (write(ready, "x", 1) != 1) fail("write");
    for (int time = 0; time < 2 * TIMES; time++) {
        run(ends, connections, receive);
        if (write(ends[0].socket, "x", 1) != 1) fail("write");
    }
    exit(0);
}

static double copy(struct end *ends, int connections, const char *rules) {
    char end;
    for (int i = 0; i < connections; i++)
        if (setsockopt(ends[i].socket, IPPROTO_TCP, TCP_CONGESTION, rules, strlen(rules))) fail("TCP_CONGESTION");
    double start = seconds();
    run(ends, connections, send_all);
    if (read(ends[0].socket, &end, 1) != 1) fail("read");
    return seconds() - start;
}

static double plain_read(const char *source, size_t bytes) {
    typedef uint64_t vector __attribute__((vector_size(64)));
    const vector *at = (const vector *) source;
    vector sum[4] = {0};
    double start = seconds();
    for (size_t i = 0; i < bytes / sizeof(vector); i += 4)
        for (int j = 0; j < 4; j++) sum[j] |= at[i + j];
    double end = seconds();
    volatile uint64_t kept = sum[0][0] | sum[1][1] | sum[2][2] | sum[3][3];
    (void) kept;
    return end - start;
}

static double least(double a, double b) {
    return a < b ? a : b;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    size_t bytes = strtoull(argv[1], 0, 10) << 20;
    int connections = atoi(argv[2]);
    if (bytes == 0 || connections < 1 || connections > CONNECTIONS_MAX) return 2;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, connections)) fail("listen");
    getsockname(listener, (struct sockaddr *) &address, &length);
    int ready[2];
    if (pipe(ready)) fail("pipe");
    if (fork() == 0) destination(listener, connections, bytes, ready[1]);
    struct end ends[CONNECTIONS_MAX];
    char *source = memory(bytes), go;
    divide(ends, connections, source, bytes);
    for (int i = 0; i < connections; i++) {
        ends[i].socket = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(ends[i].socket, (struct sockaddr *) &address, length)) fail("connect");
    }
    if (read(ready[0], &go, 1) != 1) fail("read");
    char usual[16];
    socklen_t usual_length = sizeof usual;
    if (getsockopt(ends[0].socket, IPPROTO_TCP, TCP_CONGESTION, usual, &usual_length)) fail("TCP_CONGESTION");
    double copied = INFINITY, with_reno = INFINITY, looked = INFINITY;
    for (int time = 0; time < TIMES; time++) {
        copied = least(copied, copy(ends, connections, usual));
        with_reno = least(with_reno, copy(ends, connections, "reno"));
        looked = least(looked, plain_read(source, bytes));
    }
    wait(0);
    printf("%.6f %.6f %.6f\n", copied, with_reno, looked);
    return 0;
}
