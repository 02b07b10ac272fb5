package scsi

// The additional sense codes that optical drives use, with T10's meaning (asc-num;
// the table of the MMC command sets). The usual sense key differs by drive: match
// on the code first.
const (
	CodeNoAdditionalSense                    Code = 0x0000
	CodeIOProcessTerminated                  Code = 0x0006
	CodeAudioPlayInProgress                  Code = 0x0011
	CodeAudioPlayPaused                      Code = 0x0012
	CodeAudioPlayCompleted                   Code = 0x0013
	CodeAudioPlayStoppedByError              Code = 0x0014
	CodeNoAudioStatusToReturn                Code = 0x0015
	CodeBackgroundOperationInProgress        Code = 0x0016
	CodeCleaningRequested                    Code = 0x0017
	CodeATAPassThroughInformationAvailable   Code = 0x001D
	CodeNoSeekComplete                       Code = 0x0200
	CodePeripheralWriteFault                 Code = 0x0300
	CodeNotReadyNoReasonGiven                Code = 0x0400
	CodeBecomingReady                        Code = 0x0401
	CodeInitializingCommandRequired          Code = 0x0402
	CodeManualInterventionNeeded             Code = 0x0403
	CodeFormatInProgress                     Code = 0x0404
	CodeRebuildInProgress                    Code = 0x0405
	CodeOperationInProgress                  Code = 0x0407
	CodeLongWriteInProgress                  Code = 0x0408
	CodeSelfTestInProgress                   Code = 0x0409
	CodeStartStopInProgress                  Code = 0x041A
	CodeLogicalUnitDoesNotRespond            Code = 0x0500
	CodeNoReferencePosition                  Code = 0x0600
	CodeLogicalUnitCommunicationFailure      Code = 0x0800
	CodeCommunicationTimeOut                 Code = 0x0801
	CodeCommunicationParityError             Code = 0x0802
	CodeCommunicationCRCErrorUltraDMA        Code = 0x0803
	CodeTrackFollowingError                  Code = 0x0900
	CodeTrackingServoFailure                 Code = 0x0901
	CodeFocusServoFailure                    Code = 0x0902
	CodeSpindleServoFailure                  Code = 0x0903
	CodeHeadSelectFault                      Code = 0x0904
	CodeWarning                              Code = 0x0B00
	CodeWarningOverTemperature               Code = 0x0B01
	CodeWriteError                           Code = 0x0C00
	CodeWriteErrorReallocationFailed         Code = 0x0C02
	CodeWriteErrorRecoveryNeeded             Code = 0x0C07
	CodeWriteErrorRecoveryFailed             Code = 0x0C08
	CodeWriteErrorLossOfStreaming            Code = 0x0C09
	CodeWriteErrorPaddingBlocksAdded         Code = 0x0C0A
	CodeDefectsInErrorWindow                 Code = 0x0C0F
	CodeIDCRCOrECCError                      Code = 0x1000
	CodeUnrecoveredReadError                 Code = 0x1100
	CodeReadRetriesExhausted                 Code = 0x1101
	CodeErrorTooLongToCorrect                Code = 0x1102
	CodeLECUncorrectable                     Code = 0x1105
	CodeCIRCUnrecovered                      Code = 0x1106
	CodeDataResynchronisationError           Code = 0x1107
	CodeMiscorrectedError                    Code = 0x110A
	CodeErrorReadingMCN                      Code = 0x110F
	CodeErrorReadingISRC                     Code = 0x1110
	CodeReadErrorLossOfStreaming             Code = 0x1111
	CodeRecordedEntityNotFound               Code = 0x1400
	CodeRecordNotFound                       Code = 0x1401
	CodeRandomPositioningError               Code = 0x1500
	CodeMechanicalPositioningError           Code = 0x1501
	CodePositioningErrorFoundByRead          Code = 0x1502
	CodeRecoveredWithoutECC                  Code = 0x1700
	CodeRecoveredWithRetries                 Code = 0x1701
	CodeRecoveredPositiveHeadOffset          Code = 0x1702
	CodeRecoveredNegativeHeadOffset          Code = 0x1703
	CodeRecoveredWithRetriesAndOrCIRC        Code = 0x1704
	CodeRecoveredUsingPreviousSectorID       Code = 0x1705
	CodeRecoveredWithoutECCReassignAdvised   Code = 0x1707
	CodeRecoveredWithoutECCRewriteAdvised    Code = 0x1708
	CodeRecoveredWithoutECCDataRewritten     Code = 0x1709
	CodeRecoveredWithECC                     Code = 0x1800
	CodeRecoveredWithECCAndRetries           Code = 0x1801
	CodeRecoveredAutoReallocated             Code = 0x1802
	CodeRecoveredWithCIRC                    Code = 0x1803
	CodeRecoveredWithLEC                     Code = 0x1804
	CodeRecoveredReassignAdvised             Code = 0x1805
	CodeRecoveredRewriteAdvised              Code = 0x1806
	CodeRecoveredWithLinking                 Code = 0x1808
	CodeParameterListLengthError             Code = 0x1A00
	CodeSynchronousDataTransferError         Code = 0x1B00
	CodeMiscompareOnVerify                   Code = 0x1D00
	CodeInvalidOpcode                        Code = 0x2000
	CodeLBAOutOfRange                        Code = 0x2100
	CodeInvalidElementAddress                Code = 0x2101
	CodeInvalidAddressForWrite               Code = 0x2102
	CodeInvalidWriteCrossingLayerJump        Code = 0x2103
	CodeInvalidFieldInCDB                    Code = 0x2400
	CodeLogicalUnitNotSupported              Code = 0x2500
	CodeInvalidFieldInParameterList          Code = 0x2600
	CodeParameterNotSupported                Code = 0x2601
	CodeParameterValueInvalid                Code = 0x2602
	CodeThresholdParametersNotSupported      Code = 0x2603
	CodeWriteProtected                       Code = 0x2700
	CodeHardwareWriteProtected               Code = 0x2701
	CodeSoftwareWriteProtected               Code = 0x2702
	CodeAssociatedWriteProtect               Code = 0x2703
	CodePersistentWriteProtect               Code = 0x2704
	CodePermanentWriteProtect                Code = 0x2705
	CodeConditionalWriteProtect              Code = 0x2706
	CodeMediumMayHaveChanged                 Code = 0x2800
	CodeImportExportElementAccessed          Code = 0x2801
	CodePowerOnOrReset                       Code = 0x2900
	CodePowerOn                              Code = 0x2901
	CodeSCSIBusReset                         Code = 0x2902
	CodeDeviceResetFunction                  Code = 0x2903
	CodeDeviceInternalReset                  Code = 0x2904
	CodeParametersChanged                    Code = 0x2A00
	CodeModeParametersChanged                Code = 0x2A01
	CodeLogParametersChanged                 Code = 0x2A02
	CodeCopyCannotExecute                    Code = 0x2B00
	CodeCommandSequenceError                 Code = 0x2C00
	CodeProgramAreaIsNotEmpty                Code = 0x2C03
	CodeProgramAreaIsEmpty                   Code = 0x2C04
	CodePersistentPreventConflict            Code = 0x2C06
	CodeInsufficientTimeForOperation         Code = 0x2E00
	CodeCommandsClearedByAnotherInitiator    Code = 0x2F00
	CodeIncompatibleMedium                   Code = 0x3000
	CodeCannotReadUnknownFormat              Code = 0x3001
	CodeCannotReadIncompatibleFormat         Code = 0x3002
	CodeCleaningCartridge                    Code = 0x3003
	CodeCannotWriteUnknownFormat             Code = 0x3004
	CodeCannotWriteIncompatibleFormat        Code = 0x3005
	CodeCannotFormatIncompatibleMedium       Code = 0x3006
	CodeCannotWriteApplicationCodeMismatch   Code = 0x3008
	CodeCurrentSessionNotFixatedForAppend    Code = 0x3009
	CodeMediumNotFormatted                   Code = 0x3010
	CodeMediumFormatCorrupted                Code = 0x3100
	CodeFormatCommandFailed                  Code = 0x3101
	CodeZonedFormatFailedSpareLinking        Code = 0x3102
	CodeParameterRounded                     Code = 0x3700
	CodeSavingParametersNotSupported         Code = 0x3900
	CodeMediumNotPresent                     Code = 0x3A00
	CodeMediumNotPresentTrayClosed           Code = 0x3A01
	CodeMediumNotPresentTrayOpen             Code = 0x3A02
	CodeMediumNotPresentLoadable             Code = 0x3A03
	CodeDestinationSlotFull                  Code = 0x3B0D
	CodeSourceSlotEmpty                      Code = 0x3B0E
	CodeMagazineNotAccessible                Code = 0x3B11
	CodeMagazineRemoved                      Code = 0x3B12
	CodeMagazineInserted                     Code = 0x3B13
	CodeNotSelfConfiguredYet                 Code = 0x3E00
	CodeLogicalUnitFailure                   Code = 0x3E01
	CodeTimeOutOnLogicalUnit                 Code = 0x3E02
	CodeSelfTestFailed                       Code = 0x3E03
	CodeOperatingConditionsChanged           Code = 0x3F00
	CodeMicrocodeChanged                     Code = 0x3F01
	CodeChangedOperatingDefinition           Code = 0x3F02
	CodeInquiryDataChanged                   Code = 0x3F03
	CodeComponentFailure                     Code = 0x4080
	CodeInternalTargetFailure                Code = 0x4400
	CodeSelectReselectFailure                Code = 0x4500
	CodeUnsuccessfulSoftReset                Code = 0x4600
	CodeSCSIParityError                      Code = 0x4700
	CodeInitiatorDetectedError               Code = 0x4800
	CodeInvalidMessage                       Code = 0x4900
	CodeDataPhaseError                       Code = 0x4B00
	CodeOverlappedCommands                   Code = 0x4E00
	CodeEraseFailure                         Code = 0x5100
	CodeEraseFailureIncompleteErase          Code = 0x5101
	CodeMediaLoadOrEjectFailed               Code = 0x5300
	CodeMediumRemovalPrevented               Code = 0x5302
	CodeSystemResourceFailure                Code = 0x5500
	CodeCannotRecoverTOC                     Code = 0x5700
	CodeOperatorRequest                      Code = 0x5A00
	CodeOperatorMediumRemovalRequest         Code = 0x5A01
	CodeOperatorSelectedWriteProtect         Code = 0x5A02
	CodeOperatorSelectedWritePermit          Code = 0x5A03
	CodeLogException                         Code = 0x5B00
	CodeFailurePredictionExceeded            Code = 0x5D00
	CodeMediaFailurePredicted                Code = 0x5D01
	CodeLogicalUnitFailurePredicted          Code = 0x5D02
	CodeSpareAreaExhaustionPredicted         Code = 0x5D03
	CodeFailurePredictionTest                Code = 0x5DFF
	CodeLowPowerCondition                    Code = 0x5E00
	CodeIdleByTimer                          Code = 0x5E01
	CodeStandbyByTimer                       Code = 0x5E02
	CodeIdleByCommand                        Code = 0x5E03
	CodeStandbyByCommand                     Code = 0x5E04
	CodeEndOfUserAreaEncountered             Code = 0x6300
	CodePacketDoesNotFit                     Code = 0x6301
	CodeIllegalModeForThisTrack              Code = 0x6400
	CodeInvalidPacketSize                    Code = 0x6401
	CodeVoltageFault                         Code = 0x6500
	CodeCopyProtectionAuthenticationFailure  Code = 0x6F00
	CodeKeyNotPresent                        Code = 0x6F01
	CodeKeyNotEstablished                    Code = 0x6F02
	CodeScrambledSectorWithoutAuthentication Code = 0x6F03
	CodeRegionMismatch                       Code = 0x6F04
	CodeRegionPermanentResetCount            Code = 0x6F05
	CodeSessionFixationError                 Code = 0x7200
	CodeSessionFixationLeadIn                Code = 0x7201
	CodeSessionFixationLeadOut               Code = 0x7202
	CodeSessionFixationIncompleteTrack       Code = 0x7203
	CodeSessionFixationEmptyReservedTrack    Code = 0x7204
	CodeNoMoreTrackReservations              Code = 0x7205
	CodeCDControlError                       Code = 0x7300
	CodePowerCalibrationAreaAlmostFull       Code = 0x7301
	CodePowerCalibrationAreaFull             Code = 0x7302
	CodePowerCalibrationAreaError            Code = 0x7303
	CodePMAUpdateFailure                     Code = 0x7304
	CodePMAFull                              Code = 0x7305
	CodeRMAPMAAlmostFull                     Code = 0x7306
	CodeCurrentPCAAlmostFull                 Code = 0x7310
	CodeCurrentPCAFull                       Code = 0x7311
)

