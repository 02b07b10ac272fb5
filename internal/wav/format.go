package wav

import (
	"bytes"
	"fmt"

	"github.com/redbook-audio/redbook/pcm"
)

// Format tags (RFC 2361).
const (
	tagPCM        = 0x0001
	tagADPCM      = 0x0002
	tagFloat      = 0x0003
	tagALaw       = 0x0006
	tagMuLaw      = 0x0007
	tagIMA        = 0x0011
	tagGSM        = 0x0031
	tagExtensible = 0xFFFE
)

// guidTail is the end of a WAVE_FORMAT_EXTENSIBLE sub-format whose first two bytes are a
// format tag (KSDATAFORMAT_SUBTYPE_x).
var guidTail = []byte{0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71}

// guidTailBE is the same for RIFX writers that swap the GUID's numbers, too.
var guidTailBE = []byte{0x00, 0x00, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71}

// readFmt decodes the fmt chunk:
//
//	0-1 format tag   2-3 channels      4-7 sample rate    8-11 bytes per second (often wrong)
//	12-13 bytes of a sample frame      14-15 bits per sample
//	extensible: 16-17 extra bytes (22) 18-19 valid bits   20-23 speaker mask      24-39 sub-format GUID
func (p *parser) readFmt(at, size int64) error {
	if size < 16 {
		return p.failAt(at, ErrMalformed, "the fmt chunk has %d bytes, not 16 or more", size)
	}
	b, err := p.take(int(min(size, 40)), "the fmt chunk")
	if err != nil {
		return err
	}
	if p.haveFmt {
		if bytes.Equal(b, p.fmt) {
			return nil
		}
		return p.failAt(at, ErrMalformed, "there is a second fmt chunk, and it differs from the first")
	}
	p.fmt = b
	f := fmtChunk{
		tag:      int(p.order.Uint16(b)),
		channels: int(p.order.Uint16(b[2:])),
		rate:     p.order.Uint32(b[4:]),
		second:   p.order.Uint32(b[8:]),
		frame:    int(p.order.Uint16(b[12:])),
		bits:     int(p.order.Uint16(b[14:])),
	}
	f.valid = f.bits
	p.h.frame = int64(f.frame)
	if f.tag == tagExtensible {
		if len(b) < 40 {
			return p.failAt(at, ErrMalformed, "the fmt chunk is extensible and has %d bytes, not 40", size)
		}
		// 0 valid bits mean all of them: some writers leave the field empty.
		if v := int(p.order.Uint16(b[18:])); v != 0 {
			f.valid = v
		}
		f.tag = p.subFormat(b[24:40])
	}
	if f.frameWrong() && !p.coded {
		want := f.channels * f.encoding().Bytes()
		p.h.note("its header states %d bytes in a sample frame, which must be %d", f.frame, want)
		f.frame, p.h.frame = want, int64(want)
	}
	if rate := f.otherRate(); rate > 0 {
		p.h.note("its header contradicts itself: it states a sample rate of %d Hz, and bytes per second for %d Hz", f.rate, rate)
	}
	if p.coded {
		p.h.coding.Tag, p.h.coding.Channels, p.h.coding.SampleRate = f.tag, f.channels, int(f.rate)
		p.h.coding.BlockBytes = f.frame
		// ADPCM and GSM: 16-17 extra bytes  18-19 samples per block
		if len(b) >= 20 && f.tag != tagPCM && f.tag != tagFloat && f.tag >= 0 {
			p.h.coding.BlockSamples = int(p.order.Uint16(b[18:]))
		}
		p.haveFmt = true
		return nil
	}
	if reason, sentinel := f.check(); reason != "" {
		return p.failAt(at, sentinel, "%s", reason)
	}
	if f.roomy() {
		if p.in.left() < 0 || p.h.bigEndian {
			return p.failAt(at, ErrUnsupported, "samples of %d bits in 4 bytes each", f.bits)
		}
		p.h.roomy = f.bits
	}
	p.haveFmt = true
	p.h.format = pcm.Format{SampleRate: int(f.rate), Channels: f.channels, Encoding: f.encoding()}
	return nil
}

// subFormat returns the format tag in a sub-format GUID, or -1.
func (p *parser) subFormat(guid []byte) int {
	switch {
	case bytes.Equal(guid[2:], guidTail):
		return int(guid[0]) | int(guid[1])<<8
	case p.h.bigEndian && guid[0] == 0 && guid[1] == 0 && bytes.Equal(guid[4:], guidTailBE):
		return int(guid[3]) | int(guid[2])<<8
	}
	return -1
}

