/* Objects and their references, CoreFoundation, run loops. */
#include "fake.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct object *objects;
static char faults[8192], notes[65536];

#define MAGIC 0x0B7EC7
static const char *const kinds[KINDS] = { "", "CFString", "CFDictionary", "CFUUID", "DASession", "DADisk", "DADissenter",
	"plug-in", "SCSITaskDeviceInterface", "SCSITaskInterface", "IONotificationPort", "CFRunLoopSource" };

static void append(char *text, size_t size, const char *format, va_list args) {
	pthread_mutex_lock(&mutex);
	size_t n = strlen(text);
	vsnprintf(text + n, size - n, format, args);
	n = strlen(text);
	snprintf(text + n, size - n, "\n");
	pthread_mutex_unlock(&mutex);
}

void fault(const char *format, ...) {
	va_list args;
	va_start(args, format);
	append(faults, sizeof faults, format, args);
	va_end(args);
}

void note(const char *format, ...) {
	va_list args;
	va_start(args, format);
	append(notes, sizeof notes, format, args);
	va_end(args);
}

/* Objects are never freed before fake_reset, so that a use after release is seen. */
void *make(enum kind kind, size_t size) {
	struct object *o = calloc(1, size);
	o->magic = MAGIC;
	o->kind = kind;
	o->refs = 1;
	pthread_mutex_lock(&mutex);
	o->older = objects;
	objects = o;
	pthread_mutex_unlock(&mutex);
	return o;
}

void *use(const void *p, enum kind kind, const char *by) {
	const struct object *o = p;
	if (o == NULL || o->magic != MAGIC || (kind != 0 && o->kind != kind)) {
		fault("%s: %p is no %s", by, p, kinds[kind]);
		return NULL;
	}
	if (o->refs <= 0)
		fault("%s: the %s was released already", by, kinds[o->kind]);
	return (void *)p;
}

void keep(const void *p) {
	struct object *o = use(p, 0, "retain");
	pthread_mutex_lock(&mutex);
	if (o != NULL)
		o->refs++;
	pthread_mutex_unlock(&mutex);
}

int drop(const void *p, const char *by) {
	struct object *o = use(p, 0, by);
	if (o == NULL)
		return 0;
	pthread_mutex_lock(&mutex);
	int left = --o->refs;
	pthread_mutex_unlock(&mutex);
	return left;
}

/* fake_report says what is wrong: mistakes, and objects that nobody released. */
EXPORT const char *fake_report(void) {
	for (struct object *o = objects; o != NULL; o = o->older)
		if (o->refs > 0)
			fault("a %s is left, with %d references", kinds[o->kind], o->refs);
	extern void reportNames(void), reportPower(void);
	reportNames();
	reportPower();
	return faults;
}

EXPORT const char *fake_log(void) { return notes; }

EXPORT void fake_reset(void) {
	while (objects != NULL) {
		struct object *o = objects;
		objects = o->older;
		free(o);
	}
	faults[0] = notes[0] = 0;
	extern void resetRegistry(void);
	resetRegistry();
}

/* CFString, CFUUID, CFDictionary */

struct string { struct object o; char text[128]; };
struct uuid { struct object o; UInt8 bytes[16]; };
struct dictionary { struct object o; int entries; struct { CFTypeRef key, value; } entry[8]; };

#define kCFStringEncodingUTF8 0x08000100

CFStringRef string(const char *text) {
	struct string *s = make(STRING, sizeof *s);
	snprintf(s->text, sizeof s->text, "%s", text);
	return s;
}

const char *chars(CFStringRef text) {
	struct string *s = use(text, STRING, "CFString");
	return s == NULL ? "" : s->text;
}

EXPORT CFStringRef CFStringCreateWithCString(CFAllocatorRef allocator, const char *text, UInt32 encoding) {
	if (allocator != NULL || encoding != kCFStringEncodingUTF8)
		fault("CFStringCreateWithCString: encoding %X", encoding);
	return string(text);
}

EXPORT Boolean CFStringGetCString(CFStringRef text, char *buffer, CFIndex size, UInt32 encoding) {
	const char *c = chars(text);
	if (encoding != kCFStringEncodingUTF8 || (CFIndex)strlen(c) >= size)
		return 0;
	strcpy(buffer, c);
	return 1;
}

EXPORT CFTypeID CFStringGetTypeID(void) { return STRING; }
EXPORT CFTypeID CFDictionaryGetTypeID(void) { return DICTIONARY; }
EXPORT CFTypeID CFGetTypeID(CFTypeRef object) { return ((struct object *)use(object, 0, "CFGetTypeID"))->kind; }

EXPORT CFUUIDRef CFUUIDCreateFromUUIDBytes(CFAllocatorRef allocator, CFUUIDBytes bytes) {
	struct uuid *u = make(UUID, sizeof *u);
	(void)allocator;
	memcpy(u->bytes, &bytes, sizeof bytes);
	return u;
}

int equalUUID(CFUUIDRef uuid, const UInt8 *bytes) {
	struct uuid *u = use(uuid, UUID, "CFUUID");
	return u != NULL && memcmp(u->bytes, bytes, sizeof u->bytes) == 0;
}

