package convert

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/redbook-audio/redbook/pcm"
)

// errNotANumber is the error of a sample that is NaN or infinite.
var errNotANumber = errors.New("a sample is not a number")

// loudest is the limit of floating point input, 96 dB above full scale: a wild sample
// would drown its surroundings in rounding errors.
const loudest = 1 << 16

// decode converts samples to numbers with full scale 1.0; dst has room for as many as src
// holds. It stops before a sample that is not a number, and returns how many it
// converted.
func decode(dst []float64, src []byte, e pcm.Encoding) (int, error) {
	size := e.Bytes()
	dst = dst[:len(src)/size]
	switch e {
	case pcm.U8:
		for i := range dst {
			dst[i] = float64(int(src[i])-128) / 128
		}
	case pcm.S24:
		for i := range dst {
			p := src[3*i : 3*i+3]
			v := int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24) >> 8
			dst[i] = float64(v) / (1 << 23)
		}
	case pcm.S32:
		for i := range dst {
			dst[i] = float64(int32(binary.LittleEndian.Uint32(src[4*i:]))) / (1 << 31)
		}
	case pcm.F32, pcm.F64:
		return decodeFloats(dst, src, size)
	default: // S16
		for i := range dst {
			dst[i] = float64(int16(binary.LittleEndian.Uint16(src[2*i:]))) / (1 << 15)
		}
	}
	return len(dst), nil
}

func decodeFloats(dst []float64, src []byte, size int) (int, error) {
	for i := range dst {
		var v float64
		if size == 4 {
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:])))
		} else {
			v = math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:]))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return i, errNotANumber
		}
		dst[i] = min(max(v, -loudest), loudest)
	}
	return len(dst), nil
}
