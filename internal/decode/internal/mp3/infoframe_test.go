package mp3

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// infoFrame makes an info frame in the format of plain: "Xing" or "Info", with LAME's data
// after its fields.
func infoFrame(id string, frames, size int, encoder string, delay, padding int) []byte {
	b := make([]byte, frameBytes)
	copy(b, header{mode: modeMono, bitrate: 14}.bytesOf())
	x := b[4+17:]
	copy(x, id)
	x[7] = xingFrames | xingBytes | xingTOC | xingQuality
	binary.BigEndian.PutUint32(x[8:], uint32(frames))
	binary.BigEndian.PutUint32(x[12:], uint32(size))
	l := x[16+100+4:]
	copy(l, encoder)
	l[21], l[22], l[23] = byte(delay>>4), byte(delay<<4|padding>>8), byte(padding)
	return b
}

// Info frames: skipped, used if delay and padding are known, and compared with the frames
// in the file.
func TestInfoFrame(t *testing.T) {
	audio := plain(10)
	_, whole, _ := decode(t, audio)
	total := 10 * 1152
	type expect struct {
		from, to int
		source   Source
		problem  string
	}
	for name, tc := range map[string]struct {
		data []byte
		expect
	}{
		"LAME":               {join(infoFrame("Info", 10, 11*frameBytes, "LAME3.100", 576, 1000), audio), expect{1105, total - 471, LAMETag, ""}},
		"Xing":               {join(infoFrame("Xing", 10, 11*frameBytes, "LAME3.98r", 1105, 529), audio), expect{1634, total, LAMETag, ""}},
		"little padding":     {join(infoFrame("Info", 10, 11*frameBytes, "Lavc59.37", 576, 100), audio), expect{1105, total, LAMETag, ""}},
		"no delay told":      {join(infoFrame("Info", 10, 11*frameBytes, "LAME3.100", 0, 0), audio), expect{0, total, NoSource, ""}},
		"unknown encoder":    {join(infoFrame("Xing", 10, 11*frameBytes, "", 576, 1000), audio), expect{0, total, NoSource, ""}},
		"counts itself":      {join(infoFrame("Xing", 11, 11*frameBytes, "", 0, 0), audio), expect{0, total, NoSource, ""}},
		"no count":           {join(infoFrame("Xing", 0, 0, "", 0, 0), audio), expect{0, total, NoSource, ""}},
		"more than it says":  {join(infoFrame("Info", 6, 7*frameBytes, "LAME3.100", 576, 1000), audio), expect{1105, total, LAMETag, "4 MPEG frames more"}},
		"a piece of a frame": {join(infoFrame("Info", 10, 11*frameBytes, "LAME3.100", 576, 1000), audio, audio[:500]), expect{1105, total - 471, LAMETag, "500 bytes that are not audio"}},
		"a byte of a frame":  {join(infoFrame("Xing", 10, 0, "", 0, 0), audio, audio[:1]), expect{0, total, NoSource, "1 bytes that are not audio"}},
		"nothing but delay ": {join(infoFrame("Info", 10, 11*frameBytes, "LAME3.100", 4095, 4095), audio), expect{4624, total - 3566, LAMETag, ""}},
	} {
		info, out, d := decode(t, tc.data)
		equal(t, whole[tc.from:tc.to], out, name)
		assert.Equal(t, tc.source, info.Gapless, name)
		assert.Empty(t, d.Concealed(), name)
		if tc.problem == "" {
			assert.Empty(t, info.Problems, name)
		} else {
			require.Len(t, info.Problems, 1, name)
			assert.Contains(t, info.Problems[0].String(), tc.problem, name)
		}
	}
	for name, data := range map[string][]byte{
		"a frame missing":  join(infoFrame("Info", 11, 12*frameBytes, "LAME3.100", 576, 1000), audio),
		"half is missing":  join(infoFrame("Xing", 20, 0, "", 0, 0), audio),
		"VBRI and missing": join(vbri(20), audio),
	} {
		_, err := scanOf(data)
		assert.ErrorIs(t, err, ErrTruncated, name)
		assert.ErrorContains(t, err, "10 MPEG frames of ", name)
	}
	// A fragment of a frame is accepted only after an exact count: after more frames it may
	// be the end of a second file, and in place of a frame it is a cut.
	for _, frames := range []int{0, 8, 11} {
		_, err := scanOf(join(infoFrame("Info", frames, 0, "LAME3.100", 576, 1000), audio, audio[:500]))
		assert.ErrorIs(t, err, ErrTruncated, frames)
		assert.ErrorContains(t, err, "500 bytes of 1044", frames)
	}
	_, err := scanOf(infoFrame("Info", 10, 0, "LAME3.100", 576, 1000))
	assert.ErrorIs(t, err, ErrEmpty)

	info, out, _ := decode(t, join(vbri(10), audio))
	equal(t, whole, out, "samples")
	assert.Equal(t, "VBRI", info.Encoder)
}

func vbri(frames int) []byte {
	b := infoFrame("", 0, 0, "", 0, 0)
	clear(b[4:])
	copy(b[36:], "VBRI")
	binary.BigEndian.PutUint32(b[36+10:], uint32((frames+1)*frameBytes))
	binary.BigEndian.PutUint32(b[36+14:], uint32(frames))
	return b
}

// iTunes' comment is the second source, if it fits.
func TestSMPB(t *testing.T) {
	audio := plain(10)
	_, whole, _ := decode(t, audio)
	total := 10 * 1152
	text := fmt.Sprintf(" 00000000 %08X %08X %016X 00000000 00000000", 528, 900, total-528-900)
	latin := "COMM\x00\x00\x00\x80\x00\x00\x00engiTunSMPB\x00" + text
	var utf16 strings.Builder
	utf16.WriteString("COMM\x00\x00\x00\x80\x00\x00\x01eng\xFF\xFE")
	for _, r := range "iTunSMPB\x00" {
		utf16.WriteString(string([]byte{byte(r), 0}))
	}
	utf16.WriteString("\xFF\xFE")
	for _, r := range text {
		utf16.WriteString(string([]byte{byte(r), 0}))
	}
	for name, content := range map[string]string{
		"Latin-1":          latin,
		"UTF-16":           utf16.String(),
		"behind a picture": "APIC" + strings.Repeat("x", 100000) + latin,
	} {
		info, out, _ := decode(t, join(id3([]byte(content), false), audio))
		assert.Equal(t, ITunes, info.Gapless, name)
		assert.Equal(t, int64(528), info.Delay, name)
		equal(t, whole[528+529:total-(900-529)], out, name)
	}
	for name, content := range map[string]string{
		"of another file": strings.Replace(latin, fmt.Sprintf("%08X", 900), "00000100", 1),
		"no numbers":      "COMM iTunSMPB\x00 twelve",
		"too few":         "COMM iTunSMPB\x00 00000000 00000210",
	} {
		info, _, _ := decode(t, join(id3([]byte(content), false), audio))
		assert.Equal(t, NoSource, info.Gapless, name)
		assert.Equal(t, int64(total), info.Frames, name)
	}
	// LAME's tag takes precedence.
	info, _, _ := decode(t, join(id3([]byte(latin), false), infoFrame("Info", 10, 0, "LAME3.100", 576, 1000), audio))
	assert.Equal(t, LAMETag, info.Gapless)
}
