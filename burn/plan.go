package burn

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Plan describes what a burn is going to do, before anything is written. It survives JSON
// encoding without loss.
type Plan struct {
	Version int            `json:"version"` // ReportVersion
	Drive   string         `json:"drive"`
	Disc    disc.Disc      `json:"disc"`
	MCN     toc.MCN        `json:"mcn,omitzero"`
	Tracks  []PlannedTrack `json:"tracks"`

	Mode     Mode        `json:"mode"`          // recording mode
	Text     bool        `json:"text,omitzero"` // CD-TEXT will be written, if the drive accepts it
	Music    toc.Sectors `json:"music"`         // length of the sources, without padding
	Padding  toc.Sectors `json:"padding"`
	Pauses   int         `json:"pauses"` // between the tracks, two seconds each
	Total    toc.Sectors `json:"total"`  // everything from the first start on
	FreeLeft toc.Sectors `json:"free_left"`

	SpeedAsked mmc.Speed        `json:"speed_asked"`  // not Known: the fastest
	Speed      mmc.Speed        `json:"speed"`        // the speed of drive and disc that will be selected; as requested if they aren't known
	CAV        bool             `json:"cav,omitzero"` // constant rotation: Speed applies to the outer edge
	Estimate   time.Duration    `json:"estimate_ns"`  // of everything: writing, closing, verification; 0 unknown
	TestWrite  bool             `json:"test_write,omitzero"`
	Append     bool             `json:"append,omitzero"`      // the disc already holds tracks
	NewSession bool             `json:"new_session,omitzero"` // they are in a closed session
	Close      CloseKind        `json:"close"`
	Verify     disc.VerifyLevel `json:"verify"`
	Reserve    bool             `json:"reserve,omitzero"` // RESERVE TRACK will be sent

	Notes []Note `json:"notes,omitempty"`
}

// Mode is a recording mode.
type Mode string

// The modes.
const (
	ModeTAO Mode = "tao" // track-at-once
	ModeSAO Mode = "sao" // session-at-once
)

// CloseKind is how the session is closed.
type CloseKind string

// The kinds.
const (
	CloseFinal CloseKind = "disc"    // finalized
	CloseMulti CloseKind = "session" // closed, another may follow
	CloseNone  CloseKind = "none"    // left open
)

// PlannedTrack is one track of a Plan.
type PlannedTrack struct {
	Number    int         `json:"number"` // on the disc
	Name      string      `json:"name"`
	Title     string      `json:"title,omitzero"`
	Performer string      `json:"performer,omitzero"`
	ISRC      toc.ISRC    `json:"isrc,omitzero"`
	Control   toc.Control `json:"control,omitzero"`
	Start     toc.LBA     `json:"start"`            // planned; the drive decides
	Audio     toc.Sectors `json:"audio"`            // length of the source, last sector filled up
	Padding   toc.Sectors `json:"padding,omitzero"` // silence up to four seconds
	Pause     toc.Sectors `json:"pause,omitzero"`   // before it, with index 0: session-at-once only
	Length    toc.Sectors `json:"length"`           // for a player: from index 1 to the next track's pause
	Hash      string      `json:"hash,omitzero"`    // XXH64 of the source's bytes, in the plan of Planned
	// Conversion describes how the samples of the source are changed, such as "mono to
	// stereo"; empty if they are recorded unchanged.
	Conversion string `json:"conversion,omitzero"`
}

// Sectors returns the length on the disc.
func (t PlannedTrack) Sectors() toc.Sectors { return t.Audio + t.Padding }

// ParsePlan decodes a Plan from JSON. The error is that of encoding/json, or reports a
// Version other than ReportVersion.
func ParsePlan(b []byte) (Plan, error) {
	var p Plan
	if err := json.Unmarshal(b, &p); err != nil {
		return Plan{}, fmt.Errorf("plan: %w", err)
	}
	if p.Version != ReportVersion {
		return Plan{}, fmt.Errorf("plan: version %d, not %d", p.Version, ReportVersion)
	}
	return p, nil
}

// TracksOnDisc returns the number of tracks on the disc after the burn.
func (p Plan) TracksOnDisc() int { return len(p.Disc.Tracks) + len(p.Tracks) }
