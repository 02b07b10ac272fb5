package redbook_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
)

// writeWAV makes a file of this many frames at a rate, without repetition.
func writeWAV(t *testing.T, name string, rate, frames int) string {
	t.Helper()
	w, err := wav.Create(name, pcm.Format{SampleRate: rate, Channels: 2, Encoding: pcm.S16}, nil)
	require.NoError(t, err)
	p := make([]byte, 0, 4*frames)
	for i := range frames {
		p = binary.LittleEndian.AppendUint32(p, uint32(i)*2654435761)
	}
	_, err = w.Write(p)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return name
}

// bench is a folder with two files, one of which must be converted, and a drive.
type bench struct {
	disc  string
	files []string
	ops   []byte // of the commands, in order

	created int // how often the file of the disc was created
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	return &bench{disc: "sim:" + filepath.Join(dir, "a.disc"), files: []string{
		writeWAV(t, filepath.Join(dir, "1.wav"), 44100, 5*44100),
		writeWAV(t, filepath.Join(dir, "2.wav"), 48000, 5*48000),
	}}
}

func (b *bench) load(t *testing.T) *redbook.Album {
	t.Helper()
	a, err := redbook.Load(t.Context(), b.files...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, a.Close()) })
	return a
}

// with opens the drive, calls a function with it and closes it.
func (b *bench) with(t *testing.T, personality string, do func(d *redbook.Drive)) {
	t.Helper()
	o := &redbook.Opener{Create: true, Wrap: func(tr scsi.Transport) scsi.Transport { return &tap{tr, b} }}
	o.OnNotice = func(n redbook.Notice) {
		if n.Kind == "created" {
			b.created++
		}
	}
	if personality != "" {
		var err error
		o.Sim.Personality, err = sim.PersonalityByName(personality)
		require.NoError(t, err)
	}
	d, err := o.Open(t.Context(), b.disc)
	require.NoError(t, err)
	do(d)
	require.NoError(t, d.Close())
}

// tap records the commands sent to a drive.
type tap struct {
	scsi.Transport
	b *bench
}

func (t *tap) Unwrap() scsi.Transport { return t.Transport }

func (t *tap) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	t.b.ops = append(t.b.ops, req.CDB[0])
	return t.Transport.Do(ctx, req)
}

func (b *bench) sent(op byte) (n int) {
	for _, o := range b.ops {
		if o == op {
			n++
		}
	}
	return n
}

// The burned album verifies, also from another process; another album doesn't.
func TestBurnAndVerify(t *testing.T) {
	b := newBench(t)
	decoded := 0
	b.with(t, "", func(d *redbook.Drive) {
		assert.Equal(t, 1, b.created)
		report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			OnPrepare: func(p album.Progress) {
				decoded++
				assert.Zero(t, b.sent(command.OpPreventAllowMediumRemoval), "the drive is free while files are decoded")
				assert.EqualValues(t, "convert", p.Step)
				assert.Equal(t, 1, p.Files, "the other file is CD audio already")
			},
			Confirm: func(_ context.Context, p *redbook.Plan) error {
				assert.Zero(t, b.sent(command.OpWrite10))
				require.Len(t, p.Tracks, 2)
				assert.Contains(t, p.Tracks[1].Conversion, "48 kHz")
				return nil
			},
		})
		require.NoError(t, err)
		assert.Equal(t, burn.VerdictSuccess, report.Verdict)
		assert.Positive(t, report.Verified.Sectors, "read back by default")
		assert.Positive(t, decoded)
	})
	b.with(t, "", func(d *redbook.Drive) {
		assert.Equal(t, 1, b.created, "the file exists")
		report, err := redbook.Verify(t.Context(), d, b.load(t), nil)
		require.NoError(t, err)
		assert.Greater(t, int(report.Verified.Sectors), 700, "every sector")
		b.files[0], b.files[1] = b.files[1], b.files[0]
		_, err = redbook.Verify(t.Context(), d, b.load(t), &redbook.VerifyOptions{Quick: true})
		assert.ErrorIs(t, err, burn.ErrVerify)
		_, err = redbook.Close(t.Context(), d, nil)
		assert.ErrorIs(t, err, burn.ErrNothingToClose)
		_, err = redbook.Blank(t.Context(), d, nil)
		assert.ErrorIs(t, err, burn.ErrNotErasable)
		in, err := d.Info(t.Context())
		require.NoError(t, err)
		assert.Len(t, in.Disc.Tracks, 2)
		assert.True(t, in.TAO.Supported)
		assert.Empty(t, in.Errs)
	})
}

