// A guest for the tests of WASI preview 1: `preview1 <case>` checks what the host answers to the functions of that case and
// exits with 0, or with 1 after a line on standard error for each check that does not hold. A case that does not exist exits
// with 64. It finds `given.txt` ("given") and `dir/inner.txt` ("inner") in the root, which it may write to.
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

#define ROOT 3
#define ANY_RIGHT (((__wasi_rights_t)1 << 28) - 1)
#define READ __WASI_RIGHTS_FD_READ
#define WRITE __WASI_RIGHTS_FD_WRITE
#define SEEK (__WASI_RIGHTS_FD_SEEK | __WASI_RIGHTS_FD_TELL)
#define DIRECTORY_RIGHTS                                                                                                                  \
  (ANY_RIGHT & ~(READ | WRITE | __WASI_RIGHTS_FD_ALLOCATE | __WASI_RIGHTS_FD_FILESTAT_SET_SIZE | __WASI_RIGHTS_POLL_FD_READWRITE))
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW
#define CREAT __WASI_OFLAGS_CREAT

int32_t proc_raise(int32_t signal) __attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise")));
int32_t raw_path_open(int32_t fd, int32_t lookup, int32_t path, int32_t path_length, int32_t oflags, int64_t base, int64_t inheriting, int32_t flags, int32_t result)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open")));
int32_t raw_random_get(int32_t pointer, int32_t length) __attribute__((import_module("wasi_snapshot_preview1"), import_name("random_get")));
int32_t raw_fd_write(int32_t fd, int32_t iovecs, int32_t length, int32_t written)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write")));

static int failures = 0;

static void say(const char *text) { (void)!write(2, text, strlen(text)); }

static void say_number(long long number) {
  char digits[24], *at = digits + sizeof digits;
  bool negative = number < 0;
  *--at = 0;
  do *--at = '0' + (char)(negative ? -(number % 10) : number % 10);
  while ((number /= 10) != 0);
  if (negative) *--at = '-';
  say(at);
}

static void same(int line, const char *what, long long got, long long expected) {
  if (got == expected) return;
  failures++;
  say("line ");
  say_number(line);
  say(": ");
  say(what);
  say(" is ");
  say_number(got);
  say(", not ");
  say_number(expected);
  say("\n");
}

#define SAME(got, expected) same(__LINE__, #got, (long long)(got), (long long)(expected))
#define OK(call) SAME(call, __WASI_ERRNO_SUCCESS)
#define FAILS(call, errno) SAME(call, __WASI_ERRNO_##errno)
#define TRUE(condition) SAME(!!(condition), 1)

static __wasi_errno_t open_at(__wasi_fd_t dir, const char *path, int oflags, __wasi_rights_t rights, int fdflags, __wasi_fd_t *fd) {
  return __wasi_path_open(dir, FOLLOW, path, (__wasi_oflags_t)oflags, rights, ANY_RIGHT, (__wasi_fdflags_t)fdflags, fd);
}

// A file that is there afterwards, open for everything.
static __wasi_fd_t make(const char *path) {
  __wasi_fd_t fd = 0;
  OK(open_at(ROOT, path, CREAT, READ | WRITE | SEEK | ANY_RIGHT, 0, &fd));
  return fd;
}

static __wasi_errno_t put(__wasi_fd_t fd, const char *text) {
  __wasi_ciovec_t piece = {(const uint8_t *)text, strlen(text)};
  __wasi_size_t written;
  return __wasi_fd_write(fd, &piece, 1, &written);
}

static void holds(int line, __wasi_fd_t fd, const char *expected, size_t expected_length) {
  uint8_t buffer[64] = {0};
  __wasi_iovec_t piece = {buffer, sizeof buffer - 1};
  __wasi_size_t length = 0;
  same(line, "fd_pread", __wasi_fd_pread(fd, &piece, 1, 0, &length), 0);
  same(line, "length", length, (long long)expected_length);
  same(line, "content", memcmp(buffer, expected, length), 0);
}
#define HOLDS(fd, text) holds(__LINE__, fd, text, sizeof text - 1)

static __wasi_filestat_t stat_of(const char *path, int lookup) {
  __wasi_filestat_t stat = {0};
  OK(__wasi_path_filestat_get(ROOT, (__wasi_lookupflags_t)lookup, path, &stat));
  return stat;
}

static __wasi_errno_t exists(const char *path) {
  __wasi_filestat_t stat;
  return __wasi_path_filestat_get(ROOT, 0, path, &stat);
}

static void args(void) {
  __wasi_size_t count, bytes;
  OK(__wasi_args_sizes_get(&count, &bytes));
  SAME(count, 4);
  uint8_t *argv[4], buffer[64];
  TRUE(bytes <= sizeof buffer);
  OK(__wasi_args_get(argv, buffer));
  SAME(strcmp((char *)argv[1], "args"), 0);
  SAME(strcmp((char *)argv[2], "the \"second\" arg"), 0);
  SAME(strcmp((char *)argv[3], "\xc3\xa9"), 0);
}

static void environment(void) {
  __wasi_size_t count, bytes;
  OK(__wasi_environ_sizes_get(&count, &bytes));
  SAME(count, 3);
  SAME(bytes, strlen("a=text") + strlen("b=escap\"ing") + strlen("c=new\nline") + 3);
  uint8_t *variables[3], buffer[64];
  OK(__wasi_environ_get(variables, buffer));
  SAME(strcmp((char *)variables[1], "b=escap\"ing"), 0);
  SAME(strcmp((char *)variables[2], "c=new\nline"), 0);
}

