package sao_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// forms describes each sheet that was sent: the lead-in entry, the head of the first ISRC
// entry, and the data block type of page 05h.
func forms(sent []sentCommand) (list []string) {
	block := byte(0)
	for _, c := range sent {
		switch c.op {
		case command.OpModeSelect10:
			block = c.data[8+4]
		case command.OpSendCueSheet:
			isrc := byte(0)
			for i := 0; i < len(c.data); i += 8 {
				if c.data[i]&0x0F == 3 {
					isrc = c.data[i]
					break
				}
			}
			list = append(list, fmt.Sprintf("% X isrc %02X type %d", c.data[:8], isrc, block))
		}
	}
	return list
}

// If a drive refuses every form of the sheet, or all but one, they are sent in the order of
// cuesheet.Session.Variants, each refusal is noted, and the first WRITE fits the accepted form.
func TestEveryFormIsTriedInOrder(t *testing.T) {
	want := []string{
		"01 00 00 41 00 00 00 00 isrc 23 type 0",
		"01 00 00 41 00 00 00 00 isrc 03 type 0",
		"01 00 00 41 00 61 1A 42 isrc 23 type 3",
		"01 00 00 41 00 61 1A 42 isrc 03 type 3",
		"01 00 00 01 00 00 00 00 isrc 23 type 0",
		"01 00 00 01 00 00 00 00 isrc 03 type 0",
	}
	for accepted := range len(want) + 1 {
		for _, need := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/%v", accepted, need), func(t *testing.T) {
				b := newBench(t, "modern", sim.CDR80)
				sheets := 0
				b.tap.hook = func(_ int, req *scsi.Request) (scsi.Result, error, bool) {
					if req.CDB[0] != command.OpSendCueSheet {
						return scsi.Result{}, nil, false
					}
					sheets++
					return refuse(5, 0x26, 0), nil, sheets != accepted+1
				}
				tracks := album()
				tracks[0].ISRC, tracks[0].Control = "DEAB31200001", toc.CopyPermitted
				r, err := sao.Burn(context.Background(), b.drive, tracks, nil, sao.Text{Packs: packs(t, tracks), Required: need})
				refused := 0
				dropped := false
				for _, n := range r.Notes {
					if n.Kind == notekind.SheetRefused {
						refused++
						require.ErrorIs(t, n.Cause.Err, scsi.Code(0x2600))
					}
					dropped = dropped || n.Kind == notekind.TextDropped
				}
				got := forms(b.tap.sent)
				if need && accepted >= 4 && accepted < len(want) {
					require.ErrorIs(t, err, burn.ErrNoText, "without the text the drive takes it")
					require.Equal(t, want[:accepted+1], got)
					require.Equal(t, accepted, refused)
					untouched(t, b, r)
					return
				}
				if accepted == len(want) {
					require.ErrorIs(t, err, burn.ErrNoSAO, "whether the text is needed or not")
					require.NotErrorIs(t, err, burn.ErrNoText)
					require.False(t, dropped, "nothing is written without CD-TEXT")
					require.Equal(t, want, got)
					require.Equal(t, len(want), refused)
					untouched(t, b, r)
					return
				}
				require.NoError(t, err)
				require.Equal(t, want[:accepted+1], got)
				require.Equal(t, accepted, refused)
				require.Equal(t, accepted >= 4, dropped)
				first := b.tap.of(command.OpWrite10)[0]
				if accepted < 4 {
					require.Equal(t, toc.LBA(-11634), first.lba, "the lead-in is written from its real start in both forms")
					require.Equal(t, 96*first.blocks, first.bytes)
				} else {
					require.Equal(t, toc.LBA(-150), first.lba)
				}
				b.holds(t, 0, noise(1, 300))
			})
		}
	}
}

