package burn

import (
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Event is passed to Options.OnEvent. These types implement it, in the order of a burn:
// Checking, Planned, then TrackStarted and TrackFinished for each track, SessionClosed, and
// at last Finished. Progress and Noted come at any time before Finished.
type Event interface{ event() }

// Checking reports how much of the sources has been read in the check before the burn.
type Checking struct {
	Track  int    // 1.. in the list
	Tracks int    // in the list
	Name   string // the source's name
	Done   int64  // bytes of all sources read so far
	Total  int64  // bytes of all sources
}

// Planned reports the plan before it is carried out.
type Planned struct{ Plan Plan }

// Action is what the drive is doing (IMAPI_FORMAT2_TAO_WRITE_ACTION).
type Action int

// The actions, with IMAPI's numbers.
const (
	ActionUnknown   Action = 0
	ActionPreparing Action = 1 // preparing the track
	ActionWriting   Action = 2
	ActionFinishing Action = 3 // closing the track or the session
	ActionVerifying Action = 4 // reading back
)

// String returns "preparing", "writing", "finishing", "verifying" or "unknown".
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

// Progress corresponds to IMAPI's IDiscFormat2TrackAtOnceEventArgs. It is sent whenever
// the phase changes, and at least every half second of the drive's time between commands
// and in pauses. None is sent while a single command runs.
type Progress struct {
	Phase  Phase
	Action Action // CurrentAction
	Track  int    // CurrentTrackNumber, 1..99; 0 while the session is closed
	Tracks int    // number of tracks at the end; 0 if unknown

	Elapsed   time.Duration // ElapsedTime of this track, preparation included, or of closing
	Remaining time.Duration // RemainingTime: an estimate that may rise or fall
	// Left is the remaining time of the whole burn, closing and verification included,
	// estimated from what was measured so far. For other jobs it is estimated from the
	// work done; 0 if unknown.
	Left time.Duration

	StartLBA    toc.LBA     // StartLba of the track; in ActionPreparing the lowest possible one
	SectorCount toc.Sectors // SectorCount of the track
	LastRead    toc.LBA     // LastReadLba: last sector read from the source; never less than LastWritten
	LastWritten toc.LBA     // LastWrittenLba: last sector that the drive accepted

	// The FIFO: TotalSystemBuffer, UsedSystemBuffer and FreeSystemBuffer, bytes.
	BufferTotal, BufferUsed, BufferFree int

	DriveBuffer float64   // how full the drive's own buffer is, 0..1; -1 if unknown
	Done        float64   // share of the whole job, 0..1; never decreases
	Speed       mmc.Speed // recent average; 0 if nothing is being written
}

// Fraction returns the done part of the current track: (LastWritten - StartLBA) /
// SectorCount, between 0 and 1. It is 0 before ActionWriting and 1 after it.
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

// TrackStarted reports that the first sector of a track is about to be written.
type TrackStarted struct {
	Track    int // number on the disc
	Row      int // index in Report.Tracks
	Name     string
	Start    toc.LBA
	Sectors  toc.Sectors
	Length   toc.Sectors // for a player: from index 1 to the next track's pause
	Reserved bool        // RESERVE TRACK was accepted and took effect
}

// TrackFinished reports that a track has ended, and what the drive reports about it.
type TrackFinished struct {
	Track  int
	Row    int // as in TrackStarted
	Report TrackReport
}

// SessionClosed reports that the lead-in and lead-out have been written.
type SessionClosed struct {
	Elapsed    time.Duration // of the drive's time
	Appendable bool          // another session may follow
}

// Noted reports something that doesn't stop the burn. The report contains it too.
type Noted struct{ Note Note }

// Finished is the last event. It is sent exactly once by each Burn, Resume, Blank,
// CloseDisc, Verify and Writer.Release of tao and sao, unless the handler has panicked.
type Finished struct {
	Report Report // empty if the function returns none
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