// fmtChunk is the content of a fmt chunk.
type fmtChunk struct {
	tag, channels, frame, bits, valid int
	rate                              uint32
	second                            uint32 // bytes
}

// check returns the error of the chunk, if any.
func (f fmtChunk) check() (reason string, sentinel error) {
	bad := func(format string, args ...any) (string, error) {
		return fmt.Sprintf(format, args...), ErrMalformed
	}
	switch {
	case f.tag != tagPCM && f.tag != tagFloat:
		return codecName(f.tag), ErrUnsupported
	case f.channels == 0:
		return bad("the fmt chunk states 0 channels")
	case f.rate == 0 || f.rate > 1<<30:
		return bad("the fmt chunk states a sample rate of %d Hz", f.rate)
	case f.tag == tagFloat && f.bits != 32 && f.bits != 64:
		return fmt.Sprintf("floating point samples of %d bits", f.bits), ErrUnsupported
	case f.tag == tagPCM && (f.bits < 8 || f.bits > 32):
		return fmt.Sprintf("samples of %d bits", f.bits), ErrUnsupported
	case f.valid > f.bits || f.valid < 1:
		return bad("the fmt chunk states %d valid bits in samples of %d", f.valid, f.bits)
	}
	if f.roomy() {
		return "", nil
	}
	if want := f.channels * f.encoding().Bytes(); f.frame != want {
		return bad("the fmt chunk states %d bytes per sample frame, but %d channels of %d bits take %d",
			f.frame, f.channels, f.bits, want)
	}
	return "", nil
}

// frameWrong reports whether the bytes of a sample frame are wrong in the header, but
// everything else agrees: the field is empty, or the bytes per second are right.
func (f fmtChunk) frameWrong() bool {
	if f.tag != tagPCM && f.tag != tagFloat || f.bits < 8 || f.bits%8 != 0 || f.channels == 0 || f.roomy() {
		return false
	}
	want := f.channels * f.encoding().Bytes()
	return f.frame == 0 || f.frame != want && uint64(f.second) == uint64(f.rate)*uint64(want)
}

// otherRate returns the sample rate for which the bytes per second are right, if that is
// another one that is usual: then one of both fields is damaged.
func (f fmtChunk) otherRate() int {
	plain := f.tag == tagPCM || f.tag == tagFloat || f.tag == tagALaw || f.tag == tagMuLaw
	if !plain || f.frame <= 0 || uint64(f.second) == uint64(f.rate)*uint64(f.frame) || int(f.second)%f.frame != 0 {
		return 0
	}
	if rate := int(f.second) / f.frame; usualRates[rate] {
		return rate
	}
	return 0
}

var usualRates = map[int]bool{
	8000: true, 11025: true, 12000: true, 16000: true, 22050: true, 24000: true, 32000: true, 44100: true, 48000: true,
	64000: true, 88200: true, 96000: true, 176400: true, 192000: true, 352800: true, 384000: true,
}

// roomy reports whether the samples occupy four bytes, more than their bits need. Writers
// differ in whether the bits are at the top or at the bottom.
func (f fmtChunk) roomy() bool {
	return f.tag == tagPCM && f.bits > 8 && f.bits <= 24 && f.frame == 4*f.channels
}

// encoding is how the samples are stored in the file. Samples whose bits don't fill their
// bytes are left-justified and need no shifting.
func (f fmtChunk) encoding() pcm.Encoding {
	if f.tag == tagFloat {
		if f.bits == 64 {
			return pcm.F64
		}
		return pcm.F32
	}
	if f.roomy() {
		return pcm.S32
	}
	switch (f.bits + 7) / 8 {
	case 1:
		return pcm.U8
	case 2:
		return pcm.S16
	case 3:
		return pcm.S24
	}
	return pcm.S32
}

// codecName returns the name of an unsupported format tag.
func codecName(tag int) string {
	names := map[int]string{
		0x0002: "Microsoft ADPCM", 0x0006: "A-law", 0x0007: "mu-law", 0x0011: "IMA ADPCM",
		0x0031: "GSM 6.10", 0x0050: "MPEG", 0x0055: "MP3", 0x0092: "AC-3", 0x00FF: "AAC",
		0x0161: "Windows Media Audio", 0xF1AC: "FLAC",
	}
	switch name, ok := names[tag]; {
	case ok:
		return fmt.Sprintf("the audio is coded as %s (format tag %04Xh), not as plain samples", name, tag)
	case tag < 0:
		return "the audio has a sub-format that isn't PCM"
	}
	return fmt.Sprintf("the audio is coded with format tag %04Xh, not as plain samples", tag)
}
