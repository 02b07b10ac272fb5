package journal_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// noise is a source without repetition.
func noise(seed uint64, frames int) pcm.Source {
	b := make([]byte, frames*4)
	r := rand.New(rand.NewPCG(seed, 7))
	for i := 0; i < len(b); i += 4 {
		binary.LittleEndian.PutUint32(b[i:], r.Uint32())
	}
	return pcm.FromBytes(fmt.Sprintf("song %d", seed), pcm.CDDA, b)
}

// theAlbum is the album to burn: one track whose last sector isn't full, one that is padded
// to four seconds, one of exactly four seconds, and a longer one.
var theAlbum = []burn.Track{
	{Source: noise(1, 310*588-5)}, {Source: noise(2, 100*588)}, {Source: noise(3, 300*588)}, {Source: noise(4, 350*588)},
}

// blow is the failure at a command.
type blow string

const (
	killBefore blow = "kill before"  // the program is killed before the command is sent
	killAfter  blow = "kill after"   // it is killed after the command was carried out
	powerCut   blow = "power cut"    // computer and drive lose power
	driveCut   blow = "drive off"    // only the drive loses power, for a moment
	unplugged  blow = "unplugged"    // the drive is unplugged, and the program continues
	suspended  blow = "suspended"    // the drive was reset while the computer slept
	tornRecord blow = "torn journal" // as kill after, in the middle of a journal record
)

var everyBlow = []blow{killBefore, killAfter, powerCut, driveCut, unplugged, suspended, tornRecord}

// fate sits between the engine and the drive.
type fate struct {
	drive *sim.Drive
	blow  blow
	at    int // the number of the failing command, from 1
	n     int
	file  *journal.Memory
	gone  bool
}

func (f *fate) Unwrap() scsi.Transport { return f.drive }
func (f *fate) Limits() scsi.Limits    { return f.drive.Limits() }
func (f *fate) Close() error           { return nil }

var errGone = errors.New("no such device")

func (f *fate) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	f.n++
	lost := func() (scsi.Result, error) {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errGone}
	}
	if f.gone {
		return lost()
	}
	if f.n != f.at {
		return f.drive.Do(ctx, req)
	}
	switch f.blow {
	case killBefore:
		f.gone, f.file.Dead = true, true
		return lost()
	case killAfter, tornRecord:
		_, _ = f.drive.Do(ctx, req)
		f.gone, f.file.Dead = true, true
		if n := len(f.file.Bytes); f.blow == tornRecord && n > 40 {
			f.file.Bytes = f.file.Bytes[:n-17]
		}
		return lost()
	case powerCut:
		f.drive.PowerCycle()
		f.gone, f.file.Dead = true, true
		return lost()
	case driveCut:
		f.drive.PowerCycle()
	case suspended:
		f.drive.Reset()
	case unplugged:
		f.drive.PowerCycle() // it is powered through its cable
		f.gone = true
		return lost()
	}
	return f.drive.Do(ctx, req)
}

// scene is a burn with one failure.
type scene struct {
	media       sim.Media
	personality string
	options     burn.Options
	tracks      []burn.Track
	cut         int           // the disk is full after this many bytes of the journal
	before      *burn.Options // a track is already on the disc, burned like this
}

// prepare burns the tracks that are on the disc before.
func (s *scene) prepare(t require.TestingT, disc *sim.Disc) {
	drive := sim.New(sim.Config{Disc: disc})
	d, err := mmc.Open(context.Background(), drive)
	require.NoError(t, err)
	_, err = tao.Burn(context.Background(), d, []burn.Track{{Source: noise(9, 320*588)}}, s.before)
	require.NoError(t, err)
	drive.Eject()
}

// left is the state after the interrupted burn.
type left struct {
	disc  *sim.Disc
	drive *sim.Drive
	file  *journal.Memory
	count int // commands
	had   int // tracks on the disc before
	rep   burn.Report
	err   error
}

func (s *scene) run(t require.TestingT, b blow, at int) *left {
	l := &left{disc: sim.NewDisc(s.media), file: &journal.Memory{Cut: s.cut}}
	p, err := sim.PersonalityByName(s.personality)
	require.NoError(t, err)
	if s.before != nil {
		s.prepare(t, l.disc)
		l.had = 1
	}
	l.drive = sim.New(sim.Config{Disc: l.disc, Personality: p})
	f := &fate{drive: l.drive, blow: b, at: at, file: l.file}
	d, err := mmc.Open(context.Background(), f)
	if err != nil {
		l.err, l.count = err, f.n
		return l
	}
	k, err := journal.KeepIn(l.file, &journal.Begin{Device: "sim:", Args: []string{"/music"}})
	require.NoError(t, err)
	o := s.options
	o.OnEvent, o.FIFO = k.Event, 256<<10
	l.rep, l.err = tao.Burn(context.Background(), d, s.tracks, &o)
	l.count = f.n
	return l
}