// A refused plan leaves the disc unchanged, and asks the drive only once.
func TestConfirmRefuses(t *testing.T) {
	b := newBench(t)
	no := errors.New("no")
	b.with(t, "", func(d *redbook.Drive) {
		events := 0
		report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			Confirm: func(context.Context, *redbook.Plan) error { return no },
			OnEvent: func(burn.Event) { events++ },
		})
		assert.Equal(t, no, err)
		assert.Zero(t, report.Version)
		assert.Zero(t, events, "it did not begin")
		assert.Zero(t, b.sent(command.OpWrite10))
		assert.Zero(t, b.sent(command.OpPreventAllowMediumRemoval))
		assert.Equal(t, 1, b.sent(command.OpReadTrackInformation), "one look: %X", b.ops)
	})
}

// For a file that can't be fully decoded, no command that changes a disc is sent.
func TestDamagedFile(t *testing.T) {
	b := newBench(t)
	data, err := os.ReadFile("internal/decode/testdata/signal.flac")
	require.NoError(t, err)
	bad := filepath.Join(t.TempDir(), "bad.flac")
	data[len(data)/2] ^= 0xFF
	require.NoError(t, os.WriteFile(bad, data, 0o666))
	b.files = append(b.files, bad)
	b.with(t, "", func(d *redbook.Drive) {
		asked := false
		_, err = redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
			Confirm: func(context.Context, *redbook.Plan) error { asked = true; return nil },
		})
		require.ErrorIs(t, err, redbook.ErrPrepare)
		assert.ErrorIs(t, err, audio.ErrCorrupt)
		assert.Equal(t, burn.ErrBadInput, burn.Category(err))
		track, ok := errors.AsType[*album.TrackError](err)
		require.True(t, ok)
		assert.Equal(t, 3, track.Track)
		assert.False(t, asked)
		assert.Zero(t, b.sent(command.OpWrite10))
	})
}

// Ctrl-C during decoding leaves the disc unchanged.
func TestCancelWhilePreparing(t *testing.T) {
	b := newBench(t)
	b.with(t, "", func(d *redbook.Drive) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := redbook.Burn(ctx, d, b.load(t), &redbook.Options{OnPrepare: func(album.Progress) { cancel() }})
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, burn.ErrCanceled, burn.Category(err))
		assert.Zero(t, b.sent(command.OpWrite10))
	})
}

