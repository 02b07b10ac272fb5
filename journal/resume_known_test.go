package journal_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// anotherAlbum has the lengths of theAlbum.
var anotherAlbum = []burn.Track{
	{Source: noise(11, 310*588-5)}, {Source: noise(12, 100*588)}, {Source: noise(13, 300*588)}, {Source: noise(14, 350*588)},
}

// watched counts the commands of a resumption by their opcode.
type watched struct {
	scsi.Transport
	ops   map[byte]int
	where func(at, n toc.LBA) bool // READ CD of these sectors fails
}

func (w *watched) Unwrap() scsi.Transport { return w.Transport }

func (w *watched) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	w.ops[req.CDB[0]]++
	if req.CDB[0] == command.OpReadCD && w.where != nil {
		at := toc.LBA(int32(binary.BigEndian.Uint32(req.CDB[2:])))
		if w.where(at, toc.LBA(req.CDB[7])<<8|toc.LBA(req.CDB[8])) {
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(3, 0x11, 0)}, nil
		}
	}
	return w.Transport.Do(ctx, req)
}

// changing are the commands that change a disc: WRITE, RESERVE TRACK, REPAIR TRACK, CLOSE
// TRACK SESSION, BLANK.
var changing = []byte{0x2A, 0x53, 0x58, 0x5B, 0xA1}

// reload removes the disc and inserts it again: until then some drives don't read it,
// because they are still writing.
func (l *left) reload(t *testing.T) {
	t.Helper()
	l.again(t)
	l.drive.Eject()
	require.NoError(t, l.drive.Insert(l.disc))
}

// resumeOn resumes the album of a journal with the disc that l left.
func resumeOn(t *testing.T, j *journal.Job, l *left, tracks []burn.Track, where func(at, n toc.LBA) bool) (burn.Report, *watched, error) {
	t.Helper()
	l.again(t)
	w := &watched{Transport: l.drive, ops: map[byte]int{}, where: where}
	d, err := mmc.Open(context.Background(), w)
	require.NoError(t, err)
	rep, err := tao.Resume(context.Background(), d, tracks, &burn.Options{FIFO: 256 << 10}, j.Interrupted())
	return rep, w, err
}

// leaves is a burn of the scene with a failure that leaves this many complete tracks and, if
// cut is set, a part of another one after a reload; it also returns the command.
func (s *scene) leaves(t *testing.T, b blow, commands, tracks int, cut bool) (*left, *journal.Job, int) {
	t.Helper()
	for at := commands / 8; at < commands; at += max(commands/16, 1) {
		l := s.run(t, b, at)
		if len(l.file.Bytes) == 0 {
			continue
		}
		if cut {
			l.reload(t)
		}
		j, err := journal.JobIn(l.file.Bytes)
		require.NoError(t, err)
		if whole, _ := j.Tracks(); whole == tracks && len(j.Begun) > 0 && (!cut || len(l.disc.Tracks()) > tracks) {
			return l, j, at
		}
	}
	t.Fatalf("no command leaves %d tracks", tracks)
	return nil, nil, 0
}

// The disc of another album whose tracks have the same lengths is recognized by its audio,
// on every drive that reads an open session, and no command that changes it is sent.
func TestAnotherAlbumOfTheSameLengths(t *testing.T) {
	for i, p := range sim.Personalities() {
		if stride(1, 1, 4) > 1 && i%4 != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			s := &scene{media: sim.CDR80, personality: p.Name, tracks: theAlbum[:3]}
			clean := s.run(t, "", 0)
			if clean.err != nil || p.OpenUnreadable {
				t.Skip("it doesn't burn correctly, or doesn't read an open session")
			}
			_, j, at := s.leaves(t, killAfter, clean.count, 1, false)
			s.tracks = anotherAlbum[:3]
			other := s.run(t, killAfter, at)
			other.reload(t)
			before := other.disc.Tracks()
			_, w, err := resumeOn(t, j, other, theAlbum[:3], nil)
			var e *burn.OtherDiscError
			require.ErrorAs(t, err, &e)
			require.Equal(t, burn.OtherDiscError{Kind: "audio", Track: 1}, *e)
			for _, op := range changing {
				require.Zero(t, w.ops[op])
			}
			require.Equal(t, before, other.disc.Tracks())
		})
	}
}

