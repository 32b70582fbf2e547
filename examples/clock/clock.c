/*
 * A clock that a server winds: a WAGI handler (CGI/1.1 over WASI preview 1) that keeps its answer open and sends the
 * time as server-sent events, one a second. `?events` is the stream, `?svg` a picture of this moment, all else the page.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STREAM_SECONDS = 240, MARKS = 60, NS_PER_SECOND = 1000000000 };

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

/* Whether the query has `key`, with or without a value. `value` is left alone when there is none. */
static int query_number(const char *query, const char *key, int *value) {
    size_t length = strlen(key);
    while (*query) {
        if (strncmp(query, key, length) == 0 && (query[length] == '=' || query[length] == '&' || !query[length])) {
            if (query[length] == '=') *value = atoi(query + length + 1);
            return 1;
        }
        query = strchr(query, '&');
        if (!query) break;
        query++;
    }
    return 0;
}

static void face(int hours, int minutes, int seconds) {
    fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-110 -110 220 220\" class=\"clock\" role=\"img\" aria-label=\"Clock\">\n"
          "<circle r=\"106\" class=\"rim\" fill=\"#fff\"/>\n", stdout);
    for (int mark = 0; mark < MARKS; mark++) {
        double angle = mark * 6 * M_PI / 180;
        int is_hour = mark % 5 == 0;
        double from = is_hour ? 84 : 93;
        printf("<path d=\"M%.2f %.2fL%.2f %.2f\" class=\"mark\" stroke=\"#1b1926\" stroke-width=\"%s\" stroke-linecap=\"round\"/>\n",
               from * sin(angle), -from * cos(angle), 97 * sin(angle), -97 * cos(angle), is_hour ? "4" : "1.25");
    }
    printf("<path id=\"hours\" d=\"M0 14V-52\" class=\"hand\" stroke=\"#1b1926\" stroke-width=\"8\" stroke-linecap=\"round\" transform=\"rotate(%.2f)\"/>\n"
           "<path id=\"minutes\" d=\"M0 16V-80\" class=\"hand\" stroke=\"#1b1926\" stroke-width=\"5.5\" stroke-linecap=\"round\" transform=\"rotate(%.2f)\"/>\n"
           "<g id=\"seconds\" transform=\"rotate(%d)\"><path d=\"M0 22V-68\" stroke=\"#d8452f\" stroke-width=\"2.5\" stroke-linecap=\"round\"/><circle cy=\"-68\" r=\"7\" fill=\"#d8452f\"/></g>\n"
           "<circle r=\"5\" fill=\"#d8452f\"/>\n</svg>\n",
           (hours % 12) * 30 + minutes / 2.0, minutes * 6 + seconds / 10.0, seconds * 6);
}

/* Sends the time whenever a second begins. The caller may leave at any moment: the next write then ends the program. */
static void stream(int offset_minutes) {
    fputs("Content-Type: text/event-stream\nCache-Control: no-store\n\nretry: 500\n\n", stdout);
    for (int sent = 0; sent < STREAM_SECONDS; sent++) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        long long local = now.tv_sec - offset_minutes * 60LL;
        int of_day = (int)(((local % 86400) + 86400) % 86400);
        printf("data: {\"h\":%d,\"m\":%d,\"s\":%d,\"n\":%d}\n\n", of_day / 3600, of_day / 60 % 60, of_day % 60, sent + 1);
        if (fflush(stdout) != 0) return;
        clock_gettime(CLOCK_REALTIME, &now);
        struct timespec rest = {.tv_sec = 0, .tv_nsec = NS_PER_SECOND - now.tv_nsec};
        if (rest.tv_nsec >= NS_PER_SECOND) rest.tv_nsec = NS_PER_SECOND - 1;
        nanosleep(&rest, NULL);
    }
}

static void page(void) {
    fputs("Content-Type: text/html; charset=utf-8\n\n"
          "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Clock</title>\n<style>\n"
          ":root { color-scheme: light dark; --ink: #1b1926; --dim: #5b5867; --paper: #eae7f5; --face: #fff; }\n"
          "@media (prefers-color-scheme: dark) { :root { --ink: #edecf2; --dim: #a9a5b6; --paper: #121019; --face: #1f1b2b; } }\n"
          "body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: center; gap: 1.5rem; padding: 1.5rem; box-sizing: border-box; text-align: center; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }\n"
          ".clock { width: min(24rem, 78vmin); filter: drop-shadow(0 18px 34px rgb(23 19 58 / 22%)); }\n"
          ".rim { fill: var(--face); } .mark, .hand { stroke: var(--ink); }\n"
          "h1 { margin: 0; font-size: 2.25rem; font-weight: 650; line-height: 1; font-variant-numeric: tabular-nums; letter-spacing: -.02em; } p { margin: .5rem 0 0; color: var(--dim); max-width: 26rem; font-variant-numeric: tabular-nums; }\n"
          "</style>\n<main style=\"display:contents\">\n", stdout);
    face(10, 9, 0);
    fputs("<div><h1 id=\"time\">--:--:--</h1><p id=\"facts\">A C program keeps this answer open and sends the time, second by second.</p></div>\n</main>\n<script>\n"
          "const turn = (id, angle) => document.getElementById(id).setAttribute('transform', `rotate(${angle})`);\n"
          "const two = (number) => String(number).padStart(2, '0');\n"
          "const source = new EventSource(`?events&offset=${new Date().getTimezoneOffset()}`);\n"
          "source.onmessage = ({ data }) => {\n"
          "  const { h, m, s, n } = JSON.parse(data);\n"
          "  turn('hours', (h % 12) * 30 + m / 2); turn('minutes', m * 6 + s / 10); turn('seconds', s * 6);\n"
          "  document.getElementById('time').textContent = `${two(h)}:${two(m)}:${two(s)}`;\n"
          "  document.getElementById('facts').textContent = `Event ${n} of one answer that is still being written.`;\n"
          "};\n"
          "source.onerror = () => { document.getElementById('facts').textContent = 'The stream ended. It starts again by itself.'; };\n"
          "</script>\n</html>\n", stdout);
}

int main(void) {
    const char *query = variable("QUERY_STRING");
    int offset_minutes = 0, ignored = 0;
    query_number(query, "offset", &offset_minutes);
    if (query_number(query, "events", &ignored)) {
        stream(offset_minutes);
    } else if (query_number(query, "svg", &ignored)) {
        time_t local = time(NULL) - offset_minutes * 60;
        struct tm *now = gmtime(&local);
        fputs("Content-Type: image/svg+xml\nCache-Control: no-store\n\n", stdout);
        face(now->tm_hour, now->tm_min, now->tm_sec);
    } else {
        page();
    }
    return 0;
}
