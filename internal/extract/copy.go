package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// ErrNothing matches the error of Plan for a disc without audio.
var ErrNothing = errors.New("the disc has no audio track to copy")

// Copy describes a copy of a disc.
type Copy struct {
	Tracks []burn.Track // for session-at-once
	MCN    toc.MCN
	Packs  []byte     // CD-TEXT
	Losses []rip.Loss // in any recording mode
	layout *rip.Layout
}

// extent is a part of the source that is copied.
type extent struct {
	lba toc.LBA
	n   toc.Sectors
}

// extents returns the parts in order: each track up to the next, and what precedes the
// first one.
func extents(l *rip.Layout) []extent {
	var list []extent
	for i := range l.Tracks {
		t := &l.Tracks[i]
		e := extent{t.Start, toc.Sectors(t.Next - t.Start)}
		if i == 0 {
			e.lba, e.n = e.lba-toc.LBA(l.Hidden()), e.n+l.Hidden()
		}
		list = append(list, e)
	}
	return list
}

// Frames returns the length of Spool's audio, in samples per channel.
func Frames(l *rip.Layout) (n int64) {
	for _, e := range extents(l) {
		n += int64(e.n) * toc.SamplesPerSector
	}
	return n
}

// Spool reads the audio of all tracks into a temporary file in the folder dir, including
// the pauses between them and the hidden audio before the first. "" is the system's
// folder for temporary files. If the system allows it the file has no name, and
// disappears with the process; remove removes it earlier, after which the audio can't be
// read. progress may be nil. After an error the file is removed.
func (s *Sectors) Spool(ctx context.Context, l *rip.Layout, dir string, progress func(done, total toc.Sectors)) (audio pcm.Source, remove func() error, err error) {
	read := func(lba toc.LBA, p []byte) error { return s.ReadSectors(ctx, lba, p) }
	r := &stream{read: read, rest: extents(l), progress: progress}
	for _, e := range r.rest {
		r.total += e.n
	}
	if r.total == 0 {
		return nil, nil, ErrNothing
	}
	kept, err := spool.Capture(ctx, "disc", pcm.CDDA, r, &spool.Options{Dir: dir})
	if err != nil {
		return nil, nil, err
	}
	return kept.Sources()[0], kept.Close, nil
}

// stream returns the audio of extents as an io.Reader.
type stream struct {
	read        func(lba toc.LBA, p []byte) error
	rest        []extent
	buf         []byte
	left        []byte
	done, total toc.Sectors
	progress    func(done, total toc.Sectors)
}

