package extract_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// noise is audio of n sectors without repetition.
func noise(seed uint64, sectors toc.Sectors) func() (io.ReadCloser, error) {
	b := make([]byte, sectors.Bytes())
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// pack is a pack of the minimal CD-TEXT set in the reference, as on a pressed disc.
func pack(t testing.TB) []byte {
	b, err := hex.DecodeString("8f020600000000000900000000000000" + "9123")
	require.NoError(t, err)
	return b
}

// pressed is a pressed disc.
func pressed(t testing.TB, mcn toc.MCN, text []byte, tracks ...sim.PressedTrack) *sim.Disc {
	t.Helper()
	d := sim.NewDisc(sim.CDR80)
	require.NoError(t, d.Press(mcn, text, tracks))
	return d
}

// bench is a drive with a disc in it.
type bench struct {
	*mmc.Drive
	tap    *scsitest.Recorder
	faults *scsitest.Faults
}

func benchOf(t testing.TB, personality string, d *sim.Disc) *bench {
	t.Helper()
	p, err := sim.PersonalityByName(personality)
	require.NoError(t, err)
	return benchWith(t, p, d)
}

func benchWith(t testing.TB, p sim.Personality, d *sim.Disc) *bench {
	t.Helper()
	drive := sim.New(sim.Config{Personality: p, Disc: d})
	b := &bench{faults: scsitest.NewFaults(drive)}
	t.Cleanup(func() { drive.Eject(); require.NoError(t, drive.Err()) })
	b.tap = scsitest.NewRecorder(b.faults)
	b.tap.MaxData = 64
	var err error
	b.Drive, err = mmc.Open(t.Context(), b.tap)
	require.NoError(t, err)
	require.NoError(t, unit.WaitReady(t.Context(), b.Drive, unit.WaitOptions{}))
	return b
}

// scan looks and scans.
func (b *bench) scan(t testing.TB) rip.Layout {
	t.Helper()
	on, err := inspect.Look(t.Context(), b.Drive, nil)
	require.NoError(t, err)
	l, err := extract.Scan(t.Context(), b.Drive, on, nil)
	require.NoError(t, err)
	return l
}

// readings counts the READ CD commands with a sub-channel.
func (b *bench) readings() (n int) {
	for _, e := range b.tap.Exchanges() {
		if e.CDB[0] == command.OpReadCD && e.CDB[10] != 0 {
			n++
		}
	}
	return n
}

// withQ matches READ CD with a sub-channel.
func withQ(req *scsi.Request) bool { return req.CDB[0] == command.OpReadCD && req.CDB[10] != 0 }

// touches matches a READ CD that includes any of the sectors from..to.
func touches(from, to toc.LBA) func(*scsi.Request) bool {
	return func(req *scsi.Request) bool {
		at := toc.LBA(int32(binary.BigEndian.Uint32(req.CDB[2:])))
		n := toc.LBA(req.CDB[6])<<16 | toc.LBA(req.CDB[7])<<8 | toc.LBA(req.CDB[8])
		return req.CDB[0] == command.OpReadCD && at <= to && at+n > from
	}
}
