package inspect_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// burned is a drive with a disc of two tracks.
func burned(t *testing.T, end ending) *bench {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	b.record(t, end, source(1, 310), source(2, 320))
	return b
}

// readCDs counts the READ CDs from now on that include a sector, and gives each of them a
// fault if hit returns true for its number.
func (b *bench) readCDs(at toc.LBA, fault scsitest.Fault, after bool, hit func(n int) bool) *int {
	n := new(int)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if !touches(at, at)(req) {
			return false
		}
		*n++
		return hit(*n)
	}, Sticky: true, After: after, Fault: fault})
	return n
}

// Bytes that a bridge left in a reply are gone the next time; bytes that return each time
// are music.
func TestBridgeMarkOrMusic(t *testing.T) {
	marked := append(bytes.Repeat([]byte{1}, toc.SectorSize-4), "USBS"...)
	for _, row := range []struct {
		times, asked int // how many replies end like this, and how often the sector is read
		music        bool
	}{{1, 2, false}, {2, 3, false}, {99, 3, true}} {
		b := burned(t, final)
		r := inspect.NewReader(b.drive, b.look(t), nil)
		n := b.readCDs(100, scsitest.DataFault(marked), false, func(n int) bool { return n <= row.times })
		p := make([]byte, toc.SectorSize)
		require.NoError(t, r.Read(t.Context(), 100, p))
		require.Equal(t, row.asked, *n)
		require.Equal(t, row.music, bytes.Equal(marked, p))
		if !row.music {
			require.Equal(t, all(t, source(1, 310))[100*toc.SectorSize:101*toc.SectorSize], p)
		}
	}
}

// The options of a reader apply to its commands.
func TestReaderOptionsReachItsQuestions(t *testing.T) {
	b := burned(t, final)
	var told []scsi.Sense
	waits := 0
	r := inspect.NewReader(b.drive, b.look(t), &inspect.ReaderOptions{
		Patience: 2 * time.Second, OnWait: func() { waits++ }, OnAttention: func(s scsi.Sense) { told = append(told, s) },
	})
	p := make([]byte, toc.SectorSize)
	b.readCDs(100, senseFault(scsi.KeyUnitAttention, asc.PowerOnOrReset, false), false, func(n int) bool { return n == 1 })
	require.NoError(t, r.Read(t.Context(), 100, p))
	require.Len(t, told, 1)
	require.Equal(t, asc.PowerOnOrReset, told[0].Code)
	require.Zero(t, waits)
	began := b.Now()
	n := b.readCDs(200, senseFault(scsi.KeyNotReady, asc.OperationInProgress, false), false, func(int) bool { return true })
	require.ErrorIs(t, r.Read(t.Context(), 200, p), mmc.ErrNotReady)
	require.InDelta(t, 2, b.Now().Sub(began).Seconds(), 0.5)
	require.Equal(t, *n-1, waits)
}

// If a drive refuses to read an open session at three places of each track, nothing is
// compared; if it reads any of them, or fails for another reason, it is compared.
func TestOpenSessionThatCanBeRead(t *testing.T) {
	sources := []int{77, 155, 233} // the places in the first track of 310 sectors
	refuse := senseFault(scsi.KeyIllegalRequest, asc.IllegalModeForThisTrack, false)
	for _, row := range []struct {
		name   string
		spared int // the place that is readable
		fault  scsitest.Fault
		open   bool
	}{
		{"none", -1, refuse, true}, {"the first", 0, refuse, false}, {"the middle", 1, refuse, false}, {"the last", 2, refuse, false},
		{"a medium error", -1, senseFault(scsi.KeyMediumError, asc.UnrecoveredReadError, false), false},
		{"blank", -1, senseFault(scsi.KeyBlankCheck, asc.NoAdditionalSense, false), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := burned(t, open)
			for i, at := range sources {
				if i != row.spared {
					b.faults.Add(scsitest.Rule{Match: touches(toc.LBA(at), toc.LBA(at)), Sticky: true, Fault: row.fault})
				}
			}
			v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310)), disc.VerifyFull, nil)
			require.Equal(t, row.open, v.Result == disc.VerifyOpenSession)
			if row.open {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, inspect.ErrUnreadable)
			require.Equal(t, disc.VerifyUnreadable, v.Result)
		})
	}
	b := burned(t, final) // closed: a refusal is an unreadable sector
	for _, at := range sources {
		b.faults.Add(scsitest.Rule{Match: touches(toc.LBA(at), toc.LBA(at)), Sticky: true, Fault: refuse})
	}
	v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310)), disc.VerifyFull, nil)
	require.ErrorIs(t, err, inspect.ErrUnreadable)
	require.Equal(t, disc.VerifyUnreadable, v.Result)
}

