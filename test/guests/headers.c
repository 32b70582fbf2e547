/*
 * A WAGI handler that answers with whatever the request asks for, so that a test can put any header, status and body
 * on the wire. The last segment of PATH_INFO picks the answer; README.md lists them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, RANGE_BYTES = 1000, MIB = 1024 * 1024 };

extern char **environ;

static char chunk[CHUNK_BYTES];

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/* Writes the percent-decoded value of `key` in the query; nothing when there is none. */
static void write_parameter(const char *key) {
    size_t length = strlen(key);
    for (const char *at = variable("QUERY_STRING"); at && *at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL) {
        if (strncmp(at, key, length) != 0 || at[length] != '=') continue;
        for (at += length + 1; *at && *at != '&'; at++) {
            if (*at == '%' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
                putchar(hex_digit(at[1]) * 16 + hex_digit(at[2]));
                at += 2;
            } else {
                putchar(*at);
            }
        }
        return;
    }
}

static void write_json(const char *text, size_t length) {
    putchar('"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c < 0x20) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

static void answer_env(void) {
    fputs("Content-Type: application/json\n\n{", stdout);
    for (char **entry = environ; *entry; entry++) {
        size_t length = strcspn(*entry, "=");
        if (entry != environ) putchar(',');
        write_json(*entry, length);
        putchar(':');
        write_json(*entry + length + 1, strlen(*entry + length + 1));
    }
    putchar('}');
}

/* FNV-1a, 32 bits. */
static void answer_count(void) {
    unsigned hash = 2166136261u;
    unsigned long long total = 0;
    ssize_t length;
    while ((length = read(STDIN_FILENO, chunk, sizeof chunk)) > 0) {
        for (ssize_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)chunk[i]) * 16777619u;
        total += (unsigned long long)length;
    }
    printf("Content-Type: application/json\n\n{\"method\":\"%s\",\"contentLength\":\"%s\",\"bytes\":%llu,\"fnv1a\":%u}", variable("REQUEST_METHOD"),
           variable("CONTENT_LENGTH"), total, hash);
}

/* Byte i of the whole is i mod 256. */
static void answer_range(void) {
    unsigned from = 0, to = RANGE_BYTES - 1;
    for (unsigned i = 0; i < RANGE_BYTES; i++) chunk[i] = (char)i;
    if (sscanf(variable("HTTP_RANGE"), "bytes=%u-%u", &from, &to) < 1) {
        printf("Content-Type: application/octet-stream\nAccept-Ranges: bytes\n\n");
    } else if (from >= RANGE_BYTES || to < from) {
        printf("Status: 416\nContent-Range: bytes */%d\n\n", RANGE_BYTES);
        return;
    } else {
        if (to >= RANGE_BYTES) to = RANGE_BYTES - 1;
        printf("Status: 206\nContent-Type: application/octet-stream\nContent-Range: bytes %u-%u/%d\nContent-Length: %u\n\n", from, to, RANGE_BYTES, to - from + 1);
    }
    fwrite(chunk + from, 1, to - from + 1, stdout);
}

/* 256 MiB, and a line in the log at each: how far a guest runs ahead of its reader. */
static void answer_flood(void) {
    fputs("Content-Type: application/octet-stream\n\n", stdout);
    for (unsigned mib = 1; mib <= 256; mib++) {
        for (unsigned i = 0; i < MIB / CHUNK_BYTES; i++) fwrite(chunk, 1, sizeof chunk, stdout);
        fflush(stdout);
        fprintf(stderr, "wrote %u MiB\n", mib);
    }
}

int main(void) {
    const char *slash = strrchr(variable("PATH_INFO"), '/');
    const char *mode = slash ? slash + 1 : "";
    if (!strcmp(mode, "env")) answer_env();
    else if (!strcmp(mode, "count")) answer_count();
    else if (!strcmp(mode, "range")) answer_range();
    else if (!strcmp(mode, "flood")) answer_flood();
    else {
        write_parameter("head");
        putchar('\n');
        write_parameter("body");
    }
    return 0;
}
