package flac

import "fmt"

// Header is the header of a frame (RFC 9639 9.1).
type Header struct {
	Variable bool  // Number counts samples, otherwise frames
	Number   int64 // of the frame or of its first sample
	Block    int   // samples of each channel, 1..65536
	Rate     int   // in Hz; 0: as in the stream info
	Channels int
	Bits     int // of each sample; 0: as in the stream info
	Size     int // bytes of the header

	stereo stereo
}

// stereo is the meaning of the two channels of a frame.
type stereo uint8

const (
	independent stereo = iota
	leftSide
	sideRight
	midSide
)

// Next is the number of the frame that follows.
func (h Header) Next() int64 {
	if h.Variable {
		return h.Number + int64(h.Block)
	}
	return h.Number + 1
}

// maxHeader is the longest header of a frame.
const maxHeader = 16

// FormatError reports a defect of a frame.
type FormatError string

// Error returns the reason.
func (e FormatError) Error() string { return string(e) }

// ErrNoFrame is returned if no frame begins at the place.
const ErrNoFrame = FormatError("no frame begins here")

var blockSizes = [16]int{1: 192, 576, 1152, 2304, 4608, -8, -16, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}

var sampleRates = [12]int{1: 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}

var sampleSizes = [8]int{0, 8, 12, -1, 16, 20, 24, 32}

// ParseHeader reads the header of a frame that begins at p[0]. 16 bytes are always
// enough; fewer are only at the end of a file.
//
//	0-1  11111111 111110, reserved 0, 1 for blocks of variable size
//	2    block size, sample rate
//	3    channels, bits per sample, reserved 0
//	4-   number, coded as UTF-8 codes a letter (1 to 7 bytes)
//	     block size - 1 (0, 1 or 2 bytes), sample rate (0, 1 or 2 bytes), CRC-8
func ParseHeader(p []byte) (Header, error) {
	if len(p) < 6 || p[0] != 0xFF || p[1]&0xFE != 0xF8 {
		return Header{}, ErrNoFrame
	}
	h := Header{Variable: p[1]&1 != 0, Channels: 2, Bits: sampleSizes[p[3]>>1&7]}
	switch c := p[3] >> 4; {
	case c < 8:
		h.Channels = int(c) + 1
	case c <= 10:
		h.stereo = stereo(c - 7)
	default:
		return h, FormatError("the header of the frame has a reserved number of channels")
	}
	if h.Bits < 0 || p[3]&1 != 0 || p[2]>>4 == 0 || p[2]&15 == 15 {
		return h, FormatError("the header of the frame has reserved values")
	}
	number, at, err := codedNumber(p, 4)
	if err != nil {
		return h, err
	}
	h.Number = number
	tail := func(bytes int) (v int) {
		for range bytes {
			if at < len(p) {
				v = v<<8 | int(p[at])
			}
			at++
		}
		return v
	}
	if h.Block = blockSizes[p[2]>>4]; h.Block < 0 {
		h.Block = tail(h.Block/-8) + 1
	}
	switch code := p[2] & 15; code {
	case 12:
		h.Rate = tail(1) * 1000
	case 13:
		h.Rate = tail(2)
	case 14:
		h.Rate = tail(2) * 10
	default:
		h.Rate = sampleRates[code]
	}
	if at >= len(p) {
		return h, FormatError("the file ends inside the header of a frame")
	}
	if crc := crc8(p[:at]); crc != p[at] {
		return h, FormatError(fmt.Sprintf("the checksum of the frame's header is %02Xh, not %02Xh", crc, p[at]))
	}
	h.Size = at + 1
	return h, nil
}

// codedNumber reads a number of up to 36 bits.
func codedNumber(p []byte, at int) (int64, int, error) {
	more := 0
	first := p[at]
	for first&(0x80>>more) != 0 && more < 8 {
		more++
	}
	if more == 1 || more == 8 {
		return 0, at, FormatError("the number of the frame is coded wrongly")
	}
	v := int64(first) & (0x7F >> more)
	at++
	for range more - 1 {
		if at >= len(p) || p[at]&0xC0 != 0x80 {
			return 0, at, FormatError("the number of the frame is coded wrongly")
		}
		v = v<<6 | int64(p[at]&0x3F)
		at++
	}
	return v, at, nil
}
