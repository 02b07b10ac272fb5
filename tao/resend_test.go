package tao_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// answer makes the nth WRITE, and the given number of following ones, end with sense. With
// after, the drive executes them first.
func (b *bench) answer(nth, more int, after bool, sense []byte) {
	seen := 0
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] != command.OpWrite10 {
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

// A WRITE is repeated only if the drive certainly didn't accept it.
func TestWhichWritesAreRepeated(t *testing.T) {
	for _, row := range []struct {
		name    string
		sense   []byte
		more    int  // number of further WRITEs answered in this way
		after   bool // the drive accepted the sectors nevertheless
		resends int
		ok      bool
	}{
		{"buffer full", fixedSense(2, 0x04, 0x08, false), 0, false, 1, true},
		{"buffer full for long", fixedSense(2, 0x04, 0x08, false), 99, false, 100, true},
		{"becoming ready, not taken", fixedSense(2, 0x04, 0x01, false), 2, false, 3, true},
		{"formatting, not taken", fixedSense(2, 0x04, 0x04, false), 0, false, 1, true},
		{"busy, not taken", fixedSense(2, 0x04, 0x07, false), 1, false, 2, true},
		{"busy, but taken", fixedSense(2, 0x04, 0x07, false), 0, true, 0, true},
		{"becoming ready, but taken", fixedSense(2, 0x04, 0x01, false), 0, true, 0, true},
		{"deferred not ready", fixedSense(2, 0x04, 0x08, true), 0, false, 0, false},
		{"not ready, other", fixedSense(2, 0x04, 0x03, false), 0, false, 0, false},
		{"medium error", fixedSense(3, 0x0C, 0x00, false), 0, false, 0, false},
		{"deferred medium error", fixedSense(3, 0x0C, 0x00, true), 0, false, 0, false},
		{"unit attention", fixedSense(6, 0x2A, 0x01, false), 0, false, 1, true},
		{"unit attentions without end", fixedSense(6, 0x2A, 0x01, false), 99, false, 4, false},
		{"unit attention, but taken", fixedSense(6, 0x2A, 0x01, false), 0, true, 0, true},
		{"another disc, but it is the same", fixedSense(6, 0x28, 0x00, false), 0, false, 1, true},
		{"another disc, but it is the same, and taken", fixedSense(6, 0x28, 0x00, false), 0, true, 0, true},
		{"another disc without end", fixedSense(6, 0x28, 0x00, false), 99, false, 4, false},
		{"medium error, but taken", fixedSense(3, 0x0C, 0x00, false), 0, true, 0, true},
		{"aborted", fixedSense(0xB, 0x47, 0x00, false), 0, false, 1, true},
		{"aborted without end", fixedSense(0xB, 0x47, 0x00, false), 99, false, 3, false},
		{"aborted, but taken", fixedSense(0xB, 0x47, 0x00, false), 0, true, 0, true},
		{"recovered", fixedSense(1, 0x0C, 0x01, false), 0, true, 0, true},
		{"deferred recovered, taken", fixedSense(1, 0x0C, 0x01, true), 0, true, 0, true},
		{"deferred recovered, not taken", fixedSense(1, 0x0C, 0x01, true), 0, false, 1, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.answer(20, row.more, row.after, row.sense)
			tracks := album()
			r, err := tao.Burn(context.Background(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick})
			require.Equal(t, row.ok, err == nil, "%v", err)
			require.Equal(t, row.resends, r.Resends)
			if !row.after || row.ok {
				require.Empty(t, b.tap.repeated())
			}
			if row.ok {
				b.holds(t, r, tracks)
			}
		})
	}
}

// If a drive's buffer never gets room again, the burn ends after 200 seconds of the drive's
// time.
func TestNoProgressEndsTheBurn(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.answer(20, 1<<30, false, fixedSense(2, 0x04, 0x08, false))
	before := b.Now()
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	is(t, err, burn.ErrTimeout, burn.ErrBusy, burn.ErrWriteFailed)
	require.Greater(t, b.Now().Sub(before), 200*time.Second)
	require.Less(t, b.Now().Sub(before), 300*time.Second)
}

