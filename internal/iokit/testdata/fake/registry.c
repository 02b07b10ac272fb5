/* The I/O registry, plug-ins and their interfaces. */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct drive drives[DRIVES];
handler answer;

/* IOReturn.h */
#define SUCCESS 0
#define CODE(n) ((IOReturn)(0xE0000000u | (n)))
#define kIOReturnError CODE(0x2bc)
#define kIOReturnNoResources CODE(0x2be)
#define kIOReturnNoDevice CODE(0x2c0)
#define kIOReturnBadArgument CODE(0x2c2)
#define kIOReturnExclusiveAccess CODE(0x2c5)
#define kIOReturnUnsupported CODE(0x2c7)
#define kIOReturnBusy CODE(0x2d5)
#define E_NOINTERFACE ((HRESULT)0x80000004)

/* An IOReturn is the low half of a register. What the upper half has is anybody's guess. */
#define DIRTY(code) (0xDEADBEEF00000000u | (uint32_t)(code))

/* Names */

static struct name names[4096];
static unsigned nameCount;
#define NAME_BASE 0x1403

io_object_t makeName(enum nameKind kind, struct drive *drive, int position) {
	struct name n = { kind, 1, drive, position };
	if (nameCount == sizeof names / sizeof *names) {
		fault("no more names");
		return 0;
	}
	names[nameCount] = n;
	return NAME_BASE + 4 * nameCount++;
}

struct name *useName(io_object_t name, enum nameKind kind, const char *by) {
	unsigned i = (name - NAME_BASE) / 4;
	if (name < NAME_BASE || i >= nameCount || (kind != 0 && names[i].kind != kind)) {
		fault("%s: %X is not what it takes", by, name);
		return NULL;
	}
	if (names[i].refs <= 0)
		fault("%s: name %X was released already", by, name);
	return &names[i];
}

EXPORT kern_return_t IOObjectRelease(io_object_t object) {
	struct name *n = useName(object, 0, "IOObjectRelease");
	if (n != NULL)
		n->refs--;
	return SUCCESS;
}

void reportNames(void) {
	for (unsigned i = 0; i < nameCount; i++)
		if (names[i].refs > 0)
			fault("an io_object_t of kind %d is left", names[i].kind);
	for (int i = 0; i < DRIVES; i++)
		if (drives[i].owner != NULL || drives[i].claimed != NULL || drives[i].connections != 0)
			fault("drive %d is still owned, claimed or connected", i);
}

void resetRegistry(void) {
	memset(drives, 0, sizeof drives);
	memset(names, 0, sizeof names);
	nameCount = 0;
	answer = NULL;
}

/* What a test sets up */

EXPORT void fake_handler(handler h) { answer = h; }

EXPORT UInt64 fake_drive(const char *vendor, const char *product, const char *revision, const char *bsd) {
	for (int i = 0; i < DRIVES; i++) {
		struct drive *d = &drives[i];
		if (d->id != 0)
			continue;
		d->id = 0x1000004a2 + 16 * (UInt64)i;
		snprintf(d->vendor, sizeof d->vendor, "%s", vendor);
		snprintf(d->product, sizeof d->product, "%s", product);
		snprintf(d->revision, sizeof d->revision, "%s", revision);
		snprintf(d->bsd, sizeof d->bsd, "%s", bsd);
		return d->id;
	}
	return 0;
}

static struct drive *byID(UInt64 id) {
	for (int i = 0; i < DRIVES; i++)
		if (id != 0 && drives[i].id == id)
			return &drives[i];
	return NULL;
}

struct drive *driveByBSD(const char *name) {
	for (int i = 0; i < DRIVES; i++)
		if (drives[i].id != 0 && !drives[i].removed && *name != 0 && strcmp(drives[i].bsd, name) == 0)
			return &drives[i];
	return NULL;
}

#define KNOB(name) { #name, offsetof(struct drive, name) }
static const struct { const char *name; size_t at; } knobs[] = {
	KNOB(mounted), KNOB(removed), KNOB(plugIn), KNOB(query), KNOB(noDevice), KNOB(obtain), KNOB(obtainTimes), KNOB(giveBack),
	KNOB(noTask), KNOB(setCDB), KNOB(setEntries), KNOB(setTimeout), KNOB(execute), KNOB(getResponse), KNOB(testUnitReady),
	KNOB(claim), KNOB(unmount), KNOB(silent), KNOB(asked),
	KNOB(noPlugIn), KNOB(otherClaim), KNOB(opened), KNOB(senseAlways),
};

