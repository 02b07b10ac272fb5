package inspect_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// sampled is a sampling of the first track at three places, and how many READ CDs it took.
func sampled(t *testing.T, b *bench, src pcm.Source) (inspect.Sampled, int, error) {
	t.Helper()
	r := inspect.NewReader(b.drive, b.look(t), nil)
	before := len(b.tap.cdbs)
	s, err := r.Sample(t.Context(), b.written(src)[0], 3)
	return s, len(b.tap.cdbs) - before, err
}

// parts is noise in which only some sectors aren't silent.
func parts(seed uint64, sectors int64, sound ...[2]int) pcm.Source {
	b := make([]byte, sectors*toc.SectorSize)
	all := shared(seed, sectors*toc.SamplesPerSector)
	for _, s := range sound {
		copy(b[s[0]*toc.SectorSize:s[1]*toc.SectorSize], all[s[0]*toc.SectorSize:])
	}
	return pcm.FromBytes("parts.wav", pcm.CDDA, b)
}

// Three places are read with one command each, in thirds of the track, and hold the source's
// audio at any offset of the drive. Another recording is detected at its first place, which
// is read three times.
func TestSampleTellsRecordingsApart(t *testing.T) {
	for _, offset := range []int{-3600, -667, 0, 6, 3600} {
		p, err := sim.PersonalityByName("modern")
		require.NoError(t, err)
		p.ReadOffset = offset
		b := benchOf(t, p, sim.NewDisc(sim.CDR80))
		b.record(t, open, source(1, 400), source(2, 300))
		s, reads, err := sampled(t, b, source(1, 400))
		require.NoError(t, err)
		require.Equal(t, inspect.Sampled{Equal: 3}, s, offset)
		require.Equal(t, 3, reads)
		s, reads, err = sampled(t, b, source(9, 400))
		require.NoError(t, err)
		require.Equal(t, inspect.Sampled{Other: true}, s, offset)
		require.Equal(t, 3, reads)
	}
}

// Places are where the source has sound.
func TestSampleGoesWhereTheSoundIs(t *testing.T) {
	for name, row := range map[string]struct {
		src   pcm.Source
		equal int
	}{
		"silence":                    {parts(1, 400), 0},
		"the end of the first third": {parts(1, 400, [2]int{80, 133}), 1},
		"less than half a place":     {parts(1, 400, [2]int{41, 54}), 0},
		"half a place":               {parts(1, 400, [2]int{41, 55}), 1},
		"two thirds":                 {parts(1, 400, [2]int{0, 100}, [2]int{300, 400}), 2},
	} {
		b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
		b.record(t, open, row.src)
		s, reads, err := sampled(t, b, row.src)
		require.NoError(t, err)
		require.Equal(t, inspect.Sampled{Equal: row.equal}, s, name)
		require.Equal(t, row.equal, reads, name)
	}
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	b.record(t, open, parts(1, 400))
	s, _, err := sampled(t, b, source(1, 400))
	require.NoError(t, err)
	require.Equal(t, inspect.Sampled{}, s, "silence on the disc proves nothing")
}

// Near silence proves nothing either: another recording may have the same few steps.
func TestSampleOfAlmostSilence(t *testing.T) {
	quiet := func(steps int) pcm.Source {
		b := make([]byte, 400*toc.SectorSize)
		for at := 0; at < len(b); at += toc.SectorSize {
			for i := 1; i < steps; i += 2 {
				b[at+4*i] = 1 // a step up and a step down
			}
		}
		return pcm.FromBytes("quiet.wav", pcm.CDDA, b)
	}
	for steps, equal := range map[int]int{146: 0, 148: 3} {
		b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
		b.record(t, open, quiet(steps))
		s, _, err := sampled(t, b, quiet(steps))
		require.NoError(t, err)
		require.Equal(t, inspect.Sampled{Equal: equal}, s, steps)
	}
}

// One sector of the source is enough: the others may be damaged, by a bridge or where an
// interrupted track was continued in another drive.
func TestSampleOfADamagedPlace(t *testing.T) {
	for left, want := range map[int]inspect.Sampled{1: {Equal: 3}, 0: {Equal: 0, Other: true, At: 133}} {
		b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
		other := noise(1, 400*toc.SamplesPerSector)
		for i := 133; i < 133+27-left; i++ {
			other[i*toc.SectorSize] ^= 1
		}
		b.record(t, open, pcm.FromBytes("damaged.wav", pcm.CDDA, other))
		s, _, err := sampled(t, b, source(1, 400))
		require.NoError(t, err)
		if left == 0 {
			want.Equal = 1
		}
		require.Equal(t, want, s)
	}
}

