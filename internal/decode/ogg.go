package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
)

// oggError adds the place to an error of reading an Ogg stream.
func (in input) oggError(at int64, err error) error {
	var pe *ogg.PageError
	if !errors.As(err, &pe) {
		return in.wrap(at, "the Ogg stream", err)
	}
	sentinel := audio.ErrCorrupt
	switch {
	case errors.Is(err, ogg.ErrTruncated):
		sentinel = audio.ErrTruncated
	case errors.Is(err, ogg.ErrChained):
		return in.fail(pe.Byte, errors.Join(audio.ErrUnsupported, ogg.ErrChained), "the file contains several Ogg streams in a row: "+
			"only the first would be played, so split the file or convert it to FLAC")
	}
	return in.fail(pe.Byte, sentinel, "%s", pe.Reason)
}

// oggExtent is the length according to the pages of a file.
type oggExtent struct {
	ogg.Extent
	notes []string // what is unusual, but for the end
}

// note is all that is unusual.
func (e oggExtent) note() string {
	notes := e.notes
	if e.Open {
		notes = append(notes, "its last Ogg page is not marked as the end, so nothing shows whether the file is complete")
	}
	return strings.Join(notes, "; ")
}

// oggScan reads every page of the file.
func oggScan(ctx context.Context, in input, m oggMeasure) (oggExtent, error) {
	found, err := ogg.Scan(in.r, in.base, in.size, m.length, ctx.Err)
	e := oggExtent{Extent: found}
	if err != nil && ctx.Err() != nil {
		return e, ctx.Err()
	}
	if err != nil {
		return e, in.oggError(-1, err)
	}
	if e.Sound > 1 {
		e.notes = append(e.notes, severalStreams(e.Sound))
	}
	if e.Skipped > 0 {
		e.notes = append(e.notes, fmt.Sprintf("%d bytes between its Ogg pages belong to no page and are left out", e.Skipped))
	}
	if e.Again > 0 {
		e.notes = append(e.notes, fmt.Sprintf("%d of its Ogg pages repeat the one before and are left out", e.Again))
	}
	if e.Early > 0 {
		e.notes = append(e.notes, "an Ogg page before the last one is marked as the end")
	}
	e.settle(m.most)
	tail, err := whole.Tail(in.r, in.base, e.Tail, in.size)
	e.notes = append(e.notes, tail...)
	return e, in.wholeError(err)
}

// maxOggHeader is far more than any header but the comments has, which come second and
// may hold pictures.
const maxOggHeader = 1 << 20

// severalStreams is the note about a container with n streams of sound at the same time.
func severalStreams(n int) string {
	return fmt.Sprintf("it holds %d audio streams, of which the first is taken", n)
}

// oggHeaders returns the first packets of the stream, or the beginning of very long ones,
// and in place of the second one its comments, which begin with the word given.
func oggHeaders(in input, n int, word string) (*ogg.Packets, [][]byte, tagValues, error) {
	p := ogg.NewPackets(in.r, in.base, in.size, n)
	var headers [][]byte
	var t tagValues
	for i := range n {
		r, err := p.Stream()
		if err == io.EOF {
			return nil, nil, t, in.fail(in.size, audio.ErrTruncated, "the Ogg stream ends before its audio")
		}
		var packet []byte
		switch {
		case err != nil:
		case i == 1:
			t, err = oggComments(r, word)
		default:
			if packet, err = io.ReadAll(io.LimitReader(r, maxOggHeader)); err == nil {
				_, err = io.Copy(io.Discard, r)
			}
		}
		if err != nil {
			return nil, nil, t, in.oggError(p.At(), err)
		}
		headers = append(headers, packet)
	}
	return p, headers, t, nil
}

// oggComments reads a packet of comments to its end. They follow the word, if that is there.
func oggComments(r io.Reader, word string) (tagValues, error) {
	s := streamSkipper(r)
	if p, err := s.Peek(len(word)); err == nil && string(p) == word {
		_, _ = s.Discard(len(word)) // they are in its buffer
	}
	t := comments(s)
	_, err := io.Copy(io.Discard, s)
	return t, err
}

// oggOffset finds the position of the first sample: what the page on which audio
// ends first says, less what its packets hold. length gives the frames of a packet.
//
// Negative means that the beginning must be cut off; positive that the
// stream was cut out of a longer one. If that page is the last one as well, its
// position determines where to cut the end instead (Vorbis I, A.2; RFC 7845 4).
func oggOffset(in input, p *ogg.Packets, length func([]byte) (int64, error)) (int64, error) {
	var n int64
	for {
		packet, err := p.Next()
		if err == io.EOF {
			return 0, in.fail(in.size, audio.ErrTruncated, "the Ogg stream ends before its audio")
		}
		if err != nil {
			return 0, in.oggError(p.At(), err)
		}
		frames, err := length(packet.Data)
		if err != nil {
			return 0, in.fail(packet.Start, audio.ErrCorrupt, "a packet of the stream is damaged: %v", err)
		}
		n += frames
		switch {
		case packet.Last:
			return 0, nil
		case packet.Granule != -1:
			return packet.Granule - n, nil
		}
	}
}

// oggCut tracks the position of a decoder in the stream, and which part of it is
// delivered: the frames from first up to end.
type oggCut struct {
	pos, first, end int64
	gaps            []int64 // pages with a wrong number
}

// keep returns which of the next n frames are delivered.
func (c *oggCut) keep(n int64) (from, to int64) {
	from = min(max(c.first-c.pos, 0), n)
	to = min(max(c.end-c.pos, from), n)
	c.pos += n
	return from, to
}
