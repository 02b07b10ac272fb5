package disc_test

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi/scsitest"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// noise is audio in which no two places are equal, so that a comparison with any
// wrong offset fails.
func noise(seed uint64, samples int64) []byte {
	b := make([]byte, samples*4)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b
}

// noises are what source has made.
var noises sync.Map

// source is a source of noise of so many sectors, which is made once.
func source(seed uint64, sectors int64) pcm.Source {
	key := [2]uint64{seed, uint64(sectors)}
	b, ok := noises.Load(key)
	if !ok {
		b, _ = noises.LoadOrStore(key, noise(seed, sectors*toc.SamplesPerSector))
	}
	return pcm.FromBytes("noise.wav", pcm.CDDA, b.([]byte))
}

// bench is a simulated drive with a disc, and faults between it and the host.
type bench struct {
	*sim.Drive
	disc   *sim.Disc
	faults *scsitest.Faults
	tap    *scsitest.Recorder
	drive  *mmc.Drive
}

func newBench(t testing.TB, personality string, d *sim.Disc) *bench {
	t.Helper()
	p, err := sim.PersonalityByName(personality)
	require.NoError(t, err)
	return benchOf(t, p, d)
}

func benchOf(t testing.TB, p sim.Personality, d *sim.Disc) *bench {
	t.Helper()
	b := &bench{disc: d, Drive: sim.New(sim.Config{Personality: p, Disc: d})}
	t.Cleanup(func() { require.NoError(t, b.Drive.Err()) })
	b.faults = scsitest.NewFaults(b.Drive)
	b.tap = scsitest.NewRecorder(b.faults)
	b.tap.MaxData = 64
	var err error
	b.drive, err = mmc.Open(t.Context(), b.tap)
	require.NoError(t, err)
	require.NoError(t, b.drive.WaitReady(t.Context(), mmc.WaitOptions{}))
	return b
}

// done lets the next disc have the memory of this one.
func (b *bench) done(t testing.TB) {
	t.Helper()
	require.NoError(t, b.Err())
	b.Eject()
	require.NoError(t, b.disc.Close())
}

// how a recording ends.
type ending int

const (
	open  ending = iota // the session stays open
	multi               // closed, and another one may follow
	final               // closed for good
)

// record records tracks at once, and ends the session. The engine knows how to deal
// with every kind of drive.
func (b *bench) record(t testing.TB, end ending, tracks ...pcm.Source) {
	t.Helper()
	drive, err := mmc.Open(t.Context(), b.Drive)
	require.NoError(t, err)
	if len(tracks) == 0 {
		_, err := tao.CloseDisc(t.Context(), drive, &burn.CloseOptions{MultiSession: end == multi})
		require.NoError(t, err)
		return
	}
	var list []burn.Track
	for _, src := range tracks {
		list = append(list, burn.Track{Source: src})
	}
	_, err = tao.Burn(t.Context(), drive, list, &burn.Options{
		Append: true, Reserve: burn.ReserveNever, NoClose: end == open, MultiSession: end == multi,
	})
	require.NoError(t, err)
}

// all is the audio of a source, filled up to whole sectors and four seconds.
func all(t testing.TB, src pcm.Source) []byte {
	t.Helper()
	r, err := src.Open()
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	size := max(toc.SectorsOf(int64(len(b))), toc.MinTrack)
	return append(b, make([]byte, size.Bytes()-int64(len(b)))...)
}

// look is a look that must not fail.
func (b *bench) look(t testing.TB) disc.Disc {
	t.Helper()
	d, err := disc.Look(context.Background(), b.drive, nil)
	require.NoError(t, err)
	return d
}
