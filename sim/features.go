package sim

import (
	"encoding/hex"
	"slices"
)

// The profiles of the discs that the drive knows (MMC-6 table 94).
const (
	profileNone      = 0x0000
	profileRemovable = 0x0002
	profileCDROM     = 0x0008
	profileCDR       = 0x0009
	profileCDRW      = 0x000A
)

// The values of Settings.Features. The default is a DVD writer: the 14 profiles of a LITE-ON
// LH-20A1H (68 bytes with the header) and the features of a TSSTcorp SE-208GB. A simulated
// drive records only CDs, whichever features it reports: no disc of another kind exists.
const (
	// cdFeatures is a CD writer: the profiles of a CyberDrv CW038D, of which 0002h is
	// current with any disc.
	cdFeatures = "cd"
	// bdFeatures is a Blu-ray reader that writes DVDs and CDs: the 16 profiles of an
	// HL-DT-ST GGC-H20L in its order (CD-R before CD-RW), the features of the Pioneer
	// BDR-203's manual (p. 11), those of a vendor (one of them without data) as a PLEXTOR
	// PX-755A has them, and 27 empty descriptors at the end, as a TSSTcorp SE-208GB sends them.
	bdFeatures = "bd"
)

// profilesOf returns the profile lists in the order in which the drives give them
// (LITE-ON LH-20A1H LL0A, CyberDrv CW038D 110C).
func profilesOf(f string) []int {
	switch f {
	case bdFeatures:
		return []int{
			0x40, 0x50, 0x12, 0x11, 0x15, 0x16, 0x14, 0x13, 0x1A, 0x1B, 0x2B, 0x10, profileCDR, profileCDRW, profileCDROM, profileRemovable,
		}
	case cdFeatures:
		return []int{profileCDRW, profileCDR, profileCDROM, profileRemovable}
	}
	return []int{
		0x2B, 0x1B, 0x1A, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11, 0x10, profileCDRW, profileCDR, profileCDROM, profileRemovable,
	}
}

// currency is the kind of disc with which a feature is current.
type currency byte

const (
	always     currency = iota
	onMedium            // any disc
	onReadable          // something is recorded
	onWritable          // something can be recorded
	onErasable          // the same, and it is a CD-RW
	never               // with kinds of discs that can't be inserted
)

// feature is one feature descriptor.
type feature struct {
	code       int
	version    byte
	persistent bool
	when       currency
	data       string // hexadecimal; the profile list and the serial number come from the drive
}

// The features whose data depend on the drive.
const (
	featureProfiles  = 0x0000
	featureRemovable = 0x0003
	featureTAO       = 0x002D
	featureMastering = 0x002E
	featureCDRead    = 0x001E
	featureStreaming = 0x0107
	featureSerial    = 0x0108
)

// rawWriting are the bits RAW MS and RAW in the first byte of feature 002Eh (MMC-3 table
// 97).
const rawWriting = 0x18

// featuresCD are the features of a CD writer (MMC-6 chapter 5).
var featuresCD = []feature{
	{featureProfiles, 0, true, always, ""},
	{0x0001, 1, true, always, "00000007 00000000"},
	{0x0002, 1, true, always, "02000000"},
	{featureRemovable, 1, true, always, "39000000"},
	{0x0010, 0, false, onReadable, "00000800 0001 01 00"},
	{0x001D, 0, false, onReadable, ""},
	{featureCDRead, 2, false, onReadable, "02000000"},
	{featureTAO, 2, false, onWritable, "46000001"},
	{0x0037, 0, false, onErasable, "00070000"},
	{0x0100, 0, true, always, ""},
	{0x0105, 1, true, always, "00000000"},
	{featureStreaming, 0, false, onMedium, "1E000000"},
	{featureSerial, 0, true, always, ""},
}

// featuresDVD are the features of a DVD writer: 0000h to 0037h in the order of a TSSTcorp
// SE-208GB TS00, which claims C2 and CD-TEXT in 001Eh; from 0100h on as the Pioneer
// BDR-203's manual lists them (p. 11), with the bytes of a PLEXTOR PX-755A in 0105h and
// the sheet size of 3072 bytes of an HP GH40L in 002Eh. Features of DVDs have the data of
// MMC-5 chapter 5. Packets aren't recorded (0021h is never current), and 002Eh doesn't
// claim raw writing.
var featuresDVD = []feature{
	{featureProfiles, 0, true, always, ""},
	{0x0001, 2, true, always, "00000007 01000000"},
	{0x0002, 1, true, always, "02000000"},
	{featureRemovable, 1, true, always, "39000000"},
	{0x0004, 1, false, never, "00000000"},
	{0x0010, 0, false, onReadable, "00000800 0001 01 00"},
	{0x001D, 0, false, onReadable, ""},
	{featureCDRead, 2, false, onReadable, "03000000"},
	{0x001F, 1, false, never, "01000100"},
	{0x0020, 1, false, never, "00000000 00000800 00100100"},
	{0x0021, 1, false, never, "3F010101 07000000"},
	{0x0023, 1, false, never, "00000000 00000000"},
	{0x0024, 0, false, never, "00000000"},
	{0x0026, 0, false, never, ""},
	{0x002A, 0, false, never, "01000000"},
	{0x002B, 0, false, never, "01000000"},
	{0x002C, 0, false, never, "0F000000"},
	{featureTAO, 2, false, onWritable, "46000001"},
	{featureMastering, 0, false, onWritable, "67000C00"},
	{0x002F, 2, false, never, "4E000000"},
	{0x0033, 0, false, never, "00000001 10000000"},
	{0x0037, 0, false, onErasable, "00070000"},
	{0x0100, 0, true, always, ""},
	{0x0103, 0, false, onReadable, "03000100"},
	{0x0104, 0, true, always, "00000000"},
	{0x0105, 1, true, always, "01000D04"},
	{0x0106, 0, false, never, "00000001"},
	{featureStreaming, 0, false, onMedium, "1F000000"},
	{featureSerial, 0, true, always, ""},
	{0x010A, 0, false, never, "46444300 53444300 544F4300"},
	{0x010B, 0, false, never, "00000001"},
}

