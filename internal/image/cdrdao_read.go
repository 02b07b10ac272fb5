package image

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// silence is the name of a part without a file.
const silence = "silence"

// maxTOC is the longest TOC file that is read, in bytes.
const maxTOC = 4 << 20

// openTOC reads a TOC file of cdrdao and the headers of its files. It reads only audio,
// and CD-TEXT in all languages.
func openTOC(path string, text []byte, decode Decoder) (*Image, error) {
	if len(text) > maxTOC {
		return nil, fmt.Errorf("%s: %w: longer than %d bytes", path, ErrImage, maxTOC)
	}
	p := &tocReader{path: path, img: &Image{}, decode: decode}
	if err := p.split(strings.ToValidUTF8(string(text), "\uFFFD")); err != nil {
		return nil, err
	}
	for len(p.words) > 0 {
		if err := p.statement(); err != nil {
			return nil, err
		}
	}
	if err := p.endTrack(); err != nil {
		return nil, err
	}
	if len(p.img.Tracks) == 0 {
		return nil, p.fail("it has no TRACK")
	}
	p.finishText()
	return p.img, nil
}

// tocReader reads the statements.
type tocReader struct {
	decode Decoder
	path   string
	words  []tocWord
	line   int
	img    *Image
	track  *tocTrack // nil before the first
	lba    toc.LBA

	codes     map[int]cdtext.Language // of LANGUAGE_MAP
	languages []*tocLanguage
}

// tocTrack is the track being read.
type tocTrack struct {
	Track
	parts []pcm.Source
	start int64 // samples from the first part to index 1
	marks []toc.Sectors
	began bool  // START or PREGAP was read
	heard int64 // samples of all parts
}

func (p *tocReader) fail(format string, args ...any) error {
	return fmt.Errorf("%s: line %d: %w", p.path, p.line, tocError(fmt.Sprintf(format, args...)))
}

// tocError is a mistake in the text of a TOC file. It matches ErrImage, whose words are
// about its files.
type tocError string

func (e tocError) Error() string { return string(e) }

func (tocError) Is(target error) bool { return target == ErrImage }

// statement reads one statement.
func (p *tocReader) statement() error {
	w := p.next()
	if w.quoted {
		return p.fail("%q is where a statement should be", w.text)
	}
	switch w.text {
	case "CD_DA", "CD_ROM", "CD_ROM_XA", "TWO_CHANNEL_AUDIO":
		return nil
	case "CATALOG":
		return p.catalog()
	case "FIRST_TRACK_NO":
		return p.fail("FIRST_TRACK_NO is not supported")
	case "CD_TEXT":
		return p.cdText()
	case "TRACK":
		return p.newTrack()
	}
	if p.track == nil {
		return p.fail("%q is before the first TRACK", w.text)
	}
	return p.inTrack(w.text)
}

// catalog reads CATALOG. cdrdao writes zeros for a disc without a number.
func (p *tocReader) catalog() error {
	text, err := p.text("CATALOG")
	if err != nil || strings.Trim(text, "0") == "" {
		return err
	}
	if p.img.MCN, err = toc.ParseMCN(text); err != nil {
		return p.fail("CATALOG: %v", err)
	}
	return nil
}

func (p *tocReader) newTrack() error {
	if err := p.endTrack(); err != nil {
		return err
	}
	if mode := p.next().text; mode != "AUDIO" {
		return p.fail("TRACK %s: only AUDIO is supported", mode)
	}
	if len(p.img.Tracks) == toc.MaxTracks {
		return p.fail("more than %d tracks", toc.MaxTracks)
	}
	p.track = &tocTrack{Track: Track{Number: len(p.img.Tracks) + 1, Session: 1}}
	return nil
}

// inTrack reads a statement of a track.
func (p *tocReader) inTrack(word string) error {
	t := p.track
	switch word {
	case "NO":
		if what := p.next().text; what != "COPY" && what != "PRE_EMPHASIS" {
			return p.fail("NO %s is not a statement", what)
		}
		return nil
	case "COPY":
		t.Control |= toc.CopyPermitted
	case "PRE_EMPHASIS":
		t.Control |= toc.PreEmphasis
	case "FOUR_CHANNEL_AUDIO":
		t.Control |= toc.FourChannel
	case "ISRC":
		return p.isrc()
	case "PREGAP", "SILENCE":
		n, err := p.length(word)
		if err != nil {
			return err
		}
		if word == "PREGAP" {
			return p.start(word, n)
		}
		t.add(pcm.Silence(silence, n))
	case "FILE", "AUDIOFILE":
		return p.file()
	case "START":
		return p.startAt()
	case "INDEX":
		n, err := p.length(word)
		t.marks = append(t.marks, toc.Sectors(n/toc.SamplesPerSector))
		return err
	default:
		return p.fail("%q is not supported", word)
	}
	return nil
}

// isrc reads ISRC. cdrdao writes zeros for a track without an ISRC.
func (p *tocReader) isrc() error {
	text, err := p.text("ISRC")
	if err != nil || strings.Trim(text, "0") == "" {
		return err
	}
	if p.track.ISRC, err = toc.ParseISRC(text); err != nil {
		return p.fail("ISRC: %v", err)
	}
	return nil
}

func (t *tocTrack) add(src pcm.Source) {
	t.parts, t.heard = append(t.parts, src), t.heard+src.Frames()
}

