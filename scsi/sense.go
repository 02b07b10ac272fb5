package scsi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Sense is sense data as a host needs them, from fixed (70h, 71h) or descriptor
// format (72h, 73h). The zero value is "no sense data". (SPC-4 4.5)
type Sense struct {
	Key      SenseKey
	Code     Code // ASC and ASCQ
	Deferred bool // the error belongs to an earlier command (71h, 73h)

	Information      uint64 // for a medium error the LBA, when InformationValid
	InformationValid bool
	CommandSpecific  uint64
	FRU              byte // field replaceable unit

	Filemark, EOM, ILI bool

	SKSV bool    // SKS is valid
	SKS  [3]byte // sense-key specific: progress, field pointer or retry count
}

// ParseSense decodes sense data in either format. Older devices send fewer than 18
// bytes: fields past the end, or past the additional length, count as missing. A reply
// without even a sense key is io.ErrUnexpectedEOF; an unknown response code is
// ErrSenseFormat.
func ParseSense(b []byte) (Sense, error) { return parseSense(b) }

// Progress returns the progress of a background operation, 0 to 1, if the sense data
// contain it (sense keys 0 and 2 with SKSV; SPC-4 4.5.2.4.4).
func (s Sense) Progress() (fraction float64, ok bool) {
	if !s.SKSV || (s.Key != KeyNoSense && s.Key != KeyNotReady) {
		return 0, false
	}
	return float64(binary.BigEndian.Uint16(s.SKS[1:3])) / 65536, true
}

// FieldPointer returns the position of the byte that caused an ILLEGAL REQUEST, if the
// device reports it; inCDB distinguishes the CDB from the parameter data (SPC-4
// 4.5.2.4.2).
func (s Sense) FieldPointer() (offset int, inCDB, ok bool) {
	if !s.SKSV || s.Key != KeyIllegalRequest {
		return 0, false, false
	}
	return int(binary.BigEndian.Uint16(s.SKS[1:3])), s.SKS[0]&0x40 != 0, true
}

// Triple returns key, ASC and ASCQ in hex, in the usual form for search engines:
// "5/21/02".
func (s Sense) Triple() string {
	return fmt.Sprintf("%X/%02X/%02X", uint8(s.Key), s.Code.ASC(), s.Code.ASCQ())
}

// SenseError is CHECK CONDITION with its sense data.
//
// errors.Is(err, x) is true for x the SenseKey, the Code or the Family of the
// sense data. Sense data that can't be decoded match none of them, not even "no
// sense"; they match ErrSenseFormat or io.ErrUnexpectedEOF instead.
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
	// An undecodable reply is still a refusal, so it is an error of the same type.
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

// Is makes a SenseError match its SenseKey, its Code and its Family.
func (e *SenseError) Is(target error) bool {
	if e.undecoded != nil {
		return false
	}
	switch want := target.(type) {
	case SenseKey:
		return e.Key == want
	case Code:
		return e.Code == want
	case Family:
		return e.Code.Family() == want
	}
	return false
}

// Recovered reports whether err is a current recovered error (sense key 1): the command
// was carried out.
func Recovered(err error) bool {
	var se *SenseError
	return errors.As(err, &se) && se.Key == KeyRecoveredError && !se.Deferred
}

// IsCurrent reports whether err is the device's answer to the command itself and
// matches target, a SenseKey, Code or Family. A deferred error never does, because it
// belongs to an earlier command.
func IsCurrent(err, target error) bool {
	var se *SenseError
	return errors.As(err, &se) && !se.Deferred && se.Is(target)
}
