package whole

import (
	"encoding/binary"
	"fmt"
	"io"
)

// framing describes a stream that is nothing but frames: how to read the header of one.
type framing struct {
	name   string
	header int
	rate   int
	sync   byte // the first one of each frame, 0 if that isn't always the same
	summed bool // a checksum covers each frame, so that none ends with zeros that don't belong to it
	row    int  // how many frames in a row are not chance, 2 if 0
	// parse returns the size of a frame in bytes and its samples per channel.
	parse func(p []byte) (size, samples int, ok bool)
}

// zeroNote notes that the file ends with n zeros.
func (a *Account) zeroNote(n int64) {
	if n >= leastZeros {
		a.Notes = append(a.Notes, fmt.Sprintf("its last %d bytes are zeros", n))
	}
}

// leastZeros are more than what pads a last block.
const leastZeros = 512

// walkFrames goes from frame to frame. Each must begin where the one before ends; the
// last must be whole. The file doesn't state how many there should be.
func walkFrames(f *file, fr framing) (Account, error) {
	a := Account{Rate: fr.rate, Slack: 4096}
	at := f.base
	for n := 0; at < f.size; n++ {
		if n%1024 == 0 {
			if err := f.stop(); err != nil {
				return a, err
			}
		}
		p, err := f.upTo(at, fr.header)
		if err != nil {
			return a, err
		}
		size, samples, ok := fr.parse(p)
		switch {
		case (!ok || fr.sync == 0 && n > 0) && f.tagAt(at): // which may look like a frame
			return a, f.tail(at, &a)
		case len(p) < fr.header && fr.sync != 0 && p[0] == fr.sync:
			return a, fail(at, ErrTruncated, "the file ends inside the header of a frame of %s", fr.name)
		case !ok && f.zerosFrom(at):
			if a.Frames == 0 || f.size-at > 4096 && !fr.summed {
				return a, fail(at, ErrTruncated, "nothing but zeros from here on")
			}
			a.End = at
			a.zeroNote(f.size - at)
			return a, nil
		case !ok && a.Frames > 0 && f.otherMPEG(at):
			return a, fail(at, ErrSecond, "the layer, the sample rate or the coding of MPEG audio changes here: only what stands before it would be played")
		case !ok && a.Frames > 0 && f.size-at <= maxTail && !f.frameFrom(at+1, fr):
			return a, f.tail(at, &a)
		case !ok:
			return a, fail(at, ErrDamaged, "no frame of %s begins where one should", fr.name)
		case at+int64(size) > f.size:
			return a, fail(at, ErrTruncated, "the last frame of %s is incomplete: %d bytes of %d", fr.name, f.size-at, size)
		}
		a.Frames += int64(samples)
		at += int64(size)
	}
	return a, nil
}

// otherMPEG reports whether three frames of MPEG audio of any layer, or of AAC, begin at
// byte at.
func (f *file) otherMPEG(at int64) bool {
	if Frames(f.r, at, f.size) {
		return true
	}
	for range 3 {
		p, _ := f.upTo(at, 7)
		if h, ok := parseADTS(p); ok {
			at += int64(h.size)
			continue
		}
		size := layerIII(p)
		if size == 0 {
			return false
		}
		at += int64(size)
	}
	return true
}

// layerIIIRates are kbit/s of Layer III by version (11172-3, 2.4.2.3; 13818-3, 2.4.2.3).
var layerIIIRates = [2][15]int{
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

// layerIII is the size of the frame of Layer III whose header p begins with, 0 if there is
// none.
func layerIII(p []byte) int {
	if len(p) < 4 || p[0] != 0xFF || p[1]&0xE6 != 0xE2 || p[1]&0x18 == 0x08 || p[2]>>4 == 0 || p[2]>>4 == 15 || p[2]>>2&3 == 3 {
		return 0
	}
	rate, pad := []int{44100, 48000, 32000}[p[2]>>2&3], int(p[2]>>1&1)
	switch p[1] >> 3 & 3 {
	case 3:
		return 144000*layerIIIRates[0][p[2]>>4]/rate + pad
	case 0:
		rate /= 2
	}
	return 72000*layerIIIRates[1][p[2]>>4]/(rate/2) + pad
}

// frameFrom reports whether frames begin anywhere from byte at on: two in a row, or one
// that reaches to the end.
func (f *file) frameFrom(at int64, fr framing) bool {
	rest := make([]byte, f.size-at)
	n, _ := f.r.ReadAt(rest, at)
	rest = rest[:n]
	for i := range rest {
		at := i
		for range max(fr.row, 2) - 1 {
			size, _, ok := fr.parse(rest[at:])
			if at += size; !ok || size <= 0 || at > len(rest) {
				at = -1
				break
			}
			if at == len(rest) {
				return true
			}
		}
		if at < 0 {
			continue
		}
		if _, _, ok := fr.parse(rest[at:]); ok {
			return true
		}
	}
	return false
}

// tagAt reports whether a tag begins at byte at.
func (f *file) tagAt(at int64) bool {
	p, _ := f.upTo(at, 64)
	return tagBytes(p, f.size-at) > 0
}

// zerosFrom reports whether nothing else follows.
func (f *file) zerosFrom(at int64) bool {
	for at < f.size {
		p, err := f.upTo(at, maxTail)
		if err != nil || len(p) == 0 || zeros(p) < len(p) {
			return false
		}
		at += int64(len(p))
	}
	return true
}

// adtsHeader is the content of an ADTS header: syncword FFFh, layer 0, then rate, channels,
// the size of the frame (13 bits) and the number of blocks of 1024 samples less one.
type adtsHeader struct{ rate, size, blocks int }

var adtsRates = [16]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}

