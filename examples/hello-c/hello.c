/*
 * A WAGI handler: CGI/1.1 over WASI preview 1. The request arrives in environment variables and on
 * standard input; the answer leaves on standard output as headers, an empty line and a body.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CHUNK_BYTES = 16 * 1024, NAME_BYTES = 256 };

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static void html(const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&': fputs("&amp;", stdout); break;
        case '<': fputs("&lt;", stdout); break;
        case '>': fputs("&gt;", stdout); break;
        case '"': fputs("&quot;", stdout); break;
        case '\'': fputs("&#39;", stdout); break;
        default: putchar(*text);
        }
    }
}

static void json(const char *text) {
    static const char hex[] = "0123456789abcdef";
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            putchar('\\');
            putchar(c);
        } else if (c < 0x20) {
            fputs("\\u00", stdout);
            putchar(hex[c >> 4]);
            putchar(hex[c & 15]);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Decodes the value of `key` into `out`, cut to its size. Returns 0 when the query has no such key. */
static int query_value(const char *query, const char *key, char *out, size_t out_size) {
    size_t key_length = strlen(key);
    while (*query) {
        const char *end = strchr(query, '&');
        if (!end) end = query + strlen(query);
        if ((size_t)(end - query) > key_length && query[key_length] == '=' &&
            strncmp(query, key, key_length) == 0) {
            size_t used = 0;
            const char *at = query + key_length + 1;
            while (at < end && used + 1 < out_size) {
                char c = *at++;
                if (c == '+') {
                    c = ' ';
                } else if (c == '%' && end - at >= 2 && hex_digit(at[0]) >= 0 && hex_digit(at[1]) >= 0) {
                    c = (char)(hex_digit(at[0]) * 16 + hex_digit(at[1]));
                    at += 2;
                }
                out[used++] = c;
            }
            out[used] = '\0';
            return 1;
        }
        query = *end ? end + 1 : end;
    }
    return 0;
}

static void echo_body(void) {
    static char chunk[CHUNK_BYTES];
    const char *type = variable("CONTENT_TYPE");
    fputs("Content-Type: ", stdout);
    fputs(*type ? type : "application/octet-stream", stdout);
    fputs("\n\n", stdout);
    fflush(stdout);
    /* read() and not fread(), which would wait for a full chunk instead of passing on what has arrived. */
    ssize_t length;
    while ((length = read(STDIN_FILENO, chunk, sizeof chunk)) > 0) {
        fwrite(chunk, 1, (size_t)length, stdout);
        fflush(stdout);
    }
}

static void row(const char *label, const char *value) {
    fputs("<dt>", stdout);
    fputs(label, stdout);
    fputs("</dt><dd><code>", stdout);
    if (*value) html(value);
    else fputs("(empty)", stdout);
    fputs("</code></dd>\n", stdout);
}

static void answer_json(const char *greeting, const char *name) {
    static const char *const names[][2] = {
        {"method", "REQUEST_METHOD"}, {"script", "SCRIPT_NAME"}, {"path", "PATH_INFO"},
        {"query", "QUERY_STRING"},    {"host", "HTTP_HOST"},     {"agent", "HTTP_USER_AGENT"},
    };
    fputs("Content-Type: application/json\n\n{\"greeting\":", stdout);
    json(greeting);
    fputs(",\"name\":", stdout);
    json(name);
    fputs(",\"language\":\"C\"", stdout);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        putchar(',');
        json(names[i][0]);
        putchar(':');
        json(variable(names[i][1]));
    }
    fputs("}\n", stdout);
}

static void answer_html(const char *greeting, const char *name) {
    fputs(
        "Content-Type: text/html; charset=utf-8\n\n"
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>Hello from C</title>\n<style>\n"
        ":root { color-scheme: light dark; --ink: #1d2433; --dim: #5b6577; --paper: #f6f7fb; --card: #fff; --line: #dde1ea; --link: #2457d6; }\n"
        "@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --dim: #98a2b5; --paper: #12151c; --card: #1b2029; --line: #2f3644; --link: #8fb0ff; } }\n"
        "body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }\n"
        "main { width: min(38rem, 100% - 2rem); box-sizing: border-box; margin: 2rem 0; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }\n"
        "h1 { margin: 0 0 .25rem; font-size: 2rem; overflow-wrap: anywhere; } p { color: var(--dim); } a { color: var(--link); }\n"
        "dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }\n"
        "input, button { font: inherit; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: none; color: inherit; }\n"
        "</style>\n<main>\n<h1>",
        stdout);
    html(greeting);
    fputs(", ", stdout);
    html(name);
    fputs("</h1>\n<p>This page was written by a C program compiled to WebAssembly.</p>\n<dl>\n", stdout);
    row("Method", variable("REQUEST_METHOD"));
    row("Mounted at", variable("SCRIPT_NAME"));
    row("Path", variable("PATH_INFO"));
    row("Query", variable("QUERY_STRING"));
    /* Links are a bare query, which keeps whatever path the handler was mounted at. */
    fputs(
        "</dl>\n<form><input name=\"name\" aria-label=\"Your name\" placeholder=\"Your name\"> <button>Greet</button></form>\n"
        "<p><a href=\"?name=Ada%20%3CLovelace%3E&amp;x=1\">Greet Ada</a> · <a href=\"?format=json\">The same as JSON</a></p>\n"
        "</main>\n</html>\n",
        stdout);
}

int main(void) {
    const char *method = variable("REQUEST_METHOD");
    const char *query = variable("QUERY_STRING");
    if (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0) {
        echo_body();
        return 0;
    }

    char name[NAME_BYTES], format[16];
    if (!query_value(query, "name", name, sizeof name) || !*name) strcpy(name, "world");
    const char *greeting = *variable("GREETING") ? variable("GREETING") : "Hello";
    int wants_json = query_value(query, "format", format, sizeof format)
                         ? strcasecmp(format, "json") == 0
                         : strstr(variable("HTTP_ACCEPT"), "application/json") != NULL;
    if (wants_json) answer_json(greeting, name);
    else answer_html(greeting, name);
    return 0;
}