func (r *stream) Read(p []byte) (int, error) {
	for len(r.left) == 0 {
		if len(r.rest) == 0 {
			return 0, io.EOF
		}
		const chunk = 27
		if r.buf == nil {
			r.buf = make([]byte, chunk*toc.SectorSize)
		}
		e := &r.rest[0]
		n := min(e.n, chunk)
		if n == 0 {
			r.rest = r.rest[1:]
			continue
		}
		r.left = r.buf[:n.Bytes()]
		if err := r.read(e.lba, r.left); err != nil {
			r.left = nil
			return 0, fmt.Errorf("sectors %d to %d: %w", e.lba, e.lba+toc.LBA(n)-1, err)
		}
		e.lba, e.n, r.done = e.lba+toc.LBA(n), e.n-n, r.done+n
		if r.progress != nil {
			r.progress(r.done, r.total)
		}
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// Plan returns the tracks of the copy. audio is the result of Spool.
func Plan(l *rip.Layout, audio pcm.Source) (Copy, error) {
	c := Copy{layout: l}
	c.Packs, _ = cdtext.Mend(l.Text.Value)
	if len(l.Tracks) == 0 {
		return c, ErrNothing
	}
	if mcn, err := toc.ParseMCN(string(l.MCN.Value)); err == nil {
		c.MCN = mcn
	}
	_, texts := rip.Titles(l.Text.Value)
	at := int64(0)
	for i, e := range extents(l) {
		t := &l.Tracks[i]
		n := int64(e.n) * toc.SamplesPerSector
		src, err := pcm.Section(fmt.Sprintf("track %d", t.Number), audio, at, n)
		if err != nil {
			return c, err
		}
		at += n
		text := texts[t.Number]
		track := burn.Track{
			Source: src, Title: text.Title, Performer: text.Performer,
			ISRC: t.ISRC.Value, Control: t.Flags.Value &^ toc.DataTrack, SCMS: t.SCMS.Value, Indexes: t.Indexes.Value,
		}
		switch {
		case i == 0:
			track.Pregap = l.Hidden()
		case l.Joined(i - 1):
			track.Pregap = t.Pause.Value
		default:
			track.Pause = toc.PregapSectors // of another session
		}
		c.Tracks = append(c.Tracks, track)
	}
	c.Losses = losses(l)
	return c, nil
}

// losses returns what a copy lacks in any recording mode.
func losses(l *rip.Layout) []rip.Loss {
	var list []rip.Loss
	add := func(loss rip.Loss, missing bool) {
		if missing {
			list = append(list, loss)
		}
	}
	last := l.Tracks[len(l.Tracks)-1]
	isrcs, short := false, false
	for i := range l.Tracks {
		t := &l.Tracks[i]
		isrcs = isrcs || !t.ISRC.Known()
		short = short || t.Next-t.Start < placing.MinTrack
	}
	_, err := toc.ParseMCN(string(l.MCN.Value))
	add(LossData, slices.ContainsFunc(l.Disc.Tracks, func(t disc.Track) bool { return !t.Control.Audio() }))
	add(LossOpen, len(Unfinished(&l.Disc)) > 0)
	add(LossSessions, last.Session > l.Tracks[0].Session)
	add(LossQ, l.NoQ != nil || unsure(l))
	add(LossText, !l.Text.Known())
	add(LossTextPacks, damagedText(l))
	add(LossMCN, !l.MCN.Known() || err != nil)
	add(LossISRC, isrcs)
	add(LossShort, short)
	return list
}

// damagedText reports whether packs of CD-TEXT are lost because their checksum is wrong.
func damagedText(l *rip.Layout) bool {
	_, notes := cdtext.Mend(l.Text.Value)
	return slices.ContainsFunc(notes, func(n cdtext.Note) bool { return n.Kind == "bad-crc" })
}

// unsure reports whether a pause or index mark is unknown although the drive returns Q.
func unsure(l *rip.Layout) bool {
	for i := range l.Tracks {
		if !l.Tracks[i].Indexes.Known() || i > 0 && l.Joined(i-1) && !l.Tracks[i].Pause.Known() {
			return true
		}
	}
	return false
}

// TrackAtOnce returns the copy for track-at-once, and its losses besides Losses. Each
// track has its audio up to the pause of the next; a pause with sound stays at its end.
func (c *Copy) TrackAtOnce(sound rip.Sound) ([]burn.Track, []rip.Loss, error) {
	l := c.layout
	var losses []rip.Loss
	add := func(loss rip.Loss, missing bool) {
		if missing {
			losses = append(losses, loss)
		}
	}
	var tracks []burn.Track
	pauses, marks := false, false
	for i, from := range c.Tracks {
		t := &l.Tracks[i]
		track := from
		track.Indexes, track.Pregap, track.Pause = nil, 0, 0
		marks = marks || len(t.Indexes.Value) > 0
		start, end := int64(from.Pregap)*toc.SamplesPerSector, from.Source.Frames()
		if i > 0 {
			start = 0
			usual := toc.PregapSectors
			before, _ := l.AudioEnd(i - 1)
			pauses = pauses || l.Joined(i-1) && t.Start-before != toc.LBA(usual) && t.Start-before != placing.PauseSectors
		}
		if !sound.After[t.Number] {
			last, _ := l.AudioEnd(i)
			end = start + int64(last-t.Start)*toc.SamplesPerSector
		}
		src, err := pcm.Section(from.Source.Name(), from.Source, start, end-start)
		if err != nil {
			return nil, nil, err
		}
		track.Source = src
		tracks = append(tracks, track)
	}
	add(LossPauses, pauses)
	add(LossIndexes, marks)
	add(LossHidden, sound.Hidden)
	add(LossTitles, len(c.Packs) > 0)
	return tracks, losses, nil
}
