/* What the parts of the fake share, and what a test calls. */
#ifndef FAKE_H
#define FAKE_H

#include "layouts.h"

#define EXPORT __attribute__((visibility("default")))

/* Every object that is handed out. The table of an interface comes first. */
enum kind { STRING = 1, DICTIONARY, UUID, SESSION, DISK, DISSENTER, CLIENT, DEVICE, TASK, PORT, SOURCE, KINDS };

struct object {
	const void *table; /* of an interface; else NULL */
	uint32_t magic;
	enum kind kind;
	int refs;
	struct object *older;
};

void *make(enum kind kind, size_t size); /* with one reference */
void *use(const void *p, enum kind kind, const char *by); /* checks that it is alive */
void keep(const void *p);
int drop(const void *p, const char *by); /* how many references are left */
void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* CoreFoundation */
CFStringRef string(const char *text);
const char *chars(CFStringRef text);
CFMutableDictionaryRef dictionary(const char *key, CFTypeRef value); /* takes over value */
CFTypeRef lookUp(CFDictionaryRef dictionary, const char *key);
int equalUUID(CFUUIDRef uuid, const UInt8 *bytes);

/* Run loops */
struct loop;
struct loop *currentLoop(void);
void schedule(struct loop *loop, int change); /* one source more, or less */
void post(struct loop *loop, void (*call)(void *), void *argument);

/* Names of the kernel's objects (io_object_t) */
struct drive;
enum nameKind { ITERATOR = 1, SERVICE, CHILD, NOTIFIER, CONNECTION };
io_object_t makeName(enum nameKind kind, struct drive *drive, int position);
struct name { enum nameKind kind; int refs; struct drive *drive; int position; };
struct name *useName(io_object_t name, enum nameKind kind, const char *by);

/* A drive, with what a test wants to go wrong. */
struct drive {
	UInt64 id;
	char vendor[32], product[32], revision[16], bsd[16], other[64];
	struct device *owner; /* has exclusive access */
	int connections;
	struct disk *claimed;
	int64_t mounted, removed;
	/* Codes that calls end in; 0 is success. */
	int64_t plugIn, query, noDevice, obtain, obtainTimes, giveBack, noTask, setCDB, setEntries, setTimeout;
	int64_t execute, getResponse, testUnitReady, claim, unmount, silent;
	int64_t noPlugIn;     /* no plug-in loads for the drive */
	int64_t otherClaim;   /* another program has claimed the disc, with no release callback */
	int64_t opened;       /* another program has the disc's node open */
	int64_t senseAlways;  /* sense data are handed on with every status */
	int64_t asked; /* what the holder of a claim answered to another program that wants it */
};
#define DRIVES 4
extern struct drive drives[DRIVES];
struct drive *driveByBSD(const char *name);

/* What a command looks like to the test's side. */
struct exchange {
	UInt64 drive;
	UInt8 cdb[16];
	UInt32 cdbLength, direction;
	UInt8 *data;
	UInt64 length;
	UInt32 timeout;
	/* the answer */
	SCSIServiceResponse response;
	SCSITaskStatus status;
	UInt8 sense[20]; /* 18 are used */
	UInt64 count;
};
typedef IOReturn (*handler)(struct exchange *exchange);
void copySense(const struct drive *drive, SCSI_Sense_Data *sense, const struct exchange *exchange);
extern handler answer;

#endif
