package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadTrackInformation is the operation code of READ TRACK INFORMATION.
const OpReadTrackInformation = 0x52

// AddressType is the meaning of the number in READ TRACK INFORMATION.
type AddressType uint8

// The address types (MMC-5 6.27).
const (
	AddressLBA   AddressType = 0 // the track that contains this LBA
	AddressTrack AddressType = 1 // a track number, or InvisibleTrack
)

// InvisibleTrack is the number of the track where recording continues: one that is not
// started yet, or incomplete.
const InvisibleTrack = 0xFF

// ReadTrackInformation asks for the state of a track (MMC-5 6.27). A track that
// does not exist, or InvisibleTrack on a finalized disc, is 5/24/00 (G10; also seen:
// 5/30/06). Some drives answer 2/04/07 while a write or close runs.
//
// The reply may depend on mode page 05h, so send that first.
//
//	byte 0    52
//	     1    b2 open, b1-0 address type
//	     2-5  LBA or track
//	     7-8  allocation length
type ReadTrackInformation struct {
	Type   AddressType
	Number uint32
}

var readTrackInformation = exchange.Spec{Name: "READ TRACK INFORMATION", Timeout: exchange.TimeoutInformation}

// trackInformationAlloc is the form of MMC-3.
const trackInformationAlloc = 36

// CDB returns the command descriptor block and its length.
func (c ReadTrackInformation) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReadTrackInformation
	cdb[1] = byte(c.Type) & 0x03
	binary.BigEndian.PutUint32(cdb[2:], c.Number)
	binary.BigEndian.PutUint16(cdb[7:], trackInformationAlloc)
	return cdb, 10
}

// Do runs the command.
func (c ReadTrackInformation) Do(ctx context.Context, t scsi.Transport) (TrackInformation, error) {
	cdb, n := c.CDB()
	b, err := readTrackInformation.In(ctx, t, cdb, n, make([]byte, trackInformationAlloc))
	if err != nil {
		return TrackInformation{}, err
	}
	var ti TrackInformation
	return ti, ti.UnmarshalBinary(b)
}

// TrackInformation is a READ TRACK INFORMATION reply.
//
// The state bits, as real drives set them on CD: Blank without RT is the invisible
// track; Blank with RT is a reservation without data; neither Blank nor Packet is a
// recorded track, whatever RT is (Pioneer drives report RT=1 for finished tracks,
// others RT=0). For a finished track-at-once track of N sectors Size is N on some
// drives and N+2 on others: never derive the next start from it.
type TrackInformation struct {
	Len int // bytes that the drive sent; fields beyond them are zero

	Track   int
	Session int
	Control toc.Control

	RT     bool // has an entry in PMA or TOC: reserved or, on some drives, recorded
	Blank  bool
	Packet bool
	Damage bool // interrupted by a power failure; some drives never set it
	Copy   bool

	Start     toc.LBA // index 1
	NWA       toc.LBA // next writable address, if NWAValid
	NWAValid  bool
	Free      toc.Sectors // room left for the track, if FreeValid
	FreeValid bool        // false for more sectors than any disc has: some drives report 7FFFFFFFh
	Size      toc.Sectors // length of the track, if SizeValid
	SizeValid bool        // false for the 20-byte reply, which ends before it
}

// Invisible reports whether this is the track where recording would continue.
func (ti TrackInformation) Invisible() bool { return ti.Blank && !ti.RT }

// Reserved reports whether this is a reservation without any recorded sector.
func (ti TrackInformation) Reserved() bool { return ti.Blank && ti.RT }

// NextWritable returns the address of the next WRITE. Pioneer BDR-205 and LITE-ON
// LTR-48125S report -150 for a blank disc; track-at-once still starts at the track's
// start, because the drive itself writes the pregap.
func (ti TrackInformation) NextWritable() (toc.LBA, bool) {
	if !ti.NWAValid {
		return 0, false
	}
	if ti.NWA < 0 {
		return max(ti.Start, 0), true
	}
	return ti.NWA, true
}

// UnmarshalBinary decodes a reply of 20, 28 (MMC-1), 36 (MMC-3), 48 bytes (MMC-5) or of
// any length in between. A track or session above 99, a start or a next writable address
// off the disc are exchange.ErrImplausible; impossible lengths are marked as invalid.
//
//	0-1 length of what follows byte 1    2/32 track    3/33 session
//	5   b5 damage, b4 copy, b3-0 track mode
//	6   b7 RT, b6 blank, b5 packet      7 b0 NWA_V
//	8-11 start   12-15 NWA   16-19 free   24-27 size
func (ti *TrackInformation) UnmarshalBinary(b []byte) error {
	const name = "track information"
	b, err := exchange.Body(name, b, exchange.Total16(b, 0, 2), 20)
	if err != nil {
		return err
	}
	*ti = TrackInformation{
		Len:      len(b),
		Track:    int(b[2]),
		Session:  int(b[3]),
		Damage:   b[5]&0x20 != 0,
		Copy:     b[5]&0x10 != 0,
		Control:  toc.Control(b[5] & 0x0F),
		RT:       b[6]&0x80 != 0,
		Blank:    b[6]&0x40 != 0,
		Packet:   b[6]&0x20 != 0,
		NWAValid: b[7]&0x01 != 0,
		Start:    toc.LBA(binary.BigEndian.Uint32(b[8:])),
	}
	if ti.NWAValid {
		ti.NWA = toc.LBA(binary.BigEndian.Uint32(b[12:]))
	}
	ti.Free, ti.FreeValid = exchange.Length(binary.BigEndian.Uint32(b[16:]))
	if len(b) >= 28 {
		ti.Size, ti.SizeValid = exchange.Length(binary.BigEndian.Uint32(b[24:]))
	}
	if len(b) >= 34 { // the high bytes are 0 on CD
		ti.Track |= int(b[32]) << 8
		ti.Session |= int(b[33]) << 8
	}
	if ti.Track == InvisibleTrack {
		ti.Track = 0 // some drives repeat the requested number: the track is unknown
	}
	return exchange.Within(name,
		exchange.Bound{Field: "track number", Value: ti.Track, High: toc.MaxTracks},
		exchange.Bound{Field: "session number", Value: ti.Session, High: exchange.MaxSessions},
		exchange.Address("track start", ti.Start), exchange.Address("next writable address", ti.NWA))
}
