package rip

import (
	"fmt"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/cue"
	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/toc"
)

// Titles is what the first language of the CD-TEXT says of the album and of each track, by
// its number. All of it is empty where there is none.
func (l *Layout) Titles() (album cdtext.Text, tracks map[int]cdtext.Text) {
	return Titles(l.Text.Value)
}

// Titles is what the first language of packs of CD-TEXT says of the album and of each track,
// by its number.
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

// Packs makes CD-TEXT of the titles of an image, for a disc without packs of its own; nil if
// there are none. Texts that CD-TEXT can't hold are left out.
func Packs(img *image.Image) ([]byte, error) {
	text := func(title, performer string, t cue.CDText) cdtext.Text {
		return cdtext.Text{
			Title: title, Performer: performer,
			Songwriter: t.Songwriter, Composer: t.Composer, Arranger: t.Arranger, Message: t.Message,
		}
	}
	b := cdtext.Block{Language: cdtext.English, Album: text(img.Title, img.Performer, img.Text)}
	any := b.Album != cdtext.Text{}
	for _, t := range img.Tracks {
		track := cdtext.Track{Text: text(t.Title, t.Performer, t.Text)}
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

// Rest is what of a text has no field in toc.TrackInfo.
func Rest(t cdtext.Text) cue.CDText {
	return cue.CDText{Songwriter: t.Songwriter, Composer: t.Composer, Arranger: t.Arranger, Message: t.Message}
}

// Image describes the tracks that wanted says yes to for package image, with what sound
// there is around them. Sectors is left to the caller.
//
// What a cue sheet can't hold, such as a catalog number with a wrong check digit, and what
// the drive could not be asked are remarks.
func (l *Layout) Image(wanted func(n int) bool, sound Sound) *image.Disc {
	album, texts := l.Titles()
	d := &image.Disc{Title: album.Title, Performer: album.Performer, Text: Rest(album), Packs: l.Text.Value}
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
			Text: Rest(text), SCMS: t.SCMS.Value, Number: t.Number, Session: t.Session,
			Start: t.Start, Pregap: t.Pause.Value, Length: toc.Sectors(end - t.Start), RunOut: l.runOut(i, end),
			Sound: sound.After[t.Number],
		})
	}
	if d.HiddenSound = sound.Hidden; len(d.Tracks) < len(l.Tracks) {
		d.Packs = nil // they are for all tracks
	}
	d.Partial = len(d.Tracks) > 0 && len(l.Tracks) > 0 && d.Tracks[0].Number != l.Tracks[0].Number
	d.Comments = append(d.Comments, l.remarks()...)
	return d
}

// runOut is what lies between the audio of track i and the lead-out; places between two
// tracks are settled by package image.
func (l *Layout) runOut(i int, end toc.LBA) toc.Sectors {
	if l.joined(i) {
		return l.Tracks[i].RunOut
	}
	return toc.Sectors(l.Tracks[i].Next - end)
}

// remarks say in the sheet what could not be asked: nobody shall take a missing line for
// "none".
func (l *Layout) remarks() []string {
	var list []string
	if l.NoQ != nil {
		list = append(list, "REDBOOK the drive does not give the Q sub-channel: pauses and index marks are not known")
	}
	if !l.Text.Known() {
		list = append(list, "REDBOOK the drive does not report CD-TEXT")
	}
	if !l.MCN.Known() {
		list = append(list, "REDBOOK the drive does not report the catalog number")
	}
	return list
}

// Summing computes the checksums of tracks while an image is written: its Tap is for
// image.Options.
type Summing struct {
	l    *Layout
	sums map[int]*Summer
}

// NewSumming begins.
func NewSumming(l *Layout) *Summing { return &Summing{l: l, sums: map[int]*Summer{}} }

// Tap adds sectors to the tracks that they belong to. Those of one track must come in
// order.
func (s *Summing) Tap(lba toc.LBA, p []byte) {
	for len(p) > 0 {
		t, n := s.at(lba, toc.LBA(len(p)/toc.SectorSize))
		if t != nil {
			_, _ = s.summer(t).Write(p[:n*toc.SectorSize])
		}
		lba, p = lba+n, p[n*toc.SectorSize:]
	}
}

// at is the track that a sector belongs to, with the pause of the next one, and how many of n
// sectors do.
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

// Track gives the checksums of a track. The pause that follows it counts as silence unless
// it came to Tap: that is where package image leaves pauses out. ok is false for a track of
// which nothing came.
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
