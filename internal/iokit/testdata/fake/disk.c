/* DiskArbitration (DASession.h, DADisk.h, DADissenter.h) and power (IOPMLib.h). */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef SInt32 DAReturn;
typedef void *DASessionRef, *DADiskRef, *DADissenterRef;
typedef void (*DADiskCallback)(DADiskRef disk, DADissenterRef dissenter, void *context);
typedef DADissenterRef (*DADiskClaimReleaseCallback)(DADiskRef disk, void *context);

#define kDAReturnNotMounted ((DAReturn)0xF8DA0007)
#define kDAReturnNotPermitted ((DAReturn)0xF8DA0008)
#define kDADiskUnmountOptionWhole 1

void CFRelease(CFTypeRef object);

struct session { struct object o; struct loop *loop; };
struct disk { struct object o; struct session *session; struct drive *drive; DADiskClaimReleaseCallback release; void *context; };
struct dissenter { struct object o; DAReturn status; };

EXPORT DASessionRef DASessionCreate(CFAllocatorRef allocator) { return allocator != NULL ? NULL : make(SESSION, sizeof(struct session)); }

EXPORT void DASessionScheduleWithRunLoop(DASessionRef session, CFRunLoopRef loop, CFStringRef mode) {
	struct session *s = use(session, SESSION, "DASessionScheduleWithRunLoop");
	extern const void *kCFRunLoopDefaultMode;
	if (mode != kCFRunLoopDefaultMode || s->loop != NULL)
		fault("DASessionScheduleWithRunLoop: mode %p", mode);
	s->loop = (struct loop *)loop;
	schedule(s->loop, +1);
}

EXPORT void DASessionUnscheduleFromRunLoop(DASessionRef session, CFRunLoopRef loop, CFStringRef mode) {
	struct session *s = use(session, SESSION, "DASessionUnscheduleFromRunLoop");
	(void)mode;
	if (s->loop == NULL || s->loop != (struct loop *)loop)
		fault("DASessionUnscheduleFromRunLoop: it isn't there");
	schedule(s->loop, -1);
	s->loop = NULL;
}

/* A disk keeps its session; a claim ends with it. */
void releasedDisk(struct object *o) {
	if (o->kind == SESSION && ((struct session *)o)->loop != NULL)
		fault("a DASession was released that is scheduled");
	if (o->kind == DISK) {
		struct disk *d = (struct disk *)o;
		if (d->drive->claimed == d)
			fault("a DADisk was released that is claimed");
		CFRelease(d->session);
	}
}

EXPORT DADiskRef DADiskCreateFromBSDName(CFAllocatorRef allocator, DASessionRef session, const char *name) {
	struct drive *drive = driveByBSD(name);
	struct disk *d;
	if (allocator != NULL || drive == NULL)
		return NULL;
	d = make(DISK, sizeof *d);
	d->session = use(session, SESSION, "DADiskCreateFromBSDName");
	keep(session);
	d->drive = drive;
	return d;
}

EXPORT DADissenterRef DADissenterCreate(CFAllocatorRef allocator, DAReturn status, CFStringRef text) {
	struct dissenter *d = make(DISSENTER, sizeof *d);
	(void)allocator, (void)text;
	d->status = status;
	return d;
}

EXPORT DAReturn DADissenterGetStatus(DADissenterRef dissenter) {
	return ((struct dissenter *)use(dissenter, DISSENTER, "DADissenterGetStatus"))->status;
}

/* What DiskArbitration was asked, until the loop of the session gets to it. */
struct asked { struct disk *disk; DADiskCallback done; void *context; DAReturn status; int claim; };

static void reply(void *argument) {
	struct asked *a = argument;
	DADissenterRef dissenter = a->status == 0 ? NULL : DADissenterCreate(NULL, a->status, NULL);
	if (a->status == 0 && a->claim)
		a->disk->drive->claimed = a->disk;
	a->done(a->disk, dissenter, a->context);
	if (dissenter != NULL)
		CFRelease(dissenter);
	free(a);
}

static void ask(struct disk *disk, DADiskCallback done, void *context, DAReturn status, int claim) {
	struct asked *a = calloc(1, sizeof *a);
	*a = (struct asked){ disk, done, context, status, claim };
	if (disk->session->loop == NULL)
		fault("the DASession isn't scheduled: nobody will call back");
	else if (!disk->drive->silent)
		post(disk->session->loop, reply, a);
}

EXPORT void DADiskClaim(DADiskRef disk, UInt32 options, DADiskClaimReleaseCallback release, void *releaseContext, DADiskCallback done, void *context) {
	struct disk *d = use(disk, DISK, "DADiskClaim");
	note("claim %s", d->drive->bsd);
	if (options != 0)
		fault("DADiskClaim: options %X", options);
	d->release = release;
	d->context = releaseContext;
	/* A claim that can't be asked to end is defended by NotPermitted (DARequest.c). */
	ask(d, done, context, d->drive->otherClaim ? kDAReturnNotPermitted : (DAReturn)d->drive->claim, 1);
}

EXPORT void DADiskUnclaim(DADiskRef disk) {
	struct disk *d = use(disk, DISK, "DADiskUnclaim");
	note("unclaim %s", d->drive->bsd);
	if (d->drive->claimed == d)
		d->drive->claimed = NULL;
}

EXPORT void DADiskUnmount(DADiskRef disk, UInt32 options, DADiskCallback done, void *context) {
	struct disk *d = use(disk, DISK, "DADiskUnmount");
	DAReturn status = (DAReturn)d->drive->unmount;
	note("unmount %s", d->drive->bsd);
	if (options != kDADiskUnmountOptionWhole)
		fault("DADiskUnmount: options %X", options);
	if (status == 0 && !d->drive->mounted)
		status = kDAReturnNotMounted;
	if (status == 0)
		d->drive->mounted = 0;
	ask(d, done, context, status, 0);
}

