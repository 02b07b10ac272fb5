package sim

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

func q(t *testing.T, text string) (f qFrame) {
	t.Helper()
	b, err := hex.DecodeString(text)
	require.NoError(t, err)
	require.Len(t, b, len(f))
	return qFrame(b)
}

// Frames of real discs: the first two are in Martin Korth's psx-spx and in every
// PlayStation dump, the others in comments of DiscImageCreator's source about
// "Winning Post" (FM Towns) and "Cosmic Fantasy 3" (PC Engine).
func TestPositionFramesOfRealDiscs(t *testing.T) {
	at := func(m, s, f uint8) toc.LBA { return toc.MSF{M: m, S: s, F: f}.LBA() }
	rel := func(m, s, f int) toc.LBA { return toc.LBA((m*60+s)*75 + f) }
	for _, c := range []struct {
		track qTrack
		lba   toc.LBA
		pause bool
		want  string
	}{
		{qTrack{number: 1, control: toc.DataTrack}, 0, false, "410101000000000002002832"},
		{qTrack{number: 1, control: toc.DataTrack}, 1, false, "410101000001000002019242"},
		{qTrack{number: 3, start: at(1, 47, 74) - rel(0, 20, 74)}, at(1, 47, 74), false, "01030100207400014774c6dd"},
		{qTrack{number: 4, start: at(1, 48, 1) + 150}, at(1, 48, 1), true, "010400000174000148017e01"},
		{qTrack{number: 95, start: at(58, 9, 60) - rel(0, 13, 69)}, at(58, 9, 60), false, "01950100136900580960087c"},
		{qTrack{number: 96, start: at(58, 9, 62) + rel(0, 2, 73) + 1}, at(58, 9, 62), true, "019600000273005809625f79"},
	} {
		got, pause := c.track.frame(c.lba)
		assert.Equal(t, c.want, hex.EncodeToString(got[:]))
		assert.Equal(t, c.pause, pause, c.want)
	}
}

// The CRC of a Q frame is inverted. An MCN of zeros (the two discs above) and the ISRC
// IFPI00027185 (a frame in DumpToolbox's tests) confirm it on other bytes.
func TestSealOfRealFrames(t *testing.T) {
	for _, text := range []string{
		"020000000000000000002175", "020000000000000000615df2",
		"4365681903002718505" + "57ab8", "430000000000000000056c8f",
	} {
		want := q(t, text)
		got := want
		got.seal()
		assert.Equal(t, want, got)
	}
}

// The real frame has the two fill bits between letters and digits set; the standard
// requires zeros, and so does this code.
func TestISRCPacking(t *testing.T) {
	pressed := q(t, "436568190300271850557ab8")
	require.Equal(t, byte(0x03), pressed[4])
	pressed[4] = 0

	var f qFrame
	f[0] = 4 << 4
	f.isrc("IFPI00027185", toc.MSF{M: 0, S: 2, F: 55}.LBA())
	assert.Equal(t, pressed[:10], f[:10])
}

func TestMCNPacking(t *testing.T) {
	var f qFrame
	f.mcn("0123456789012", toc.MSF{M: 0, S: 7, F: 5}.LBA())
	assert.Equal(t, "0201234567890120000500", hex.EncodeToString(f[:11]), "thirteen digits, a zero nibble, a zero byte, AFRAME")
}

// MMC wants MCN and ISRC at least once in any 100 successive sectors, and Red
// Book wants positions in at least nine of ten.
func TestCodesComeOftenEnough(t *testing.T) {
	track := qTrack{number: 7, start: 40000, mcn: "4006381333931", isrc: "USABC1234567"}
	var last [16]toc.LBA
	for adr := range last {
		last[adr] = track.start - 1
	}
	for lba := track.start; lba < track.start+5000; lba++ {
		f, p := track.frame(lba)
		assert.False(t, p)
		adr := f[0] & 0x0F
		require.Contains(t, []byte{qPosition, qMCN, qISRC}, adr)
		if adr != qPosition {
			assert.LessOrEqual(t, lba-last[adr], toc.LBA(100), "ADR %d at %d", adr, lba)
			assert.Greater(t, lba-max(last[qMCN], last[qISRC]), toc.LBA(9), "two codes within ten sectors at %d", lba)
		}
		last[adr] = lba
	}
	assert.Greater(t, last[qMCN], track.start+4900)
	assert.Greater(t, last[qISRC], track.start+4900)
}

func TestPauseCarriesNoISRC(t *testing.T) {
	track := qTrack{number: 1, start: 0, mcn: "4006381333931", isrc: "USABC1234567"}
	mcn := 0
	for lba := toc.LBA(-150); lba < 0; lba++ {
		f, p := track.frame(lba)
		require.True(t, p)
		require.NotEqual(t, byte(qISRC), f[0]&0x0F)
		if f[0]&0x0F == qMCN {
			mcn++
		} else {
			require.Zero(t, f[2], "index 0")
		}
	}
	assert.Positive(t, mcn)
	last, _ := track.frame(-1)
	assert.Equal(t, "01010000000000000174", hex.EncodeToString(last[:10]), "the time in a pause ends at zero")
}

func TestCopyBitAlternates(t *testing.T) {
	copied := qTrack{number: 1, alternate: true}
	for lba := range toc.LBA(75) {
		f, _ := copied.frame(lba)
		assert.Equal(t, lba/4%2 == 1, f[0]&0x20 != 0, "LBA %d", lba)
	}
	f, _ := qTrack{number: 1, control: toc.CopyPermitted | toc.PreEmphasis}.frame(5)
	assert.Equal(t, byte(0x31), f[0])
}

func TestFormattedQ(t *testing.T) {
	f := q(t, "010400000174000148017e01")
	got := f.formatted(true)
	assert.Equal(t, "010400000174000148017e0100000080", hex.EncodeToString(got[:]))
	got = f.formatted(false)
	assert.Equal(t, "010400000174000148017e0100000000", hex.EncodeToString(got[:]))
}

// The interleaved form of the first frame of a PlayStation disc as printed in psx-spx
// (chapter CDROM Subchannel Images), without its P.
func TestRawSubchannel(t *testing.T) {
	const want = "80c08080808080c0" + "80808080808080c0" + "80808080808080c0" + "8080808080808080" +
		"8080808080808080" + "8080808080808080" + "8080808080808080" + "8080808080808080" +
		"808080808080c080" + "8080808080808080" + "8080c080c0808080" + "8080c0c08080c080"
	raw := q(t, "410101000000000002002832").raw(true)
	assert.Equal(t, want, hex.EncodeToString(raw[:]))
	raw = q(t, "410101000000000002002832").raw(false)
	assert.Equal(t, "0040000000000040", hex.EncodeToString(raw[:8]))
}