static void no_environment(void) {
  __wasi_size_t count, bytes;
  OK(__wasi_environ_sizes_get(&count, &bytes));
  SAME(count, 0);
  SAME(bytes, 0);
}

static void clocks(void) {
  __wasi_timestamp_t time, later;
  for (__wasi_clockid_t id = 0; id < 4; id++) {
    OK(__wasi_clock_res_get(id, &time));
    TRUE(time > 0);
    OK(__wasi_clock_time_get(id, 0, &time));
    OK(__wasi_clock_time_get(id, 0, &later));
    if (id == __WASI_CLOCKID_MONOTONIC) TRUE(later >= time);
  }
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 0, &time));
  // 2020-01-01
  TRUE(time > 1577836800000000000ull);
  FAILS(__wasi_clock_time_get((__wasi_clockid_t)9, 0, &time), INVAL);
  FAILS(__wasi_clock_res_get((__wasi_clockid_t)9, &time), INVAL);
}

static void random_numbers(void) {
  static uint8_t bytes[100000];
  OK(__wasi_random_get(bytes, 0));
  OK(__wasi_random_get(bytes, sizeof bytes));
  int zeros = 0;
  for (size_t index = 0; index < sizeof bytes; index++) zeros += bytes[index] == 0;
  TRUE(zeros < 2000);
}

static void process(void) {
  OK(__wasi_sched_yield());
  FAILS(proc_raise(1), NOTSUP);
}

static void leave(void) { __wasi_proc_exit(33); }

static void stdio(void) {
  __wasi_fdstat_t stat;
  __wasi_filestat_t filestat;
  __wasi_filesize_t size;
  for (__wasi_fd_t fd = 0; fd < 3; fd++) {
    OK(__wasi_fd_fdstat_get(fd, &stat));
    OK(__wasi_fd_filestat_get(fd, &filestat));
    SAME(isatty((int)fd), 0);
    FAILS(__wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &size), SPIPE);
    FAILS(__wasi_fd_tell(fd, &size), SPIPE);
  }
  OK(put(1, "hello"));
  FAILS(put(99, "hello"), BADF);
  FAILS(put(0, "hello"), NOTCAPABLE);
  uint8_t buffer[8];
  __wasi_iovec_t piece = {buffer, sizeof buffer};
  __wasi_size_t length = 9;
  OK(__wasi_fd_read(0, &piece, 1, &length));
  SAME(length, 0);
  FAILS(__wasi_fd_read(1, &piece, 1, &length), NOTCAPABLE);
  OK(__wasi_fd_close(0));
  FAILS(__wasi_fd_read(0, &piece, 1, &length), BADF);
}

static void preopen(void) {
  __wasi_prestat_t stat;
  OK(__wasi_fd_prestat_get(ROOT, &stat));
  SAME(stat.tag, __WASI_PREOPENTYPE_DIR);
  SAME(stat.u.dir.pr_name_len, 1);
  uint8_t name[2] = {0};
  FAILS(__wasi_fd_prestat_dir_name(ROOT, name, 0), NAMETOOLONG);
  OK(__wasi_fd_prestat_dir_name(ROOT, name, 2));
  SAME(name[0], '/');
  FAILS(__wasi_fd_prestat_get(1, &stat), BADF);
  FAILS(__wasi_fd_prestat_get(4, &stat), BADF);
  OK(__wasi_fd_close(ROOT));
  FAILS(__wasi_fd_prestat_get(ROOT, &stat), BADF);
}

static void no_preopen(void) {
  __wasi_prestat_t stat;
  __wasi_fd_t fd;
  FAILS(__wasi_fd_prestat_get(ROOT, &stat), BADF);
  FAILS(open_at(ROOT, "given.txt", 0, READ, 0, &fd), BADF);
}

static void contents(void) {
  __wasi_fd_t fd = make("f");
  __wasi_filesize_t at;
  __wasi_size_t length;
  OK(put(fd, "abcdef"));
  OK(__wasi_fd_tell(fd, &at));
  SAME(at, 6);
  OK(__wasi_fd_seek(fd, -4, __WASI_WHENCE_CUR, &at));
  SAME(at, 2);
  __wasi_ciovec_t two[2] = {{(const uint8_t *)"X", 1}, {(const uint8_t *)"YZ", 2}};
  OK(__wasi_fd_pwrite(fd, two, 2, 1, &length));
  SAME(length, 3);
  HOLDS(fd, "aXYZef");
  OK(__wasi_fd_tell(fd, &at));
  SAME(at, 2);
  uint8_t one[1], rest[9];
  __wasi_iovec_t parts[2] = {{one, 1}, {rest, 9}};
  OK(__wasi_fd_read(fd, parts, 2, &length));
  SAME(length, 4);
  SAME(one[0], 'Y');
  SAME(rest[2], 'f');
  OK(__wasi_fd_read(fd, parts, 2, &length));
  SAME(length, 0);
  FAILS(__wasi_fd_seek(fd, -7, __WASI_WHENCE_END, &at), INVAL);
  FAILS(__wasi_fd_seek(fd, 0, (__wasi_whence_t)7, &at), INVAL);
  OK(__wasi_fd_seek(fd, 2, __WASI_WHENCE_END, &at));
  OK(put(fd, "!"));
  HOLDS(fd, "aXYZef\0\0!");
  OK(__wasi_fd_close(fd));
  FAILS(put(fd, "x"), BADF);
}

