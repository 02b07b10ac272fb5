package command_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/toc"
)

// formatted is a frame in the form of sub-channel 2.
func formatted(t testing.TB, frame string) []byte {
	t.Helper()
	b, err := hex.DecodeString(frame)
	require.NoError(t, err)
	require.Len(t, b, 12)
	return append(b, 0, 0, 0, 0)
}

// Frames of real discs: psx-spx and the comments of DiscImageCreator (Q1 in
// docs/internals/golden.md).
func TestQOfRealDiscs(t *testing.T) {
	at := func(m, s, f uint8) toc.LBA { return toc.MSF{M: m, S: s, F: f}.LBA() }
	for frame, want := range map[string]command.Q{
		"410101000000000002002832": {Control: 4, ADR: 1, Track: 1, Index: 1, Absolute: 0},
		"410101000001000002019242": {Control: 4, ADR: 1, Track: 1, Index: 1, Relative: 1, Absolute: 1},
		"01030100207400014774c6dd": {ADR: 1, Track: 3, Index: 1, Relative: 20*75 + 74, Absolute: at(1, 47, 74)},
		"010400000174000148017e01": {ADR: 1, Track: 4, Index: 0, Relative: 149, Absolute: at(1, 48, 1)},
		"01950100136900580960087c": {ADR: 1, Track: 95, Index: 1, Relative: 13*75 + 69, Absolute: at(58, 9, 60)},
		"020000000000000000002175": {ADR: 2},
		"020000000000000000615df2": {ADR: 2, Frame: 61},
		"436568190300271850557ab8": {Control: 4, ADR: 3, ISRC: "IFPI00027185", Frame: 55},
		"430000000000000000056c8f": {Control: 4, ADR: 3, Frame: 5},
	} {
		want.Checked = true
		b := formatted(t, frame)
		q, err := command.QFormatted.Parse(b)
		require.NoError(t, err, frame)
		assert.Equal(t, want, q, frame)

		q, err = command.QRaw.Parse(interleaved(b))
		require.NoError(t, err, frame)
		assert.Equal(t, want, q, frame)

		// A CRC of zeros counts as missing: the frame is the same, but unchecked.
		b[10], b[11] = 0, 0
		want.Checked = false
		q, err = command.QFormatted.Parse(b)
		require.NoError(t, err, frame)
		assert.Equal(t, want, q, frame)
		_, err = command.QRaw.Parse(interleaved(b))
		assert.ErrorIs(t, err, exchange.ErrImplausible, frame)
	}
}

// interleaved is the raw form of a frame, with P and R to W set, which must be ignored.
func interleaved(b []byte) []byte {
	out := make([]byte, 96)
	for i := range out {
		out[i] = b[i/8]<<(i%8)&0x80>>1 | 0xBF
	}
	return out
}

// The interleaved form of a real frame as psx-spx prints it.
func TestRawQOfARealDisc(t *testing.T) {
	raw := "80c08080808080c0" + "80808080808080c0" + "80808080808080c0" + strings.Repeat("80", 40) +
		"808080808080c080" + "8080808080808080" + "8080c080c0808080" + "8080c0c08080c080"
	b, err := hex.DecodeString(raw)
	require.NoError(t, err)
	q, err := command.QRaw.Parse(b)
	require.NoError(t, err)
	assert.Equal(t, command.Q{Control: 4, ADR: 1, Checked: true, Track: 1, Index: 1}, q)
}

// Drives that convert the numbers to binary (PQ_HEX in cdrdao's GenericMMC.cc): byte by
// byte, so the digits of an MCN can be recovered and an ISRC can't.
func TestBinaryQ(t *testing.T) {
	b := formatted(t, "01950100136900580960087c")
	for i := 1; i <= 9; i++ {
		b[i] = b[i]>>4*10 + b[i]&0x0F
	}
	q, err := command.QBinary.Parse(b)
	require.NoError(t, err)
	want := command.Q{ADR: 1, Checked: true, Track: 95, Index: 1, Relative: 13*75 + 69, Absolute: toc.MSF{M: 58, S: 9, F: 60}.LBA()}
	assert.Equal(t, want, q)
	_, err = command.QFormatted.Parse(b)
	assert.ErrorIs(t, err, exchange.ErrImplausible, "5Fh is not BCD")

	mcn := []byte{2, 40, 6, 38, 13, 33, 93, 10, 0, 5, 0, 0, 0, 0, 0, 0}
	q, err = command.QBinary.Parse(mcn)
	require.NoError(t, err)
	assert.Equal(t, command.Q{ADR: 2, MCN: "4006381333931", Frame: 5}, q)
	mcn[0] = 3
	_, err = command.QBinary.Parse(mcn)
	assert.ErrorIs(t, err, exchange.ErrImplausible)
	mcn[0], mcn[1] = 2, 100
	_, err = command.QBinary.Parse(mcn)
	assert.ErrorIs(t, err, exchange.ErrImplausible)
}

func TestQThatIsNone(t *testing.T) {
	for _, frame := range []string{
		"000101000000000002000000", // ADR 0: the drive left the buffer empty
		"05B0000000000000020000ff", // ADR 5 is for lead-ins
		"01ab01000000000002000000", // track
		"0101fa000000000002000000", // index
		"010101000075000002000000", // frame 75
		"010101000000000060000000", // second 60
		"010101000a00000002000000", // not BCD
		"02a000000000000000000000", // digit
		"020000000000000000750000", // frame
	} {
		_, err := command.QFormatted.Parse(formatted(t, frame))
		assert.ErrorIs(t, err, exchange.ErrImplausible, frame)
	}
	_, err := command.QFormatted.Parse(make([]byte, 15))
	assert.ErrorIs(t, err, exchange.ErrShortReply)
	_, err = command.QRaw.Parse(make([]byte, 95))
	assert.ErrorIs(t, err, exchange.ErrShortReply)
	q, err := command.QFormatted.Parse(formatted(t, "01aa01000000000602000000"))
	require.NoError(t, err)
	assert.Equal(t, command.LeadOutTrack, q.Track)
	assert.Equal(t, "raw P-W formatted Q formatted Q in binary QForm(9)",
		strings.Join([]string{command.QRaw.String(), command.QFormatted.String(), command.QBinary.String(), command.QForm(9).String()}, " "))
}

func FuzzQ(f *testing.F) {
	f.Add(byte(2), formatted(f, "01950100136900580960087c"))
	f.Add(byte(1), interleaved(formatted(f, "436568190300271850557ab8")))
	f.Fuzz(func(t *testing.T, form byte, b []byte) {
		q, err := command.QForm(form % 4).Parse(b)
		if err != nil {
			return
		}
		if q.ISRC != "" {
			code, err := toc.ParseISRC(string(q.ISRC))
			require.NoError(t, err)
			require.Equal(t, q.ISRC, code)
		}
		require.True(t, q.Index >= 0 && q.Index <= 99 && q.Frame < 75 && (q.Track <= 99 || q.Track == command.LeadOutTrack))
	})
}
