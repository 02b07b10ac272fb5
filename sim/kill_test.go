package sim

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/filelock"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// history is a file that records every operation on it.
type history struct {
	disk
	ops []fileOp
}

// fileOp is a write, or with p nil a truncation.
type fileOp struct {
	at int64
	p  []byte
}

func (h *history) WriteAt(p []byte, at int64) (int, error) {
	h.ops = append(h.ops, fileOp{at, append([]byte{}, p...)})
	return h.disk.WriteAt(p, at)
}

func (h *history) Truncate(size int64) error {
	h.ops = append(h.ops, fileOp{at: size})
	return h.disk.Truncate(size)
}

// replay returns the file after an operation; the next write is cut off after n bytes.
func replay(b []byte, op fileOp, n int) []byte {
	if op.p != nil {
		return overwrite(b, op.p[:n], op.at)
	}
	d := &disk{bytes: b}
	_ = d.Truncate(op.at) // it can't fail
	return d.bytes
}

// killScript changes one disc file in every possible way: tracks, a reservation that is
// padded, sessions, each type of blanking, a complete and an interrupted session-at-once,
// a pressed disc. The audio encodes in which generation and to which place it was sent.
type killScript struct {
	t          *testing.T
	d          *Drive
	generation uint32
}

func (k *killScript) do(dir scsi.Direction, data []byte, cdb ...byte) {
	k.t.Helper()
	req := scsi.Request{CDBLen: len(cdb), Dir: dir, Data: data, Name: fmt.Sprintf("%02X", cdb[0])}
	copy(req.CDB[:], cdb)
	res, err := k.d.Do(context.Background(), &req)
	require.NoError(k.t, err)
	require.Equal(k.t, scsi.Good, res.Status, "%X: %X", cdb, res.Sense)
}

func (k *killScript) none(cdb ...byte) { k.t.Helper(); k.do(scsi.NoData, nil, cdb...) }

// stampOf is the audio of a sector.
func stampOf(lba toc.LBA, generation uint32) []byte {
	p := make([]byte, toc.SectorSize)
	for i := 0; i < len(p); i += 8 {
		binary.BigEndian.PutUint32(p[i:], uint32(lba)+1)
		binary.BigEndian.PutUint32(p[i+4:], generation)
	}
	return p
}

func (k *killScript) write(from toc.LBA, n int) {
	k.t.Helper()
	for n > 0 {
		part := min(n, 27)
		var p []byte
		for i := range part {
			p = append(p, stampOf(from+toc.LBA(i), k.generation)...)
		}
		cdb := []byte{0x2A, 0, 0, 0, 0, 0, 0, 0, byte(part), 0}
		binary.BigEndian.PutUint32(cdb[2:], uint32(from))
		k.do(scsi.DataOut, p, cdb...)
		from, n = from+toc.LBA(part), n-part
	}
}

func (k *killScript) flush() { k.t.Helper(); k.none(0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0) }

func (k *killScript) closeSession() { k.t.Helper(); k.none(0x5B, 0, 2, 0, 0, 0, 0, 0, 0, 0) }

func (k *killScript) blank(kind, track byte) {
	k.t.Helper()
	k.none(0xA1, kind, 0, 0, 0, track, 0, 0, 0, 0, 0, 0)
	k.generation++
}

func (k *killScript) run() {
	page := make([]byte, 60)
	copy(page[8:], []byte{0x05, 0x32, 0x41, 0xC0})
	k.do(scsi.DataOut, page, 0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0)
	k.write(0, 100) // padded to 300
	k.flush()
	k.none(0x53, 0, 0, 0, 0, 0, 0, 1, 0x90, 0) // 400 sectors
	k.write(452, 60)
	k.flush()
	k.none(0x5B, 0, 1, 0, 0, 2, 0, 0, 0, 0)
	k.closeSession()
	k.blank(6, 0)
	k.write(0, 310)
	k.flush()
	k.write(462, 320)
	k.flush()
	k.blank(2, 1) // the first track is now a reservation
	k.write(0, 50)
	k.flush()
	k.blank(3, 0)
	k.none(0x5B, 0, 1, 0, 0, 1, 0, 0, 0, 0)
	k.closeSession()
	k.blank(1, 0)
	k.write(0, 40)
	k.flush()
	k.closeSession()
	k.blank(0, 0)
	k.atOnce(700)
	k.generation++
	k.atOnce(300) // it is interrupted
	k.d.PowerCycle()
	require.NoError(k.t, k.d.Sleep(context.Background(), time.Minute))
	for range 3 {
		send(k.t, k.d, 0x00)
	}
	k.blank(0, 0)
}

