package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// resumeText returns the plan of a resumption as lines.
func resumeText(d *device, r *resumption, p *redbook.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Drive  %s%s\n", p.Drive, simulatedNote(d))
	fmt.Fprintf(&b, "Disc   %s\n", discText(&p.Disc))
	fmt.Fprintf(&b, "Album  %s, begun %s\n", jobTitle(r.job.Job), r.job.Started.Local().Format("2 January 2006 15:04"))
	burned, stays := 0, false
	for i, t := range p.Resume.Album {
		size := r.length(i)
		fate := ""
		switch t.Fate {
		case burn.FateKept:
			fate = fmt.Sprintf("on the disc as track %d", t.Number)
		case burn.FateDoubtful:
			fate = fmt.Sprintf("on the disc as track %d, to be read back first; if it was cut short, it stays there and is burned again", t.Number)
			stays = true
		case burn.FateContinue:
			fate = fmt.Sprintf("%v of it is on the disc as track %d, and the drive writes the rest", t.Sectors, t.Number)
		default:
			if n := unended(p.Resume, i); n > 0 {
				fate = fmt.Sprintf("track %d on the disc is unfinished; it is kept if it turns out to be complete, and burned again otherwise", n)
			} else if burned < len(p.Tracks) {
				fate = fmt.Sprintf("to be burned as track %d", p.Tracks[burned].Number)
			}
			burned++
		}
		title := trackTitle(r.m.Tracks[i].Title, "", r.m.Tracks[i].Name)
		fmt.Fprintf(&b, "%4d   %7v  %s: %s\n", i+1, size, title, fate)
	}
	for _, f := range p.Resume.Fragments {
		if f.Open {
			continue // its row reports it
		}
		stays = true
		fmt.Fprintf(&b, "%s\n", fragmentText(f, r.m))
	}
	if stays && p.Disc.Media.Value == mmc.MediaCDRW && !p.Resume.Complete() {
		fmt.Fprintf(&b, "To have the album without parts of tracks, erase the disc instead and burn the album again: redbook blank%s\n", r.advise.deviceFlag())
	}
	if len(p.Tracks) == 0 && p.Resume.Complete() {
		fmt.Fprintf(&b, "The whole album is on the disc.")
		return b.String()
	}
	fmt.Fprintf(&b, "%s", purposeText(&p.Plan))
	return b.String()
}

// length returns the length of track row of the album for a player.
func (r *resumption) length(row int) toc.Sectors {
	if row < len(r.job.Plan.Tracks) && r.job.Plan.Tracks[row].Length > 0 {
		return r.job.Plan.Tracks[row].Length
	}
	return r.m.Tracks[row].Sectors()
}

// unended returns the number of the unfinished track on the disc that may be track row of
// the album, 0 for none.
func unended(p *burn.ResumePlan, row int) int {
	for _, f := range p.Fragments {
		if f.Open && f.Row == row {
			return f.Number
		}
	}
	return 0
}

// fragmentText describes a track that was cut short: it can't be removed from the disc.
func fragmentText(f burn.Fragment, m *material) string {
	name := "a track"
	if f.Row >= 0 && f.Row < len(m.Tracks) {
		name = trackTitle(m.Tracks[f.Row].Title, "", m.Tracks[f.Row].Name)
	}
	return fmt.Sprintf("Track %d on the disc is a part of %s that was cut short. It stays there as a track, and the whole song is burned again.", f.Number, name)
}

// resumeFigures are the errors of a resumption that carry figures.
func resumeFigures(err error) (string, bool) {
	if e, ok := errors.AsType[*burn.OtherDiscError](err); ok {
		return "this is not the disc of the interrupted album: " + otherDiscText(e), true
	}
	if e, ok := errors.AsType[*burn.ChangedError](err); ok {
		names := make([]string, len(e.Names))
		for i, n := range e.Names {
			names[i] = baseName(n)
		}
		return "the audio has changed since the burn: " + strings.Join(names, ", "), true
	}
	if e, ok := errors.AsType[*burn.RemainsError](err); ok {
		return remainsText(e), true
	}
	return "", false
}

// otherDiscText describes how a disc differs.
func otherDiscText(e *burn.OtherDiscError) string {
	switch e.Kind {
	case "media":
		return fmt.Sprintf("it is a %v, and the album is on a %v", mmc.MediaType(e.Got), mmc.MediaType(e.Want))
	case "maker":
		return fmt.Sprintf("it holds %v, and that of the album %v", toc.Sectors(e.Got), toc.Sectors(e.Want))
	case "blank":
		return fmt.Sprintf("it is blank, and that of the album holds %s", count(e.Want, "track"))
	case "missing":
		return fmt.Sprintf("track %d isn't on it", e.Track)
	case "start":
		return fmt.Sprintf("its track %d starts at %v, and that of the album at %v", e.Track, toc.LBA(e.Got).MSF(), toc.LBA(e.Want).MSF())
	case "length":
		return fmt.Sprintf("its track %d is %v long, and that of the album %v", e.Track, toc.Sectors(e.Got), toc.Sectors(e.Want))
	case "audio":
		return fmt.Sprintf("its track %d holds other audio", e.Track)
	}
	return fmt.Sprintf("its track %d isn't from this album", e.Track)
}

// remainsText explains why nothing can be added.
func remainsText(e *burn.RemainsError) string {
	if e.Mode == burn.ModeSAO {
		return "the album was burned session-at-once; a session that was cut short can't be continued or read"
	}
	return fmt.Sprintf("the disc has been closed, so nothing can be added to it: it holds %s of the album, and %s missing",
		numbers(e.Kept), areMissing(e.Missing))
}

func areMissing(list []int) string {
	if len(list) == 1 {
		return numbers(list) + " is"
	}
	return numbers(list) + " are"
}
