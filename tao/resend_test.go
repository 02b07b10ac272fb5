package tao_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// answer makes the nth WRITE (and with more the ones behind it) end with sense.
// after lets the drive carry it out first.
func (b *bench) answer(nth, more int, after bool, sense []byte) {
	seen := 0
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.Opcode() != mmc.OpWrite10 {
			return next()
		}
		if seen++; seen < nth || seen > nth+more {
			return next()
		}
		if after {
			if _, err := next(); err != nil {
				return scsi.Result{}, err
			}
		}
		return scsi.Result{Status: scsi.CheckCondition, Sense: sense}, nil
	}
}

// A WRITE is only repeated when it is certain that the drive didn't take it.
func TestWhichWritesAreRepeated(t *testing.T) {
	for _, row := range []struct {
		name    string
		sense   []byte
		more    int  // how many further times it says so
		after   bool // the drive took the sectors all the same
		resends int
		ok      bool
	}{
		{"buffer full", fixedSense(2, 0x04, 0x08, false), 0, false, 1, true},
		{"buffer full for long", fixedSense(2, 0x04, 0x08, false), 99, false, 100, true},
		{"becoming ready, not taken", fixedSense(2, 0x04, 0x01, false), 2, false, 3, true},
		{"formatting, not taken", fixedSense(2, 0x04, 0x04, false), 0, false, 1, true},
		{"busy, not taken", fixedSense(2, 0x04, 0x07, false), 1, false, 2, true},
		{"busy, but taken", fixedSense(2, 0x04, 0x07, false), 0, true, 0, false},
		{"becoming ready, but taken", fixedSense(2, 0x04, 0x01, false), 0, true, 0, false},
		{"deferred not ready", fixedSense(2, 0x04, 0x08, true), 0, false, 0, false},
		{"not ready, other", fixedSense(2, 0x04, 0x03, false), 0, false, 0, false},
		{"medium error", fixedSense(3, 0x0C, 0x00, false), 0, false, 0, false},
		{"deferred medium error", fixedSense(3, 0x0C, 0x00, true), 0, false, 0, false},
		{"unit attention", fixedSense(6, 0x2A, 0x01, false), 0, false, 0, false},
		{"aborted", fixedSense(0xB, 0x47, 0x00, false), 0, false, 0, false},
		{"recovered", fixedSense(1, 0x0C, 0x01, false), 0, true, 0, true},
		{"deferred recovered, taken", fixedSense(1, 0x0C, 0x01, true), 0, true, 0, true},
		{"deferred recovered, not taken", fixedSense(1, 0x0C, 0x01, true), 0, false, 0, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.answer(20, row.more, row.after, row.sense)
			tracks := album()
			r, err := tao.Burn(context.Background(), b.drive, tracks, &tao.Options{Verify: tao.VerifyQuick})
			require.Equal(t, row.ok, err == nil, "%v", err)
			require.Equal(t, row.resends, r.Resends)
			require.Empty(t, b.tap.repeated())
			if row.ok {
				b.holds(t, r, tracks)
			}
		})
	}
}

// A drive that never gets room again: 200 seconds of its time, then an end.
func TestNoProgressForEver(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.answer(20, 1<<30, false, fixedSense(2, 0x04, 0x08, false))
	before := b.Now()
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	is(t, err, tao.ErrTimeout, tao.ErrBusy, tao.ErrWriteFailed)
	require.Greater(t, b.Now().Sub(before), 200*time.Second)
	require.Less(t, b.Now().Sub(before), 300*time.Second)
}

// No status came back: the drive is asked where it would go on, and the WRITE isn't
// sent again, whichever it is.
func TestUnknownEndOfAWrite(t *testing.T) {
	for _, taken := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
			if req.Opcode() != mmc.OpWrite10 || b.tap.count(mmc.OpWrite10) != 5 {
				return next()
			}
			if taken {
				if _, err := next(); err != nil {
					return scsi.Result{}, err
				}
			}
			return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errors.New("time-out")}
		}
		r, err := tao.Burn(context.Background(), b.drive, album(), nil)
		is(t, err, tao.ErrDriveLost, tao.ErrWriteFailed)
		nwa := 4 * 27
		if taken {
			nwa = 5 * 27
		}
		require.ErrorContains(t, err, fmt.Sprintf("would go on at LBA %d", nwa))
		require.Empty(t, b.tap.repeated())
		require.Equal(t, tao.TrackFailed, r.Tracks[0].Status)
		require.False(t, b.trayLocked())
		require.NotEmpty(t, b.disc.Tracks())
	}
}

// The drive names an address that can't be.
func TestImpossibleNextWritableAddress(t *testing.T) {
	for _, row := range []struct {
		name string
		nwa  int32
		free uint32
		want error
	}{
		{"inside what is written", 100, 300000, tao.ErrBadResponse},
		{"no room", 553, 100, tao.ErrNoSpace},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				res, err := next()
				if req.Opcode() == mmc.OpReadTrackInformation && req.CDB[5] == 0xFF && b.tap.count(mmc.OpSynchronizeCache) == 1 {
					putUint32(req.Data[12:], uint32(row.nwa))
					putUint32(req.Data[16:], row.free)
				}
				return res, err
			}
			r, err := tao.Burn(context.Background(), b.drive, album(), nil)
			is(t, err, row.want, tao.ErrWriteFailed)
			require.Equal(t, tao.TrackOK, r.Tracks[0].Status)
			require.Equal(t, tao.TrackNotBegun, r.Tracks[1].Status)
			require.Len(t, b.disc.Tracks(), 1)
			require.Contains(t, fmt.Sprint(r.NextSteps), "the disc holds track 1 and is open")
		})
	}
}

func putUint32(b []byte, v uint32) {
	b[0], b[1], b[2], b[3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}

// Small transfers of a bad bridge; odd limits; none known.
func TestChunkFollowsTheTransport(t *testing.T) {
	for _, row := range []struct{ limit, blocks int }{
		{0, 27}, {1 << 20, 27}, {65536, 27}, {32768, 13}, {4704, 2}, {2352, 1}, {100, 1},
	} {
		drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
		most := 0
		d, err := mmc.Open(context.Background(), limited{drive, row.limit, &most})
		require.NoError(t, err)
		tracks := []tao.Track{track("a", 1, 301*588)}
		r, err := tao.Burn(context.Background(), d, tracks, &tao.Options{FIFO: 1})
		require.NoError(t, err)
		require.Equal(t, row.blocks, most)
		require.Equal(t, row.blocks, r.FIFO.Chunk)
		b := &bench{Drive: drive, disc: drive.Disc(), drive: d}
		b.holds(t, r, tracks)
	}
}

type limited struct {
	*sim.Drive
	limit int
	most  *int
}

func (l limited) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: l.limit} }

func (l limited) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.Opcode() == mmc.OpWrite10 {
		*l.most = max(*l.most, len(req.Data)/toc.SectorSize)
	}
	return l.Drive.Do(ctx, req)
}
