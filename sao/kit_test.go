package sao_test

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// noise returns audio in which no two places are equal.
func noise(seed uint64, sectors int) []byte {
	b := make([]byte, sectors*toc.SectorSize)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b
}

// noises caches the results of music.
var noises sync.Map

// music returns a track of whole sectors of noise, which is generated once.
func music(name string, seed uint64, sectors int) burn.Track {
	key := [2]uint64{seed, uint64(sectors)}
	b, ok := noises.Load(key)
	if !ok {
		b, _ = noises.LoadOrStore(key, noise(seed, sectors))
	}
	return burn.Track{Source: pcm.FromBytes(name, pcm.CDDA, b.([]byte))}
}

// album returns three tracks with titles.
func album() []burn.Track {
	list := []burn.Track{music("one.wav", 1, 300), music("two.wav", 2, 400), music("three.wav", 3, 500)}
	for i, title := range []string{"First", "Second", "Third"} {
		list[i].Title, list[i].Performer = title, "The Simulators"
	}
	return list
}

// packs returns the CD-TEXT of an album.
func packs(t testing.TB, tracks []burn.Track) []byte {
	t.Helper()
	block := cdtext.Block{Language: cdtext.English, Album: cdtext.Text{Title: "Test", Performer: "The Simulators"}}
	for _, track := range tracks {
		block.Tracks = append(block.Tracks, cdtext.Track{Text: cdtext.Text{Title: track.Title, Performer: track.Performer}})
	}
	b, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{block}})
	require.NoError(t, err)
	return b
}

// bench is an opened simulated drive with a disc.
type bench struct {
	*sim.Drive
	disc  *sim.Disc
	drive *mmc.Drive
	tap   *tap
}

// tap records the commands sent, and can answer in place of the drive.
type tap struct {
	scsi.Transport
	sent []sentCommand
	hook func(n int, req *scsi.Request) (res scsi.Result, err error, answered bool)
}

// command is a command that was sent.
type sentCommand struct {
	op     byte
	lba    toc.LBA // of WRITE
	blocks int
	bytes  int
	data   []byte // of SEND CUE SHEET and MODE SELECT
}

func (t *tap) Unwrap() scsi.Transport { return t.Transport }

func (t *tap) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	c := sentCommand{op: req.CDB[0]}
	switch c.op {
	case command.OpWrite10:
		c.lba = toc.LBA(int32(uint32(req.CDB[2])<<24 | uint32(req.CDB[3])<<16 | uint32(req.CDB[4])<<8 | uint32(req.CDB[5])))
		c.blocks, c.bytes = int(req.CDB[7])<<8|int(req.CDB[8]), len(req.Data)
	case command.OpSendCueSheet, command.OpModeSelect10:
		c.data = append([]byte(nil), req.Data...)
	}
	t.sent = append(t.sent, c)
	if t.hook != nil {
		if res, err, answered := t.hook(len(t.sent)-1, req); answered {
			return res, err
		}
	}
	return t.Transport.Do(ctx, req)
}

// of returns the commands with an operation code.
func (t *tap) of(op byte) (list []sentCommand) {
	for _, c := range t.sent {
		if c.op == op {
			list = append(list, c)
		}
	}
	return list
}

func newBench(t require.TestingT, personality string, media sim.Media) *bench {
	p, err := sim.PersonalityByName(personality)
	require.NoError(t, err)
	b := &bench{disc: sim.NewDisc(media)}
	b.Drive = sim.New(sim.Config{Personality: p, Disc: b.disc, Clock: "instant"})
	b.tap = &tap{Transport: b.Drive}
	b.drive, err = mmc.Open(context.Background(), b.tap)
	require.NoError(t, err)
	if t, ok := t.(testing.TB); ok {
		t.Cleanup(b.release)
	}
	return b
}

// release lets the next disc reuse the memory of this one.
func (b *bench) release() {
	b.Eject()
	_ = b.disc.Close()
}

// holds asserts that the disc contains want at an address.
func (b *bench) holds(t require.TestingT, at toc.LBA, want []byte) {
	got := make([]byte, len(want))
	require.NoError(t, b.disc.ReadSectors(at, got))
	for i := range want {
		if got[i] != want[i] {
			require.Failf(t, "another sample", "byte %d of sector %d", i%toc.SectorSize, int(at)+i/toc.SectorSize)
		}
	}
}

// refuse returns CHECK CONDITION with the given sense data.
func refuse(key, asc, ascq byte) scsi.Result {
	return scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0}}
}

// piece returns a track cut out of audio.
func piece(all []byte, from, sectors int) burn.Track {
	return burn.Track{Source: pcm.FromBytes("piece.wav", pcm.CDDA, all[from*toc.SectorSize:(from+sectors)*toc.SectorSize])}
}

// flaky is a source whose second reading fails.
type flaky struct {
	pcm.Source
	opens int
	after int64 // number of bytes until the failure
	fail  error
}

func (f *flaky) Open() (io.ReadCloser, error) {
	r, err := f.Source.Open()
	if f.opens++; f.opens == 1 || err != nil {
		return r, err
	}
	return &failing{r, f.after, f.fail}, nil
}

type failing struct {
	io.ReadCloser
	left int64
	fail error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, f.fail
	}
	n, err := f.ReadCloser.Read(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	return n, err
}
