package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpGetPerformance is the operation code of GET PERFORMANCE.
const OpGetPerformance = 0xAC

// PerformanceType is what GET PERFORMANCE is asked for (MMC-5 6.8).
type PerformanceType uint8

// The types that matter to CD.
const (
	PerformanceNominal    PerformanceType = 0x00 // speed from one address to another
	PerformanceWriteSpeed PerformanceType = 0x03 // the write speeds on offer
)

// GetPerformance asks how fast the disc that is in can be read or written (MMC-5
// 6.8). No allocation length: the reply is limited by the number of descriptors.
//
//	byte 0    AC
//	     1    type 00h: b4-3 tolerance 10b, b2 write, b1-0 except 00; type 03h: 0
//	     2-5  starting LBA
//	     8-9  maximum number of descriptors
//	     10   type
type GetPerformance struct {
	Type  PerformanceType
	Write bool    // type 00h: writing instead of reading speed
	Start toc.LBA // type 00h: from this address on
}

var getPerformance = spec{"GET PERFORMANCE", timeoutDefault}

// performanceDescriptors is more than any drive has for a CD (8 at most).
const performanceDescriptors = 64

// CDB gives the command descriptor block and its length.
func (c GetPerformance) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpGetPerformance
	if c.Type == PerformanceNominal {
		cdb[1] = 0x10 | bit(c.Write, 0x04)
	}
	binary.BigEndian.PutUint32(cdb[2:], uint32(c.Start))
	binary.BigEndian.PutUint16(cdb[8:], performanceDescriptors)
	cdb[10] = byte(c.Type)
	return cdb, 12
}

// Do runs the command.
func (c GetPerformance) Do(ctx context.Context, t scsi.Transport) (Performance, error) {
	cdb, n := c.CDB()
	b, err := getPerformance.in(ctx, t, cdb, n, make([]byte, 8+16*performanceDescriptors))
	if err != nil {
		return Performance{}, err
	}
	p := Performance{Type: c.Type}
	return p, p.UnmarshalBinary(b)
}

// PerformanceRange is a type 00h descriptor: the speed rises or stays the same from
// one address to another.
type PerformanceRange struct {
	Start, End         toc.LBA
	StartKBps, EndKBps uint32
}

// Performance is a GET PERFORMANCE reply.
type Performance struct {
	Type   PerformanceType // set it before UnmarshalBinary: the reply doesn't say
	Write  bool            // type 00h: these are writing speeds
	Ranges []PerformanceRange
	Speeds []WriteSpeed // type 03h, in the drive's order
	Cut    bool         // the drive has more than arrived
}

// writeSpeed decodes a type 03h descriptor.
func writeSpeed(d []byte) (WriteSpeed, error) {
	write, read := binary.BigEndian.Uint32(d[12:]), binary.BigEndian.Uint32(d[8:])
	if write > maxDiscKBps || read > maxDiscKBps {
		return WriteSpeed{}, implausible("performance data", "speed in kB/s", max(write, read))
	}
	s := WriteSpeed{KBps: int(write), ReadKBps: int(read), Rotation: Rotation(d[0] >> 3 & 0x03)}
	if last := binary.BigEndian.Uint32(d[4:]); last <= uint32(toc.MaxLBA) {
		s.Last = toc.LBA(last)
	}
	return s, nil
}

// UnmarshalBinary decodes a reply to the type in p.Type. A list that was cut keeps
// what arrived; a speed that no disc has is ErrImplausible.
//
//	0-3  length of what follows byte 3     4  b1 write, b0 except
//	type 00h: 0-3 start LBA, 4-7 start kB/s, 8-11 end LBA, 12-15 end kB/s
//	type 03h: 0 b4-3 WRC, b2 RDD, b1 exact, b0 MRW; 4-7 end LBA; 8-11 read, 12-15 write kB/s
func (p *Performance) UnmarshalBinary(b []byte) error {
	if len(b) < 8 {
		return shortReply("performance data", len(b), 8)
	}
	// The length field counts all descriptors that the drive has, which may be more
	// than were asked for.
	claim := binary.BigEndian.Uint32(b[0:])
	total := max(4+int(min(claim, 4+16*performanceDescriptors)), 8)
	cut := len(b) < total
	b, err := body("performance data", b, total, 8)
	if err != nil {
		return err
	}
	*p = Performance{Type: p.Type, Write: b[4]&0x02 != 0, Cut: cut}
	except := b[4]&0x01 != 0 // other descriptors, which nobody asked for
	for d := b[8:]; len(d) >= 16 && !except; d = d[16:] {
		if p.Type == PerformanceNominal {
			p.Ranges = append(p.Ranges, PerformanceRange{
				Start:     toc.LBA(binary.BigEndian.Uint32(d[0:])),
				StartKBps: binary.BigEndian.Uint32(d[4:]),
				End:       toc.LBA(binary.BigEndian.Uint32(d[8:])),
				EndKBps:   binary.BigEndian.Uint32(d[12:]),
			})
			continue
		}
		s, err := writeSpeed(d)
		if err != nil {
			return err
		}
		p.Speeds = append(p.Speeds, s)
	}
	return nil
}
