package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// A name that an error already contains isn't added, and an empty name adds nothing.
func TestNamesInErrors(t *testing.T) {
	cause := errors.New("cause")
	require.NoError(t, Name(nil, burn.ErrTimeout))
	require.Same(t, cause, Name(cause))
	require.Same(t, cause, Name(cause, nil, nil))
	named := Name(cause, nil, burn.ErrTimeout)
	require.ErrorIs(t, named, burn.ErrTimeout)
	require.ErrorIs(t, named, cause)
	require.EqualError(t, named, "cause")
	require.Same(t, named, Name(named, burn.ErrTimeout))
}

func TestClockText(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00", 59900 * time.Millisecond: "0:59", 200 * time.Second: "3:20", 3601 * time.Second: "60:01"} {
		require.Equal(t, want, clock(d))
	}
}

// bare is a transport that isn't comparable.
type bare struct{ list []int }

func (bare) Do(context.Context, *scsi.Request) (scsi.Result, error) { return scsi.Result{}, nil }
func (bare) Limits() scsi.Limits                                    { return scsi.Limits{} }
func (bare) Close() error                                           { return nil }

// A drive has one job at a time. This isn't checked for transports that aren't comparable.
func TestClaims(t *testing.T) {
	drive := &bare{list: []int{1}}
	release, err := claim(newWitness(drive), "one")
	require.NoError(t, err)
	_, err = claim(scsitest.NewRecorder(drive), "two")
	var locked *scsi.LockedError
	require.ErrorAs(t, err, &locked)
	require.Equal(t, "one", locked.Owner)
	releaseClaim, err := claim(&bare{list: []int{2}}, "another drive")
	require.NoError(t, err)
	require.NoError(t, releaseClaim())
	require.NoError(t, release())
	release, err = claim(drive, "two")
	require.NoError(t, err)
	require.NoError(t, release())
	for range 2 {
		releaseClaim, err := claim(scsitest.NewFaults(bare{}), "incomparable")
		require.NoError(t, err)
		defer func() { require.NoError(t, releaseClaim()) }()
	}
}

// fixed is a drive with the same answer to every command.
type fixed struct {
	bare
	res scsi.Result
	err error
}

func (f fixed) Do(context.Context, *scsi.Request) (scsi.Result, error) { return f.res, f.err }

// The witness passes every answer on unchanged, including those before an error.
func TestWitnessChangesNothing(t *testing.T) {
	for _, err := range []error{nil, errors.New("cut off")} {
		want := scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0}, N: 7}
		w := newWitness(fixed{res: want, err: err})
		got, gotErr := w.Do(context.Background(), &scsi.Request{CDBLen: 6})
		require.Equal(t, want, got)
		require.Equal(t, err, gotErr)
		require.NoError(t, w.Failed(mark{}), "its own error, not an earlier one's")
	}
}

// A change of the source in its last sector is detected, at any position in a WRITE.
func TestChangeInTheLastSector(t *testing.T) {
	for _, n := range []int{300, 324, 325, 326} {
		good := samples(1, n*588)
		j := jobOf(t, pcm.FromBytes("good", pcm.CDDA, good))
		bad := append([]byte(nil), good...)
		bad[len(bad)-1] ^= 1
		j.source = pcm.FromBytes("bad", pcm.CDDA, bad)
		f := newFIFO(1<<20, 27)
		r := f.start([]job{j})
		var last error
		for {
			c, err := r.next(t.Context(), func() {})
			require.NoError(t, err)
			end := c.last
			last = c.err
			r.put(c)
			if end {
				break
			}
		}
		require.ErrorIs(t, last, burn.ErrSourceChanged, "%d sectors", n)
		require.True(t, r.close())
	}
}

// Silence follows the last sample, even in a buffer that contained other audio.
func TestSilenceFollowsTheLastSample(t *testing.T) {
	f := newFIFO(1, 27) // two buffers
	short := numbered(100*588 + 17)
	r := f.start([]job{jobOf(t, numbered(300*588)), jobOf(t, short)})
	drain(t, r, 0)
	data, _ := drain(t, r, 1)
	require.Len(t, data, 300*toc.SectorSize)
	want := append(samples(1, 100*588+17), make([]byte, len(data)-(100*588+17)*4)...)
	require.True(t, bytes.Equal(want, data))
	require.True(t, r.close())
}

// unclosable is a source whose readers can't be closed.
type unclosable struct{ pcm.Source }

func (u unclosable) Open() (io.ReadCloser, error) {
	r, err := u.Source.Open()
	return struct {
		io.Reader
		io.Closer
	}{r, closes{errors.New("no such handle")}}, err
}

type closes struct{ err error }

func (c closes) Close() error { return c.err }

// A source that can't be closed counts as read, and so do the following ones.
func TestSourceThatCanNotBeClosed(t *testing.T) {
	f := newFIFO(1<<20, 27)
	j := jobOf(t, numbered(300*588))
	j.source = unclosable{j.source}
	r := f.start([]job{j, jobOf(t, numbered(400*588))})
	for track, want := range []int{300, 400} {
		data, _ := drain(t, r, track)
		require.Len(t, data, want*toc.SectorSize)
	}
	require.True(t, r.close())
	require.Equal(t, 0, (<-r.closed).job)
}