// Data that a bridge has damaged in transit are read again.
func TestSampleReadsADifferenceAgain(t *testing.T) {
	for times, want := range map[int]inspect.Sampled{2: {Equal: 3}, 3: {Other: true}} {
		b := burned(t, open)
		b.readCDs(0, scsitest.GarbageFault(7), true, func(n int) bool { return n <= times })
		s, reads, err := sampled(t, b, source(1, 310))
		require.NoError(t, err)
		require.Equal(t, want, s)
		require.Equal(t, map[int]int{2: 5, 3: 3}[times], reads)
	}
}

// An unreadable sector is not a difference; its place is read once, and so is that of a
// drive that stays busy or reads no audio at all. An error that ends the conversation is
// returned.
func TestSampleOfWhatCannotBeRead(t *testing.T) {
	for name, row := range map[string]struct {
		fault scsitest.Fault
		reads int // in the place; 0: any number
		err   error
	}{
		"a medium error": {senseFault(scsi.KeyMediumError, asc.UnrecoveredReadError, false), 1, nil},
		"a refusal":      {senseFault(scsi.KeyIllegalRequest, asc.IllegalModeForThisTrack, false), 1, nil},
		"blank":          {senseFault(scsi.KeyBlankCheck, asc.NoAdditionalSense, false), 1, nil},
		"a defect":       {senseFault(scsi.KeyHardwareError, asc.NoSeekComplete, false), 1, nil},
		"no READ CD":     {senseFault(scsi.KeyIllegalRequest, asc.InvalidOpcode, false), 1, nil},
		"busy":           {senseFault(scsi.KeyNotReady, asc.OperationInProgress, false), 0, nil},
		"a short reply":  {scsitest.ShortFault(100), 3, nil},
		"no disc":        {senseFault(scsi.KeyNotReady, asc.MediumNotPresent, false), 3, asc.FamilyMediumNotPresent},
		"no status":      {scsitest.TransportFault(scsi.SentUnknown, nil), 3, scsitest.ErrFault},
	} {
		b := burned(t, open)
		n := b.readCDs(110, row.fault, false, func(int) bool { return true })
		s, _, err := sampled(t, b, source(1, 310))
		if row.reads > 0 {
			require.Equal(t, row.reads, *n, name)
		}
		if row.err != nil {
			require.ErrorIs(t, err, row.err, name)
			require.Equal(t, inspect.Sampled{Equal: 1}, s, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, inspect.Sampled{Equal: 2, Unreadable: 1, At: 103}, s, name)
	}
	// An error of an earlier command does not concern the place.
	b := burned(t, open)
	b.readCDs(110, senseFault(scsi.KeyMediumError, asc.WriteError, true), false, func(n int) bool { return n == 1 })
	s, _, err := sampled(t, b, source(1, 310))
	require.NoError(t, err)
	require.Equal(t, inspect.Sampled{Equal: 3}, s)
}

// READ CD is sent only where the disc has a track; the source and the context may fail.
func TestSampleThatCannotTakePlace(t *testing.T) {
	b := burned(t, open)
	on := b.look(t)
	w := b.written(source(1, 310))[0]
	on.Tracks[0].Sectors, on.Tracks[0].State = 120, disc.TrackDamaged
	before := len(b.tap.cdbs)
	s, err := inspect.NewReader(b.drive, on, nil).Sample(t.Context(), w, 3)
	require.NoError(t, err)
	require.Equal(t, inspect.Sampled{Equal: 1, Unreadable: 2, At: 103}, s)
	require.Equal(t, 1, len(b.tap.cdbs)-before)

	w.Source = broken{w.Source}
	_, err = inspect.NewReader(b.drive, b.look(t), nil).Sample(t.Context(), w, 3)
	var failed *pcm.ReadError
	require.ErrorAs(t, err, &failed)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = inspect.NewReader(b.drive, on, nil).Sample(ctx, b.written(source(1, 310))[0], 3)
	require.ErrorIs(t, err, context.Canceled)
}

// A place takes as many commands as the transport needs. A part that some offset moves out of
// the track is not a difference, however short.
func TestSampleOfSmallPieces(t *testing.T) {
	drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), MaxTransfer: 10 * toc.SectorSize})
	b := &bench{Drive: drive, disc: drive.Disc(), tap: &tap{Transport: drive}}
	var err error
	b.drive, err = mmc.Open(t.Context(), b.tap)
	require.NoError(t, err)
	b.record(t, open, source(1, 310))
	s, reads, err := sampled(t, b, source(1, 310))
	require.NoError(t, err)
	require.Equal(t, inspect.Sampled{Equal: 3}, s)
	require.Equal(t, 9, reads)
	for sectors, other := range map[toc.Sectors]bool{5: false, 14: false, 15: true, 27: true} {
		w := b.written(source(9, 310))[0]
		w.Sectors, w.Audio = sectors, sectors
		s, err := inspect.NewReader(b.drive, b.look(t), nil).Sample(t.Context(), w, 1)
		require.NoError(t, err)
		require.Equal(t, other, s.Other, sectors)
	}
}
