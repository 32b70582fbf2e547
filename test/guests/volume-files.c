// Files over HTTP, as CGI: the path below /data is the request's path. GET reads a file or lists a directory, PUT writes
// the body, POST appends it, DELETE removes. POST ?lines=N appends N numbered lines and says each once it was written.
// POST ?pieces=B writes a MiB in pieces of B bytes, and reads it so, and says how many microseconds each took.
// PUT ?hold=1 says when the file was opened and then waits for its body.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char piece[65536];

static int status_of(int error) {
  switch (error) {
    case ENOENT: return 404;
    case EROFS: return 403;
    case ENOSPC: return 507;
    default: return 500;
  }
}

static int refuse(const char *what) {
  int error = errno;
  printf("Status: %d\r\nContent-Type: text/plain\r\n\r\n%s: %s\n", status_of(error), what, strerror(error));
  return 0;
}

static void say(int status) {
  printf("Status: %d\r\nContent-Type: text/plain\r\n\r\n", status);
  fflush(stdout);
}

static int list(const char *path) {
  DIR *directory = opendir(path);
  if (!directory) return refuse("opendir");
  say(200);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) printf("%s%s\n", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
  }
  closedir(directory);
  return 0;
}

static int get(const char *path) {
  struct stat found;
  if (stat(path, &found)) return refuse("stat");
  if (S_ISDIR(found.st_mode)) return list(path);
  int file = open(path, O_RDONLY);
  if (file < 0) return refuse("open");
  say(200);
  for (ssize_t length; (length = read(file, piece, sizeof piece)) > 0;) fwrite(piece, 1, length, stdout);
  return close(file);
}

static int put(const char *path, int flags, int hold) {
  int file = open(path, O_WRONLY | O_CREAT | flags, 0644);
  if (file < 0) return refuse("open");
  if (hold) {
    say(200);
    puts("open");
    fflush(stdout);
  }
  long written = 0;
  for (ssize_t length; (length = read(0, piece, sizeof piece)) > 0;) {
    for (ssize_t done = 0; done < length;) {
      ssize_t part = write(file, piece + done, length - done);
      if (part < 0) return refuse("write");
      done += part;
    }
    written += length;
  }
  if (!hold) say(201);
  printf("%ld bytes\n", written);
  return close(file);
}

static int append_lines(const char *path, long lines) {
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (file < 0) return refuse("open");
  say(200);
  for (long number = 1; number <= lines; number++) {
    int length = snprintf(piece, sizeof piece, "%ld\n", number);
    if (write(file, piece, length) != length) return 1;
    if (write(1, piece, length) != length) return 1;
  }
  return close(file);
}

static long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static int measure(const char *path, size_t length) {
  static char mebibyte[1 << 20];
  if (length == 0 || length > sizeof mebibyte) length = sizeof mebibyte;
  memset(mebibyte, 'x', sizeof mebibyte);
  long start = now_us();
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  for (size_t done = 0; done < sizeof mebibyte; done += length) {
    if (write(file, mebibyte + done, length) != (ssize_t)length) return refuse("write");
  }
  close(file);
  long written = now_us();
  file = open(path, O_RDONLY);
  size_t got = 0;
  for (ssize_t part; (part = read(file, mebibyte + got, length < sizeof mebibyte - got ? length : sizeof mebibyte - got)) > 0;) got += part;
  close(file);
  long end = now_us();
  if (got != sizeof mebibyte) return refuse("read");
  say(200);
  printf("%ld %ld\n", written - start, end - written);
  return 0;
}

int main(void) {
  char path[4096];
  snprintf(path, sizeof path, "/data%s", getenv("PATH_INFO"));
  const char *method = getenv("REQUEST_METHOD");
  const char *query = getenv("QUERY_STRING");
  if (!strcmp(method, "GET")) return get(path);
  if (!strcmp(method, "PUT")) return put(path, O_TRUNC, !strcmp(query, "hold=1"));
  if (!strcmp(method, "POST") && !strncmp(query, "pieces=", 7)) return measure(path, strtoul(query + 7, NULL, 10));
  if (!strcmp(method, "POST")) return strncmp(query, "lines=", 6) ? put(path, O_APPEND, 0) : append_lines(path, atol(query + 6));
  if (!strcmp(method, "DELETE")) {
    if (unlink(path)) return refuse("unlink");
    say(200);
    return 0;
  }
  errno = ENOSYS;
  return refuse("method");
}
