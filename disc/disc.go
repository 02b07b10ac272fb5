package disc

import (
	"encoding/json"
	"errors"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Origin says how far a fact can be relied on.
type Origin uint8

// The origins.
const (
	Unknown      Origin = iota // no reply gives it; Err says why
	Reported                   // the drive reports it, and nothing speaks against it
	Contradicted               // two replies disagree; Value is the one that the rules of Look believe
)

var originNames = [...]string{"unknown", "reported", "contradicted"}

// String gives "unknown", "reported" or "contradicted".
func (o Origin) String() string { return name("origin", originNames[:], o) }

// MarshalText gives String.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (o *Origin) UnmarshalText(text []byte) error {
	return parse("origin", originNames[:], text, o)
}

// Errors of this package.
var (
	// ErrNoDrive matches the error of a call without a drive.
	ErrNoDrive = errors.New("no drive")
	// ErrImplausible matches (errors.Is) a reply that can't be true of a CD: some
	// bridges put bytes of their own into a reply.
	ErrImplausible = errors.New("the reply can't be true")
	// ErrNotAsked is the Err of a fact that the conversation ended before.
	ErrNotAsked = errors.New("the drive was not asked")
	// ErrContradiction matches the Err of every fact that is Contradicted.
	ErrContradiction = errors.New("two replies of the drive disagree")
)

// Fact is something about a disc, and how it is known.
type Fact[T any] struct {
	Value  T
	Origin Origin
	Err    error // why it is unknown, what contradicts it, or which reply was missing
}

// factDoc is a Fact in JSON. The value of an unknown one is null: no program may take a
// zero for a statement.
type factDoc[T any] struct {
	Value  *T     `json:"value"`
	Origin Origin `json:"origin"`
	Why    string `json:"why,omitempty"` // the text of Err
}

// MarshalJSON gives value (null if unknown), origin and, if there is an Err, why.
func (f Fact[T]) MarshalJSON() ([]byte, error) {
	doc := factDoc[T]{Origin: f.Origin}
	if f.Known() {
		doc.Value = &f.Value
	}
	if f.Err != nil {
		doc.Why = f.Err.Error()
	}
	return json.Marshal(doc)
}

// UnmarshalJSON reads what MarshalJSON wrote. Of Err only the text comes back.
func (f *Fact[T]) UnmarshalJSON(data []byte) error {
	var doc factDoc[T]
	if err := json.Unmarshal(data, &doc); err != nil {
		return err
	}
	*f = Fact[T]{Origin: doc.Origin}
	if doc.Value != nil {
		f.Value = *doc.Value
	}
	if doc.Why != "" {
		f.Err = errors.New(doc.Why)
	}
	return nil
}

// Known reports whether any reply gives the fact.
func (f Fact[T]) Known() bool { return f.Origin != Unknown }

// Disc is what a drive reports of the disc in it, by one Look.
//
// Where replies disagree these rules decide. The fact is then Contradicted, its Err
// says what the other reply is, and:
//
//   - Disc information is blank, but the table of contents lists tracks: READ TRACK
//     INFORMATION decides. A track 1 that is recorded makes the disc finalized, or
//     incomplete where there is a next writable address; one that is blank makes the
//     table a leftover (drives keep the table from when the disc was loaded:
//     real-drives, several [run]; wodim reloads for it). Without its reply the
//     table is believed, since a recorder wrote it.
//   - Disc information is finalized, but there is a next writable address: finalized.
//     Some drives keep the state of a test write until page 05h is sent again
//     (cdrecord), and a recording on a finalized disc can't be taken back.
//   - The profile is CD-R, and disc information reports an erasable disc: CD-RW.
//   - The last track by disc information, by the header of the table of contents, by
//     its entries and by the number of the next track differ: the largest counts
//     (CDEmu and drives with a stale table name too small a one).
//   - Start of a track: the table of contents, by which players go. A start up to
//     150 sectors before it is the pregap, counted by some drives to the track, and
//     no contradiction.
//   - End of a track: READ TRACK INFORMATION, but never beyond the next track, and
//     up to the lead-out where it stops earlier than the run-out explains, or gives
//     no size. See Track.Sectors.
//   - Free blocks of 0 or less, or more than the ATIP's last possible lead-out
//     leaves: the ATIP (7FFFFFFFh is real). Discs sold as 90 minutes lose what lies
//     beyond; the drive can be asked to overburn all the same.
//   - A next writable address below 0 is 0, and no contradiction: Pioneer BDR-205 and
//     LITE-ON LTR-48125S report -150 for a blank disc (libburn).
type Disc struct {
	Media       Fact[mmc.MediaType]     `json:"media"`
	Status      Fact[mmc.DiscStatus]    `json:"status"`       // empty, incomplete, finalized
	LastSession Fact[mmc.SessionStatus] `json:"last_session"` // state of the last session
	Sessions    Fact[int]               `json:"sessions"`     // closed ones
	LeadOuts    Fact[[]LeadOut]         `json:"lead_outs"`    // of the closed sessions
	Tracks      []Track                 `json:"tracks"`       // recorded or reserved ones, ascending
	Next        Fact[Next]              `json:"next"`         // where the next track goes
	TOC         Fact[toc.TOC]           `json:"toc"`          // unknown for a disc without a closed session
	Capacity    Fact[toc.Sectors]       `json:"capacity"`     // for one continuous track on the empty disc
	ATIP        Fact[mmc.ATIP]          `json:"atip"`         // of a recordable disc

	NotReady   error `json:"-"` // why the drive did not become ready, although it answered
	Parameters error `json:"-"` // why LookOptions.Parameters were not taken
}

