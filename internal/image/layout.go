package image

import (
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// Of describes the tracks of a disc that was read and that wanted selects, with the sound
// around them. The caller sets Sectors.
//
// Comments name the facts that a cue sheet can't contain, such as a catalog number with a
// wrong check digit, and those that the drive did not report.
func Of(l *rip.Layout, wanted func(n int) bool, sound rip.Sound) *Disc {
	album, texts := rip.Titles(l.Text.Value)
	d := &Disc{Title: album.Title, Performer: album.Performer, Text: Rest(album)}
	packs, damage := cdtext.Mend(l.Text.Value)
	d.Packs = packs
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
		end, runOut := l.AudioEnd(i)
		d.Tracks = append(d.Tracks, Track{
			TrackInfo: toc.TrackInfo{
				Title: text.Title, Performer: text.Performer, ISRC: t.ISRC.Value, Control: t.Flags.Value, Indexes: t.Indexes.Value,
			},
			Text: Rest(text), SCMS: t.SCMS.Value, Number: t.Number, Session: t.Session,
			Start: t.Start, Pregap: t.Pause.Value, Length: toc.Sectors(end - t.Start), RunOut: runOut,
			Sound: sound.After[t.Number],
		})
	}
	if d.HiddenSound = sound.Hidden; len(d.Tracks) < len(l.Tracks) {
		d.Packs = nil // they cover all tracks
	}
	d.Partial = len(d.Tracks) > 0 && len(l.Tracks) > 0 && d.Tracks[0].Number != l.Tracks[0].Number
	d.Comments = append(d.Comments, remarks(l, damage)...)
	return d
}

// remarks records in the sheet which facts are unknown: a missing line must not be taken
// for "none".
func remarks(l *rip.Layout, damage []cdtext.Note) []string {
	var list []string
	if l.NoQ != nil {
		list = append(list, "REDBOOK the drive does not return the Q sub-channel: pauses and index marks are not known")
	}
	if !l.Text.Known() {
		list = append(list, "REDBOOK the drive does not report CD-TEXT")
	}
	if slices.ContainsFunc(damage, func(n cdtext.Note) bool { return n.Kind == "bad-crc" }) {
		list = append(list, "REDBOOK parts of the CD-TEXT are missing: the drive reports them damaged")
	}
	if !l.MCN.Known() {
		list = append(list, "REDBOOK the drive does not report the catalog number")
	}
	return list
}

// EncodeText makes CD-TEXT packs from the texts of the image in all languages, for a disc
// without packs; nil if it has no texts. Texts that CD-TEXT can't represent are left out.
func (img *Image) EncodeText() ([]byte, error) {
	if blocks := slices.DeleteFunc(slices.Clone(img.CDText), empty); len(blocks) > 0 {
		packs, _, err := cdtext.Encode(cdtext.Disc{First: img.Tracks[0].Number, Blocks: blocks})
		return packs, err
	}
	b := cdtext.Block{Language: cdtext.English, Album: TextOf(img.Title, img.Performer, img.Text)}
	any := b.Album != cdtext.Text{}
	for _, t := range img.Tracks {
		track := cdtext.Track{Text: TextOf(t.Title, t.Performer, t.Text)}
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