// After a WRITE without a status, or with GOOD for fewer bytes than were sent, the next
// writable address is read twice. An address past the WRITE means that it was accepted. The
// address of the WRITE means that it wasn't; it is then sent again, at most three times in a
// burn.
func TestUnknownEndOfAWrite(t *testing.T) {
	lost := func(req *scsi.Request) (scsi.Result, error) {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errors.New("time-out")}
	}
	residue := func(req *scsi.Request) (scsi.Result, error) {
		return scsi.Result{Status: scsi.Good, N: len(req.Data) - 2*toc.SectorSize}, nil
	}
	for _, row := range []struct {
		name   string
		answer func(*scsi.Request) (scsi.Result, error)
		taken  bool
		times  int
		ok     bool
		note   burn.NoteKind
	}{
		{"no status, taken", lost, true, 1, true, notekind.WriteTaken},
		{"no status, taken, often", lost, true, 9, true, notekind.WriteTaken},
		{"no status, not taken", lost, false, 1, true, notekind.WriteResent},
		{"no status, not taken, three times", lost, false, 3, true, notekind.WriteResent},
		{"no status, not taken, four times", lost, false, 4, false, notekind.WriteResent},
		{"residue, taken", residue, true, 1, true, notekind.WriteTaken},
		{"residue, not taken", residue, false, 1, true, notekind.WriteResent},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			times := 0
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if req.CDB[0] != command.OpWrite10 || b.tap.count(command.OpWrite10) < 5 || times == row.times {
					return next()
				}
				times++
				if row.taken {
					if _, err := next(); err != nil {
						return scsi.Result{}, err
					}
				}
				return row.answer(req)
			}
			r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Verify: disc.VerifyQuick})
			require.False(t, b.trayLocked())
			require.Contains(t, fmt.Sprint(r.Tracks[0].Notes), row.note)
			if row.ok {
				require.NoError(t, err)
				b.holds(t, r, album())
				return
			}
			is(t, err, burn.ErrWriteFailed)
			require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
			require.Equal(t, b.disc.Tracks()[0].Size, r.OnDisc[0].Sectors)
		})
	}
}

// The drive accepted only the part of a WRITE that arrived, and answered GOOD. The next
// writable address is inside the WRITE, and nothing can be repaired.
func TestPartlyAcceptedWrite(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] != command.OpWrite10 || b.tap.count(command.OpWrite10) != 5 {
			return next()
		}
		part := *req
		part.Data = req.Data[:25*toc.SectorSize]
		part.CDB[8] = 25
		return b.Drive.Do(context.Background(), &part)
	}
	r, err := tao.Burn(context.Background(), b.drive, album(), nil)
	is(t, err, burn.ErrWriteFailed)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
	require.Equal(t, 5, b.tap.count(command.OpWrite10), "nothing is sent again")
}

// The drive reports an impossible next writable address.
func TestImpossibleNextWritableAddress(t *testing.T) {
	for _, row := range []struct {
		name string
		nwa  int32
		free uint32
		want error
	}{
		{"inside what is written", 100, 300000, burn.ErrBadResponse},
		{"no room", 553, 100, burn.ErrNoSpace},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				res, err := next()
				if req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 0xFF && b.tap.count(command.OpSynchronizeCache) == 1 {
					putUint32(req.Data[12:], uint32(row.nwa))
					putUint32(req.Data[16:], row.free)
				}
				return res, err
			}
			r, err := tao.Burn(context.Background(), b.drive, album(), nil)
			is(t, err, row.want, burn.ErrWriteFailed)
			require.Equal(t, burn.TrackOK, r.Tracks[0].Status)
			require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
			require.Len(t, b.disc.Tracks(), 1)
			require.Len(t, r.OnDisc, 1)
			require.False(t, *r.Closed)
		})
	}
}

func putUint32(b []byte, v uint32) {
	b[0], b[1], b[2], b[3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}

// Transports with small, odd and unknown limits.
func TestChunkFollowsTheTransport(t *testing.T) {
	for _, row := range []struct{ limit, blocks int }{
		{0, 27}, {1 << 20, 27}, {65536, 27}, {32768, 13}, {4704, 2}, {2352, 1}, {100, 1},
	} {
		drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
		most := 0
		d, err := mmc.Open(context.Background(), limited{drive, row.limit, &most})
		require.NoError(t, err)
		tracks := []burn.Track{track("a", 1, 301*588)}
		r, err := tao.Burn(context.Background(), d, tracks, &burn.Options{FIFO: 1})
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
	if req.CDB[0] == command.OpWrite10 {
		*l.most = max(*l.most, len(req.Data)/toc.SectorSize)
	}
	return l.Drive.Do(ctx, req)
}
