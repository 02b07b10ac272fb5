package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// burn is what the drive knows while it records.
type burn struct {
	buf writeBuffer
	// writing is the number of the track whose data are in the buffer, 0 for none.
	writing int
	// burnFree is BUFE as it was when the track began.
	burnFree bool
	// scratch is the disc as it would be if the laser had power: of a test
	// write, and of a drive that stores nothing. Nil otherwise.
	scratch    *discState
	deferred   sense         // of an operation that nobody waited for
	fedAt      time.Time     // when the host last wrote
	fedFor     time.Duration // how long the buffer was to last then
	underran   bool          // a track ended because the host was too slow
	calibrated bool          // the power has been calibrated for the disc in the drive
	swapped    []byte
}

// writeMethod is one of the ways to record that mode page 05h chooses from.
type writeMethod interface {
	// nwa is the address that READ TRACK INFORMATION reports for the invisible track.
	nwa(d *Drive) toc.LBA
	// write takes blocks for an address, or says why not.
	write(d *Drive, c *call, lba toc.LBA, blocks int) sense
	// reserve is RESERVE TRACK.
	reserve(d *Drive, size uint32) sense
}

func (d *Drive) method() writeMethod {
	if d.parameters().writeType() == typeSAO {
		return sao{}
	}
	return tao{}
}

// sao is session-at-once. Hosts select it to ask for its address; since there is
// no SEND CUE SHEET it never gets as far as a WRITE.
type sao struct{}

func (sao) nwa(d *Drive) toc.LBA { return d.nextStart() - toc.PregapSectors }

func (sao) write(*Drive, *call, toc.LBA, int) sense { return senseSequence }

func (sao) reserve(*Drive, uint32) sense { return senseSequence }

// current is the track whose data are in the buffer, or nil.
func (d *Drive) current() *Track {
	if d.writing == 0 || d.disc == nil {
		return nil
	}
	return d.state().track(d.writing)
}

// burning reports whether the laser is at work.
func (d *Drive) burning() bool {
	return d.writing > 0 && d.buf.fill(d.clk.now()) > 0 && d.buf.burning
}

// pregap is the pause that the drive makes between two tracks.
func (d *Drive) pregap() toc.Sectors {
	if d.p.Pregap > 0 {
		return toc.Sectors(d.p.Pregap)
	}
	return toc.PregapSectors
}

// nextStart is where a track behind everything recorded would start.
func (d *Drive) nextStart() toc.LBA { return d.state().nextStart(d.pregap()) }

// limit is the first sector that this drive won't record user data on. Blanks of
// 90 and 99 minutes code 79:59 in their ATIP; drives know them by their maker.
func (d *Drive) limit() toc.LBA {
	m := &d.state().Media
	const muchLonger = 5 * 60 * toc.SectorsPerSecond
	if d.p.Overburn == OverburnAlways ||
		d.p.Overburn == OverburnKnown && m.Groove-m.LastLeadOut() > muchLonger {
		return m.Groove - toc.RunOutSectors
	}
	return d.state().limit()
}

// write10 is WRITE(10), write12 is WRITE(12) (MMC-6 6.44, 6.45).
func (d *Drive) write10(c *call) sense {
	return d.write(c, toc.LBA(int32(be32(c.cdb[2:]))), be16(c.cdb[7:]))
}

func (d *Drive) write12(c *call) sense {
	blocks := be32(c.cdb[6:])
	if blocks > 1<<16 {
		return atCDB(6, -1)
	}
	return d.write(c, toc.LBA(int32(be32(c.cdb[2:]))), int(blocks))
}

func (d *Drive) write(c *call, lba toc.LBA, blocks int) sense {
	if !d.state().appendable() {
		return senseNotWritable
	}
	return d.method().write(d, c, lba, blocks)
}

// readBufferCapacity is READ BUFFER CAPACITY (MMC-6 6.18), in bytes (in units of
// 2048, as Pioneer drives count) or in blocks of 2352.
func (d *Drive) readBufferCapacity(c *call) sense {
	var b [12]byte
	put16(b[:], 10)
	size := d.bufferSize()
	free := size
	if d.writing > 0 {
		free -= d.buf.fill(d.clk.now())
	}
	if c.cdb[1]&1 != 0 {
		b[3] = 1
		put32(b[8:], int32(free/toc.SectorSize))
	} else {
		put32(b[4:], int32(size))
		put32(b[8:], int32(free&^2047))
	}
	return c.reply(b[:], be16(c.cdb[7:]))
}

// sendOPC is SEND OPC INFORMATION (MMC-6 6.36). Each calibration uses up one of
// the hundred partitions that a CD-R has; a CD-RW erases its own.
func (d *Drive) sendOPC(c *call) sense {
	if !d.state().appendable() {
		return senseNotWritable
	}
	if c.cdb[1]&1 == 0 {
		return senseGood // values for speeds that the host chose: this drive knows better
	}
	if d.writing > 0 {
		return senseSequence
	}
	if s := d.calibrate(); s.bad() && s.key != 1 {
		return s
	}
	if !d.pass(opcTime) {
		return d.notReady()
	}
	if !d.disc.st.Media.Erasable && d.disc.st.PCA >= pcaPartitions-5 {
		return sensePCAAlmostFull
	}
	return senseGood
}

// Power calibration: how many times a disc can bear it, and how long it takes.
const (
	pcaPartitions = 100
	opcTime       = 3 * time.Second
)

// calibrate uses up a partition of the PCA.
func (d *Drive) calibrate() sense {
	st := &d.disc.st
	if st.PCA >= pcaPartitions {
		return sensePCAFull
	}
	d.calibrated = true
	if st.Media.Erasable {
		return senseGood
	}
	st.PCA++
	return d.commit()
}

// commit makes the state of the disc durable. If the file can't be written the
// drive has an internal failure, and Err tells why.
func (d *Drive) commit() sense {
	if err := d.disc.commit(); err != nil {
		if d.err == nil {
			d.err = err
		}
		return senseInternal
	}
	return senseGood
}
