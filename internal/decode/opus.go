package decode

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/pion/opus"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/pcm"
)

// opusRate is what Opus is always decoded to.
const opusRate = 48000

// opusHead is the part of an Ogg Opus header that matters for decoding.
type opusHead struct {
	channels int
	preSkip  int64   // frames to drop at the beginning
	gain     float32 // to multiply with
}

// readOpusHead reads the identification header (RFC 7845 5.1):
//
//	0-7 "OpusHead"  8 version  9 channels  10-11 pre-skip  12-15 rate of the original
//	16-17 gain in dB, Q7.8  18 mapping family; if not 0: 19 streams  20 coupled  21- mapping
func readOpusHead(in input, h []byte) (opusHead, error) {
	if len(h) < 19 || string(h[:8]) != "OpusHead" || h[8]>>4 != 0 {
		return opusHead{}, in.fail(0, audio.ErrCorrupt, "the Opus stream doesn't begin with a header of version 1")
	}
	out := opusHead{channels: int(h[9]), preSkip: int64(binary.LittleEndian.Uint16(h[10:])), gain: 1}
	if gain := int16(binary.LittleEndian.Uint16(h[16:])); gain != 0 {
		out.gain = float32(math.Pow(10, float64(gain)/256/20))
	}
	// More channels are several streams of one or two in the same packet.
	if out.channels < 1 || out.channels > 2 || (h[18] != 0 && (len(h) < 21 || h[19] != 1)) {
		return out, other(in, "Ogg Opus with %d channels (redbook decodes one or two)", out.channels)
	}
	return out, nil
}

// openOpus looks at an Ogg Opus file: all its pages, its headers, and the packets
// of the first page of audio.
func openOpus(ctx context.Context, in input) (opened, error) {
	p, headers, tags, err := oggHeaders(in, 2, "OpusTags")
	if err != nil {
		return opened{}, err
	}
	head, err := readOpusHead(in, headers[0])
	if err != nil {
		return opened{}, err
	}
	extent, err := oggScan(ctx, in, opusMeasure())
	if err != nil {
		return opened{}, err
	}
	p.Allow(extent.Gaps)
	offset, err := oggOffset(in, p, opusLength)
	if err != nil {
		return opened{}, err
	}
	if offset < 0 {
		return opened{}, in.fail(nowhere, audio.ErrCorrupt, "the Opus stream starts %d samples before position 0", -offset)
	}
	first := offset + head.preSkip
	return opened{
		format: pcm.Format{SampleRate: opusRate, Channels: head.channels, Encoding: pcm.F32},
		frames: extent.End - first,
		note:   extent.note(),
		tags:   tags.tags(),
		start: func(in input) (decoder, error) {
			return newOpusDecoder(in, head, oggCut{offset, first, extent.End, extent.Gaps})
		},
	}, nil
}

// errOpusPacket is the error of a packet without a valid length.
var errOpusPacket = errors.New("its length makes no sense")

// opusLength returns the frames of a packet at 48 kHz (RFC 6716 3.1): the upper five
// bits of the first byte say how long one Opus frame is, the lower two how many
// there are: 1, 2, 2 or the number in the second byte.
func opusLength(p []byte) (int64, error) {
	if len(p) == 0 {
		return 0, errOpusPacket
	}
	config := int(p[0] >> 3)
	size := 120 << (config & 3) // 2.5 to 20 ms
	switch {
	case config < 12: // 10, 20, 40, 60 ms
		size = []int{480, 960, 1920, 2880}[config&3]
	case config < 16: // 10, 20 ms
		size = 480 << (config & 1)
	}
	n := []int{1, 2, 2, 0}[p[0]&3]
	if n == 0 && len(p) > 1 {
		n = int(p[1] & 0x3F)
	}
	if n == 0 || n*size > opusMaxPacket {
		return 0, errOpusPacket
	}
	return int64(n * size), nil
}

// opusMaxPacket is 120 ms.
const opusMaxPacket = 5760

// opusDecoder returns the samples of an Ogg Opus file.
type opusDecoder struct {
	in   input
	p    *ogg.Packets
	o    opus.Decoder
	head opusHead
	cut  oggCut
	buf  []float32
}

func newOpusDecoder(in input, head opusHead, cut oggCut) (decoder, error) {
	p, _, _, err := oggHeaders(in, 2, "OpusTags")
	if err != nil {
		return nil, err
	}
	o, err := opus.NewDecoderWithOutput(opusRate, head.channels)
	if err != nil {
		return nil, in.fail(nowhere, audio.ErrUnsupported, "%v", err)
	}
	p.Allow(cut.gaps)
	return &opusDecoder{in: in, p: p, o: o, head: head, cut: cut, buf: make([]float32, opusMaxPacket*head.channels)}, nil
}

func (d *opusDecoder) at() int64 { return d.p.At() }

func (d *opusDecoder) decode() ([]byte, error) {
	packet, err := d.p.Next()
	if err == io.EOF {
		return nil, io.EOF
	}
	if err != nil {
		return nil, d.in.oggError(d.p.At(), err)
	}
	want, err := opusLength(packet.Data)
	if err != nil {
		return nil, d.in.fail(packet.Start, audio.ErrCorrupt, "a packet of the stream is damaged: %v", err)
	}
	n, err := d.o.DecodeToFloat32(packet.Data, d.buf)
	if err != nil {
		return nil, d.in.fail(packet.Start, audio.ErrCorrupt, "a packet of the stream is damaged: %v", err)
	}
	if int64(n) != want {
		return nil, d.in.fail(packet.Start, audio.ErrCorrupt, "a packet of the stream gave %d samples, not %d", n, want)
	}
	from, to := d.cut.keep(int64(n))
	samples := d.buf[from*int64(d.head.channels) : to*int64(d.head.channels)]
	if d.head.gain != 1 {
		for i := range samples {
			samples[i] *= d.head.gain
		}
	}
	return floatBytes(samples), nil
}
