package wav

import (
	"encoding/binary"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Samples of 24 bits in blocks of 8 bytes: some writers leave the lower byte empty, and
// others the upper one. Readers differ as well: FFmpeg 5.1 uses the lower bits; the
// standard specifies the upper ones.
func TestRoomySamples(t *testing.T) {
	fmt24 := func(bits int) []byte { return chunkOf("fmt ", fmtBody(1, 2, 44100, bits, 8)) }
	pack := func(lift uint, noise uint32, v ...int32) (p []byte) {
		for _, s := range v {
			p = binary.LittleEndian.AppendUint32(p, uint32(s)<<lift|noise)
		}
		return p
	}
	samples24 := []int32{0, 0, 1, -1, 8388607, -8388608, 300, -300}
	want := pack(8, 0, samples24...)
	for name, tc := range map[string]struct {
		data []byte
		bits int
		want []byte
		note string
	}{
		"upper":   {pack(8, 0, samples24...), 24, want, "the upper bits"},
		"lower":   {pack(0, 0, samples24...), 24, want, "the lower bits"},
		"20 bits": {pack(0, 0, 1, -1, 524287, -524288), 20, pack(12, 0, 1, -1, 524287, -524288), "the lower bits"},
		"all":     {pack(8, 5, samples24...), 24, pack(8, 5, samples24...), "all 32 bits are used"},
		"silence": {make([]byte, 80), 24, make([]byte, 80), "the upper bits"},
	} {
		f, got := samples(t, riff(fmt24(tc.bits), chunkOf("data", tc.data)))
		assert.Equal(t, pcm.S32, f.Format().Encoding, name)
		assert.Equal(t, tc.want, got, name)
		require.Len(t, f.Notes(), 1, name)
		assert.Contains(t, f.Notes()[0], tc.note, name)
	}
}
