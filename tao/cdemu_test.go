package tao_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// likeCDEmu makes a simulated drive answer as the CDEmu daemon does, by its source
// (device-commands.c, device-recording.c, 2026-08) where it differs from MMC:
//
//   - an open session counts as closed, and one more as open;
//   - the table of contents lists the tracks of an open session;
//   - the start of a track is that of its pregap (personality start-with-pregap);
//   - the invisible track starts at 0, belongs to the session after the open one, and
//     has the free blocks of the empty disc for ever;
//   - from the first sector of a track on the next writable address is 150 further than
//     the last sector written.
func likeCDEmu(b *bench) {
	starts, next := []uint32{}, uint32(0)
	open, fresh := false, true
	b.tap.hook = func(_ int, req *scsi.Request, run func() (scsi.Result, error)) (scsi.Result, error) {
		res, err := run()
		if err != nil {
			return res, err
		}
		switch d := req.Data[:res.N]; {
		case req.CDB[0] == command.OpWrite10:
			lba := binary.BigEndian.Uint32(req.CDB[2:])
			if fresh {
				starts, fresh, open = append(starts, lba), false, true
			}
			next = lba + uint32(binary.BigEndian.Uint16(req.CDB[7:]))
		case req.CDB[0] == command.OpSynchronizeCache:
			fresh = true
		case req.CDB[0] == command.OpCloseTrackSession && req.CDB[2]&7 == 2:
			open, fresh = false, true
		case !open || res.Status != scsi.Good && req.CDB[0] != command.OpReadTOC:
		case req.CDB[0] == command.OpReadDiscInformation && len(d) > 4:
			d[4]++
		case req.CDB[0] == command.OpReadTrackInformation && len(d) >= 28 && d[6]&0x40 != 0:
			d[3]++
			clear(d[8:12])
			binary.BigEndian.PutUint32(d[16:], 359700)
			binary.BigEndian.PutUint32(d[24:], 359700)
			if !fresh {
				binary.BigEndian.PutUint32(d[12:], next+150)
			}
		case req.CDB[0] == command.OpReadTOC && req.CDB[2]&0xF == 0:
			return tocOfOpen(req, starts, next), nil
		}
		return res, err
	}
}

// tocOfOpen is a formatted table of contents.
func tocOfOpen(req *scsi.Request, starts []uint32, leadOut uint32) scsi.Result {
	b := []byte{0, 0, 1, byte(len(starts))}
	for i, start := range append(starts[:len(starts):len(starts)], leadOut) {
		number := byte(i + 1)
		if i == len(starts) {
			number = 0xAA
		}
		b = binary.BigEndian.AppendUint32(append(b, 0, 0x10, number, 0), start)
	}
	binary.BigEndian.PutUint16(b, uint16(len(b)-2))
	return scsi.Result{N: copy(req.Data, b)}
}

// The burn succeeds with a foreign recorder that reports an open session in its own way, and
// the album can be continued and closed.
func TestCDEmu(t *testing.T) {
	ctx := context.Background()
	full := &burn.Options{Verify: disc.VerifyFull}
	b := newBench(t, "start-with-pregap", sim.CDR80)
	likeCDEmu(b)
	r, err := tao.Burn(ctx, b.drive, album(), full)
	require.NoError(t, err, "%v", r.Differences)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	b.holds(t, r, album())
	for _, track := range r.Tracks {
		require.Empty(t, track.Notes, "a start that is that of the pregap is no difference")
	}

	b = newBench(t, "start-with-pregap", sim.CDR80)
	likeCDEmu(b)
	r, err = tao.Burn(ctx, b.drive, album()[:2], &burn.Options{NoClose: true})
	require.NoError(t, err, "%v", r.Differences)
	require.False(t, *r.Closed)
	require.Len(t, r.OnDisc, 2)
	r, err = tao.Burn(ctx, b.drive, album()[2:], &burn.Options{Append: true, Verify: disc.VerifyFull})
	require.NoError(t, err, "%v", r.Differences)
	require.Equal(t, 3, r.Tracks[0].Number)
	require.True(t, *r.Closed)
	require.Len(t, b.disc.Tracks(), 3)

	b = newBench(t, "start-with-pregap", sim.CDR80)
	likeCDEmu(b)
	_, err = tao.Burn(ctx, b.drive, album(), &burn.Options{NoClose: true})
	require.NoError(t, err)
	r, err = tao.CloseDisc(ctx, b.drive, nil)
	require.NoError(t, err)
	require.True(t, *r.Closed)
}
