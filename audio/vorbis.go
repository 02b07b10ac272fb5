package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/jfreymuth/vorbis"
	"github.com/redbook-audio/redbook/audio/internal/ogg"
	"github.com/redbook-audio/redbook/pcm"
)

// openVorbis looks at an Ogg Vorbis file: all its pages, its headers, and the
// packets of the first page of audio.
func openVorbis(ctx context.Context, in input) (opened, error) {
	p, headers, err := oggHeaders(in, 3)
	if err != nil {
		return opened{}, err
	}
	format, err := vorbisFormat(in, headers[0])
	if err != nil {
		return opened{}, err
	}
	extent, err := oggScan(ctx, in)
	if err != nil {
		return opened{}, err
	}
	v, err := vorbisHeaders(headers)
	if err != nil {
		return opened{}, in.fail(nowhere, ErrCorrupt, "the headers of the Vorbis stream are damaged: %v", err)
	}
	buf := make([]float32, v.BufferSize())
	offset, err := oggOffset(in, p, func(packet []byte) (int64, error) {
		samples, err := vorbisDecode(v, packet, buf)
		return int64(len(samples) / format.Channels), err
	})
	if err != nil {
		return opened{}, err
	}
	first := max(offset, 0)
	return opened{
		format: format, note: extent.note(), frames: extent.End - first, tags: commentTags(bytes.TrimPrefix(headers[1], []byte("\x03vorbis"))),
		start: func(in input) (decoder, error) {
			return newVorbisDecoder(in, format.Channels, oggCut{offset, first, extent.End})
		},
	}, nil
}

// vorbisFormat reads the identification header (Vorbis I 4.2.2):
//
//	0-6 01h "vorbis"  7-10 version 0  11 channels  12-15 sample rate  16-27 bit rates
//	28 sizes of the short and the long block, as powers of 2  29 framing bit
func vorbisFormat(in input, h []byte) (pcm.Format, error) {
	if len(h) < 30 || string(h[:7]) != "\x01vorbis" {
		return pcm.Format{}, in.fail(0, ErrCorrupt, "the Vorbis stream doesn't begin with its header")
	}
	f := pcm.Format{SampleRate: int(binary.LittleEndian.Uint32(h[12:])), Channels: int(h[11]), Encoding: pcm.F32}
	short, long := h[28]&15, h[28]>>4
	if short < 6 || long > 13 || short > long {
		return f, in.fail(0, ErrCorrupt, "the Vorbis stream has blocks of 2^%d and 2^%d samples", short, long)
	}
	if f.Channels == 0 {
		return f, in.fail(0, ErrCorrupt, "the Vorbis stream has no channels")
	}
	if f.Channels > 2 {
		return f, other(in, "Ogg Vorbis with %d channels (redbook decodes one or two)", f.Channels)
	}
	return f, nil
}

// vorbisHeaders makes a decoder. The comment header isn't shown to it: it would
// reserve room for as many comments as the file claims.
func vorbisHeaders(headers [][]byte) (v *vorbis.Decoder, err error) {
	defer caught(&err)
	if err := checkVorbisSetup(headers[2]); err != nil {
		return nil, err
	}
	v = &vorbis.Decoder{}
	for _, h := range [][]byte{headers[0], headers[2]} {
		if err := v.ReadHeader(h); err != nil {
			return nil, err
		}
	}
	if !v.HeadersRead() {
		return nil, fmt.Errorf("a header is missing")
	}
	return v, nil
}

// caught makes an error of a panic.
func caught(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("the decoder failed: %v", v)
	}
}

// vorbisDecode decodes one packet.
func vorbisDecode(v *vorbis.Decoder, packet []byte, buf []float32) (samples []float32, err error) {
	defer caught(&err)
	return v.DecodeInto(packet, buf)
}

// vorbisDecoder gives the samples of an Ogg Vorbis file.
type vorbisDecoder struct {
	in       input
	p        *ogg.Packets
	v        *vorbis.Decoder
	channels int
	cut      oggCut
	buf      []float32
	out      []byte
}

func newVorbisDecoder(in input, channels int, cut oggCut) (decoder, error) {
	p, headers, err := oggHeaders(in, 3)
	if err != nil {
		return nil, err
	}
	v, err := vorbisHeaders(headers)
	if err != nil {
		return nil, in.fail(nowhere, ErrCorrupt, "the headers of the Vorbis stream are damaged: %v", err)
	}
	return &vorbisDecoder{in: in, p: p, v: v, channels: channels, cut: cut, buf: make([]float32, v.BufferSize())}, nil
}

func (d *vorbisDecoder) at() int64 { return d.p.At() }

func (d *vorbisDecoder) decode() ([]byte, error) {
	packet, err := d.p.Next()
	if err == io.EOF {
		return nil, io.EOF
	}
	if err != nil {
		return nil, d.in.oggError(d.p.At(), err)
	}
	samples, err := vorbisDecode(d.v, packet.Data, d.buf)
	if err != nil {
		return nil, d.in.fail(packet.Start, ErrCorrupt, "a packet of the stream is damaged: %v", err)
	}
	from, to := d.cut.keep(int64(len(samples) / d.channels))
	d.out = appendFloats(d.out[:0], samples[from*int64(d.channels):to*int64(d.channels)])
	return d.out, nil
}
