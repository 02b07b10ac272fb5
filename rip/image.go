package rip

import (
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/toc"
)

// Titles returns the titles of the album and of each track, by number, in the first
// language of the CD-TEXT. All are empty without CD-TEXT.
func (l *Layout) Titles() (album cdtext.Text, tracks map[int]cdtext.Text) {
	return Titles(l.Text.Value)
}

// Titles returns the titles of the album and of each track, by number, in the first
// language of CD-TEXT packs.
func Titles(packs []byte) (album cdtext.Text, tracks map[int]cdtext.Text) {
	tracks = map[int]cdtext.Text{}
	if len(packs) == 0 {
		return album, tracks
	}
	text, _ := cdtext.Decode(packs)
	if len(text.Blocks) == 0 {
		return album, tracks
	}
	first := max(text.First, 1)
	for i, t := range text.Blocks[0].Tracks {
		tracks[first+i] = t.Text
	}
	return text.Blocks[0].Album, tracks
}

// Packs makes CD-TEXT from the texts of an image in all languages, for a disc without packs;
// nil if it has no texts. Texts that CD-TEXT can't represent are left out.
func Packs(img *image.Image) ([]byte, error) {
	if blocks := slices.DeleteFunc(slices.Clone(img.CDText), empty); len(blocks) > 0 {
		packs, _, err := cdtext.Encode(cdtext.Disc{First: img.Tracks[0].Number, Blocks: blocks})
		return packs, err
	}
	b := cdtext.Block{Language: cdtext.English, Album: image.TextOf(img.Title, img.Performer, img.Text)}
	any := b.Album != cdtext.Text{}
	for _, t := range img.Tracks {
		track := cdtext.Track{Text: image.TextOf(t.Title, t.Performer, t.Text)}
		any = any || track.Text != cdtext.Text{}
		b.Tracks = append(b.Tracks, track)
	}
	if !any {
		return nil, nil
	}
	b.Charset = b.BestCharset()
	packs, _, err := cdtext.Encode(cdtext.Disc{First: img.Tracks[0].Number, Blocks: []cdtext.Block{b}})
	return packs, err
}

// empty reports whether a block has no text.
func empty(b cdtext.Block) bool {
	return b.Album == cdtext.Text{} && b.DiscID == "" && b.Genre == 0 && b.GenreText == "" && b.Closed == "" && b.UPC == "" &&
		!slices.ContainsFunc(b.Tracks, func(t cdtext.Track) bool { return t != cdtext.Track{} })
}

// Image describes the tracks selected by wanted for package image, with the sound around
// them. The caller sets Sectors.
//
// Remarks name the facts that a cue sheet can't contain, such as a catalog number with a
// wrong check digit, and those that the drive did not report.
func (l *Layout) Image(wanted func(n int) bool, sound Sound) *image.Disc {
	album, texts := l.Titles()
	d := &image.Disc{Title: album.Title, Performer: album.Performer, Text: image.Rest(album)}
	d.Packs, _ = cdtext.Mend(l.Text.Value)
	mcn, err := toc.ParseMCN(string(l.MCN.Value))
	if err != nil {
		d.Comments = append(d.Comments, fmt.Sprintf("CATALOG %s (its check digit is wrong)", l.MCN.Value))
	} else {
		d.MCN = mcn
	}
	for i := range l.Tracks {
		t := &l.Tracks[i]
		if !wanted(t.Number) {
			continue
		}
		text := texts[t.Number]
		end := l.audioEnd(i)
		d.Tracks = append(d.Tracks, image.Track{
			TrackInfo: toc.TrackInfo{
				Title: text.Title, Performer: text.Performer, ISRC: t.ISRC.Value, Control: t.Flags.Value, Indexes: t.Indexes.Value,
			},
			Text: image.Rest(text), SCMS: t.SCMS.Value, Number: t.Number, Session: t.Session,
			Start: t.Start, Pregap: t.Pause.Value, Length: toc.Sectors(end - t.Start), RunOut: l.runOut(i, end),
			Sound: sound.After[t.Number],
		})
	}
	if d.HiddenSound = sound.Hidden; len(d.Tracks) < len(l.Tracks) {
		d.Packs = nil // they cover all tracks
	}
	d.Partial = len(d.Tracks) > 0 && len(l.Tracks) > 0 && d.Tracks[0].Number != l.Tracks[0].Number
	d.Comments = append(d.Comments, l.remarks()...)
	return d
}

// runOut returns the range between the audio of track i and the lead-out; package image
// handles the space between two tracks.
func (l *Layout) runOut(i int, end toc.LBA) toc.Sectors {
	if l.joined(i) {
		return l.Tracks[i].RunOut
	}
	return toc.Sectors(l.Tracks[i].Next - end)
}

// remarks records in the sheet which facts are unknown: a missing line must not be taken
// for "none".
func (l *Layout) remarks() []string {
	var list []string
	if l.NoQ != nil {
		list = append(list, "REDBOOK the drive does not give the Q sub-channel: pauses and index marks are not known")
	}
	if !l.Text.Known() {
		list = append(list, "REDBOOK the drive does not report CD-TEXT")
	}
	if l.damagedText() {
		list = append(list, "REDBOOK parts of the CD-TEXT are missing: the drive reports them damaged")
	}
	if !l.MCN.Known() {
		list = append(list, "REDBOOK the drive does not report the catalog number")
	}
	return list
}

// Summing computes the checksums of tracks while an image is written; pass its Tap in
// image.Options.
type Summing struct {
	l    *Layout
	sums map[int]*Summer
}

// NewSumming returns a new Summing.
func NewSumming(l *Layout) *Summing { return &Summing{l: l, sums: map[int]*Summer{}} }

// Tap adds sectors to their tracks. Those of one track must come in order.
func (s *Summing) Tap(lba toc.LBA, p []byte) {
	for len(p) > 0 {
		t, n := s.at(lba, toc.LBA(len(p)/toc.SectorSize))
		if t != nil {
			_, _ = s.summer(t).Write(p[:n*toc.SectorSize])
		}
		lba, p = lba+n, p[n*toc.SectorSize:]
	}
}

// at returns the track that a sector belongs to, including the next track's pause, and
// how many of n sectors do.
func (s *Summing) at(lba, n toc.LBA) (*Track, toc.LBA) {
	for i := range s.l.Tracks {
		t := &s.l.Tracks[i]
		switch {
		case lba < t.Start:
			return nil, min(n, t.Start-lba)
		case lba < t.Next:
			return t, min(n, t.Next-lba)
		}
	}
	return nil, n
}

func (s *Summing) summer(t *Track) *Summer {
	sum := s.sums[t.Number]
	if sum == nil {
		first, last := &s.l.Tracks[0], &s.l.Tracks[len(s.l.Tracks)-1]
		sum = NewSummer(Position{
			Sectors: toc.Sectors(t.Next - t.Start), First: t.Number == first.Number, Last: t.Number == last.Number,
			Disc: toc.Sectors(last.Next - first.Start),
		})
		s.sums[t.Number] = sum
	}
	return sum
}

// Track returns the checksums of a track. The following pause counts as silence unless
// Tap received it: package image may leave pauses out. ok is false if Tap received no
// sector of the track.
func (s *Summing) Track(n int) (sums Sums, ok bool) {
	sum := s.sums[n]
	t, found := s.l.Track(n)
	if sum == nil || !found {
		return Sums{}, false
	}
	var zero [toc.SectorSize]byte
	for sum.byteAt < toc.Sectors(t.Next-t.Start).Bytes() {
		_, _ = sum.Write(zero[:])
	}
	return sum.Sums(), true
}