static void sizes(void) {
  __wasi_fd_t fd = make("f"), other;
  OK(put(fd, "abcdef"));
  OK(__wasi_fd_filestat_set_size(fd, 2));
  HOLDS(fd, "ab");
  OK(__wasi_fd_filestat_set_size(fd, 4));
  __wasi_filestat_t stat;
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.size, 4);
  SAME(stat.filetype, __WASI_FILETYPE_REGULAR_FILE);
  OK(__wasi_fd_allocate(fd, 2, 8));
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.size, 10);
  OK(__wasi_fd_allocate(fd, 0, 1));
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.size, 10);
  FAILS(__wasi_fd_allocate(fd, 0, 0), INVAL);
  FAILS(__wasi_fd_filestat_set_size(fd, (__wasi_filesize_t)1 << 50), FBIG);
  OK(__wasi_fd_advise(fd, 0, 4, __WASI_ADVICE_WILLNEED));
  FAILS(__wasi_fd_advise(fd, 0, 4, (__wasi_advice_t)9), INVAL);
  OK(__wasi_fd_sync(fd));
  OK(__wasi_fd_datasync(fd));
  FAILS(__wasi_fd_sync(77), BADF);
  OK(open_at(ROOT, "f", __WASI_OFLAGS_TRUNC, READ | WRITE, 0, &other));
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.size, 0);
  // More than the whole file system may hold.
  FAILS(__wasi_fd_allocate(fd, 0, (__wasi_filesize_t)1 << 30), NOSPC);
}

static void append(void) {
  __wasi_fd_t fd;
  __wasi_filesize_t at;
  __wasi_size_t length;
  OK(open_at(ROOT, "log", CREAT, READ | WRITE | SEEK | __WASI_RIGHTS_FD_FDSTAT_SET_FLAGS, __WASI_FDFLAGS_APPEND, &fd));
  OK(put(fd, "one"));
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  OK(put(fd, "two"));
  HOLDS(fd, "onetwo");
  OK(__wasi_fd_tell(fd, &at));
  SAME(at, 6);
  __wasi_ciovec_t piece = {(const uint8_t *)"3", 1};
  OK(__wasi_fd_pwrite(fd, &piece, 1, 0, &length));
  HOLDS(fd, "onetwo3");
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get(fd, &stat));
  SAME(stat.fs_flags, __WASI_FDFLAGS_APPEND);
  OK(__wasi_fd_fdstat_set_flags(fd, 0));
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  OK(put(fd, "ONE"));
  HOLDS(fd, "ONEtwo3");
  FAILS(__wasi_fd_fdstat_set_flags(fd, 1 << 9), INVAL);
}

static void opening(void) {
  __wasi_fd_t fd, file;
  FAILS(open_at(ROOT, "none", 0, READ, 0, &fd), NOENT);
  FAILS(open_at(ROOT, "none/f", CREAT, READ, 0, &fd), NOENT);
  FAILS(open_at(ROOT, "", 0, READ, 0, &fd), NOENT);
  OK(open_at(ROOT, "given.txt", 0, READ | SEEK, 0, &file));
  HOLDS(file, "given");
  FAILS(open_at(file, "f", 0, READ, 0, &fd), NOTDIR);
  FAILS(open_at(ROOT, "given.txt/f", 0, READ, 0, &fd), NOTDIR);
  FAILS(open_at(ROOT, "given.txt/", 0, READ, 0, &fd), NOTDIR);
  FAILS(open_at(ROOT, "given.txt", __WASI_OFLAGS_DIRECTORY, READ, 0, &fd), NOTDIR);
  FAILS(open_at(ROOT, "given.txt", CREAT | __WASI_OFLAGS_EXCL, READ, 0, &fd), EXIST);
  FAILS(open_at(ROOT, "new", CREAT | __WASI_OFLAGS_DIRECTORY, READ, 0, &fd), INVAL);
  FAILS(open_at(ROOT, "new/", CREAT, READ, 0, &fd), ISDIR);
  FAILS(open_at(ROOT, "dir", 0, READ | WRITE, 0, &fd), ISDIR);
  FAILS(open_at(99, "given.txt", 0, READ, 0, &fd), BADF);
  FAILS(raw_path_open(ROOT, 2, (int32_t) "given.txt", 9, 0, READ, 0, 0, (int32_t)&fd), INVAL);
  FAILS(open_at(ROOT, "given.txt", 1 << 4, READ, 0, &fd), INVAL);
  FAILS(open_at(ROOT, "given.txt", 0, READ, 1 << 5, &fd), INVAL);
  FAILS(open_at(ROOT, "\xff", 0, READ, 0, &fd), ILSEQ);
  OK(open_at(ROOT, "given.txt", CREAT, READ, __WASI_FDFLAGS_NONBLOCK, &fd));
  OK(open_at(ROOT, "dir//./../dir/inner.txt", 0, READ, 0, &fd));
  OK(open_at(ROOT, "new", CREAT | __WASI_OFLAGS_EXCL, READ | WRITE, __WASI_FDFLAGS_SYNC | __WASI_FDFLAGS_DSYNC, &fd));
  // The lowest free number.
  OK(__wasi_fd_close(file));
  OK(open_at(ROOT, "new", 0, READ, 0, &fd));
  SAME(fd, file);
}