static int64_t *knob(UInt64 id, const char *name) {
	struct drive *d = byID(id);
	for (size_t i = 0; d != NULL && i < sizeof knobs / sizeof *knobs; i++)
		if (strcmp(knobs[i].name, name) == 0)
			return (int64_t *)((char *)d + knobs[i].at);
	fault("there is no knob %s", name);
	return NULL;
}

EXPORT void fake_set(UInt64 id, const char *name, int64_t value) { *knob(id, name) = value; }
EXPORT int64_t fake_get(UInt64 id, const char *name) { return *knob(id, name); }
EXPORT void fake_other(UInt64 id, const char *creator) { snprintf(byID(id)->other, sizeof drives->other, "%s", creator); }

/* IOKitLib.h */

EXPORT kern_return_t IOServiceGetMatchingServices(mach_port_t port, CFDictionaryRef matching, io_iterator_t *existing) {
	CFTypeRef properties = lookUp(matching, "IOPropertyMatch");
	CFTypeRef category = properties == NULL ? NULL : lookUp(properties, "SCSITaskDeviceCategory");
	int found = category != NULL && strcmp(chars(category), "SCSITaskAuthoringDevice") == 0;
	extern void CFRelease(CFTypeRef object);
	CFRelease(matching);
	if (port != 0)
		return kIOReturnBadArgument;
	*existing = makeName(ITERATOR, NULL, found ? 0 : DRIVES);
	return SUCCESS;
}

EXPORT CFMutableDictionaryRef IORegistryEntryIDMatching(UInt64 id) {
	char text[32];
	snprintf(text, sizeof text, "%llx", (unsigned long long)id);
	return dictionary("IORegistryEntryID", string(text));
}

EXPORT io_service_t IOServiceGetMatchingService(mach_port_t port, CFDictionaryRef matching) {
	CFTypeRef text = lookUp(matching, "IORegistryEntryID");
	struct drive *d = text == NULL || port != 0 ? NULL : byID(strtoull(chars(text), NULL, 16));
	extern void CFRelease(CFTypeRef object);
	CFRelease(matching);
	return d == NULL || d->removed ? 0 : makeName(SERVICE, d, 0);
}

/* An iterator goes over the drives, or over the user clients below one. */
EXPORT io_object_t IOIteratorNext(io_iterator_t iterator) {
	struct name *n = useName(iterator, ITERATOR, "IOIteratorNext");
	if (n == NULL)
		return 0;
	while (n->drive == NULL && n->position < DRIVES) {
		struct drive *d = &drives[n->position++];
		if (d->id != 0 && !d->removed)
			return makeName(SERVICE, d, 0);
	}
	if (n->drive == NULL || n->position >= 2)
		return 0;
	return makeName(CHILD, n->drive, n->position++);
}

EXPORT kern_return_t IORegistryEntryGetRegistryEntryID(io_registry_entry_t entry, UInt64 *id) {
	struct name *n = useName(entry, SERVICE, "IORegistryEntryGetRegistryEntryID");
	*id = n->drive->id;
	return SUCCESS;
}

EXPORT CFTypeRef IORegistryEntrySearchCFProperty(io_registry_entry_t entry, const char *plane, CFStringRef key, CFAllocatorRef allocator, IOOptionBits options) {
	struct drive *d = useName(entry, SERVICE, "IORegistryEntrySearchCFProperty")->drive;
	const char *name = chars(key);
	if (strcmp(plane, "IOService") != 0 || allocator != NULL || d->removed)
		return NULL;
	if (strcmp(name, "BSD Name") == 0 && options == 1) /* downwards; no IOMedia while somebody has the drive */
		return d->bsd[0] == 0 || d->owner != NULL ? NULL : string(d->bsd);
	if (strcmp(name, "Device Characteristics") == 0 && options == 3) {
		extern void CFDictionarySetValue(CFMutableDictionaryRef dictionary, CFTypeRef key, CFTypeRef value);
		extern void CFRelease(CFTypeRef object);
		CFMutableDictionaryRef all = dictionary("Vendor Name", string(d->vendor));
		const char *more[][2] = { { "Product Name", d->product }, { "Product Revision Level", d->revision } };
		for (int i = 0; i < 2; i++) {
			CFStringRef k = string(more[i][0]), v = string(more[i][1]);
			CFDictionarySetValue(all, k, v);
			CFRelease(k);
			CFRelease(v);
		}
		return all;
	}
	if (strcmp(name, "Protocol Characteristics") == 0 && options == 3)
		return dictionary("Physical Interconnect", string("USB"));
	return NULL;
}

