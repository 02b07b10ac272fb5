package scsitest

import (
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
)

// FixedSense composes sense data in fixed format, 18 bytes (SPC-4 4.5.3). An
// Information that doesn't fit in 32 bits loses its upper half, as in a drive.
func FixedSense(s scsi.Sense) []byte {
	b := make([]byte, 18)
	b[0] = 0x70
	if s.Deferred {
		b[0] = 0x71
	}
	if s.InformationValid {
		b[0] |= 0x80
		binary.BigEndian.PutUint32(b[3:], uint32(s.Information))
	}
	b[2] = byte(s.Key)&0x0F | flag(s.Filemark, 0x80) | flag(s.EOM, 0x40) | flag(s.ILI, 0x20)
	b[7] = byte(len(b) - 8)
	binary.BigEndian.PutUint32(b[8:], uint32(s.CommandSpecific))
	b[12], b[13], b[14] = byte(s.Code.ASC()), s.Code.ASCQ(), s.FRU
	if s.SKSV {
		copy(b[15:], s.SKS[:])
		b[15] |= 0x80
	}
	return b
}

// DescriptorSense composes sense data in descriptor format (SPC-4 4.5.2), with a
// descriptor for each field of s that is set.
func DescriptorSense(s scsi.Sense) []byte {
	b := []byte{0x72, byte(s.Key) & 0x0F, byte(s.Code.ASC()), s.Code.ASCQ(), 0, 0, 0, 0}
	if s.Deferred {
		b[0] = 0x73
	}
	if s.InformationValid {
		b = binary.BigEndian.AppendUint64(append(b, 0x00, 0x0A, 0x80, 0), s.Information)
	}
	if s.CommandSpecific != 0 {
		b = binary.BigEndian.AppendUint64(append(b, 0x01, 0x0A, 0, 0), s.CommandSpecific)
	}
	if s.SKSV {
		b = append(b, 0x02, 0x06, 0, 0, s.SKS[0]|0x80, s.SKS[1], s.SKS[2], 0)
	}
	if s.FRU != 0 {
		b = append(b, 0x03, 0x02, 0, s.FRU)
	}
	if s.Filemark || s.EOM || s.ILI {
		b = append(b, 0x04, 0x02, 0, flag(s.Filemark, 0x80)|flag(s.EOM, 0x40)|flag(s.ILI, 0x20))
	}
	b[7] = byte(len(b) - 8)
	return b
}

func flag(set bool, bit byte) byte {
	if set {
		return bit
	}
	return 0
}
