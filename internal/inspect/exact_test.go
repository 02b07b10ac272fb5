package inspect_test

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// changed is noise with one wrong bit in each of these samples.
func changed(seed uint64, sectors int64, at ...int) pcm.Source {
	b := noise(seed, sectors*toc.SamplesPerSector)
	for _, sample := range at {
		b[sample*4] ^= 1
	}
	return pcm.FromBytes("changed.wav", pcm.CDDA, b)
}

// The first of several differing sectors is reported, on a drive with any offset.
func TestFirstSectorThatDiffers(t *testing.T) {
	const n, sector = 400, toc.SamplesPerSector
	for _, row := range []struct {
		drive string
		wrong []int // samples
		level disc.VerifyLevel
		at    toc.LBA
	}{
		{"modern", []int{200*sector + 7, 205 * sector}, disc.VerifyQuick, 200},
		{"modern", []int{100*sector + 7, 105 * sector}, disc.VerifyFull, 100},
		{"offset+667", []int{200*sector + 7}, disc.VerifyQuick, 201},
		{"offset+667", []int{100*sector + 7}, disc.VerifyFull, 101},
		{"modern", []int{0}, disc.VerifyQuick, 0},
		{"modern", []int{75*sector - 1}, disc.VerifyQuick, 74},
		{"modern", []int{162 * sector}, disc.VerifyQuick, 162},
		{"modern", []int{237*sector - 1}, disc.VerifyQuick, 236},
		{"modern", []int{325 * sector}, disc.VerifyQuick, 325},
		{"modern", []int{n*sector - 1}, disc.VerifyQuick, n - 1},
		{"modern", []int{0}, disc.VerifyFull, 0},
		{"modern", []int{n*sector - 1}, disc.VerifyFull, n - 1},
	} {
		b := newBench(t, row.drive, sim.NewDisc(sim.CDR80))
		b.record(t, final, changed(1, n, row.wrong...))
		v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, n)), row.level, nil)
		require.ErrorIs(t, err, inspect.ErrDiffers, "%+v", row)
		require.Equal(t, row.at, v.Tracks[0].At, "%+v", row)
	}
}

// A full verification includes the first and the last sample, whatever the offset.
func TestLastSampleIsCompared(t *testing.T) {
	const n = 301
	for _, offset := range []int{-589, -588, -1, 1, 587, 588, 589} {
		p, err := sim.PersonalityByName("modern")
		require.NoError(t, err)
		p.ReadOffset = offset
		b := benchOf(t, p, sim.NewDisc(sim.CDR80))
		other := changed(2, n, n*toc.SamplesPerSector-1)
		if offset > 0 {
			other = changed(2, n, 0)
		}
		b.record(t, final, source(1, n), other, source(3, n))
		v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, n), source(2, n), source(3, n)), disc.VerifyFull, nil)
		require.ErrorIs(t, err, inspect.ErrDiffers, offset)
		require.Equal(t, -offset, v.Offset)
		require.Equal(t, []disc.VerifyResult{disc.VerifyEqual, disc.VerifyDiffers, disc.VerifyEqual},
			[]disc.VerifyResult{v.Tracks[0].Result, v.Tracks[1].Result, v.Tracks[2].Result}, offset)
		require.LessOrEqual(t, v.Tracks[0].Sectors, toc.Sectors(n))
		require.LessOrEqual(t, v.Tracks[2].Sectors, toc.Sectors(n))
	}
}

// A track that differs doesn't determine the offset: the tracks after it are compared as if
// it weren't there.
func TestOffsetAfterATrackThatDiffers(t *testing.T) {
	for drive, offset := range map[string]int{"offset+667": -667, "modern": 0} {
		b := newBench(t, drive, sim.NewDisc(sim.CDR80))
		b.record(t, final, source(1, 310), source(2, 320))
		v, err := inspect.Verify(t.Context(), b.drive, b.written(source(7, 310), source(2, 320)), disc.VerifyQuick, nil)
		require.ErrorIs(t, err, inspect.ErrDiffers)
		require.Equal(t, disc.VerifyEqual, v.Tracks[1].Result)
		require.Equal(t, offset, v.Offset)
		require.True(t, v.OffsetKnown)
	}
}

// Tracks of a closed session are compared even if the drive reads none of the open one.
func TestVerifyAClosedSessionBeforeAnOpenOne(t *testing.T) {
	b := newBench(t, "open-unreadable", sim.NewDisc(sim.CDR80))
	b.record(t, multi, source(1, 310))
	b.record(t, open, source(2, 320))
	v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310)), disc.VerifyFull, nil)
	require.NoError(t, err)
	require.Equal(t, disc.VerifyEqual, v.Result)
	v, err = inspect.Verify(t.Context(), b.drive, b.written(source(1, 310), source(2, 320)), disc.VerifyFull, nil)
	require.NoError(t, err)
	require.Equal(t, disc.VerifyOpenSession, v.Result)
}

