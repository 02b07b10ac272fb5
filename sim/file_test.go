package sim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

func TestFileIsADiscThatStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	audio := sectors(1, 27)
	c, err := createFile(path, []byte("one"))
	require.NoError(t, err)
	require.NoError(t, c.write(-150, audio))
	require.NoError(t, c.write(16132, audio))
	require.NoError(t, c.saveState([]byte("two")))
	require.NoError(t, c.write(20000, audio))
	require.NoError(t, c.erase(20001, 20027))
	require.NoError(t, c.close())

	c, err = openFile(path)
	require.NoError(t, err)
	state, err := c.loadState()
	require.NoError(t, err)
	assert.Equal(t, "two", string(state))
	for _, lba := range []toc.LBA{-150, 16132} {
		got := make([]byte, len(audio))
		require.NoError(t, c.read(lba, got))
		assert.True(t, bytes.Equal(audio, got), "LBA %d", lba)
	}
	assert.False(t, c.has(0))
	assert.True(t, c.has(20000), "recorded after the last state, and still there")
	assert.False(t, c.has(20001))
	require.NoError(t, c.close())
}

func TestFileIsSparseAndGivesRoomBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	c, err := createFile(path, nil)
	require.NoError(t, err)
	size := func() int64 {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Size()
	}
	assert.EqualValues(t, sectorsAt, size())
	require.NoError(t, c.write(1000, sectors(1, 10)))
	assert.EqualValues(t, sectorsAt+1160*toc.SectorSize, size())
	require.NoError(t, c.erase(-150, 1005))
	assert.EqualValues(t, sectorsAt+1160*toc.SectorSize, size())
	require.NoError(t, c.erase(500, 400000))
	assert.EqualValues(t, sectorsAt+650*toc.SectorSize, size())
	require.NoError(t, c.close())
}

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "song.wav")
	require.NoError(t, os.WriteFile(path, []byte("RIFF"), 0o600))
	_, err := createFile(path, nil)
	require.ErrorIs(t, err, fs.ErrExist)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "RIFF", string(b))

	_, err = createFile(filepath.Join(t.TempDir(), "no", "such", "folder"), nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestCreateThatFailsLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	_, err := createFile(path, make([]byte, slotSize))
	require.ErrorContains(t, err, "262144 bytes, and the file has room for 262096")
	_, err = os.Stat(path)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestStateThatIsTooLarge(t *testing.T) {
	c, err := createFile(filepath.Join(t.TempDir(), "a.disc"), []byte("old"))
	require.NoError(t, err)
	require.NoError(t, c.saveState(make([]byte, slotSize-slotHeader)))
	require.Error(t, c.saveState(make([]byte, slotSize-slotHeader+1)))
	state, err := c.loadState()
	require.NoError(t, err)
	assert.Len(t, state, slotSize-slotHeader, "the previous state stays")
	require.NoError(t, c.close())
}

func TestSecondOpenerIsToldWho(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	c, err := createFile(path, nil)
	require.NoError(t, err)
	who := fmt.Sprintf("%s (process %d)", filepath.Base(os.Args[0]), os.Getpid())
	for range 2 {
		_, err = openFile(path)
		require.ErrorIs(t, err, ErrHeld)
		assert.EqualError(t, err, path+": disc file is in use by "+who)
	}
	require.NoError(t, c.close())
	c, err = openFile(path)
	require.NoError(t, err)
	require.NoError(t, c.close())
}

// TestHoldOfAnotherProcess runs this test binary again as the holder.
func TestHoldOfAnotherProcess(t *testing.T) {
	if held := os.Getenv("REDBOOK_TEST_HOLD"); held != "" {
		holdForParent(t, held)
		return
	}
	path := filepath.Join(t.TempDir(), "a.disc")
	child := exec.Command(os.Args[0], "-test.run=^TestHoldOfAnotherProcess$")
	child.Env = append(os.Environ(), "REDBOOK_TEST_HOLD="+path)
	stdout, err := child.StdoutPipe()
	require.NoError(t, err)
	_, err = child.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	ready := make([]byte, 4)
	_, err = io.ReadFull(stdout, ready)
	require.NoError(t, err)
	require.Equal(t, "held", string(ready))

	_, err = openFile(path)
	require.ErrorIs(t, err, ErrHeld)
	assert.ErrorContains(t, err, fmt.Sprintf("(process %d)", child.Process.Pid))

	// The child dies without releasing anything.
	require.NoError(t, child.Process.Kill())
	_ = child.Wait() // it was killed, and its error says so
	c, err := openFile(path)
	require.NoError(t, err, "a hold ends with its process")
	state, err := c.loadState()
	require.NoError(t, err)
	assert.Equal(t, "of the child", string(state))
	require.NoError(t, c.close())
}

func holdForParent(t *testing.T, path string) {
	_, err := createFile(path, []byte("of the child"))
	require.NoError(t, err)
	fmt.Print("held")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent kills us
}

func TestFilesThatAreNoDiscs(t *testing.T) {
	good := header()
	altered := func(at int, b byte) string {
		h := bytes.Clone(good)
		h[at] = b
		return string(h)
	}
	resealed := func(at int, b byte) string {
		h := []byte(altered(at, b))
		binary.BigEndian.PutUint32(h[32:], crc32.ChecksumIEEE(h[:32]))
		return string(h)
	}
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", "it is empty"},
		{"wav", "RIFF\x24\x00\x00\x00WAVEfmt and so on", `it starts with "RIFF$\x00\x00\x00"`},
		{"tiny", "x", `it starts with "x"`},
		{"zeros", strings.Repeat("\x00", sectorsAt), "its making was cut short; delete it and make a new one"},
		{"cut", string(good[:20]), "it was cut off after 20 bytes"},
		{"cut early", string(good[:3]), "it was cut off after 3 bytes"},
		{"damaged", altered(21, 7), "its header is damaged"},
		{"newer", resealed(19, 2), "it has format 2, and this program knows format 1"},
		{"other sizes", resealed(31, 1), "its header names sizes that format 1 doesn't have"},
		{"only a header", string(good), "reading its bitmap: EOF"},
		{"no state", string(good) + strings.Repeat("\x00", sectorsAt), "both copies of its state are damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x")
			require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
			_, err := openFile(path)
			require.ErrorIs(t, err, ErrNotDisc)
			assert.ErrorContains(t, err, path+": not a disc file: "+c.want)
			now, err := os.ReadFile(path)
			require.NoError(t, err)
			if !strings.HasPrefix(c.content, fileMagic) {
				assert.Equal(t, c.content, string(now), "a foreign file stays unchanged")
			}
		})
	}
	_, err := openFile(t.TempDir())
	require.Error(t, err)
	if runtime.GOOS != "windows" {
		_, err = openFile("/dev/null")
		assert.ErrorContains(t, err, "it is a device")
	}
	_, err = openFile(filepath.Join(t.TempDir(), "missing"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestFileThatIsBeingMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	f, err := os.Create(path)
	require.NoError(t, err)
	d, err := hold(f, path)
	require.NoError(t, err)
	require.NoError(t, d.Truncate(sectorsAt))
	_, err = openFile(path)
	assert.ErrorIs(t, err, ErrHeld, "its creator is at work")
	require.NoError(t, d.close())
}

func TestFileThatWasCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.disc")
	c, err := createFile(path, []byte("state"))
	require.NoError(t, err)
	require.NoError(t, c.write(0, sectors(1, 20)))
	require.NoError(t, c.close())
	require.NoError(t, os.Truncate(path, sectorAt(10)+100))
	c, err = openFile(path)
	require.NoError(t, err)
	p := make([]byte, 10*toc.SectorSize)
	require.NoError(t, c.read(0, p))
	err = c.read(5, p)
	require.ErrorIs(t, err, io.EOF)
	assert.ErrorContains(t, err, "sectors 5..14")
	require.NoError(t, c.close())
}

