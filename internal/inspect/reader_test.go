package inspect_test

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// touches matches a READ CD that includes any of the sectors from..to.
func touches(from, to toc.LBA) func(*scsi.Request) bool {
	return func(req *scsi.Request) bool {
		if req.CDB[0] != command.OpReadCD {
			return false
		}
		at := toc.LBA(int32(binary.BigEndian.Uint32(req.CDB[2:])))
		n := toc.LBA(req.CDB[6])<<16 | toc.LBA(req.CDB[7])<<8 | toc.LBA(req.CDB[8])
		return at <= to && at+n > from
	}
}

// scratch makes the sectors from..to permanently unreadable.
func (b *bench) scratch(from, to toc.LBA, key scsi.SenseKey, code scsi.Code) {
	b.faults.Add(scsitest.Rule{Match: touches(from, to), Sticky: true, Fault: senseFault(key, code, false)})
}

// READ CD is never sent for a place without audio: a look finds those places.
func TestReadCDStaysOnTracks(t *testing.T) {
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			b := make(t)
			d := b.look(t)
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				if req.CDB[0] != command.OpReadCD {
					return false
				}
				for lba := toc.LBA(-300); lba < 14000; lba++ {
					if touches(lba, lba)(req) && !recorded(b.disc, lba) {
						assert.Fail(t, "READ CD outside the audio", "LBA %d", lba)
						return true
					}
				}
				return false
			}})
			r := inspect.NewReader(b.drive, d, nil)
			const from, n = -300, 14000
			p, bad := room(n)
			require.NoError(t, r.Sectors(t.Context(), from, p, bad))
			for _, track := range b.disc.Tracks() {
				for lba := track.Start; lba < track.Start+toc.LBA(track.Size); lba++ {
					require.False(t, bad[lba-from], "LBA %d of track %d", lba, track.Number)
				}
				want := sectorsOf(t, b.disc, track.Start, track.Size)
				require.Equal(t, want, p[(track.Start-from)*toc.SectorSize:][:len(want)])
			}
			for i := range bad {
				if bad[i] {
					require.Equal(t, zero, p[i*toc.SectorSize:(i+1)*toc.SectorSize])
				}
			}
		})
	}
}

var zero = make([]byte, toc.SectorSize)

func room(n int) ([]byte, []bool) { return make([]byte, n*toc.SectorSize), make([]bool, n) }

// recorded reports whether a sector belongs to a session: a track, its pause or its
// run-out.
func recorded(d *sim.Disc, lba toc.LBA) bool {
	if lba < 0 {
		return false
	}
	for _, s := range d.Sessions() {
		first := d.Tracks()[s.First-1]
		if (lba >= first.Start || s.Number == 1) && lba < s.LeadOut {
			return true
		}
	}
	for _, t := range d.Tracks() {
		if lba >= t.Start && lba < t.End() {
			return true
		}
		if t.Number > 1 && lba >= t.Start-toc.LBA(t.Pregap) && lba < t.Start && d.Tracks()[t.Number-2].Session == t.Session {
			return true
		}
	}
	return false
}

func sectorsOf(t testing.TB, d *sim.Disc, at toc.LBA, n toc.Sectors) []byte {
	t.Helper()
	p := make([]byte, n.Bytes())
	require.NoError(t, d.ReadSectors(at, p))
	return p
}

// One unreadable sector counts as one, wherever it lies in a command.
func TestReaderGoesAroundScratches(t *testing.T) {
	for _, c := range []struct{ from, to toc.LBA }{{0, 0}, {26, 26}, {27, 28}, {100, 140}, {299, 299}} {
		b := states()["finalized"](t)
		d := b.look(t)
		b.scratch(c.from, c.to, scsi.KeyMediumError, asc.UnrecoveredReadError)
		r := inspect.NewReader(b.drive, d, nil)
		p, bad := room(300)
		require.NoError(t, r.Sectors(t.Context(), 0, p, bad))
		want := sectorsOf(t, b.disc, 0, 300)
		for i := range bad {
			lba := toc.LBA(i)
			require.Equal(t, lba >= c.from && lba <= c.to, bad[i], "LBA %d", i)
			if bad[i] {
				copy(want[i*toc.SectorSize:], zero)
			}
		}
		require.Equal(t, want, p)

		err := r.Read(t.Context(), 0, p)
		require.ErrorIs(t, err, inspect.ErrUnreadable)
		require.ErrorIs(t, err, asc.UnrecoveredReadError)
		sector, ok := errors.AsType[*inspect.SectorError](err)
		require.True(t, ok)
		require.Equal(t, c.from, sector.LBA)

		skip := inspect.NewReader(b.drive, d, &inspect.ReaderOptions{Skip: true})
		require.NoError(t, skip.Read(t.Context(), 0, p))
		require.Equal(t, want, p)
		require.EqualValues(t, c.to-c.from+1, skip.Unreadable())
	}
}

