package journal_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// On every simulated drive that burns correctly: a burn interrupted at some of its
// commands can be finished.
func TestInterruptedOnEveryDrive(t *testing.T) {
	for i, p := range sim.Personalities() {
		if testing.Short() && i%9 != 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			s := &scene{media: sim.CDR80, personality: p.Name, tracks: theAlbum[:3], options: burn.Options{Verify: disc.VerifyQuick}}
			clean := s.run(t, "", 0)
			if clean.err != nil {
				t.Skipf("it doesn't burn correctly: %v", clean.err)
			}
			var out outcome
			step := stride(max(clean.count/24, 1), max(clean.count/6, 1), max(clean.count/3, 1))
			for _, b := range []blow{killAfter, powerCut} {
				for at := step; at <= clean.count; at += step {
					s.resumes(t, b, at, fmt.Sprintf("%s: %s at command %d of %d", p.Name, b, at, clean.count), &out)
				}
			}
			t.Logf("%+v", out)
		})
	}
}

// left150 is a burn whose program was killed in the middle.
func left150(t *testing.T, s *scene) (*left, *journal.Job, *mmc.Drive) {
	l := s.run(t, killAfter, 150)
	j, err := journal.JobIn(l.file.Bytes)
	require.NoError(t, err)
	return l, j, l.again(t)
}

// A changed source is reported, and nothing is sent to the drive.
func TestResumeChangedSource(t *testing.T) {
	s := scenes["plain"]
	l, j, d := left150(t, s)
	before := l.disc.Tracks()
	tracks := append([]burn.Track(nil), s.tracks...)
	tracks[1].Source = noise(77, 100*588)
	tracks[3].Source = noise(78, 350*588)
	rep, err := tao.Resume(context.Background(), d, tracks, nil, j.Interrupted())
	require.ErrorIs(t, err, burn.ErrSourceChanged)
	var changed *burn.ChangedError
	require.ErrorAs(t, err, &changed)
	require.Equal(t, []int{2, 4}, changed.Tracks)
	require.Equal(t, []string{"song 77", "song 78"}, changed.Names)
	require.Equal(t, burn.TrackChanged, rep.Tracks[1].Status)
	require.Equal(t, before, l.disc.Tracks())
	_, err = tao.Resume(context.Background(), d, tracks[:3], nil, j.Interrupted())
	require.ErrorIs(t, err, burn.ErrSourceChanged)
}

// Another disc is refused, with the difference, and is unchanged.
func TestResumeOtherDisc(t *testing.T) {
	s := scenes["plain"]
	_, j, _ := left150(t, s)
	swapped := *s
	swapped.tracks = []burn.Track{s.tracks[3], s.tracks[0], s.tracks[1], s.tracks[2]}
	smaller := *s
	smaller.media = sim.CDR74
	for want, l := range map[burn.OtherDiscKind]*left{
		"blank":  {drive: sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})},
		"length": swapped.run(t, killAfter, 150), // its first track is longer
		"maker":  smaller.run(t, killAfter, 150),
		"media":  scenes["cd-rw"].run(t, killAfter, 150),
	} {
		d := l.again(t)
		before := l.drive.Disc().Tracks()
		_, err := tao.MakeResumePlan(context.Background(), d, s.tracks, nil, j.Interrupted())
		require.ErrorIs(t, err, burn.ErrOtherDisc, string(want))
		_, err = tao.Resume(context.Background(), d, s.tracks, nil, j.Interrupted())
		var other *burn.OtherDiscError
		require.ErrorAs(t, err, &other, string(want))
		require.Equal(t, want, other.Kind)
		require.Equal(t, before, l.drive.Disc().Tracks())
	}
}

// An album whose disc has been closed in the meantime can't be finished: the error lists
// the tracks on it.
func TestResumeClosed(t *testing.T) {
	s := scenes["plain"]
	l, j, d := left150(t, s)
	_, err := tao.CloseDisc(context.Background(), d, nil)
	require.NoError(t, err)
	_, err = tao.Resume(context.Background(), d, s.tracks, nil, j.Interrupted())
	require.ErrorIs(t, err, burn.ErrNotResumable)
	require.ErrorIs(t, err, burn.ErrFinalized)
	var r *burn.RemainsError
	require.ErrorAs(t, err, &r)
	require.Len(t, append(r.Kept, r.Missing...), 4)
	require.NotEmpty(t, r.Kept)
	require.NotEmpty(t, r.Missing)
	require.True(t, l.disc.Summary().Finalized)
}