EXPORT kern_return_t IORegistryEntryGetChildIterator(io_registry_entry_t entry, const char *plane, io_iterator_t *iterator) {
	struct name *n = useName(entry, SERVICE, "IORegistryEntryGetChildIterator");
	if (strcmp(plane, "IOService") != 0)
		return kIOReturnBadArgument;
	*iterator = makeName(ITERATOR, n->drive, 0);
	return SUCCESS;
}

/* Below a drive hang the nub of its medium, which has no creator, and user clients. */
EXPORT CFTypeRef IORegistryEntryCreateCFProperty(io_registry_entry_t entry, CFStringRef key, CFAllocatorRef allocator, IOOptionBits options) {
	struct name *n = useName(entry, CHILD, "IORegistryEntryCreateCFProperty");
	char own[32];
	if (strcmp(chars(key), "IOUserClientCreator") != 0 || allocator != NULL || options != 0)
		return NULL;
	snprintf(own, sizeof own, "pid %d, iokit.test", getpid());
	if (n->position == 0)
		return n->drive->connections > 0 ? string(own) : NULL;
	return n->drive->other[0] != 0 ? string(n->drive->other) : NULL;
}

/* Interfaces. A plug-in and its MMCDeviceInterface are two faces of one object. */

struct face { const void *table; struct client *client; };
struct client { struct object o; struct face plugIn, mmc; struct drive *drive; };
struct device { struct object o; struct client *client; };
struct task {
	struct object o;
	struct device *device;
	struct exchange x;
	SCSITaskSGElement *list; /* stored, not copied */
	UInt8 entries;
	int executed;
};

static const UInt8 mmcUserClientType[16] = { 0x97, 0xAB, 0xCF, 0x2C, 0x23, 0xCC, 0x11, 0xD5, 0xA0, 0xE8, 0x00, 0x30, 0x65, 0x70, 0x48, 0x66 };
static const UInt8 plugInInterfaceID[16] = { 0xC2, 0x44, 0xE8, 0x58, 0x10, 0x9C, 0x11, 0xD4, 0x91, 0xD4, 0x00, 0x50, 0xE4, 0xC6, 0x42, 0x6F };
#if MUTANT == 3
static const UInt8 mmcInterfaceID[16] = { 0x1F, 0x65, 0x11, 0x06, 0x23, 0xCC, 0x11, 0xD5, 0xDB, 0xBB, 0x00, 0x30, 0x65, 0x70, 0x48, 0x66 };
#else
static const UInt8 mmcInterfaceID[16] = { 0x1F, 0x65, 0x11, 0x06, 0x23, 0xCC, 0x11, 0xD5, 0xBB, 0xDB, 0x00, 0x30, 0x65, 0x70, 0x48, 0x66 };
#endif

static struct client *clientOf(void *self, const char *by) {
	struct face *f = self;
	return use(f->client, CLIENT, by);
}

static ULONG addFace(void *self) {
	struct client *c = clientOf(self, "AddRef");
	keep(c);
	return (ULONG)c->o.refs;
}

static ULONG releaseFace(void *self) {
	struct client *c = clientOf(self, "Release");
	int left = drop(c, "Release");
	if (left == 0)
		c->drive->connections--;
	return (ULONG)left;
}

static HRESULT queryFace(void *self, REFIID iid, LPVOID *out) {
	struct client *c = clientOf(self, "QueryInterface");
	*out = NULL;
	if (c->drive->query != 0)
		return (HRESULT)c->drive->query;
	if (memcmp(&iid, mmcInterfaceID, 16) != 0)
		return E_NOINTERFACE;
	keep(c);
	*out = &c->mmc;
	return 0;
}

static HRESULT noInterface(void *self, REFIID iid, LPVOID *out) {
	(void)self, (void)iid;
	*out = NULL;
	return E_NOINTERFACE;
}

static ULONG addObject(void *self) {
	keep(self);
	return (ULONG)((struct object *)self)->refs;
}

/* SCSITaskInterface */

static ULONG releaseTask(void *self) {
	note("release task");
	return (ULONG)drop(self, "Release of a task");
}

static IOReturn setCDB(void *self, UInt8 *cdb, UInt8 size) {
	struct task *t = use(self, TASK, "SetCommandDescriptorBlock");
	if (t->device->client->drive->setCDB != 0)
		return (IOReturn)t->device->client->drive->setCDB;
	if (size != 6 && size != 10 && size != 12 && size != 16)
		return kIOReturnBadArgument;
	memcpy(t->x.cdb, cdb, size);
	t->x.cdbLength = size;
	return SUCCESS;
}