// release lets the next disc reuse the memory of this one.
func (l *left) release() {
	l.drive.Eject()
	_ = l.disc.Close()
}

// again is a new program on the same drive, after the time that a user needs.
func (l *left) again(t require.TestingT) *mmc.Drive {
	require.NoError(t, l.drive.Sleep(context.Background(), 5*time.Minute))
	l.drive.Settle(context.Background())
	_ = l.drive.Unlock()
	d, err := mmc.Open(context.Background(), l.drive)
	require.NoError(t, err)
	return d
}

// holds reports whether a track of the disc equals its source, as the simulator sees it.
func holds(d *sim.Disc, at toc.LBA, src pcm.Source) error {
	r, err := src.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	var want, got [27 * toc.SectorSize]byte
	for n := int(max(pcm.Sectors(src), placing.MinTrack)); n > 0; n -= 27 {
		part := min(n, 27) * toc.SectorSize
		had, err := io.ReadFull(r, want[:part])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		clear(want[had:part])
		if err := d.ReadSectors(at, got[:part]); err != nil {
			return err
		}
		if !bytes.Equal(got[:part], want[:part]) {
			return errors.New("it holds other audio")
		}
		at += 27
	}
	return nil
}

// looksRight compares the result of a Look with the true contents.
func looksRight(t require.TestingT, d *mmc.Drive, l *left, name string) {
	on, err := inspect.Look(context.Background(), d, nil)
	require.NoError(t, err, name)
	truth := l.disc.Tracks()
	require.Len(t, on.Tracks, len(truth), name)
	for i, have := range truth {
		require.Equal(t, have.Start, on.Tracks[i].Start, name)
		require.Equal(t, have.State == "complete", on.Tracks[i].State == disc.TrackComplete, name)
	}
	if s := l.disc.Summary(); !s.Blank {
		closed, known := on.Closed()
		require.True(t, known, name)
		open := truth[len(truth)-1].Session > len(l.disc.Sessions())
		require.Equal(t, !open, closed, name)
	}
}

// closes closes the disc that was left.
func (s *scene) closes(t require.TestingT, b blow, at int, name string) {
	l := s.run(t, b, at)
	defer l.release()
	d := l.again(t)
	looksRight(t, d, l, name)
	whole := map[int]toc.LBA{}
	for _, have := range l.disc.Tracks() {
		if have.State == "complete" {
			whole[have.Number] = have.Start
		}
	}
	_, err := tao.CloseDisc(context.Background(), d, nil)
	if l.disc.Summary().Blank {
		require.ErrorIs(t, err, burn.ErrUnsuitableDisc, name)
		return
	}
	if errors.Is(err, burn.ErrNothingToClose) {
		require.True(t, l.disc.Summary().Finalized || len(l.disc.Tracks()) == l.had, name)
		return
	}
	require.NoError(t, err, name)
	require.True(t, l.disc.Summary().Finalized, name)
}

// outcome counts the outcomes of the runs.
type outcome struct {
	runs, untouched, finished, fragments, continued int
}

// resumes finishes the burn, and compares the result with the sources.
func (s *scene) resumes(t require.TestingT, b blow, at int, name string, out *outcome) {
	l := s.run(t, b, at)
	defer l.release()
	s.resume(t, l, b, name, out)
}

func (s *scene) resume(t require.TestingT, l *left, b blow, name string, out *outcome) {
	d := l.again(t)
	out.runs++
	if len(l.file.Bytes) == 0 {
		require.Len(t, l.disc.Tracks(), l.had, name)
		out.untouched++
		return
	}
	l.file.Dead, l.file.Cut = false, 0
	k, job, err := journal.ReopenIn(l.file)
	if errors.Is(err, journal.ErrNotJournal) {
		require.Len(t, l.disc.Tracks(), l.had, name)
		out.untouched++
		return
	}
	require.NoError(t, err, name)
	was := job.Interrupted()
	o := s.options
	o.OnEvent, o.FIFO = k.Event, 256<<10
	if was == nil {
		require.True(t, len(l.disc.Tracks()) == l.had || b == tornRecord, name) // RESERVE TRACK may be on it
		out.untouched++
		return
	}
	rep, err := tao.Resume(context.Background(), d, s.tracks, &o, was)
	require.NoError(t, err, "%s\n%+v\n%+v", name, rep.Notes, l.disc.Tracks())
	require.Equal(t, burn.VerdictSuccess, rep.Verdict, name)
	require.Len(t, rep.Tracks, len(s.tracks), name)
	last := 0
	for i, row := range rep.Tracks {
		require.Equal(t, burn.TrackOK, row.Status, name)
		require.Greater(t, row.Number, last, name)
		last = row.Number
		require.NoError(t, holds(l.disc, row.Start, s.tracks[i].Source), "%s: track %d", name, i+1)
		for _, n := range row.Notes {
			if n.Kind == notekind.Continued {
				out.continued++
			}
		}
	}
	require.True(t, l.disc.Summary().Finalized, name)
	fragments := 0
	for _, n := range rep.Notes {
		if n.Kind == notekind.Fragment {
			fragments++
		}
	}
	require.Equal(t, l.had+len(s.tracks)+fragments, len(l.disc.Tracks()), name)
	if fragments > 0 {
		out.fragments++
	}
	out.finished++
	require.False(t, k.Unfinished(), name)
}