// LeadOut is where the lead-out of a closed session starts.
type LeadOut struct {
	Session int     `json:"session"`
	Start   toc.LBA `json:"start"`
}

// Next is where the next track goes.
type Next struct {
	Track      int         `json:"track"` // its number
	NWA        toc.LBA     `json:"nwa"`
	Free       toc.Sectors `json:"free"`                 // that one more track can hold
	Unfinished bool        `json:"unfinished,omitempty"` // the next sector belongs to a track that has begun
}

// TrackState is how far a track is.
type TrackState uint8

// The states.
const (
	TrackUnknown    TrackState = iota // no reply gives it
	TrackComplete                     // recorded, and nothing can be added to it
	TrackIncomplete                   // recorded in part: the next sector belongs to it
	TrackDamaged                      // the drive reports it as torn
	TrackReserved                     // reserved, and nothing is in it
)

var stateNames = [...]string{"unknown", "complete", "incomplete", "damaged", "reserved"}

// String gives the state's name, such as "complete".
func (s TrackState) String() string { return name("track state", stateNames[:], s) }

// MarshalText gives String.
func (s TrackState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *TrackState) UnmarshalText(text []byte) error {
	return parse("track state", stateNames[:], text, s)
}

// Track is one track of a disc.
type Track struct {
	Number  int     `json:"number"`
	Session int     `json:"session"` // 0: no reply gives it
	Start   toc.LBA `json:"start"`   // index 1
	// Sectors is the length without the pause that follows; of an incomplete track
	// what is recorded so far, of a reserved one what is reserved. Some drives count the
	// two run-out sectors of a track-at-once track to it, others don't, and no reply
	// shows which: where the place alone can't rule it out they are counted in, since
	// they may as well be music. Settle looks at the sectors themselves.
	Sectors toc.Sectors `json:"sectors"`
	RunOut  toc.Sectors `json:"run_out,omitempty"` // unreadable run-out that Settle took off Sectors
	Control toc.Control `json:"control"`
	State   TrackState  `json:"state"`
	InTOC   bool        `json:"in_toc"` // the table of contents lists it
	Origin  Origin      `json:"origin"` // of Start and Sectors; Contradicted: TOC and READ TRACK INFORMATION disagree
	Shown   Shown       `json:"shown"`  // the figures of READ TRACK INFORMATION as they are
	Err     error       `json:"-"`      // what disagrees, or why READ TRACK INFORMATION gave nothing

	doubt doubtful // whether the last two sectors may be run-out
}

// doubtful says when the last two sectors of a track count as run-out.
type doubtful uint8

const (
	never        doubtful = iota // their place rules it out
	ifUnreadable                 // if they can't be read
	ifSilent                     // also if they are silent, as those of all other tracks
)

// End is the first sector past the track.
func (t Track) End() toc.LBA { return t.Start + toc.LBA(t.Sectors) }

// Shown is what READ TRACK INFORMATION reports of a track.
type Shown struct {
	Known   bool        `json:"known"`
	Start   toc.LBA     `json:"start"`
	Sectors toc.Sectors `json:"sectors"`
}

// Closed reports whether the last session that holds tracks is closed, which makes
// players play it; known is false if no reply gives it. A blank disc has no session.
func (d Disc) Closed() (closed, known bool) {
	switch {
	case !d.Status.Known():
		return false, false
	case d.Status.Value == mmc.DiscFinalized:
		return true, true
	case d.Status.Value == mmc.DiscEmpty:
		return false, true
	}
	return d.LastSession.Value == mmc.SessionEmpty || d.LastSession.Value == mmc.SessionComplete, d.LastSession.Known()
}

// Track gives track n.
func (d Disc) Track(n int) (Track, bool) {
	for _, t := range d.Tracks {
		if t.Number == n {
			return t, true
		}
	}
	return Track{}, false
}

// Last is the number of the last track, 0 for none.
func (d Disc) Last() int {
	if len(d.Tracks) == 0 {
		return 0
	}
	return d.Tracks[len(d.Tracks)-1].Number
}

// LeadOut is where the lead-out of a closed session starts, if that is known.
func (d Disc) LeadOut(session int) (toc.LBA, bool) {
	for _, l := range d.LeadOuts.Value {
		if l.Session == session {
			return l.Start, true
		}
	}
	return 0, false
}
