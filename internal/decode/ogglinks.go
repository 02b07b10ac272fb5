package decode

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
)

// maxLinks is how many streams may follow each other in an Ogg file.
const maxLinks = 1000

// oggLink is one of several Ogg streams that follow each other (RFC 3533, "chaining"), as
// recordings of radio and joined files have them.
type oggLink struct {
	opened
	size int64 // byte of the file at which it ends
}

// input is the part of the file that holds the link.
func (l oggLink) input(in input) input {
	in.base, in.size = l.base, l.size
	return in
}

// openOgg opens an Ogg file with open, which opens one stream. Streams of the same format
// that follow each other are played one after the other, as all players do.
func openOgg(ctx context.Context, in input, open func(context.Context, input) (opened, error)) (opened, error) {
	o, err := open(ctx, in)
	if !errors.Is(err, ogg.ErrChained) {
		return o, err
	}
	var links []oggLink
	kind, _ := sniff(in, in.base)
	for at := in.base; at < in.size; {
		if k, _ := sniff(in, at); k != kind {
			return opened{}, in.fail(at, audio.ErrUnsupported, "the coding changes from %s to %s in the middle of the file", kind, k)
		}
		if len(links) == maxLinks {
			return opened{}, in.fail(at, audio.ErrUnsupported, "more than %d Ogg streams follow each other", maxLinks)
		}
		l, err := nextLink(ctx, in, at, open)
		if err != nil {
			return opened{}, err
		}
		if len(links) > 0 && l.format != links[0].format {
			return opened{}, in.fail(at, audio.ErrUnsupported, "the sample rate or the number of channels changes in the middle of the file")
		}
		links = append(links, l)
		at = l.size
	}
	return joinLinks(links), nil
}

// nextLink opens the stream that begins at byte at.
func nextLink(ctx context.Context, in input, at int64, open func(context.Context, input) (opened, error)) (oggLink, error) {
	in.base = at
	o, err := open(ctx, in)
	var e *audio.Error
	if errors.Is(err, ogg.ErrChained) && errors.As(err, &e) && e.Byte > at {
		in.size = e.Byte
		o, err = open(ctx, in)
	}
	o.base = at
	return oggLink{o, in.size}, err
}

// joinLinks makes one of several.
func joinLinks(links []oggLink) opened {
	out := opened{format: links[0].format, tags: links[0].tags}
	notes := []string{fmt.Sprintf("it holds %d Ogg streams, which are played one after the other", len(links))}
	for i, l := range links {
		out.frames += l.frames
		if l.note != "" && len(notes) < 4 {
			notes = append(notes, fmt.Sprintf("stream %d: %s", i+1, l.note))
		}
	}
	out.note = joinNotes(notes...)
	out.start = func(in input) (decoder, error) { return &linkDecoder{in: in, links: links}, nil }
	return out
}

// linkDecoder decodes streams one after the other.
type linkDecoder struct {
	in    input
	links []oggLink // that follow
	d     decoder   // of the one before them
}

func (l *linkDecoder) at() int64 {
	if l.d == nil {
		return l.in.base
	}
	return l.d.at()
}

func (l *linkDecoder) decode() (p []byte, err error) {
	if l.d == nil {
		if len(l.links) == 0 {
			return nil, io.EOF
		}
		if l.d, err = l.links[0].start(l.links[0].input(l.in)); err != nil {
			return nil, err
		}
		l.links = l.links[1:]
	}
	p, err = l.d.decode()
	if err == io.EOF {
		err, l.d = l.Close(), nil
	}
	return p, err
}

// Close ends the decoder of the stream that is being decoded.
func (l *linkDecoder) Close() error {
	if c, ok := l.d.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
