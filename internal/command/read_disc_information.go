package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadDiscInformation is the operation code of READ DISC INFORMATION.
const OpReadDiscInformation = 0x51

// ReadDiscInformation asks for the state of the disc (MMC-5 6.22). Some drives answer
// 2/04/07 during a write, close or blank, although TEST UNIT READY is GOOD (Pioneer
// DVR-108 command manual).
//
//	byte 0    51
//	     1    b2-0 data type = 000
//	     7-8  allocation length
type ReadDiscInformation struct{}

var readDiscInformation = exchange.Spec{Name: "READ DISC INFORMATION", Timeout: exchange.TimeoutInformation}

// discInformationLength is everything except the tables of power calibration values.
const discInformationLength = 34

// CDB returns the command descriptor block and its length.
func (c ReadDiscInformation) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReadDiscInformation
	binary.BigEndian.PutUint16(cdb[7:], discInformationLength)
	return cdb, 10
}

// Do runs the command.
func (c ReadDiscInformation) Do(ctx context.Context, t scsi.Transport) (DiscInformation, error) {
	cdb, n := c.CDB()
	b, err := readDiscInformation.In(ctx, t, cdb, n, make([]byte, discInformationLength))
	if err != nil {
		return DiscInformation{}, err
	}
	var d DiscInformation
	return d, d.UnmarshalBinary(b)
}

// DiscInformation is a READ DISC INFORMATION reply.
type DiscInformation struct {
	Status      mmc.DiscStatus
	LastSession mmc.SessionStatus
	Erasable    bool // CD-RW

	FirstTrack            int // the first track on the disc, 1
	Sessions              int // includes the empty session that is open for appending
	FirstTrackLastSession int
	LastTrackLastSession  int // includes the invisible track

	// LastLeadIn is where the lead-in of the last session starts, LastLeadOut the
	// last possible start of a lead-out. Neither is valid on a finalized disc.
	LastLeadIn       toc.MSF
	LastLeadInValid  bool
	LastLeadOut      toc.MSF
	LastLeadOutValid bool
}

// UnmarshalBinary decodes the reply. 24 bytes are needed. Numbers of tracks and
// sessions above 99 are exchange.ErrImplausible; impossible addresses are marked as invalid.
//
//	 0-1 length of what follows byte 1
//	 2   b4 erasable, b3-2 state of last session, b1-0 disc status
//	 3   first track      4/9 sessions    5/10 first, 6/11 last track in last session
//	16-19 last lead-in    20-23 last possible lead-out
func (d *DiscInformation) UnmarshalBinary(b []byte) error {
	const name = "disc information"
	b, err := exchange.Body(name, b, exchange.Total16(b, 0, 2), 24)
	if err != nil {
		return err
	}
	*d = DiscInformation{
		Status:                discStatus[b[2]&0x03],
		LastSession:           sessionStatus[b[2]>>2&0x03],
		Erasable:              b[2]&0x10 != 0,
		FirstTrack:            int(b[3]),
		Sessions:              int(b[9])<<8 | int(b[4]),
		FirstTrackLastSession: int(b[10])<<8 | int(b[5]),
		LastTrackLastSession:  int(b[11])<<8 | int(b[6]),
	}
	d.LastLeadIn, d.LastLeadInValid = addressMSF(b[16:20])
	d.LastLeadOut, d.LastLeadOutValid = addressMSF(b[20:24])
	return exchange.Within(name,
		exchange.Bound{Field: "first track", Value: d.FirstTrack, High: toc.MaxTracks},
		exchange.Bound{Field: "number of sessions", Value: d.Sessions, High: exchange.MaxSessions},
		exchange.Bound{Field: "first track of the last session", Value: d.FirstTrackLastSession, High: toc.MaxTracks},
		exchange.Bound{Field: "last track of the last session", Value: d.LastTrackLastSession, High: toc.MaxTracks})
}

// The states by their codes (MMC-5 6.22).
var (
	discStatus    = [4]mmc.DiscStatus{mmc.DiscEmpty, mmc.DiscIncomplete, mmc.DiscFinalized, mmc.DiscOther}
	sessionStatus = [4]mmc.SessionStatus{mmc.SessionEmpty, mmc.SessionIncomplete, mmc.SessionDamaged, mmc.SessionComplete}
)

// Writable reports whether the disc is blank or more can be recorded on it.
func (d *DiscInformation) Writable() bool {
	return d.Status == mmc.DiscEmpty || d.Status == mmc.DiscIncomplete
}

// addressMSF decodes an address field of four bytes: hours or 0, minute, second, frame.
// FF FF FF FF, like any other value that is not a time, is invalid.
func addressMSF(b []byte) (toc.MSF, bool) {
	m := toc.MSF{M: b[1], S: b[2], F: b[3]}
	if !m.Valid() || m == (toc.MSF{}) {
		return toc.MSF{}, false
	}
	return m, true
}
