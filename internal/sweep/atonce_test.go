package sweep

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/sim"
)

// atOnce are the jobs that record session-at-once. They are a separate list, which keeps
// the seeded runs of the others unchanged.
var atOnce = []*scenario{
	{name: "sao", media: sim.CDR80, job: job{what: "burn", atOnce: true, sources: three}},
	{name: "sao-text", media: sim.CDR80, job: job{what: "burn", atOnce: true, sources: two, text: titles()}, sparse: 3},
	{name: "sao-cdrw", media: sim.CDRW80, job: job{what: "burn", atOnce: true, sources: two}, sparse: 2},
	{name: "sao-append", media: sim.CDR80, job: job{what: "burn", atOnce: true, sources: two, append: true}, prepare: multiSession, sparse: 2},
	{name: "sao-test-write", media: sim.CDR80, job: job{what: "burn", atOnce: true, sources: two, test: true}, sparse: 2},
}

var everyScenario = append(slices.Clone(scenarios), atOnce...)

// titles is CD-TEXT for two tracks.
func titles() []byte {
	block := cdtext.Block{Language: cdtext.English, Album: cdtext.Text{Title: "Sweep", Performer: "The Faults"}}
	for _, title := range []string{"First", "Second"} {
		block.Tracks = append(block.Tracks, cdtext.Track{Text: cdtext.Text{Title: title, Performer: "The Faults"}})
	}
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{block}})
	if err != nil {
		panic(err)
	}
	return packs
}

// pregap is how many sectors of silence precede the first track. The host writes them;
// those of the first session start at LBA -150.
const pregap = 150

// origin is where the first track of the session starts.
func (r *result) origin() lba {
	const between = 11250 // lead-out of the first session and lead-in of the next
	if n := len(r.before.sessions); n > 0 {
		return r.before.sessions[n-1].LeadOut + between + pregap
	}
	return 0
}

// gap checks where the tracks of a session-at-once are: after 150 sectors of silence, one
// directly after the other.
func (r *result) gap(disc *sim.Disc) string {
	next := r.origin()
	for i, t := range r.fresh {
		if t.Start != next {
			return fmt.Sprintf("track %d starts at %d, not at %d", t.Number, t.Start, next)
		}
		if i < len(r.p.sc.job.sources) {
			next += lba(len(padded(r.p.sc.job.sources[i])) / sectorSize)
		}
	}
	if len(r.fresh) == 0 {
		return ""
	}
	got := make([]byte, pregap*sectorSize)
	if err := disc.ReadSectors(r.origin()-pregap, got); err != nil {
		return fmt.Sprintf("the first pregap: %v", err)
	}
	if !bytes.Equal(got, make([]byte, len(got))) {
		return "the first pregap is not silent"
	}
	return ""
}

// writingAtOnce returns the track that the last WRITE of a stream was for: lead-in and
// first pregap belong to the first track.
func (r *result) writingAtOnce() int {
	end := r.origin()
	for i, src := range r.p.sc.job.sources {
		if end += lba(len(padded(src)) / sectorSize); r.in.ledger.last.from < end {
			return i + 1
		}
	}
	return len(r.p.sc.job.sources)
}

// An interrupted session-at-once is unreadable. Neither a good track nor a single sector
// may be claimed, and another burn isn't possible.
func lostNotTold(r *result) string {
	if !r.later.Lost || r.lying {
		return ""
	}
	for _, row := range r.out.rows {
		if row.state == rowOK {
			return fmt.Sprintf("the session is lost, and the report calls track %d good", row.number)
		}
		if row.sectors > 0 {
			return fmt.Sprintf("the session is lost, and track %d has %d sectors by the report", row.number, row.sectors)
		}
	}
	return ""
}

// Titles that didn't reach the disc are missed only in the player, long afterwards.
func textMissing(r *result) string {
	want := r.p.sc.job.text
	if len(want) == 0 || r.out.verdict != success || r.out.toldText {
		return ""
	}
	if n := len(r.later.sessions); n > 0 && bytes.Equal(r.later.sessions[n-1].Text, want) {
		return ""
	}
	return "success, and the report doesn't mention that the CD-TEXT is not on the disc"
}

// streamPoints are the core kinds at the commands of a session-at-once with CD-TEXT that
// change the disc or lead to it, on another kind of drive.
func streamPoints(name string, yield func(point)) error {
	return personalityPoints(atOnce[1], name, func(p point) {
		if len(p.faults) == 1 {
			if op := p.faults[0].op; op != opWrite && op != opSync && op != opCueSheet {
				return
			}
		}
		if p.cancel == nil {
			yield(p)
		}
	})
}

// class is the class of a violation: session-at-once has its own classes, so its limits
// don't hide violations of track-at-once.
func (p point) class(v violation) string {
	if p.sc.job.atOnce {
		return "sao/" + v.class
	}
	return v.class
}

// classes lists all classes in the order of harm, those of session-at-once last.
func classes() []string {
	var list []string
	for _, prefix := range []string{"", "sao/"} {
		for _, t := range truths {
			list = append(list, prefix+t.class)
		}
	}
	return list
}
