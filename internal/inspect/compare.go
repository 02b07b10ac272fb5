package inspect

import (
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// Expected is a track that should be on a disc.
type Expected struct {
	Number  int
	Start   toc.LBA     // index 1
	Sectors toc.Sectors // minimum length, run-out not counted; 0: any length
	Control toc.Control
	InTOC   bool // the table of contents must list it
}

// Compare compares a disc with the expected tracks, in their order. Additional tracks on
// the disc are not a difference. A length may be up to two sectors less than expected:
// Pioneer drives leave the run-out out of tracks that have none (R11 command manual).
func Compare(want []Expected, got disc.Disc) []disc.Difference {
	if blank(&got) && len(want) > 0 {
		return []disc.Difference{{Kind: DiscBlank}}
	}
	var list []disc.Difference
	var end toc.LBA
	listed := false
	for i := range want {
		w := &want[i]
		list = append(list, compareTrack(&got, w)...)
		if w.InTOC {
			end, listed = max(end, w.Start+toc.LBA(w.Sectors)), true
		}
	}
	switch {
	case listed && !got.TOC.Known():
		list = append(list, disc.Difference{Kind: TOCNotShown})
	case listed && got.TOC.Value.LeadOut < end && got.TOC.Value.Last >= lastInTOC(want):
		list = append(list, disc.Difference{Kind: LeadOutTooEarly, Want: int(end), Got: int(got.TOC.Value.LeadOut)})
	}
	return list
}

// lastInTOC returns the highest number of the tracks that the table must list. A table
// that doesn't list them all is outdated, and so is its lead-out.
func lastInTOC(want []Expected) int {
	last := 0
	for i := range want {
		if want[i].InTOC {
			last = max(last, want[i].Number)
		}
	}
	return last
}

// compareTrack compares one track.
func compareTrack(d *disc.Disc, w *Expected) []disc.Difference {
	t, ok := d.Track(w.Number)
	switch {
	case !ok && d.Status.Known():
		return []disc.Difference{{Kind: TrackMissing, Track: w.Number}}
	case !ok || t.Origin == disc.Unknown:
		return []disc.Difference{{Kind: TrackNotShown, Track: w.Number}}
	}
	var list []disc.Difference
	add := func(kind string, want, got int) {
		list = append(list, disc.Difference{Kind: kind, Track: w.Number, Want: want, Got: got})
	}
	if w.InTOC && d.TOC.Known() && !t.InTOC {
		add(TrackNotInTOC, 0, 0)
	}
	if t.State != disc.TrackComplete {
		add(TrackUnfinished, 0, int(t.State))
	}
	start, control := t.Start, t.Control
	if e, listed := d.TOC.Value.Track(w.Number); w.InTOC && listed {
		start, control = e.Start, e.Control // the values that players use
	}
	if start != w.Start {
		add(StartDiffers, int(w.Start), int(start))
	}
	if t.Sectors < w.Sectors-placing.RunOutSectors {
		add(TrackShort, int(w.Sectors), int(t.Sectors))
	}
	switch {
	case !control.Audio() && w.Control.Audio():
		add(NotAudio, int(w.Control), int(control))
	case control != w.Control:
		add(ControlDiffers, int(w.Control), int(control))
	}
	return list
}