// Whether the drive still reads is tried where it has read before, not inside a wide
// scratch.
func TestWideScratch(t *testing.T) {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	sources := []pcm.Source{source(1, 400), source(2, 500)}
	b.record(t, final, sources...)
	second := b.disc.Tracks()[1].Start
	b.scratch(second+180, second+220, scsi.KeyMediumError, asc.UnrecoveredReadError)
	v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
	require.ErrorIs(t, err, inspect.ErrUnreadable)
	require.NotErrorIs(t, err, disc.ErrNothingRead)
	require.Equal(t, second+212, v.Tracks[1].At, "the first sector of the middle piece")
}

// silentEnd is a session-at-once recording whose tracks end in this many silent sectors,
// with pauses of two seconds: it looks like track-at-once with run-out.
func silentEnd(t *testing.T, sectors int) *bench {
	b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
	var tracks []burn.Track
	for i := range 2 {
		audio := noise(uint64(i), 305*toc.SamplesPerSector)
		clear(audio[(305-sectors)*toc.SectorSize:])
		tracks = append(tracks, burn.Track{Source: pcm.FromBytes("silent.wav", pcm.CDDA, audio)})
	}
	tracks[1].Pause = toc.PregapSectors
	drive, err := mmc.Open(t.Context(), b.Drive)
	require.NoError(t, err)
	_, err = sao.Burn(t.Context(), drive, tracks, nil, sao.Text{})
	require.NoError(t, err)
	return b
}

// Settle removes run-out once.
func TestSettleTwice(t *testing.T) {
	b := silentEnd(t, 6)
	d := b.look(t)
	for range 2 {
		require.NoError(t, inspect.Settle(t.Context(), b.drive, &d, nil))
		for i := range d.Tracks {
			require.Equal(t, [2]toc.Sectors{303, 2}, [2]toc.Sectors{d.Tracks[i].Sectors, d.Tracks[i].RunOut})
		}
	}
}

// One unreadable sector and a silent one next to it aren't run-out.
func TestScratchBesideSilence(t *testing.T) {
	for _, at := range []toc.LBA{303, 304} {
		b := silentEnd(t, 2)
		d := b.look(t)
		b.scratch(at, at, scsi.KeyMediumError, asc.UnrecoveredReadError)
		require.NoError(t, inspect.Settle(t.Context(), b.drive, &d, nil))
		require.Equal(t, toc.Sectors(305), d.Tracks[0].Sectors)
	}
}

// A question without any status is asked three times. If the next one gets none either, one
// try is enough, and TEST UNIT READY shows whether the drive still answers.
func TestSilenceOfADrive(t *testing.T) {
	b := burned(t, final)
	lost := scsitest.TransportFault(scsi.SentUnknown, nil)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadDiscInformation), Fault: lost})
	require.True(t, b.look(t).Status.Known())

	b.faults.Clear()
	gone := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		gone = gone || req.CDB[0] == command.OpGetConfiguration
		return gone
	}, Sticky: true, Fault: lost})
	before := len(b.tap.cdbs)
	_, err := inspect.Look(context.Background(), b.drive, nil)
	require.ErrorIs(t, err, scsitest.ErrFault)
	ops := b.tap.opcodes()[before:]
	for i, op := range ops {
		if op == command.OpGetConfiguration {
			ops = ops[i:]
			break
		}
	}
	require.Equal(t, []byte{0x46, 0x46, 0x46, 0x51, 0x00, 0x00, 0x00}, ops)
}

// A drive that doesn't support the number FFh reports the next address with the track that
// has begun, or with the number of the next one.
func TestNextTrackByItsNumber(t *testing.T) {
	one := trackInfo(1, 1, 0, complete, 0, none, 0, 1000)
	for name, row := range map[string]struct {
		second string
		known  bool
		want   disc.Next
	}{
		"begun":    {trackInfo(2, 1, 0, complete, 1152, 1500, 350000, 350000), true, disc.Next{Track: 2, NWA: 1500, Free: 350000, Unfinished: true}},
		"a place":  {trackInfo(2, 1, 0, invisible, 1152, 1152, 350000, 350000), true, disc.Next{Track: 2, NWA: 1152, Free: 350000}},
		"complete": {trackInfo(2, 1, 0, complete, 1152, none, 0, 1000), false, disc.Next{}},
	} {
		d := lookAt(t, answers{profile: 0x09, info: discInfo(0x05, 1, 1, 2), tracks: map[int]string{1: one, 2: row.second}})
		require.Equal(t, row.known, d.Next.Known(), name)
		require.Equal(t, row.want, d.Next.Value, name)
	}
}

