package main

import (
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/toc"
)

// The lines of --json. docs/cli.md describes their fields; times are in nanoseconds of the
// drive's time, lengths in sectors of 1/75 second.

// checkingEvent reports how much of the files has been read.
type checkingEvent struct {
	Track  int    `json:"track"`
	Tracks int    `json:"tracks"`
	Name   string `json:"name"`
	Done   int64  `json:"done_bytes"`
	Total  int64  `json:"total_bytes"`
}

// planEvent is the plan that is carried out.
type planEvent struct {
	Simulated bool      `json:"simulated"`
	Device    string    `json:"device"`
	NewDisc   bool      `json:"new_disc"` // the file of the simulated disc was created
	Plan      burn.Plan `json:"plan"`
	// ReportedAs is the maker by the ATIP, as in redbook info.
	ReportedAs string `json:"reported_as,omitempty"`
	*materialDoc
}

// progressEvent has everything in IMAPI's progress event, and more. All times are
// estimates and may rise or fall; done never decreases.
type progressEvent struct {
	Phase       burn.Phase    `json:"phase"`
	Action      string        `json:"action"`
	Track       int           `json:"track"`
	Tracks      int           `json:"tracks"`
	Elapsed     time.Duration `json:"elapsed_ns"`
	Remaining   time.Duration `json:"remaining_ns"`
	Left        time.Duration `json:"left_ns"` // of the whole job
	StartLBA    toc.LBA       `json:"start_lba"`
	Sectors     toc.Sectors   `json:"sectors"`
	LastRead    toc.LBA       `json:"last_read_lba"`
	LastWritten toc.LBA       `json:"last_written_lba"`
	FIFOSize    int           `json:"fifo_size"`
	FIFOUsed    int           `json:"fifo_used"`
	DriveBuffer float64       `json:"drive_buffer"`
	Done        float64       `json:"done"`
	Speed       float64       `json:"speed_x"`
}

// trackStartedEvent precedes the first sector of a track.
type trackStartedEvent struct {
	Track    int         `json:"track"`
	Name     string      `json:"name"`
	Start    toc.LBA     `json:"start_lba"`
	Sectors  toc.Sectors `json:"sectors"`
	Length   toc.Sectors `json:"length"`
	Reserved bool        `json:"reserved"`
}

// trackFinishedEvent has what the drive shows of a finished track.
type trackFinishedEvent struct {
	Track  int              `json:"track"`
	Report burn.TrackReport `json:"report"`
}

// sessionClosedEvent follows lead-in and lead-out.
type sessionClosedEvent struct {
	Elapsed    time.Duration `json:"elapsed_ns"`
	Appendable bool          `json:"appendable"`
}

// warningEvent is something that doesn't stop the burn; the report has it too.
type warningEvent struct {
	Text string    `json:"text"`
	Note burn.Note `json:"note"`
}

// reportEvent is the result, with the exit code of the burn itself.
type reportEvent struct {
	Exit      int         `json:"exit"`
	Simulated bool        `json:"simulated"`
	Report    burn.Report `json:"report"`
	*materialDoc
}

// send writes an event of the engine as a line of JSON.
func (v *view) send(e burn.Event) {
	s := v.w.data.events
	switch e := e.(type) {
	case burn.Checking:
		s.send("checking", checkingEvent{e.Track, e.Tracks, e.Name, e.Done, e.Total})
	case burn.Planned:
		s.send("plan", planEvent{
			Simulated: v.d.simulated, Device: v.d.name, NewDisc: v.d.created, Plan: e.Plan,
			ReportedAs: mediumOf(&e.Plan.Disc).ReportedAs, materialDoc: v.m.doc(),
		})
	case burn.Progress:
		s.send("progress", progressEvent{
			Phase: e.Phase, Action: e.Action.String(), Track: e.Track, Tracks: e.Tracks,
			Elapsed: e.Elapsed, Remaining: e.Remaining, Left: e.Left,
			StartLBA: e.StartLBA, Sectors: e.SectorCount, LastRead: e.LastRead, LastWritten: e.LastWritten,
			FIFOSize: e.BufferTotal, FIFOUsed: e.BufferUsed, DriveBuffer: e.DriveBuffer,
			Done: e.Done, Speed: e.Speed.X(),
		})
	case burn.TrackStarted:
		s.send("track_started", trackStartedEvent{e.Track, e.Name, e.Start, e.Sectors, e.Length, e.Reserved})
	case burn.TrackFinished:
		s.send("track_finished", trackFinishedEvent{e.Track, e.Report})
	case burn.SessionClosed:
		s.send("session_closed", sessionClosedEvent{e.Elapsed, e.Appendable})
	case burn.Noted:
		s.send("warning", warningEvent{noteText(e.Note), e.Note})
	case burn.Finished:
		code, _ := verdict(e.Err)
		s.send("report", reportEvent{code, v.d.simulated, e.Report, v.m.doc()})
	}
}