static IOReturn setEntries(void *self, SCSITaskSGElement *list, UInt8 entries, UInt64 total, UInt8 direction) {
	struct task *t = use(self, TASK, "SetScatterGatherEntries");
	if (t->device->client->drive->setEntries != 0)
		return (IOReturn)t->device->client->drive->setEntries;
	if (direction > kSCSIDataTransfer_FromTargetToInitiator || (direction != 0) != (entries != 0))
		return kIOReturnBadArgument;
	t->list = list;
	t->entries = entries;
	t->x.length = total;
	t->x.direction = direction;
	return SUCCESS;
}

static IOReturn setTimeout(void *self, UInt32 milliseconds) {
	struct task *t = use(self, TASK, "SetTimeoutDuration");
	t->x.timeout = milliseconds;
	return (IOReturn)t->device->client->drive->setTimeout;
}

/* The library hands on sense data with CHECK CONDITION (UserClientLib, ExecuteTaskSync). */
void copySense(const struct drive *d, SCSI_Sense_Data *sense, const struct exchange *x) {
	if (d->senseAlways || x->status == 2 /* CHECK CONDITION */)
		memcpy(sense->bytes, x->sense, sizeof sense->bytes);
}

static uint64_t executeSync(void *self, SCSI_Sense_Data *sense, SCSITaskStatus *status, UInt64 *count) {
	struct task *t = use(self, TASK, "ExecuteTaskSync");
	struct drive *d = t->device->client->drive;
	IOReturn code;
	if (d->removed)
		return DIRTY(kIOReturnNoDevice);
	if (d->owner != t->device)
		return DIRTY(kIOReturnExclusiveAccess);
	if (d->execute != 0)
		return DIRTY(d->execute);
	if (t->executed || t->x.cdbLength == 0 || t->x.timeout == 0)
		fault("ExecuteTaskSync: executed %d, CDB of %d bytes, timeout %d", t->executed, t->x.cdbLength, t->x.timeout);
	t->x.drive = d->id;
	if (t->entries > 0) {
		if (t->entries != 1 || t->list->length != t->x.length)
			fault("ExecuteTaskSync: %d entries, %llu bytes", t->entries, (unsigned long long)t->list->length);
		t->x.data = (UInt8 *)(uintptr_t)t->list->address;
	}
	t->executed = 1;
	note("execute %02X", t->x.cdb[0]);
	code = answer(&t->x);
	copySense(d, sense, &t->x);
	*status = t->x.status;
	*count = t->x.count;
	return DIRTY(code);
}

static IOReturn serviceResponse(void *self, SCSIServiceResponse *response) {
	struct task *t = use(self, TASK, "GetSCSIServiceResponse");
	*response = t->x.response;
	return (IOReturn)t->device->client->drive->getResponse;
}

static IOReturn taskState(void *self, SCSITaskState *state) {
	(void)self;
	*state = 3; /* kSCSITaskState_ENDED */
	return SUCCESS;
}

static const SCSITaskInterface taskTable = {
	.QueryInterface = noInterface, .AddRef = addObject, .Release = releaseTask, .version = 1,
	.SetCommandDescriptorBlock = setCDB, .SetScatterGatherEntries = setEntries, .SetTimeoutDuration = setTimeout,
	.ExecuteTaskSync = (IOReturn (*)(void *, SCSI_Sense_Data *, SCSITaskStatus *, UInt64 *))(void *)executeSync,
	.GetSCSIServiceResponse = serviceResponse, .GetTaskState = taskState,
};

/* SCSITaskDeviceInterface */

static ULONG releaseDevice(void *self) {
	struct device *dev = use(self, DEVICE, "Release of a device");
	int left = drop(dev, "Release of a device");
	if (left == 0 && dev->client->drive->owner == dev)
		fault("a device was released that has exclusive access");
	return (ULONG)left;
}

static uint64_t available(void *self) {
	struct device *dev = use(self, DEVICE, "IsExclusiveAccessAvailable");
	struct drive *d = dev->client->drive;
	return 0xDEADBEEFDEADBE00u | (d->owner == NULL && (IOReturn)d->obtain != kIOReturnExclusiveAccess);
}

