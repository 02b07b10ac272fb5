/*
 * The layouts and calling conventions that a program for macOS is compiled against,
 * written down from Apple's published headers: CFPlugInCOM.h and CFUUID.h
 * (CoreFoundation), IOCFPlugIn.h, IOTypes.h, SCSITask.h and SCSITaskLib.h (IOKit).
 * Nothing in here was taken from the Go side; that is the point.
 *
 * -DMUTANT=n puts one mistake in, so that the tests can be seen to fail.
 */
#ifndef LAYOUTS_H
#define LAYOUTS_H

#include <stddef.h>
#include <stdint.h>

#ifndef MUTANT
#define MUTANT 0
#endif

/* MacTypes.h, IOTypes.h, IOReturn.h */
typedef uint8_t UInt8;
typedef uint16_t UInt16;
typedef uint32_t UInt32;
typedef int32_t SInt32;
typedef uint64_t UInt64;
typedef unsigned char Boolean;
typedef int32_t IOReturn, kern_return_t;
typedef uint32_t io_object_t, io_iterator_t, io_service_t, io_registry_entry_t, io_connect_t, mach_port_t;
typedef uint32_t IOOptionBits;
typedef struct { uint64_t address, length; } IOAddressRange;

/* CFBase.h */
typedef const void *CFTypeRef, *CFStringRef, *CFDictionaryRef, *CFUUIDRef, *CFAllocatorRef;
typedef void *CFMutableDictionaryRef, *CFRunLoopRef, *CFRunLoopSourceRef;
typedef long CFIndex;
typedef unsigned long CFTypeID;

/* CFUUID.h: goes by value, in registers. */
typedef struct {
	UInt8 byte0, byte1, byte2, byte3, byte4, byte5, byte6, byte7;
	UInt8 byte8, byte9, byte10, byte11, byte12, byte13, byte14, byte15;
} CFUUIDBytes;

/* CFPlugInCOM.h */
typedef SInt32 HRESULT;
typedef UInt32 ULONG;
typedef void *LPVOID;
typedef CFUUIDBytes REFIID;
#define IUNKNOWN_C_GUTS \
	void *_reserved; \
	HRESULT (*QueryInterface)(void *thisPointer, REFIID iid, LPVOID *ppv); \
	ULONG (*AddRef)(void *thisPointer); \
	ULONG (*Release)(void *thisPointer)

/* IOCFPlugIn.h */
typedef struct IOCFPlugInInterfaceStruct {
	IUNKNOWN_C_GUTS;
	UInt16 version;
	UInt16 revision;
	IOReturn (*Probe)(void *thisPointer, CFDictionaryRef propertyTable, io_service_t service, SInt32 *order);
	IOReturn (*Start)(void *thisPointer, CFDictionaryRef propertyTable, io_service_t service);
	IOReturn (*Stop)(void *thisPointer);
} IOCFPlugInInterface;

/* SCSITask.h */
typedef UInt32 SCSITaskAttribute, SCSITaskState, SCSITaskStatus, SCSIServiceResponse;
enum { kSCSIDataTransfer_NoDataTransfer = 0, kSCSIDataTransfer_FromInitiatorToTarget = 1, kSCSIDataTransfer_FromTargetToInitiator = 2 };
enum {
	kSCSIServiceResponse_Request_In_Process = 0,
	kSCSIServiceResponse_SERVICE_DELIVERY_OR_TARGET_FAILURE = 1,
	kSCSIServiceResponse_TASK_COMPLETE = 2
};

/* SCSICmds_REQUEST_SENSE_Defs.h */
typedef struct { UInt8 bytes[18]; } SCSI_Sense_Data;

/* SCSICmds_INQUIRY_Definitions.h: up to PRODUCT_REVISION_LEVEL */
typedef struct { UInt8 bytes[36]; } SCSICmd_INQUIRY_StandardData;