/* CFDictionary.h: a version and five, or four, functions. */
EXPORT const struct { CFIndex version; void *functions[5]; } kCFTypeDictionaryKeyCallBacks = { 0, { 0 } };
EXPORT const struct { CFIndex version; void *functions[4]; } kCFTypeDictionaryValueCallBacks = { 0, { 0 } };

EXPORT CFMutableDictionaryRef CFDictionaryCreateMutable(CFAllocatorRef allocator, CFIndex capacity, const void *keys, const void *values) {
	if (allocator != NULL || capacity != 0 || keys != &kCFTypeDictionaryKeyCallBacks || values != &kCFTypeDictionaryValueCallBacks)
		fault("CFDictionaryCreateMutable: its entries would not be retained");
	return make(DICTIONARY, sizeof(struct dictionary));
}

EXPORT void CFDictionarySetValue(CFMutableDictionaryRef dictionary, CFTypeRef key, CFTypeRef value) {
	struct dictionary *d = use(dictionary, DICTIONARY, "CFDictionarySetValue");
	keep(key);
	keep(value);
	d->entry[d->entries].key = key;
	d->entry[d->entries++].value = value;
}

CFTypeRef lookUp(CFDictionaryRef dictionary, const char *key) {
	struct dictionary *d = use(dictionary, DICTIONARY, "CFDictionary");
	for (int i = 0; d != NULL && i < d->entries; i++)
		if (strcmp(chars(d->entry[i].key), key) == 0)
			return d->entry[i].value;
	return NULL;
}

EXPORT CFTypeRef CFDictionaryGetValue(CFDictionaryRef dictionary, CFTypeRef key) { return lookUp(dictionary, chars(key)); }

CFMutableDictionaryRef dictionary(const char *key, CFTypeRef value) {
	struct dictionary *d = make(DICTIONARY, sizeof *d);
	d->entry[d->entries].key = string(key);
	d->entry[d->entries++].value = value;
	return d;
}

EXPORT void CFRelease(CFTypeRef object) {
	struct object *o = use(object, 0, "CFRelease");
	if (o == NULL || drop(o, "CFRelease") != 0)
		return;
	if (o->kind == DICTIONARY) {
		struct dictionary *d = (struct dictionary *)o;
		for (int i = 0; i < d->entries; i++) {
			CFRelease(d->entry[i].key);
			CFRelease(d->entry[i].value);
		}
	}
	extern void releasedDisk(struct object *o);
	releasedDisk(o);
}

/* Run loops: one for each thread, with what is waiting to be called there. */

struct event { void (*call)(void *); void *argument; struct event *next; };
struct loop { int sources, stopped, running; struct event *first; };
static _Thread_local struct loop *ours;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static const char defaultMode[] = "kCFRunLoopDefaultMode";
EXPORT const void *kCFRunLoopDefaultMode = defaultMode;

struct loop *currentLoop(void) {
	if (ours == NULL)
		ours = calloc(1, sizeof *ours);
	return ours;
}

EXPORT CFRunLoopRef CFRunLoopGetCurrent(void) { return currentLoop(); }

void schedule(struct loop *loop, int change) {
	pthread_mutex_lock(&mutex);
	loop->sources += change;
	pthread_mutex_unlock(&mutex);
}

void post(struct loop *loop, void (*call)(void *), void *argument) {
	struct event *e = calloc(1, sizeof *e), **last;
	e->call = call;
	e->argument = argument;
	pthread_mutex_lock(&mutex);
	for (last = &loop->first; *last != NULL; last = &(*last)->next)
		;
	*last = e;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

/* A loop that isn't running doesn't notice. */
EXPORT void CFRunLoopStop(CFRunLoopRef ref) {
	struct loop *loop = ref;
	pthread_mutex_lock(&mutex);
	loop->stopped = loop->running;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

EXPORT SInt32 CFRunLoopRunInMode(const void *mode, double seconds, Boolean afterOne) {
	enum { finished = 1, stopped, timedOut, handledSource };
	struct loop *loop = currentLoop();
	struct timespec until;
	SInt32 result = 0;
	if (mode != kCFRunLoopDefaultMode || seconds <= 0 || seconds > 60 || afterOne != 1)
		fault("CFRunLoopRunInMode(%p, %f, %d)", mode, seconds, afterOne);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)(seconds * 1e9) % 1000000000;
	until.tv_sec += (time_t)seconds + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&mutex);
	loop->stopped = 0;
	loop->running = 1;
	while (result == 0) {
		struct event *e = loop->first;
		if (loop->sources == 0) {
			result = finished;
		} else if (e != NULL) {
			loop->first = e->next;
			pthread_mutex_unlock(&mutex);
			e->call(e->argument);
			free(e);
			pthread_mutex_lock(&mutex);
			result = handledSource;
		} else if (loop->stopped) {
			result = stopped;
		} else if (pthread_cond_timedwait(&changed, &mutex, &until) != 0) {
			result = timedOut;
		}
	}
	loop->running = 0;
	pthread_mutex_unlock(&mutex);
	return result;
}
