package sao_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// kindsOf returns the kinds of the notes.
func kindsOf(notes []burn.Note) (list []burn.NoteKind) {
	for _, n := range notes {
		list = append(list, n.Kind)
	}
	return list
}

// change modifies the drive's good replies to a command.
func (b *bench) change(op byte, f func(req *scsi.Request)) {
	b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		if req.CDB[0] != op {
			return scsi.Result{}, nil, false
		}
		res, err := b.Drive.Do(context.Background(), req)
		if err == nil && res.Status == scsi.Good {
			f(req)
		}
		return res, err, true
	}
}

// A plan contains every track at its position in the sheet, and titles only for the first
// session.
func TestPlanOfASession(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := []burn.Track{music("one.wav", 1, 1000), music("two.wav", 2, 500), music("three.wav", 3, 400)}
	tracks[0].Pregap, tracks[1].Pregap, tracks[2].Pause = 600, 75, 225
	text := sao.Text{Packs: packs(t, album())}
	p, err := sao.MakePlan(t.Context(), b.drive, tracks, nil, text)
	require.NoError(t, err)
	require.Equal(t, burn.ModeSAO, p.Mode)
	require.True(t, p.Text)
	require.Equal(t, toc.Sectors(2125), p.Total)
	for i, want := range []burn.PlannedTrack{{Number: 1, Start: 600}, {Number: 2, Start: 1000, Pause: 75}, {Number: 3, Start: 1725, Pause: 225}} {
		got := p.Tracks[i]
		require.Equal(t, want, burn.PlannedTrack{Number: got.Number, Start: got.Start, Pause: got.Pause})
	}
	p, err = sao.MakePlan(t.Context(), b.drive, tracks, nil, sao.Text{})
	require.NoError(t, err)
	require.False(t, p.Text, "there is none")

	_, err = sao.Burn(t.Context(), b.drive, tracks, &burn.Options{MultiSession: true}, sao.Text{})
	require.NoError(t, err)
	p, err = sao.MakePlan(t.Context(), b.drive, album(), &burn.Options{Append: true}, text)
	require.NoError(t, err)
	nwa, free := p.Disc.Next.Value.NWA, p.Disc.Next.Value.Free
	require.Equal(t, toc.LBA(2125+6750+4500), nwa, "lead-out of the first session, lead-in of the next")
	require.False(t, p.Text)
	require.Equal(t, []int{4, 5, 6}, []int{p.Tracks[0].Number, p.Tracks[1].Number, p.Tracks[2].Number})
	require.Equal(t, []toc.LBA{nwa + 150, nwa + 450, nwa + 850}, []toc.LBA{p.Tracks[0].Start, p.Tracks[1].Start, p.Tracks[2].Start})
	require.Equal(t, free-1350, p.FreeLeft, "its own pregap counts, and nothing before it")
}

// A drive that fails a query about its abilities doesn't count as one without session-at-once.
func TestAbilitiesThatCanNotBeRead(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		return refuse(4, 0x44, 0), nil, req.CDB[0] == command.OpGetConfiguration
	}
	_, err := sao.MakePlan(t.Context(), b.drive, album(), nil, sao.Text{})
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.NotErrorIs(t, err, burn.ErrNoSAO)
}

// Buffer underrun protection is on unless disabled.
func TestUnderrunProtection(t *testing.T) {
	for _, off := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		_, err := sao.Burn(t.Context(), b.drive, album(), &burn.Options{NoBurnFree: off}, sao.Text{})
		require.NoError(t, err)
		pages := b.tap.of(command.OpModeSelect10)
		require.Equal(t, !off, pages[len(pages)-1].data[8+2]&0x40 != 0)
	}
}