// A verification that didn't take place still has a row for each track.
func TestVerificationThatDidNotTakePlace(t *testing.T) {
	b := burned(t, final)
	written := b.written(source(1, 310), source(2, 320))
	rows := []disc.TrackVerification{{Number: 1}, {Number: 2}}
	v, err := inspect.Verify(t.Context(), nil, written, disc.VerifyFull, nil)
	require.ErrorIs(t, err, inspect.ErrNoDrive)
	require.Equal(t, disc.Verification{Asked: disc.VerifyFull, Tracks: rows}, v)
	v, err = inspect.Verify(t.Context(), b.drive, written, disc.VerifyNone, nil)
	require.NoError(t, err)
	require.Equal(t, disc.Verification{Tracks: rows}, v)
	v, err = inspect.Verify(t.Context(), b.drive, nil, disc.VerifyFull, nil)
	require.NoError(t, err)
	require.Equal(t, disc.Verification{Asked: disc.VerifyFull}, v)
	b.faults.Add(scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)})
	v, err = inspect.Verify(t.Context(), b.drive, written, disc.VerifyQuick, nil)
	require.ErrorIs(t, err, scsitest.ErrFault)
	require.Equal(t, disc.Verification{Asked: disc.VerifyQuick, Tracks: rows}, v)
}

// A difference counts only after three reads: a byte that a bridge has changed in transit
// differs the next time.
func TestDifferenceIsReadThreeTimes(t *testing.T) {
	for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
		for _, row := range []struct{ times, asked int }{{1, 2}, {2, 3}, {99, 3}} {
			b := burned(t, final)
			at := toc.LBA(5)
			if level == disc.VerifyFull {
				at = 100 // between the pieces of the quick part
			}
			n := b.readCDs(at, scsitest.GarbageFault(7), true, func(n int) bool { return n <= row.times })
			v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310)), level, nil)
			require.Equal(t, row.asked, *n)
			if row.times == 99 {
				require.ErrorIs(t, err, inspect.ErrDiffers)
				require.Equal(t, disc.VerifyDiffers, v.Result)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, disc.VerifyEqual, v.Result)
		}
	}
}

// An unreadable sector becomes silence and is marked as bad; for an address outside the
// tracks no command is sent.
func TestUnreadableSectorsAreSilence(t *testing.T) {
	b := burned(t, final)
	b.scratch(100, 100, scsi.KeyMediumError, asc.UnrecoveredReadError)
	r := inspect.NewReader(b.drive, b.look(t), nil)
	p := bytes.Repeat([]byte{7}, 3*toc.SectorSize)
	bad := make([]bool, 3)
	require.NoError(t, r.Sectors(t.Context(), 99, p, bad))
	require.Equal(t, []bool{false, true, false}, bad)
	want := append([]byte(nil), all(t, source(1, 310))[99*toc.SectorSize:102*toc.SectorSize]...)
	clear(want[toc.SectorSize : 2*toc.SectorSize])
	require.Equal(t, want, p)
	err := r.Read(t.Context(), 99, p)
	require.ErrorIs(t, err, inspect.ErrUnreadable)
	require.ErrorIs(t, err, scsi.KeyMediumError)
	require.ErrorIs(t, r.Read(t.Context(), 5000, p), inspect.ErrNoTrack)
	require.Zero(t, r.Lost())
}

