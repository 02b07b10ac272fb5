package disc

import (
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

// Fact is something about a disc, and how it is known.
type Fact[T any] struct {
	Value  T      `json:"value"`
	Origin Origin `json:"origin"`
	Err    error  `json:"-"` // why it is unknown, or what contradicts it
}

// Known reports whether any reply gives the fact.
func (f Fact[T]) Known() bool { return f.Origin != Unknown }

// Disc is what a drive reports of the disc in it, by one Look.
type Disc struct {
	Media       Fact[mmc.MediaType]     `json:"media"`
	Status      Fact[mmc.DiscStatus]    `json:"status"`       // empty, incomplete, finalized
	LastSession Fact[mmc.SessionStatus] `json:"last_session"` // state of the last session
	Sessions    Fact[int]               `json:"sessions"`     // closed ones
	Tracks      []Track                 `json:"tracks"`       // recorded or reserved ones, ascending
	Next        Fact[Next]              `json:"next"`         // where recording goes on
	TOC         Fact[toc.TOC]           `json:"toc"`          // unknown for a disc without a closed session
	Capacity    Fact[toc.Sectors]       `json:"capacity"`     // for one continuous track on the empty disc
	ATIP        Fact[mmc.ATIP]          `json:"atip"`         // of a recordable disc
}

// Next is where the next track goes.
type Next struct {
	Track      int         `json:"track"` // its number
	NWA        toc.LBA     `json:"nwa"`
	Free       toc.Sectors `json:"free"`                 // that one more track can hold
	Unfinished bool        `json:"unfinished,omitempty"` // recording goes on in a track that has begun
}

// TrackState is how far a track is.
type TrackState uint8

// The states.
const (
	TrackComplete   TrackState = iota // recorded, and nothing can be added to it
	TrackIncomplete                   // recorded in part: recording goes on in it
	TrackDamaged                      // the drive reports it as torn
	TrackReserved                     // reserved, and nothing is in it
)

// Track is one track of a disc.
type Track struct {
	Number  int         `json:"number"`
	Session int         `json:"session"` // 0: not told
	Start   toc.LBA     `json:"start"`   // index 1
	Sectors toc.Sectors `json:"sectors"` // without run-out, as far as that can be told
	RunOut  toc.Sectors `json:"run_out,omitempty"`
	Control toc.Control `json:"control"`
	State   TrackState  `json:"state"`
	InTOC   bool        `json:"in_toc"` // the table of contents lists it
	Origin  Origin      `json:"origin"` // Contradicted: TOC and READ TRACK INFORMATION disagree
	Shown   Shown       `json:"shown"`  // the figures of READ TRACK INFORMATION as they are
	Err     error       `json:"-"`      // what disagrees, or why READ TRACK INFORMATION gave nothing
}

// Shown is what READ TRACK INFORMATION reports of a track.
type Shown struct {
	Known   bool        `json:"known"`
	Start   toc.LBA     `json:"start"`
	Sectors toc.Sectors `json:"sectors"`
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
