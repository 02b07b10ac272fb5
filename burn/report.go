package burn

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// ReportVersion is the version of the JSON form of Report and Plan. Fields may be added
// without raising it; a changed meaning raises it.
const ReportVersion = 2

// Verdict is the outcome of a burn.
type Verdict string

// The verdicts.
const (
	VerdictSuccess      Verdict = "success"
	VerdictFailed       Verdict = "failed"
	VerdictUnconfirmed  Verdict = "unconfirmed"   // accepted, but the drive doesn't report it yet
	VerdictVerifyFailed Verdict = "verify-failed" // the disc holds something else
	VerdictCanceled     Verdict = "canceled"
	VerdictTestWrite    Verdict = "test-write" // passed; nothing was written
)

// TrackStatus is the outcome of a track.
type TrackStatus string

// The states of a track.
const (
	TrackOK       TrackStatus = "ok"          // all of it is there
	TrackFailed   TrackStatus = "failed"      // the drive could not write it
	TrackShort    TrackStatus = "short"       // its source ended early or failed
	TrackChanged  TrackStatus = "changed"     // its source changed after it was checked
	TrackCanceled TrackStatus = "canceled"    // ended early by a cancel
	TrackTested   TrackStatus = "tested"      // test write
	TrackUnshown  TrackStatus = "unconfirmed" // accepted, but the drive doesn't report it
	TrackDiffers  TrackStatus = "differs"     // what was read back differs
	TrackLost     TrackStatus = "lost"        // written, but its session was cut short and can't be read
	TrackNotBegun TrackStatus = "not begun"   // nothing of it is on the disc
)

// ReserveResult is the outcome of RESERVE TRACK; empty if it wasn't sent. One of:
//   - "reserved"
//   - "refused": written without
//   - "ignored": GOOD without effect; written without
//   - "undone": something else was reserved; undone, and written without
//   - "wrong": something else was reserved and stays
type ReserveResult string

// Report describes what a burn did and what is on the disc now. It survives JSON encoding
// without loss.
type Report struct {
	Version int       `json:"version"` // ReportVersion
	Verdict Verdict   `json:"verdict"`
	Drive   string    `json:"drive"`         // vendor, product, revision
	Mode    Mode      `json:"mode,omitzero"` // recording mode, if tracks were to be written
	Disc    disc.Disc `json:"disc"`          // before the burn
	MCN     toc.MCN   `json:"mcn,omitzero"`

	Tracks []TrackReport `json:"tracks"` // requested tracks, in order
	// After is the state of the disc after everything else. If it is empty, LookError is
	// the reason, and the contents of the disc are unknown.
	After     disc.Disc `json:"after"`
	LookError Cause     `json:"look_error,omitzero"`

	OnDisc     []DiscTrack `json:"on_disc,omitempty"` // the tracks of After
	LeadOut    toc.LBA     `json:"lead_out,omitzero"` // by the TOC, once closed
	Closed     *bool       `json:"closed"`            // the session has lead-in and lead-out; nil (null): not reported by the drive
	Appendable *bool       `json:"appendable"`        // more can be added to what is on it (a blank disc isn't appendable); nil (null): not reported by the drive
	TestWrite  bool        `json:"test_write,omitzero"`

	SpeedAsked mmc.Speed     `json:"speed_asked"`         // or the fastest
	SpeedSet   mmc.Speed     `json:"speed_set,omitzero"`  // the speed that the drive reports
	SpeedMean  float64       `json:"speed_mean,omitzero"` // x, measured while writing
	Elapsed    time.Duration `json:"elapsed_ns"`          // the drive's time, first to last command
	Writing    time.Duration `json:"writing_ns,omitzero"` // of that: WRITE and flush
	Closing    time.Duration `json:"closing_ns,omitzero"` // of that: CLOSE SESSION

	FIFO     FIFOStats         `json:"fifo"`
	DriveMin float64           `json:"drive_buffer_min"` // lowest fill of the drive's buffer seen, 0..1; -1 unknown
	Resends  int               `json:"resends,omitzero"` // WRITEs repeated because the drive's buffer was full
	Verified disc.Verification `json:"verification"`

	Notes       []Note            `json:"notes,omitempty"`
	Differences []disc.Difference `json:"differences,omitempty"` // between After and what was written
	Failure     string            `json:"failure,omitzero"`      // the error's text
	HRESULT     string            `json:"hresult,omitzero"`      // IMAPI's name for the error
}

