package whole

import (
	"encoding/binary"
	"fmt"
	"math"
)

// maxChunks is how many chunks of one container are looked at.
const maxChunks = 1 << 16

// tooMany refuses a container with more: what follows byte at would not be checked.
func tooMany(at int64) error {
	return fail(at, ErrLarge, "it has more than %d chunks", maxChunks)
}

// walkAU reads the header of Sun's and NeXT's sound files:
//
//	0-3 .snd  4-7 offset of the audio  8-11 its bytes, FFFFFFFFh if unknown
//	12-15 coding  16-19 rate  20-23 channels
func walkAU(f *file) (Account, error) {
	p, err := f.need(f.base, 24, "the header")
	if err != nil {
		return Account{}, err
	}
	be := binary.BigEndian
	start, bytes := f.base+int64(be.Uint32(p[4:])), int64(be.Uint32(p[8:]))
	coding, channels := be.Uint32(p[12:]), int64(be.Uint32(p[20:]))
	a := Account{Frames: -1}
	if bytes == math.MaxUint32 || bytes == 0 && start < f.size { // what pipes leave
		a.Open = true
		return a, f.lastTags(&a)
	}
	if start+bytes > f.size {
		return a, f.short("the audio", start+bytes)
	}
	a.Proven, a.Start, a.Bytes = true, start, bytes
	width := map[uint32]int64{1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 8, 27: 1}[coding]
	if width > 0 && channels > 0 {
		a.Frames = bytes / width / channels
		a.partial(bytes % (width * channels))
	}
	return a, f.tail(start+bytes, &a)
}

// partial notes that the audio ends with n bytes that make no whole sample frame.
func (a *Account) partial(n int64) {
	if n > 0 {
		a.Notes = append(a.Notes, fmt.Sprintf("%d bytes after the last whole sample frame are left out", n))
	}
}

// walkW64 reads the chunks of Sony Wave64: a GUID of 16 bytes that begins with the
// name, 8 bytes of size that count both, padded to 8 bytes.
func walkW64(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 40, "the header")
	if err != nil {
		return a, err
	}
	le := binary.LittleEndian
	total := int64(le.Uint64(p[16:]))
	at, block := f.base+40, int64(0)
	for n := 0; ; n++ {
		if n == maxChunks {
			return a, tooMany(at)
		}
		p, err := f.upTo(at, 40)
		if err != nil {
			return a, err
		}
		if len(p) < 24 {
			return a, fail(f.size, ErrTruncated, "the file ends before its audio")
		}
		size := int64(le.Uint64(p[16:]))
		switch string(p[:4]) {
		case "fmt ":
			if len(p) >= 40 && plainTag(le.Uint16(p[24:])) {
				block = int64(le.Uint16(p[36:]))
			}
		case "fact": // sample frames
			if len(p) >= 32 {
				a.Frames = int64(min(le.Uint64(p[24:]), 1<<56))
			}
		case "data":
			return f.w64Data(a, at, size, total, block)
		}
		if size < 24 || size > 1<<56 {
			return a, fail(at, ErrDamaged, "a chunk of %d bytes", size)
		}
		at += (size + 7) &^ 7
	}
}

func (f *file) w64Data(a Account, at, size, total, block int64) (Account, error) {
	open := func(n int64) bool { return n <= 24 || n > 1<<56 } // what pipes leave
	if open(size) {
		a.Open = true
		return a, f.lastTags(&a)
	}
	if at+size > f.size {
		return a, f.short("the audio", at+size)
	}
	a.Proven, a.Start, a.Bytes = true, at+24, size-24
	if counted := a.Frames * block; a.Frames > 0 && block > 0 && counted <= size-24 && size-24-counted < 8 {
		// FFmpeg counts the bytes that pad the chunk.
		a.Bytes = counted
	} else if a.Frames = -1; block > 0 {
		a.Frames = (size - 24) / block
	}
	if block > 0 {
		a.partial((size - 24) % block)
	}
	if open(total) || f.base+total > f.size+7 {
		return a, nil
	}
	pad, err := f.upTo(at+size, int((size+7)&^7-size))
	if err != nil {
		return a, err
	}
	if zeros(pad) < len(pad) {
		a.Notes = append(a.Notes, fmt.Sprintf("%d bytes after the end of the audio are left out", len(pad)))
	}
	at, err = f.w64Chunks(at+(size+7)&^7, f.base+total)
	if err != nil {
		return a, err
	}
	return a, f.tail(at, &a)
}

// w64Chunks steps over the chunks that follow the audio, and returns where they end.
func (f *file) w64Chunks(at, end int64) (int64, error) {
	for n := 0; ; n++ {
		if n == maxChunks {
			return at, tooMany(at)
		}
		p, err := f.upTo(at, 24)
		if err != nil || len(p) < 24 || at >= end || !printable(p[:4]) {
			return at, err
		}
		size := int64(binary.LittleEndian.Uint64(p[16:]))
		if size < 24 || size > f.size-at || string(p[:4]) == "riff" {
			break
		}
		if string(p[:4]) == "data" {
			return at, fail(at, ErrSecond, "a second data chunk, whose audio would be lost: convert the file with the program that made it")
		}
		at += (size + 7) &^ 7
	}
	return at, nil
}

