package tao_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// The outcome of RESERVE TRACK is what the drive then shows. A wrong reservation is undone, or
// nothing is written: a CD-R with an unused reservation can never be closed.
func TestReserveTrack(t *testing.T) {
	for name, row := range map[string]struct {
		personality string
		media       sim.Media
		answer      scsi.Result // answer to RESERVE TRACK; with after, once it has taken effect
		after       bool
		want        burn.ReserveResult
		note        burn.NoteKind
		err         []error // nil: the track is on the disc
	}{
		"works":              {media: sim.CDR80, want: "reserved"},
		"works on CD-RW":     {media: sim.CDRW80, want: "reserved"},
		"FFh is the next":    {personality: "ffh-after-reservation", media: sim.CDR80, want: "reserved"},
		"refused":            {media: sim.CDR80, answer: says(5, 0x20, 0), want: "refused", note: notekind.ReserveRefused},
		"ignored":            {personality: "ignores-reserve", media: sim.CDR80, want: "ignored", note: notekind.ReserveIgnored},
		"fails":              {media: sim.CDR80, answer: says(3, 0x0C, 0), err: []error{scsi.KeyMediumError, burn.ErrWriteFailed}},
		"fails with effect":  {media: sim.CDR80, answer: says(3, 0x0C, 0), after: true, want: "reserved"},
		"refused and shown":  {media: sim.CDR80, answer: says(5, 0x24, 0), after: true, want: "wrong", err: []error{burn.ErrReservation, scsi.KeyIllegalRequest}},
		"refused, shown, RW": {media: sim.CDRW80, answer: says(5, 0x24, 0), after: true, want: "undone", note: notekind.ReserveUndone},
		"another size":       {personality: "reserves-other-size", media: sim.CDR80, want: "wrong", err: []error{burn.ErrReservation}},
		"another size, RW":   {personality: "reserves-other-size", media: sim.CDRW80, want: "undone", note: notekind.ReserveUndone},
	} {
		t.Run(name, func(t *testing.T) {
			if row.personality == "" {
				row.personality = "modern"
			}
			b := newBench(t, row.personality, row.media)
			if row.answer.Status != scsi.Good {
				b.on(command.OpReserveTrack, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
					if row.after {
						if res, err := next(); err != nil || res.Status != scsi.Good {
							return res, err
						}
					}
					return row.answer, nil
				})
			}
			ev := b.events()
			tracks := []burn.Track{track("one", 1, 333*588)}
			r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{Reserve: burn.ReserveAlways, OnEvent: ev.on})
			b.tap.hook = nil
			require.Equal(t, 1, b.tap.count(command.OpReserveTrack))
			require.Equal(t, row.want, r.Tracks[0].Reserve)
			require.Contains(t, phasesOf(ev.list), burn.PhaseReserve)
			require.False(t, b.trayLocked())
			if row.err != nil {
				is(t, err, row.err...)
				var at *burn.Error
				require.ErrorAs(t, err, &at)
				require.Equal(t, burn.PhaseReserve, at.Phase)
				require.Equal(t, 1, at.Track)
				require.Empty(t, b.tap.writes)
				return
			}
			require.NoError(t, err)
			if row.note == "" {
				require.Empty(t, r.Tracks[0].Notes)
			} else {
				require.Equal(t, []burn.NoteKind{row.note}, kindsOf(r.Tracks[0].Notes))
			}
			b.holds(t, r, tracks)
			require.Equal(t, 1, b.tap.count(command.OpCloseTrackSession), "a full reservation needs no CLOSE TRACK")
		})
	}
}

func phasesOf(list []burn.Event) (phases []burn.Phase) {
	for _, e := range list {
		if p, is := e.(burn.Progress); is {
			phases = append(phases, p.Phase)
		}
	}
	return phases
}

