package cue

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// discCommand handles what may stand before the first track.
func (p *parser) discCommand(word string, args []string) error {
	cdText := p.sheet.at(word)
	ofDisc := word == "CATALOG" || word == "TITLE" || word == "PERFORMER" || word == "CDTEXTFILE" || cdText != nil
	if ofDisc && p.sheet.lastTrack() != nil {
		return p.fail("%s is between a FILE and its TRACK", word)
	}
	switch word {
	case "CATALOG":
		return p.catalog(args)
	case "CDTEXTFILE":
		return p.text(word, args, &p.sheet.CDTextFile)
	case "TITLE":
		return p.text(word, args, &p.sheet.Title)
	case "PERFORMER":
		return p.text(word, args, &p.sheet.Performer)
	case "FILE":
		return p.openFile(args)
	case "TRACK":
		return p.openTrack(args)
	case "ISRC", "FLAGS", "PREGAP", "POSTGAP", "INDEX":
		return p.fail("%s is before the first TRACK", word)
	}
	if cdText != nil {
		return p.text(word, args, cdText)
	}
	return p.unknown(word)
}

// trackCommand handles what may stand inside a track.
func (p *parser) trackCommand(word string, args []string) error {
	switch word {
	case "TITLE":
		return p.text(word, args, &p.track.Title)
	case "PERFORMER":
		return p.text(word, args, &p.track.Performer)
	case "ISRC":
		return p.isrc(args)
	case "FLAGS":
		return p.flags(args)
	case "PREGAP":
		return p.gap(word, args, &p.track.Pregap)
	case "POSTGAP":
		return p.gap(word, args, &p.track.Postgap)
	case "INDEX":
		return p.index(args)
	case "FILE":
		return p.openFile(args)
	case "TRACK":
		return p.openTrack(args)
	case "CATALOG", "CDTEXTFILE":
		return p.fail("%s belongs before the first TRACK", word)
	}
	if cdText := p.track.at(word); cdText != nil {
		return p.text(word, args, cdText)
	}
	return p.unknown(word)
}

// unknown refuses a command. It is quoted, in part if it is long.
func (p *parser) unknown(word string) error {
	if len(word) > 20 {
		word = strings.ToValidUTF8(word[:20], "") + "..."
	}
	return p.fail("%q is not a command of a cue sheet", word)
}

