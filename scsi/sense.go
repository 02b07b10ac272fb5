package scsi

import (
	"fmt"
	"strings"
)

// Sense is decoded sense data, from fixed (70h, 71h) or descriptor format (72h, 73h). The
// zero value is "no sense data". (SPC-4 4.5)
type Sense struct {
	Key      SenseKey
	Code     Code // ASC and ASCQ
	Deferred bool // the error belongs to an earlier command (71h, 73h)

	Information      uint64 // for a medium error the LBA, when InformationValid
	InformationValid bool
	CommandSpecific  uint64
	FRU              byte // field replaceable unit

	Filemark, EOM, ILI bool

	// SKS are the sense-key specific bytes, valid if SKSV is set (SPC-4 4.5.2.4). Bytes 1 and
	// 2 are a big-endian number. With KeyNoSense and KeyNotReady it is the progress of a long
	// operation in 65536ths. With KeyIllegalRequest it is the offset of the byte that the
	// device refused: in the CDB if bit 6 of byte 0 is set, otherwise in the data.
	SKS  [3]byte
	SKSV bool
}

// ParseSense decodes sense data in either format. Older devices send fewer than 18
// bytes: fields past the end, or past the additional length, count as missing. It returns
// an error for an unknown response code, and one that matches io.ErrUnexpectedEOF for data
// that end before the sense key and, in descriptor format, the code.
func ParseSense(b []byte) (Sense, error) { return parseSense(b) }

// Triple returns key, ASC and ASCQ in hex, as in logs and search results: "5/21/02".
func (s Sense) Triple() string {
	return fmt.Sprintf("%X/%02X/%02X", uint8(s.Key), byte(s.Code.ASC()), s.Code.ASCQ())
}

// SenseError is CHECK CONDITION with its sense data.
//
// It matches its SenseKey, its Code and its ASC. If the sense data can't be decoded, it matches
// none of them, not even KeyNoSense.
//
// The command has not always failed. With KeyRecoveredError the device carried it out; a
// Deferred error is about an earlier command.
type SenseError struct {
	Op    string // the Request's name
	Sense        // Key, Code, Deferred and the rest
	Raw   []byte // the sense data as the device sent them; nil if it sent none

	undecoded error // why ParseSense could not read Raw
}

// NewSenseError returns the error for a command that ended in CHECK CONDITION. If the
// sense data can't be decoded, Key and Code are zero; Raw still holds the bytes.
func NewSenseError(req *Request, raw []byte) *SenseError {
	e := &SenseError{Op: req.Name}
	if len(raw) > 0 {
		e.Raw = append([]byte(nil), raw...)
	}
	// Without usable sense data the command has still ended in CHECK CONDITION.
	e.Sense, e.undecoded = parseSense(raw)
	return e
}

// Error returns the command, the meaning in words and the triple in hex.
func (e *SenseError) Error() string {
	deferred := ""
	if e.Deferred {
		deferred = "deferred: "
	}
	if e.undecoded != nil {
		return fmt.Sprintf("%s: CHECK CONDITION without usable sense data: %v (% X)", opName(e.Op), e.undecoded, e.Raw)
	}
	what := fmt.Sprintf("%v, %v", e.Key, e.Code)
	if strings.HasPrefix(e.Code.Error(), e.Key.Error()) {
		what = e.Code.Error() // "not ready, no reason given" has the key in it
	}
	return fmt.Sprintf("%s: %s%s (%s)", opName(e.Op), deferred, what, e.Triple())
}

// Unwrap returns the reason why the sense data could not be decoded, or nil.
func (e *SenseError) Unwrap() error { return e.undecoded }

// Is makes a SenseError match its SenseKey, its Code and its ASC.
func (e *SenseError) Is(target error) bool {
	if e.undecoded != nil {
		return false
	}
	switch want := target.(type) {
	case SenseKey:
		return e.Key == want
	case Code:
		return e.Code == want
	case ASC:
		return e.Code.ASC() == want
	}
	return false
}
