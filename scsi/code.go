package scsi

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// The additional sense codes that programs check, with T10's meaning (asc-num; the
// table of the MMC command sets). The usual sense key differs by drive, so match on the
// code first. Every other code is a number with a text.
const (
	CodeNoAdditionalSense                 Code = 0x0000
	CodeNoSeekComplete                    Code = 0x0200
	CodeNotReadyNoReasonGiven             Code = 0x0400
	CodeBecomingReady                     Code = 0x0401
	CodeInitializingCommandRequired       Code = 0x0402
	CodeManualInterventionNeeded          Code = 0x0403
	CodeFormatInProgress                  Code = 0x0404
	CodeOperationInProgress               Code = 0x0407
	CodeLongWriteInProgress               Code = 0x0408
	CodeLogicalUnitCommunicationFailure   Code = 0x0800
	CodeCommunicationTimeOut              Code = 0x0801
	CodeWriteError                        Code = 0x0C00
	CodeWriteErrorRecoveryNeeded          Code = 0x0C07
	CodeWriteErrorLossOfStreaming         Code = 0x0C09
	CodeUnrecoveredReadError              Code = 0x1100
	CodeRecoveredWithRetries              Code = 0x1701
	CodeInvalidOpcode                     Code = 0x2000
	CodeLBAOutOfRange                     Code = 0x2100
	CodeInvalidAddressForWrite            Code = 0x2102
	CodeInvalidFieldInCDB                 Code = 0x2400
	CodeLogicalUnitNotSupported           Code = 0x2500
	CodeMediumMayHaveChanged              Code = 0x2800
	CodePowerOnOrReset                    Code = 0x2900
	CodeDeviceResetFunction               Code = 0x2903
	CodeModeParametersChanged             Code = 0x2A01
	CodeProgramAreaIsEmpty                Code = 0x2C04
	CodeCommandsClearedByAnotherInitiator Code = 0x2F00
	CodeIncompatibleMedium                Code = 0x3000
	CodeMediumNotPresent                  Code = 0x3A00
	CodeMediumNotPresentTrayClosed        Code = 0x3A01
	CodeMediumNotPresentTrayOpen          Code = 0x3A02
	CodeTimeOutOnLogicalUnit              Code = 0x3E02
	CodeMediumRemovalPrevented            Code = 0x5302
	CodeOperatorSelectedWritePermit       Code = 0x5A03
	CodeIllegalModeForThisTrack           Code = 0x6400
	CodeSessionFixationLeadIn             Code = 0x7201
	CodeSessionFixationIncompleteTrack    Code = 0x7203
	CodeSessionFixationEmptyReservedTrack Code = 0x7204
	CodeNoMoreTrackReservations           Code = 0x7205
	CodePowerCalibrationAreaAlmostFull    Code = 0x7301
	CodePowerCalibrationAreaError         Code = 0x7303
)

// asc.txt has a line for each code of optical drives: four hex digits and the text that
// a user sees.
//
//go:embed asc.txt
var ascText string

// codeText is asc.txt, parsed on first use.
var codeText = sync.OnceValue(func() map[Code]string {
	texts := map[Code]string{}
	for line := range strings.Lines(ascText) {
		digits, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if code, err := strconv.ParseUint(digits, 16, 16); err == nil {
			texts[Code(code)] = text
		}
	}
	return texts
})
