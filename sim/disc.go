package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/redbook-audio/redbook/toc"
)

// ErrUnrecorded matches (errors.Is) a read of sectors that were never recorded.
var ErrUnrecorded = errors.New("sector not recorded")

// Disc is a CD-R or CD-RW: what has been recorded on it, independent of what a drive
// reports about it. It can move from drive to drive, survives power cycles and, made with
// CreateDisc, is stored in a file.
//
// Its methods return the true state for tests and for export; they send no commands and
// may be called while a drive works on the disc.
type Disc struct {
	mu sync.Mutex
	st discState
	c  container
	// buffer for a sector of which only a part is needed
	one [toc.SectorSize]byte
	// the drive that holds the disc; a disc can't be in two drives
	held   *Drive
	closed bool
}

// NewDisc returns a blank disc in memory.
func NewDisc(media Media) *Disc {
	return &Disc{st: discState{Version: discVersion, Media: media}, c: newMemory()}
}

// CreateDisc makes a blank disc in a new file, which this process holds until Close. An
// existing file is an error that matches fs.ErrExist.
func CreateDisc(path string, media Media) (*Disc, error) {
	d := &Disc{st: discState{Version: discVersion, Media: media}}
	state, err := json.Marshal(&d.st)
	if err != nil {
		return nil, fmt.Errorf("disc %s: %w", path, err)
	}
	if d.c, err = createFile(path, state); err != nil {
		return nil, err // it names the file
	}
	return d, nil
}

// OpenDisc opens the disc in a file and holds it until Close; while another process has
// it the error names that process. A track that was being written when the last holder
// ended is damaged, as after a power loss.
func OpenDisc(path string) (*Disc, error) {
	c, err := openFile(path)
	if err != nil {
		return nil, err // it names the file
	}
	d := &Disc{c: c}
	if err := d.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("disc %s: %w", path, err), c.close())
	}
	return d, nil
}

func (d *Disc) load() error {
	b, err := d.c.loadState()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &d.st); err != nil {
		return fmt.Errorf("the state of the disc: %w", err)
	}
	if d.st.Version != discVersion {
		return fmt.Errorf("the disc has format %d, and this program knows %d", d.st.Version, discVersion)
	}
	if err := d.st.check(); err != nil {
		return err
	}
	if d.st.Lost && len(d.st.Erasing) == 0 {
		d.st.Erasing = []span{{From: d.st.lostFrom(), End: storeEnd}}
	}
	if len(d.st.Erasing) > 0 {
		if err := d.finishErasing(); err != nil {
			return err
		}
	}
	for i := range d.st.Tracks {
		d.rescan(&d.st.Tracks[i])
	}
	return nil
}

// eraseThen makes the state durable and then erases the sectors that it lists in Erasing.
// If the program is killed in between, the next one that opens the disc continues. No
// track is ever without its sectors, and no sector without its track.
func (d *Disc) eraseThen() error {
	if err := d.commit(); err != nil || len(d.st.Erasing) == 0 {
		return err
	}
	return d.finishErasing()
}

func (d *Disc) finishErasing() error {
	for _, span := range d.st.Erasing {
		if err := d.c.erase(span.From, span.End); err != nil {
			return err
		}
	}
	d.st.Erasing = nil
	return d.commit()
}

// rescan determines how far an incomplete track has been recorded. The state is saved
// when a track begins and ends, never per WRITE; in between only the sectors themselves
// show it.
func (d *Disc) rescan(t *Track) {
	if t.State == trackComplete {
		return
	}
	before := t.Recorded
	for d.c.has(t.Start + toc.LBA(t.Recorded)) {
		t.Recorded++
	}
	if t.State == trackOpen || t.Recorded != before {
		t.Damaged = true
	}
}

// Close releases the file of a disc made with CreateDisc or OpenDisc, and the memory of
// others. Eject the disc or close the drive before. For a disc that is still in a drive,
// Close is like the end of the program: a track being written is damaged.
func (d *Disc) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return d.c.close()
}

// take inserts the disc into a drive; ok is false if another drive holds it.
func (d *Disc) take(drive *Drive) (ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held != nil {
		return false
	}
	d.held = drive
	return true
}

// leave ejects the disc from the drive that holds it.
func (d *Disc) leave() {
	d.mu.Lock()
	drive := d.held
	d.mu.Unlock()
	if drive != nil && drive.Disc() == d {
		drive.Eject()
	}
}

// sync makes everything durable.
func (d *Disc) sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.c.sync()
}

// commit makes the state durable.
func (d *Disc) commit() error {
	b, err := json.Marshal(&d.st)
	if err != nil {
		return fmt.Errorf("the state of the disc: %w", err)
	}
	return d.c.saveState(b)
}