// The answer to the last flush is an error only if the disc stays open. If the session is
// closed, it is a remark. If the session is still open after a while, the flush is sent again.
func TestAnswerToTheLastFlush(t *testing.T) {
	for name, row := range map[string]struct {
		answer  scsi.Result
		times   int  // number of such answers
		effect  bool // the flush is executed nevertheless
		flushes int
		notes   []burn.NoteKind
		want    error
	}{
		"good":                     {flushes: 1},
		"an error, and closed":     {refuse(4, 0x3E, 0x02), 99, true, 2, []burn.NoteKind{notekind.CloseError, notekind.VerifyAnyway}, nil},
		"good, without effect":     {scsi.Result{}, 1, false, 2, nil, nil},
		"good, never any effect":   {scsi.Result{}, 99, false, 2, []burn.NoteKind{notekind.StillOld}, nil},
		"an error, and never":      {refuse(4, 0x3E, 0x02), 99, false, 4, []burn.NoteKind{notekind.StillOld, notekind.CloseError, notekind.VerifyAnyway}, nil},
		"an error, and stays open": {refuse(4, 0x3E, 0x02), 99, false, 4, nil, scsi.KeyHardwareError},
		"errors, and closed later": {refuse(4, 0x3E, 0x02), 2, false, 3, []burn.NoteKind{notekind.CloseError, notekind.VerifyAnyway}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			var times []time.Time
			b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
				if req.CDB[0] == command.OpStartStopUnit && row.want != nil {
					return refuse(4, 0x3E, 0x02), nil, true // a stop would end the session
				}
				if req.CDB[0] != command.OpSynchronizeCache {
					return scsi.Result{}, nil, false
				}
				if times = append(times, b.Now()); len(times) > row.times {
					return scsi.Result{}, nil, false
				}
				if row.effect {
					res, err := b.Drive.Do(context.Background(), req)
					require.NoError(t, err)
					require.NotEqual(t, scsi.Busy, res.Status)
				}
				return row.answer, nil, true
			}
			r, err := sao.Burn(t.Context(), b.drive, album(), nil, sao.Text{})
			require.Len(t, times, row.flushes)
			require.True(t, b.disc.Summary().Finalized || !*r.Closed)
			if row.want != nil {
				require.ErrorIs(t, err, row.want)
				require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
				require.False(t, *r.Closed)
				return
			}
			require.NoError(t, err)
			require.Equal(t, row.notes, kindsOf(r.Notes))
			if name == "good, without effect" {
				require.InDelta(t, 20, times[1].Sub(times[0]).Seconds(), 5)
			}
		})
	}
}

// CD-TEXT is read back. Missing, different and unreadable text is noted, and doesn't fail the
// burn.
func TestTextThatIsReadBack(t *testing.T) {
	text := packs(t, album())
	reply := func(packs []byte) func(*scsi.Request) (scsi.Result, bool) {
		return func(req *scsi.Request) (scsi.Result, bool) {
			clear(req.Data)
			n := copy(req.Data, append([]byte{byte((len(packs) + 2) >> 8), byte(len(packs) + 2), 0, 0}, packs...))
			return scsi.Result{N: n}, true
		}
	}
	for name, row := range map[string]struct {
		answer func(*scsi.Request) (scsi.Result, bool)
		want   []burn.NoteKind
	}{
		"the same":       {func(*scsi.Request) (scsi.Result, bool) { return scsi.Result{}, false }, nil},
		"refused":        {func(*scsi.Request) (scsi.Result, bool) { return refuse(5, 0x24, 0), true }, []burn.NoteKind{notekind.TextUnseen}},
		"none":           {reply(nil), []burn.NoteKind{notekind.TextUnseen}},
		"less":           {reply(text[:len(text)-18]), []burn.NoteKind{notekind.TextDiffers}},
		"without a sum":  {reply(append(bytes.Clone(text[:len(text)-2]), 0, 0)), nil},
		"another letter": {reply(append([]byte{text[0], text[1], text[2], text[3], text[4] ^ 1}, text[5:]...)), []burn.NoteKind{notekind.TextDiffers}},
		"the last one":   {reply(append(bytes.Clone(text[:len(text)-3]), text[len(text)-3]^1, text[len(text)-2], text[len(text)-1])), []burn.NoteKind{notekind.TextDiffers}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
				if req.CDB[0] != command.OpReadTOC || req.CDB[2]&0x0F != 5 || len(b.tap.of(command.OpSynchronizeCache)) == 0 {
					return scsi.Result{}, nil, false
				}
				res, answered := row.answer(req)
				return res, nil, answered
			}
			r, err := sao.Burn(t.Context(), b.drive, album(), nil, sao.Text{Packs: text})
			require.NoError(t, err)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			require.Equal(t, row.want, kindsOf(r.Notes))
			for _, n := range r.Notes {
				require.Equal(t, name == "refused", n.Cause.Err != nil)
			}
		})
	}
}