var scenes = map[string]*scene{
	"plain":   {media: sim.CDR80, personality: "modern", tracks: theAlbum},
	"reserve": {media: sim.CDR80, personality: "modern", tracks: theAlbum[:3], options: burn.Options{Reserve: burn.ReserveAlways}},
	"append": {
		media: sim.CDR80, personality: "modern", tracks: theAlbum[:2], options: burn.Options{Append: true}, before: &burn.Options{NoClose: true},
	},
	"next session": {
		media: sim.CDR80, personality: "modern", tracks: theAlbum[:2], options: burn.Options{Append: true}, before: &burn.Options{MultiSession: true},
	},
	"cd-rw": {media: sim.CDRW80, personality: "modern", tracks: theAlbum[:3]},
}

// stride is the distance between the commands at which a test interrupts a burn: for all of
// it (make interrupt), for go test, and for go test -short.
func stride(all, usual, short int) int {
	switch {
	case os.Getenv("REDBOOK_INTERRUPT") == "all":
		return all
	case race.Enabled:
		return 5 * short
	case testing.Short():
		return short
	}
	return usual
}

// For every failure at every command of a burn: Look finds the true state of the disc,
// closing it works, and Resume completes the album, with each track equal to its source.
func TestInterruptedAtEveryCommand(t *testing.T) {
	for title, s := range scenes {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			clean := s.run(t, "", 0)
			require.NoError(t, clean.err)
			var out outcome
			for _, b := range everyBlow {
				step := stride(1, 7, 79)
				for at := 1; at <= clean.count; at += step {
					name := fmt.Sprintf("%s: %s at command %d of %d", title, b, at, clean.count)
					s.closes(t, b, at, name)
					s.resumes(t, b, at, name, &out)
				}
			}
			t.Logf("%s: %+v", title, out)
		})
	}
}

func lookAt(t require.TestingT, l *left) disc.Disc {
	on, err := inspect.Look(context.Background(), l.again(t), nil)
	require.NoError(t, err)
	return on
}

// A disk that is full at any record of the journal, and then an interrupted burn: tracks
// without a record are found by reading them back.
func TestInterruptedWithFullDisk(t *testing.T) {
	s := *scenes["plain"]
	clean := s.run(t, "", 0)
	require.NoError(t, clean.err)
	step := stride(13, 31, 131)
	var out outcome
	for i, b := range clean.file.Bytes {
		if s.cut = i + 20; b != '\n' || i < 200 {
			continue
		}
		for _, b := range []blow{killAfter, powerCut, driveCut} {
			for at := 10; at <= clean.count; at += step {
				s.resumes(t, b, at, fmt.Sprintf("full after %d bytes, %s at command %d", s.cut, b, at), &out)
			}
		}
	}
	t.Logf("%+v", out)
}

// A resumption that is interrupted itself, at any of its commands, and the next one too: in
// the end the album is complete.
func TestInterruptedAgain(t *testing.T) {
	s := scenes["plain"]
	clean := s.run(t, "", 0)
	require.NoError(t, clean.err)
	var out outcome
	step := stride(3, 17, 67)
	for _, b := range []blow{killAfter, powerCut, unplugged} {
		for at := step; at < 260; at += step {
			l := s.run(t, b, clean.count*2/3)
			if !s.interruptResume(t, l, b, at) || !s.interruptResume(t, l, b, at/2+10) {
				continue // it completed
			}
			s.resume(t, l, b, fmt.Sprintf("resumed twice, %s at command %d", b, at), &out)
		}
	}
	t.Logf("%+v", out)
}

// interruptResume resumes and is interrupted; false if it completed.
func (s *scene) interruptResume(t require.TestingT, l *left, b blow, at int) bool {
	l.again(t)
	l.file.Dead, l.file.Cut = false, 0
	k, job, err := journal.ReopenIn(l.file)
	require.NoError(t, err)
	d, err := mmc.Open(context.Background(), &fate{drive: l.drive, blow: b, at: at, file: l.file})
	if err != nil {
		return true
	}
	o := s.options
	o.OnEvent, o.FIFO = k.Event, 256<<10
	_, err = tao.Resume(context.Background(), d, s.tracks, &o, job.Interrupted())
	return err != nil
}