static void escape(void) {
  __wasi_fd_t fd;
  __wasi_fd_t dir;
  OK(open_at(ROOT, "dir", __WASI_OFLAGS_DIRECTORY, DIRECTORY_RIGHTS, 0, &dir));
  FAILS(open_at(dir, "..", 0, 0, 0, &fd), PERM);
  FAILS(open_at(dir, "../given.txt", 0, READ, 0, &fd), PERM);
  FAILS(open_at(dir, "inner/../../given.txt", 0, READ, 0, &fd), NOENT);
  FAILS(open_at(dir, "./../given.txt", 0, READ, 0, &fd), PERM);
  FAILS(open_at(ROOT, "/given.txt", 0, READ, 0, &fd), PERM);
  FAILS(open_at(ROOT, "dir/../../given.txt", 0, READ, 0, &fd), PERM);
  FAILS(__wasi_path_symlink("/given.txt", ROOT, "absolute"), PERM);
  OK(__wasi_path_symlink("../given.txt", dir, "up"));
  FAILS(open_at(dir, "up", 0, READ, 0, &fd), PERM);
  OK(open_at(ROOT, "dir/up", 0, READ, 0, &fd));
  FAILS(__wasi_path_create_directory(dir, "../made"), PERM);
  FAILS(__wasi_path_unlink_file(dir, "../given.txt"), PERM);
  FAILS(__wasi_path_rename(dir, "../given.txt", ROOT, "mine"), PERM);
  FAILS(__wasi_path_rename(ROOT, "given.txt", dir, "../../mine"), PERM);
  FAILS(__wasi_path_link(dir, 0, "../given.txt", dir, "mine"), PERM);
  OK(exists("given.txt"));
}

static void directories(void) {
  OK(__wasi_path_create_directory(ROOT, "made"));
  FAILS(__wasi_path_create_directory(ROOT, "made"), EXIST);
  FAILS(__wasi_path_create_directory(ROOT, "given.txt"), EXIST);
  FAILS(__wasi_path_create_directory(ROOT, "none/made"), NOENT);
  OK(__wasi_path_create_directory(ROOT, "made/inner/"));
  FAILS(__wasi_path_remove_directory(ROOT, "made"), NOTEMPTY);
  FAILS(__wasi_path_unlink_file(ROOT, "made"), ISDIR);
  FAILS(__wasi_path_unlink_file(ROOT, "made/"), ISDIR);
  FAILS(__wasi_path_remove_directory(ROOT, "given.txt"), NOTDIR);
  FAILS(__wasi_path_remove_directory(ROOT, "given.txt/"), NOTDIR);
  FAILS(__wasi_path_unlink_file(ROOT, "given.txt/"), NOTDIR);
  FAILS(__wasi_path_remove_directory(ROOT, "none"), NOENT);
  OK(__wasi_path_remove_directory(ROOT, "made/inner/"));
  OK(__wasi_path_remove_directory(ROOT, "made"));
  FAILS(exists("made"), NOENT);
  OK(__wasi_path_unlink_file(ROOT, "given.txt"));
  FAILS(__wasi_path_unlink_file(ROOT, "given.txt"), NOENT);
}

static void directory_descriptor(void) {
  __wasi_fd_t dir;
  OK(open_at(ROOT, "dir", __WASI_OFLAGS_DIRECTORY, DIRECTORY_RIGHTS, 0, &dir));
  uint8_t buffer[8];
  __wasi_iovec_t in = {buffer, sizeof buffer};
  __wasi_ciovec_t out = {buffer, sizeof buffer};
  __wasi_size_t length;
  __wasi_filesize_t at;
  FAILS(__wasi_fd_read(dir, &in, 1, &length), ISDIR);
  FAILS(__wasi_fd_pread(dir, &in, 1, 0, &length), ISDIR);
  FAILS(__wasi_fd_write(dir, &out, 1, &length), ISDIR);
  FAILS(__wasi_fd_pwrite(dir, &out, 1, 0, &length), ISDIR);
  FAILS(__wasi_fd_seek(dir, 0, __WASI_WHENCE_SET, &at), ISDIR);
  FAILS(__wasi_fd_tell(dir, &at), ISDIR);
  FAILS(__wasi_fd_allocate(dir, 0, 1), ISDIR);
  FAILS(__wasi_fd_filestat_set_size(dir, 0), ISDIR);
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get(dir, &stat));
  SAME(stat.fs_filetype, __WASI_FILETYPE_DIRECTORY);
  SAME(stat.fs_rights_base & (READ | WRITE | SEEK), 0);
  OK(__wasi_fd_sync(dir));
  // One that was removed stays empty and lets nothing in.
  __wasi_fd_t fd;
  OK(__wasi_path_unlink_file(ROOT, "dir/inner.txt"));
  OK(__wasi_path_remove_directory(ROOT, "dir"));
  FAILS(open_at(dir, "f", CREAT, READ, 0, &fd), NOENT);
  FAILS(__wasi_fd_readdir(dir, buffer, sizeof buffer, 0, &length), NOENT);
}