// An error that isn't about the sectors is distinct, never "unreadable".
func TestReaderTellsDriveFromDisc(t *testing.T) {
	for _, f := range []struct {
		fault scsitest.Fault
		is    error
	}{
		{senseFault(scsi.KeyMediumError, asc.WriteError, true), asc.WriteError},
		{senseFault(scsi.KeyHardwareError, asc.NoSeekComplete, true), asc.NoSeekComplete},
		{senseFault(scsi.KeyNotReady, asc.MediumNotPresent, false), asc.FamilyMediumNotPresent},
		{senseFault(scsi.KeyNotReady, asc.OperationInProgress, false), mmc.ErrNotReady},
		{senseFault(scsi.KeyIllegalRequest, asc.InvalidOpcode, false), asc.InvalidOpcode},
		{senseFault(scsi.KeyUnitAttention, asc.PowerOnOrReset, false), scsi.KeyUnitAttention},
		{scsitest.StatusFault(scsi.Busy), mmc.ErrNotReady},
		{scsitest.TransportFault(scsi.SentUnknown, nil), scsitest.ErrFault},
	} {
		b := states()["finalized"](t)
		d := b.look(t)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Skip: 2, Sticky: true, Fault: f.fault})
		r := inspect.NewReader(b.drive, d, &inspect.ReaderOptions{Skip: true})
		p, bad := room(300)
		err := r.Sectors(t.Context(), 0, p, bad)
		require.ErrorIs(t, err, f.is)
		require.NotErrorIs(t, err, inspect.ErrUnreadable)
		require.ErrorIs(t, r.Read(t.Context(), 0, p), f.is)
	}
}

// A temporary fault has no effect, except for an error of an earlier command.
func TestReaderRepeats(t *testing.T) {
	b := states()["finalized"](t)
	d := b.look(t)
	want := sectorsOf(t, b.disc, 0, 300)
	for _, f := range faults() {
		b.faults.Clear()
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Skip: 3, Fault: f.Fault, After: !f.before})
		p, bad := room(300)
		err := inspect.NewReader(b.drive, d, nil).Sectors(t.Context(), 0, p, bad)
		if f.name == "sense 3/0C/00true" {
			require.ErrorIs(t, err, asc.WriteError)
			continue
		}
		require.NoError(t, err, f.name)
		require.NotContains(t, bad, true, f.name)
		require.Equal(t, want, p, f.name)
	}
}

// Pieces are no larger than 27 sectors and the transport's limit.
func TestReaderKeepsToTheLimits(t *testing.T) {
	for _, most := range []int{toc.SectorSize, 5 * toc.SectorSize, 64 << 10, 1 << 20} {
		d := sim.NewDisc(sim.CDR80)
		require.NoError(t, d.Press("", nil, []sim.PressedTrack{{Open: source(1, 300).Open}}))
		drive := sim.New(sim.Config{Disc: d, MaxTransfer: most})
		tap := scsitest.NewRecorder(drive)
		m, err := mmc.Open(t.Context(), tap)
		require.NoError(t, err)
		on, err := inspect.Look(t.Context(), m, nil)
		require.NoError(t, err)
		p := make([]byte, 300*toc.SectorSize)
		require.NoError(t, inspect.NewReader(m, on, nil).Read(t.Context(), 0, p))
		require.Equal(t, noise(1, 300*588), p)
		for _, ex := range tap.Exchanges() {
			require.LessOrEqual(t, len(ex.In), min(most, 27*toc.SectorSize))
		}
	}
}

// With the drive's offset the samples are at their true positions; what the offset moves
// off the disc is silence and is counted.
func TestReaderCorrectsTheOffset(t *testing.T) {
	for _, name := range []string{"modern", "offset-582", "offset+6", "offset+667"} {
		d := sim.NewDisc(sim.CDR80)
		require.NoError(t, d.Press("", nil, []sim.PressedTrack{{Open: source(1, 301).Open}, {Open: source(2, 302).Open}}))
		b := newBench(t, name, d)
		p := b.Personality()
		r := inspect.NewReader(b.drive, b.look(t), &inspect.ReaderOptions{Offset: p.ReadOffset})
		want := append(noise(1, 301*588), noise(2, 302*588)...)
		got := make([]byte, len(want))
		require.NoError(t, r.Read(t.Context(), 0, got))
		lost := max(p.ReadOffset, -p.ReadOffset)
		edge := (lost + 588) * 4
		require.Equal(t, want[edge:len(want)-edge], got[edge:len(got)-edge], name)
		require.Equal(t, lost, r.Lost(), name)
	}
}

// Unreadable run-out is also silence and counted, where the offset reaches into it.
func TestOffsetIntoRunOut(t *testing.T) {
	for _, name := range []string{"offset-582", "offset+6", "offset+667"} {
		b := newBench(t, name, sim.NewDisc(sim.CDR80))
		b.record(t, final, source(1, 310), source(2, 320))
		p := b.Personality()
		for _, track := range b.disc.Tracks() {
			r := inspect.NewReader(b.drive, b.look(t), &inspect.ReaderOptions{Offset: p.ReadOffset})
			got := make([]byte, track.Size.Bytes())
			require.NoError(t, r.Read(t.Context(), track.Start, got), name)
			lost := r.Lost()
			require.LessOrEqual(t, lost, max(p.ReadOffset, -p.ReadOffset), name)
			if p.ReadOffset > 0 {
				require.Positive(t, lost)
			}
			want := sectorsOf(t, b.disc, track.Start, track.Size)
			edge := lost * 4
			require.Equal(t, want[edge:len(want)-edge], got[edge:len(got)-edge], name)
		}
	}
}

// A canceled context ends the reading before the next command.
func TestReaderIsCanceled(t *testing.T) {
	b := states()["finalized"](t)
	d := b.look(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := len(b.tap.cdbs)
	require.ErrorIs(t, inspect.NewReader(b.drive, d, nil).Read(ctx, 0, make([]byte, 300*toc.SectorSize)), context.Canceled)
	require.Len(t, b.tap.cdbs, before)
}
