package host

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// driveTime is a Device with the simulated drive's clock.
type driveTime struct {
	*Device
	scsi.Clock
}

// noise is a source of samples in memory.
type noise []byte

func (noise) Name() string                   { return "noise" }
func (noise) Format() pcm.Format             { return pcm.CDDA }
func (n noise) Frames() int64                { return int64(len(n) / 4) }
func (n noise) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(n)), nil }

// Three tracks through the backend for Windows: on restrictive adapters, through the
// volume only, and on a drive whose disc must be reloaded before it shows the tracks.
// Every sample is on the disc, and everything is released afterwards.
func TestWindowsBurn(t *testing.T) {
	for _, tt := range []struct {
		mask, length uint32
		volumeOnly   bool
		personality  string
	}{
		{0, 1 << 20, false, ""},
		{3, 1 << 15, false, ""},
		{511, 1 << 13, false, ""},
		{3, 1 << 17, true, ""},
		{3, 1 << 17, false, "stale-toc"},
		{3, 1 << 17, true, "stale-toc"},
	} {
		t.Run(fmt.Sprintf("mask %d, %d bytes, %v, %s", tt.mask, tt.length, tt.volumeOnly, tt.personality), func(t *testing.T) {
			personality, err := sim.PersonalityByName(tt.personality)
			require.NoError(t, err)
			medium := sim.NewDisc(sim.CDR80)
			drive := sim.New(sim.Config{Disc: medium, Personality: personality})
			w := newWindows(t)
			w.noClass = tt.volumeOnly
			d := w.drive("D", drive)
			d.adapter, d.mask, d.longest = adapterOf(tt.length, 0, tt.mask), uintptr(tt.mask), int(tt.length)
			dev := w.openOn("D:", nil)
			m, err := mmc.Open(t.Context(), driveTime{dev, drive})
			require.NoError(t, err)
			var tracks []burn.Track
			var samples [][]byte
			for i, sectors := range []int{300, 351, 420} {
				b := make([]byte, sectors*2352)
				_, _ = rand.NewChaCha8([32]byte{byte(i)}).Read(b)
				samples = append(samples, b)
				tracks = append(tracks, burn.Track{Source: noise(b)})
			}
			report, err := tao.Burn(t.Context(), m, tracks, &burn.Options{ClientName: "redbook test", Verify: disc.VerifyFull})
			require.NoError(t, err)
			assert.Equal(t, burn.VerdictSuccess, report.Verdict)
			for i, tr := range medium.Tracks() {
				got := make([]byte, len(samples[i]))
				for n := range len(got) / 2352 {
					require.NoError(t, medium.ReadSectors(tr.Start+toc.LBA(n), got[n*2352:][:2352]))
				}
				assert.True(t, bytes.Equal(samples[i], got), "track %d", i+1)
			}
			assert.Empty(t, d.ejecting)
			assert.Equal(t, tt.personality != "", d.disc > 0, "loaded again")
			if !tt.volumeOnly {
				assert.Zero(t, d.polls, "the driver's own commands")
			}
			require.NoError(t, dev.Close())
			assert.True(t, d.clean())
			assert.Empty(t, w.handles)
		})
	}
}