// featuresBD adds the missing features in numerical order.
var featuresBD = slices.Concat(featuresDVD[:21], []feature{
	{0x0037, 0, false, onErasable, "00070000"},
	{0x0038, 0, false, never, "00000000"},
	{0x003B, 0, false, never, "01000000"},
	{0x0040, 1, false, never, "00000000 00070007 00070007 00010001 00000000 00000000 00000000"},
	{0x0041, 0, false, never, "01000000 00070007 00070007 00000000"},
}, featuresDVD[22:], []feature{
	{0x010D, 0, false, never, "00000001"},
	{0xFF00, 0, false, always, "01010103"},
	{0xFF02, 0, false, always, ""},
	{0xFF10, 0, false, always, "000A0006 108A06E4 02C20009 000A2113 160D0B06 058302C2"},
}, slices.Repeat([]feature{{when: never}}, 27))

// features returns all features of the drive, ascending.
func featuresOf(f string) []feature {
	switch f {
	case cdFeatures:
		return featuresCD
	case bdFeatures:
		return featuresBD
	}
	return featuresDVD
}

// isCurrent reports whether a feature is current with the disc in the drive.
func (i *identity) isCurrent(when currency) bool {
	if when == always || when == never || i.profile() == profileNone {
		return when == always
	}
	st := &i.disc.st
	switch when {
	case onReadable:
		return !st.blank()
	case onWritable:
		return st.appendable()
	case onErasable:
		return st.appendable() && st.Media.Erasable
	}
	return true
}

// featureData returns the data of a feature on this drive; ok is false for one that it
// doesn't report.
func (i *identity) featureData(f feature) (data []byte, ok bool) {
	data = unhexed(f.data)
	switch f.code {
	case featureProfiles:
		if !f.persistent {
			return nil, true // one of the empty descriptors at the end
		}
		return i.profileList(), true
	case featureSerial:
		return i.serialNumber(), true
	case featureRemovable:
		clearIf(i.p.NoLoad, data, 0x10)
	case featureTAO, featureMastering:
		clearIf(i.p.NoBurnFree, data, 0x40)
		clearIf(i.p.NoTestWrite, data, 0x04)
		if f.code == featureMastering {
			clearIf(i.p.Sheets == sheetsUnknown, data, 0x20)
			put24(data[1:], i.sheetLimit())
		}
		return data, f.code != featureTAO || !i.p.NoFeature2D
	case featureCDRead:
		clearIf(i.p.NoCDText, data, 0x01)
	case featureStreaming:
		clearIf(i.p.NoPerformance, data, 0x02)
		clearIf(i.p.NoBufferCapacity, data, 0x10)
	}
	return data, true
}

func clearIf(missing bool, data []byte, bits byte) {
	if missing {
		data[0] &^= bits
	}
}

// unhexed decodes the data of a row of the tables above.
func unhexed(text string) []byte {
	digits := make([]byte, 0, len(text))
	for i := range len(text) {
		if text[i] != ' ' {
			digits = append(digits, text[i])
		}
	}
	n, err := hex.Decode(digits, digits)
	if err != nil {
		panic("sim: feature table: " + text) // a typing mistake in the tables above
	}
	return digits[:n]
}

func (i *identity) profileList() []byte {
	var b []byte
	for _, p := range profilesOf(i.p.Features) {
		current := byte(0)
		if p == i.profile() || p == profileRemovable && i.p.Features == cdFeatures && i.profile() != profileNone {
			current = 1
		}
		b = append(b, byte(p>>8), byte(p), current, 0)
	}
	return b
}

// serialNumber is padded with blanks to a multiple of four.
func (i *identity) serialNumber() []byte {
	b := []byte(i.serial)
	for len(b)%4 != 0 {
		b = append(b, ' ')
	}
	return b[:min(len(b), 252)]
}

// getConfiguration is GET CONFIGURATION (MMC-6 6.5): RT 0 all features from a
// number on, 1 the current ones among them, 2 exactly one.
func (i *identity) getConfiguration(c *call) sense {
	request, start := c.cdb[1]&3, be16(c.cdb[2:])
	if request == 3 {
		return atCDB(1, 1)
	}
	if b, ok := i.recordedConfiguration(request, start); ok {
		return c.reply(b, be16(c.cdb[7:]))
	}
	b := make([]byte, 8, 512)
	put16(b[6:], i.profile())
	for _, f := range featuresOf(i.p.Features) {
		current := i.isCurrent(f.when)
		if f.code < start && (f.persistent || f.code != 0) || request == 1 && !current || request == 2 && (f.code != start || !f.persistent && f.code == 0) {
			continue
		}
		data, ok := i.featureData(f)
		if !ok {
			continue
		}
		flags := f.version << 2
		if f.persistent {
			flags |= 2
		}
		if current {
			flags |= 1
		}
		b = append(b, byte(f.code>>8), byte(f.code), flags, byte(len(data)))
		b = append(b, data...)
	}
	put32(b, int32(len(b)-4))
	if n := i.p.ConfigurationCut; n > 0 && n < len(b) {
		b = b[:n]
	}
	return c.reply(b, be16(c.cdb[7:]))
}