/* SCSICommandDefinitions.h */
typedef UInt8 SCSICmdField1Bit, SCSICmdField2Bit, SCSICmdField4Bit, SCSICmdField5Bit, SCSICmdField6Bit, SCSICmdField1Byte;
typedef UInt16 SCSICmdField2Byte;
typedef UInt32 SCSICmdField4Byte;

/* SCSITaskLib.h, for LP64. The members stand in the header's order. */
#if MUTANT == 1
typedef struct { uint64_t length, address; } SCSITaskSGElement;
#else
typedef IOAddressRange SCSITaskSGElement;
#endif

typedef void (*SCSITaskCallbackFunction)(SCSIServiceResponse response, SCSITaskStatus status, UInt64 bytesTransferred, void *refCon);

typedef struct SCSITaskInterface {
	IUNKNOWN_C_GUTS;
	UInt16 version;
	UInt16 revision;
	Boolean (*IsTaskActive)(void *task);
	IOReturn (*SetTaskAttribute)(void *task, SCSITaskAttribute inAttribute);
	IOReturn (*GetTaskAttribute)(void *task, SCSITaskAttribute *outAttribute);
	IOReturn (*SetCommandDescriptorBlock)(void *task, UInt8 *inCDB, UInt8 inSize);
	UInt8 (*GetCommandDescriptorBlockSize)(void *task);
	IOReturn (*GetCommandDescriptorBlock)(void *task, UInt8 *outCDB);
	IOReturn (*SetScatterGatherEntries)(void *task, SCSITaskSGElement *inScatterGatherList, UInt8 inScatterGatherEntries,
		UInt64 inTransferCount, UInt8 inTransferDirection);
	IOReturn (*SetTimeoutDuration)(void *task, UInt32 inTimeoutDurationMS);
	UInt32 (*GetTimeoutDuration)(void *task);
	IOReturn (*SetTaskCompletionCallback)(void *task, SCSITaskCallbackFunction callback, void *refCon);
	IOReturn (*ExecuteTaskAsync)(void *task);
	IOReturn (*ExecuteTaskSync)(void *task, SCSI_Sense_Data *senseDataBuffer, SCSITaskStatus *outStatus, UInt64 *realizedTransferCount);
#if MUTANT != 2
	IOReturn (*AbortTask)(void *task);
#endif
	IOReturn (*GetSCSIServiceResponse)(void *task, SCSIServiceResponse *outServiceResponse);
	IOReturn (*GetTaskState)(void *task, SCSITaskState *outState);
	IOReturn (*GetTaskStatus)(void *task, SCSITaskStatus *outStatus);
	UInt64 (*GetRealizedDataTransferCount)(void *task);
	IOReturn (*GetAutoSenseData)(void *task, SCSI_Sense_Data *senseDataBuffer);
	/* Added in 10.2 */
	IOReturn (*SetAutoSenseDataBuffer)(void *task, SCSI_Sense_Data *senseDataBuffer, UInt8 senseDataLength);
	/* Added in 10.6 */
	IOReturn (*ResetForNewTask)(void *task);
} SCSITaskInterface;

typedef struct SCSITaskDeviceInterface {
	IUNKNOWN_C_GUTS;
	UInt16 version;
	UInt16 revision;
	Boolean (*IsExclusiveAccessAvailable)(void *self);
	IOReturn (*AddCallbackDispatcherToRunLoop)(void *self, CFRunLoopRef cfRunLoopRef);
	void (*RemoveCallbackDispatcherFromRunLoop)(void *self);
	IOReturn (*ObtainExclusiveAccess)(void *self);
	IOReturn (*ReleaseExclusiveAccess)(void *self);
	SCSITaskInterface **(*CreateSCSITask)(void *self);
} SCSITaskDeviceInterface;