// TrackReport describes one requested track.
type TrackReport struct {
	Number    int           `json:"number"` // on the disc
	Name      string        `json:"name"`   // of the source
	Title     string        `json:"title,omitzero"`
	Performer string        `json:"performer,omitzero"`
	ISRC      toc.ISRC      `json:"isrc,omitzero"`
	Control   toc.Control   `json:"control,omitzero"`
	Status    TrackStatus   `json:"status"`
	Start     toc.LBA       `json:"start"`            // index 1, where it was written
	Sectors   toc.Sectors   `json:"sectors"`          // on the disc, as the drive finally reports it; 0 of a track without an end
	AtMost    toc.Sectors   `json:"at_most,omitzero"` // instead of Sectors, if the track has no end or wasn't seen: no more than this is on the disc
	Length    toc.Sectors   `json:"length"`           // of Sent, for a player: from index 1 to the next track's pause
	Sent      toc.Sectors   `json:"sent"`             // in WRITEs that the drive accepted, padding included
	Audio     toc.Sectors   `json:"audio"`            // of those from the source
	Asked     toc.Sectors   `json:"asked"`            // length of the source
	Padding   toc.Sectors   `json:"padding,omitzero"` // silence up to four seconds
	ShownAt   toc.LBA       `json:"shown_at"`         // start by READ TRACK INFORMATION
	ShownSize toc.Sectors   `json:"shown_size"`       // size by READ TRACK INFORMATION
	Hash      string        `json:"hash,omitzero"`    // XXH64 of the source's bytes
	Reserve   ReserveResult `json:"reserve,omitzero"`
	Elapsed   time.Duration `json:"elapsed_ns,omitzero"`
	Notes     []Note        `json:"notes,omitempty"`
}

// Recorded returns the length of the track for a player, from index 1 to the next track's
// pause: on the disc, or after a test write as it would be.
func (t *TrackReport) Recorded() toc.Sectors {
	if t.Status == TrackTested {
		return t.Length
	}
	return t.Sectors
}

// DiscTrack is a track as the drive finally reports it.
type DiscTrack struct {
	Number   int         `json:"number"`
	Session  int         `json:"session"`
	Start    toc.LBA     `json:"start"`
	Sectors  toc.Sectors `json:"sectors"`  // 0 of a track without an end: no drive reports how much of it is recorded
	Complete *bool       `json:"complete"` // nil (null): not reported by the drive
	Audio    bool        `json:"audio"`
}

// FIFOStats are statistics of the FIFO between source and drive.
type FIFOStats struct {
	Size    int   `json:"size"`          // bytes
	MinFill int   `json:"min_fill"`      // fewest bytes while the source hadn't ended
	Empty   int   `json:"empty"`         // how often the drive had to wait for it
	Bytes   int64 `json:"bytes"`         // total throughput
	Chunk   int   `json:"chunk_sectors"` // sectors of one WRITE
}

// String returns the report's first line: "success: 3 of 3 tracks, 10:32, disc closed".
// An empty report yields "did not begin".
func (r Report) String() string {
	if r.Verdict == "" {
		return "did not begin"
	}
	var length toc.Sectors
	done := 0
	for _, t := range r.Tracks {
		if t.Status == TrackOK || t.Status == TrackTested {
			done++
			length += t.Recorded()
		}
	}
	state := "session open"
	switch {
	case !r.After.Status.Known():
		state = "state of the disc unknown"
	case isTrue(r.Closed) && isTrue(r.Appendable):
		state = "session closed, another may follow"
	case isTrue(r.Closed):
		state = "disc closed"
	case r.After.Status.Value == mmc.DiscEmpty:
		state = "disc blank"
	case r.Closed == nil:
		state = "state of the session unknown"
	}
	if len(r.Tracks) == 0 {
		return fmt.Sprintf("%s: %s", r.Verdict, state)
	}
	return fmt.Sprintf("%s: %d of %d tracks, %v, %s", r.Verdict, done, len(r.Tracks), length, state)
}

// isTrue reports whether b is set and true.
func isTrue(b *bool) bool { return b != nil && *b }

// ParseReport decodes a Report from JSON. The error is that of encoding/json, or reports a
// Version other than ReportVersion.
func ParseReport(b []byte) (Report, error) {
	var r Report
	if err := json.Unmarshal(b, &r); err != nil {
		return Report{}, fmt.Errorf("report: %w", err)
	}
	if r.Version != ReportVersion {
		return Report{}, fmt.Errorf("report: version %d, not %d", r.Version, ReportVersion)
	}
	return r, nil
}
