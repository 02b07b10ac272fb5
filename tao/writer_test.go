package tao_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// preparedWriter returns a Writer in S2 on a new drive.
func preparedWriter(t testing.TB, personality string, media sim.Media, o burn.Options) (*bench, *tao.Writer) {
	t.Helper()
	b := newBench(t, personality, media)
	o.ClientName = "writer test"
	w := tao.NewWriter(&o)
	require.NoError(t, w.SetRecorder(context.Background(), b.drive))
	require.NoError(t, w.Prepare(context.Background()))
	return b, w
}

// Burns a whole disc with the members of IDiscFormat2TrackAtOnce.
func TestWriterBurnsADisc(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, "modern", sim.CDR80)
	ev := b.events()
	w := tao.NewWriter(&burn.Options{Verify: disc.VerifyFull, OnEvent: ev.on, ClientName: "writer test"})
	require.NoError(t, w.SetRecorder(context.Background(), b.drive))
	require.NoError(t, w.Prepare(ctx))
	total, err := w.TotalSectors()
	require.NoError(t, err)
	free, err := w.FreeSectors()
	require.NoError(t, err)
	require.Equal(t, toc.Sectors(359844), total, "G6: a disc of 79:59:71")
	require.Equal(t, total, free)
	owner, err := b.Owner()
	require.NoError(t, err)
	require.Equal(t, "writer test", owner)
	require.True(t, lockedNow(t, b))

	tracks := album()
	var rows []burn.TrackReport
	for i, tr := range tracks {
		row, err := w.AddAudioTrack(ctx, tr.Source)
		require.NoError(t, err)
		require.Equal(t, i+1, row.Number)
		rows = append(rows, row)
		n, err := w.NumberOfExistingTracks()
		require.NoError(t, err)
		require.Equal(t, i+1, n)
	}
	used, err := w.UsedSectors()
	require.NoError(t, err)
	require.Equal(t, toc.Sectors(401+300+351+3*152), used)
	r, err := w.Release(ctx)
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, disc.VerifyEqual, r.Verified.Result)
	b.holds(t, r, tracks)
	require.Equal(t, rows, r.Tracks)
	ev.check(t)
	require.False(t, b.trayLocked())
	owner, err = b.Owner()
	require.NoError(t, err)
	require.Empty(t, owner)
}

func lockedNow(t testing.TB, b *bench) bool {
	caps, err := unit.Capabilities(context.Background(), b.drive)
	require.NoError(t, err)
	return caps.Locked
}

// The expected reply to READ TOC format 0, compared byte by byte with a literal and, after
// closing, with the drive's reply.
func TestExpectedTableOfContents(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	for i, n := range []int64{300, 500} {
		_, err := w.AddTrack(ctx, burn.Track{Source: pcm.Silence("silence", n*588), Control: []toc.Control{0, toc.CopyPermitted}[i]})
		require.NoError(t, err)
	}
	got, err := w.ExpectedTableOfContents()
	require.NoError(t, err)
	// Track 2 starts at 300 + 152 = 452 = 1C4h, the lead-out at 452 + 500 + 2 = 3BAh.
	require.Equal(t, "001a0102"+"00100100"+"00000000"+"00120200"+"000001c4"+"0012aa00"+"000003ba", hex.EncodeToString(got))
	parsed, err := w.ExpectedTOC()
	require.NoError(t, err)
	_, err = w.Release(ctx)
	require.NoError(t, err)
	real, err := command.ReadTOC{}.Do(ctx, b.Drive)
	require.NoError(t, err)
	require.Equal(t, real.LeadOut, parsed.LeadOut)
	again, err := command.ParseTOC(got, false)
	require.NoError(t, err)
	require.Equal(t, real, again)
	for i := range real.Entries { // this form of the table has no sessions
		real.Entries[i].Session = parsed.Entries[i].Session
	}
	require.Equal(t, real, parsed)
}

// Release without a track leaves a blank disc blank.
func TestReleaseWithoutATrack(t *testing.T) {
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	_, err := w.Release(context.Background())
	require.NoError(t, err)
	require.True(t, b.disc.Summary().Blank)
	require.Zero(t, b.tap.count(command.OpCloseTrackSession))
	require.False(t, b.trayLocked())
}

