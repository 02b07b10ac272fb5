package mp3

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The header of a file by LAME 3.97 alpha, from a public question about its checksum
// (hydrogenaudio.org, "LAME tag CRC problem", 2005).
const lameHeader = `
FFFBE064000000000000000000000000 00000000000000000000000000000000 00000000496E666F0000000F00000075
0001E138000406080A0D111315181A1C 20232527292B303234363 83B3F414346 484A4E505355575 95E60626466696D6F
71737678 7C7E818385898C8E90929499 9B9D9FA1A4A8AAACAFB1B3B7B9BCBEC0 C2C7C9CBCDCFD2D6D8DADCDFE1E5E7EA
ECEEF0F5F7F9FBFD000000394C414D45 332E39376101CD000000002DFE000034 FF2407746D000140 0001E138DC8F`

func TestHeaderChecksum(t *testing.T) {
	data, err := hex.DecodeString(strings.Join(strings.Fields(lameHeader), ""))
	require.NoError(t, err)
	require.Len(t, data, 190)
	assert.Equal(t, uint16(0x89EF), musicCRC(0, data))
	// Byte by byte gives the same as eight at a time.
	c := uint16(0)
	for i := range data {
		c = musicCRC(c, data[i:i+1])
	}
	assert.Equal(t, uint16(0x89EF), c)
}

// LAME's checksums are right: of the music, of its header and, with -p, of each frame.
func TestChecksumsOfLAME(t *testing.T) {
	for _, name := range []string{"crc", "free", "joint128", "low8", "lsf22", "lsf24", "mono32", "vbr"} {
		info, _, _ := decode(t, fixture(t, name+".mp3"))
		assert.True(t, info.Summed, name)
		assert.Equal(t, name == "crc", info.Protected, name)
		assert.Empty(t, info.Problems, name)
	}
}

// The checksum of the music detects a damaged byte anywhere in the music.
func TestAlteredMusic(t *testing.T) {
	audio := fixture(t, "joint128.mp3")
	want, _, _ := decode(t, audio)
	for at := int(want.start) + 40; at < len(audio); at += 211 {
		bad := bytes.Clone(audio)
		bad[at] ^= 0x10
		info, err := Scan(bytes.NewReader(bad), int64(len(bad)))
		if err != nil {
			continue
		}
		assert.False(t, info.Summed)
		require.NotEmpty(t, info.Problems, "byte %d", at)
		assert.Equal(t, Altered, info.Problems[0].Kind, "byte %d", at)
	}
	// In the header of the file, the length and the delay may be wrong.
	bad := bytes.Clone(audio)
	bad[bytes.Index(bad, []byte("LAME"))+21] ^= 1
	info, _, _ := decode(t, bad)
	require.Len(t, info.Problems, 1)
	assert.Equal(t, HeaderAltered, info.Problems[0].Kind)
	// Programs without a checksum leave zeros.
	bad = bytes.Clone(audio)
	clear(bad[bytes.Index(bad, []byte("LAME"))+32:][:4])
	info, _, _ = decode(t, bad)
	assert.Empty(t, info.Problems)
	assert.False(t, info.Summed)
	// A tag at the end has no effect.
	info, _, _ = decode(t, append(bytes.Clone(audio), append([]byte("TAG"), make([]byte, 125)...)...))
	assert.Empty(t, info.Problems)
	assert.True(t, info.Summed)
}

// A frame with a wrong checksum is concealed if the others are right: the checksums of
// programs that write something else are ignored.
func TestFrameChecksums(t *testing.T) {
	audio := fixture(t, "crc.mp3")
	want, whole, _ := decode(t, audio)
	at := int(want.start)
	for range 4 {
		h, ok := parseHeader(audio[at:])
		require.True(t, ok)
		assert.True(t, crcRight(h, audio[at:]))
		at += h.size(0)
	}
	bad := bytes.Clone(audio)
	bad[at+headerBytes+crcBytes+8] ^= 1
	info, out, d := decode(t, bad)
	require.Len(t, info.Problems, 2)
	assert.Equal(t, Damaged, info.Problems[1].Kind)
	assert.Equal(t, int64(at), info.Problems[1].Offset)
	assert.Equal(t, int64(1), d.ConcealedFrames())
	assert.Len(t, out, len(whole))

	for at := int(want.start); at < len(bad); {
		h, ok := parseHeader(bad[at:])
		require.True(t, ok)
		bad[at+headerBytes], bad[at+headerBytes+1] = 0, 0
		at += h.size(0)
	}
	info, _, d = decode(t, bad)
	assert.False(t, info.Protected)
	assert.Zero(t, d.ConcealedFrames())
}

// A frame that uses main data belonging to the previous frame is damaged.
func TestSharedMainData(t *testing.T) {
	audio := fixture(t, "joint128.mp3")
	want, _, _ := decode(t, audio)
	at := int(want.start)
	for range 3 {
		h, _ := parseHeader(audio[at:])
		at += h.size(0)
	}
	bad := bytes.Clone(audio)
	bad[at+headerBytes] = 0xFF // main_data_begin
	info, err := Scan(bytes.NewReader(bad), int64(len(bad)))
	require.NoError(t, err)
	require.Len(t, info.Problems, 2)
	assert.Equal(t, int64(at), info.Problems[1].Offset)
}