// codeText is what each code means, in the words that a user sees.
var codeText = map[Code]string{
	CodeNoAdditionalSense:                    "no additional sense",
	CodeIOProcessTerminated:                  "I/O process terminated",
	CodeAudioPlayInProgress:                  "audio play in progress",
	CodeAudioPlayPaused:                      "audio play paused",
	CodeAudioPlayCompleted:                   "audio play completed",
	CodeAudioPlayStoppedByError:              "audio play stopped by error",
	CodeNoAudioStatusToReturn:                "no audio status to return",
	CodeBackgroundOperationInProgress:        "operation in progress",
	CodeCleaningRequested:                    "cleaning requested",
	CodeATAPassThroughInformationAvailable:   "ATA pass-through information available",
	CodeNoSeekComplete:                       "no seek complete",
	CodePeripheralWriteFault:                 "peripheral write fault",
	CodeNotReadyNoReasonGiven:                "not ready, no reason given",
	CodeBecomingReady:                        "becoming ready",
	CodeInitializingCommandRequired:          "initialising command needed",
	CodeManualInterventionNeeded:             "manual intervention needed",
	CodeFormatInProgress:                     "format in progress",
	CodeRebuildInProgress:                    "rebuild in progress",
	CodeOperationInProgress:                  "operation in progress",
	CodeLongWriteInProgress:                  "long write in progress",
	CodeSelfTestInProgress:                   "self-test in progress",
	CodeStartStopInProgress:                  "START STOP in progress",
	CodeLogicalUnitDoesNotRespond:            "logical unit does not respond",
	CodeNoReferencePosition:                  "no reference position",
	CodeLogicalUnitCommunicationFailure:      "logical unit communication failure",
	CodeCommunicationTimeOut:                 "communication time-out",
	CodeCommunicationParityError:             "communication parity error",
	CodeCommunicationCRCErrorUltraDMA:        "communication CRC error (Ultra-DMA)",
	CodeTrackFollowingError:                  "track following error",
	CodeTrackingServoFailure:                 "tracking servo failure",
	CodeFocusServoFailure:                    "focus servo failure",
	CodeSpindleServoFailure:                  "spindle servo failure",
	CodeHeadSelectFault:                      "head select fault",
	CodeWarning:                              "warning",
	CodeWarningOverTemperature:               "warning: over temperature",
	CodeWriteError:                           "write error",
	CodeWriteErrorReallocationFailed:         "write error, reallocation failed",
	CodeWriteErrorRecoveryNeeded:             "write error, recovery needed",
	CodeWriteErrorRecoveryFailed:             "write error, recovery failed",
	CodeWriteErrorLossOfStreaming:            "write error, loss of streaming",
	CodeWriteErrorPaddingBlocksAdded:         "write error, padding blocks added",
	CodeDefectsInErrorWindow:                 "defects in error window",
	CodeIDCRCOrECCError:                      "id CRC or ECC error",
	CodeUnrecoveredReadError:                 "unrecovered read error",
	CodeReadRetriesExhausted:                 "read retries exhausted",
	CodeErrorTooLongToCorrect:                "error too long to correct",
	CodeLECUncorrectable:                     "L-EC uncorrectable",
	CodeCIRCUnrecovered:                      "CIRC unrecovered",
	CodeDataResynchronisationError:           "data resynchronisation error",
	CodeMiscorrectedError:                    "miscorrected error",
	CodeErrorReadingMCN:                      "error reading MCN",
	CodeErrorReadingISRC:                     "error reading ISRC",
	CodeReadErrorLossOfStreaming:             "read error, loss of streaming",
	CodeRecordedEntityNotFound:               "recorded entity not found",
	CodeRecordNotFound:                       "record not found",
	CodeRandomPositioningError:               "random positioning error",
	CodeMechanicalPositioningError:           "mechanical positioning error",
	CodePositioningErrorFoundByRead:          "positioning error found by read",
	CodeRecoveredWithoutECC:                  "recovered without ECC",
	CodeRecoveredWithRetries:                 "recovered with retries",
	CodeRecoveredPositiveHeadOffset:          "recovered, positive head offset",
	CodeRecoveredNegativeHeadOffset:          "recovered, negative head offset",
	CodeRecoveredWithRetriesAndOrCIRC:        "recovered with retries and/or CIRC",
	CodeRecoveredUsingPreviousSectorID:       "recovered using previous sector id",
	CodeRecoveredWithoutECCReassignAdvised:   "recovered without ECC, reassign advised",
	CodeRecoveredWithoutECCRewriteAdvised:    "recovered without ECC, rewrite advised",
	CodeRecoveredWithoutECCDataRewritten:     "recovered without ECC, data rewritten",
	CodeRecoveredWithECC:                     "recovered with ECC",
	CodeRecoveredWithECCAndRetries:           "recovered with ECC and retries",
	CodeRecoveredAutoReallocated:             "recovered, auto-reallocated",
	CodeRecoveredWithCIRC:                    "recovered with CIRC",
	CodeRecoveredWithLEC:                     "recovered with L-EC",
	CodeRecoveredReassignAdvised:             "recovered, reassign advised",
	CodeRecoveredRewriteAdvised:              "recovered, rewrite advised",
	CodeRecoveredWithLinking:                 "recovered with linking",
	CodeParameterListLengthError:             "parameter list length error",
	CodeSynchronousDataTransferError:         "synchronous data transfer error",
	CodeMiscompareOnVerify:                   "miscompare on verify",
	CodeInvalidOpcode:                        "invalid opcode",
	CodeLBAOutOfRange:                        "LBA out of range",
	CodeInvalidElementAddress:                "invalid element address",
	CodeInvalidAddressForWrite:               "invalid address for write",
	CodeInvalidWriteCrossingLayerJump:        "invalid write crossing layer jump",
	CodeInvalidFieldInCDB:                    "invalid field in CDB",
	CodeLogicalUnitNotSupported:              "logical unit not supported",
	CodeInvalidFieldInParameterList:          "invalid field in parameter list",
	CodeParameterNotSupported:                "parameter not supported",
	CodeParameterValueInvalid:                "parameter value invalid",
	CodeThresholdParametersNotSupported:      "threshold parameters not supported",
	CodeWriteProtected:                       "write protected",
	CodeHardwareWriteProtected:               "hardware write protected",
	CodeSoftwareWriteProtected:               "software write protected",
	CodeAssociatedWriteProtect:               "associated write protect",
	CodePersistentWriteProtect:               "persistent write protect",
	CodePermanentWriteProtect:                "permanent write protect",
	CodeConditionalWriteProtect:              "conditional write protect",
	CodeMediumMayHaveChanged:                 "medium may have changed",
	CodeImportExportElementAccessed:          "import/export element accessed",
	CodePowerOnOrReset:                       "power on, reset or bus reset",
	CodePowerOn:                              "power on",
	CodeSCSIBusReset:                         "SCSI bus reset",
	CodeDeviceResetFunction:                  "device reset function",
	CodeDeviceInternalReset:                  "device internal reset",
	CodeParametersChanged:                    "parameters changed",
	CodeModeParametersChanged:                "mode parameters changed",
	CodeLogParametersChanged:                 "log parameters changed",
	CodeCopyCannotExecute:                    "copy cannot execute",
	CodeCommandSequenceError:                 "command sequence error",
	CodeProgramAreaIsNotEmpty:                "current program area is not empty",
	CodeProgramAreaIsEmpty:                   "current program area is empty",
	CodePersistentPreventConflict:            "persistent prevent conflict",
	CodeInsufficientTimeForOperation:         "insufficient time for operation",
	CodeCommandsClearedByAnotherInitiator:    "commands cleared by another initiator",
	CodeIncompatibleMedium:                   "incompatible medium",
	CodeCannotReadUnknownFormat:              "cannot read, unknown format",
	CodeCannotReadIncompatibleFormat:         "cannot read, incompatible format",
	CodeCleaningCartridge:                    "cleaning cartridge",
	CodeCannotWriteUnknownFormat:             "cannot write, unknown format",
	CodeCannotWriteIncompatibleFormat:        "cannot write, incompatible format",
	CodeCannotFormatIncompatibleMedium:       "cannot format, incompatible medium",
	CodeCannotWriteApplicationCodeMismatch:   "cannot write, application code mismatch",
	CodeCurrentSessionNotFixatedForAppend:    "current session not fixated for append",
	CodeMediumNotFormatted:                   "medium not formatted",
	CodeMediumFormatCorrupted:                "medium format corrupted",
	CodeFormatCommandFailed:                  "format command failed",
	CodeZonedFormatFailedSpareLinking:        "zoned format failed, spare linking",
	CodeParameterRounded:                     "parameter rounded",
	CodeSavingParametersNotSupported:         "saving parameters not supported",
	CodeMediumNotPresent:                     "medium not present",
	CodeMediumNotPresentTrayClosed:           "medium not present, tray closed",
	CodeMediumNotPresentTrayOpen:             "medium not present, tray open",
	CodeMediumNotPresentLoadable:             "medium not present, loadable",
	CodeDestinationSlotFull:                  "destination slot full",
	CodeSourceSlotEmpty:                      "source slot empty",
	CodeMagazineNotAccessible:                "magazine not accessible",
	CodeMagazineRemoved:                      "magazine removed",
	CodeMagazineInserted:                     "magazine inserted",
	CodeNotSelfConfiguredYet:                 "not self-configured yet",
	CodeLogicalUnitFailure:                   "logical unit failure",
	CodeTimeOutOnLogicalUnit:                 "time-out on logical unit",
	CodeSelfTestFailed:                       "self-test failed",
	CodeOperatingConditionsChanged:           "operating conditions changed",
	CodeMicrocodeChanged:                     "microcode changed",
	CodeChangedOperatingDefinition:           "changed operating definition",
	CodeInquiryDataChanged:                   "inquiry data changed",
	CodeComponentFailure:                     "component failure",
	CodeInternalTargetFailure:                "internal target failure",
	CodeSelectReselectFailure:                "select/reselect failure",
	CodeUnsuccessfulSoftReset:                "unsuccessful soft reset",
	CodeSCSIParityError:                      "SCSI parity error",
	CodeInitiatorDetectedError:               "initiator detected error",
	CodeInvalidMessage:                       "invalid message",
	CodeDataPhaseError:                       "data phase error",
	CodeOverlappedCommands:                   "overlapped commands",
	CodeEraseFailure:                         "erase failure",
	CodeEraseFailureIncompleteErase:          "erase failure, incomplete erase",
	CodeMediaLoadOrEjectFailed:               "media load or eject failed",
	CodeMediumRemovalPrevented:               "medium removal prevented",
	CodeSystemResourceFailure:                "system resource failure",
	CodeCannotRecoverTOC:                     "cannot recover TOC",
	CodeOperatorRequest:                      "operator request",
	CodeOperatorMediumRemovalRequest:         "operator medium removal request",
	CodeOperatorSelectedWriteProtect:         "operator selected write protect",
	CodeOperatorSelectedWritePermit:          "operator selected write permit",
	CodeLogException:                         "log exception",
	CodeFailurePredictionExceeded:            "failure prediction exceeded",
	CodeMediaFailurePredicted:                "media failure predicted",
	CodeLogicalUnitFailurePredicted:          "logical unit failure predicted",
	CodeSpareAreaExhaustionPredicted:         "spare area exhaustion predicted",
	CodeFailurePredictionTest:                "failure prediction (test)",
	CodeLowPowerCondition:                    "low power condition",
	CodeIdleByTimer:                          "idle by timer",
	CodeStandbyByTimer:                       "standby by timer",
	CodeIdleByCommand:                        "idle by command",
	CodeStandbyByCommand:                     "standby by command",
	CodeEndOfUserAreaEncountered:             "end of user area on this track",
	CodePacketDoesNotFit:                     "packet does not fit",
	CodeIllegalModeForThisTrack:              "illegal mode for this track",
	CodeInvalidPacketSize:                    "invalid packet size",
	CodeVoltageFault:                         "voltage fault",
	CodeCopyProtectionAuthenticationFailure:  "copy protection, authentication failure",
	CodeKeyNotPresent:                        "key not present",
	CodeKeyNotEstablished:                    "key not established",
	CodeScrambledSectorWithoutAuthentication: "scrambled sector without authentication",
	CodeRegionMismatch:                       "region mismatch",
	CodeRegionPermanentResetCount:            "region permanent / reset count",
	CodeSessionFixationError:                 "session fixation error",
	CodeSessionFixationLeadIn:                "fixation error writing lead-in",
	CodeSessionFixationLeadOut:               "fixation error writing lead-out",
	CodeSessionFixationIncompleteTrack:       "fixation error, incomplete track in session",
	CodeSessionFixationEmptyReservedTrack:    "empty or partly written reserved track",
	CodeNoMoreTrackReservations:              "no more track reservations",
	CodeCDControlError:                       "CD control error",
	CodePowerCalibrationAreaAlmostFull:       "power calibration area almost full",
	CodePowerCalibrationAreaFull:             "power calibration area full",
	CodePowerCalibrationAreaError:            "power calibration area error",
	CodePMAUpdateFailure:                     "PMA update failure",
	CodePMAFull:                              "PMA full",
	CodeRMAPMAAlmostFull:                     "RMA/PMA almost full",
	CodeCurrentPCAAlmostFull:                 "current PCA almost full",
	CodeCurrentPCAFull:                       "current PCA full",
}