// CancelAddTrack works from inside the event handler, as in IMAPI, and from anywhere else.
func TestCancelAddTrack(t *testing.T) {
	ctx := context.Background()
	var w *tao.Writer
	o := burn.Options{ClientName: "cancel", OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && p.Action == burn.ActionWriting && p.LastWritten > 1000 {
			_ = w.CancelAddTrack()
		}
	}}
	b := newBench(t, "modern", sim.CDR80)
	w = tao.NewWriter(&o)
	require.NoError(t, w.SetRecorder(context.Background(), b.drive))
	require.NoError(t, w.Prepare(ctx))
	src := track("long", 7, 5000*588).Source
	row, err := w.AddAudioTrack(ctx, src)
	is(t, err, burn.ErrCanceled, context.Canceled)
	code, name, _ := burn.HRESULT(err)
	require.Equal(t, uint32(0xC0AA0002), code)
	require.Equal(t, "E_IMAPI_REQUEST_CANCELLED", name)
	require.Equal(t, burn.TrackCanceled, row.Status)
	require.Greater(t, row.Sectors, toc.Sectors(1000))
	require.Less(t, row.Sectors, toc.Sectors(5000))
	n, err := w.NumberOfExistingTracks()
	require.NoError(t, err)
	require.Equal(t, 1, n, "a canceled track counts")
	r, err := w.Release(ctx)
	require.NoError(t, err, "Release always closes")
	require.True(t, *r.Closed)
	require.True(t, b.disc.Summary().Finalized)
	require.NoError(t, b.sameAudio(row, src))
}

// All errors that AddAudioTrack returns before it writes.
func TestAddAudioTrackRefuses(t *testing.T) {
	ctx := context.Background()
	_, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	for name, test := range map[string]struct {
		track burn.Track
		want  error
	}{
		"nothing":      {burn.Track{}, burn.ErrStream},
		"empty":        {burn.Track{Source: pcm.FromBytes("e", pcm.CDDA, nil)}, burn.ErrEmptySource},
		"mono":         {burn.Track{Source: pcm.FromBytes("m", pcm.Format{SampleRate: 44100, Channels: 1}, make([]byte, 4000))}, burn.ErrNotCDDA},
		"too long":     {burn.Track{Source: pcm.Silence("long", 359845*588)}, burn.ErrNoSpace},
		"way too long": {burn.Track{Source: pcm.Silence("long", 1<<40)}, burn.ErrNoSpace},
		"ISRC":         {burn.Track{Source: pcm.Silence("s", 588), ISRC: "US-ABC-12-34567"}, burn.ErrInvalidISRC},
		"data":         {burn.Track{Source: pcm.Silence("s", 588), Control: toc.DataTrack}, burn.ErrStream},
	} {
		_, err := w.AddTrack(ctx, test.track)
		is(t, err, test.want)
		require.NotNil(t, burn.Category(err), name)
	}
	_, err := w.Release(ctx)
	require.NoError(t, err)
}

// The 100th track is rejected.
func TestTrackLimit(t *testing.T) {
	ctx := context.Background()
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
	src := pcm.Silence("short", 588)
	for range 99 {
		_, err := w.AddAudioTrack(ctx, src)
		require.NoError(t, err)
	}
	_, err := w.AddAudioTrack(ctx, src)
	is(t, err, burn.ErrTrackLimit, burn.ErrDoesNotFit)
	r, err := w.Release(ctx)
	require.NoError(t, err)
	require.Len(t, r.OnDisc, 99)
	require.Len(t, b.disc.Tracks(), 99)
}

