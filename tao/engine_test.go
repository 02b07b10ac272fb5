package tao_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// endless is noise of any length that takes no memory.
type endless struct {
	name   string
	frames int64
}

func (e endless) Name() string       { return e.name }
func (e endless) Format() pcm.Format { return pcm.CDDA }
func (e endless) Frames() int64      { return e.frames }
func (e endless) Open() (io.ReadCloser, error) {
	return &endlessReader{left: e.frames * 4}, nil
}

type endlessReader struct {
	at   uint64
	left int64
}

var endlessBlock = noise(4711, 1<<16)

func (r *endlessReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), r.left)]
	n := copy(p, endlessBlock[r.at%uint64(len(endlessBlock)):])
	r.at += uint64(n)
	r.left -= int64(n)
	return n, nil
}

func (r *endlessReader) Close() error { return nil }

// A disc that is filled to the last sector with 24 tracks, every sector of which is read back.
func TestFullDisc(t *testing.T) {
	if testing.Short() || race.Enabled {
		t.Log("a whole disc is burned without the race detector only")
		return
	}
	var tracks []burn.Track
	total := toc.Sectors(359844 - 23*152)
	for i := range 24 {
		n := total / 24
		if i == 23 {
			n = total - 23*n
		}
		tracks = append(tracks, burn.Track{Source: endless{fmt.Sprint(i), int64(n)*588 - int64(i)}})
	}
	b := newBench(t, "modern", sim.CDR80)
	ev := b.events()
	r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick, OnEvent: ev.on})
	require.NoError(t, err)
	ev.check(t)
	require.LessOrEqual(t, ev.gap, 500*time.Millisecond)
	require.Equal(t, toc.Sectors(0), b.disc.Summary().Free)
	require.Equal(t, total, sum(lengths(r)))
	require.Greater(t, r.Elapsed, 2*time.Minute, "drive time")
	for i := range tracks { // the last second of each track
		row := r.Tracks[i]
		got := make([]byte, 75*toc.SectorSize)
		require.NoError(t, b.disc.ReadSectors(row.Start+toc.LBA(row.Sectors)-75, got))
		want := audioAt(int64(row.Sectors-75)*toc.SectorSize, len(got)-4*i)
		require.Equal(t, want, got[:len(want)])
	}
}

func audioAt(at int64, n int) []byte {
	r := &endlessReader{at: uint64(at), left: int64(n)}
	b, _ := io.ReadAll(r)
	return b
}

func sum(list []toc.Sectors) (total toc.Sectors) {
	for _, n := range list {
		total += n
	}
	return total
}

// A burn allocates for each track and event, but not for each WRITE.
func TestNoAllocationPerWrite(t *testing.T) {
	if race.Enabled {
		t.Log("the race detector allocates")
		return
	}
	b := newBench(t, "modern", sim.CDR80)
	allocs := map[int]uint64{}
	n := 0
	var stats runtime.MemStats
	b2, err := mmc.Open(context.Background(), counting{b.Drive, func(op byte) {
		if op != command.OpWrite10 {
			return
		}
		if n++; n == 500 || n == 2500 {
			runtime.ReadMemStats(&stats)
			allocs[n] = stats.Mallocs
		}
	}})
	require.NoError(t, err)
	_, err = tao.Burn(context.Background(), b2, []burn.Track{{Source: endless{"x", 80000 * 588}}}, nil)
	require.NoError(t, err)
	require.Greater(t, n, 2500)
	// 2000 WRITEs are about 54,000 sectors: at 48x about 20 seconds with 50 events. Other
	// allocations, such as those of the runtime, stay far below one per WRITE.
	require.Less(t, allocs[2500]-allocs[500], uint64(200))
}

type counting struct {
	*sim.Drive
	on func(op byte)
}

func (c counting) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	c.on(req.CDB[0])
	return c.Drive.Do(ctx, req)
}

// With the computer's clock, which synctest makes instant, waits are real, and no goroutine
// remains.
func TestRealClock(t *testing.T) {
	for _, name := range []string{"modern", "busy-2-04-08", "pioneer"} {
		synctest.Test(t, func(t *testing.T) {
			p, err := sim.PersonalityByName(name)
			require.NoError(t, err)
			media := sim.NewDisc(sim.CDR80)
			drive := sim.New(sim.Config{Personality: p, Disc: media, Clock: "real"})
			d, err := mmc.Open(t.Context(), systemTime{drive})
			require.NoError(t, err)
			began := time.Now()
			b := &bench{Drive: drive, disc: media, drive: d, tap: &tap{}}
			ev := &events{clock: scsi.ClockOf(nil)}
			tracks := []burn.Track{track("one", 1, 3000*588), track("two", 2, 301*588)}
			r, err := tao.Burn(t.Context(), d, tracks, &burn.Options{Verify: disc.VerifyQuick, OnEvent: ev.on})
			require.NoError(t, err)
			b.holds(t, r, tracks)
			ev.check(t)
			require.Greater(t, time.Since(began), 10*time.Second)
		})
	}
}