// start sets the position of index 1. The silence of PREGAP comes before all parts.
func (p *tocReader) start(word string, n int64) error {
	if p.track.began {
		return p.fail("%s: the start of the track is given twice", word)
	}
	p.track.began = true
	if word == "PREGAP" {
		p.track.add(pcm.Silence(silence, n))
	}
	p.track.start = n
	return nil
}

// startAt reads START, with a length or without, which means the length of the parts so
// far.
func (p *tocReader) startAt() error {
	n := p.track.heard
	if isLength(p.peek()) {
		var err error
		if n, err = p.length("START"); err != nil {
			return err
		}
	}
	return p.start("START", n)
}

func isLength(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// length reads mm:ss:ff, or a number of samples.
func (p *tocReader) length(after string) (int64, error) {
	w := p.next()
	if w.quoted || !isLength(w.text) {
		return 0, p.fail("%s takes a length, not %q", after, w.text)
	}
	parts := []string{w.text}
	for p.peek() == ":" {
		p.next()
		parts = append(parts, p.next().text)
	}
	text := strings.Join(parts, ":")
	if strings.Contains(text, ":") {
		n, err := cue.ParseTime(text)
		if err != nil {
			return 0, p.fail("%s %s: %v", after, text, err)
		}
		return frames(n), nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, p.fail("%s %s is not a length", after, text)
	}
	return n, nil
}

// file reads FILE "name" [SWAP] [#offset] start [length].
func (p *tocReader) file() error {
	name, err := p.text("FILE")
	if err != nil {
		return err
	}
	swap, offset := false, int64(0)
	if swap = p.peek() == "SWAP"; swap {
		p.next()
	}
	if text, ok := strings.CutPrefix(p.peek(), "#"); ok {
		p.next()
		if offset, err = strconv.ParseInt(text, 10, 40); err != nil || offset%4 != 0 || offset < 0 {
			return p.fail("FILE: the offset %q is not a whole sample", text)
		}
	}
	from, err := p.length("FILE")
	if err != nil {
		return err
	}
	src, err := p.open(name, swap)
	if err != nil {
		return err
	}
	from += offset / 4
	n := src.Frames() - from
	if isLength(p.peek()) {
		if n, err = p.length("FILE"); err != nil {
			return err
		}
	}
	part, err := pcm.Section(fmt.Sprintf("%s (track %d)", src.Name(), p.track.Number), src, from, n)
	if err != nil {
		return fmt.Errorf("%s: line %d: %w: %w", p.path, p.line, ErrImage, err)
	}
	p.track.add(part)
	return nil
}

// open opens a file: a WAV file or one that is decoded, by the end of its name as cdrdao
// does, or samples without a header, which are big-endian.
func (p *tocReader) open(name string, swap bool) (pcm.Source, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(p.path), name)
	}
	kind := cue.Motorola
	switch strings.ToLower(filepath.Ext(name)) {
	case ".wav", ".flac", ".mp3", ".ogg":
		kind = cue.Wave
	default:
		if swap {
			kind = cue.Binary
		}
	}
	return p.decode.open(name, kind)
}

// endTrack adds the finished track to the image.
func (p *tocReader) endTrack() error {
	t := p.track
	if t == nil {
		return nil
	}
	p.track = nil
	if len(t.parts) == 0 {
		return p.fail("track %d has no audio", t.Number)
	}
	if t.start%toc.SamplesPerSector != 0 {
		return p.fail("track %d starts within a sector", t.Number)
	}
	all, err := pcm.Join(fmt.Sprintf("%s (track %d)", p.path, t.Number), t.parts...)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", p.path, ErrImage, err)
	}
	if t.start >= all.Frames() {
		return p.fail("track %d has no audio past its start", t.Number)
	}
	src, err := pcm.Section(all.Name(), all, t.start, all.Frames()-t.start)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", p.path, ErrImage, err)
	}
	done := SourceTrack{Track: t.Track, Source: src}
	done.Pregap, done.Length = toc.Sectors(t.start/toc.SamplesPerSector), toc.Sectors(pcm.Sectors(src))
	if t.start > 0 && !silentUpTo(t.parts, t.start) {
		if done.Pause, err = pcm.Section(all.Name()+" (pause)", all, 0, t.start); err != nil {
			return fmt.Errorf("%s: %w: %w", p.path, ErrImage, err)
		}
	}
	for i, at := range t.marks {
		if at <= 0 || at >= done.Length || i > 0 && at <= t.marks[i-1] {
			return p.fail("index %d of track %d is not inside the track", i+2, t.Number)
		}
		done.Indexes = append(done.Indexes, toc.IndexMark{Index: uint8(i + 2), Offset: at})
	}
	done.Start = p.lba + toc.LBA(done.Pregap)
	p.lba = done.Start + toc.LBA(done.Length)
	if done.Number == 1 {
		done.Pregap += toc.PregapSectors
	}
	p.img.Tracks = append(p.img.Tracks, done)
	return nil
}

// silentUpTo reports whether a pause consists only of SILENCE.
func silentUpTo(parts []pcm.Source, end int64) bool {
	for _, part := range parts {
		if end <= 0 {
			return true
		}
		if part.Name() != silence {
			return false
		}
		end -= part.Frames()
	}
	return true
}

// isTOC reports whether a file is a TOC file of cdrdao rather than a cue sheet.
func isTOC(path string, text []byte) bool {
	if strings.EqualFold(filepath.Ext(path), ".toc") {
		return true
	}
	return strings.HasPrefix(strings.TrimSpace(string(text[:min(len(text), 64)])), "CD_DA")
}
