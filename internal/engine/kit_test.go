package engine_test

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// errPowerLost is why a transport gets no answer.
var errPowerLost = errors.New("the drive lost power")

// noises caches the results of noise.
var noises sync.Map

// music returns a track of noise, which is generated once.
func music(name string, seed uint64, sectors int) burn.Track {
	key := [2]uint64{seed, uint64(sectors)}
	b, ok := noises.Load(key)
	if !ok {
		b, _ = noises.LoadOrStore(key, noise(seed, sectors))
	}
	return burn.Track{Source: pcm.FromBytes(name, pcm.CDDA, b.([]byte))}
}

func noise(seed uint64, sectors int) []byte {
	b := make([]byte, 0, sectors*toc.SectorSize)
	for r := rand.New(rand.NewPCG(seed, 1)); len(b) < cap(b); {
		b = binary.LittleEndian.AppendUint64(b, r.Uint64())
	}
	return b
}

func album() []burn.Track { return []burn.Track{music("one.wav", 1, 300), music("two.wav", 2, 400)} }

// bench is a simulated drive with a disc. Faults can be added between the drive and the host.
type bench struct {
	*sim.Drive
	disc   *sim.Disc
	faults *scsitest.Faults
	tap    *scsitest.Recorder
	drive  *mmc.Drive
}

func newBench(t testing.TB, personality string, media sim.Media) *bench {
	t.Helper()
	p, err := sim.PersonalityByName(personality)
	require.NoError(t, err)
	b := &bench{disc: sim.NewDisc(media)}
	b.Drive = sim.New(sim.Config{Personality: p, Disc: b.disc, Clock: "instant"})
	b.faults = scsitest.NewFaults(b.Drive)
	b.tap = scsitest.NewRecorder(b.faults)
	b.tap.MaxData = 64
	b.drive, err = mmc.Open(t.Context(), b.tap)
	require.NoError(t, err)
	t.Cleanup(b.release)
	return b
}

// release lets the next disc reuse the memory of this one.
func (b *bench) release() {
	b.Eject()
	_ = b.disc.Close()
}

// burn burns an album and requires success.
func (b *bench) burn(t testing.TB, o *burn.Options) burn.Report {
	t.Helper()
	r, err := engine.Burn(t.Context(), b.drive, album(), o, trackatonce.Method())
	require.NoError(t, err)
	return r
}

// sent is how often a command was sent.
func (b *bench) sent(op byte) (n int) {
	for _, sent := range b.tap.Opcodes() {
		if sent == op {
			n++
		}
	}
	return n
}

// information returns the drive's current reply to READ DISC INFORMATION.
func (b *bench) information(t testing.TB) []byte {
	t.Helper()
	require.NoError(t, unit.WaitReady(t.Context(), b.drive, unit.WaitOptions{}))
	req := scsi.Request{Name: "READ DISC INFORMATION", CDBLen: 10, Data: make([]byte, 34), Dir: scsi.DataIn}
	req.CDB[0], req.CDB[8] = command.OpReadDiscInformation, byte(len(req.Data))
	res, err := b.Do(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, scsi.Good, res.Status)
	return req.Data
}

// says returns CHECK CONDITION with the given sense data.
func says(key, asc, ascq byte) scsitest.Fault {
	return scsitest.SenseFault([]byte{0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0})
}

// saysOfBefore returns the same as a deferred error.
func saysOfBefore(key, asc, ascq byte) scsitest.Fault {
	return scsitest.SenseFault([]byte{0x71, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0})
}

// kinds returns the kinds of the notes.
func kinds(notes []burn.Note) (list []burn.NoteKind) {
	for _, n := range notes {
		list = append(list, n.Kind)
	}
	return list
}

// flipped is a source with one bit changed.
type flipped struct {
	pcm.Source
	at int
}

func (f flipped) Open() (io.ReadCloser, error) {
	r, err := f.Source.Open()
	return &flippedReader{r, f.at}, err
}

type flippedReader struct {
	io.ReadCloser
	left int
}

func (r *flippedReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if r.left >= 0 && r.left < n {
		p[r.left] ^= 1
	}
	r.left -= n
	return n, err
}
