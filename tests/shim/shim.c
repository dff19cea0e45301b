/* A library for the tests, loaded before the system's: a disk that fails, and a clock that is wrong.
 *
 * SHIM_FAIL_AT=n      the n-th call that puts something on a disk fails, counted from 1
 * SHIM_ERROR=number   with that errno
 * SHIM_STAYS=1        and so do all that follow
 * SHIM_MARK=file      made when one failed
 * SHIM_NO_LOCKS=1     no file can be locked (ENOLCK)
 * SHIM_CLOCK=file     holds the seconds by which the clock is ahead
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;

/* Whether this call is to fail. Only ordinary files lie on a disk. */
static int fails(int fd) {
    const char *at = getenv("SHIM_FAIL_AT");
    struct stat kind;
    if (!at || fstat(fd, &kind) != 0 || !S_ISREG(kind.st_mode))
        return 0;
    long n = atomic_fetch_add(&calls, 1) + 1;
    if (n != atol(at) && !(n > atol(at) && getenv("SHIM_STAYS")))
        return 0;
    const char *mark = getenv("SHIM_MARK");
    if (mark) {
        int made = open(mark, O_CREAT | O_WRONLY, 0600);
        if (made >= 0)
            close(made);
    }
    const char *error = getenv("SHIM_ERROR");
    errno = error ? atoi(error) : EIO;
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
    return fails(fd) ? -1 : NEXT(write)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return fails(fd) ? -1 : NEXT(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    return fails(fd) ? -1 : NEXT(pwrite64)(fd, bytes, count, at);
}

int fsync(int fd) {
    return fails(fd) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd) {
    return fails(fd) ? -1 : NEXT(fdatasync)(fd);
}

int ftruncate(int fd, off_t length) {
    return fails(fd) ? -1 : NEXT(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return fails(fd) ? -1 : NEXT(ftruncate64)(fd, length);
}

static int control(const char *name, int fd, int command, void *argument) {
    int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
    if (getenv("SHIM_NO_LOCKS") && (command == F_SETLK || command == F_SETLKW)) {
        errno = ENOLCK;
        return -1;
    }
    return next(fd, command, argument);
}

int fcntl(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return control("fcntl", fd, command, argument);
}

int fcntl64(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return control("fcntl64", fd, command, argument);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int done = (int)syscall(SYS_clock_gettime, clock, time);
    const char *file = getenv("SHIM_CLOCK");
    if (done != 0 || clock != CLOCK_REALTIME || !file)
        return done;
    char text[32] = {0};
    int fd = open(file, O_RDONLY);
    if (fd >= 0) {
        if (read(fd, text, sizeof text - 1) > 0)
            time->tv_sec += atoll(text);
        close(fd);
    }
    return 0;
}
