package scsi

import "fmt"

// SenseKey is the general reason of a CHECK CONDITION (SPC-4 4.5.6). As an error it matches
// every SenseError with that key.
type SenseKey uint8

// The sense keys that optical drives report. Error has words for the others too.
const (
	KeyNoSense        SenseKey = 0x0 // nothing to report; from some bridges instead of success
	KeyRecoveredError SenseKey = 0x1 // the command was carried out, with difficulty
	KeyNotReady       SenseKey = 0x2 // no disc, or busy; the Code is the reason
	KeyMediumError    SenseKey = 0x3 // a flaw of the disc
	KeyHardwareError  SenseKey = 0x4
	KeyIllegalRequest SenseKey = 0x5 // the command, or one of its fields, is not supported or not allowed now
	KeyUnitAttention  SenseKey = 0x6 // something happened before (a reset, another disc); the command was not carried out
	KeyDataProtect    SenseKey = 0x7 // the disc is write protected
	KeyBlankCheck     SenseKey = 0x8 // a blank sector was read, or a recorded one written
	KeyAbortedCommand SenseKey = 0xB // the device gave up
)

var senseKeyText = [16]string{
	"no sense", "recovered error", "not ready", "medium error", "hardware error",
	"illegal request", "unit attention", "data protect", "blank check",
	"vendor specific", "copy aborted", "aborted command", "sense key C",
	"volume overflow", "miscompare", "completed",
}

// Error returns T10's name of the key, in lower case: "not ready".
func (k SenseKey) Error() string { return senseKeyText[k&0x0F] }

// Code is an additional sense code and its qualifier, ASC<<8 | ASCQ (SPC-4 4.5.6). As an error
// it matches every SenseError with that code.
type Code uint16

// ASC returns the additional sense code, the high byte. Package fmt prints its text, as of any
// error; to print the number, convert it to a byte or use Sense.Triple.
func (c Code) ASC() ASC { return ASC(c >> 8) }

// ASCQ returns the additional sense code qualifier, the low byte.
func (c Code) ASCQ() byte { return byte(c) }

// Error returns the meaning of the code, such as "medium not present, tray closed", or the
// numbers of an unknown one: "code 04/55".
func (c Code) Error() string {
	if text, ok := codeText()[c]; ok {
		return text
	}
	if c.ASC() == 0x40 && c.ASCQ() >= 0x80 {
		// 40/NN is not a vendor code: the qualifier is the number of the part.
		return fmt.Sprintf("component failure (part %02Xh)", c.ASCQ())
	}
	if c.ASC() >= 0x80 || c.ASCQ() >= 0x80 {
		return fmt.Sprintf("vendor code %02X/%02X", byte(c.ASC()), c.ASCQ())
	}
	return fmt.Sprintf("code %02X/%02X", byte(c.ASC()), c.ASCQ())
}

// ASC is an additional sense code with any qualifier. As an error it matches every
// SenseError with that ASC. Prefer it to a Code where drives differ in the qualifier: an
// empty drive reports 3A/00, 3A/01 or 3A/02, and ASC(0x3A) matches all three.
//
// The ASCs that CD drives report most:
//
//	0x04  not ready: becoming ready, or busy with a long operation
//	0x28  medium may have changed
//	0x29  power on or reset
//	0x30  incompatible medium: the wrong kind of disc for the command, or a finalized one
//	0x3A  no disc
type ASC uint8

// Error returns the meaning of qualifier 00 and the number, such as "medium not present
// (3A/xx)", or only the number if that qualifier is unknown.
func (a ASC) Error() string {
	if text, ok := codeText()[Code(a)<<8]; ok {
		return fmt.Sprintf("%s (%02X/xx)", text, uint8(a))
	}
	return fmt.Sprintf("codes %02X/xx", uint8(a))
}
