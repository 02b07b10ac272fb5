package sim

import "time"

// Power calibration: how often a disc allows it, and how long it takes.
const (
	pcaPartitions = 100
	opcTime       = 3 * time.Second
)

// calibrator finds the power of the laser for the disc that is in.
type calibrator struct {
	*core
	recorder *recorder
	done     bool // the power has been calibrated for the disc in the drive
}

// sendOPC is SEND OPC INFORMATION (MMC-6 6.36). Each calibration uses up one of
// the hundred partitions that a CD-R has; a CD-RW erases its own.
func (l *calibrator) sendOPC(c *call) sense {
	if !l.state().appendable() {
		return senseNotWritable
	}
	if c.cdb[1]&1 == 0 {
		return senseGood // values for speeds that the host chose: this drive uses its own
	}
	if l.recorder.writing() {
		return senseSequence
	}
	if s := l.calibrate(); s.bad() && s.key != 1 {
		return s
	}
	if !l.pass(opcTime) {
		return l.notReady()
	}
	if !l.disc.st.Media.Erasable && l.disc.st.PCA >= pcaPartitions-5 {
		return sensePCAAlmostFull
	}
	return senseGood
}

// calibrate uses up a partition of the PCA.
func (l *calibrator) calibrate() sense {
	st := &l.disc.st
	if st.PCA >= pcaPartitions {
		return sensePCAFull
	}
	l.done = true
	if st.Media.Erasable {
		return senseGood
	}
	st.PCA++
	return l.commit()
}