static void symbolic_links(void) {
  __wasi_fd_t fd;
  __wasi_filestat_t stat;
  uint8_t buffer[16] = {0};
  __wasi_size_t length;
  OK(__wasi_path_symlink("given.txt", ROOT, "link"));
  FAILS(__wasi_path_symlink("given.txt", ROOT, "link"), EXIST);
  FAILS(__wasi_path_symlink("given.txt", ROOT, "dir"), EXIST);
  FAILS(__wasi_path_symlink("given.txt", ROOT, "other/"), NOENT);
  FAILS(__wasi_path_symlink("", ROOT, "empty"), NOENT);
  OK(__wasi_path_readlink(ROOT, "link", buffer, sizeof buffer, &length));
  SAME(length, 9);
  SAME(memcmp(buffer, "given.txt", 9), 0);
  OK(__wasi_path_readlink(ROOT, "link", buffer, 4, &length));
  SAME(length, 4);
  FAILS(__wasi_path_readlink(ROOT, "given.txt", buffer, 4, &length), INVAL);
  stat = stat_of("link", 0);
  SAME(stat.filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  SAME(stat.size, 9);
  stat = stat_of("link", FOLLOW);
  SAME(stat.filetype, __WASI_FILETYPE_REGULAR_FILE);
  SAME(stat.size, 5);
  OK(open_at(ROOT, "link", 0, READ | SEEK, 0, &fd));
  HOLDS(fd, "given");
  FAILS(__wasi_path_open(ROOT, 0, "link", 0, READ, 0, 0, &fd), LOOP);
  FAILS(__wasi_path_open(ROOT, 0, "link", __WASI_OFLAGS_DIRECTORY, READ, 0, 0, &fd), NOTDIR);
  FAILS(open_at(ROOT, "link", CREAT | __WASI_OFLAGS_EXCL, READ, 0, &fd), EXIST);
  OK(__wasi_path_symlink("dir", ROOT, "to-dir"));
  OK(open_at(ROOT, "to-dir/inner.txt", 0, READ, 0, &fd));
  OK(__wasi_path_open(ROOT, 0, "to-dir/", 0, 0, 0, 0, &fd));
  OK(__wasi_path_symlink("loop", ROOT, "loop"));
  FAILS(open_at(ROOT, "loop", 0, READ, 0, &fd), LOOP);
  FAILS(__wasi_path_filestat_get(ROOT, FOLLOW, "loop", &stat), LOOP);
  OK(__wasi_path_symlink("made", ROOT, "dangling"));
  FAILS(open_at(ROOT, "dangling", 0, READ, 0, &fd), NOENT);
  OK(open_at(ROOT, "dangling", CREAT, READ | WRITE, 0, &fd));
  OK(exists("made"));
  FAILS(__wasi_path_remove_directory(ROOT, "to-dir"), NOTDIR);
  OK(__wasi_path_unlink_file(ROOT, "to-dir"));
  OK(exists("dir/inner.txt"));
}

static void hard_links(void) {
  OK(__wasi_path_link(ROOT, 0, "given.txt", ROOT, "dir/second"));
  __wasi_filestat_t first = stat_of("given.txt", 0), second = stat_of("dir/second", 0);
  SAME(first.ino, second.ino);
  SAME(first.dev, second.dev);
  SAME(first.nlink, 2);
  FAILS(__wasi_path_link(ROOT, 0, "given.txt", ROOT, "dir/second"), EXIST);
  FAILS(__wasi_path_link(ROOT, 0, "given.txt", ROOT, "third/"), NOENT);
  FAILS(__wasi_path_link(ROOT, 0, "none", ROOT, "third"), NOENT);
  FAILS(__wasi_path_link(ROOT, 0, "dir", ROOT, "third"), PERM);
  FAILS(__wasi_path_link(ROOT, FOLLOW, "given.txt", ROOT, "third"), INVAL);
  OK(__wasi_path_symlink("given.txt", ROOT, "link"));
  OK(__wasi_path_link(ROOT, 0, "link", ROOT, "link2"));
  SAME(stat_of("link2", 0).filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
  OK(__wasi_path_unlink_file(ROOT, "given.txt"));
  SAME(stat_of("dir/second", 0).nlink, 1);
  __wasi_fd_t fd;
  OK(open_at(ROOT, "dir/second", 0, READ | SEEK, 0, &fd));
  HOLDS(fd, "given");
}

static void renaming(void) {
  __wasi_fd_t fd = make("a");
  OK(put(fd, "A"));
  OK(__wasi_path_rename(ROOT, "a", ROOT, "given.txt"));
  FAILS(exists("a"), NOENT);
  OK(open_at(ROOT, "given.txt", 0, READ | SEEK, 0, &fd));
  HOLDS(fd, "A");
  FAILS(__wasi_path_rename(ROOT, "none", ROOT, "x"), NOENT);
  FAILS(__wasi_path_rename(ROOT, "given.txt", ROOT, "dir"), ISDIR);
  FAILS(__wasi_path_rename(ROOT, "dir", ROOT, "given.txt"), NOTDIR);
  FAILS(__wasi_path_rename(ROOT, "given.txt", ROOT, "x/"), NOTDIR);
  FAILS(__wasi_path_rename(ROOT, "given.txt/", ROOT, "x"), NOTDIR);
  FAILS(__wasi_path_rename(ROOT, "dir", ROOT, "dir/below"), INVAL);
  OK(__wasi_path_create_directory(ROOT, "empty"));
  FAILS(__wasi_path_rename(ROOT, "empty", ROOT, "dir"), NOTEMPTY);
  OK(__wasi_path_rename(ROOT, "dir/", ROOT, "empty/"));
  OK(exists("empty/inner.txt"));
  OK(__wasi_path_rename(ROOT, "empty", ROOT, "moved"));
  __wasi_fd_t dir;
  OK(open_at(ROOT, "moved", __WASI_OFLAGS_DIRECTORY, DIRECTORY_RIGHTS, 0, &dir));
  OK(__wasi_path_rename(ROOT, "given.txt", dir, "in"));
  OK(exists("moved/in"));
  OK(__wasi_path_rename(ROOT, "moved/in", ROOT, "moved/in"));
}

static void rights(void) {
  __wasi_fd_t fd, dir;
  __wasi_filesize_t at;
  __wasi_fdstat_t stat;
  __wasi_size_t length;
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  OK(open_at(ROOT, "given.txt", 0, READ, 0, &fd));
  FAILS(put(fd, "x"), NOTCAPABLE);
  FAILS(__wasi_fd_pread(fd, &in, 1, 0, &length), NOTCAPABLE);
  FAILS(__wasi_fd_seek(fd, 1, __WASI_WHENCE_SET, &at), NOTCAPABLE);
  FAILS(__wasi_fd_tell(fd, &at), NOTCAPABLE);
  FAILS(__wasi_fd_sync(fd), NOTCAPABLE);
  FAILS(__wasi_fd_datasync(fd), NOTCAPABLE);
  FAILS(__wasi_fd_advise(fd, 0, 0, 0), NOTCAPABLE);
  FAILS(__wasi_fd_allocate(fd, 0, 1), NOTCAPABLE);
  FAILS(__wasi_fd_filestat_set_size(fd, 0), NOTCAPABLE);
  FAILS(__wasi_fd_filestat_set_times(fd, 0, 0, 0), NOTCAPABLE);
  FAILS(__wasi_fd_fdstat_set_flags(fd, 0), NOTCAPABLE);
  OK(__wasi_fd_fdstat_get(fd, &stat));
  SAME(stat.fs_rights_base, READ);
  FAILS(__wasi_fd_fdstat_set_rights(fd, READ | WRITE, 0), NOTCAPABLE);
  OK(__wasi_fd_fdstat_set_rights(fd, 0, 0));
  FAILS(__wasi_fd_read(fd, &in, 1, &length), NOTCAPABLE);
  // `fd_seek` implies `fd_tell`, not the other way round.
  OK(open_at(ROOT, "given.txt", 0, __WASI_RIGHTS_FD_SEEK, 0, &fd));
  OK(__wasi_fd_tell(fd, &at));
  OK(open_at(ROOT, "given.txt", 0, __WASI_RIGHTS_FD_TELL, 0, &fd));
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &at));
  FAILS(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at), NOTCAPABLE);

  // A directory that may only be read passes on no more.
  OK(__wasi_path_open(ROOT, 0, "dir", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_PATH_OPEN, READ, 0, &dir));
  OK(open_at(dir, "inner.txt", 0, READ, 0, &fd));
  FAILS(open_at(dir, "inner.txt", 0, READ | WRITE, 0, &fd), NOTCAPABLE);
  FAILS(open_at(dir, "new", CREAT, READ, 0, &fd), NOTCAPABLE);
  FAILS(open_at(dir, "inner.txt", __WASI_OFLAGS_TRUNC, READ, 0, &fd), NOTCAPABLE);
  FAILS(open_at(dir, "inner.txt", 0, READ, __WASI_FDFLAGS_SYNC, &fd), NOTCAPABLE);
  FAILS(open_at(dir, "inner.txt", 0, READ, __WASI_FDFLAGS_DSYNC, &fd), NOTCAPABLE);
  __wasi_filestat_t filestat;
  FAILS(__wasi_path_create_directory(dir, "x"), NOTCAPABLE);
  FAILS(__wasi_path_remove_directory(dir, "x"), NOTCAPABLE);
  FAILS(__wasi_path_unlink_file(dir, "inner.txt"), NOTCAPABLE);
  FAILS(__wasi_path_filestat_get(dir, 0, "inner.txt", &filestat), NOTCAPABLE);
  FAILS(__wasi_path_filestat_set_times(dir, 0, "inner.txt", 0, 0, 0), NOTCAPABLE);
  FAILS(__wasi_path_readlink(dir, "inner.txt", &byte, 1, &length), NOTCAPABLE);
  FAILS(__wasi_path_symlink("x", dir, "y"), NOTCAPABLE);
  FAILS(__wasi_path_link(dir, 0, "inner.txt", ROOT, "y"), NOTCAPABLE);
  FAILS(__wasi_path_link(ROOT, 0, "given.txt", dir, "y"), NOTCAPABLE);
  FAILS(__wasi_path_rename(dir, "inner.txt", ROOT, "y"), NOTCAPABLE);
  FAILS(__wasi_path_rename(ROOT, "given.txt", dir, "y"), NOTCAPABLE);
  FAILS(__wasi_fd_readdir(dir, &byte, 1, 0, &length), NOTCAPABLE);
  FAILS(__wasi_fd_filestat_get(dir, &filestat), NOTCAPABLE);
}