// The session of a track comes from the table of contents if the drive doesn't list sessions.
func TestSessionWithoutAListOfSessions(t *testing.T) {
	d := lookAt(t, answers{profile: 0x08, info: discInfo(0x0E, 1, 1, 2), toc: table(1, 2, 17900, 0, 12010)})
	require.Len(t, d.Tracks, 2)
	require.Equal(t, []int{1, 1}, []int{d.Tracks[0].Session, d.Tracks[1].Session})
}

// An error that ends the reading ends Settle, and the disc is unchanged.
func TestSettleOnADriveThatIsGone(t *testing.T) {
	b := silentEnd(t, 2)
	d, before := b.look(t), b.look(t)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Skip: 1, Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)})
	require.ErrorIs(t, inspect.Settle(t.Context(), b.drive, &d, nil), scsitest.ErrFault)
	require.Equal(t, before.Tracks, d.Tracks)
}

// An unreadable sector at the edge isn't counted as compared.
func TestSectorsThatWereCompared(t *testing.T) {
	b := newBench(t, "offset+667", sim.NewDisc(sim.CDR80)) // sector 0 holds nothing of the track
	b.record(t, final, source(1, 310))
	b.scratch(0, 0, scsi.KeyMediumError, asc.UnrecoveredReadError)
	v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310)), disc.VerifyQuick, nil)
	require.NoError(t, err)
	require.Equal(t, disc.VerifyEqual, v.Result)
	require.Equal(t, toc.Sectors(224), v.Sectors)
	require.Zero(t, v.Unverifiable)
}

// A track that differs outweighs an unreadable one, in any order.
func TestWorstResult(t *testing.T) {
	for _, differs := range []int{0, 1} {
		b := burned(t, final)
		sources := []pcm.Source{source(1, 310), source(2, 320)}
		sources[differs] = source(9, sources[differs].Frames()/toc.SamplesPerSector)
		at := b.disc.Tracks()[1-differs].Start + 10
		b.scratch(at, at, scsi.KeyMediumError, asc.UnrecoveredReadError)
		v, err := inspect.Verify(t.Context(), b.drive, b.written(sources...), disc.VerifyQuick, nil)
		require.ErrorIs(t, err, inspect.ErrDiffers)
		require.ErrorIs(t, err, inspect.ErrUnreadable)
		require.Equal(t, disc.VerifyDiffers, v.Result)
		require.Equal(t, disc.VerifyUnreadable, v.Tracks[1-differs].Result)
	}
}

// Where the offset reaches addresses outside all tracks the result is silence, even if the
// drive shows a track that begins before LBA 0.
func TestOffsetBeforeTheDisc(t *testing.T) {
	b := burned(t, final)
	on := b.look(t)
	on.Tracks[0].Start, on.Tracks[0].Sectors = -150, on.Tracks[0].Sectors+150
	r := inspect.NewReader(b.drive, on, &inspect.ReaderOptions{Offset: -6})
	p := make([]byte, toc.SectorSize)
	require.NoError(t, r.Read(t.Context(), 0, p))
	require.Equal(t, 6, r.Lost())
	require.Equal(t, append(make([]byte, 24), all(t, source(1, 310))[:toc.SectorSize-24]...), p)
}

// A source is closed as many times as it is opened.
func TestSourcesAreClosed(t *testing.T) {
	b := burned(t, final)
	src := &counted{Source: source(1, 310)}
	_, err := inspect.Verify(t.Context(), b.drive, b.written(src), disc.VerifyFull, nil)
	require.NoError(t, err)
	require.Equal(t, [2]int{2, 2}, [2]int{src.opened, src.closed})
	_, err = inspect.NewReader(b.drive, b.look(t), nil).Sample(t.Context(), b.written(src)[0], 3)
	require.NoError(t, err)
	require.Equal(t, [2]int{3, 3}, [2]int{src.opened, src.closed})
}

// counted counts how often a source is opened and closed.
type counted struct {
	pcm.Source
	opened, closed int
}

func (c *counted) Open() (io.ReadCloser, error) {
	r, err := c.Source.Open()
	c.opened++
	return &countedReader{r, c}, err
}

type countedReader struct {
	io.ReadCloser
	c *counted
}

func (r *countedReader) Close() error {
	r.c.closed++
	return r.ReadCloser.Close()
}

// If a drive reads nothing, no track was compared.
func TestDriveThatReadsNothing(t *testing.T) {
	b := burned(t, final)
	b.scratch(0, 5000, scsi.KeyMediumError, asc.UnrecoveredReadError)
	v, err := inspect.Verify(t.Context(), b.drive, b.written(source(1, 310), source(2, 320)), disc.VerifyFull, nil)
	require.ErrorIs(t, err, disc.ErrNothingRead)
	require.Equal(t, disc.VerifyNotDone, v.Result)
	require.Equal(t, disc.VerifyNotDone, v.Tracks[0].Result)
	require.Zero(t, v.Tracks[0].At)
}