// Prepare rejects what IMAPI rejects, and releases the drive.
func TestPrepareRefuses(t *testing.T) {
	ctx := context.Background()
	used := newBench(t, "modern", sim.CDR80)
	used.burn(t, album()[:1], burn.Options{NoClose: true})
	finished := newBench(t, "modern", sim.CDR80)
	finished.burn(t, album()[:1], burn.Options{})
	empty := newBench(t, "modern", sim.CDR80)
	empty.Eject()
	busy := newBench(t, "modern", sim.CDR80)
	require.NoError(t, busy.Drive.Lock(ctx, "somebody else", false))
	for name, test := range map[string]struct {
		b    *bench
		o    burn.Options
		want []error
	}{
		"bad name":      {newBench(t, "modern", sim.CDR80), burn.Options{ClientName: "ü"}, []error{burn.ErrClientName}},
		"used":          {used, burn.Options{ClientName: "x"}, []error{burn.ErrMediaNotBlank}},
		"finished":      {finished, burn.Options{ClientName: "x", Append: true}, []error{burn.ErrMediaNotBlank, burn.ErrFinalized}},
		"no disc":       {empty, burn.Options{ClientName: "x"}, []error{burn.ErrNoMedia, asc.FamilyMediumNotPresent}},
		"somebody else": {busy, burn.Options{ClientName: "x"}, []error{burn.ErrLocked, scsi.ErrLocked, burn.ErrNoDrive}},
		"MCN":           {newBench(t, "modern", sim.CDR80), burn.Options{ClientName: "x", MCN: "123"}, []error{burn.ErrInvalidMCN}},
	} {
		t.Run(name, func(t *testing.T) {
			w := tao.NewWriter(&test.o)
			require.NoError(t, w.SetRecorder(context.Background(), test.b.drive))
			err := w.Prepare(ctx)
			is(t, err, test.want...)
			require.False(t, test.b.trayLocked())
			if name == "somebody else" {
				require.Contains(t, err.Error(), "somebody else")
				return
			}
			owner, err := test.b.Owner()
			require.NoError(t, err)
			require.Empty(t, owner)
		})
	}
	w := tao.NewWriter(&burn.Options{ClientName: "x", Append: true})
	require.NoError(t, w.SetRecorder(context.Background(), used.drive))
	require.NoError(t, w.Prepare(ctx), "appending lifts 0506 when it is asked for")
	n, err := w.NumberOfExistingTracks()
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = w.Release(ctx)
	require.NoError(t, err)
}

func TestClientName(t *testing.T) {
	w := tao.NewWriter(nil)
	require.Equal(t, burn.DefaultClientName, w.ClientName())
	for name, want := range map[string]error{
		"":                             burn.ErrClientName,
		strings.Repeat("x", 62):        nil,
		strings.Repeat("x", 63):        burn.ErrClientName,
		"My Player 2.0, by A-B_C: it;": nil,
		"tab\tulator":                  burn.ErrClientName,
		"Ünicode":                      burn.ErrClientName,
		"bang!":                        burn.ErrClientName,
	} {
		err := w.SetClientName(name)
		if want == nil {
			require.NoError(t, err)
			require.Equal(t, name, w.ClientName())
		} else {
			is(t, err, want)
		}
	}
}

// The values of getters follow the drive and the disc.
func TestGettersFollowDriveAndDisc(t *testing.T) {
	ctx := context.Background()
	type seen struct {
		media       mmc.MediaType
		speeds      []mmc.Speed
		current     mmc.Speed
		cav         bool
		total, free toc.Sectors
		descriptors int
	}
	look := func(personality string, media sim.Media) seen {
		b, w := preparedWriter(t, personality, media, burn.Options{})
		var s seen
		var err error
		s.media, err = w.CurrentMediaType(ctx)
		require.NoError(t, err)
		s.speeds, err = w.SupportedWriteSpeeds(ctx)
		require.NoError(t, err)
		s.current, err = w.CurrentWriteSpeed(ctx)
		require.NoError(t, err)
		s.cav, err = w.CurrentRotationTypeIsPureCAV(ctx)
		require.NoError(t, err)
		list, err := w.SupportedWriteSpeedDescriptors(ctx)
		require.NoError(t, err)
		for _, d := range list {
			require.Equal(t, s.media, d.Media)
			require.Contains(t, s.speeds, d.Speed)
		}
		s.descriptors = len(list)
		s.total, _ = w.TotalSectors()
		s.free, _ = w.FreeSectors()
		require.Same(t, b.drive, w.Recorder())
		_, err = w.Release(ctx)
		require.NoError(t, err)
		return s
	}
	modern := look("modern", sim.CDR80)
	require.Equal(t, mmc.MediaCDR, modern.media)
	require.Equal(t, mmc.SpeedX(48), modern.speeds[0])
	require.Equal(t, mmc.SpeedX(48), modern.current)
	require.True(t, modern.cav)
	require.Equal(t, toc.Sectors(359844), modern.total)
	rewritable := look("modern", sim.CDRW80)
	require.Equal(t, mmc.MediaCDRW, rewritable.media)
	require.Equal(t, mmc.SpeedX(10), rewritable.speeds[0])
	require.False(t, rewritable.cav)
	old := look("old", sim.CDR74)
	require.Equal(t, mmc.SpeedX(16), old.speeds[0])
	require.Equal(t, toc.Sectors(sim.CDR74.LeadOut.LBA()-2), old.total)
	mmc1 := look("mmc1", sim.CDR80)
	require.Equal(t, mmc.SpeedX(8), mmc1.speeds[0])
	require.NotEqual(t, modern.speeds, old.speeds)
}