// plainTag reports whether a format tag stands for samples of a fixed size: PCM,
// floating point, A-law or mu-law.
func plainTag(tag uint16) bool { return tag == 1 || tag == 3 || tag == 6 || tag == 7 || tag == 0xFFFE }

// walkCAF reads the chunks of Apple's Core Audio Format: name, 8 bytes of size.
// A data chunk of size -1 reaches to the end of the file.
func walkCAF(f *file) (Account, error) {
	a := Account{Frames: -1}
	var frame, perPacket int64
	var dataBytes int64 = -1
	at := f.base + 8
	for n := 0; ; n++ {
		if n == maxChunks {
			return a, tooMany(at)
		}
		p, err := f.upTo(at, 44)
		if err != nil {
			return a, err
		}
		if len(p) < 12 {
			break
		}
		size, name := int64(binary.BigEndian.Uint64(p[4:])), string(p[:4])
		if dataBytes >= 0 && (size < 0 || !cafChunks[name] && (at+12+size > f.size || !printable(p[:4]))) {
			break // no chunk follows
		}
		switch name {
		case "desc":
			if len(p) >= 44 {
				frame, perPacket = int64(binary.BigEndian.Uint32(p[28:])), int64(binary.BigEndian.Uint32(p[32:]))
			}
		case "data":
			if size == -1 {
				a.Open = true
				return a, f.lastTags(&a)
			}
			dataBytes = size - 4
			a.Start, a.Bytes = at+16, dataBytes
		case "pakt":
			if len(p) >= 36 {
				a.Frames = int64(binary.BigEndian.Uint64(p[20:]))
			}
		}
		if !printable(p[:4]) && dataBytes < 0 {
			return a, fail(at, ErrDamaged, "no chunk begins where one should")
		}
		if size < 0 || name == "data" && size < 4 || size > 1<<56 {
			return a, fail(at, ErrDamaged, "its chunk %q has %d bytes", name, size)
		}
		if at+12+size > f.size {
			return a, f.short(fmt.Sprintf("chunk %q", name), at+12+size)
		}
		at += 12 + size
	}
	if dataBytes < 0 {
		return a, fail(f.size, ErrTruncated, "the file ends before its audio")
	}
	a.Proven = frame > 0 || a.Frames >= 0
	if a.Frames < 0 && frame > 0 {
		a.Frames = dataBytes / frame * perPacket
		a.partial(dataBytes % frame)
	}
	if perPacket != 1 {
		a.Slack = 4096 + perPacket
	}
	return a, f.tail(at, &a)
}

// cafChunks are those of Apple's specification.
var cafChunks = map[string]bool{
	"desc": true, "data": true, "pakt": true, "kuki": true, "chan": true, "info": true, "free": true, "uuid": true, "strg": true,
	"mark": true, "regn": true, "inst": true, "midi": true, "umid": true, "ovvw": true, "peak": true, "edct": true,
}

// printable reports whether a name of a chunk or box can be one.
func printable(p []byte) bool {
	for _, c := range p {
		if c < ' ' && c != 0 || c == 0x7F {
			return false
		}
	}
	return p[0] != 0
}

// walkDSF reads the header of Sony's DSD stream files: "DSD ", its size (8), the size
// of the file (8); then "fmt ", which has the number of samples at byte 36 of it, and
// "data" with its size. ffmpeg makes one sample of eight of them.
func walkDSF(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 28+52+12, "the header")
	if err != nil {
		return a, err
	}
	le := binary.LittleEndian
	total := int64(le.Uint64(p[12:]))
	if string(p[28:32]) == "fmt " {
		a.Frames = int64(le.Uint64(p[28+36:])) / 8
	}
	if data := int64(le.Uint64(p[28+52+4:])); string(p[80:84]) == "data" && f.base+80+data > f.size {
		return a, f.short("the audio", f.base+80+data)
	}
	if f.base+total > f.size {
		return a, f.shortFile(f.base + total)
	}
	a.Proven, a.Slack = true, 4096
	return a, f.tail(f.base+total, &a)
}

// walkDSDIFF reads Philips' DSD files: FRM8 and 8 bytes of size, with chunks of the
// same form in it.
func walkDSDIFF(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 16, "the header")
	if err != nil {
		return a, err
	}
	end := f.base + 12 + int64(binary.BigEndian.Uint64(p[4:]))
	if end > f.size || end < f.base {
		return a, f.shortFile(end)
	}
	a.Proven = true
	return a, f.tail(end, &a)
}