// DiscSummary is what is on a disc as a whole.
type DiscSummary struct {
	Media        Media
	Blank        bool        // nothing is recorded or reserved
	Finalized    bool        // nothing can be added
	Sessions     int         // closed sessions
	Tracks       int         // recorded and reserved tracks
	OpenTracks   int         // reserved, open or damaged ones among them
	Free         toc.Sectors // room for one more track
	Calibrations int         // partitions of the PCA that are used up
	Lost         bool        // a session-at-once was cut short
	MCN          toc.MCN     // of the first track that has one; "" if none has
}

// Summary returns what is on the disc as a whole.
func (d *Disc) Summary() DiscSummary {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := DiscSummary{
		Media: d.st.Media, Blank: d.st.blank(), Finalized: !d.st.appendable(),
		Sessions: len(d.st.Sessions), Tracks: len(d.st.Tracks),
		Free: d.st.free(), Calibrations: d.st.PCA, Lost: d.st.Lost, MCN: d.st.mcn(),
	}
	for i := range d.st.Tracks {
		if d.st.Tracks[i].State != trackComplete {
			s.OpenTracks++
		}
	}
	return s
}

// Tracks returns every track in order, including reserved and damaged ones.
func (d *Disc) Tracks() []Track {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Track(nil), d.st.Tracks...)
}

// Sessions returns the closed sessions in order.
func (d *Disc) Sessions() []Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Session(nil), d.st.Sessions...)
}

// ReadSectors fills p, a multiple of 2352 bytes, with the audio from lba on, as recorded
// on the disc. Pregaps and run-out between recorded tracks are silence. A sector that
// isn't recorded is an error that matches ErrUnrecorded.
func (d *Disc) ReadSectors(lba toc.LBA, p []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(p)%toc.SectorSize != 0 {
		return fmt.Errorf("reading %d bytes: not whole sectors of %d", len(p), toc.SectorSize)
	}
	for ; len(p) > 0; lba, p = lba+1, p[toc.SectorSize:] {
		if _, ok := d.st.area(lba); !ok {
			return fmt.Errorf("LBA %d: %w", lba, ErrUnrecorded)
		}
		if err := d.audio(lba, 0, p[:toc.SectorSize]); err != nil {
			return err
		}
	}
	return nil
}

// audio fills p, one sector, with the samples that begin offset samples after the start
// of lba. Unrecorded sectors are silence. The sectors of a track are shifted by the
// drive's write offset.
func (d *Disc) audio(lba toc.LBA, offset int, p []byte) error {
	if d.closed {
		return fmt.Errorf("LBA %d: the disc: %w", lba, fs.ErrClosed)
	}
	at := int64(lba)*toc.SamplesPerSector + int64(offset)
	for len(p) > 0 {
		within := int(at - floor(at)*toc.SamplesPerSector)
		n := min(toc.SamplesPerSector-within, len(p)/4)
		t := d.st.trackAt(toc.LBA(floor(at)))
		if t != nil {
			source := at - int64(t.Shift)
			first := int(source - floor(source)*toc.SamplesPerSector)
			n = min(n, toc.SamplesPerSector-first)
			if n == toc.SamplesPerSector {
				n *= d.alike(t, toc.LBA(floor(at)), toc.LBA(floor(source)), len(p)/toc.SectorSize)
			}
			if err := d.samples(t, toc.LBA(floor(source)), first, p[:4*n]); err != nil {
				return err
			}
		} else {
			clear(p[:4*n])
		}
		at, p = at+int64(n), p[4*n:]
	}
	return nil
}

// alike counts the sectors of t from at on, n at most, that one read of source can return:
// reading a file sector by sector would be slow.
func (d *Disc) alike(t *Track, at, source toc.LBA, most int) int {
	n := 0
	for n < most && d.st.trackAt(at+toc.LBA(n)) == t && d.stored(t, source+toc.LBA(n)) {
		n++
	}
	return max(n, 1)
}

// stored reports whether a sector of a track was recorded.
func (d *Disc) stored(t *Track, lba toc.LBA) bool {
	return d.c.has(lba) && (t.AtOnce || lba >= t.Start && lba < t.next())
}

// samples copies a part of one stored sector, or whole sectors that alike has counted.
func (d *Disc) samples(t *Track, lba toc.LBA, first int, p []byte) error {
	switch {
	case !d.stored(t, lba):
		clear(p)
		return nil
	case len(p)%toc.SectorSize == 0:
		return d.c.read(lba, p)
	}
	if err := d.c.read(lba, d.one[:]); err != nil {
		return err
	}
	copy(p, d.one[4*first:])
	return nil
}

// floor returns the sector of a sample, also below zero.
func floor(sample int64) int64 {
	if sample < 0 {
		return (sample - toc.SamplesPerSector + 1) / toc.SamplesPerSector
	}
	return sample / toc.SamplesPerSector
}
