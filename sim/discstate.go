package sim

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// discVersion is the format of the state in a disc file.
const discVersion = 1

// The states of a track. A reserved track has its item in the PMA and keeps its
// state, partly recorded or not, until it is complete.
const (
	trackReserved = "reserved"
	trackOpen     = "open"
	trackComplete = "complete"
)

// Track is one track on a disc, as recorded.
type Track struct {
	Number  int `json:"number"`  // 1..99
	Session int `json:"session"` // 1..
	// State is one of these words:
	//   - "reserved": RESERVE TRACK was sent, and the track isn't complete
	//   - "open": its first WRITE was sent, and nothing has ended it
	//   - "complete": its run-out and its item in the PMA are written
	State    string      `json:"state"`
	Damaged  bool        `json:"damaged,omitempty"` // power or laser failed while it was being written
	Start    toc.LBA     `json:"start"`             // index 1
	Pregap   toc.Sectors `json:"pregap"`            // index 0, ending at Start
	Size     toc.Sectors `json:"size"`              // user sectors: complete or reserved; 0 while open
	Recorded toc.Sectors `json:"recorded"`          // user sectors recorded so far
	RunOut   toc.Sectors `json:"runOut"`            // sectors after the user sectors, once complete
	Control  toc.Control `json:"control"`
	Copy     bool        `json:"copy,omitempty"` // SCMS: the copy bit alternates
	ISRC     toc.ISRC    `json:"isrc,omitempty"`
	MCN      toc.MCN     `json:"mcn,omitempty"` // from page 05h when the track was started
	// AtOnce says that the track was recorded by session-at-once: its pregap is audio from
	// the host, there is no run-out, and no item in the PMA.
	AtOnce  bool      `json:"atOnce,omitempty"`
	Indexes []toc.LBA `json:"indexes,omitempty"` // 2 and up
	// Shift is by how many samples the drive recorded the audio late.
	Shift int `json:"shift,omitempty"`
}

// End returns the first sector past the track, including its run-out. An open track ends
// where it has been recorded to.
func (t *Track) End() toc.LBA {
	return t.Start + toc.LBA(max(t.Size, t.Recorded)+t.RunOut)
}

// next returns the first user sector of a track that isn't recorded.
func (t *Track) next() toc.LBA { return t.Start + toc.LBA(t.Recorded) }

// Session is a closed session.
type Session struct {
	Number  int     `json:"number"` // 1..
	First   int     `json:"first"`  // first track
	Last    int     `json:"last"`   // last track
	LeadIn  toc.LBA `json:"leadIn"`
	LeadOut toc.LBA `json:"leadOut"`
	// MultiSession is the field of page 05h that it was closed with: 0 no next
	// session and no B0 pointer, 1 no next session and B0 says so, 3 a next
	// session may follow.
	MultiSession byte `json:"multiSession"`
	// Text is the CD-TEXT of the lead-in: packs of 18 bytes as a reader returns them.
	Text []byte `json:"text,omitempty"`
}

// discState is everything recorded on a disc except the sectors. What can be computed
// (next writable address, free room, PMA, TOC) is not in it.
type discState struct {
	Version  int       `json:"version"`
	Media    Media     `json:"media"`
	PCA      int       `json:"pca"` // power calibration partitions used, 0..100
	Sessions []Session `json:"sessions"`
	Tracks   []Track   `json:"tracks"`
	// Lost means that a session-at-once was started and not completed: it can't be read,
	// and the disc can't be written.
	Lost bool `json:"lost,omitempty"`
	// Erasing lists sectors that no longer belong to any track but may still be in the
	// file.
	Erasing []span `json:"erasing,omitempty"`
}

// span is the sectors from one address up to another.
type span struct {
	From toc.LBA `json:"from"`
	End  toc.LBA `json:"end"`
}

// clone returns a copy that shares nothing.
func (s *discState) clone() *discState {
	c := *s
	c.Sessions = append([]Session(nil), s.Sessions...)
	c.Tracks = append([]Track(nil), s.Tracks...)
	return &c
}

func (s *discState) blank() bool { return len(s.Sessions) == 0 && len(s.Tracks) == 0 && !s.Lost }

// appendable reports whether anything can be recorded: no session is closed yet, or the
// last one allows another.
func (s *discState) appendable() bool {
	if s.Lost {
		return false
	}
	return len(s.Sessions) == 0 || s.Sessions[len(s.Sessions)-1].MultiSession == 3
}

// session returns the number of the session that is open or would be opened next.
func (s *discState) session() int { return len(s.Sessions) + 1 }

// track returns track n, or nil.
func (s *discState) track(n int) *Track {
	for i := range s.Tracks {
		if s.Tracks[i].Number == n {
			return &s.Tracks[i]
		}
	}
	return nil
}

// lastTrack returns the track with the highest number, or nil.
func (s *discState) lastTrack() *Track {
	if len(s.Tracks) == 0 {
		return nil
	}
	return &s.Tracks[len(s.Tracks)-1]
}

// unfinished returns the first incomplete track of the open session, or nil.
func (s *discState) unfinished() *Track {
	for i := range s.Tracks {
		if s.Tracks[i].State != trackComplete {
			return &s.Tracks[i]
		}
	}
	return nil
}

// open returns the track that was started without a reservation and has no PMA item yet,
// or nil. There is at most one, and it is the last.
func (s *discState) open() *Track {
	if t := s.lastTrack(); t != nil && t.State == trackOpen {
		return t
	}
	return nil
}

// openTracks counts the tracks of the open session.
func (s *discState) openTracks() int {
	n := 0
	for i := len(s.Tracks) - 1; i >= 0 && s.Tracks[i].Session == s.session(); i-- {
		n++
	}
	return n
}