// once refuses a command that was there before in the same place.
func (p *parser) once(word string) error {
	if p.seen[word] {
		return p.fail("a second %s", word)
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[word] = true
	return nil
}

// one gives the only argument of a command that may stand once.
func (p *parser) one(word string, args []string) (string, error) {
	if len(args) != 1 {
		return "", p.fail("%s takes one argument, not %d", word, len(args))
	}
	return args[0], p.once(word)
}

// text handles TITLE, PERFORMER and the commands of CD-TEXT.
func (p *parser) text(word string, args []string, to *string) error {
	text, err := p.one(word, args)
	*to = text
	return err
}

// catalog handles CATALOG, whose check digit must be right: a wrong one means that
// a user mistyped the number, and it would be burned.
func (p *parser) catalog(args []string) error {
	text, err := p.one("CATALOG", args)
	if err != nil {
		return err
	}
	mcn, err := toc.ParseMCN(text)
	if err != nil {
		return p.because(toc.ErrMCN, "CATALOG: %v", err)
	}
	p.sheet.MCN = mcn
	return nil
}

// isrc handles ISRC.
func (p *parser) isrc(args []string) error {
	text, err := p.one("ISRC", args)
	if err != nil {
		return err
	}
	isrc, err := toc.ParseISRC(text)
	if err != nil {
		return p.because(toc.ErrISRC, "ISRC: %v", err)
	}
	p.track.ISRC = isrc
	return nil
}

// openFile handles FILE "name" TYPE.
func (p *parser) openFile(args []string) error {
	// A track of which only the pause is in the previous file continues in this one.
	if t := p.track; t != nil && len(t.Indexes) == 1 && t.Indexes[0].Number == 0 {
		at := t.Indexes[0].At
		t.Ahead, t.Indexes = &at, nil
	} else if err := p.endTrack(); err != nil {
		return err
	}
	// The name may stand without quotes if it has no blanks.
	if len(args) != 2 || args[0] == "" {
		return p.fail(`FILE takes a name in quotes and a type: FILE "album.bin" BINARY`)
	}
	kind := FileType(args[1])
	if !kind.known() {
		return p.fail("FILE type %s is not supported", args[1])
	}
	if p.file != nil && len(p.file.Tracks) == 0 && p.track == nil {
		return p.fail("the previous FILE has no TRACK")
	}
	p.sheet.Files = append(p.sheet.Files, File{Name: args[0], Type: kind})
	p.file = &p.sheet.Files[len(p.sheet.Files)-1]
	return nil
}

// openTrack handles TRACK nn AUDIO.
func (p *parser) openTrack(args []string) error {
	if err := p.endTrack(); err != nil {
		return err
	}
	if p.file == nil {
		return p.fail("TRACK is before the first FILE")
	}
	if len(args) != 2 {
		return p.fail("TRACK takes a number and a type: TRACK 01 AUDIO")
	}
	n, err := number(args[0], 1, toc.MaxTracks)
	if err != nil {
		return p.fail("TRACK %v", err)
	}
	if args[1] != "AUDIO" {
		return p.fail("TRACK type %s is not supported, only AUDIO", args[1])
	}
	// A disc may begin with a higher number than 1, but leaves none out.
	if last := p.sheet.lastTrack(); last != nil && n != last.Number+1 {
		return p.fail("track %d follows track %d", n, last.Number)
	}
	p.track, p.at, p.seen = &Track{Number: n}, p.line, nil
	return nil
}

// endTrack moves the track that is being read into its file.
func (p *parser) endTrack() error {
	if p.track == nil {
		return nil
	}
	t := p.track
	if _, ok := t.Index(1); !ok {
		p.line = p.at // the reader looks for it below the TRACK line
		return p.fail("track %d has no INDEX 01", t.Number)
	}
	p.file.Tracks = append(p.file.Tracks, *t)
	p.track, p.seen = nil, nil
	return nil
}

// flags handles FLAGS DCP PRE 4CH SCMS.
func (p *parser) flags(args []string) error {
	if err := p.once("FLAGS"); err != nil {
		return err
	}
	if len(args) == 0 {
		return p.fail("FLAGS takes DCP, PRE, 4CH or SCMS")
	}
	for _, arg := range args {
		if arg == "SCMS" {
			p.track.SCMS = true
			continue
		}
		bit := toc.Control(0)
		for _, flag := range flags {
			if flag.name == arg {
				bit = flag.bit
			}
		}
		if bit == 0 {
			return p.fail("FLAGS: %s is not supported, only DCP, PRE, 4CH and SCMS", arg)
		}
		p.track.Control |= bit
	}
	return nil
}

// flags are the flags in the order in which they are written.
var flags = []struct {
	name string
	bit  toc.Control
}{{"DCP", toc.CopyPermitted}, {"PRE", toc.PreEmphasis}, {"4CH", toc.FourChannel}}

// gap handles PREGAP and POSTGAP.
func (p *parser) gap(word string, args []string, to *toc.Sectors) error {
	text, err := p.one(word, args)
	if err != nil {
		return err
	}
	// PREGAP precedes the indexes, as the silence precedes the track.
	if word == "PREGAP" && len(p.track.Indexes) > 0 {
		return p.fail("PREGAP belongs before the track's INDEX lines")
	}
	if *to, err = position(text); err != nil {
		return p.because(toc.ErrTime, "%s: %v", word, err)
	}
	return nil
}

// index handles INDEX nn mm:ss:ff.
func (p *parser) index(args []string) error {
	if len(args) != 2 {
		return p.fail("INDEX takes a number and a time: INDEX 01 00:00:00")
	}
	// The order is part of the format: programs that read line by line rely on it.
	if p.seen["POSTGAP"] {
		return p.fail("INDEX belongs before the track's POSTGAP")
	}
	n, err := number(args[0], 0, 99)
	if err != nil {
		return p.fail("INDEX %v", err)
	}
	at, err := position(args[1])
	if err != nil {
		return p.because(toc.ErrTime, "INDEX: %v", err)
	}
	indexes := p.track.Indexes
	switch {
	case len(indexes) == 0 && n != 1 && p.track.Ahead != nil:
		return p.fail("index %02d follows index 00", n)
	case len(indexes) == 0 && n > 1:
		return p.fail("the first INDEX is 00 or 01, not %02d", n)
	case len(indexes) > 0 && n != indexes[len(indexes)-1].Number+1:
		return p.fail("index %02d follows index %02d", n, indexes[len(indexes)-1].Number)
	}
	// Positions ascend through the file, or a track would have no length.
	before, ok := p.lastIndex()
	emptyPause := n == 1 && len(indexes) == 1 && at == before // index 00 without length
	if ok && at <= before && !emptyPause {
		return p.fail("index %02d at %s is not past the previous index, at %s", n, args[1], before.Position())
	}
	p.track.Indexes = append(indexes, Index{Number: n, At: at})
	return nil
}

// lastIndex is the position of the index before in the same file.
func (p *parser) lastIndex() (toc.Sectors, bool) {
	list := p.track.Indexes
	if len(list) == 0 && len(p.file.Tracks) > 0 {
		list = p.file.Tracks[len(p.file.Tracks)-1].Indexes
	}
	if len(list) == 0 {
		return 0, false
	}
	return list[len(list)-1].At, true
}

// number reads a number of one or two digits. ParseUint leaves no room for signs.
func number(text string, low, high int) (int, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || len(text) > 2 || int(n) < low || int(n) > high {
		return 0, fmt.Errorf("%q is not a number from %d to %d", text, low, high)
	}
	return int(n), nil
}

// position reads mm:ss:ff.
func position(text string) (toc.Sectors, error) {
	m, err := toc.ParseMSF(text)
	return m.Sectors(), err
}