// walkForm compares the size of a RIFF (little-endian) or FORM (big-endian) with the
// file, whatever is in it.
func walkForm(order binary.ByteOrder) func(*file) (Account, error) {
	return func(f *file) (Account, error) {
		a := Account{Frames: -1}
		p, err := f.need(f.base, 12, "the header")
		if err != nil {
			return a, err
		}
		size := order.Uint32(p[4:])
		if size == 0 || size >= math.MaxInt32-1<<16 { // what pipes leave
			return a, nil
		}
		end := f.base + 8 + int64(size)
		if end > f.size {
			return a, f.shortFile(end)
		}
		a.Proven = true
		return a, f.tail(end, &a)
	}
}

// walkRIFF checks AVI and any other RIFF.
func walkRIFF(f *file) (Account, error) {
	a, err := walkForm(binary.LittleEndian)(f)
	if err != nil || !a.Proven { // from a pipe: its numbers are placeholders
		return a, err
	}
	err = f.aviStreams(&a, f.base+12, f.size, 0)
	return a, err
}

// aviStreams looks for the first stream of sound in the lists of an AVI file. Its strh
// has the type (0-3), and in units of scale/rate (20-23, 24-27) its length (32-35).
func (f *file) aviStreams(a *Account, at, end int64, depth int) error {
	for n := 0; ; n++ {
		if n == maxChunks {
			return tooMany(at)
		}
		p, err := f.upTo(at, 8+36)
		if err != nil || len(p) < 12 || at+8 > end {
			return err
		}
		size := int64(binary.LittleEndian.Uint32(p[4:]))
		switch name := string(p[:4]); {
		case name == "LIST" && string(p[8:12]) == "movi":
			return f.aviChunks(at+12, min(at+8+size, end))
		case name == "LIST" && depth < maxDepth:
			if err := f.aviStreams(a, at+12, min(at+8+size, end), depth+1); err != nil {
				return err
			}
		case name == "strh" && a.Frames < 0 && len(p) >= 44 && string(p[8:12]) == "auds":
			le := binary.LittleEndian
			scale, rate, length := int64(le.Uint32(p[28:])), int64(le.Uint32(p[32:])), int64(le.Uint32(p[40:]))
			if scale > 0 && rate > 0 && length > 0 && length < math.MaxInt64/1000/scale {
				a.Frames, a.Rate, a.Slack = length*scale*1000/rate, 1000, 150
			}
		}
		at += 8 + size + size%2
	}
}

// aviChunks goes through the chunks of a movie, in lists or not: where one is damaged,
// players step over what follows.
func (f *file) aviChunks(at, end int64) error {
	pad := int64(0) // after the last chunk, which some writers leave out
	for n := 0; at+8 <= end; n++ {
		if n%1024 == 0 {
			if err := f.stop(); err != nil {
				return err
			}
		}
		p, err := f.upTo(at, 12)
		if err != nil || len(p) < 8 {
			return err
		}
		size := int64(binary.LittleEndian.Uint32(p[4:]))
		switch {
		case len(p) == 12 && string(p[:4]) == "LIST":
			at, pad = at+12, 0
			continue
		case !printable(p[:4]) && pad > 0:
			at, pad = at-1, 0
			continue
		case !printable(p[:4]):
			return fail(at, ErrDamaged, "no chunk begins where one should")
		case at+8+size > end:
			return fail(at, ErrDamaged, "chunk %q reaches beyond the list it is in", p[:4])
		}
		pad = size % 2
		at += 8 + size + pad
	}
	return nil
}

// walkRealMedia goes through the chunks of RealMedia: name (4), size (4), big-endian.
func walkRealMedia(f *file) (Account, error) {
	a := Account{Frames: -1}
	at, data := f.base, false
	for n := 0; ; n++ {
		if n == maxChunks {
			return a, tooMany(at)
		}
		p, err := f.upTo(at, 10)
		if err != nil {
			return a, err
		}
		if len(p) < 10 || !printable(p[:4]) || at > f.base && string(p[:4]) == ".RMF" {
			break
		}
		size := int64(binary.BigEndian.Uint32(p[4:]))
		if string(p[:4]) == "DATA" {
			if data = true; size <= 18 {
				return a, nil
			}
		}
		if data && (size < 10 || at+size > f.size) && string(p[:4]) != "DATA" && string(p[:4]) != "INDX" {
			break // no chunk follows
		}
		if size < 10 {
			return a, fail(at, ErrDamaged, "a chunk of %d bytes", size)
		}
		if end := at + size; end > f.size {
			if string(p[:4]) == "DATA" && end <= f.size+10 { // FFmpeg counts its header twice
				return a, nil
			}
			return a, f.short("a chunk", end)
		}
		at += size
	}
	if !data {
		return a, fail(f.size, ErrTruncated, "the file ends before its audio")
	}
	a.Proven = true
	return a, f.tail(at, &a)
}