func parseADTS(p []byte) (h adtsHeader, ok bool) {
	if len(p) < 7 || p[0] != 0xFF || p[1]&0xF6 != 0xF0 {
		return h, false
	}
	h.rate = adtsRates[p[2]>>2&15]
	h.size = int(p[3]&3)<<11 | int(p[4])<<3 | int(p[5])>>5
	h.blocks = int(p[6]&3) + 1
	return h, h.rate > 0 && h.size >= 7
}

func adts(first adtsHeader) framing {
	return framing{name: "AAC", header: 7, sync: 0xFF, rate: first.rate, parse: func(p []byte) (int, int, bool) {
		h, ok := parseADTS(p)
		return h.size, 1024 * h.blocks, ok && h.rate == first.rate
	}}
}

// mpegHeader is the content of a Layer I or II header.
type mpegHeader struct {
	layer, rate   int
	size, samples int
}

// layerRates are kbit/s by layer and version (11172-3, 2.4.2.3; 13818-3, 2.4.2.3).
var layerRates = [2][2][15]int{
	{{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}},
	{{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}, {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}},
}

func parseMPEG(p []byte) (h mpegHeader, ok bool) {
	if len(p) < 4 || p[0] != 0xFF || p[1]&0xE0 != 0xE0 {
		return h, false
	}
	version, layer, bitRate, rate := p[1]>>3&3, p[1]>>1&3, p[2]>>4, p[2]>>2&3
	if version == 1 || layer < 2 || bitRate == 0 || bitRate == 15 || rate == 3 {
		return h, false
	}
	h.layer = 4 - int(layer)
	h.rate = []int{44100, 48000, 32000}[rate]
	low := 0
	switch version {
	case 2:
		h.rate, low = h.rate/2, 1
	case 0:
		h.rate, low = h.rate/4, 1
	}
	kbit, pad := layerRates[h.layer-1][low][bitRate]*1000, int(p[2]>>1&1)
	if h.layer == 1 {
		h.size, h.samples = (12*kbit/h.rate+pad)*4, 384
	} else {
		h.size, h.samples = 144*kbit/h.rate+pad, 1152
	}
	return h, true
}

// Frames reports whether frames of MPEG Layer I or II begin at byte at of a file of size
// bytes: three in a row, or as many as there are.
func Frames(r io.ReaderAt, at, size int64) bool {
	var p [4]byte
	n, _ := r.ReadAt(p[:], at)
	first, ok := parseMPEG(p[:n])
	for i := 0; ok && i < 3; i++ {
		if at += int64(first.size); at >= size && i > 0 {
			return true
		}
		if n, _ = r.ReadAt(p[:], at); n < 4 {
			return i > 0
		}
		var next mpegHeader
		next, ok = parseMPEG(p[:])
		ok = ok && next.layer == first.layer && next.rate == first.rate
		first.size = next.size
	}
	return ok
}

func mpeg(first mpegHeader) framing {
	name := fmt.Sprintf("MPEG Layer %s", []string{"I", "II"}[first.layer-1])
	return framing{name: name, header: 4, sync: 0xFF, rate: first.rate, parse: func(p []byte) (int, int, bool) {
		h, ok := parseMPEG(p)
		return h.size, h.samples, ok && h.layer == first.layer && h.rate == first.rate
	}}
}

// walkAC3 goes through AC-3 and E-AC-3.
func walkAC3(f *file) (Account, error) {
	p, err := f.need(f.base, 7, "its first frame")
	if err != nil {
		return Account{}, err
	}
	h, ok := parseAC3(p)
	if !ok {
		return Account{Frames: -1}, nil
	}
	return walkFrames(f, ac3(h))
}

// ac3 is the framing of AC-3 and E-AC-3 (ETSI TS 102 366, 4.3 and E.1.3).
func ac3(first ac3Header) framing {
	return framing{name: "AC-3", header: 7, sync: 0x0B, rate: first.rate, parse: func(p []byte) (int, int, bool) {
		n, ok := parseAC3(p)
		return n.size, n.samples, ok && n.rate == first.rate
	}}
}

