package decode

import (
	"encoding/binary"
	"fmt"

	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/internal/decode/internal/vorbis"
)

// oggMeasure measures the packets of an Ogg stream.
type oggMeasure struct {
	length ogg.Length // nil if redbook can't measure them
	most   int64      // samples of a packet
}

// vorbisMeasure is about Vorbis: a packet gives a quarter of the lengths of its block and of
// the one before (Vorbis I, 4.3.8).
func vorbisMeasure(v *vorbis.Decoder) oggMeasure {
	before := 0
	return oggMeasure{most: int64(v.MaxSamples()), length: func(start []byte) (int64, bool) {
		block := v.Block(start)
		if block < 0 {
			return 0, false
		}
		n := 0
		if before > 0 && block > 0 {
			n = (before + block) / 4
		}
		if block > 0 {
			before = block
		}
		return int64(n), true
	}}
}

// afterHeaders measures the packets after the first n with length.
func afterHeaders(n int, length func([]byte) int64) ogg.Length {
	return func(start []byte) (int64, bool) {
		if n > 0 {
			n--
			return 0, false
		}
		return length(start), true
	}
}

func opusMeasure() oggMeasure {
	return oggMeasure{most: opusMaxPacket, length: afterHeaders(2, func(start []byte) int64 {
		n, err := opusLength(start)
		if err != nil {
			return 0 // which decoding reports
		}
		return n
	})}
}

// speexMeasure is about Speex, whose header states the samples of a frame (56-59), the
// frames of a packet (64-67), and how many headers follow the comments (68-71).
func speexMeasure(head []byte) oggMeasure {
	if len(head) < 72 {
		return oggMeasure{}
	}
	le := binary.LittleEndian
	frame, frames, extra := int64(le.Uint32(head[56:])), int64(le.Uint32(head[64:])), le.Uint32(head[68:])
	if frame < 1 || frame > 1<<16 || frames < 1 || frames > 1<<10 || extra > 1<<10 {
		return oggMeasure{}
	}
	return oggMeasure{most: frame * frames, length: afterHeaders(2+int(extra), func([]byte) int64 { return frame * frames })}
}

// oggFLACMeasure is about FLAC, whose frames begin with a header of their own.
func oggFLACMeasure() oggMeasure {
	return oggMeasure{most: 1 << 16, length: func(start []byte) (int64, bool) {
		h, err := flac.ParseHeader(start)
		return int64(h.Block), err == nil
	}}
}

// measure finds how the packets of the Ogg stream of a coding that is not decoded here are
// measured.
func (in input) measure(kind Kind) oggMeasure {
	_, headers, _, err := oggHeaders(in, 1, "")
	switch {
	case err != nil: // the scan meets it as well
	case kind == "Ogg Speex":
		return speexMeasure(headers[0])
	case kind == Opus:
		return opusMeasure()
	case kind == OggFLAC:
		return oggFLACMeasure()
	}
	return oggMeasure{}
}

// settle corrects an end that counts a few samples more than the packets hold, as some
// encoders state it. If it is a packet or more, audio may be missing.
func (e *oggExtent) settle(most int64) {
	if n := len(e.Gaps); n > 0 {
		e.notes = append(e.notes, fmt.Sprintf("wrong numbers on %d of its Ogg pages, whose positions show that none is missing", n))
	}
	if e.Trimmed > 0 {
		e.notes = append(e.notes, fmt.Sprintf("its last Ogg page cuts off %d samples, more than the end of a packet", e.Trimmed))
	}
	if e.Excess > 0 && e.Excess < most {
		e.End -= e.Excess
		e.notes = append(e.notes, fmt.Sprintf("its last Ogg page counts %d samples more than there are", e.Excess))
	}
}
