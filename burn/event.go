package burn

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// Event is something that Options.OnEvent is told. The types of this package
// that implement it are all there are.
type Event interface{ event() }

// Checking tells how far the reading of a source has come, before anything is
// sent to the drive.
type Checking struct {
	Track  int    // 1.. in the list
	Tracks int    // in the list
	Name   string // the source's name
	Done   int64  // bytes of all sources read so far
	Total  int64  // bytes of all sources
}

// Planned tells the plan that is now carried out.
type Planned struct{ Plan Plan }

// Action is IMAPI_FORMAT2_TAO_WRITE_ACTION: what the drive is doing.
type Action int

// The actions; the numbers are IMAPI's.
const (
	ActionUnknown   Action = 0
	ActionPreparing Action = 1 // preparing the track
	ActionWriting   Action = 2
	ActionFinishing Action = 3 // closing the track or the session
	ActionVerifying Action = 4 // reading back
)

// String gives "preparing", "writing", "finishing", "verifying" or "unknown".
func (a Action) String() string {
	switch a {
	case ActionPreparing:
		return "preparing"
	case ActionWriting:
		return "writing"
	case ActionFinishing:
		return "finishing"
	case ActionVerifying:
		return "verifying"
	}
	return "unknown"
}

// Progress is IMAPI's IDiscFormat2TrackAtOnceEventArgs. It comes whenever the phase
// changes, and at least every half second of the drive's time between commands and in
// pauses. While a single command runs, such as a WRITE that the drive holds off, there
// is none.
type Progress struct {
	Phase  Phase
	Action Action // CurrentAction
	Track  int    // CurrentTrackNumber, 1..99; 0 while the session is closed
	Tracks int    // how many tracks there will be; 0 when that isn't known

	Elapsed   time.Duration // ElapsedTime: of this track, preparing included, or of the closing
	Remaining time.Duration // RemainingTime: an estimate that may move both ways
	Left      time.Duration // of the whole job, as Remaining; 0 if nothing is known

	StartLBA    toc.LBA     // StartLba: where the track begins; in ActionPreparing where it can at the earliest
	SectorCount toc.Sectors // SectorCount: how many sectors it has
	LastRead    toc.LBA     // LastReadLba: last sector read from the source; never behind LastWritten
	LastWritten toc.LBA     // LastWrittenLba: last sector that the drive took

	// The FIFO: TotalSystemBuffer, UsedSystemBuffer and FreeSystemBuffer, bytes.
	BufferTotal, BufferUsed, BufferFree int

	DriveBuffer float64 // how full the drive's own buffer is, 0..1; -1 if it doesn't say
	Done        float64 // share of all the work of this call, 0..1, never going back
	Speed       Speed   // mean of the last moments; 0 if nothing is being written
}

// Fraction is how far the current track has come: (LastWritten - StartLBA) /
// SectorCount, between 0 and 1. Outside ActionWriting it is 0 before and 1 after.
func (p Progress) Fraction() float64 {
	switch {
	case p.Action == ActionFinishing || p.Action == ActionVerifying:
		return 1
	case p.Action != ActionWriting || p.SectorCount <= 0:
		return 0
	}
	done := float64(p.LastWritten+1-p.StartLBA) / float64(p.SectorCount)
	return min(max(done, 0), 1)
}

// TrackStarted tells that the first sector of a track is about to be written.
type TrackStarted struct {
	Track    int // number on the disc
	Row      int // in Report.Tracks: which of the tracks that were asked for
	Name     string
	Start    toc.LBA
	Sectors  toc.Sectors
	Reserved bool // RESERVE TRACK was accepted and shown
}

// TrackFinished tells that a track is ended and what the drive shows of it.
type TrackFinished struct {
	Track  int
	Row    int // as in TrackStarted
	Report TrackReport
}

// SessionClosed tells that lead-in and lead-out are written.
type SessionClosed struct {
	Elapsed    time.Duration // of the drive's time
	Appendable bool          // another session may follow
}

// Noted tells something that doesn't stop the burn. It is in the report too.
type Noted struct{ Note Note }

// Finished is the last event, exactly once for each Burn, Blank, CloseDisc,
// Verify and Writer.Release, unless the handler has panicked.
type Finished struct {
	Report Report // empty where the function has none
	Err    error
}

func (Checking) event()      {}
func (Planned) event()       {}
func (Progress) event()      {}
func (TrackStarted) event()  {}
func (TrackFinished) event() {}
func (SessionClosed) event() {}
func (Noted) event()         {}
func (Finished) event()      {}
