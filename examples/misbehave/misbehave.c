/*
 * A WAGI handler that does on demand what a handler should not. The last segment of PATH_INFO, or
 * `?mode=`, names what; the README lists the modes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, MIB = 1024 * 1024, PAGE_BYTES = 64 * 1024 };

static const char modes[] = "ok loop hang trap alloc huge drip nohead empty status stderr exit recurse headers endless\n";

static const char *query_at(const char *key) {
    const char *at = getenv("QUERY_STRING");
    size_t length = strlen(key);
    while (at && *at) {
        if (strncmp(at, key, length) == 0 && at[length] == '=') return at + length + 1;
        at = strchr(at, '&');
        if (at) at++;
    }
    return NULL;
}

static unsigned long long query_number(const char *key, unsigned long long fallback) {
    const char *value = query_at(key);
    return value ? strtoull(value, NULL, 10) : fallback;
}

static void number(FILE *out, unsigned long long value) {
    char digits[21];
    char *at = digits + sizeof digits - 1;
    *at = '\0';
    do *--at = (char)('0' + value % 10); while (value /= 10);
    fputs(at, out);
}

static void head(unsigned status, const char *type) {
    fputs("Status: ", stdout);
    number(stdout, status);
    fputs("\nContent-Type: ", stdout);
    fputs(type, stdout);
    fputs("\n\n", stdout);
}

/* With `?late=1` the fault comes when the head and part of the body are on their way already. */
static void maybe_start_answer(void) {
    if (!query_number("late", 0)) return;
    head(200, "text/plain");
    fputs("so far so good\n", stdout);
    fflush(stdout);
}

static volatile unsigned sink;

static void loop(void) {
    for (;;) sink++;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winfinite-recursion"
/* Keeps nothing in linear memory, so that it is the engine's stack that runs out, not the C stack. */
__attribute__((noinline)) static unsigned recurse(unsigned depth) {
    sink = depth;
    unsigned below = recurse(depth + 1);
    return below ^ sink;
}
#pragma clang diagnostic pop

static void sleep_ms(unsigned long long ms) {
    struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

static void hang(void) {
    for (;;) sleep_ms(60 * 60 * 1000);
}

static void alloc(void) {
    unsigned long long wanted = query_number("mib", 64), got = 0;
    while (got < wanted) {
        size_t page = __builtin_wasm_memory_grow(0, MIB / PAGE_BYTES);
        if (page == SIZE_MAX) break;
        /* Some engines only reserve what is grown; a write makes it real. */
        for (size_t i = 0; i < MIB / PAGE_BYTES; i++) *(volatile char *)((page + i) * PAGE_BYTES) = 1;
        got++;
    }
    head(got == wanted ? 200 : 507, "application/json");
    fputs("{\"wantedMib\":", stdout);
    number(stdout, wanted);
    fputs(",\"gotMib\":", stdout);
    number(stdout, got);
    fputs(",\"memoryMib\":", stdout);
    number(stdout, __builtin_wasm_memory_size(0) * PAGE_BYTES / MIB);
    fputs("}\n", stdout);
}

static void huge(void) {
    static char chunk[CHUNK_BYTES];
    memset(chunk, 'x', sizeof chunk);
    unsigned long long left = query_number("bytes", 100ull * MIB);
    head(200, "application/octet-stream");
    while (left > 0) {
        size_t length = left < sizeof chunk ? (size_t)left : sizeof chunk;
        if (fwrite(chunk, 1, length, stdout) < length) return;
        left -= length;
    }
}

static void drip(void) {
    unsigned long long count = query_number("n", 10), ms = query_number("ms", 200);
    head(200, "text/plain");
    fflush(stdout);
    for (unsigned long long n = 1; n <= count; n++) {
        sleep_ms(ms);
        fputs("drip ", stdout);
        number(stdout, n);
        putchar('\n');
        fflush(stdout);
    }
}

static void log_lines(void) {
    static char line[64];
    setvbuf(stderr, line, _IOLBF, sizeof line);
    unsigned long long count = query_number("n", 10);
    for (unsigned long long n = 1; n <= count; n++) {
        fputs("line ", stderr);
        number(stderr, n);
        fputc('\n', stderr);
    }
    head(200, "text/plain");
    fputs("ok\n", stdout);
}

/* A head of that many lines: `pad` bytes in each value. Without `end=1` nothing ends it but the host. */
static void headers(unsigned long long count, int ends) {
    unsigned long long pad = query_number("pad", 0);
    fputs("Content-Type: text/plain\n", stdout);
    for (unsigned long long n = 0; n < count; n++) {
        fputs("X-", stdout);
        number(stdout, n);
        fputs(": ", stdout);
        for (unsigned long long i = 0; i < pad; i++) putchar('x');
        if (putchar('\n') == EOF) return;
    }
    if (ends) fputs("\nok\n", stdout);
}

int main(void) {
    char mode[16] = "";
    const char *from = query_at("mode"), *path = getenv("PATH_INFO");
    if (!from && path) {
        from = strrchr(path, '/');
        if (from) from++;
    }
    if (from) {
        size_t length = strcspn(from, "&");
        if (length < sizeof mode) memcpy(mode, from, length);
    }

    if (!*mode || !strcmp(mode, "ok")) {
        head(200, "text/plain");
        fputs("ok\nmodes: ", stdout);
        fputs(modes, stdout);
    } else if (!strcmp(mode, "loop")) {
        maybe_start_answer();
        loop();
    } else if (!strcmp(mode, "hang")) {
        maybe_start_answer();
        hang();
    } else if (!strcmp(mode, "trap")) {
        maybe_start_answer();
        __builtin_trap();
    } else if (!strcmp(mode, "recurse")) {
        maybe_start_answer();
        return (int)recurse(0);
    } else if (!strcmp(mode, "exit")) {
        maybe_start_answer();
        exit((int)query_number("code", 3));
    } else if (!strcmp(mode, "alloc")) {
        alloc();
    } else if (!strcmp(mode, "huge")) {
        huge();
    } else if (!strcmp(mode, "headers")) {
        headers(query_number("n", 1000000), 1);
    } else if (!strcmp(mode, "endless")) {
        headers(~0ull, 0);
    } else if (!strcmp(mode, "drip")) {
        drip();
    } else if (!strcmp(mode, "nohead")) {
        fputs("These words are not a header and no empty line follows them.", stdout);
    } else if (!strcmp(mode, "empty")) {
        return 0;
    } else if (!strcmp(mode, "status")) {
        head((unsigned)query_number("code", 103), "text/plain");
        fputs("the status above is the one that was asked for\n", stdout);
    } else if (!strcmp(mode, "stderr")) {
        log_lines();
    } else {
        head(404, "text/plain");
        fputs("modes: ", stdout);
        fputs(modes, stdout);
    }
    return 0;
}