// Disc information or the ATIP reports the start of the lead-in. Without it no text can be
// written, which is an error if the text is required, and otherwise a note.
func TestWhereTheLeadInStarts(t *testing.T) {
	for name, row := range map[string]struct {
		info, atip bool
		text       bool
	}{"both": {true, true, true}, "ATIP": {false, true, true}, "disc information": {true, false, true}, "neither": {false, false, false}} {
		for _, need := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
					switch {
					case req.CDB[0] == command.OpReadTOC && req.CDB[2]&0x0F == 4 && !row.atip:
						return refuse(5, 0x24, 0), nil, true
					case req.CDB[0] == command.OpReadDiscInformation && !row.info:
						res, err := b.Drive.Do(context.Background(), req)
						if err == nil && res.Status == scsi.Good && res.N >= 20 {
							copy(req.Data[16:20], "\xff\xff\xff\xff")
						}
						return res, err, true
					}
					return scsi.Result{}, nil, false
				}
				r, err := sao.Burn(t.Context(), b.drive, album(), nil, sao.Text{Packs: packs(t, album()), Required: need})
				if need && !row.text {
					require.ErrorIs(t, err, burn.ErrNoText)
					require.True(t, b.disc.Summary().Blank)
					return
				}
				require.NoError(t, err)
				require.Equal(t, !row.text, slices.Contains(kindsOf(r.Notes), notekind.TextDropped))
			})
		}
	}
}

// Titles can't be written in a later session, and the note names the reason.
func TestTextOfALaterSession(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	_, err := sao.Burn(t.Context(), b.drive, album(), &burn.Options{MultiSession: true}, sao.Text{})
	require.NoError(t, err)
	for _, need := range []bool{true, false} {
		r, err := sao.Burn(t.Context(), b.drive, album(), &burn.Options{Append: true}, sao.Text{Packs: packs(t, album()), Required: need})
		if need {
			require.ErrorIs(t, err, burn.ErrNoText)
			require.ErrorContains(t, err, "first session")
			continue
		}
		require.NoError(t, err)
		i := slices.Index(kindsOf(r.Notes), notekind.TextDropped)
		require.GreaterOrEqual(t, i, 0)
		require.ErrorContains(t, r.Notes[i].Cause.Err, "first session")
	}
}

// If a drive refuses index marks together with titles, the sheet is sent again with index
// marks and without titles.
func TestIndexesStayWithoutTheText(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	tracks := album()
	tracks[1].Indexes = []toc.IndexMark{{Index: 2, Offset: 200}}
	b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
		text := req.CDB[0] == command.OpSendCueSheet && bytes.Contains(req.Data, []byte{0x01, 0, 0, 0x41})
		return refuse(5, 0x26, 0), nil, text
	}
	r, err := sao.Burn(t.Context(), b.drive, tracks, nil, sao.Text{Packs: packs(t, tracks)})
	require.NoError(t, err)
	require.Equal(t, []toc.LBA{500}, b.disc.Tracks()[1].Indexes)
	require.Contains(t, kindsOf(r.Notes), notekind.TextDropped)
	require.NotContains(t, kindsOf(r.Notes), notekind.IndexesLeft)
}

// A drive with a small limit for cue sheets gets one without index marks. If even that is too
// long, nothing is sent.
func TestShortSheets(t *testing.T) {
	for limit, fits := range map[byte]bool{60: true, 40: false} {
		b := newBench(t, "modern", sim.CDR80)
		b.change(command.OpGetConfiguration, func(req *scsi.Request) {
			if at := bytes.Index(req.Data, []byte{0x00, 0x2E}); at >= 8 && (at-8)%4 == 0 {
				req.Data[at+5], req.Data[at+6], req.Data[at+7] = 0, 0, limit
			}
		})
		tracks := album()
		tracks[1].Indexes = []toc.IndexMark{{Index: 2, Offset: 200}, {Index: 3, Offset: 300}}
		r, err := sao.Burn(t.Context(), b.drive, tracks, nil, sao.Text{})
		if !fits {
			require.ErrorIs(t, err, burn.ErrDoesNotFit)
			require.Empty(t, b.tap.of(command.OpSendCueSheet))
			continue
		}
		require.NoError(t, err)
		require.Contains(t, r.Notes, burn.Note{Kind: notekind.IndexesLeft, Got: int(limit)})
		require.Empty(t, b.disc.Tracks()[1].Indexes)
	}
}