// An unreadable place is not a difference, and is noted. For a drive that reads none of
// the tracks there is a single note, after a few commands.
func TestKeptTrackThatCannotBeRead(t *testing.T) {
	s := *scenes["plain"]
	_, _, at := s.leaves(t, killAfter, 300, 2, false)
	for name, c := range map[string]struct {
		where func(at, n toc.LBA) bool
		notes []burn.Note
		reads int
	}{
		"one sector": {
			func(at, n toc.LBA) bool { return at <= 110 && at+n > 110 },
			[]burn.Note{{Kind: notekind.KeptUnread, Track: 1, Got: 103}}, 6,
		},
		"nothing": {func(at, _ toc.LBA) bool { return true }, []burn.Note{{Kind: notekind.KeptUnread}}, 6},
		"all can": {nil, nil, 6},
	} {
		l := s.run(t, killAfter, at)
		j, err := journal.JobIn(l.file.Bytes)
		require.NoError(t, err)
		reads := 0
		rep, _, err := resumeOn(t, j, l, s.tracks, func(at, n toc.LBA) bool {
			reads++
			return c.where != nil && reads <= c.reads && c.where(at, n)
		})
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, rep.Verdict)
		var notes []burn.Note
		for _, n := range rep.Notes {
			if n.Kind == notekind.KeptUnread {
				notes = append(notes, n)
			}
		}
		assert.Equal(t, c.notes, notes, name)
		for i, row := range rep.Tracks {
			require.NoError(t, holds(l.disc, row.Start, s.tracks[i].Source), name)
		}
	}
}

// Another album is recognized even without a complete track: by the beginning of the
// interrupted one, once the drive has ended it and can read it. The right disc isn't
// refused.
func TestPartOfAnotherAlbum(t *testing.T) {
	long := []burn.Track{{Source: noise(21, 900*588)}, theAlbum[1]}
	s := &scene{media: sim.CDR80, personality: "busy-2-04-07", tracks: long} // it has a small buffer
	l, j, at := s.leaves(t, killAfter, 120, 0, true)
	s.tracks = []burn.Track{{Source: noise(22, 900*588)}, anotherAlbum[1]}
	other := s.run(t, killAfter, at)
	other.reload(t)
	_, w, err := resumeOn(t, j, other, long, nil)
	var e *burn.OtherDiscError
	require.ErrorAs(t, err, &e)
	require.Equal(t, burn.OtherDiscError{Kind: "audio", Track: 1}, *e)
	require.Zero(t, w.ops[command.OpWrite10])

	rep, _, err := resumeOn(t, j, l, long, nil)
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, rep.Verdict)
}

// Tracks written in several drives, each with its own offset, and read in yet another one
// are recognized as the album's.
func TestKeptTracksOfSeveralDrives(t *testing.T) {
	s := *scenes["plain"]
	l, _, _ := s.leaves(t, powerCut, 300, 1, false)
	l.file.Dead = false
	for _, offset := range []int{667, -582} {
		l.drive.Eject()
		p, err := sim.PersonalityByName("")
		require.NoError(t, err)
		p.WriteOffset, p.ReadOffset = offset, 102
		l.drive = sim.New(sim.Config{Disc: l.disc, Personality: p})
		k, job, err := journal.ReopenIn(l.file)
		require.NoError(t, err)
		d := l.again(t)
		rep, err := tao.Resume(context.Background(), d, s.tracks, &burn.Options{OnEvent: k.Event, NoClose: true, Verify: disc.VerifyNone}, job.Interrupted())
		require.NoError(t, err, "%+v", rep.Notes)
		require.NotErrorIs(t, err, burn.ErrOtherDisc)
	}
}