// leadIn returns where the lead-in of the open session starts.
func (s *discState) leadIn() toc.LBA {
	if len(s.Sessions) == 0 {
		return s.Media.LeadIn.LBA()
	}
	return s.Sessions[len(s.Sessions)-1].LeadOut + toc.LBA(leadOutLength(len(s.Sessions)))
}

// lostFrom returns where a lost session began.
func (s *discState) lostFrom() toc.LBA {
	if len(s.Sessions) == 0 {
		return storeFirst
	}
	return s.Sessions[len(s.Sessions)-1].LeadOut
}

// leadOutLength returns the length of the lead-out of session n (Orange Book: 90 seconds
// for the first session, 30 for the others).
func leadOutLength(n int) toc.Sectors {
	if n == 1 {
		return firstLeadOutSectors
	}
	return nextLeadOutSectors
}

// nextStart returns the user start of a track following everything recorded, with a
// pregap of that length: past the last track, or past the lead-in of a session without
// tracks.
func (s *discState) nextStart(pregap toc.Sectors) toc.LBA {
	if s.openTracks() > 0 {
		return s.lastTrack().End() + toc.LBA(pregap)
	}
	if len(s.Sessions) == 0 {
		return 0
	}
	return s.leadIn() + nextLeadInSectors + toc.PregapSectors
}

// limit returns the first sector that the user area can't have by ATIP: the last possible
// start of the lead-out, minus the run-out that each track ends with (G6).
func (s *discState) limit() toc.LBA { return s.Media.LeadOut.LBA() - runOutSectors }

// free returns the room for one more track, 0 if none is possible.
func (s *discState) free() toc.Sectors {
	if !s.appendable() || len(s.Tracks) >= toc.MaxTracks {
		return 0
	}
	if t := s.open(); t != nil {
		return max(0, toc.Sectors(s.limit()-t.next()))
	}
	return max(0, toc.Sectors(s.limit()-s.nextStart(toc.PregapSectors)))
}

// mcn returns the catalog number of the first track that has one.
func (s *discState) mcn() toc.MCN {
	for i := range s.Tracks {
		if s.Tracks[i].MCN != "" {
			return s.Tracks[i].MCN
		}
	}
	return ""
}

// trackAt returns the track whose pregap, user sectors or run-out contain lba, or nil.
func (s *discState) trackAt(lba toc.LBA) *Track {
	for i := range s.Tracks {
		t := &s.Tracks[i]
		if lba >= t.Start-toc.LBA(t.Pregap) && lba < t.End() {
			return t
		}
	}
	return nil
}

// areaKind is the part of the disc that a sector belongs to.
type areaKind uint8

const (
	areaPregap areaKind = iota
	areaUser
	areaRunOut
	areaLeadOut
	areaLeadIn
)

// area returns what is recorded at lba; ok is false if nothing is.
func (s *discState) area(lba toc.LBA) (areaKind, bool) {
	if t := s.trackAt(lba); t != nil {
		switch {
		case t.Recorded == 0:
			return 0, false // a reservation without sectors: its pregap isn't recorded either
		case lba < t.Start:
			return areaPregap, true
		case lba < t.next():
			return areaUser, true
		case t.State == trackComplete:
			return areaRunOut, true
		}
		return 0, false
	}
	for i := range s.Sessions {
		x := &s.Sessions[i]
		switch {
		case lba >= x.LeadIn && lba < s.track(x.First).Start:
			return areaLeadIn, true
		case lba >= x.LeadOut && lba < x.LeadOut+toc.LBA(leadOutLength(x.Number)):
			return areaLeadOut, true
		}
	}
	return 0, false
}

// errBroken is the root of every violated invariant.
var errBroken = errors.New("the disc contradicts itself")

// check checks the invariants of a disc: track numbers and addresses ascend without
// overlap, closed sessions hold only complete tracks, a track lies within the disc. It
// doesn't allocate while they hold.
func (s *discState) check() error {
	end, session := toc.LBA(-toc.PregapSectors), 1
	for i := range s.Tracks {
		t := &s.Tracks[i]
		switch {
		case t.Number != i+1:
			return fmt.Errorf("%w: track %d stands at place %d", errBroken, t.Number, i+1)
		case t.Session < session || t.Session > s.session():
			return fmt.Errorf("%w: track %d in session %d", errBroken, t.Number, t.Session)
		case t.Start-toc.LBA(t.Pregap) < end:
			return fmt.Errorf("%w: track %d starts at %d, inside what lies before it", errBroken, t.Number, t.Start)
		case t.Recorded < 0 || (t.State != trackOpen && t.Recorded > t.Size):
			return fmt.Errorf("%w: track %d has %d of %d sectors", errBroken, t.Number, t.Recorded, t.Size)
		case t.State == trackComplete && t.Recorded != t.Size:
			return fmt.Errorf("%w: complete track %d has %d of %d sectors", errBroken, t.Number, t.Recorded, t.Size)
		case t.State == trackOpen && i != len(s.Tracks)-1:
			return fmt.Errorf("%w: open track %d is not the last", errBroken, t.Number)
		case t.Session < s.session() && t.State != trackComplete:
			return fmt.Errorf("%w: track %d of closed session %d is %s", errBroken, t.Number, t.Session, t.State)
		case t.End() > s.Media.Groove:
			return fmt.Errorf("%w: track %d ends at %d, beyond the disc", errBroken, t.Number, t.End())
		}
		end, session = t.End(), t.Session
	}
	for i := range s.Sessions {
		x := &s.Sessions[i]
		first, last := s.track(x.First), s.track(x.Last)
		if x.Number != i+1 || first == nil || last == nil || first.Session != x.Number || x.LeadOut != last.End() {
			return fmt.Errorf("%w: session %d", errBroken, x.Number)
		}
	}
	return nil
}