// If a drive doesn't answer after RESERVE TRACK, the burn ends, because the address of a WRITE
// is unknown.
func TestNoAnswerAboutAReservation(t *testing.T) {
	for name, about := range map[string]byte{"the track": 1, "track FFh": 0xFF} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			reserved := false
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				reserved = reserved || req.CDB[0] == command.OpReserveTrack
				if reserved && req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == about {
					return says(4, 0x44, 0), nil
				}
				return next()
			}
			r, err := tao.Burn(context.Background(), b.drive, album()[:1], &burn.Options{Reserve: burn.ReserveAlways})
			is(t, err, scsi.KeyHardwareError, burn.ErrWriteFailed)
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			require.Empty(t, b.tap.writes)
		})
	}
}

// A reservation may be shown late. Its address is checked like any other.
func TestReservationShowsLate(t *testing.T) {
	for name, row := range map[string]struct {
		hidden int // number of replies that don't show it
		want   burn.ReserveResult
	}{"late": {5, "reserved"}, "never": {1000, "ignored"}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			var before []byte
			reserved, asked := false, 0
			began := b.Now()
			took := 0.0
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if req.CDB[0] == command.OpReserveTrack {
					reserved, began = true, b.Now()
				}
				res, err := next()
				if req.CDB[0] != command.OpReadTrackInformation {
					if reserved && req.CDB[0] == command.OpWrite10 && took == 0 {
						took = b.Now().Sub(began).Seconds()
					}
					return res, err
				}
				if !reserved {
					before = append(before[:0], req.Data...)
				} else if asked++; asked <= row.hidden && took == 0 {
					copy(req.Data, before)
				}
				return res, err
			}
			r, err := tao.Burn(context.Background(), b.drive, album()[:1], &burn.Options{Reserve: burn.ReserveAlways})
			require.NoError(t, err)
			require.Equal(t, row.want, r.Tracks[0].Reserve)
			if row.want == "ignored" {
				require.InDelta(t, 10, took, 3)
			}
			require.Less(t, asked, 100)
		})
	}
}

// If a track is canceled after its reservation, the reservation is undone on CD-RW. On CD-R it
// becomes a track of silence, which the report counts.
func TestUnusedReservation(t *testing.T) {
	for name, row := range map[string]struct {
		personality string
		media       sim.Media
		undone      bool
		sent        toc.Sectors
	}{
		"CD-RW":                        {"modern", sim.CDRW80, true, 0},
		"CD-R, CLOSE TRACK pads":       {"modern", sim.CDR80, false, 0},
		"CD-R, CLOSE TRACK is refused": {"close-no-pad", sim.CDR80, false, 333},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, row.personality, row.media)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			reserved := 0
			b.on(command.OpReserveTrack, func(_ *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if reserved++; reserved == 2 {
					cancel()
				}
				return next()
			})
			tracks := []burn.Track{track("one", 1, 300*588), track("two", 2, 333*588)}
			r, err := tao.Burn(ctx, b.drive, tracks, &burn.Options{Reserve: burn.ReserveAlways})
			b.tap.hook = nil
			is(t, err, burn.ErrCanceled)
			require.Equal(t, burn.VerdictCanceled, r.Verdict)
			got, on := r.Tracks[1], b.disc.Tracks()
			if row.undone {
				require.Len(t, on, 1)
				require.EqualValues(t, "undone", got.Reserve)
				require.Zero(t, got.Sectors)
				return
			}
			require.Equal(t, burn.TrackCanceled, got.Status)
			require.Equal(t, []toc.Sectors{333, 333}, []toc.Sectors{got.Sectors, got.ShownSize})
			require.Equal(t, []toc.Sectors{row.sent, row.sent}, []toc.Sectors{got.Sent, got.Padding})
			require.Equal(t, []toc.LBA{on[1].Start, on[1].Start}, []toc.LBA{got.Start, got.ShownAt})
			require.Contains(t, kindsOf(got.Notes), notekind.ReserveSilence)
			require.Equal(t, "complete", on[1].State)
			require.NoError(t, b.same(on[1].Start, pcm.Silence("s", 333*588), 333))
		})
	}
}

