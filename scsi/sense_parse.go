package scsi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// errSenseFormat is the error for a response code other than 70h to 73h.
var errSenseFormat = errors.New("unknown sense data format")

func parseSense(b []byte) (Sense, error) {
	if len(b) < 3 {
		return Sense{}, fmt.Errorf("sense data: %d bytes: %w", len(b), io.ErrUnexpectedEOF)
	}
	// The top bit of byte 0 is VALID in fixed format, so wodim's comparison of
	// the whole byte misread descriptor sense (G16).
	switch b[0] & 0x7F {
	case 0x70, 0x71:
		return parseFixed(b), nil
	case 0x72, 0x73:
		return parseDescriptor(b)
	}
	return Sense{}, fmt.Errorf("sense data: response code %02Xh: %w", b[0]&0x7F, errSenseFormat)
}

func parseFixed(b []byte) Sense {
	s := Sense{
		Deferred: b[0]&0x7F == 0x71,
		Key:      SenseKey(b[2] & 0x0F),
		Filemark: b[2]&0x80 != 0,
		EOM:      b[2]&0x40 != 0,
		ILI:      b[2]&0x20 != 0,
	}
	// Byte 7 counts the bytes after it. If it is 0 and the device still sends codes,
	// the 14 bytes that every fixed sense has are used.
	if len(b) >= 8 {
		b = b[:min(len(b), max(8+int(b[7]), 14))]
	}
	if len(b) >= 7 && b[0]&0x80 != 0 {
		s.Information, s.InformationValid = uint64(binary.BigEndian.Uint32(b[3:7])), true
	}
	if len(b) >= 12 {
		s.CommandSpecific = uint64(binary.BigEndian.Uint32(b[8:12]))
	}
	if len(b) >= 13 {
		s.Code = Code(uint16(b[12]) << 8)
	}
	if len(b) >= 14 {
		s.Code |= Code(b[13])
	}
	if len(b) >= 15 {
		s.FRU = b[14]
	}
	if len(b) >= 18 && b[15]&0x80 != 0 {
		s.SKSV, s.SKS = true, [3]byte(b[15:18])
	}
	return s
}

func parseDescriptor(b []byte) (Sense, error) {
	if len(b) < 4 {
		return Sense{}, fmt.Errorf("descriptor sense data: %d bytes: %w", len(b), io.ErrUnexpectedEOF)
	}
	s := Sense{
		Deferred: b[0]&0x7F == 0x73,
		Key:      SenseKey(b[1] & 0x0F),
		Code:     Code(uint16(b[2])<<8 | uint16(b[3])),
	}
	if len(b) < 8 {
		return s, nil
	}
	rest := b[8:]
	if n := int(b[7]); n < len(rest) {
		rest = rest[:n]
	}
	for len(rest) >= 2 {
		n := 2 + int(rest[1])
		if n > len(rest) {
			break
		}
		s.addDescriptor(rest[:n])
		rest = rest[n:]
	}
	return s, nil
}

// addDescriptor reads one sense data descriptor (SPC-4 4.5.2): type, length, data.
func (s *Sense) addDescriptor(d []byte) {
	switch {
	case d[0] == 0x00 && len(d) >= 12: // information
		if d[2]&0x80 != 0 {
			s.Information, s.InformationValid = binary.BigEndian.Uint64(d[4:12]), true
		}
	case d[0] == 0x01 && len(d) >= 12: // command specific information
		s.CommandSpecific = binary.BigEndian.Uint64(d[4:12])
	case d[0] == 0x02 && len(d) >= 7: // sense-key specific
		if d[4]&0x80 != 0 {
			s.SKSV, s.SKS = true, [3]byte(d[4:7])
		}
	case d[0] == 0x03 && len(d) >= 4: // field replaceable unit
		s.FRU = d[3]
	case d[0] == 0x04 && len(d) >= 4: // stream commands
		s.Filemark, s.EOM, s.ILI = d[3]&0x80 != 0, d[3]&0x40 != 0, d[3]&0x20 != 0
	case d[0] == 0x05 && len(d) >= 4: // block commands
		s.ILI = d[3]&0x20 != 0
	}
}