// After a while the engine abandons a source that hangs. Its buffers are lost to the next job.
func TestHangingReaderIsAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := &stuckSource{Source: numbered(400 * 588), release: make(chan struct{})}
		f := newFIFO(1<<20, 27)
		r := f.start([]job{{source: stuck, audio: 400}})
		began := time.Now()
		require.False(t, r.close())
		require.InDelta(t, readerGrace.Seconds(), time.Since(began).Seconds(), 0.1)
		close(stuck.release)
		<-r.ended
	})
}

// If the drive doesn't report the progress of a step, the step has no estimate. Closing has no
// track.
func TestProgressOfClosing(t *testing.T) {
	b := newMeterBench()
	b.expect(1000)
	b.track(3, 4500, 300)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 300)
	b.phase(burn.PhaseClose, burn.ActionFinishing, 700)
	b.after(time.Second)
	require.Zero(t, b.last.Remaining)
	require.Equal(t, []int{0, 0, 0}, []int{b.last.Track, int(b.last.StartLBA), int(b.last.SectorCount)})
}

// A verification doesn't report more often than due, whatever is read; and it reports its end.
func TestVerificationReportsWhenDue(t *testing.T) {
	b := newMeterBench()
	events := 0
	b.on = func(burn.Event) { events++ }
	b.expect(1000)
	b.phase(burn.PhaseVerify, burn.ActionVerifying, 1000)
	events = 0
	for done := range toc.Sectors(100) {
		b.clock.now = b.clock.now.Add(10 * time.Millisecond)
		b.verifying(inspect.VerifyProgress{Track: 1, Sectors: 100, Done: done, Total: 100})
	}
	require.Positive(t, events)
	require.LessOrEqual(t, events, 3)
	b.active = false
	events = 0
	b.verifying(inspect.VerifyProgress{Track: 1, Sectors: 100, Done: 100, Total: 100})
	require.Zero(t, events, "nothing is sent after the call")
}

// The progress that a drive reports is valid until it reports another value.
func TestProgressOfABusyDrive(t *testing.T) {
	b := newMeterBench()
	l := &line{m: b.meter}
	l.poll(0.5, true)
	require.InDelta(t, 0.5, b.frac, 1e-9)
	l.poll(0, false)
	require.InDelta(t, 0.5, b.frac, 1e-9)
}

// After a test write every difference of the disc counts.
func TestDiscIsUnchanged(t *testing.T) {
	was := blankDisc()
	require.True(t, unchanged(blankDisc(), was))
	for name, change := range map[string]func(*disc.Disc){
		"another kind":    func(d *disc.Disc) { d.Media = fact(mmc.MediaCDRW) },
		"another state":   func(d *disc.Disc) { d.Status = fact(mmc.DiscIncomplete) },
		"another session": func(d *disc.Disc) { d.Sessions = fact(d.Sessions.Value + 1) },
		"a track":         func(d *disc.Disc) { d.Tracks = []disc.Track{on(1, 300, disc.TrackComplete)} },
		"another address": func(d *disc.Disc) { d.Next.Value.NWA++ },
	} {
		now := blankDisc()
		change(&now)
		require.False(t, unchanged(now, was), name)
	}
}

// Even one sector of padding is noted.
func TestPaddingIsPointedOut(t *testing.T) {
	for sectors, want := range map[int]int{299: 1, 300: 0} {
		p, err := planApart(blankDisc(), []burn.Track{{Source: pcm.Silence("s.wav", int64(sectors)*588)}}, &burn.Options{})
		require.NoError(t, err)
		got := 0
		for _, n := range p.Notes {
			if n.Kind == notekind.Padded {
				got = n.Got
			}
		}
		require.Equal(t, want, got)
	}
}

// A track that the drive shows can be one of this job with either of its starts: with index 1,
// or with the hidden audio before it.
func TestWhichTracksBelongToTheJob(t *testing.T) {
	hidden := &Task{Number: 1, Start: 0, Hidden: 500, Sent: 2000}
	o := identity{before: &disc.Disc{}, begun: []*Task{hidden}}
	shown := func(start, reported toc.LBA) disc.Track {
		return disc.Track{Number: 1, Start: start, Origin: disc.Reported, Shown: disc.Shown{Known: true, Start: reported}}
	}
	require.True(t, o.owns(shown(500, 0)))
	require.True(t, o.owns(shown(0, 0)))
	require.True(t, o.owns(shown(350, 500)))
	require.False(t, o.owns(shown(400, 400)))
	other := shown(500, 500)
	other.Number = 2
	require.False(t, o.owns(other))
	other.Origin = disc.Unknown
	require.True(t, o.owns(other), "recording may continue there")
}

// Another disc is reported with the drive's sense data.
func TestWitnessOfAnotherDisc(t *testing.T) {
	w := newWitness(fixed{res: scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x28, 1, 0, 0, 0, 0}}})
	_, changed := w.Changed(mark{})
	require.False(t, changed)
	_, err := w.Do(context.Background(), &scsi.Request{CDBLen: 6})
	require.NoError(t, err)
	sense, changed := w.Changed(mark{})
	require.True(t, changed)
	require.Equal(t, "6/28/01", sense.Triple())
	_, changed = w.Changed(w.Now())
	require.False(t, changed)
	require.False(t, w.Reset(mark{}))
}

// A WRITE that was accepted has no error. One that wasn't has all known causes.
func TestErrorOfASettledWrite(t *testing.T) {
	err, ask := errors.New("write"), errors.New("address")
	require.NoError(t, orNil(true, err, ask))
	require.Equal(t, err, orNil(false, err, nil))
	both := orNil(false, err, ask)
	require.ErrorIs(t, both, err)
	require.ErrorIs(t, both, ask)
}
