package journal_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// stubborn is a drive that refuses the first WRITE with this sense.
type stubborn struct {
	scsi.Transport
	sense  []byte
	writes int
}

func (s *stubborn) Unwrap() scsi.Transport { return s.Transport }

func (s *stubborn) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.CDB[0] == 0x2A {
		if s.writes++; s.writes == 1 {
			return scsi.Result{Status: scsi.CheckCondition, Sense: s.sense}, nil
		}
	}
	return s.Transport.Do(ctx, req)
}

func fixedSense(key, asc, ascq byte) []byte {
	return []byte{0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0}
}

// A drive that doesn't continue an interrupted track leaves a fragment, and the whole track
// is written again. A write error there ends the resumption, and the next one finds the
// fragment.
func TestResumeRefusedContinuation(t *testing.T) {
	s := *scenes["plain"]
	at := continuedAt(t, &s)
	for name, c := range map[string]struct {
		sense []byte
		first error
	}{
		"invalid address for write": {fixedSense(5, 0x21, 2), nil},
		"sequence error":            {fixedSense(5, 0x2C, 0), nil},
		"write error":               {fixedSense(3, 0x0C, 0), burn.ErrWriteFailed},
	} {
		l := s.run(t, killAfter, at)
		l.again(t)
		l.file.Dead = false
		k, job, err := journal.ReopenIn(l.file)
		require.NoError(t, err)
		d, err := mmc.Open(context.Background(), &stubborn{Transport: l.drive, sense: c.sense})
		require.NoError(t, err)
		rep, err := tao.Resume(context.Background(), d, s.tracks, &burn.Options{OnEvent: k.Event}, job.Interrupted())
		if c.first != nil {
			require.ErrorIs(t, err, c.first, name)
			var out outcome
			s.resume(t, l, killAfter, name, &out)
			require.Equal(t, 1, out.fragments, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, rep.Verdict, "%s %+v", name, rep.Tracks)
		require.Len(t, l.disc.Tracks(), len(s.tracks)+1, name)
		for i, row := range rep.Tracks {
			require.Equal(t, burn.TrackOK, row.Status, name)
			require.NoError(t, holds(l.disc, row.Start, s.tracks[i].Source), name)
		}
	}
}

// continuedAt is a command at which a killed program leaves a track that can be continued.
func continuedAt(t *testing.T, s *scene) int {
	for at := 100; at < 250; at++ {
		l := s.run(t, killAfter, at)
		j, err := journal.JobIn(l.file.Bytes)
		require.NoError(t, err)
		p, err := tao.MakeResumePlan(context.Background(), l.again(t), s.tracks, nil, j.Interrupted())
		require.NoError(t, err)
		for _, r := range p.Album {
			if r.Fate == burn.FateContinue && r.Sectors > 0 && r.Sectors < 90 { // sound is missing
				return at
			}
		}
	}
	t.Fatal("no track can be continued")
	return 0
}

// atOnce burns session-at-once and is killed after a command.
func atOnce(t *testing.T, at int) (*left, []burn.Track) {
	tracks, err := sao.Seamless(theAlbum)
	require.NoError(t, err)
	l := &left{disc: sim.NewDisc(sim.CDR80), file: &journal.Memory{}}
	l.drive = sim.New(sim.Config{Disc: l.disc})
	f := &fate{drive: l.drive, blow: killAfter, at: at, file: l.file}
	d, err := mmc.Open(context.Background(), f)
	require.NoError(t, err)
	k, err := journal.KeepIn(l.file, &journal.Begin{})
	require.NoError(t, err)
	_, l.err = sao.Burn(context.Background(), d, tracks, &burn.Options{OnEvent: k.Event}, sao.Text{})
	l.count = f.n
	return l, tracks
}

// Session-at-once is not resumed: the error reports whether the disc is still blank. A
// completed session is only verified.
func TestResumeSessionAtOnce(t *testing.T) {
	clean, tracks := atOnce(t, 0)
	require.NoError(t, clean.err)
	verified, lost, blank := 0, 0, 0
	for at := 12; at <= clean.count; at += 7 {
		l, _ := atOnce(t, at)
		j, err := journal.JobIn(l.file.Bytes)
		require.NoError(t, err)
		was := j.Interrupted()
		if was == nil {
			continue
		}
		require.Equal(t, burn.ModeSAO, was.Mode)
		before := l.disc.Tracks()
		d := l.again(t)
		rep, err := sao.Resume(context.Background(), d, tracks, &burn.Options{Verify: disc.VerifyFull}, was)
		if err == nil {
			require.Equal(t, burn.VerdictSuccess, rep.Verdict)
			require.Equal(t, disc.VerifyFull, rep.Verified.Done)
			require.True(t, l.disc.Summary().Finalized)
			verified++
			continue
		}
		require.ErrorIs(t, err, burn.ErrNotResumable, "command %d", at)
		var r *burn.RemainsError
		require.ErrorAs(t, err, &r)
		require.Equal(t, burn.ModeSAO, r.Mode)
		require.Len(t, r.Missing, len(tracks))
		if r.Blank {
			blank++
			require.True(t, l.disc.Summary().Blank)
		} else {
			lost++
		}
		require.Equal(t, before, l.disc.Tracks())
	}
	require.Positive(t, verified)
	require.Positive(t, lost)
	require.Positive(t, blank)
}

// The report of a resumption is based on a look after its last track, also if the session
// stays open.
func TestResumeReportsTheDiscAsItIsNow(t *testing.T) {
	s := *scenes["plain"]
	l := s.run(t, killAfter, continuedAt(t, &s))
	d := l.again(t)
	l.file.Dead = false
	k, job, err := journal.ReopenIn(l.file)
	require.NoError(t, err)
	o := &burn.Options{OnEvent: k.Event, NoClose: true}
	rep, err := tao.Resume(context.Background(), d, s.tracks, o, job.Interrupted())
	require.NoError(t, err)
	require.Len(t, rep.OnDisc, len(l.disc.Tracks()))
	require.Len(t, rep.After.Tracks, len(l.disc.Tracks()))
	for _, on := range rep.After.Tracks {
		require.Equal(t, disc.TrackComplete, on.State, "track %d", on.Number)
	}
}