// disk is a file that records every write, which lets a test crash between any two bytes
// of them.
type disk struct {
	bytes []byte
	log   []diskWrite
	fail  error // from every write on
}

type diskWrite struct {
	at     int64
	p      []byte
	synced bool // a Sync came after it
}

func (d *disk) ReadAt(p []byte, at int64) (int, error) {
	if at >= int64(len(d.bytes)) {
		return 0, io.EOF
	}
	n := copy(p, d.bytes[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (d *disk) WriteAt(p []byte, at int64) (int, error) {
	if d.fail != nil {
		return 0, d.fail
	}
	d.log = append(d.log, diskWrite{at: at, p: bytes.Clone(p)})
	d.bytes = overwrite(d.bytes, p, at)
	return len(p), nil
}

func (d *disk) Sync() error {
	for i := range d.log {
		d.log[i].synced = true
	}
	return d.fail
}

func (d *disk) Truncate(size int64) error {
	for int64(len(d.bytes)) < size {
		d.bytes = append(d.bytes, make([]byte, size-int64(len(d.bytes)))...)
	}
	d.bytes = d.bytes[:size]
	return d.fail
}

func (d *disk) Close() error { return nil }

func overwrite(b, p []byte, at int64) []byte {
	if need := int(at) + len(p); len(b) < need {
		b = append(b, make([]byte, need-len(b))...)
	}
	copy(b[at:], p)
	return b
}

// stateOf opens the file that a crash left and returns its state.
func stateOf(b []byte) (string, error) {
	f := &discFile{blocks: &disk{bytes: b}, path: "crashed"}
	if err := checkHeader(f, f.path); err != nil {
		return "", err
	}
	if err := f.load(); err != nil {
		return "", err
	}
	state, err := f.loadState()
	return string(state), err
}

// A program that dies at any byte while it writes a state leaves the old state or the new
// one; the checksum finds a torn byte in the middle.
func TestCrashAtEveryByteOfAState(t *testing.T) {
	d := &disk{}
	f := &discFile{blocks: d, path: "crashed"}
	require.NoError(t, f.format([]byte("state 0")))
	before := "state 0"
	for i := 1; i <= 4; i++ {
		old := bytes.Clone(d.bytes)
		after := fmt.Sprintf("state %d %s", i, strings.Repeat("x", i*7))
		d.log = nil
		require.NoError(t, f.saveState([]byte(after)))
		require.Len(t, d.log, 1)
		w := d.log[0]
		for n := range len(w.p) + 1 {
			got, err := stateOf(overwrite(bytes.Clone(old), w.p[:n], w.at))
			require.NoError(t, err)
			want := before
			if n == len(w.p) {
				want = after
			}
			require.Equal(t, want, got, "state %d cut after %d of %d bytes", i, n, len(w.p))
			if n == len(w.p) {
				break
			}
			torn := bytes.Clone(d.bytes)
			torn[w.at+int64(n)] ^= 0x10
			got, err = stateOf(torn)
			require.NoError(t, err)
			require.Equal(t, before, got, "state %d with byte %d changed", i, n)
		}
		before = after
	}
}

// A computer that loses power may have written any part of what followed the last Sync,
// in any order. The last state but one is always there.
func TestCrashOfTheComputer(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	d := &disk{}
	f := &discFile{blocks: d, path: "crashed"}
	require.NoError(t, f.format([]byte("state 0")))
	base := bytes.Clone(d.bytes)
	d.log = nil
	for i := 1; i <= 6; i++ {
		require.NoError(t, f.write(toc.LBA(i), sectors(uint64(i), 1)))
		require.NoError(t, f.saveState(fmt.Appendf(nil, "state %d", i)))
		for range 60 {
			crashed := bytes.Clone(base)
			for _, w := range d.log {
				n := len(w.p)
				if !w.synced {
					n = r.IntN(len(w.p) + 1)
				}
				crashed = overwrite(crashed, w.p[:n], w.at)
			}
			got, err := stateOf(crashed)
			require.NoError(t, err)
			require.Contains(t, []string{fmt.Sprintf("state %d", i-1), fmt.Sprintf("state %d", i)}, got)
		}
	}
}

// A file whose creation was interrupted is never taken for a disc without a state.
func TestCrashWhileMaking(t *testing.T) {
	d := &disk{}
	f := &discFile{blocks: d, path: "crashed"}
	require.NoError(t, f.format([]byte("blank")))
	whole := make([]byte, sectorsAt)
	for i, w := range d.log {
		for n := range len(w.p) + 1 {
			got, err := stateOf(overwrite(bytes.Clone(whole), w.p[:n], w.at))
			if i == len(d.log)-1 && n == len(w.p) {
				require.NoError(t, err)
				require.Equal(t, "blank", got)
				continue
			}
			require.ErrorIs(t, err, ErrNotDisc, "write %d, %d bytes of it", i, n)
		}
		whole = overwrite(whole, w.p, w.at)
	}
}

func TestSectorIsMarkedOnlyWhenItIsThere(t *testing.T) {
	d := &disk{}
	f := &discFile{blocks: d, path: "x"}
	require.NoError(t, f.format(nil))
	d.log = nil
	require.NoError(t, f.write(8, sectors(1, 2)))
	require.Len(t, d.log, 2)
	assert.Equal(t, sectorAt(8), d.log[0].at, "the bytes first")
	assert.Equal(t, int64(bitmapAt+158/8), d.log[1].at, "then the bitmap")
	assert.Equal(t, []byte{0xC0}, d.log[1].p, "bits 158 and 159: LBA 8 and 9")

	d.log = nil
	require.NoError(t, f.write(8, sectors(1, 2)))
	assert.Len(t, d.log, 1, "marked sectors aren't marked again")
}

func TestErrorsOfTheDiskComeThrough(t *testing.T) {
	d := &disk{}
	f := &discFile{blocks: d, path: "x"}
	require.NoError(t, f.format([]byte("old")))
	d.fail = io.ErrShortWrite
	require.ErrorIs(t, f.write(0, sectors(1, 1)), io.ErrShortWrite)
	assert.False(t, f.has(0), "a failed write isn't recorded")
	require.ErrorIs(t, f.saveState([]byte("new")), io.ErrShortWrite)
	state, err := f.loadState()
	require.NoError(t, err)
	assert.Equal(t, "old", string(state))
	require.ErrorIs(t, f.format(nil), io.ErrShortWrite)

	copy(d.bytes[slotsAt:], make([]byte, 2*slotSize))
	_, err = f.loadState()
	require.ErrorIs(t, err, ErrNotDisc)
}
