package decode

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
)

// Kind is the type of a file, under its common name.
type Kind string

// The kinds that redbook decodes itself, in addition to OggFLAC, AU, W64, CAF and Raw. Other
// kinds are the name of a format, such as "M4A (MP4)", and need the user's ffmpeg.
const (
	WAV    Kind = "WAV" // RIFF, RIFX, RF64 and BW64
	AIFF   Kind = "AIFF"
	FLAC   Kind = "FLAC"
	Vorbis Kind = "Ogg Vorbis"
	Opus   Kind = "Ogg Opus"
	MP3    Kind = "MP3"
)

// MPEG audio that only ffmpeg decodes.
const (
	MP1 Kind = "MP1 (MPEG Layer I)"
	MP2 Kind = "MP2 (MPEG Layer II)"
)

// magic is the signature of a file format.
type magic struct {
	at     int
	text   string
	kind   Kind
	silent bool // such files contain no audio
}

// magics are the signatures that need no further check. The order matters where
// one signature is a prefix of another.
var magics = []magic{
	{4, "ftyp", "M4A (MP4)", false}, {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", "WMA (ASF)", false},
	{0, "MAC ", "Monkey's Audio", false}, {0, "wvpk", "WavPack", false}, {0, "TTA1", "TTA", false},
	{0, "MP+", "Musepack", false}, {0, "MPCK", "Musepack", false}, {0, "tBaK", "TAK", false},
	{0, "caff", CAF, false}, {0, ".snd", AU, false}, {0, "riff\x2E\x91\xCF\x11", W64, false},
	{0, "\x1A\x45\xDF\xA3", "Matroska or WebM", false}, {0, "DSD ", "DSF", false}, {0, "FRM8", "DSDIFF", false},
	{0, "\x0B\x77", "AC-3", false}, {0, "\x7F\xFE\x80\x01", "DTS", false}, {0, "#!AMR", "AMR", false},
	{0, ".RMF", "RealAudio", false}, {0, ".ra\xFD", "RealAudio", false}, {0, "FLV\x01", "Flash video", false},
	{8, "AVI ", "AVI", false}, {8, "8SVX", "8SVX", false}, {0, "NIST_1A", "NIST Sphere", false}, {0, "Creative Voice File", "VOC", false},
	{0, ".SoX", "SoX", false}, {0, "XoS.", "SoX", false}, {0, "\x00\x00\x01\xBA", "MPEG program stream", false},
	{4, "\xF8\x72\x6F\xBA", "TrueHD", false}, {4, "\xF8\x72\x6F\xBB", "MLP", false},
	{0, "ADIF", "AAC", false}, {0, "OFR ", "OptimFROG", false}, {0, "ajkg", "Shorten", false},
	{0, "MThd", "MIDI file", true}, {0, "PK\x03\x04", "ZIP archive", true}, {0, "PK\x05\x06", "ZIP archive", true},
	{0, "Rar!\x1A\x07", "RAR archive", true}, {0, "7z\xBC\xAF\x27\x1C", "7-Zip archive", true},
	{0, "\x1F\x8B\x08", "gzip archive", true}, {0, "BZh", "bzip2 archive", true}, {0, "\xFD7zXZ\x00", "xz archive", true},
	{257, "ustar", "tar archive", true}, {0, "%PDF-", "PDF document", true}, {0, "\xFF\xD8\xFF", "JPEG picture", true},
	{0, "\x89PNG\r\n", "PNG picture", true}, {0, "GIF8", "GIF picture", true}, {8, "WEBP", "WebP picture", true},
	{0, "MZ", "Windows program", true}, {0, "\x7FELF", "program", true}, {0, "SQLite format 3", "database", true},
	{0, "\xFF\xFE", textUTF16, true}, {0, "\xFE\xFF", textUTF16, true},
}

const textUTF16 Kind = "text file (UTF-16)"

// headSize is how many bytes of a file are read to detect its format.
const headSize = 4096

// unknown is the kind of a file whose format was not detected.
const unknown Kind = "unknown"

// sniff detects the format from the bytes at byte at, which is after any leading tags. silent
// means that files of this kind contain no audio.
func sniff(in input, at int64) (k Kind, silent bool) {
	head := make([]byte, headSize)
	n, _ := in.r.ReadAt(head, at)
	head = head[:n]
	has := func(at int, text string) bool {
		return len(head) >= at+len(text) && string(head[at:at+len(text)]) == text
	}
	switch {
	case has(8, "WAVE") && (has(0, "RIFF") || has(0, "RIFX") || has(0, "RF64") || has(0, "BW64")):
		return WAV, false
	case has(0, "FORM") && (has(8, "AIFF") || has(8, "AIFC")):
		return AIFF, false
	case has(0, "fLaC"):
		return FLAC, false
	case has(0, "OggS"):
		return oggKind(head), false
	}
	if k := mpegLayer(head); k == MP1 || k == MP2 {
		// UTF-16 text begins like a frame of Layer I, but no other frame follows.
		if whole.Frames(in.r, at, in.size) {
			return k, false
		}
	}
	for _, m := range magics {
		if has(m.at, m.text) && !(m.kind == textUTF16 && mpegLayer(head) == MP3) {
			return m.kind, m.silent
		}
	}
	if whole.TransportStream(head) {
		return "MPEG transport stream", false
	}
	return sniffRaw(head)
}

// sniffRaw detects streams without a file header from their first frame, and text.
func sniffRaw(head []byte) (k Kind, silent bool) {
	switch {
	case flacFrame(head):
		return FLAC, false
	case len(head) > 1 && head[0] == 0xFF && head[1]&0xF6 == 0xF0: // layer 00: ADTS
		return "AAC", false
	case mpegLayer(head) == MP3 || mpegLayer(head) == MP2:
		return mpegLayer(head), false
	case isText(head):
		return "text file", true
	}
	return unknown, false
}

// oggKind returns the kind of an Ogg stream by its first packet.
func oggKind(head []byte) Kind {
	if codec := ogg.Codec(ogg.Peek(head)); codec != "" {
		return Kind("Ogg " + codec)
	}
	return "Ogg"
}

// mpegLayer returns the kind of MPEG audio by a frame header (11 ones, and no reserved value
// of version, bit rate or sample rate), or "" if p doesn't begin with one.
func mpegLayer(p []byte) Kind {
	if len(p) < 4 || p[0] != 0xFF || p[1]&0xE0 != 0xE0 || p[1]&0x18 == 0x08 || p[2]>>4 == 15 || p[2]>>2&3 == 3 {
		return ""
	}
	return [4]Kind{"", MP3, MP2, MP1}[p[1]>>1&3]
}

// isText reports whether the beginning of a file is UTF-8 or Latin-1 text.
func isText(p []byte) bool {
	if len(p) == 0 {
		return false
	}
	for _, c := range p {
		if c < ' ' && !strings.ContainsRune("\t\r\n\f\x1A", rune(c)) || c == 0x7F {
			return false
		}
	}
	cut := p[:len(p)-min(len(p)-1, utf8.UTFMax)] // the last character may be incomplete
	return len(p) >= 16 && (utf8.Valid(cut) || bytes.Count(p, []byte{' '}) > len(p)/20)
}

// maxTagsBefore limits the leading tags that are skipped. Some programs write a second tag
// before the first.
const maxTagsBefore = 8

// afterTags returns the first byte after the ID3v2 and APEv2 tags at the start of a file.
//
//	0-2 ID3   3-4 version   5 flags (10h: a footer of 10 bytes follows)
//	6-9 size without this header and the footer, seven bits in each byte
func afterTags(in input) int64 {
	var at int64
	for range maxTagsBefore {
		if h, ok := readAPEHead(in, at); ok && h.flags&apeIsHeader != 0 {
			at += apeHeadBytes + h.size
			continue
		}
		var p [10]byte
		if _, err := in.r.ReadAt(p[:], at); err != nil || string(p[:3]) != "ID3" || binary.BigEndian.Uint32(p[6:])&0x80808080 != 0 {
			return at
		}
		size := int64(p[6])<<21 | int64(p[7])<<14 | int64(p[8])<<7 | int64(p[9])
		at += 10 + size
		if p[5]&0x10 != 0 {
			at += 10
		}
	}
	return at
}