// The nearest speed is set, and the result reports the difference.
func TestSetWriteSpeed(t *testing.T) {
	ctx := context.Background()
	_, w := preparedWriter(t, "speed-steps", sim.CDR80, burn.Options{}) // 4 10 16 24 32
	require.Equal(t, mmc.SpeedMax, w.RequestedWriteSpeed())
	for _, test := range []struct {
		ask, get mmc.Speed
		cav      bool
		adjusted burn.Adjustment
		code     uint32
	}{
		{mmc.SpeedX(16), mmc.SpeedX(16), false, 0, 0},
		{mmc.SpeedX(12), mmc.SpeedX(10), false, burn.SpeedAdjusted, 0x00AA0004},
		{mmc.SpeedX(14), mmc.SpeedX(16), false, burn.SpeedAdjusted, 0x00AA0004},
		{mmc.SpeedX(1), mmc.SpeedX(4), false, burn.SpeedAdjusted, 0x00AA0004},
		{mmc.SpeedX(52), mmc.SpeedX(32), false, burn.SpeedAdjusted, 0x00AA0004},
		{mmc.SpeedX(10), mmc.SpeedX(10), true, burn.RotationAdjusted, 0x00AA0005},
		{mmc.SpeedX(11), mmc.SpeedX(10), true, burn.SpeedAdjusted | burn.RotationAdjusted, 0x00AA0006},
		{mmc.SpeedMax, mmc.SpeedX(32), false, 0, 0},
	} {
		adjusted, err := w.SetWriteSpeed(ctx, test.ask, test.cav)
		require.NoError(t, err)
		require.Equal(t, test.adjusted, adjusted, "%v", test.ask)
		require.Equal(t, test.code, adjusted.HRESULT())
		got, err := w.CurrentWriteSpeed(ctx)
		require.NoError(t, err)
		require.Equal(t, test.get, got, "%v", test.ask)
		require.Equal(t, test.ask, w.RequestedWriteSpeed())
		require.Equal(t, test.cav, w.RequestedRotationTypeIsPureCAV())
	}
	_, err := w.Release(ctx)
	require.NoError(t, err)
	is(t, func() error { _, err := tao.NewWriter(nil).SetWriteSpeed(ctx, mmc.SpeedX(1), false); return err }(),
		burn.ErrRecorderRequired, burn.ErrNoRecorder)
}

// Members inherited from IDiscFormat2.
func TestDiscFormat2(t *testing.T) {
	ctx := context.Background()
	require.Equal(t, []mmc.MediaType{mmc.MediaCDR, mmc.MediaCDRW}, tao.SupportedMediaTypes())
	b := newBench(t, "modern", sim.CDR80)
	supported, err := tao.IsRecorderSupported(ctx, b.drive)
	require.NoError(t, err)
	require.True(t, supported)
	media, err := tao.IsCurrentMediaSupported(ctx, b.drive)
	require.NoError(t, err)
	require.True(t, media)
	for _, want := range []bool{true, false} {
		blank, err := tao.MediaPhysicallyBlank(ctx, b.drive)
		require.NoError(t, err)
		require.Equal(t, want, blank)
		blank, err = tao.MediaHeuristicallyBlank(ctx, b.drive)
		require.NoError(t, err)
		require.Equal(t, want, blank)
		if want {
			b.burn(t, album()[:1], burn.Options{TestWrite: false})
		}
	}
	b.Eject()
	media, err = tao.IsCurrentMediaSupported(ctx, b.drive)
	is(t, err, burn.ErrNoMedia)
	require.False(t, media)
	blank, err := tao.MediaPhysicallyBlank(ctx, b.drive)
	is(t, err, burn.ErrNoMedia)
	require.False(t, blank)
	for _, f := range []func(context.Context, *mmc.Drive) (bool, error){
		tao.IsRecorderSupported, tao.IsCurrentMediaSupported, tao.MediaPhysicallyBlank, tao.MediaHeuristicallyBlank,
	} {
		yes, err := f(ctx, nil)
		is(t, err, burn.ErrNoRecorder)
		require.False(t, yes)
	}
}