static void times(void) {
  __wasi_fd_t fd = make("f");
  __wasi_filestat_t stat;
  OK(__wasi_fd_filestat_set_times(fd, 1000, 2000, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.atim, 1000);
  SAME(stat.mtim, 2000);
  OK(__wasi_fd_filestat_set_times(fd, 5, 5, __WASI_FSTFLAGS_MTIM_NOW));
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.atim, 1000);
  TRUE(stat.mtim > 2000);
  FAILS(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW), INVAL);
  FAILS(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW), INVAL);
  FAILS(__wasi_fd_filestat_set_times(fd, 0, 0, 1 << 4), INVAL);
  OK(__wasi_path_symlink("f", ROOT, "link"));
  OK(__wasi_path_filestat_set_times(ROOT, 0, "link", 0, 77, __WASI_FSTFLAGS_MTIM));
  SAME(stat_of("link", 0).mtim, 77);
  TRUE(stat_of("f", 0).mtim > 2000);
  OK(__wasi_path_filestat_set_times(ROOT, FOLLOW, "link", 0, 88, __WASI_FSTFLAGS_MTIM));
  SAME(stat_of("f", 0).mtim, 88);
  OK(put(fd, "x"));
  TRUE(stat_of("f", 0).mtim > 88);
  FAILS(__wasi_path_filestat_set_times(ROOT, 0, "none", 0, 0, 0), NOENT);
}

