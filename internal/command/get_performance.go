package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpGetPerformance is the operation code of GET PERFORMANCE.
const OpGetPerformance = 0xAC

// GetPerformance asks for the write speeds for the current disc (MMC-5 6.8, type 03h).
// It has no allocation length: the number of descriptors limits the reply.
//
//	byte 0    AC
//	     8-9  maximum number of descriptors
//	     10   type: 03
type GetPerformance struct{}

var getPerformance = exchange.Spec{Name: "GET PERFORMANCE", Timeout: exchange.TimeoutDefault}

// performanceWriteSpeed is the only type that matters to writing CDs.
const performanceWriteSpeed = 0x03

// performanceDescriptors is more than any drive returns for a CD (8 at most).
const performanceDescriptors = 64

// CDB returns the command descriptor block and its length.
func (c GetPerformance) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpGetPerformance
	binary.BigEndian.PutUint16(cdb[8:], performanceDescriptors)
	cdb[10] = performanceWriteSpeed
	return cdb, 12
}

// Do runs the command.
func (c GetPerformance) Do(ctx context.Context, t scsi.Transport) (Performance, error) {
	cdb, n := c.CDB()
	b, err := getPerformance.In(ctx, t, cdb, n, make([]byte, 8+16*performanceDescriptors))
	if err != nil {
		return Performance{}, err
	}
	var p Performance
	return p, p.UnmarshalBinary(b)
}

// Performance is a GET PERFORMANCE reply.
type Performance struct {
	Speeds []mmc.WriteSpeed // in the drive's order
	Cut    bool             // the drive has more than arrived
}

// maxDiscKBps is slightly above the fastest of all discs, BD-R at 16x.
const maxDiscKBps = 80000

// writeSpeed decodes one descriptor.
func writeSpeed(d []byte) (mmc.WriteSpeed, error) {
	write, read := binary.BigEndian.Uint32(d[12:]), binary.BigEndian.Uint32(d[8:])
	if write > maxDiscKBps || read > maxDiscKBps {
		return mmc.WriteSpeed{}, exchange.Implausible("performance data", "speed in kB/s", max(write, read))
	}
	s := mmc.WriteSpeed{KBps: int(write), ReadKBps: int(read), PureCAV: Rotation(d[0]>>3&0x03) == RotationPureCAV}
	if last := binary.BigEndian.Uint32(d[4:]); last <= uint32(toc.MaxLBA) {
		s.Last = toc.LBA(last)
	}
	return s, nil
}

// UnmarshalBinary decodes the reply. A list that was cut keeps what arrived; a speed
// that no disc has is exchange.ErrImplausible.
//
//	0-3  length of what follows byte 3     4  b0 except
//	descriptor of 16 bytes: 0 b4-3 rotation; 4-7 end LBA; 8-11 read, 12-15 write kB/s
func (p *Performance) UnmarshalBinary(b []byte) error {
	if len(b) < 8 {
		return exchange.ShortReply("performance data", len(b), 8)
	}
	// The length field counts all descriptors of the drive, which may be more than were
	// requested.
	claim := binary.BigEndian.Uint32(b[0:])
	total := max(4+int(min(claim, 4+16*performanceDescriptors)), 8)
	cut := len(b) < total
	b, err := exchange.Body("performance data", b, total, 8)
	if err != nil {
		return err
	}
	*p = Performance{Cut: cut}
	if b[4]&0x01 != 0 { // descriptors of another form, for exceptions that weren't requested
		return nil
	}
	for d := b[8:]; len(d) >= 16; d = d[16:] {
		s, err := writeSpeed(d)
		if err != nil {
			return err
		}
		p.Speeds = append(p.Speeds, s)
	}
	return nil
}
