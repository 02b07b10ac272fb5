package sim

import (
	"encoding/binary"
	"fmt"
)

// sense is the sense data of an answer; the zero value is GOOD. It is encoded here, not
// by package scsi: host and drive must not share a mistake.
type sense struct {
	key, asc, ascq byte
	deferred       bool
	ili            bool // incorrect length: the track has another mode
	infoValid      bool
	info           int32 // LBA
	sksv           bool
	sks            [3]byte
	busy           bool // the status BUSY without sense data
}

func (s sense) bad() bool { return s.key != 0 || s.asc != 0 || s.ascq != 0 || s.busy }

// senseOf parses a sense such as "5/72/03" of a personality.
func senseOf(text string) (s sense) {
	s, err := parseSense(text)
	if err != nil {
		panic("sim: personality with the sense " + text) // Settings.check accepted it
	}
	return s
}

// parseSense parses sense in hexadecimal: "5/72/03".
func parseSense(text string) (s sense, err error) {
	var rest string
	switch n, err := fmt.Sscanf(text+" end", "%1x/%2x/%2x %s", &s.key, &s.asc, &s.ascq, &rest); {
	case err != nil:
		return senseGood, fmt.Errorf("after %d numbers: %w", n, err)
	case rest != "end":
		return senseGood, fmt.Errorf("followed by %q", rest)
	}
	return s, nil
}

// The sense of the error matrix, key, ASC and ASCQ (MMC-6 annex F; SPC-4 4.5.6).
var (
	senseGood               = sense{}
	senseBusyStatus         = sense{busy: true}
	sensePCAAlmostFull      = sense{key: 1, asc: 0x73, ascq: 0x01}
	senseNotReadyWhy        = sense{key: 2, asc: 0x04}
	senseBecomingReady      = sense{key: 2, asc: 0x04, ascq: 0x01}
	senseOperation          = sense{key: 2, asc: 0x04, ascq: 0x07}
	senseLongWrite          = sense{key: 2, asc: 0x04, ascq: 0x08}
	senseNoMedium           = sense{key: 2, asc: 0x3A}
	senseNoMediumClosed     = sense{key: 2, asc: 0x3A, ascq: 0x01}
	senseNoMediumOpen       = sense{key: 2, asc: 0x3A, ascq: 0x02}
	senseWriteError         = sense{key: 3, asc: 0x0C}
	senseLossOfStreaming    = sense{key: 3, asc: 0x0C, ascq: 0x09}
	senseNoSeek             = sense{key: 3, asc: 0x02, ascq: 0xFF}
	senseCIRC               = sense{key: 3, asc: 0x11, ascq: 0x06}
	sensePCAFull            = sense{key: 3, asc: 0x73, ascq: 0x02}
	senseInternal           = sense{key: 4, asc: 0x44}
	senseListLength         = sense{key: 5, asc: 0x1A}
	senseOpcode             = sense{key: 5, asc: 0x20}
	senseRange              = sense{key: 5, asc: 0x21}
	senseWriteAddress       = sense{key: 5, asc: 0x21, ascq: 0x02}
	senseCDBField           = sense{key: 5, asc: 0x24}
	senseLUN                = sense{key: 5, asc: 0x25}
	senseParameter          = sense{key: 5, asc: 0x26}
	senseSequence           = sense{key: 5, asc: 0x2C}
	sensePersistent         = sense{key: 5, asc: 0x2C, ascq: 0x06}
	senseFormat             = sense{key: 5, asc: 0x30, ascq: 0x02}
	senseNotWritable        = sense{key: 5, asc: 0x30, ascq: 0x05}
	senseSaving             = sense{key: 5, asc: 0x39}
	senseDataPhase          = sense{key: 5, asc: 0x4B}
	senseLocked             = sense{key: 5, asc: 0x53, ascq: 0x02}
	senseEndOfArea          = sense{key: 5, asc: 0x63}
	senseTrackMode          = sense{key: 5, asc: 0x64}
	senseIncompleteTrack    = sense{key: 5, asc: 0x72, ascq: 0x03}
	senseUnfilledTrack      = sense{key: 5, asc: 0x72, ascq: 0x04}
	senseNoReservation      = sense{key: 5, asc: 0x72, ascq: 0x05}
	senseMediumChanged      = sense{key: 6, asc: 0x28}
	senseModesChanged       = sense{key: 6, asc: 0x2A, ascq: 0x01}
	sensePowerOn            = sense{key: 6, asc: 0x29}
	senseDeferredWriteError = sense{key: 3, asc: 0x0C, deferred: true}
)

// atCDB points at the byte (and bit) of the CDB that is wrong (SPC-4 4.5.2.4.2).
func atCDB(offset, bit int) sense {
	s := senseCDBField
	s.sksv, s.sks = true, [3]byte{0xC0, byte(offset >> 8), byte(offset)}
	if bit >= 0 {
		s.sks[0] |= 0x08 | byte(bit)
	}
	return s
}

// atParameter points at the byte of the parameter list that is wrong.
func atParameter(offset int) sense {
	s := senseParameter
	s.sksv, s.sks = true, [3]byte{0x80, byte(offset >> 8), byte(offset)}
	return s
}

// at adds the LBA of the error.
func (s sense) at(lba int32) sense {
	s.infoValid, s.info = true, lba
	return s
}

// withProgress adds the progress of a background operation, in 1/65536.
func (s sense) withProgress(fraction float64) sense {
	s.sksv, s.sks[0] = true, 0x80
	binary.BigEndian.PutUint16(s.sks[1:], uint16(min(max(fraction, 0), 0.9999)*65536))
	return s
}

// fixed encodes fixed format: 18 bytes, response code 70h or 71h (SPC-4 4.5.3).
func (s sense) fixed() []byte {
	b := make([]byte, 18)
	b[0] = 0x70
	if s.deferred {
		b[0] = 0x71
	}
	if s.infoValid {
		b[0] |= 0x80
		binary.BigEndian.PutUint32(b[3:], uint32(s.info))
	}
	b[2] = s.key
	if s.ili {
		b[2] |= 0x20
	}
	b[7] = 10
	b[12], b[13] = s.asc, s.ascq
	if s.sksv {
		copy(b[15:], s.sks[:])
	}
	return b
}

// descriptor encodes descriptor format: 72h or 73h (SPC-4 4.5.2).
func (s sense) descriptor() []byte {
	b := []byte{0x72, s.key, s.asc, s.ascq, 0, 0, 0, 0}
	if s.deferred {
		b[0] = 0x73
	}
	if s.infoValid {
		b = append(b, 0x00, 0x0A, 0x80, 0, 0, 0, 0, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(s.info))
	}
	if s.sksv {
		b = append(b, 0x02, 0x06, 0, 0, s.sks[0], s.sks[1], s.sks[2], 0)
	}
	if s.ili {
		b = append(b, 0x05, 0x02, 0, 0x20)
	}
	b[7] = byte(len(b) - 8)
	return b
}

// encode returns the sense data in the requested format.
func (s sense) encode(descriptor bool) []byte {
	if descriptor {
		return s.descriptor()
	}
	return s.fixed()
}
