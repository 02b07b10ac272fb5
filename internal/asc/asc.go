// Package asc has constants for the additional sense codes (ASC and ASCQ) that redbook checks.
package asc

import "github.com/redbook-audio/redbook/scsi"

// The codes, with T10's meaning (asc-num; the tables of the MMC standards). The sense key of a code
// differs by drive, so match the code first. Package scsi has the texts.
const (
	NoAdditionalSense                 scsi.Code = 0x0000
	NoSeekComplete                    scsi.Code = 0x0200
	NotReadyNoReasonGiven             scsi.Code = 0x0400
	BecomingReady                     scsi.Code = 0x0401
	InitializingCommandRequired       scsi.Code = 0x0402
	ManualInterventionNeeded          scsi.Code = 0x0403
	FormatInProgress                  scsi.Code = 0x0404
	OperationInProgress               scsi.Code = 0x0407
	LongWriteInProgress               scsi.Code = 0x0408
	LogicalUnitCommunicationFailure   scsi.Code = 0x0800
	CommunicationTimeOut              scsi.Code = 0x0801
	WriteError                        scsi.Code = 0x0C00
	WriteErrorRecoveryNeeded          scsi.Code = 0x0C07
	WriteErrorLossOfStreaming         scsi.Code = 0x0C09
	UnrecoveredReadError              scsi.Code = 0x1100
	RecoveredWithRetries              scsi.Code = 0x1701
	InvalidOpcode                     scsi.Code = 0x2000
	LBAOutOfRange                     scsi.Code = 0x2100
	InvalidAddressForWrite            scsi.Code = 0x2102
	InvalidFieldInCDB                 scsi.Code = 0x2400
	LogicalUnitNotSupported           scsi.Code = 0x2500
	MediumMayHaveChanged              scsi.Code = 0x2800
	PowerOnOrReset                    scsi.Code = 0x2900
	DeviceResetFunction               scsi.Code = 0x2903
	ModeParametersChanged             scsi.Code = 0x2A01
	ProgramAreaIsEmpty                scsi.Code = 0x2C04
	CommandsClearedByAnotherInitiator scsi.Code = 0x2F00
	IncompatibleMedium                scsi.Code = 0x3000
	MediumNotPresent                  scsi.Code = 0x3A00
	MediumNotPresentTrayClosed        scsi.Code = 0x3A01
	MediumNotPresentTrayOpen          scsi.Code = 0x3A02
	TimeOutOnLogicalUnit              scsi.Code = 0x3E02
	MediumRemovalPrevented            scsi.Code = 0x5302
	OperatorSelectedWritePermit       scsi.Code = 0x5A03
	IllegalModeForThisTrack           scsi.Code = 0x6400
	SessionFixationLeadIn             scsi.Code = 0x7201
	SessionFixationIncompleteTrack    scsi.Code = 0x7203
	SessionFixationEmptyReservedTrack scsi.Code = 0x7204
	NoMoreTrackReservations           scsi.Code = 0x7205
	PowerCalibrationAreaAlmostFull    scsi.Code = 0x7301
	PowerCalibrationAreaError         scsi.Code = 0x7303
)
