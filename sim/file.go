package sim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/internal/filelock"
	"github.com/redbook-audio/redbook/toc"
)

// A container holds one disc: its sectors and, as bytes that only the disc interprets,
// its state (tracks, sessions, PMA, PCA).
type container interface {
	store
	// saveState replaces the state atomically: after a crash at any moment loadState
	// returns the previous state or this one, never a mixture.
	saveState(state []byte) error
	// loadState returns the last saved state.
	loadState() ([]byte, error)
	// sync makes all earlier writes durable.
	sync() error
	close() error
}

// Errors about disc files. Their texts contain the reason and the file.
var (
	// ErrHeld matches the error for a disc file that another process (or another Disc of
	// this one) has open. Its text names the holder.
	ErrHeld = errors.New("disc file is in use")
	// ErrNotDisc matches the error for a file that isn't a disc, or that is too damaged
	// to determine its contents.
	ErrNotDisc = errors.New("not a disc file")
)

// The layout of a disc file, format 1; numbers are big-endian.
//
//	0        header: magic (16), format (4), first LBA (4), end LBA (4), slot size (4), CRC-32 of these (4)
//	512      who has the file open (text, not part of any checksum)
//	4096     bitmap of the recorded sectors, bit 0 of byte 0 for the first LBA
//	65536    state slot 0
//	327680   state slot 1
//	1048576  sectors of 2352 bytes, each at its own place; what isn't recorded is a hole
//
// The two slots are written in turn (file_state.go), which keeps one complete state at
// all times. A sector is in the bitmap only after its bytes are in the file.
const (
	fileMagic    = "\x89redbook disc\r\n"
	fileFormat   = 1
	headerLength = 36
	holderAt     = 512
	holderLength = 512
	bitmapAt     = 4096
	slotsAt      = 65536
	slotSize     = 262144
	sectorsAt    = 1048576
)

// blocks is the part of os.File that a disc file needs; tests simulate a crashing disk
// with it.
type blocks interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Truncate(size int64) error
	Close() error
}

// discFile is a container in one file, which it holds exclusively.
type discFile struct {
	blocks
	path     string
	recorded sectorSet
	slots    slots
	release  func() error // gives up the hold
}

// createFile makes a new disc file with this state. An existing file is an error that
// matches fs.ErrExist. The file is made under a temporary name in the same folder and
// renamed when it is complete, so a killed program never leaves half a disc.
func createFile(path string, state []byte) (container, error) {
	return createAs(path, state, func(f blocks) blocks { return f })
}

// createAs is createFile with a hook, for tests, between making the file and naming it.
func createAs(path string, state []byte, between func(blocks) blocks) (container, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	sweepBeside(path)
	f, err := makeBeside(path)
	if err != nil {
		return nil, err
	}
	unlock, _, err := filelock.Take(f, f.Name())
	if err != nil {
		unlock = func() error { return nil } // otherwise its age decides
	}
	d := &discFile{blocks: between(f), path: path}
	if err := errors.Join(named(path, d.format(state)), unlock(), f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	if err := named(path, publish(f.Name(), path)); err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	return openFile(path)
}

// leftBehind is how old an incomplete file must be before its creator is assumed dead.
// Creating a file is quick, and the creator locks it.
const leftBehind = time.Minute

// sweepBeside removes files that a program left when it was killed while creating this
// disc. A failure to do so is ignored.
func sweepBeside(path string) {
	list, err := filepath.Glob(globbed(path) + ".*-*.new")
	if err != nil {
		return
	}
	for _, name := range list {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < leftBehind {
			continue
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		unlock, free, err := filelock.Take(f, name)
		if err == nil && free {
			err = unlock()
		}
		if f.Close() == nil && err == nil && free {
			_ = os.Remove(name) // it is harmless if it stays
		}
	}
}

// globbed returns a path as a pattern that matches only it.
func globbed(path string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(path)
}

// makeBeside makes a file with an unused name in the same folder.
func makeBeside(path string) (*os.File, error) {
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s.%d-%d.new", path, os.Getpid(), i)
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return f, named(path, err)
		}
	}
}

// named is an error of creating a disc file under another name: the user knows only path.
func named(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: "create", Path: path, Err: e.Err}
	}
	return err
}

// openFile opens a disc file for this process exclusively. Errors match fs.ErrNotExist,
// fs.ErrPermission, ErrHeld or ErrNotDisc.
func openFile(path string) (container, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	d, err := openHeld(f, path)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return d, nil
}

func openHeld(f *os.File, path string) (*discFile, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w: it is a %s", path, ErrNotDisc, kind(info.Mode()))
	}
	// The header is read first: a foreign file is neither locked nor written to.
	if err := checkHeader(f, path); err != nil {
		return nil, beingMade(f, path, err)
	}
	d, err := hold(f, path)
	if err != nil {
		return nil, err
	}
	if err := d.load(); err != nil {
		return nil, errors.Join(err, d.release())
	}
	return d, nil
}

// beingMade distinguishes a file being created from one whose creation was interrupted.
func beingMade(f *os.File, path string, err error) error {
	if !errors.Is(err, errUnfinished) {
		return err
	}
	unlock, free, lockErr := filelock.Take(f, path)
	if lockErr != nil {
		return err
	}
	if !free {
		return fmt.Errorf("%s: %w by %s", path, ErrHeld, holder(f))
	}
	return errors.Join(err, unlock())
}

// kind returns the type of a file that isn't a regular one.
func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeDir != 0:
		return "directory"
	case mode&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

