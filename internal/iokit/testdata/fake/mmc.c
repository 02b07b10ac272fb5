/* MMCDeviceInterface: a few commands, without exclusive access. */
#include "fake.h"

#include <string.h>

struct drive *driveOfMMC(void *self);
SCSITaskDeviceInterface **getDevice(void *self);
ULONG addMMC(void *self);
ULONG releaseMMC(void *self);
HRESULT queryMMC(void *self, REFIID iid, LPVOID *out);

#define kIOReturnNoDevice ((IOReturn)0xE00002C0)
#define kIOReturnExclusiveAccess ((IOReturn)0xE00002C5)
#define kIOReturnIOError ((IOReturn)0xE00002CA)

static IOReturn send(void *self, const UInt8 *cdb, UInt32 length, void *buffer, UInt32 size, SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	struct drive *d = driveOfMMC(self);
	struct exchange x = { .drive = d->id, .cdbLength = length, .data = buffer, .length = size, .timeout = 10000 };
	IOReturn code;
	if (d->removed)
		return kIOReturnNoDevice;
	if (d->owner != NULL)
		return kIOReturnExclusiveAccess;
	memcpy(x.cdb, cdb, length);
	x.direction = size > 0 ? kSCSIDataTransfer_FromTargetToInitiator : kSCSIDataTransfer_NoDataTransfer;
	note("look %02X", cdb[0]);
	code = answer(&x);
	if (code == 0 && x.response != kSCSIServiceResponse_TASK_COMPLETE)
		return kIOReturnIOError;
	*status = x.status;
	copySense(d, sense, &x);
	return code;
}

static IOReturn inquiry(void *self, SCSICmd_INQUIRY_StandardData *buffer, UInt32 size, SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[6] = { 0x12, 0, 0, 0, (UInt8)size };
	if (size > sizeof *buffer)
		fault("Inquiry for %d bytes", size);
	return send(self, cdb, sizeof cdb, buffer, size, status, sense);
}

static IOReturn testUnitReady(void *self, SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[6] = { 0 };
	if (driveOfMMC(self)->testUnitReady != 0)
		return (IOReturn)driveOfMMC(self)->testUnitReady;
	return send(self, cdb, sizeof cdb, NULL, 0, status, sense);
}

static IOReturn getConfiguration(void *self, SCSICmdField1Byte rt, SCSICmdField2Byte feature, void *buffer, SCSICmdField2Byte size,
	SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[10] = { 0x46, rt, (UInt8)(feature >> 8), (UInt8)feature, 0, 0, 0, (UInt8)(size >> 8), (UInt8)size };
	return send(self, cdb, sizeof cdb, buffer, size, status, sense);
}

static IOReturn modeSense10(void *self, SCSICmdField1Bit llbaa, SCSICmdField1Bit dbd, SCSICmdField2Bit pc, SCSICmdField6Bit page,
	void *buffer, SCSICmdField2Byte size, SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[10] = { 0x5A, (UInt8)(llbaa << 4 | dbd << 3), (UInt8)(pc << 6 | page), 0, 0, 0, 0, (UInt8)(size >> 8), (UInt8)size };
	return send(self, cdb, sizeof cdb, buffer, size, status, sense);
}

/* Formats below 4 go out as SFF-8020i has them, in the top bits of byte 9, which MMC gives
 * to the vendor (IOSCSIMultimediaCommands, READ_TOC_PMA_ATIP). */
static IOReturn readTOC(void *self, SCSICmdField1Bit msf, SCSICmdField4Bit format, SCSICmdField1Byte track, void *buffer,
	SCSICmdField2Byte size, SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[10] = { 0x43, (UInt8)(msf << 1), 0, 0, 0, 0, track, (UInt8)(size >> 8), (UInt8)size };
	if (format >= 4)
		cdb[2] = format;
	else
		cdb[9] = (UInt8)(format << 6);
	return send(self, cdb, sizeof cdb, buffer, size, status, sense);
}

static IOReturn readDisc(void *self, void *buffer, SCSICmdField2Byte size, SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[10] = { 0x51, 0, 0, 0, 0, 0, 0, (UInt8)(size >> 8), (UInt8)size };
	return send(self, cdb, sizeof cdb, buffer, size, status, sense);
}

static IOReturn readTrack(void *self, SCSICmdField2Bit type, SCSICmdField4Byte address, void *buffer, SCSICmdField2Byte size,
	SCSITaskStatus *status, SCSI_Sense_Data *sense) {
	UInt8 cdb[10] = { 0x52, type, (UInt8)(address >> 24), (UInt8)(address >> 16), (UInt8)(address >> 8), (UInt8)address, 0,
		(UInt8)(size >> 8), (UInt8)size };
	return send(self, cdb, sizeof cdb, buffer, size, status, sense);
}

const MMCDeviceInterface mmcTable = {
	.QueryInterface = queryMMC, .AddRef = addMMC, .Release = releaseMMC, .version = 1,
	.Inquiry = inquiry, .TestUnitReady = testUnitReady, .GetConfiguration = getConfiguration, .ModeSense10 = modeSense10,
	.ReadTableOfContents = readTOC, .ReadDiscInformation = readDisc, .ReadTrackInformation = readTrack,
	.GetSCSITaskDeviceInterface = getDevice,
};
