// Preloaded into CDEmu's daemon, which then has file descriptor 3 in place of the control
// device of its kernel module: whoever holds the other end is the kernel.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define REPLACE(name)                                                     \
	int name(const char *path, int flags, ...)                        \
	{                                                                 \
		static int (*real)(const char *, int, ...);               \
		va_list rest;                                             \
		va_start(rest, flags);                                    \
		int mode = va_arg(rest, int);                             \
		va_end(rest);                                             \
		if (path && strcmp(path, "/dev/vhba_ctl") == 0)           \
			return dup(3);                                    \
		if (!real)                                                \
			real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
		return real(path, flags, mode);                           \
	}

REPLACE(open)
REPLACE(open64)