type ac3Header struct{ rate, size, samples int }

var ac3Rates = [19]int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640}

func parseAC3(p []byte) (h ac3Header, ok bool) {
	if len(p) < 7 || p[0] != 0x0B || p[1] != 0x77 {
		return h, false
	}
	code := p[4] >> 6
	if p[5]>>3 > 10 { // E-AC-3: 2 bits of stream type, 3 of substream, 11 of words less one
		h.size = 2 * (int(p[2]&7)<<8 | int(p[3]) + 1)
		blocks := []int{1, 2, 3, 6}[p[4]>>4&3]
		if code == 3 {
			half := p[4] >> 4 & 3
			if half == 3 {
				return h, false
			}
			h.rate, blocks = []int{24000, 22050, 16000}[half], 6
		} else {
			h.rate = []int{48000, 44100, 32000}[code]
		}
		if kind, sub := p[2]>>6, p[2]>>3&7; kind != 1 && sub == 0 { // others add channels to the same time
			h.samples = 256 * blocks
		}
		return h, true
	}
	index := int(p[4] & 63)
	if code == 3 || index >= 2*len(ac3Rates) {
		return h, false
	}
	h.rate, h.samples = []int{48000, 44100, 32000}[code], 1536
	kbit := ac3Rates[index/2]
	switch code {
	case 0:
		h.size = kbit * 4
	case 1:
		h.size = 2 * (kbit*1000*1536/44100/16 + index&1)
	case 2:
		h.size = kbit * 6
	}
	// Half and quarter rate (bsid 9 and 10).
	if half := int(p[5]>>3) - 8; half > 0 {
		h.rate >>= half
	}
	return h, true
}

// walkDTS goes through the core frames of DTS, 16 bits and big-endian (ETSI TS 102 114,
// 5.3), and the extension substreams after each (sync 64582025h).
func walkDTS(f *file) (Account, error) {
	p, err := f.need(f.base, 12, "its first frame")
	if err != nil {
		return Account{}, err
	}
	_, _, ok := parseDTS(p)
	if !ok {
		return Account{Frames: -1}, nil
	}
	return walkFrames(f, dts(dtsRates[p[8]>>2&15]))
}

// dts is the framing of DTS.
func dts(rate int) framing {
	return framing{name: "DTS", header: 12, sync: 0x7F, rate: rate, parse: func(p []byte) (int, int, bool) {
		size, samples, ok := parseDTS(p)
		if ok && samples > 0 && dtsRates[p[8]>>2&15] != rate {
			return 0, 0, false
		}
		return size, samples, ok
	}}
}

var dtsRates = [16]int{0, 8000, 16000, 32000, 0, 0, 11025, 22050, 44100, 0, 0, 12000, 24000, 48000, 96000, 192000}

func parseDTS(p []byte) (size, samples int, ok bool) {
	if len(p) < 12 {
		return 0, 0, false
	}
	switch binary.BigEndian.Uint32(p) {
	case 0x7FFE8001:
		// frame type (1), deficit (5), CRC (1), blocks of 32 samples less one (7), size less one (14)
		blocks := (int(p[4]&1)<<6 | int(p[5])>>2) + 1
		size = (int(p[5]&3)<<12 | int(p[6])<<4 | int(p[7])>>4) + 1
		return size, 32 * blocks, size >= 96 && dtsRates[p[8]>>2&15] > 0
	case 0x64582025:
		// user data (8), index (2), type of header (1), then its size in 8 or 12 bits and that of all in 16 or 20
		v := binary.BigEndian.Uint64(p[4:])
		if v>>(63-10)&1 == 0 {
			size = int(v>>(64-11-8-16)&0xFFFF) + 1
		} else {
			size = int(v>>(64-11-12-20)&0xFFFFF) + 1
		}
		return size, 0, true
	}
	return 0, 0, false
}

// walkAMR checks the frames of AMR, whose first byte determines their size (RFC 4867 5).
func walkAMR(f *file) (Account, error) {
	p, err := f.need(f.base, 9, "the header")
	if err != nil {
		return Account{}, err
	}
	sizes, rate, head := [16]int{13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1}, 8000, int64(6)
	if string(p) == "#!AMR-WB\n" {
		sizes, rate, head = [16]int{18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1}, 16000, 9
	}
	inner := &file{r: f.r, base: f.base + head, size: f.size, stop: f.stop}
	return walkFrames(inner, framing{name: "AMR", header: 1, rate: rate, parse: func(p []byte) (int, int, bool) {
		if len(p) < 1 || p[0]&0x83 != 0 {
			return 0, 0, false
		}
		n := sizes[p[0]>>3&15]
		return n, rate / 50, n > 0
	}})
}