static uint64_t obtain(void *self) {
	struct device *dev = use(self, DEVICE, "ObtainExclusiveAccess");
	struct drive *d = dev->client->drive;
	note("obtain");
	if (d->removed)
		return DIRTY(kIOReturnNoDevice);
	if (d->obtain != 0 && d->obtainTimes != 0) {
		d->obtainTimes -= d->obtainTimes > 0;
		return DIRTY(d->obtain);
	}
	if (d->owner != NULL)
		return DIRTY(kIOReturnExclusiveAccess);
	if (d->mounted || d->opened) /* the block storage driver refuses to close */
		return DIRTY(kIOReturnBusy);
	d->owner = dev;
	return DIRTY(SUCCESS);
}

static IOReturn giveBack(void *self) {
	struct device *dev = use(self, DEVICE, "ReleaseExclusiveAccess");
	struct drive *d = dev->client->drive;
	note("give back");
	if (d->owner != dev)
		fault("ReleaseExclusiveAccess by one who doesn't have it");
	d->owner = NULL;
	return d->removed ? kIOReturnNoDevice : (IOReturn)d->giveBack;
}

/* The kernel's side has 16 tasks for each client. */
static SCSITaskInterface **createTask(void *self) {
	struct device *dev = use(self, DEVICE, "CreateSCSITask");
	struct task *t;
	int live = 0;
	if (dev->client->drive->noTask)
		return NULL;
	t = make(TASK, sizeof *t);
	for (struct object *o = t->o.older; o != NULL; o = o->older)
		live += o->kind == TASK && o->refs > 0;
	if (live >= 16)
		fault("more than 16 tasks");
	t->o.table = &taskTable;
	t->device = dev;
	note("create task");
	return (SCSITaskInterface **)(void *)t;
}

static const SCSITaskDeviceInterface deviceTable = {
	.QueryInterface = noInterface, .AddRef = addObject, .Release = releaseDevice, .version = 1,
	.IsExclusiveAccessAvailable = (Boolean (*)(void *))(void *)available,
	.ObtainExclusiveAccess = (IOReturn (*)(void *))(void *)obtain, .ReleaseExclusiveAccess = giveBack, .CreateSCSITask = createTask,
};

/* MMCDeviceInterface, in mmc.c */
extern const MMCDeviceInterface mmcTable;
struct drive *driveOfMMC(void *self) { return clientOf(self, "MMCDeviceInterface")->drive; }

SCSITaskDeviceInterface **getDevice(void *self) {
	struct client *c = clientOf(self, "GetSCSITaskDeviceInterface");
	struct device *dev;
	if (c->drive->noDevice)
		return NULL;
	dev = make(DEVICE, sizeof *dev);
	dev->o.table = &deviceTable;
	dev->client = c;
	return (SCSITaskDeviceInterface **)(void *)dev;
}

ULONG addMMC(void *self) { return addFace(self); }
ULONG releaseMMC(void *self) { return releaseFace(self); }
HRESULT queryMMC(void *self, REFIID iid, LPVOID *out) { return queryFace(self, iid, out); }

/* IOCFPlugIn.h */

static IOReturn stop(void *self) {
	clientOf(self, "Stop");
	return SUCCESS;
}

static const IOCFPlugInInterface plugInTable = {
	.QueryInterface = queryFace, .AddRef = addFace, .Release = releaseFace, .version = 1, .Stop = stop,
};

EXPORT kern_return_t IOCreatePlugInInterfaceForService(io_service_t service, CFUUIDRef type, CFUUIDRef interface,
	IOCFPlugInInterface ***out, SInt32 *score) {
	struct name *n = useName(service, SERVICE, "IOCreatePlugInInterfaceForService");
	struct client *c;
	if (n == NULL || !equalUUID(type, mmcUserClientType) || !equalUUID(interface, plugInInterfaceID))
		return kIOReturnError;
	if (n->drive->removed)
		return kIOReturnNoDevice;
	if (n->drive->noPlugIn)
		return kIOReturnUnsupported;
	if (n->drive->plugIn != 0) { /* what Start ended in, which goes to the system's log only */
		note("plug-in: %08X", (unsigned)n->drive->plugIn);
		return kIOReturnNoResources;
	}
	c = make(CLIENT, sizeof *c);
	c->plugIn = (struct face){ &plugInTable, c };
	c->mmc = (struct face){ &mmcTable, c };
	c->drive = n->drive;
	c->drive->connections++;
	*out = (IOCFPlugInInterface **)(void *)&c->plugIn;
	*score = 1000;
	return SUCCESS;
}

EXPORT kern_return_t IODestroyPlugInInterface(IOCFPlugInInterface **plugIn) {
	kern_return_t code = (*plugIn)->Stop(plugIn);
	(*plugIn)->Release(plugIn);
	return code;
}