// systemTime hides the drive's clock, so that tao uses the system's.
type systemTime struct{ d *sim.Drive }

func (s systemTime) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	return s.d.Do(ctx, req)
}
func (s systemTime) Limits() scsi.Limits { return s.d.Limits() }
func (s systemTime) Close() error        { return s.d.Close() }

// If a source is too slow, the FIFO runs empty and the drive waits. The report shows this, and
// a cancel still works.
func TestSlowSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), Clock: "real"})
		d, err := mmc.Open(t.Context(), drive)
		require.NoError(t, err)
		slow := burn.Track{Source: &slowSource{Source: track("slow", 1, 4000*588).Source, pause: 3 * time.Second}}
		var gap time.Duration
		last := time.Now()
		r, err := tao.Burn(t.Context(), d, []burn.Track{slow}, &burn.Options{FIFO: 1 << 20, OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Progress); is && p.Action == burn.ActionWriting {
				gap = max(gap, time.Since(last))
			}
			last = time.Now()
		}})
		require.NoError(t, err)
		require.Positive(t, r.FIFO.Empty)
		require.Less(t, r.FIFO.MinFill, r.FIFO.Size/10)
		require.LessOrEqual(t, gap, 1500*time.Millisecond, "events go on while the drive waits for audio")
	})
	synctest.Test(t, func(t *testing.T) {
		drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), Clock: "real"})
		d, err := mmc.Open(t.Context(), drive)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		slow := burn.Track{Source: &slowSource{Source: track("slow", 1, 4000*588).Source, pause: time.Minute}}
		r, err := tao.Burn(ctx, d, []burn.Track{slow}, &burn.Options{FIFO: 1 << 20, OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Progress); is && p.Action == burn.ActionWriting && p.Elapsed > 5*time.Second {
				cancel()
			}
		}})
		is(t, err, burn.ErrCanceled)
		require.Equal(t, burn.TrackCanceled, r.Tracks[0].Status)
		time.Sleep(2 * time.Minute) // the abandoned reader of the source ends
	})
}

// slowSource pauses in the middle of its second reading.
type slowSource struct {
	pcm.Source
	opens int
	pause time.Duration
}

func (s *slowSource) Open() (io.ReadCloser, error) {
	r, err := s.Source.Open()
	if s.opens++; s.opens < 2 {
		return r, err
	}
	return &slowReader{ReadCloser: r, pause: s.pause, at: 2000 * toc.SectorSize}, err
}

type slowReader struct {
	io.ReadCloser
	pause time.Duration
	at    int
	slept bool
}

func (s *slowReader) Read(p []byte) (int, error) {
	if s.at <= 0 && !s.slept {
		s.slept = true
		time.Sleep(s.pause)
	}
	n, err := s.ReadCloser.Read(p)
	s.at -= n
	return n, err
}

// The engine's own time between two WRITEs, and in total.
func BenchmarkBurn(b *testing.B) {
	const sectors = 75 * 60 * 20
	b.SetBytes(sectors * toc.SectorSize)
	b.ReportAllocs()
	for b.Loop() {
		drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
		var inside, last time.Duration
		start := time.Now()
		var between time.Duration
		n := 0
		d, err := mmc.Open(context.Background(), timing{drive, func(op byte, do func()) {
			if op == command.OpWrite10 && last > 0 {
				between += time.Since(start) - last
				n++
			}
			before := time.Since(start)
			do()
			last = time.Since(start)
			inside += last - before
			if op != command.OpWrite10 {
				last = 0
			}
		}})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tao.Burn(context.Background(), d, []burn.Track{{Source: endless{"x", sectors * 588}}}, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(between.Nanoseconds())/float64(n), "ns-between-WRITEs")
	}
}

type timing struct {
	*sim.Drive
	on func(op byte, do func())
}

func (t timing) Do(ctx context.Context, req *scsi.Request) (res scsi.Result, err error) {
	t.on(req.CDB[0], func() { res, err = t.Drive.Do(ctx, req) })
	return res, err
}

// If the drive accepts everything in no time, samples are read back even if no verification
// was requested.
func TestImplausiblyFast(t *testing.T) {
	for name, want := range map[string]burn.Verdict{"modern": burn.VerdictSuccess, "swaps-bytes": burn.VerdictVerifyFailed} {
		p, err := sim.PersonalityByName(name)
		require.NoError(t, err)
		drive := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
		d, err := mmc.Open(context.Background(), frozen{drive})
		require.NoError(t, err)
		r, err := tao.Burn(context.Background(), d, album(), nil)
		require.Equal(t, want, r.Verdict, "%v", err)
		require.Contains(t, fmt.Sprint(r.Notes), notekind.TooFast)
		require.Equal(t, disc.VerifyNone, r.Verified.Asked)
		require.Equal(t, disc.VerifyQuick, r.Verified.Done)
	}
}

// frozen is a drive whose clock stops while it writes.
type frozen struct{ *sim.Drive }