// untouched asserts that nothing was written, and that the report states this.
func untouched(t *testing.T, b *bench, r burn.Report) {
	t.Helper()
	require.True(t, b.disc.Summary().Blank)
	require.Empty(t, b.tap.of(command.OpWrite10))
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, mmc.DiscEmpty, r.After.Status.Value)
	for _, row := range r.Tracks {
		require.Equal(t, burn.TrackNotBegun, row.Status)
	}
}

// After any refusal before the first WRITE, the disc stays blank.
func TestRefusalsBeforeTheFirstWriteLeaveABlankDisc(t *testing.T) {
	clean := newBench(t, "modern", sim.CDR80)
	_, err := sao.Burn(context.Background(), clean.drive, album(), nil, sao.Text{})
	require.NoError(t, err)
	first := 0
	for clean.tap.sent[first].op != command.OpWrite10 {
		first++
	}
	answers := []scsi.Result{refuse(5, 0x24, 0), refuse(4, 0x09, 0), refuse(3, 0x0C, 0), refuse(2, 0x3A, 0)}
	if testing.Short() {
		answers = answers[:1]
	}
	for n := 1; n < first; n++ {
		for _, answer := range answers {
			b := newBench(t, "modern", sim.CDR80)
			b.tap.hook = func(i int, req *scsi.Request) (scsi.Result, error, bool) { return answer, nil, i == n }
			r, err := sao.Burn(context.Background(), b.drive, album(), nil, sao.Text{})
			if err == nil {
				continue // the command was unimportant or repeated
			}
			require.True(t, b.disc.Summary().Blank, "command %d (%02Xh): %v", n, clean.tap.sent[n].op, err)
			require.Empty(t, b.tap.of(command.OpWrite10))
			require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
		}
	}
}

func TestWhatTheDriveLacksIsRefusedInThePlan(t *testing.T) {
	b := newBench(t, "sao-unknown", sim.CDR80)
	_, err := sao.MakePlan(context.Background(), b.drive, album(), nil, sao.Text{})
	require.ErrorIs(t, err, burn.ErrNoSAO)
	b = newBench(t, "modern", sim.CDR80)
	_, err = sao.MakePlan(context.Background(), b.drive, album(), &burn.Options{NoClose: true}, sao.Text{})
	require.ErrorIs(t, err, burn.ErrNoFeature)
}

// Packs that can't be recorded are rejected before the drive gets a cue sheet.
func TestPacksThatAreNoPacks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	for _, n := range []int{1, 19, 18 * 2049} {
		_, err := sao.MakePlan(context.Background(), b.drive, album(), nil, sao.Text{Packs: make([]byte, n)})
		require.ErrorIs(t, err, cdtext.ErrInvalid)
		require.Equal(t, burn.ErrBadInput, burn.Category(err))
	}
}

// The lead-out must start within the capacity of the disc: one more sector is refused.
func TestCapacity(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	room, err := sao.MakePlan(context.Background(), b.drive, silent(300, 300), nil, sao.Text{})
	require.NoError(t, err)
	full := int(room.Total + room.FreeLeft)
	assert.Equal(t, room.Disc.ATIP.Value.LastLeadOut.LBA(), toc.LBA(full)+placing.RunOutSectors, "free blocks are counted without the run-out")
	plan, err := sao.MakePlan(context.Background(), b.drive, silent(full-300, 300), nil, sao.Text{})
	require.NoError(t, err)
	assert.Zero(t, plan.FreeLeft)
	assert.Zero(t, plan.Pauses)
	_, err = sao.MakePlan(context.Background(), b.drive, silent(full-299, 300), nil, sao.Text{})
	var fit *burn.FitError
	require.True(t, errors.As(err, &fit), "%v", err)
	assert.Equal(t, toc.Sectors(1), fit.Need-fit.Room)
	tracks := silent(full-300, 300)
	tracks[1].Pause = 1
	_, err = sao.MakePlan(context.Background(), b.drive, tracks, nil, sao.Text{})
	require.ErrorIs(t, err, burn.ErrNoSpace, "a pause counts")
}
