package inspect_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// noise is audio without repetition: a comparison with any wrong offset fails.
func noise(seed uint64, samples int64) []byte { return bytes.Clone(shared(seed, samples)) }

// shared is noise that the caller must not change.
func shared(seed uint64, samples int64) []byte {
	type key struct {
		seed    uint64
		samples int64
	}
	if b, ok := made.Load(key{seed, samples}); ok {
		return b.([]byte)
	}
	b := make([]byte, samples*4)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	made.Store(key{seed, samples}, b)
	return b
}

// made holds noise, which takes longer to make than to copy.
var made sync.Map

// source returns a source of noise of this many sectors.
func source(seed uint64, sectors int64) pcm.Source {
	return pcm.FromBytes("noise.wav", pcm.CDDA, shared(seed, sectors*toc.SamplesPerSector))
}

// bench is a simulated drive with a disc, and faults between it and the host.
type bench struct {
	*sim.Drive
	disc   *sim.Disc
	faults *scsitest.Faults
	tap    *tap
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
	t.Cleanup(func() {
		require.NoError(t, b.Drive.Err())
		b.Eject()
		require.NoError(t, d.Close()) // the next disc reuses its memory
	})
	b.faults = scsitest.NewFaults(b.Drive)
	b.tap = &tap{Transport: b.faults}
	var err error
	b.drive, err = mmc.Open(t.Context(), b.tap)
	require.NoError(t, err)
	require.NoError(t, unit.WaitReady(t.Context(), b.drive, unit.WaitOptions{}))
	return b
}

// tap keeps the CDB of every command. A scsitest.Recorder also hashes their data, which
// took a third of the time of all tests here.
type tap struct {
	scsi.Transport
	cdbs [][16]byte
}

func (t *tap) Unwrap() scsi.Transport { return t.Transport }

func (t *tap) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	t.cdbs = append(t.cdbs, req.CDB)
	return t.Transport.Do(ctx, req)
}

// opcodes returns those of all commands so far.
func (t *tap) opcodes() []byte {
	ops := make([]byte, len(t.cdbs))
	for i := range t.cdbs {
		ops[i] = t.cdbs[i][0]
	}
	return ops
}

// how a recording ends
type ending int

const (
	open  ending = iota // the session stays open
	multi               // closed, and another may follow
	final               // finalized
)

// record records tracks at once, and ends the session. The engine supports every kind of
// drive.
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

// all returns the audio of a source, padded to whole sectors and four seconds.
func all(t testing.TB, src pcm.Source) []byte {
	t.Helper()
	r, err := src.Open()
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	b := make([]byte, max(toc.Sectors(pcm.Sectors(src)), placing.MinTrack).Bytes())
	_, err = io.ReadFull(r, b[:src.Frames()*4])
	require.NoError(t, err)
	return b
}

// look is a look that must succeed.
func (b *bench) look(t testing.TB) disc.Disc {
	t.Helper()
	d, err := inspect.Look(context.Background(), b.drive, nil)
	require.NoError(t, err)
	return d
}
