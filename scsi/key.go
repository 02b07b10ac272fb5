package scsi

import "fmt"

// SenseKey is the coarse reason of a CHECK CONDITION (SPC-4 table 43). As an
// error it matches every SenseError with that key.
type SenseKey uint8

// The sense keys of optical drives. String supports the others too.
const (
	KeyNoSense        SenseKey = 0x0
	KeyRecoveredError SenseKey = 0x1
	KeyNotReady       SenseKey = 0x2
	KeyMediumError    SenseKey = 0x3
	KeyHardwareError  SenseKey = 0x4
	KeyIllegalRequest SenseKey = 0x5
	KeyUnitAttention  SenseKey = 0x6
	KeyDataProtect    SenseKey = 0x7
	KeyBlankCheck     SenseKey = 0x8
	KeyAbortedCommand SenseKey = 0xB
)

var senseKeyText = [16]string{
	"no sense", "recovered error", "not ready", "medium error", "hardware error",
	"illegal request", "unit attention", "data protect", "blank check",
	"vendor specific", "copy aborted", "aborted command", "sense key C",
	"volume overflow", "miscompare", "completed",
}

// String returns the key in T10's words, such as "not ready".
func (k SenseKey) String() string { return senseKeyText[k&0x0F] }

// Error is String.
func (k SenseKey) Error() string { return k.String() }

// Code is an additional sense code and its qualifier: ASC<<8 | ASCQ. As an error it
// matches every SenseError with that code.
type Code uint16

// ASC is the additional sense code, the high byte.
func (c Code) ASC() byte { return byte(c >> 8) }

// ASCQ is the additional sense code qualifier, the low byte.
func (c Code) ASCQ() byte { return byte(c) }

// Family returns the ASC alone.
func (c Code) Family() Family { return Family(c >> 8) }

// String returns the code in words, or as numbers if it is unknown.
func (c Code) String() string {
	if text, ok := codeText()[c]; ok {
		return text
	}
	if c.ASC() == 0x40 && c.ASCQ() >= 0x80 {
		// 40/NN is not a vendor code: the qualifier is the number of the part.
		return fmt.Sprintf("component failure (part %02Xh)", c.ASCQ())
	}
	if c.ASC() >= 0x80 || c.ASCQ() >= 0x80 {
		return fmt.Sprintf("vendor code %02X/%02X", c.ASC(), c.ASCQ())
	}
	return fmt.Sprintf("code %02X/%02X", c.ASC(), c.ASCQ())
}

// Error is String.
func (c Code) Error() string { return c.String() }

// Family is an ASC with any qualifier. As an error it matches every SenseError with
// that ASC: drives report 3A/00, 3A/01 or 3A/02, which all mean that the drive has no
// disc.
type Family uint8

// String returns the number, and the text of its qualifier 00 if it has one.
func (f Family) String() string {
	if text, ok := codeText()[Code(f)<<8]; ok {
		return fmt.Sprintf("%s (%02X/xx)", text, uint8(f))
	}
	return fmt.Sprintf("codes %02X/xx", uint8(f))
}

// Error is String.
func (f Family) Error() string { return f.String() }