// Lists `dir` into `names`, each followed by a space, with a buffer of `size` bytes.
static void list(__wasi_fd_t dir, __wasi_size_t size, char *names) {
  static uint8_t buffer[4096];
  __wasi_dircookie_t cookie = 0;
  __wasi_size_t used;
  *names = 0;
  do {
    OK(__wasi_fd_readdir(dir, buffer, size, cookie, &used));
    for (__wasi_size_t at = 0; at + sizeof(__wasi_dirent_t) <= used;) {
      __wasi_dirent_t entry;
      memcpy(&entry, buffer + at, sizeof entry);
      at += sizeof entry;
      if (at + entry.d_namlen > used) break;
      strncat(names, (char *)buffer + at, entry.d_namlen);
      strcat(names, " ");
      at += entry.d_namlen;
      cookie = entry.d_next;
    }
  } while (used == size);
}

static void listing(void) {
  __wasi_fd_t dir;
  char names[256];
  OK(open_at(ROOT, "dir", __WASI_OFLAGS_DIRECTORY, DIRECTORY_RIGHTS, 0, &dir));
  __wasi_fd_t a, b;
  OK(open_at(dir, "a", CREAT, READ, 0, &a));
  OK(open_at(dir, "b", CREAT, READ, 0, &b));
  for (__wasi_size_t size = 40; size < 4096; size *= 3) {
    list(dir, size, names);
    SAME(strcmp(names, ". .. inner.txt a b "), 0);
  }
  uint8_t buffer[256];
  __wasi_size_t used;
  __wasi_dirent_t entry;
  OK(__wasi_fd_readdir(dir, buffer, sizeof buffer, 0, &used));
  memcpy(&entry, buffer, sizeof entry);
  SAME(entry.d_ino, stat_of("dir", 0).ino);
  SAME(entry.d_type, __WASI_FILETYPE_DIRECTORY);
  // From the cookie of `..`, with a name that is gone meanwhile.
  memcpy(&entry, buffer + sizeof entry + 1, sizeof entry);
  OK(__wasi_path_unlink_file(ROOT, "dir/inner.txt"));
  OK(__wasi_fd_readdir(dir, buffer, sizeof buffer, entry.d_next, &used));
  SAME(used, 2 * (sizeof entry + 1));
  memcpy(&entry, buffer, sizeof entry);
  SAME(entry.d_type, __WASI_FILETYPE_REGULAR_FILE);
  SAME(buffer[sizeof entry], 'a');
  OK(__wasi_fd_readdir(dir, buffer, 10, 0, &used));
  SAME(used, 10);
  FAILS(__wasi_fd_readdir(a, buffer, 10, 0, &used), NOTDIR);
}

static void renumbering(void) {
  __wasi_fd_t a = make("a"), b = make("b"), fd;
  OK(put(a, "A"));
  OK(__wasi_fd_renumber(a, b));
  HOLDS(b, "A");
  FAILS(put(a, "x"), BADF);
  FAILS(__wasi_fd_renumber(a, b), BADF);
  FAILS(__wasi_fd_renumber(b, 99), BADF);
  OK(__wasi_fd_renumber(b, b));
  // Over the preopen, which is then none any more.
  __wasi_prestat_t stat;
  OK(open_at(ROOT, "dir", __WASI_OFLAGS_DIRECTORY, DIRECTORY_RIGHTS, 0, &fd));
  OK(__wasi_fd_renumber(fd, ROOT));
  FAILS(__wasi_fd_prestat_get(ROOT, &stat), BADF);
  OK(open_at(ROOT, "inner.txt", 0, 0, 0, &fd));
}

static void removed(void) {
  __wasi_fd_t fd = make("f");
  OK(put(fd, "still here"));
  OK(__wasi_path_unlink_file(ROOT, "f"));
  HOLDS(fd, "still here");
  __wasi_filestat_t stat;
  OK(__wasi_fd_filestat_get(fd, &stat));
  SAME(stat.nlink, 0);
  __wasi_fd_t other = make("f");
  HOLDS(other, "");
  HOLDS(fd, "still here");
}

static __wasi_subscription_t clock_in(uint64_t userdata, __wasi_clockid_t id, __wasi_timestamp_t timeout, int flags) {
  __wasi_subscription_t subscription = {.userdata = userdata, .u = {.tag = __WASI_EVENTTYPE_CLOCK}};
  subscription.u.u.clock.id = id;
  subscription.u.u.clock.timeout = timeout;
  subscription.u.u.clock.flags = (__wasi_subclockflags_t)flags;
  return subscription;
}

static __wasi_subscription_t stream(uint64_t userdata, int tag, __wasi_fd_t fd) {
  __wasi_subscription_t subscription = {.userdata = userdata, .u = {.tag = (__wasi_eventtype_t)tag}};
  subscription.u.u.fd_read.file_descriptor = fd;
  return subscription;
}