// Every function reports a missing drive or album in the same way.
func TestNothingGiven(t *testing.T) {
	b := newBench(t)
	b.with(t, "", func(d *redbook.Drive) {
		for name, call := range map[string]func(d *redbook.Drive, a *redbook.Album) error{
			"Burn": func(d *redbook.Drive, a *redbook.Album) error { return second(redbook.Burn(t.Context(), d, a, nil)) },
			"BurnAll": func(d *redbook.Drive, a *redbook.Album) error {
				return redbook.BurnAll(t.Context(), []*redbook.Drive{d}, a, nil)[0].Err
			},
			"Resume": func(d *redbook.Drive, a *redbook.Album) error {
				return second(redbook.Resume(t.Context(), d, a, &burn.Interrupted{}, nil))
			},
			"Verify": func(d *redbook.Drive, a *redbook.Album) error { return second(redbook.Verify(t.Context(), d, a, nil)) },
			"BurnCopy": func(d *redbook.Drive, _ *redbook.Album) error {
				return second(redbook.BurnCopy(t.Context(), d, nil, nil))
			},
			"PlanCopy": func(d *redbook.Drive, _ *redbook.Album) error {
				return second(redbook.PlanCopy(t.Context(), d, nil, nil))
			},
		} {
			assert.ErrorIs(t, call(nil, nil), burn.ErrNoRecorder, name)
			assert.ErrorIs(t, call(d, nil), burn.ErrNoTracks, name)
			assert.ErrorIs(t, call(d, &redbook.Album{}), burn.ErrNoTracks, name)
		}
		assert.ErrorIs(t, (&redbook.Options{}).Check(nil), burn.ErrNoTracks)
		_, err := redbook.Resume(t.Context(), d, &redbook.Album{}, nil, nil)
		assert.ErrorIs(t, err, burn.ErrNotResumable)
	})
	for name, err := range map[string]error{
		"Blank": second(redbook.Blank(t.Context(), nil, nil)), "Close": second(redbook.Close(t.Context(), nil, nil)),
		"Read": second(redbook.Read(t.Context(), nil, nil)), "Examine": second(redbook.Examine(t.Context(), nil, nil)),
		"ReadCopy": second(redbook.ReadCopy(t.Context(), nil, nil)),
		"Info":     second((*redbook.Drive)(nil).Info(t.Context())), "Eject": (&redbook.Drive{}).Eject(t.Context()),
		"Load": (*redbook.Drive)(nil).Load(t.Context()),
	} {
		assert.ErrorIs(t, err, burn.ErrNoRecorder, name)
	}
	assert.NoError(t, errors.Join((*redbook.Drive)(nil).Close(), (*redbook.Album)(nil).Close(), (*redbook.CopySource)(nil).Close()))
	assert.Empty(t, (*redbook.Drive)(nil).Readers())
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }

// A stream is burned after it has been read to its end.
func TestStream(t *testing.T) {
	b := newBench(t)
	data, err := os.ReadFile(b.files[0])
	require.NoError(t, err)
	a, err := album.OpenStream(t.Context(), "pipe", bytes.NewReader(data), nil)
	require.NoError(t, err)
	assert.False(t, a.Ready())
	b.with(t, "", func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, a, nil)
		require.NoError(t, err)
		_, err = redbook.Verify(t.Context(), d, a, nil)
		require.NoError(t, err)
	})
	require.NoError(t, a.Close())
	b.disc, b.ops = b.disc+"2", nil
	b.with(t, "", func(d *redbook.Drive) {
		_, err := redbook.Burn(t.Context(), d, a, nil)
		assert.Error(t, err, "the pipe is gone")
		assert.Zero(t, b.sent(command.OpWrite10))
	})
}

// A drive that claims session-at-once and refuses it gets track-at-once, after a second
// question; with ModeSAO nothing is written.
func TestFallback(t *testing.T) {
	for _, mode := range []redbook.Mode{redbook.ModeAuto, redbook.ModeSAO} {
		b := newBench(t)
		b.with(t, "sao-refused", func(d *redbook.Drive) {
			var asked []bool
			var without []redbook.Need
			finished := 0
			report, err := redbook.Burn(t.Context(), d, b.load(t), &redbook.Options{
				Gapless: true, Mode: mode,
				Confirm:    func(_ context.Context, p *redbook.Plan) error { asked = append(asked, p.Again); return nil },
				OnFallback: func(_ error, needs []redbook.Need) { without = needs },
				OnEvent: func(e burn.Event) {
					if _, ok := e.(burn.Finished); ok {
						finished++
					}
				},
			})
			assert.Equal(t, 1, finished)
			if mode == redbook.ModeSAO {
				assert.ErrorIs(t, err, burn.ErrNoSAO)
				assert.Equal(t, []bool{false}, asked)
				assert.Zero(t, b.sent(command.OpWrite10))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, burn.ModeTAO, report.Mode)
			assert.Equal(t, []bool{false, true}, asked)
			assert.Equal(t, []redbook.Need{"gapless"}, without)
		})
	}
}

