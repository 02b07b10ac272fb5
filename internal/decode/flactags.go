package decode

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
)

// flacTags reads the comments of a FLAC file and its cue sheet. The text of a cue
// sheet in the comments holds more than the block, so it takes precedence.
func flacTags(in input, l flac.Layout) Tags {
	var t, sheet tagValues
	for _, b := range l.Blocks {
		switch b.Kind {
		case flac.BlockVorbisComment:
			t.merge(comments(newSkipper(io.NewSectionReader(in.r, b.Start, b.Length))))
		case flac.BlockCueSheet:
			sheet.merge(cueBlock(cueSheet(in, b), l.Info.Rate))
		}
	}
	t.merge(sheet)
	return t.tags()
}

// maxCueBlock is more than a CUESHEET block of 100 tracks with 100 indexes each has.
const maxCueBlock = 1 << 18

// cueSheet reads the beginning of a CUESHEET block, which is enough.
func cueSheet(in input, b flac.Block) []byte {
	p := make([]byte, min(b.Length, maxCueBlock))
	n, _ := in.r.ReadAt(p, b.Start)
	return p[:n]
}

// cueBlock turns a CUESHEET block (RFC 9639 8.7) into the text of a cue sheet:
//
//	0-127 catalog number  128-135 lead-in samples  136 80h: of a disc  137-394 reserved
//	395 tracks, each: 0-7 offset  8 number (170: lead-out)  9-20 ISRC  21 80h: data, 40h: pre-emphasis
//	22-34 reserved  35 indexes, each: 0-7 offset from that of the track  8 number  9-11 reserved
func cueBlock(p []byte, rate int) (t tagValues) {
	if len(p) < 396 || rate <= 0 {
		return t
	}
	t.add("mcn", string(cString(p[:128])))
	var sheet strings.Builder
	if mcn := code(string(cString(p[:128])), 13, isDigit); len(mcn) == 13 {
		fmt.Fprintf(&sheet, "CATALOG %s\n", mcn)
	}
	sheet.WriteString("FILE \"\" FLAC\n")
	tracks := int(p[395])
	p = p[396:]
	for range tracks {
		if len(p) < 36 || len(p) < 36+12*int(p[35]) {
			return t
		}
		track, indexes := p[:36], p[36:36+12*int(p[35])]
		p = p[36+len(indexes):]
		if track[8] > 99 || track[8] == 0 {
			break // the lead-out
		}
		cueTrack(&sheet, track, indexes, rate)
	}
	if sheet.Len() < maxCueText {
		t.add("cuesheet", sheet.String())
	}
	return t
}

// cueTrack writes one track of a CUESHEET block.
func cueTrack(sheet *strings.Builder, track, indexes []byte, rate int) {
	kind := "AUDIO"
	if track[21]&0x80 != 0 {
		kind = "MODE1/2352"
	}
	fmt.Fprintf(sheet, "  TRACK %02d %s\n", track[8], kind)
	if isrc := code(string(cString(track[9:21])), 12, isAlnum); len(isrc) == 12 {
		fmt.Fprintf(sheet, "    ISRC %s\n", isrc)
	}
	if track[21]&0x40 != 0 {
		sheet.WriteString("    FLAGS PRE\n")
	}
	offset := binary.BigEndian.Uint64(track)
	for ; len(indexes) >= 12; indexes = indexes[12:] {
		at := (offset + binary.BigEndian.Uint64(indexes)) & (1<<52 - 1)
		frames := (at*75 + uint64(rate)/2) / uint64(rate) // of 1/75 s; exact for a disc's rate
		fmt.Fprintf(sheet, "    INDEX %02d %02d:%02d:%02d\n", indexes[8], frames/75/60, frames/75%60, frames%75)
	}
}