// For a complete and closed album only the verification is left, and it finds audio that
// isn't the source's.
func TestResumeComplete(t *testing.T) {
	s := scenes["plain"]
	l := s.run(t, "", 0)
	j, err := journal.JobIn(l.file.Bytes)
	require.NoError(t, err)
	d := l.again(t)
	rep, err := tao.Resume(context.Background(), d, s.tracks, &burn.Options{Verify: 2}, j.Interrupted())
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, rep.Verdict)
	require.EqualValues(t, 2, rep.Verified.Done)
	was := j.Interrupted()
	was.Hashes[2] = "" // not known
	tracks := append([]burn.Track(nil), s.tracks...)
	tracks[2].Source = noise(99, 300*588)
	rep, err = tao.Resume(context.Background(), d, tracks, &burn.Options{Verify: 2}, was)
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, burn.TrackDiffers, rep.Tracks[2].Status)
}

// A plan lists the tracks that are kept, continued, and burned.
func TestResumePlan(t *testing.T) {
	s := scenes["plain"]
	_, j, d := left150(t, s)
	p, err := tao.MakeResumePlan(context.Background(), d, s.tracks, nil, j.Interrupted())
	require.NoError(t, err)
	require.Len(t, p.Album, 4)
	require.Equal(t, burn.FateKept, p.Album[0].Fate)
	require.Equal(t, burn.FateBurn, p.Album[3].Fate)
	last := p.Tracks[len(p.Tracks)-1]
	require.Equal(t, "song 4", last.Name)
	require.Equal(t, 4, last.Number)
}

// An album is finished in another drive, which writes and reads with other offsets.
func TestResumeInAnotherDrive(t *testing.T) {
	s := *scenes["plain"]
	s.options.Verify = disc.VerifyFull
	for _, offset := range []int{-30, 6, 667} {
		l := s.run(t, powerCut, 150)
		j, err := journal.JobIn(l.file.Bytes)
		require.NoError(t, err)
		whole, _ := j.Tracks()
		require.Positive(t, whole)
		l.drive.Eject()
		p, err := sim.PersonalityByName("")
		require.NoError(t, err)
		p.WriteOffset, p.Product = offset, "ANOTHER DRIVE"
		l.drive = sim.New(sim.Config{Disc: l.disc, Personality: p})
		rep, err := tao.Resume(context.Background(), l.again(t), s.tracks, &s.options, j.Interrupted())
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, rep.Verdict)
		require.Len(t, rep.Verified.Tracks, 4)
		require.Equal(t, disc.VerifyEqual, rep.Verified.Result)
	}
}

// If the interrupted track doesn't fit a second time, Resume reports which tracks are not on
// the disc, keeps the others, and closing works.
func TestResumeWithoutRoom(t *testing.T) {
	small := sim.CDR80
	small.LeadOut = toc.MSF{S: 30}
	s := &scene{media: small, personality: "modern", tracks: []burn.Track{{Source: noise(1, 310*588)}, {Source: noise(2, 1500*588)}}}
	clean := s.run(t, "", 0)
	require.NoError(t, clean.err)
	refused := 0
	for at := 60; at < clean.count; at += 5 {
		l := s.run(t, powerCut, at)
		j, err := journal.JobIn(l.file.Bytes)
		require.NoError(t, err)
		d := l.again(t)
		rep, err := tao.Resume(context.Background(), d, s.tracks, nil, j.Interrupted())
		if err == nil {
			continue
		}
		refused++
		require.ErrorIs(t, err, burn.ErrDoesNotFit)
		require.Equal(t, burn.TrackNotBegun, rep.Tracks[1].Status)
		if rep.Tracks[0].Status == burn.TrackOK {
			require.NoError(t, holds(l.disc, rep.Tracks[0].Start, s.tracks[0].Source))
		}
		_, err = tao.CloseDisc(context.Background(), d, nil)
		require.NoError(t, err)
		require.True(t, l.disc.Summary().Finalized)
	}
	require.Positive(t, refused)
}