// Options that contradict each other, or the album, are detected before a drive is opened.
func TestCheck(t *testing.T) {
	a := newBench(t).load(t)
	for want, opts := range map[error]redbook.Options{
		redbook.ErrOptions:  {Mode: redbook.ModeTAO, Gapless: true},
		redbook.ErrNoTitles: {CDText: true},
		burn.ErrInvalidMCN:  {MCN: "1"},
		burn.ErrClientName:  {ClientName: "ä"},
		fs.ErrNotExist:      {CDTextFile: "nowhere.txt"},
		nil:                 {},
	} {
		assert.ErrorIs(t, opts.Check(a), want)
	}
	for _, opts := range []redbook.Options{
		{Gapless: true, Pause: 75}, {NoClose: true, MultiSession: true}, {NoClose: true, CloseOnCancel: true},
		{NoClose: true, Mode: redbook.ModeSAO}, {Pause: -1}, {Mode: redbook.ModeTAO, CDText: true},
		{Mode: 9}, {ReadBack: 9}, {Overburn: true}, {NoClose: true, CDText: true},
	} {
		assert.ErrorIs(t, opts.Check(a), redbook.ErrOptions, "%+v", opts)
	}
}

// Every option of the engine is available here.
func TestOptionsAreWhole(t *testing.T) {
	ours := reflect.TypeFor[redbook.Options]()
	for _, f := range reflect.VisibleFields(reflect.TypeFor[burn.Options]()) {
		if f.Name == "Verify" {
			f.Name = "ReadBack"
		}
		_, ok := ours.FieldByName(f.Name)
		assert.True(t, ok, f.Name)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	require.NoError(t, os.WriteFile(text, []byte("no disc"), 0o666))
	list := []host.Info{{Path: "/dev/sr0"}, {Path: "/dev/sr1"}}
	gone := errors.New("gone")
	system := &redbook.System{
		List: func(context.Context) ([]host.Info, error) { return list, nil },
		Open: func(context.Context, string, *host.Options) (scsi.Transport, error) { return nil, gone },
	}
	for name, want := range map[string]struct {
		step string
		err  error
	}{
		"sim:" + filepath.Join(dir, "none"): {"disc", fs.ErrNotExist},
		"sim:" + text:                       {"disc", sim.ErrNotDisc},
		"/dev/sr0":                          {"device", gone},
	} {
		_, err := (&redbook.Opener{System: system}).Open(t.Context(), name)
		e, ok := errors.AsType[*redbook.OpenError](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.Equal(t, name, e.Name)
		assert.Equal(t, want.step, e.Step)
		assert.ErrorIs(t, err, want.err)
	}
	assert.NoFileExists(t, filepath.Join(dir, "none"))
	_, err := redbook.Open(t.Context(), "sim:"+filepath.Join(dir, "none", "a.disc"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.Equal(t, 1, strings.Count(err.Error(), "a.disc"), "%v", err)

	_, err = (&redbook.Opener{System: system}).Open(t.Context(), "")
	choice, ok := errors.AsType[*redbook.ChoiceError](err)
	require.True(t, ok, err)
	assert.Equal(t, list, choice.Drives)
	list = nil
	_, err = (&redbook.Opener{System: system}).Open(t.Context(), "")
	assert.ErrorIs(t, err, redbook.ErrNoDrive)
	found, err := (&redbook.Opener{System: system}).Drives(t.Context())
	assert.NoError(t, err)
	assert.Empty(t, found)
	list = []host.Info{{Path: "/dev/sr0"}, {Path: "/dev/sr1", Mounts: []string{"/media"}}}
	found, err = (&redbook.Opener{System: system}).Drives(t.Context())
	assert.NoError(t, err)
	assert.ErrorIs(t, found[0].Err, gone)
	assert.ErrorIs(t, found[1].Err, redbook.ErrInUse)
}