// atOnce begins a session of two tracks, 300 and 400 sectors, and writes n of them; all
// of them make a complete session, which is blanked again.
func (k *killScript) atOnce(n int) {
	k.t.Helper()
	page := make([]byte, 60)
	copy(page[8:], []byte{0x05, 0x32, 0x42, 0})
	k.do(scsi.DataOut, page, 0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0)
	k.do(scsi.DataOut, []byte{
		1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 2, 0,
		1, 2, 1, 0, 0, 0, 6, 0, 1, 0xAA, 1, 1, 0, 0, 11, 25,
	}, 0x5D, 0, 0, 0, 0, 0, 0, 0, 40, 0)
	k.write(-150, 150+n)
	if n == 700 {
		k.flush()
		k.blank(1, 0)
	}
}

// A program killed before or during any write of a disc file leaves a disc that opens:
// each complete track is complete, every sector belongs to a track and was sent to its
// place, and a drive can end and close what was open.
func TestKillAtEveryWrite(t *testing.T) {
	h := &history{}
	f := &discFile{blocks: h, path: "killed", release: func() error { return nil }}
	disc := &Disc{st: discState{Version: discVersion, Media: CDRW80}, c: f}
	state, err := json.Marshal(&disc.st)
	require.NoError(t, err)
	require.NoError(t, f.format(state))
	made := len(h.ops)
	k := &killScript{t: t, d: New(Config{Disc: disc})}
	require.NoError(t, k.d.Sleep(context.Background(), time.Minute))
	for range 2 {
		send(t, k.d, 0x00)
	}
	k.run()
	k.d.Eject()
	master := bytes.Join([][]byte{stampOf(0, 90), stampOf(1, 90), stampOf(2, 90)}, nil)
	require.NoError(t, disc.Press("", nil, []PressedTrack{
		{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(master)), nil }},
	}))
	require.NoError(t, k.d.Err())

	var image []byte
	cuts := 0
	for i, op := range h.ops {
		for _, n := range []int{0, 1, len(op.p) / 2, len(op.p) - 1} {
			if testing.Short() && i%25 != 0 {
				continue // single goroutine: the race detector adds nothing
			}
			if i < made || n < 0 || n >= max(len(op.p), 1) {
				continue
			}
			left := bytes.Clone(image)
			if n > 0 {
				left = replay(left, op, n)
			}
			require.NoError(t, survives(left), "operation %d of %d at %d, cut after %d of %d bytes", i, len(h.ops), op.at, n, len(op.p))
			cuts++
		}
		image = replay(image, op, len(op.p))
	}
	require.NoError(t, survives(image))
	require.Greater(t, cuts, 30)
}

// survives opens the file that a killed program left.
func survives(left []byte) error {
	f := &discFile{blocks: &disk{bytes: left}, path: "killed", release: func() error { return nil }}
	if err := checkHeader(f, f.path); err != nil {
		return err
	}
	if err := f.load(); err != nil {
		return err
	}
	d := &Disc{c: f}
	if err := d.load(); err != nil {
		return err
	}
	if err := sectorsOf(d, f); err != nil {
		return err
	}
	return heals(d)
}

// sectorsOf compares the recorded sectors with the tracks.
func sectorsOf(d *Disc, f *discFile) error {
	owned := toc.Sectors(0)
	for i := range d.st.Tracks {
		t := &d.st.Tracks[i]
		from := t.Start
		if t.AtOnce {
			from -= toc.LBA(t.Pregap)
		}
		generation := []byte(nil)
		for lba := from; lba < t.next(); lba++ {
			if lba < t.Start && !f.has(lba) {
				continue // silence that was never sent
			}
			owned++
			p := make([]byte, toc.SectorSize)
			if err := f.read(lba, p); err != nil || !f.has(lba) {
				return fmt.Errorf("track %d (%s, %d of %d) lacks LBA %d: %v", t.Number, t.State, t.Recorded, t.Size, lba, err)
			}
			if silent(p) {
				continue // padding
			}
			if generation == nil {
				generation = p[4:8]
			}
			if !bytes.Equal(p, stampOf(lba, binary.BigEndian.Uint32(generation))) {
				return fmt.Errorf("track %d: the audio at LBA %d was not sent there in the same generation as the rest", t.Number, lba)
			}
		}
	}
	recorded := toc.Sectors(0)
	for lba := storeFirst; lba < storeEnd; lba++ {
		if f.has(lba) {
			recorded++
		}
	}
	if recorded != owned {
		return fmt.Errorf("%d sectors are there, and the tracks have %d", recorded, owned)
	}
	return nil
}

