package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
)

// OggFLAC is FLAC in Ogg pages.
const OggFLAC Kind = "Ogg FLAC"

// openOggFLAC looks at FLAC in Ogg (xiph.org, "Ogg mapping for FLAC", version 1): all
// its pages, and its headers. The first packet is
//
//	0 7Fh  1-4 FLAC  5-6 version 1.0  7-8 headers that follow, 0 if unknown
//	9-12 fLaC  13-16 header of a metadata block  17-50 stream info
//
// Each packet after the headers is a frame.
func openOggFLAC(ctx context.Context, in input) (opened, error) {
	_, headers, _, err := oggHeaders(in, 1, "")
	if err != nil {
		return opened{}, err
	}
	h := headers[0]
	if len(h) < 51 || string(h[:5]) != "\x7FFLAC" || string(h[9:13]) != "fLaC" {
		return opened{}, in.fail(in.base, audio.ErrCorrupt, "the FLAC stream doesn't begin with its header")
	}
	if h[5] != 1 {
		return opened{}, other(in, "Ogg FLAC of version %d", h[5])
	}
	l, err := flac.ReadLayout(bytes.NewReader(h), 9, int64(len(h)))
	if err != nil && !l.Found {
		return opened{}, in.flacError(in.base, err)
	}
	e, err := oggScan(ctx, in, oggFLACMeasure())
	if err != nil {
		return opened{}, err
	}
	info, note, recounted := l.Info, e.note(), ""
	if info.Frames > 0 && info.Frames != e.End {
		recounted = recount(ctx, in, oggFrames(e.Gaps), &info)
	}
	switch {
	case info.Frames == 0 && !e.Open && e.Begin <= 1<<16: // else it was cut out of a longer stream
		info.Frames = max(e.End, 0)
	case info.Frames > e.End && (e.Open || info.MD5 == [16]byte{}): // else decoding shows which is right
		return opened{}, in.fail(in.size, audio.ErrTruncated, "the stream info states %d samples, and the last page ends at %d", info.Frames, e.End)
	case e.Open && info.Frames > 0: // the stream info told
		note = joinNotes(e.notes...)
	}
	tags := oggFLACTags(in, int(binary.BigEndian.Uint16(h[7:])))
	o, err := flacStream(ctx, in, oggFrames(e.Gaps), info)
	o.tags, o.note = tags, joinNotes(note, recounted)
	return o, err
}

// oggFLACTags finds the Vorbis comments among the headers.
func oggFLACTags(in input, n int) Tags {
	p, _, _, err := oggHeaders(in, 1, "")
	if err != nil {
		return Tags{}
	}
	for range min(max(n, 1), 64) {
		r, err := p.Stream()
		if err != nil {
			break
		}
		var head [4]byte // of a metadata block
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] == 0xFF {
			break
		}
		if head[0]&0x7F == flac.BlockVorbisComment {
			t := comments(streamSkipper(r))
			return t.tags()
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			break
		}
	}
	return Tags{}
}

// oggFrames returns the frames without the pages around them.
func oggFrames(gaps []int64) flacFrames {
	return func(in input) (io.Reader, int64, error) { return openOggFrames(in, gaps) }
}

func openOggFrames(in input, gaps []int64) (io.Reader, int64, error) {
	p := ogg.NewPackets(in.r, in.base, in.size, 1<<30)
	p.Allow(gaps)
	r := &oggFrameReader{in: in, p: p}
	for {
		packet, err := p.Stream()
		if err == io.EOF {
			return nil, 0, in.fail(in.size, audio.ErrTruncated, "the Ogg stream ends before its audio")
		}
		if err != nil {
			return nil, 0, in.oggError(p.At(), err)
		}
		// A frame begins with fourteen ones; no header does.
		var first [1]byte
		if n, _ := packet.Read(first[:]); n == 1 && first[0] == 0xFF {
			r.first = io.MultiReader(bytes.NewReader(first[:]), packet)
			return r, p.At(), nil
		}
		if _, err := io.Copy(io.Discard, packet); err != nil {
			return nil, 0, in.oggError(p.At(), err)
		}
	}
}

// oggFrameReader reads the packets one after the other.
type oggFrameReader struct {
	in    input
	p     *ogg.Packets
	first io.Reader // the first of them
	rest  []byte
}

func (r *oggFrameReader) Read(b []byte) (int, error) {
	if r.first != nil {
		n, err := r.first.Read(b)
		if err == nil || n > 0 {
			return n, nil
		}
		r.first = nil
		if err != io.EOF {
			return 0, r.in.oggError(r.p.At(), err)
		}
	}
	for len(r.rest) == 0 {
		packet, err := r.p.Next()
		if err == io.EOF {
			return 0, io.EOF
		}
		if err != nil {
			return 0, r.in.oggError(r.p.At(), err)
		}
		r.rest = packet.Data
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