// An unreadable first sector doesn't count as different.
func TestFirstSectorThatCanNotBeRead(t *testing.T) {
	for _, level := range []disc.VerifyLevel{disc.VerifyQuick, disc.VerifyFull} {
		b := burned(t, final)
		second := b.disc.Tracks()[1].Start
		b.scratch(second, second, scsi.KeyMediumError, asc.UnrecoveredReadError)
		v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310), source(2, 320)), level, nil)
		require.ErrorIs(t, err, inspect.ErrUnreadable)
		require.NotErrorIs(t, err, inspect.ErrDiffers)
		require.Equal(t, disc.VerifyUnreadable, v.Tracks[1].Result)
		require.Equal(t, second, v.Tracks[1].At)
	}
}

// OnWait is called while a drive becomes ready.
func TestWaitingIsTold(t *testing.T) {
	b := burned(t, final)
	waits := 0
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpTestUnitReady), Fault: senseFault(scsi.KeyNotReady, asc.BecomingReady, false)})
	_, err := inspect.Look(t.Context(), b.drive, &inspect.LookOptions{OnWait: func() { waits++ }})
	require.NoError(t, err)
	require.Equal(t, 1, waits)
}

// The lead-ins in the sub-channel take long to read: they are read only if there are several
// sessions.
func TestLeadInsAreReadOnlyIfNeeded(t *testing.T) {
	for _, sessions := range []int{0, 1, 2} {
		b := burned(t, []ending{open, multi, multi}[sessions])
		if sessions == 2 {
			b.record(t, final, source(3, 305))
		}
		asked := 0
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			if req.CDB[0] == command.OpReadTOC && req.CDB[2]&15 == 2 {
				asked++
			}
			return false
		}})
		d := b.look(t)
		require.Equal(t, sessions, d.Sessions.Value)
		require.Equal(t, sessions == 2, asked > 0)
	}
}

// A disc has up to 99 tracks, and a look finds all of them.
func TestNinetyNineTracks(t *testing.T) {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	var sources []pcm.Source
	for range toc.MaxTracks {
		sources = append(sources, pcm.Silence("silence.wav", 300*toc.SamplesPerSector))
	}
	b.record(t, final, sources...)
	d := b.look(t)
	require.Len(t, d.Tracks, toc.MaxTracks)
	require.Equal(t, toc.MaxTracks, inspect.Last(d.Tracks))
	require.Equal(t, disc.Shown{Known: true, Start: 98 * 452, Sectors: 300}, d.Tracks[98].Shown)
}

// A failed question leaves its fact unknown, or known from other replies, with the error.
func TestFactsOfFailedQuestions(t *testing.T) {
	trouble := senseFault(scsi.KeyHardwareError, asc.NoAdditionalSense, false)
	for name, row := range map[string]struct {
		op  byte
		err func(disc.Disc) error
	}{
		"kind":   {command.OpGetConfiguration, func(d disc.Disc) error { return d.Media.Err }},
		"state":  {command.OpReadDiscInformation, func(d disc.Disc) error { return d.Status.Err }},
		"tracks": {command.OpReadTrackInformation, func(d disc.Disc) error { return d.Tracks[1].Err }},
		"table":  {command.OpReadTOC, func(d disc.Disc) error { return d.TOC.Err }},
		"groove": {command.OpReadTOC, func(d disc.Disc) error { return d.ATIP.Err }},
	} {
		b := burned(t, final)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(row.op), Sticky: true, Fault: trouble})
		d, err := inspect.Look(t.Context(), b.drive, nil)
		require.NoError(t, err, name)
		require.ErrorIs(t, row.err(d), scsi.KeyHardwareError, name)
	}
}
