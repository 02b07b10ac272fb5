package decode

import (
	"context"
	"io"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/internal/decode/internal/vorbis"
	"github.com/redbook-audio/redbook/pcm"
)

// openVorbis looks at an Ogg Vorbis file: all its pages, its headers, and the
// packets of the first page of audio.
func openVorbis(ctx context.Context, in input) (opened, error) {
	p, headers, tags, err := oggHeaders(in, 3, "\x03vorbis")
	if err != nil {
		return opened{}, err
	}
	format, err := vorbisFormat(in, headers[0])
	if err != nil {
		return opened{}, err
	}
	v, broken := vorbis.New(headers[0], headers[2])
	m := oggMeasure{}
	if broken == nil {
		m = vorbisMeasure(v)
	}
	extent, err := oggScan(ctx, in, m)
	if err != nil {
		return opened{}, err
	}
	if broken != nil {
		return opened{}, in.fail(nowhere, audio.ErrCorrupt, "the headers of the Vorbis stream are damaged: %v", broken)
	}
	p.Allow(extent.Gaps)
	offset, err := oggOffset(in, p, func(packet []byte) (int64, error) {
		samples, err := v.Decode(packet)
		return int64(len(samples) / format.Channels), err
	})
	if err != nil {
		return opened{}, err
	}
	first := max(offset, 0)
	return opened{
		format: format, note: extent.note(), frames: extent.End - first, tags: tags.tags(),
		start: func(in input) (decoder, error) {
			return newVorbisDecoder(in, format.Channels, oggCut{offset, first, extent.End, extent.Gaps})
		},
	}, nil
}

// vorbisFormat reads the identification header.
func vorbisFormat(in input, h []byte) (pcm.Format, error) {
	info, err := vorbis.ReadInfo(h)
	f := pcm.Format{SampleRate: info.SampleRate, Channels: info.Channels, Encoding: pcm.F32}
	if err != nil {
		return f, in.fail(0, audio.ErrCorrupt, "%v", err)
	}
	if f.Channels > 2 {
		return f, other(in, "Ogg Vorbis with %d channels (redbook decodes one or two)", f.Channels)
	}
	return f, nil
}

// vorbisDecoder returns the samples of an Ogg Vorbis file.
type vorbisDecoder struct {
	in       input
	p        *ogg.Packets
	v        *vorbis.Decoder
	channels int
	cut      oggCut
}

func newVorbisDecoder(in input, channels int, cut oggCut) (decoder, error) {
	p, headers, _, err := oggHeaders(in, 3, "\x03vorbis")
	if err != nil {
		return nil, err
	}
	v, err := vorbis.New(headers[0], headers[2])
	if err != nil {
		return nil, in.fail(nowhere, audio.ErrCorrupt, "the headers of the Vorbis stream are damaged: %v", err)
	}
	p.Allow(cut.gaps)
	return &vorbisDecoder{in: in, p: p, v: v, channels: channels, cut: cut}, nil
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
	samples, err := d.v.Decode(packet.Data)
	if err != nil {
		return nil, d.in.fail(packet.Start, audio.ErrCorrupt, "a packet of the stream is damaged: %v", err)
	}
	from, to := d.cut.keep(int64(len(samples) / d.channels))
	return floatBytes(samples[from*int64(d.channels) : to*int64(d.channels)]), nil
}