// format writes a new file. The header comes last: a file whose creation was interrupted
// (or that was copied during it) has none.
func (d *discFile) format(state []byte) error {
	if err := d.Truncate(sectorsAt); err != nil {
		return err
	}
	if err := d.saveState(state); err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		return err
	}
	if _, err := d.WriteAt(header(), 0); err != nil {
		return err
	}
	return d.Sync()
}

// header composes the header of this format.
func header() []byte {
	h := make([]byte, headerLength)
	copy(h, fileMagic)
	binary.BigEndian.PutUint32(h[16:], fileFormat)
	first, end := storeFirst, storeEnd
	binary.BigEndian.PutUint32(h[20:], uint32(first))
	binary.BigEndian.PutUint32(h[24:], uint32(end))
	binary.BigEndian.PutUint32(h[28:], slotSize)
	binary.BigEndian.PutUint32(h[32:], crc32.ChecksumIEEE(h[:32]))
	return h
}

// errUnfinished is a file without a header.
var errUnfinished = errors.New("its making was cut short; delete it and make a new one")

// checkHeader reports an error unless the file is a disc file.
func checkHeader(f io.ReaderAt, path string) error {
	h := make([]byte, headerLength)
	n, err := f.ReadAt(h, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: %w: %s", path, ErrNotDisc, fmt.Sprintf(format, args...))
	}
	switch {
	case n == 0:
		return fail("it is empty")
	case string(h[:len(fileMagic)]) == string(make([]byte, len(fileMagic))):
		return fmt.Errorf("%s: %w: %w", path, ErrNotDisc, errUnfinished)
	case string(h[:min(n, len(fileMagic))]) != fileMagic[:min(n, len(fileMagic))]:
		return fail("it starts with %q", h[:min(n, 8)])
	case n < headerLength:
		return fail("it was cut off after %d bytes", n)
	case binary.BigEndian.Uint32(h[32:]) != crc32.ChecksumIEEE(h[:32]):
		return fail("its header is damaged")
	case binary.BigEndian.Uint32(h[16:]) != fileFormat:
		return fail("it has format %d, and this program knows format %d", binary.BigEndian.Uint32(h[16:]), fileFormat)
	case string(h) != string(header()):
		return fail("its header names sizes that format %d doesn't have", fileFormat)
	}
	return nil
}

// load reads the bitmap and finds the newest state.
func (d *discFile) load() error {
	if _, err := d.ReadAt(d.recorded[:], bitmapAt); err != nil {
		return fmt.Errorf("%s: %w: reading its bitmap: %w", d.path, ErrNotDisc, err)
	}
	if err := d.slots.find(d.blocks); err != nil {
		return fmt.Errorf("%s: %w: %w", d.path, ErrNotDisc, err)
	}
	return nil
}

func (d *discFile) write(lba toc.LBA, p []byte) error {
	if err := checkRange(lba, len(p)); err != nil {
		return err
	}
	if len(p) == 0 {
		return nil
	}
	if _, err := d.WriteAt(p, sectorAt(lba)); err != nil {
		return err
	}
	return d.mark(lba, lba+toc.LBA(len(p)/toc.SectorSize), true)
}

// mark changes the bitmap in memory and in the file.
func (d *discFile) mark(from, to toc.LBA, recorded bool) error {
	if n := int(to - from); n > 0 {
		if same, already := d.recorded.run(from, n); same == n && already == recorded {
			return nil
		}
	}
	lo, hi := d.recorded.set(from, to, recorded)
	_, err := d.WriteAt(d.recorded[lo:hi], int64(bitmapAt+lo))
	return err
}

func (d *discFile) read(lba toc.LBA, p []byte) error {
	if err := checkRange(lba, len(p)); err != nil {
		return err
	}
	for len(p) > 0 {
		n, recorded := d.recorded.run(lba, len(p)/toc.SectorSize)
		part := p[:n*toc.SectorSize]
		if !recorded {
			clear(part)
		} else if _, err := d.ReadAt(part, sectorAt(lba)); err != nil {
			return fmt.Errorf("%s: sectors %d..%d: %w", d.path, lba, int(lba)+n-1, err)
		}
		p, lba = p[len(part):], lba+toc.LBA(n)
	}
	return nil
}

func (d *discFile) has(lba toc.LBA) bool { return d.recorded.has(lba) }

// erase frees the space of erased sectors if nothing follows them.
func (d *discFile) erase(from, to toc.LBA) error {
	from, to = max(from, storeFirst), min(to, storeEnd)
	if from >= to {
		return nil
	}
	if err := d.mark(from, to, false); err != nil {
		return err
	}
	if n, recorded := d.recorded.run(from, int(storeEnd-from)); !recorded && n == int(storeEnd-from) {
		return d.Truncate(sectorAt(from))
	}
	return nil
}

func (d *discFile) saveState(state []byte) error {
	if err := d.slots.save(d.blocks, state); err != nil {
		return fmt.Errorf("%s: saving its state: %w", d.path, err)
	}
	return nil
}

func (d *discFile) loadState() ([]byte, error) {
	state, err := d.slots.load(d.blocks)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", d.path, ErrNotDisc, err)
	}
	return state, nil
}

func (d *discFile) sync() error { return d.Sync() }

// close makes everything durable and releases the file.
func (d *discFile) close() error {
	return errors.Join(d.Sync(), d.release(), d.Close())
}

func sectorAt(lba toc.LBA) int64 {
	return sectorsAt + int64(lba-storeFirst)*toc.SectorSize
}