typedef struct MMCDeviceInterface {
	IUNKNOWN_C_GUTS;
	UInt16 version;
	UInt16 revision;
	IOReturn (*Inquiry)(void *self, SCSICmd_INQUIRY_StandardData *inquiryBuffer, UInt32 inqBufferSize,
		SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*TestUnitReady)(void *self, SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*GetPerformance)(void *self, SCSICmdField2Bit TOLERANCE, SCSICmdField1Bit WRITE, SCSICmdField2Bit EXCEPT,
		SCSICmdField4Byte STARTING_LBA, SCSICmdField2Byte MAXIMUM_NUMBER_OF_DESCRIPTORS, void *buffer,
		SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*GetConfiguration)(void *self, SCSICmdField1Byte RT, SCSICmdField2Byte STARTING_FEATURE_NUMBER, void *buffer,
		SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*ModeSense10)(void *self, SCSICmdField1Bit LLBAA, SCSICmdField1Bit DBD, SCSICmdField2Bit PC,
		SCSICmdField6Bit PAGE_CODE, void *buffer, SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus,
		SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*SetWriteParametersModePage)(void *self, void *buffer, SCSICmdField1Byte bufferSize,
		SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*GetTrayState)(void *self, UInt8 *trayState);
	IOReturn (*SetTrayState)(void *self, UInt8 trayState);
	IOReturn (*ReadTableOfContents)(void *self, SCSICmdField1Bit MSF, SCSICmdField4Bit FORMAT,
		SCSICmdField1Byte TRACK_SESSION_NUMBER, void *buffer, SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus,
		SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*ReadDiscInformation)(void *self, void *buffer, SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus,
		SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*ReadTrackInformation)(void *self, SCSICmdField2Bit ADDRESS_NUMBER_TYPE,
		SCSICmdField4Byte LOGICAL_BLOCK_ADDRESS_TRACK_SESSION_NUMBER, void *buffer, SCSICmdField2Byte bufferSize,
		SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*ReadDVDStructure)(void *self, SCSICmdField4Byte ADDRESS, SCSICmdField1Byte LAYER_NUMBER,
		SCSICmdField1Byte FORMAT, void *buffer, SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus,
		SCSI_Sense_Data *senseDataBuffer);
	SCSITaskDeviceInterface **(*GetSCSITaskDeviceInterface)(void *self);
	/* Added in 10.2 */
	IOReturn (*GetPerformanceV2)(void *self, SCSICmdField5Bit DATA_TYPE, SCSICmdField4Byte STARTING_LBA,
		SCSICmdField2Byte MAXIMUM_NUMBER_OF_DESCRIPTORS, SCSICmdField1Byte TYPE, void *buffer, SCSICmdField2Byte bufferSize,
		SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	/* Added in 10.3 */
	IOReturn (*SetCDSpeed)(void *self, SCSICmdField2Byte LOGICAL_UNIT_READ_SPEED, SCSICmdField2Byte LOGICAL_UNIT_WRITE_SPEED,
		SCSITaskStatus *taskStatus, SCSI_Sense_Data *senseDataBuffer);
	IOReturn (*ReadFormatCapacities)(void *self, void *buffer, SCSICmdField2Byte bufferSize, SCSITaskStatus *taskStatus,
		SCSI_Sense_Data *senseDataBuffer);
	/* What later versions add lies behind and isn't used: ReadDiscStructure, ReadDiscInformationV2,
	 * ReadTrackInformationV2, SetStreaming. */
	void *later[4];
} MMCDeviceInterface;

/* Sizes that a C compiler on a Mac (LP64) gives these structures. */
_Static_assert(sizeof(void *) == 8, "LP64 only");
_Static_assert(sizeof(CFUUIDBytes) == 16, "CFUUIDBytes");
_Static_assert(sizeof(SCSITaskSGElement) == 16, "SCSITaskSGElement");
_Static_assert(sizeof(IOCFPlugInInterface) == 64, "IOCFPlugInInterface");
_Static_assert(sizeof(SCSITaskDeviceInterface) == 88, "SCSITaskDeviceInterface");
#if MUTANT != 2
_Static_assert(sizeof(SCSITaskInterface) == 200, "SCSITaskInterface");
#endif
_Static_assert(sizeof(MMCDeviceInterface) == 200, "MMCDeviceInterface");

#endif