func (f frozen) Now() time.Time { return time.Unix(1e9, 0) }

// A drive that reports the disc's next writable address for every track, and no sizes, and
// supports neither speeds nor page 2Ah.
func TestSloppyDrive(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		switch {
		case req.CDB[0] == command.OpSetCDSpeed, req.CDB[0] == command.OpGetPerformance,
			req.CDB[0] == command.OpModeSense10 && req.CDB[2]&0x3F == command.PageCapabilities,
			req.CDB[0] == command.OpPreventAllowMediumRemoval, req.CDB[0] == command.OpReadBufferCapacity:
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(5, 0x20, 0, false)}, nil
		}
		res, err := next()
		if req.CDB[0] == command.OpReadTrackInformation && err == nil && res.Status == scsi.Good && req.Data[6]&0x40 == 0 {
			req.Data[7] |= 1
			putUint32(req.Data[24:], 0)
		}
		return res, err
	}
	tracks := album()
	r, err := tao.Burn(context.Background(), b.drive, tracks, nil)
	require.NoError(t, err)
	b.holds(t, r, tracks)
	require.Zero(t, b.tap.count(command.OpCloseTrackSession)-1, "CLOSE SESSION only")
	require.Equal(t, disc.VerifyQuick, r.Verified.Done, "samples are read to make sure")
	require.Contains(t, fmt.Sprint(r.Notes), notekind.NoTrayLock)
}

// After a failed track, Release still closes the session, and doesn't report a success.
func TestReleaseAfterAFailedTrack(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{NoClose: true})
	_, err := w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	bad := &flaky{Source: track("two", 2, 400*588).Source, good: 1, after: 320 * toc.SectorSize, fail: errors.New("disk error")}
	row, err := w.AddAudioTrack(ctx, bad)
	is(t, err, burn.ErrSourceShort)
	require.Equal(t, burn.TrackShort, row.Status)
	require.Equal(t, toc.Sectors(320), row.Audio)
	r, err := w.Release(ctx)
	require.NoError(t, err)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.True(t, *r.Closed, "Release always closes")
	require.Equal(t, burn.TrackShort, r.Tracks[1].Status)
	require.Len(t, b.disc.Tracks(), 2)

	b, w = preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	_, err = w.AddAudioTrack(ctx, track("one", 1, 300*588).Source)
	require.NoError(t, err)
	b.tap.hook = func(_ int, req *scsi.Request, _ func() (scsi.Result, error)) (scsi.Result, error) {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errors.New("unplugged")}
	}
	_, err = w.AddAudioTrack(ctx, track("two", 2, 300*588).Source)
	is(t, err, burn.ErrDriveLost)
	_, err = w.AddAudioTrack(ctx, track("three", 3, 300*588).Source)
	is(t, err, burn.ErrDriveLost)
	r, err = w.Release(ctx)
	is(t, err, burn.ErrDriveLost)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
}

// How Burn checks the sources.
func TestCheck(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	var seen []burn.Checking
	o := &burn.Options{OnEvent: func(e burn.Event) {
		if c, ok := e.(burn.Checking); ok {
			seen = append(seen, c)
		}
	}, TestWrite: true}
	_, err := tao.Burn(t.Context(), b.drive, album(), o)
	require.NoError(t, err)
	last := seen[len(seen)-1]
	require.Equal(t, last.Total, last.Done)
	require.Equal(t, 3, last.Track)
	require.Equal(t, "three.wav", last.Name)
	bad := album()
	bad[1].Source = &flaky{Source: bad[1].Source, fail: errors.New("disk error")}
	_, err = tao.Burn(t.Context(), b.drive, bad, nil)
	is(t, err, burn.ErrBadInput, burn.ErrSourceShort)
	require.ErrorContains(t, err, "check track 2: two.wav")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = tao.Burn(ctx, b.drive, album(), nil)
	is(t, err, burn.ErrCanceled, context.Canceled)
	_, err = tao.Burn(ctx, b.drive, nil, nil)
	is(t, err, burn.ErrNoTracks)
}

// A nearly full calibration area is a warning. A failed calibration ends the burn before it
// starts.
func TestCalibration(t *testing.T) {
	for _, row := range []struct {
		key, asc, ascq byte
		ok             bool
	}{{1, 0x73, 0x01, true}, {3, 0x73, 0x01, true}, {5, 0x20, 0x00, true}, {6, 0x5A, 0x03, true}, {3, 0x73, 0x03, false}} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.CDB[0] == command.OpSendOPCInformation {
				return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(row.key, row.asc, row.ascq, false)}, nil
			}
			return next()
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{OPC: true})
		require.Equal(t, row.ok, err == nil, "%v", err)
		if row.ok {
			require.Contains(t, fmt.Sprint(r.Notes), notekind.Calibration)
		} else {
			is(t, err, asc.PowerCalibrationAreaError)
			require.True(t, b.disc.Summary().Blank)
		}
	}
}
