package inspect_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// ends are the ways in which music can end: which of its last two sectors are silent.
var ends = map[string][2]bool{"sound": {}, "silent last": {false, true}, "silent last but one": {true, false}, "silent both": {true, true}}

// ending returns noise whose last two sectors are silent or not.
func endingIn(seed uint64, sectors int64, silent [2]bool) pcm.Source {
	b := noise(seed, sectors*toc.SamplesPerSector)
	for i, s := range silent {
		if s {
			clear(b[len(b)-(2-i)*toc.SectorSize : len(b)-(1-i)*toc.SectorSize])
		}
	}
	return pcm.FromBytes("ending.wav", pcm.CDDA, b)
}

// runOutDrives differ in how they report run-out.
func runOutDrives(t *testing.T) map[string]sim.Personality {
	drives := map[string]sim.Personality{}
	for _, name := range []string{"modern", "track-size-n2", "start-with-pregap", "next-nwa-150", "pioneer", "offset-582", "offset+667"} {
		p, err := sim.PersonalityByName(name)
		require.NoError(t, err)
		drives[name] = p
	}
	n2 := drives["track-size-n2"]
	n2.UnreadableRunOut = true
	drives["n2, unreadable"] = n2
	n2.ReadOffset = 6
	drives["n2, unreadable, offset"] = n2
	return drives
}

// No sector of music is ever taken for run-out, whatever the drive counts, however the
// session ends and however the music ends. If the drive can't read its run-out, the
// length is exact.
func TestRunOut(t *testing.T) {
	n := 0
	for drive, p := range runOutDrives(t) {
		for _, end := range []ending{open, multi, final} {
			for _, tracks := range []int{1, 3} {
				for how, silent := range ends {
					if n++; testing.Short() && n%5 != 0 {
						continue
					}
					t.Run(fmt.Sprintf("%s, ending %d, %d tracks, %s", drive, end, tracks, how), func(t *testing.T) {
						b := benchOf(t, p, sim.NewDisc(sim.CDR80))
						var sources []pcm.Source
						for i := range tracks {
							sources = append(sources, endingIn(uint64(i), 305+int64(i), silent))
						}
						b.record(t, end, sources...)
						if end == multi {
							b.record(t, open, sources[0])
							sources = append(sources, sources[0])
						}
						checkMusic(t, b, sources)
					})
				}
			}
		}
	}
}

// checkMusic reads every track to its end, and compares.
func checkMusic(t *testing.T, b *bench, sources []pcm.Source) {
	t.Helper()
	d := b.look(t)
	require.NoError(t, inspect.Settle(t.Context(), b.drive, &d, nil))
	require.Len(t, d.Tracks, len(sources))
	p := b.Personality()
	closed := b.disc.Summary().Sessions
	r := inspect.NewReader(b.drive, d, nil)
	for i, track := range d.Tracks {
		n := toc.Sectors(pcm.Sectors(sources[i]))
		require.GreaterOrEqual(t, track.Sectors, n)
		require.LessOrEqual(t, track.Sectors, n+placing.RunOutSectors)
		if !p.SizeWithRunOut || p.UnreadableRunOut || b.disc.Tracks()[i].Session <= closed {
			require.Equal(t, n, track.Sectors)
		}
		require.Equal(t, b.disc.Tracks()[i].Start, track.Start)
		got := make([]byte, track.Sectors.Bytes())
		require.NoError(t, r.Read(t.Context(), track.Start, got))
		if p.ReadOffset == 0 {
			require.Equal(t, all(t, sources[i]), got[:n.Bytes()])
			require.Equal(t, make([]byte, len(got)-int(n.Bytes())), got[n.Bytes():])
		}
	}
}

// The same for pressed discs, with any pause between their tracks: none of them has
// run-out.
func TestPressedDiscsHaveNoRunOut(t *testing.T) {
	for drive, p := range runOutDrives(t) {
		if p.SizeWithRunOut || p.ReadOffset != 0 {
			continue // a pressed disc has none to count
		}
		for _, pause := range []toc.Sectors{0, 2, 30, toc.PregapSectors, placing.PauseSectors} {
			for _, tracks := range []int{1, 2, 4} {
				for how, silent := range ends {
					t.Run(fmt.Sprintf("%s, pause %d, %d tracks, %s", drive, pause, tracks, how), func(t *testing.T) {
						checkPressed(t, p, pause, tracks, silent)
					})
				}
			}
		}
	}
}

func checkPressed(t *testing.T, p sim.Personality, pause toc.Sectors, tracks int, silent [2]bool) {
	t.Helper()
	d := sim.NewDisc(sim.CDR80)
	var sources []pcm.Source
	var pressed []sim.PressedTrack
	for i := range tracks {
		src := endingIn(uint64(i), 401+int64(i), silent)
		sources = append(sources, src)
		pressed = append(pressed, sim.PressedTrack{Open: src.Open, Pregap: pause})
	}
	pressed[0].Pregap = toc.PregapSectors
	require.NoError(t, d.Press("", nil, pressed))
	b := benchOf(t, p, d)
	got := b.look(t)
	require.NoError(t, inspect.Settle(t.Context(), b.drive, &got, nil))
	require.Len(t, got.Tracks, tracks)
	for i, track := range got.Tracks {
		n := toc.Sectors(pcm.Sectors(sources[i]))
		if pause == 2 && tracks > 1 && i < tracks-1 {
			// Two sectors between the tracks may be Pioneer's way of counting.
			assert.Contains(t, []toc.Sectors{n, n + 2}, track.Sectors)
			continue
		}
		assert.Equal(t, n, track.Sectors)
	}
}

// A scratch over the last sectors of a pressed disc is an error, unless it looks exactly
// like run-out.
func TestScratchedEndIsNoRunOut(t *testing.T) {
	for _, c := range []struct {
		from, to toc.LBA
		kept     toc.Sectors
	}{
		{400, 400, 401}, // only the very last sector
		{399, 399, 401},
		{390, 400, 401}, // a wide one
		{399, 400, 399}, // run-out looks the same
	} {
		d := sim.NewDisc(sim.CDR80)
		require.NoError(t, d.Press("", nil, []sim.PressedTrack{{Open: source(1, 401).Open}}))
		b := newBench(t, "modern", d)
		b.scratch(c.from, c.to, scsi.KeyMediumError, asc.UnrecoveredReadError)
		got := b.look(t)
		require.NoError(t, inspect.Settle(t.Context(), b.drive, &got, nil))
		assert.Equal(t, c.kept, got.Tracks[0].Sectors)
		assert.EqualValues(t, 401-c.kept, got.Tracks[0].RunOut)
	}
}
