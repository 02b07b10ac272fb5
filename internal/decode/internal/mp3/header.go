package mp3

import "fmt"

// version is the standard that a frame follows. MPEG-2 and 2.5 halve and quarter
// the sample rates and have one granule per frame ("LSF", low sampling frequency).
type version uint8

const (
	mpeg1  version = iota // ISO/IEC 11172-3: 32, 44.1, 48 kHz
	mpeg2                 // ISO/IEC 13818-3: 16, 22.05, 24 kHz
	mpeg25                // not standardized, but common: 8, 11.025, 12 kHz
)

// Channel modes of the header.
const (
	modeStereo = iota
	modeJoint
	modeDual
	modeMono
)

const (
	headerBytes = 4
	crcBytes    = 2
	lines       = 576 // frequency lines of a granule and channel, and samples
	// maxFree bounds the frame length of free format: 640 kbit/s at the lowest rate.
	maxFree = 5760
	// maxFrame is at least the length of any frame, padding included.
	maxFrame = maxFree + 1
)

// sampleRates in the order of header.rate: three of each version.
var sampleRates = [9]int{44100, 48000, 32000, 22050, 24000, 16000, 11025, 12000, 8000}

// bitRates in kbit/s by the index of the header, for MPEG-1 and for LSF. Index 0 is
// free format, 15 is forbidden.
var bitRates = [2][15]int{
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

// header is the content of the four bytes at the start of a frame.
type header struct {
	version version
	rate    uint8 // index into sampleRates
	bitrate uint8 // index into bitRates
	padding uint8 // bytes
	mode    uint8
	ext     uint8 // mode extension: 1 intensity, 2 middle/side; of joint stereo only
	crc     bool
}

// parseHeader reads a frame header (11172-3, 2.4.1.3):
//
//	0   1111 1111   sync
//	1   111v vllp   version (00 2.5, 10 MPEG-2, 11 MPEG-1), layer (01 = III), 0 = CRC follows
//	2   bbbb rrPx   bit rate, sample rate, padding, private
//	3   mmee coEE   mode, mode extension, copyright, original, emphasis
//
// Emphasis isn't looked at: encoders write all of its values. ok is false for
// anything that isn't a header of Layer III.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < headerBytes || b[0] != 0xFF || b[1]&0xE6 != 0xE2 {
		return h, false
	}
	bitrate, rate := b[2]>>4, b[2]>>2&3
	if bitrate == 15 || rate == 3 {
		return h, false
	}
	switch b[1] >> 3 & 3 {
	case 0:
		h.version = mpeg25
	case 2:
		h.version = mpeg2
	case 3:
		h.version = mpeg1
	default:
		return h, false
	}
	h.rate = uint8(h.version)*3 + rate
	h.bitrate = bitrate
	h.padding = b[2] >> 1 & 1
	h.crc = b[1]&1 == 0
	h.mode = b[3] >> 6
	if h.mode == modeJoint {
		h.ext = b[3] >> 4 & 3
	}
	return h, true
}

// otherLayer reports whether these are the first bytes of a frame of Layer I or II,
// which other decoders call MP3 too.
func otherLayer(b []byte) bool {
	return len(b) >= headerBytes && b[0] == 0xFF && b[1]&0xE0 == 0xE0 && b[1]>>3&3 != 1 &&
		b[1]>>1&3 >= 2 && b[2]>>4 != 15 && b[2]>>4 != 0 && b[2]>>2&3 != 3
}

func (h header) sampleRate() int { return sampleRates[h.rate] }

func (h header) lsf() bool { return h.version != mpeg1 }

func (h header) free() bool { return h.bitrate == 0 }

func (h header) channels() int {
	if h.mode == modeMono {
		return 1
	}
	return 2
}

func (h header) granules() int {
	if h.lsf() {
		return 1
	}
	return 2
}

// samples per channel in a frame.
func (h header) samples() int { return h.granules() * lines }

// sideBytes is the length of the side information (2.4.1.7; 13818-3, 2.4.1.7).
func (h header) sideBytes() int {
	switch {
	case h.lsf() && h.mode == modeMono:
		return 9
	case h.lsf() || h.mode == modeMono:
		return 17
	}
	return 32
}

// mainOffset is where the main data starts in the frame.
func (h header) mainOffset() int {
	n := headerBytes + h.sideBytes()
	if h.crc {
		n += crcBytes
	}
	return n
}

// size is the length of the frame in bytes. free is that of a free format frame without
// padding, which no header contains.
func (h header) size(free int) int {
	if h.free() {
		return free + int(h.padding)
	}
	table, factor := 0, 144000
	if h.lsf() {
		table, factor = 1, 72000
	}
	return factor*bitRates[table][h.bitrate]/h.sampleRate() + int(h.padding)
}

// same reports whether both belong to one stream. The bit rate may change (VBR) and so
// may stereo, joint stereo and dual channel.
func (h header) same(o header) bool {
	return h.sameFormat(o) && h.free() == o.free()
}

// sameFormat reports whether the sound of both has one sample rate and channel count.
func (h header) sameFormat(o header) bool {
	return h.rate == o.rate && h.channels() == o.channels()
}

// String returns "44100 Hz stereo" and the like.
func (h header) String() string {
	if h.channels() == 1 {
		return fmt.Sprintf("%d Hz mono", h.sampleRate())
	}
	return fmt.Sprintf("%d Hz stereo", h.sampleRate())
}