/* fake_want is another program that wants a claimed disk. */
static void want(void *argument) {
	struct disk *d = argument;
	DADissenterRef dissenter = d->release(d, d->context);
	d->drive->asked = dissenter == NULL ? 1 : DADissenterGetStatus(dissenter);
	if (dissenter != NULL)
		CFRelease(dissenter);
}

EXPORT void fake_want(const char *bsd) {
	for (int i = 0; i < DRIVES; i++)
		if (strcmp(drives[i].bsd, bsd) == 0 && drives[i].claimed != NULL)
			post(drives[i].claimed->session->loop, want, drives[i].claimed);
}

/* IOPMLib.h. Assertions are counted by their ids. */

typedef void (*IOServiceInterestCallback)(void *refcon, io_service_t service, uint32_t messageType, void *messageArgument);
struct port { struct object o; struct source *source; };
struct source { struct object o; struct loop *loop; };
static struct { IOServiceInterestCallback callback; void *refcon; struct port *port; } listener;
static UInt32 assertions;
static int refusePower; /* 1: assertions, 2: notifications */

EXPORT IOReturn IOPMAssertionCreateWithName(CFStringRef type, UInt32 level, CFStringRef name, UInt32 *id) {
	if (strcmp(chars(type), "PreventUserIdleSystemSleep") != 0 || level != 255)
		return (IOReturn)0xE00002C2;
	if (refusePower == 1)
		return (IOReturn)0xE00002E2;
	note("assert %s", chars(name));
	*id = 0x8001 + assertions++;
	return 0;
}

EXPORT IOReturn IOPMAssertionRelease(UInt32 id) {
	if (assertions == 0 || id != 0x8001 + --assertions)
		fault("IOPMAssertionRelease: %X", id);
	note("release assertion");
	return 0;
}

EXPORT io_connect_t IORegisterForSystemPower(void *refcon, struct port **port, IOServiceInterestCallback callback, io_object_t *notifier) {
	if (refusePower == 2)
		return 0;
	listener.callback = callback;
	listener.refcon = refcon;
	listener.port = *port = make(PORT, sizeof **port);
	(*port)->source = make(SOURCE, sizeof *(*port)->source);
	*notifier = makeName(NOTIFIER, NULL, 0);
	return makeName(CONNECTION, NULL, 0);
}

EXPORT IOReturn IODeregisterForSystemPower(io_object_t *notifier) {
	useName(*notifier, NOTIFIER, "IODeregisterForSystemPower")->refs--;
	*notifier = 0;
	return 0;
}

EXPORT kern_return_t IOServiceClose(io_connect_t connection) {
	useName(connection, CONNECTION, "IOServiceClose")->refs--;
	return 0;
}

EXPORT IOReturn IOAllowPowerChange(io_connect_t root, long notification) {
	useName(root, CONNECTION, "IOAllowPowerChange");
	note("allow %ld", notification);
	return 0;
}

EXPORT IOReturn IOCancelPowerChange(io_connect_t root, long notification) {
	useName(root, CONNECTION, "IOCancelPowerChange");
	note("cancel %ld", notification);
	return 0;
}

EXPORT CFRunLoopSourceRef IONotificationPortGetRunLoopSource(struct port *port) {
	return ((struct port *)use(port, PORT, "IONotificationPortGetRunLoopSource"))->source;
}

EXPORT void IONotificationPortDestroy(struct port *port) {
	struct port *p = use(port, PORT, "IONotificationPortDestroy");
	if (p->source->loop != NULL)
		fault("IONotificationPortDestroy: its source is still in a run loop");
	drop(p->source, "IONotificationPortDestroy");
	drop(p, "IONotificationPortDestroy");
	listener.callback = NULL;
}

EXPORT void CFRunLoopAddSource(CFRunLoopRef loop, CFRunLoopSourceRef source, CFStringRef mode) {
	struct source *s = use(source, SOURCE, "CFRunLoopAddSource");
	extern const void *kCFRunLoopDefaultMode;
	if (mode != kCFRunLoopDefaultMode)
		fault("CFRunLoopAddSource: mode %p", mode);
	s->loop = (struct loop *)loop;
	schedule(s->loop, +1);
}

EXPORT void CFRunLoopRemoveSource(CFRunLoopRef loop, CFRunLoopSourceRef source, CFStringRef mode) {
	struct source *s = use(source, SOURCE, "CFRunLoopRemoveSource");
	(void)mode;
	if (s->loop == NULL || s->loop != (struct loop *)loop)
		fault("CFRunLoopRemoveSource: it isn't there");
	schedule(s->loop, -1);
	s->loop = NULL;
}

void reportPower(void) {
	if (assertions != 0)
		fault("%d assertions are left", assertions);
}

EXPORT void fake_refuse_power(int how) { refusePower = how; }

struct message { uint32_t type; long argument; };

static void tell(void *argument) {
	struct message *m = argument;
	if (listener.callback != NULL)
		listener.callback(listener.refcon, 0, m->type, (void *)m->argument);
	note("told %X", m->type);
	free(m);
}

/* fake_power is the system telling whoever listens that it is about to sleep, or was. */
EXPORT void fake_power(uint32_t type, long argument) {
	struct message *m = calloc(1, sizeof *m);
	m->type = type;
	m->argument = argument;
	post(listener.port->source->loop, tell, m);
}
