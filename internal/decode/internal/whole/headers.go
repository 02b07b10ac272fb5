package whole

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// maxSphere is longer than any header of NIST Sphere.
const maxSphere = 64 << 10

// walkSphere reads the header of NIST Sphere: NIST_1A, its size in digits, and lines such as
//
//	sample_count -i 57330
//
// up to end_head. The samples follow it; sample_count is that of each channel.
func walkSphere(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 16, "the header")
	if err != nil {
		return a, err
	}
	size, err := strconv.ParseInt(strings.TrimSpace(string(p[8:])), 10, 64)
	if err != nil || size < 16 || size > maxSphere {
		return a, fail(f.base, ErrDamaged, "its header doesn't state its size")
	}
	if p, err = f.need(f.base, int(size), "the header"); err != nil {
		return a, err
	}
	fields := map[string]int64{"channel_count": 1}
	coding := "pcm"
	for line := range strings.Lines(string(p)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 1 && words[0] == "end_head":
			return f.sphereAudio(a, f.base+size, fields, coding)
		case len(words) == 3 && words[1] == "-i":
			fields[words[0]], _ = strconv.ParseInt(words[2], 10, 32)
		case len(words) == 3 && words[0] == "sample_coding":
			coding = words[2]
		}
	}
	return a, fail(f.base, ErrDamaged, "its header has no end")
}

func (f *file) sphereAudio(a Account, start int64, fields map[string]int64, coding string) (Account, error) {
	count, channels, width := fields["sample_count"], fields["channel_count"], fields["sample_n_bytes"]
	if width == 0 && (coding == "ulaw" || coding == "alaw") {
		width = 1
	}
	if count < 1 || channels < 1 || channels > 64 || width < 1 || width > 8 || strings.Contains(coding, "embedded") {
		return a, f.lastTags(&a)
	}
	end := start + count*channels*width
	if end > f.size {
		return a, f.short("the audio", end)
	}
	a.Frames, a.Proven, a.Start, a.Bytes = count, true, start, end-start
	return a, f.tail(end, &a)
}

// walkSoX reads the header of SoX's own format, in either order of bytes:
//
//	0-3 .SoX or XoS.  4-7 bytes of the header after the first four  8-15 samples of all channels, 0 if unknown
//	16-23 rate (float)  24-27 channels  28-31 bytes of comments
//
// The samples have 32 bits.
func walkSoX(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 32, "the header")
	if err != nil {
		return a, err
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if p[0] == 'X' {
		order = binary.BigEndian
	}
	start, samples, channels := f.base+4+int64(order.Uint32(p[4:])), order.Uint64(p[8:]), int64(order.Uint32(p[24:]))
	if samples == 0 || samples > 1<<56 || channels == 0 {
		return a, f.lastTags(&a)
	}
	end := start + 4*int64(samples)
	if end > f.size {
		return a, f.short("the audio", end)
	}
	a.Frames, a.Proven, a.Start, a.Bytes = int64(samples)/channels, true, start, end-start
	return a, f.tail(end, &a)
}

// walkOpen is about files whose header states no length: the audio reaches to the end, or to
// tags there, which would be played as noise.
func walkOpen(f *file) (Account, error) {
	a := Account{Frames: -1}
	return a, f.lastTags(&a)
}

// lastTags finds tags by their last bytes: those of ID3v1, which are 128 and begin with TAG,
// the footer of APE (32) and that of ID3v2 (10).
func (f *file) lastTags(a *Account) error {
	end := f.size
	for range 8 {
		n, err := f.tagBefore(end)
		if err != nil {
			return err
		}
		if n == 0 || n > end-f.base {
			break
		}
		end -= n
	}
	if end < f.size {
		a.End = end
	}
	return nil
}

// tagBefore is the length of the tag that ends at byte end, 0 if there is none.
func (f *file) tagBefore(end int64) (int64, error) {
	p, err := f.upTo(max(end-128, f.base), int(min(128, end-f.base)))
	if err != nil || len(p) < 128 {
		return 0, err
	}
	if string(p[:3]) == "TAG" {
		return 128, nil
	}
	if foot := p[96:]; string(foot[:8]) == "APETAGEX" {
		n := int64(binary.LittleEndian.Uint32(foot[12:]))
		if binary.LittleEndian.Uint32(foot[20:])&(1<<31) != 0 { // there is a header, which is not counted
			n += 32
		}
		return max(n, 32), nil
	}
	if foot := p[118:]; string(foot[:3]) == "3DI" {
		return 20 + int64(foot[6]&0x7F)<<21 + int64(foot[7]&0x7F)<<14 + int64(foot[8]&0x7F)<<7 + int64(foot[9]&0x7F), nil
	}
	return 0, nil
}
