package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadTOC is the operation code of READ TOC/PMA/ATIP.
const OpReadTOC = 0x43

// LeadOutTrack is the track number of the lead-out in a table of contents and in Q.
const LeadOutTrack = 0xAA

// The formats of READ TOC/PMA/ATIP (MMC-5 6.26).
const (
	tocFormatTOC     = 0x00
	tocFormatSession = 0x01
	tocFormatFull    = 0x02
	tocFormatATIP    = 0x04
	tocFormatCDText  = 0x05
)

// tocCDB is the one CDB that all formats share (MMC-5 6.26):
//
//	byte 0    43
//	     1    b1 MSF
//	     2    b3-0 format
//	     6    track or session number
//	     7-8  allocation length
func tocCDB(format, number byte, msf bool, alloc int) (cdb [16]byte, n int) {
	cdb[0] = OpReadTOC
	cdb[1] = bit(msf, 0x02)
	cdb[2] = format
	cdb[6] = number
	binary.BigEndian.PutUint16(cdb[7:], uint16(alloc))
	return cdb, 10
}

// tocFetch reads a reply of unknown length: the header first, then all of it.
func tocFetch(ctx context.Context, t scsi.Transport, s exchange.Spec, format, number byte, msf bool) ([]byte, error) {
	cdb, n := tocCDB(format, number, msf, 4)
	b, err := s.In(ctx, t, cdb, n, make([]byte, 4))
	if err != nil || len(b) < 4 {
		return b, err
	}
	all := even(min(2+int(binary.BigEndian.Uint16(b[0:])), 0xFFFE))
	if all <= 4 {
		return b, nil
	}
	cdb, n = tocCDB(format, number, msf, all)
	return s.In(ctx, t, cdb, n, make([]byte, all))
}

// tocBody checks the header that all replies share and returns the descriptors:
//
//	0-1 length of what follows byte 1    2, 3 first and last number
func tocBody(name string, b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, exchange.ShortReply(name, len(b), 4)
	}
	total := max(exchange.Total16(b, 0, 2), 4)
	if len(b) < total {
		return nil, exchange.ShortReply(name, len(b), total)
	}
	b, err := exchange.Body(name, b, total, 4)
	if err != nil {
		return nil, err
	}
	return b[4:], nil
}

// ReadTOC reads the table of contents that players use (format 0). A blank disc, or one
// without a closed session, refuses it; drives differ in the sense.
//
// Many drives report an old table until the disc is reloaded.
type ReadTOC struct {
	MSF   bool // addresses as MSF in the reply; the result is the same
	Start byte // first track wanted: 0 all, AAh only the lead-out
}

var readTOC = exchange.Spec{Name: "READ TOC", Timeout: exchange.TimeoutDefault}

// tocAlloc holds 99 tracks and the lead-out.
const tocAlloc = 4 + 8*(toc.MaxTracks+1)

// CDB returns the command descriptor block and its length.
func (c ReadTOC) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatTOC, c.Start, c.MSF, tocAlloc) }

// Do runs the command.
func (c ReadTOC) Do(ctx context.Context, t scsi.Transport) (toc.TOC, error) {
	cdb, n := c.CDB()
	b, err := readTOC.In(ctx, t, cdb, n, make([]byte, tocAlloc))
	if err != nil {
		return toc.TOC{}, err
	}
	return ParseTOC(b, c.MSF)
}

// ParseTOC decodes a format 0 reply; msf is the form of its addresses. One
// without the lead-out is exchange.ErrShortReply. Tracks and addresses ascend and lie on a
// disc, or the reply is exchange.ErrImplausible.
//
//	descriptor of 8 bytes: 1 ADR<<4 | CONTROL, 2 track, 4-7 LBA, or 0, M, S, F
func ParseTOC(b []byte, msf bool) (toc.TOC, error) {
	const name = "table of contents"
	// Not tocBody: the lead-out at the end proves that the reply is complete, even if a
	// drive includes its length field in the length.
	b, err := exchange.Body(name, b, max(4, exchange.Total16(b, 0, 2)), 4)
	if err != nil {
		return toc.TOC{}, err
	}
	table := toc.TOC{First: int(b[2]), Last: int(b[3])}
	for rest := b[4:]; len(rest) >= 8; rest = rest[8:] {
		at, err := tocAddress(name, rest[4:8], msf)
		if err != nil {
			return toc.TOC{}, err
		}
		e := toc.Entry{Number: int(rest[2]), Control: toc.Control(rest[1] & 0x0F), Start: at}
		if e.Number == LeadOutTrack {
			table.LeadOut = at
			return table, checkTOC(name, table)
		}
		table.Entries = append(table.Entries, e)
	}
	return toc.TOC{}, exchange.ShortReply(name+" without lead-out", len(b), len(b)+8-(len(b)-4)%8)
}

// checkTOC checks that numbers and addresses ascend and can be on a disc.
func checkTOC(name string, table toc.TOC) error {
	last := toc.Entry{Start: -toc.PregapSectors}
	for _, e := range table.Entries {
		if err := exchange.Within(name, exchange.Bound{Field: "track number", Value: e.Number, Low: last.Number + 1, High: toc.MaxTracks},
			exchange.Bound{Field: "track start", Value: int(e.Start), Low: int(last.Start), High: int(toc.MaxLBA)}); err != nil {
			return err
		}
		last = e
	}
	return exchange.Within(name, exchange.Bound{Field: "lead-out", Value: int(table.LeadOut), Low: int(last.Start), High: int(toc.MaxLBA)},
		exchange.Bound{Field: "first track", Value: table.First, High: toc.MaxTracks}, exchange.Bound{Field: "last track", Value: table.Last, High: toc.MaxTracks})
}

// tocAddress reads an address field: an LBA, or 0, minute, second and frame.
func tocAddress(name string, b []byte, msf bool) (toc.LBA, error) {
	if !msf {
		return toc.LBA(binary.BigEndian.Uint32(b)), nil
	}
	return exchange.MSFAddress(name, "start", toc.MSF{M: b[1], S: b[2], F: b[3]})
}
