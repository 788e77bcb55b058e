/* The limits of a migration: MiB of memory from one process to another over a loopback socket, and a plain read of it.
 * Both sides' memory is populated before the clock starts. Prints the seconds of the copy and of the read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 512 << 10 };

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

static void receive(int listener, char *target, size_t bytes) {
    int from = accept(listener, 0, 0);
    for (size_t done = 0; done < bytes;) {
        ssize_t got = recv(from, target + done, bytes - done < CHUNK ? bytes - done : CHUNK, 0);
        if (got <= 0) fail("recv");
        done += got;
    }
    if (write(from, "x", 1) != 1) fail("write");
    exit(0);
}

static double copy(struct sockaddr_in *to, const char *source, size_t bytes) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    double start = seconds();
    if (connect(s, (struct sockaddr *) to, sizeof *to)) fail("connect");
    for (size_t done = 0; done < bytes;) {
        ssize_t sent = send(s, source + done, bytes - done < CHUNK ? bytes - done : CHUNK, 0);
        if (sent < 0) fail("send");
        done += sent;
    }
    char end;
    if (read(s, &end, 1) != 1) fail("read");
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

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    size_t bytes = strtoull(argv[1], 0, 10) << 20;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, 1)) fail("listen");
    getsockname(listener, (struct sockaddr *) &address, &length);
    int ready[2];
    if (pipe(ready)) fail("pipe");
    if (fork() == 0) {
        char *target = memory(bytes);
        if (write(ready[1], "x", 1) != 1) fail("write");
        receive(listener, target, bytes);
    }
    char *source = memory(bytes), go;
    if (read(ready[0], &go, 1) != 1) fail("read");
    double copied = copy(&address, source, bytes);
    wait(0);
    printf("%.6f %.6f\n", copied, plain_read(source, bytes));
    return 0;
}