// If a source fails in a reserved track, the drive pads the track, or the host does if the
// drive has accepted everything so far. After an error of the drive nothing more is written.
func TestFailureInAReservedTrack(t *testing.T) {
	for name, row := range map[string]struct {
		personality string
		source      bool // the source fails; otherwise the drive
		state       string
	}{
		"the drive pads":            {"modern", true, "complete"},
		"the host pads":             {"close-no-pad", true, "complete"},
		"a WRITE fails, padded":     {"modern", false, "complete"},
		"a WRITE fails, not padded": {"close-no-pad", false, "reserved"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, row.personality, sim.CDR80)
			src := track("one", 1, 700*588)
			if row.source {
				src.Source = &flaky{Source: src.Source, good: 1, after: 400 * toc.SectorSize, fail: errors.New("disk error")}
			} else {
				b.answer(10, 0, false, fixedSense(3, 0x0C, 0, false))
			}
			r, err := tao.Burn(context.Background(), b.drive, []burn.Track{src}, &burn.Options{Reserve: burn.ReserveAlways})
			b.tap.hook = nil
			require.Error(t, err)
			require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
			require.Equal(t, row.state, b.disc.Tracks()[0].State)
			silent := b.tap.writes[len(b.tap.writes)-1]
			if row.source && row.personality == "close-no-pad" {
				require.Equal(t, toc.LBA(700), silent.lba+toc.LBA(silent.blocks))
			} else {
				require.Less(t, silent.lba+toc.LBA(silent.blocks), toc.LBA(700))
			}
			if !row.source {
				require.False(t, silent.taken, "nothing follows a WRITE that failed")
			}
		})
	}
}

// After a wrong reservation was undone, the track is an ordinary one: CLOSE TRACK is
// unnecessary, even if the track becomes shorter.
func TestTrackAfterAnUndoneReservation(t *testing.T) {
	b := newBench(t, "reserves-other-size", sim.CDRW80)
	src := track("one", 1, 700*588)
	src.Source = &flaky{Source: src.Source, good: 1, after: 400 * toc.SectorSize, fail: errors.New("disk error")}
	r, err := tao.Burn(context.Background(), b.drive, []burn.Track{src}, &burn.Options{Reserve: burn.ReserveAlways})
	is(t, err, burn.ErrSourceShort)
	require.EqualValues(t, "undone", r.Tracks[0].Reserve)
	require.Equal(t, toc.Sectors(400), r.Tracks[0].Sectors)
	require.Zero(t, b.tap.count(command.OpCloseTrackSession))
	require.Equal(t, "complete", b.disc.Tracks()[0].State)
}

// On a CD-RW, a reservation that may exist is undone even if the drive couldn't be queried
// about it.
func TestReservationThatWasNotSeen(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	reserved := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		switch req.CDB[0] {
		case command.OpReserveTrack:
			reserved = true
		case command.OpBlank:
			reserved = false
		case command.OpReadTrackInformation:
			if reserved {
				return says(4, 0x44, 0), nil
			}
		}
		return next()
	}
	r, err := tao.Burn(context.Background(), b.drive, album()[:1], &burn.Options{Reserve: burn.ReserveAlways})
	is(t, err, scsi.KeyHardwareError)
	require.Empty(t, b.tap.writes)
	require.Equal(t, 1, b.tap.count(command.OpBlank))
	require.EqualValues(t, "undone", r.Tracks[0].Reserve)
	require.True(t, b.disc.Summary().Blank)
}

// A recorded track isn't a reservation: another disc with the same first track was inserted
// before the drive was queried. Its last track isn't erased.
func TestRecordingInsteadOfAReservation(t *testing.T) {
	other := newBench(t, "modern", sim.CDRW80)
	_, err := tao.Burn(context.Background(), other.drive, album()[:2], &burn.Options{NoClose: true})
	require.NoError(t, err)
	other.Eject()
	b := newBench(t, "modern", sim.CDRW80)
	swapped := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] == command.OpReadTrackInformation && b.tap.count(command.OpReserveTrack) == 2 && !swapped {
			swapped = true
			b.Eject()
			require.NoError(t, b.Insert(other.disc))
		}
		return next()
	}
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Reserve: burn.ReserveAlways})
	require.Error(t, err)
	require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
	require.True(t, swapped)
	require.Zero(t, b.tap.count(command.OpBlank))
	require.Len(t, other.disc.Tracks(), 2)
}