static void polling(void) {
  __wasi_subscription_t in[4];
  __wasi_event_t out[4];
  __wasi_size_t count;
  __wasi_timestamp_t start, end;
  FAILS(__wasi_poll_oneoff(in, out, 0, &count), INVAL);

  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &start));
  in[0] = clock_in(1, __WASI_CLOCKID_MONOTONIC, 3600000000000ull, 0);
  in[1] = clock_in(2, __WASI_CLOCKID_REALTIME, 3000000, 0);
  OK(__wasi_poll_oneoff(in, out, 2, &count));
  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &end));
  SAME(count, 1);
  SAME(out[0].userdata, 2);
  SAME(out[0].type, __WASI_EVENTTYPE_CLOCK);
  // Timers of browsers are a fraction of a millisecond early.
  TRUE(end - start >= 2000000);

  in[0] = clock_in(3, __WASI_CLOCKID_MONOTONIC, start, __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME);
  OK(__wasi_poll_oneoff(in, out, 1, &count));
  SAME(count, 1);

  __wasi_fd_t fd;
  OK(open_at(ROOT, "given.txt", 0, READ | __WASI_RIGHTS_POLL_FD_READWRITE, 0, &fd));
  in[0] = stream(4, __WASI_EVENTTYPE_FD_READ, fd);
  in[1] = stream(5, __WASI_EVENTTYPE_FD_WRITE, 1);
  in[2] = stream(6, __WASI_EVENTTYPE_FD_READ, 0);
  in[3] = stream(7, __WASI_EVENTTYPE_FD_READ, 99);
  OK(__wasi_poll_oneoff(in, out, 4, &count));
  SAME(count, 4);
  SAME(out[0].error, 0);
  SAME(out[0].fd_readwrite.nbytes, 5);
  SAME(out[1].error, 0);
  TRUE(out[1].fd_readwrite.nbytes > 0);
  SAME(out[2].error, 0);
  SAME(out[3].error, __WASI_ERRNO_BADF);

  in[0] = stream(8, __WASI_EVENTTYPE_FD_WRITE, fd);
  in[1] = clock_in(9, __WASI_CLOCKID_PROCESS_CPUTIME_ID, 1, 0);
  OK(__wasi_poll_oneoff(in, out, 2, &count));
  SAME(out[0].error, __WASI_ERRNO_NOTCAPABLE);
  SAME(out[1].error, __WASI_ERRNO_NOTSUP);
}

static void sockets(void) {
  __wasi_fd_t fd;
  __wasi_size_t length;
  __wasi_roflags_t flags;
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  __wasi_ciovec_t out = {&byte, 1};
  for (__wasi_fd_t given = 0; given <= ROOT; given++) {
    FAILS(__wasi_sock_accept(given, 0, &fd), NOTSOCK);
    FAILS(__wasi_sock_recv(given, &in, 1, 0, &length, &flags), NOTSOCK);
    FAILS(__wasi_sock_send(given, &out, 1, 0, &length), NOTSOCK);
    FAILS(__wasi_sock_shutdown(given, __WASI_SDFLAGS_RD), NOTSOCK);
  }
  FAILS(__wasi_sock_accept(99, 0, &fd), BADF);
  FAILS(__wasi_sock_recv(99, &in, 1, 0, &length, &flags), BADF);
  FAILS(__wasi_sock_send(99, &out, 1, 0, &length), BADF);
  FAILS(__wasi_sock_shutdown(99, __WASI_SDFLAGS_RD), BADF);
}

static void pointers(void) {
  __wasi_size_t written;
  FAILS(raw_random_get(-8, 16), FAULT);
  FAILS(raw_fd_write(1, -4, 1, (int32_t)&written), FAULT);
  FAILS(raw_fd_write(1, 0, 2000, (int32_t)&written), INVAL);
  __wasi_ciovec_t outside = {(const uint8_t *)0x7fffffff, 16};
  FAILS(raw_fd_write(1, (int32_t)&outside, 1, (int32_t)&written), FAULT);
  __wasi_ciovec_t piece = {(const uint8_t *)"lost", 4};
  FAILS(raw_fd_write(1, (int32_t)&piece, 1, -2), FAULT);
  FAILS(raw_path_open(ROOT, 0, -1, 4, 0, 0, 0, 0, (int32_t)&written), FAULT);
}

static const struct {
  const char *name;
  void (*run)(void);
} cases[] = {
    {"args", args},
    {"environment", environment},
    {"no-environment", no_environment},
    {"clocks", clocks},
    {"random", random_numbers},
    {"process", process},
    {"exit", leave},
    {"stdio", stdio},
    {"preopen", preopen},
    {"no-preopen", no_preopen},
    {"contents", contents},
    {"sizes", sizes},
    {"append", append},
    {"opening", opening},
    {"escape", escape},
    {"directories", directories},
    {"directory-descriptor", directory_descriptor},
    {"symbolic-links", symbolic_links},
    {"hard-links", hard_links},
    {"renaming", renaming},
    {"rights", rights},
    {"times", times},
    {"listing", listing},
    {"renumbering", renumbering},
    {"removed", removed},
    {"polling", polling},
    {"sockets", sockets},
    {"pointers", pointers},
};

int main(int argc, char **argv) {
  for (size_t index = 0; argc > 1 && index < sizeof cases / sizeof *cases; index++) {
    if (strcmp(argv[1], cases[index].name) != 0) continue;
    cases[index].run();
    return failures > 0;
  }
  return 64;
}
