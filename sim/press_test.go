package sim_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// master returns n bytes of noise.
func master(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func reader(b []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// A pressed disc reads like a burned one and can't be written. The replies are those of
// the MMC tables for discs without a groove.
func TestPressedDisc(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pressed.disc")
	disc, err := sim.CreateDisc(path, sim.CDR80)
	require.NoError(t, err)
	one, two := master(40*toc.SectorSize, 1), master(20*toc.SectorSize+100, 2)
	require.NoError(t, disc.Press("1234567890128", nil, []sim.PressedTrack{
		{Open: reader(one), ISRC: "USABC1234567"},
		{Open: reader(two), Pregap: 0, Control: toc.CopyPermitted}, // follows without a pause
	}))
	require.NoError(t, disc.Close())
	disc, err = sim.OpenDisc(path)
	require.NoError(t, err)
	h := newHostOf(t, sim.Personality{}, disc)

	assert.Equal(t, cdb("00 08"), h.get("46 01 00 00 00 00 00 00 08 00", 8)[6:], "profile: CD-ROM")
	assert.Equal(t, cdb("00 2D 08 04"), h.get("46 02 00 2D 00 00 00 00 10 00", 16)[8:12], "track at once is not current")
	h.refuses("5/24/00", "43 00 03 00 00 00 00 00 04 00")
	h.refuses("5/24/00", "43 00 04 00 00 00 00 00 1C 00")
	assert.Equal(t, cdb("0E 01 01 01 02"), h.get("51 00 00 00 00 00 00 00 22 00", 34)[2:7], "finished, one session, tracks 1 and 2")
	assert.Equal(t, cdb("00 1A 01 02 00 10 01 00 00 00 00 00 00 12 02 00 00 00 00 28 00 12 AA 00 00 00 00 3D"),
		h.get("43 00 00 00 00 00 01 00 40 00", 64), "track 2 right after track 1, then the lead-out")
	h.refuses("5/24/00", "52 01 00 00 00 FF 00 00 24 00")
	assert.Equal(t, append(append([]byte{}, one...), two[:toc.SectorSize]...), h.readCD(0, 41))
	assert.Equal(t, append(two[20*toc.SectorSize:], make([]byte, toc.SectorSize-100)...), h.readCD(60, 1))
	assert.Equal(t, "USABC1234567", string(h.get("42 00 40 03 00 00 01 00 18 00", 24)[9:21]))

	h.selectPage(page05(0x41, 0))
	answer, _ := h.do("2A 00 00 00 00 3D 00 00 01 00", master(toc.SectorSize, 3), 0)
	assert.Equal(t, "5/30/05", answer, "WRITE")
	h.refuses("5/30/05", "A1 01 00 00 00 00 00 00 00 00 00 00")
	h.refuses("5/30/05", "53 00 00 00 00 00 00 01 2C 00")
	h.refuses("5/30/05", "54 01 00 00 00 00 00 00 00 00")
	h.d.Eject()
	require.NoError(t, disc.Close())
}

// A list of tracks that can't be pressed leaves the disc blank.
func TestPressRefuses(t *testing.T) {
	broken := errors.New("scratched master")
	for name, c := range map[string]struct {
		tracks []sim.PressedTrack
		want   string
	}{
		"nothing":     {nil, "1 to 99 tracks"},
		"too many":    {make([]sim.PressedTrack, 100), "1 to 99 tracks"},
		"empty":       {[]sim.PressedTrack{{Open: reader(nil)}}, "no audio"},
		"data":        {[]sim.PressedTrack{{Open: reader(master(9, 1)), Control: toc.DataTrack}}, "only audio"},
		"before zero": {[]sim.PressedTrack{{Open: reader(master(9, 1))}, {Open: reader(master(9, 1)), Pregap: -1}}, "only audio"},
		"unreadable":  {[]sim.PressedTrack{{Open: func() (io.ReadCloser, error) { return nil, broken }}}, broken.Error()},
		"too long":    {[]sim.PressedTrack{{Open: reader(master(9, 1))}, {Open: reader(master(9, 1)), Pregap: 449700}}, "doesn't fit"},
	} {
		disc := sim.NewDisc(sim.CDR80)
		require.ErrorContains(t, disc.Press("", nil, c.tracks), c.want, name)
		assert.True(t, disc.Summary().Blank, name)
		assert.Equal(t, "80", disc.Summary().Media.Name, name)
		require.ErrorIs(t, disc.ReadSectors(0, make([]byte, toc.SectorSize)), sim.ErrUnrecorded, name)
	}
	disc := sim.NewDisc(sim.CDR80)
	sim.New(sim.Config{Disc: disc})
	require.ErrorContains(t, disc.Press("", nil, []sim.PressedTrack{{Open: reader(master(9, 1))}}), "in a drive")
	h := odd(t, "", sim.CDR80)
	used := h.d.Eject()
	require.ErrorContains(t, used.Press("", nil, []sim.PressedTrack{{Open: reader(master(9, 1))}}), "only a blank disc")
}

// A pressed disc can have everything that a master has: a hidden track, audio in a pause,
// indexes, CD-TEXT.
// indexes, CD-TEXT.
func TestPressedWithEverything(t *testing.T) {
	disc := sim.NewDisc(sim.CDR80)
	hidden, one, pause, two := master(300*blockCD, 1), master(400*blockCD, 2), master(20*blockCD, 3), master(350*blockCD, 4)
	require.NoError(t, disc.Press("", packsA, []sim.PressedTrack{
		{Open: reader(one), Pregap: 150 + 300, Pause: reader(hidden), Indexes: []toc.Sectors{100, 200}},
		{Open: reader(two), Pregap: 50, Pause: reader(pause)},
	}))
	h := newHostOf(t, sim.Personality{}, disc)
	assert.Equal(t, packsA, h.cdText())
	requireSame(t, hidden, h.readCD(0, 300))
	requireSame(t, one, h.readCD(300, 400))
	requireSame(t, append(make([]byte, 30*blockCD), pause...), h.readCD(700, 50))
	requireSame(t, two, h.readCD(750, 350))
	for lba, index := range map[int]byte{0: 0, 299: 0, 300: 1, 400: 2, 499: 2, 500: 3, 700: 0, 750: 1} {
		assert.Equal(t, index, h.get("BE 04 "+hex32(lba)+" 000001 00 02 00", 16)[2], "LBA %d", lba)
	}
	for name, bad := range map[string]sim.PressedTrack{
		"index 2 at index 1": {Open: reader(one), Indexes: []toc.Sectors{0}},
		"index 2 at the end": {Open: reader(one), Indexes: []toc.Sectors{400}},
		"too much pause":     {Open: reader(one), Pause: reader(hidden)},
	} {
		disc := sim.NewDisc(sim.CDR80)
		require.Error(t, disc.Press("", nil, []sim.PressedTrack{bad}), name)
		assert.True(t, disc.Summary().Blank, name)
	}
	require.ErrorContains(t, sim.NewDisc(sim.CDR80).Press("", packsA[:17], []sim.PressedTrack{{Open: reader(one)}}), "packs")
}

// RecordAtOnce makes a recorded disc without a drive, as session-at-once leaves it.
func TestRecordedAtOnce(t *testing.T) {
	disc := sim.NewDisc(sim.CDRW80)
	one, two := master(400*blockCD, 2), master(350*blockCD, 4)
	require.NoError(t, disc.RecordAtOnce("4006381333931", packsA, []sim.PressedTrack{
		{Open: reader(one), Indexes: []toc.Sectors{100}}, {Open: reader(two), Pregap: 50},
	}))
	h := newHostOf(t, sim.Personality{}, disc)
	assert.Equal(t, byte(0x1E), h.status())
	assert.Equal(t, packsA, h.cdText())
	assert.Len(t, h.get("43 00 04 00 00 00 00 00 1C 00", 28), 28, "it has an ATIP")
	requireSame(t, two, h.readCD(450, 350))
	h.must("A1 01 00 00 00 00 00 00 00 00 00 00")
	assert.True(t, h.d.Disc().Summary().Blank)
	h.d.Eject()
	require.ErrorContains(t, disc.RecordAtOnce("", nil, []sim.PressedTrack{
		{Open: reader(one), Pregap: toc.Sectors(sim.CDRW80.LeadOut.LBA()) - 249},
	}), "doesn't fit", "399 sectors are left")
	require.NoError(t, disc.RecordAtOnce("", nil, []sim.PressedTrack{
		{Open: reader(one), Pregap: toc.Sectors(sim.CDRW80.LeadOut.LBA()) - 250},
	}))
}
