package tao_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// noise returns audio in which no two places are equal, so that a comparison with any wrong
// offset fails.
func noise(seed uint64, frames int64) []byte {
	b := make([]byte, frames*4)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b
}

// noises caches the results of sharedNoise.
var noises sync.Map

// sharedNoise returns noise that is generated once. It must not be modified.
func sharedNoise(seed uint64, frames int64) []byte {
	key := [2]uint64{seed, uint64(frames)}
	b, ok := noises.Load(key)
	if !ok {
		b, _ = noises.LoadOrStore(key, noise(seed, frames))
	}
	return b.([]byte)
}

// track returns a track of noise with the given length in frames.
func track(name string, seed uint64, frames int64) burn.Track {
	return burn.Track{Source: pcm.FromBytes(name, pcm.CDDA, sharedNoise(seed, frames))}
}

// album returns three tracks: one whose last sector isn't full, one shorter than four seconds,
// and one of whole sectors.
func album() []burn.Track {
	return []burn.Track{
		track("one.wav", 1, 400*588+17),
		track("two.wav", 2, 200*588),
		track("three.wav", 3, 351*588),
	}
}

// bench is an opened simulated drive with a disc.
type bench struct {
	*sim.Drive
	disc  *sim.Disc
	drive *mmc.Drive
	tap   *tap
}

// tap is a transport between tao and the drive. It records opcodes and WRITEs, and can answer
// in place of the drive.
type tap struct {
	scsi.Transport
	mu     sync.Mutex
	ops    []byte
	writes []written
	before func()
	hook   func(n int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error)
}

type written struct {
	lba    toc.LBA
	blocks int
	taken  bool // by the drive, regardless of its answer
}

func (t *tap) Unwrap() scsi.Transport { return t.Transport }

func (t *tap) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	t.mu.Lock()
	n := len(t.ops)
	t.ops = append(t.ops, req.CDB[0])
	hook, before := t.hook, t.before
	t.mu.Unlock()
	if before != nil {
		before()
	}
	reached := false
	next := func() (scsi.Result, error) {
		res, err := t.Transport.Do(ctx, req)
		reached = err == nil && res.Status == scsi.Good
		return res, err
	}
	var res scsi.Result
	var err error
	if hook != nil {
		res, err = hook(n, req, next)
	} else {
		res, err = next()
	}
	if req.CDB[0] == command.OpWrite10 {
		t.mu.Lock()
		defer t.mu.Unlock()
		lba := toc.LBA(int32(uint32(req.CDB[2])<<24 | uint32(req.CDB[3])<<16 | uint32(req.CDB[4])<<8 | uint32(req.CDB[5])))
		t.writes = append(t.writes, written{lba: lba, blocks: int(req.CDB[7])<<8 | int(req.CDB[8]), taken: reached})
	}
	return res, err
}

// count returns how often an opcode was sent.
func (t *tap) count(op byte) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, o := range t.ops {
		if o == op {
			n++
		}
	}
	return n
}

func newBench(t testing.TB, personality string, media sim.Media) *bench {
	t.Helper()
	return benchWith(t, personality, sim.NewDisc(media), "instant")
}

func benchWith(t testing.TB, personality string, disc *sim.Disc, clock string) *bench {
	t.Helper()
	p, err := sim.PersonalityByName(personality)
	require.NoError(t, err)
	b := &bench{disc: disc}
	b.Drive = sim.New(sim.Config{Personality: p, Disc: disc, Clock: clock})
	b.tap = &tap{Transport: b.Drive}
	b.drive, err = mmc.Open(context.Background(), b.tap)
	require.NoError(t, err)
	t.Cleanup(b.release)
	return b
}

// release lets the next disc reuse the memory of this one.
func (b *bench) release() {
	b.Eject()
	_ = b.disc.Close()
}

// events collects events and checks their rules.
type events struct {
	list     []burn.Event
	clock    scsi.Clock
	last     time.Time
	gap      time.Duration // longest time without an event while writing or closing
	finished int
	busy     bool
}

func (e *events) on(ev burn.Event) {
	e.last = e.clock.Now()
	if p, ok := ev.(burn.Progress); ok {
		e.busy = p.Phase == burn.PhaseWrite || p.Phase == burn.PhaseClose || p.Phase == burn.PhaseFlush
	}
	if _, ok := ev.(burn.Finished); ok {
		e.finished++
	}
	e.list = append(e.list, ev)
}

// command is called before each command. A long command can't be interrupted, but no event may
// be overdue when the next command is sent.
func (e *events) command() {
	if e.busy {
		e.gap = max(e.gap, e.clock.Now().Sub(e.last))
	}
}

// check asserts that Finished was sent exactly once, and last.
func (e *events) check(t testing.TB) {
	t.Helper()
	require.Equal(t, 1, e.finished, "Finished exactly once")
	_, ok := e.list[len(e.list)-1].(burn.Finished)
	require.True(t, ok, "Finished is last, not %T", e.list[len(e.list)-1])
}

// events returns a listener to a burn.
func (b *bench) events() *events {
	e := &events{clock: b.Drive}
	b.tap.before = e.command
	return e
}

// holds asserts that the disc contains exactly the audio of the tracks, padded with silence to
// 300 sectors, at the positions in the report.
func (b *bench) holds(t testing.TB, r burn.Report, tracks []burn.Track) {
	t.Helper()
	for i, want := range tracks {
		row := r.Tracks[i]
		require.NoError(t, b.same(row.Start, want.Source, row.Sectors), "track %d", row.Number)
		require.Equal(t, max(toc.Sectors(pcm.Sectors(want.Source)), placing.MinTrack), row.Sectors, "track %d", row.Number)
	}
}

// same compares the disc with a source followed by silence.
func (b *bench) same(start toc.LBA, src pcm.Source, sectors toc.Sectors) error {
	r, err := src.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	var want, got [27 * toc.SectorSize]byte
	for done := toc.Sectors(0); done < sectors; done += 27 {
		part := min(sectors-done, 27).Bytes()
		had, err := io.ReadFull(r, want[:part])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		clear(want[had:part])
		if err := b.disc.ReadSectors(start+toc.LBA(done), got[:part]); err != nil {
			return err
		}
		if bytes.Equal(got[:part], want[:part]) {
			continue
		}
		for i := range part {
			if got[i] != want[i] {
				return fmt.Errorf("byte %d differs (sector %d)", done.Bytes()+i, done+toc.Sectors(i/toc.SectorSize))
			}
		}
	}
	return nil
}

// is asserts that err matches all targets.
func is(t testing.TB, err error, targets ...error) {
	t.Helper()
	for _, target := range targets {
		require.True(t, errors.Is(err, target), "%v doesn't match %v", err, target)
	}
}

// lengths returns the number of sectors of each track.
func lengths(r burn.Report) []toc.Sectors {
	var list []toc.Sectors
	for _, row := range r.Tracks {
		list = append(list, row.Sectors)
	}
	return slices.Clip(list)
}
