package disc

import (
	"encoding/json"
	"errors"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Origin is how reliable a fact is: whether the drive reports it, and whether another reply
// contradicts it.
type Origin uint8

// The origins.
const (
	Unknown      Origin = iota // no reply contains it; Err is the reason
	Reported                   // the drive reports it, and nothing contradicts it
	Contradicted               // two replies disagree; Value follows the rules at Disc
)

var originNames = [...]string{"unknown", "reported", "contradicted"}

// String returns "unknown", "reported" or "contradicted".
func (o Origin) String() string { return name("origin", originNames[:], o) }

// MarshalText returns String.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText parses the output of MarshalText.
func (o *Origin) UnmarshalText(text []byte) error {
	return parse("origin", originNames[:], text, o)
}

// Fact is a fact about a disc, with its origin.
type Fact[T any] struct {
	Value  T
	Origin Origin
	Err    error // why it is unknown, what contradicts it, or which reply was missing
}

// factDoc is a Fact in JSON. The value of an unknown one is null, so that no program
// mistakes a zero for a fact.
type factDoc[T any] struct {
	Value  *T     `json:"value"`
	Origin Origin `json:"origin"`
	Why    string `json:"why,omitempty"` // the text of Err
}

// MarshalJSON encodes value (null if unknown), origin and, if Err is set, why.
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

// UnmarshalJSON parses the output of MarshalJSON. Only the text of Err is restored.
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

// Known reports whether any reply contains the fact.
func (f Fact[T]) Known() bool { return f.Origin != Unknown }

// Disc is what a drive reports about its disc, from one look.
//
// If replies disagree, the following rules decide. The fact is then Contradicted, and its
// Err describes the other reply.
//
//   - Disc information is blank, but the table of contents lists tracks: READ TRACK
//     INFORMATION decides. A recorded track 1 makes the disc finalized, or incomplete
//     if there is a next writable address. A blank one means that the table is outdated
//     (several drives keep the table from when the disc was loaded; wodim reloads for it).
//     Without the reply the table is believed, since a recorder wrote it.
//   - Disc information is finalized, but there is a next writable address: finalized.
//     Some drives keep the state of a test write until page 05h is sent again
//     (cdrecord), and a recording on a finalized disc can't be undone.
//   - The profile is CD-R, and disc information reports an erasable disc: CD-RW.
//   - The last track in disc information, in the header of the table of contents, in
//     its entries and by the number of the next track differ: the largest counts
//     (CDEmu and drives with an outdated table report one that is too small).
//   - Start of a track: the table of contents, which players use. A start up to
//     150 sectors before it is the pregap, which some drives include in the track, and
//     not a contradiction.
//   - End of a track: READ TRACK INFORMATION, but never past the next track, and up to
//     the lead-out if the track ends earlier than the run-out explains or has no size.
//     See Track.Sectors.
//   - Free blocks of 0 or less, or more than the ATIP's last possible lead-out allows:
//     the ATIP (7FFFFFFFh is real). Discs sold as 90 minutes lose the part past it; the
//     drive can still be asked to overburn.
//   - A next writable address below 0 is 0, and not a contradiction: Pioneer BDR-205 and
//     LITE-ON LTR-48125S report -150 for a blank disc (libburn).
type Disc struct {
	Media       Fact[mmc.MediaType]     `json:"media"`
	Status      Fact[mmc.DiscStatus]    `json:"status"`       // blank, appendable, finalized or other
	LastSession Fact[mmc.SessionStatus] `json:"last_session"` // state of the last session
	Sessions    Fact[int]               `json:"sessions"`     // closed ones
	LeadOuts    Fact[[]LeadOut]         `json:"lead_outs"`    // of the closed sessions
	Tracks      []Track                 `json:"tracks"`       // recorded or reserved, ascending
	Next        Fact[Next]              `json:"next"`         // where the next track goes
	TOC         Fact[toc.TOC]           `json:"toc"`          // unknown for a disc without a closed session
	Capacity    Fact[toc.Sectors]       `json:"capacity"`     // for one continuous track on the empty disc
	ATIP        Fact[mmc.ATIP]          `json:"atip"`         // of a recordable disc

	NotReady   error `json:"-"` // why the drive did not become ready although it answered
	Parameters error `json:"-"` // why the drive did not accept the write parameters of a burn
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
	Unfinished bool        `json:"unfinished,omitempty"` // the next sector belongs to a track that was started
}

// TrackState is the state of a track.
type TrackState uint8

// The states.
const (
	TrackUnknown    TrackState = iota // not reported
	TrackComplete                     // recorded, and nothing can be added
	TrackIncomplete                   // recorded in part: the next sector belongs to it
	TrackDamaged                      // the drive reports it as torn
	TrackReserved                     // reserved and empty
)

var stateNames = [...]string{"unknown", "complete", "incomplete", "damaged", "reserved"}

// String returns the state's name, such as "complete".
func (s TrackState) String() string { return name("track state", stateNames[:], s) }

// MarshalText returns String.
func (s TrackState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses the output of MarshalText.
func (s *TrackState) UnmarshalText(text []byte) error {
	return parse("track state", stateNames[:], text, s)
}

// Track is one track of a disc.
type Track struct {
	Number  int     `json:"number"`
	Session int     `json:"session"` // 0: not reported
	Start   toc.LBA `json:"start"`   // index 1
	// Sectors is the length without the following pause: of an incomplete track the
	// recorded part, of a reserved one the reservation, of a damaged one 0, since the drive may
	// show all of its room (Shown).
	//
	// Some drives include the two run-out sectors of a track-at-once track, others don't, and no
	// reply shows which. They are included unless their position rules that out, since they could
	// be music (Doubt). A verification, and redbook.ExamineOptions.RunOut, read the sectors
	// themselves to decide.
	Sectors toc.Sectors `json:"sectors"`
	RunOut  toc.Sectors `json:"run_out,omitempty"` // run-out that was found and removed from Sectors
	Control toc.Control `json:"control"`
	State   TrackState  `json:"state"`
	InTOC   bool        `json:"in_toc"` // the table of contents lists it
	Origin  Origin      `json:"origin"` // of Start and Sectors; Contradicted: TOC and READ TRACK INFORMATION disagree
	Shown   Shown       `json:"shown"`  // the figures of READ TRACK INFORMATION, unchanged
	Err     error       `json:"-"`      // what disagrees, or why READ TRACK INFORMATION failed
	// Doubt is why Sectors may include run-out; nil if the position of the track rules
	// that out.
	Doubt error `json:"-"`
}

// End returns the first sector past the track.
func (t Track) End() toc.LBA { return t.Start + toc.LBA(t.Sectors) }

// Shown holds the values that READ TRACK INFORMATION reports for a track.
type Shown struct {
	Known   bool        `json:"known"`
	Start   toc.LBA     `json:"start"`
	Sectors toc.Sectors `json:"sectors"`
}

// Closed reports whether the last session with tracks is closed, so that players can play
// it; known is false if no reply contains it. A blank disc has no session.
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

// Track returns track n.
func (d Disc) Track(n int) (Track, bool) {
	for _, t := range d.Tracks {
		if t.Number == n {
			return t, true
		}
	}
	return Track{}, false
}