// heals ends everything open and closes the session.
func heals(d *Disc) error {
	drive := New(Config{Disc: d})
	send := func(cdb ...byte) byte {
		req := scsi.Request{CDBLen: len(cdb)}
		copy(req.CDB[:], cdb)
		if req.CDB[0] == 0x55 {
			req.Dir, req.Data = scsi.DataOut, make([]byte, 60)
			copy(req.Data[8:], []byte{0x05, 0x32, 0x41, 0})
		}
		if res, err := drive.Do(context.Background(), &req); err == nil && res.Status != scsi.Good {
			return res.Sense[2]
		}
		return 0
	}
	_ = drive.Sleep(context.Background(), time.Minute) // its context never ends
	for range 2 {
		send(0x00, 0, 0, 0, 0, 0)
	}
	send(0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0)
	if d.Summary().Lost {
		if send(0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); !d.Summary().Blank {
			return errors.New("a lost session can't be blanked")
		}
	}
	if !d.Summary().Finalized && len(d.Tracks()) > 0 {
		for _, t := range d.Tracks() {
			send(0x5B, 0, 1, 0, 0, byte(t.Number), 0, 0, 0, 0)
		}
		if s := d.Summary(); s.OpenTracks > 0 {
			return fmt.Errorf("%d tracks are still open", s.OpenTracks)
		}
		fresh := d.Tracks()[len(d.Tracks())-1].Session > len(d.Sessions())
		if key := send(0x5B, 0, 2, 0, 0, 0, 0, 0, 0, 0); fresh && key != 0 {
			return errors.New("the session cannot be closed")
		}
	}
	return drive.Err()
}

// killed is a file whose program dies at the n-th operation on it.
type killed struct {
	blocks
	n *int
}

func (k killed) step() {
	if *k.n--; *k.n < 0 {
		panic(errKilled)
	}
}

func (k killed) WriteAt(p []byte, at int64) (int, error) { k.step(); return k.blocks.WriteAt(p, at) }
func (k killed) Truncate(size int64) error               { k.step(); return k.blocks.Truncate(size) }
func (k killed) Sync() error                             { k.step(); return k.blocks.Sync() }

var errKilled = errors.New("killed")

// A program killed while it creates a disc leaves none, and the next one creates it.
func TestKillWhileMaking(t *testing.T) {
	for n := 0; ; n++ {
		path := filepath.Join(t.TempDir(), "a.disc")
		if made := makeAndDie(t, path, n); made {
			require.Greater(t, n, 5)
			break
		}
		_, err := os.Stat(path)
		require.ErrorIs(t, err, fs.ErrNotExist, "after %d steps", n)
		d, err := CreateDisc(path, CDR80)
		require.NoError(t, err)
		require.NoError(t, d.Close())
		d, err = OpenDisc(path)
		require.NoError(t, err)
		require.True(t, d.Summary().Blank)
		require.NoError(t, d.Close())
	}
}

// makeAndDie creates a disc file and dies after n steps; it returns true if it lived to
// the end.
func makeAndDie(t *testing.T, path string, n int) (made bool) {
	defer func() {
		if err := recover(); err != nil {
			require.Equal(t, errKilled, err)
		}
	}()
	c, err := createAs(path, []byte("{}"), func(f blocks) blocks {
		t.Cleanup(func() { _ = f.Close() }) // already closed if it lived
		return killed{f, &n}
	})
	require.NoError(t, err)
	require.NoError(t, c.close())
	return true
}

// The next program that creates the same disc removes the incomplete file of a killed
// one: not before a minute, and not while another process holds it.
func TestLeftBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a[1].disc")
	require.NoError(t, os.WriteFile(path+".99-0.new", []byte{0}, 0o600))
	list := func() []string {
		names, err := filepath.Glob(globbed(path) + "*.new")
		require.NoError(t, err)
		return names
	}
	require.Len(t, list(), 1)
	sweepBeside(path)
	require.Len(t, list(), 1)
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(list()[0], old, old))
	held, err := os.OpenFile(list()[0], os.O_RDWR, 0)
	require.NoError(t, err)
	unlock, free, err := filelock.Take(held, list()[0])
	require.NoError(t, err)
	require.True(t, free)
	sweepBeside(path)
	require.Len(t, list(), 1)
	require.NoError(t, errors.Join(unlock(), held.Close()))
	sweepBeside(path)
	require.Empty(t, list())
}