// Verification uses IMAPI's level. A disc with wrong content causes its error.
func TestBurnVerification(t *testing.T) {
	ctx := context.Background()
	require.EqualValues(t, []int{0, 1, 2}, []int{int(disc.VerifyNone), int(disc.VerifyQuick), int(disc.VerifyFull)})
	_, w := preparedWriter(t, "swaps-bytes", sim.CDR80, burn.Options{})
	require.Equal(t, disc.VerifyNone, w.Verification())
	require.NoError(t, w.SetVerification(disc.VerifyQuick))
	require.Equal(t, disc.VerifyQuick, w.Verification())
	_, err := w.AddAudioTrack(ctx, album()[0].Source)
	require.NoError(t, err)
	r, err := w.Release(ctx)
	is(t, err, burn.ErrVerify)
	code, name, _ := burn.HRESULT(err)
	require.Equal(t, uint32(0xC0AA0007), code)
	require.Equal(t, "E_IMAPI_BURN_VERIFICATION_FAILED", name)
	require.Equal(t, burn.VerdictVerifyFailed, r.Verdict)
	require.Equal(t, name, r.HRESULT)
}

// Progress contains all of IMAPI's event arguments and follows their rules.
func TestProgressEvents(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ev := b.events()
	tracks := []burn.Track{track("a", 1, 3000*588), track("b", 2, 2000*588)}
	r := b.burn(t, tracks, burn.Options{OnEvent: ev.on, Verify: disc.VerifyFull})
	done, actions := 0.0, map[burn.Action]bool{}
	last := burn.Progress{}
	for _, e := range ev.list {
		p, is := e.(burn.Progress)
		if !is {
			continue
		}
		require.GreaterOrEqual(t, p.Done, done, "never back")
		done = p.Done
		actions[p.Action] = true
		require.InDelta(t, 0.5, p.Fraction(), 0.5)
		if p.Track == last.Track && p.Phase == last.Phase {
			require.GreaterOrEqual(t, p.Elapsed, last.Elapsed, "of one phase it never goes back")
		}
		if p.Action == burn.ActionWriting {
			row := r.Tracks[p.Track-1]
			require.Equal(t, row.Start, p.StartLBA)
			require.Equal(t, row.Sectors, p.SectorCount)
			require.GreaterOrEqual(t, p.LastRead, p.LastWritten)
			require.LessOrEqual(t, p.LastWritten, row.Start+toc.LBA(row.Sectors)-1)
			require.Equal(t, p.BufferTotal, p.BufferUsed+p.BufferFree)
			require.Equal(t, 2, p.Tracks)
		}
		last = p
	}
	require.InDelta(t, 1, done, 0.02)
	for _, a := range []burn.Action{burn.ActionPreparing, burn.ActionWriting, burn.ActionFinishing, burn.ActionVerifying} {
		require.True(t, actions[a], a)
	}
	var kinds []string
	for _, e := range ev.list {
		if _, is := e.(burn.Progress); !is {
			kinds = append(kinds, fmt.Sprintf("%T", e))
		}
	}
	require.Equal(t, "burn.Planned burn.TrackStarted burn.TrackFinished burn.TrackStarted burn.TrackFinished burn.SessionClosed burn.Finished",
		strings.Join(kinds[len(kinds)-7:], " "))
}

// put_BufferUnderrunFreeDisabled ends up in bit 6 of byte 2 of page 05h.
func TestBufferUnderrunFreeReachesTheDrive(t *testing.T) {
	ctx := context.Background()
	for _, disabled := range []bool{false, true} {
		b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{})
		require.False(t, w.BufferUnderrunFreeDisabled())
		require.NoError(t, w.SetBufferUnderrunFreeDisabled(disabled))
		require.Equal(t, disabled, w.BufferUnderrunFreeDisabled())
		_, err := w.AddAudioTrack(ctx, pcm.Silence("silence", 300*588))
		require.NoError(t, err)
		p, err := unit.WriteParameters(ctx, b.drive)
		require.NoError(t, err)
		require.Equal(t, !disabled, p.BUFE)
		_, err = w.Release(ctx)
		require.NoError(t, err)
	}
}
