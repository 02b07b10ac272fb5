package mp3

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
)

// decoderDelay is how late a Layer III decoder is: 528 samples and 1, in LAME's count.
const decoderDelay = 529

// infoTag is the content of the first frame, if it is a Xing, Info or VBRI header instead
// of audio. Missing numbers are -1.
type infoTag struct {
	frames  int64 // MPEG frames, without this one
	bytes   int64 // from this frame to the end of the audio
	encoder string
	gapless bool  // delay and padding are there
	delay   int64 // samples before the sound, added by the encoder
	padding int64 // samples after it

	summed bool   // there are checksums
	exact  bool   // the program that wrote them computed the header's checksum correctly
	right  bool   // the one of the header is right
	music  uint16 // of what follows the header
	length int64  // of the header and what follows it
}

// Xing header: what follows, by the bits of its flags.
const (
	xingFrames  = 1
	xingBytes   = 2
	xingTOC     = 4
	xingQuality = 8
	tocBytes    = 100
	vbriOffset  = headerBytes + 32 // for every version and mode
)

// parseInfoTag reads a frame as an info frame.
func parseInfoTag(h header, frame []byte) (t infoTag, ok bool) {
	if at := vbriOffset; len(frame) >= at+18 && string(frame[at:at+4]) == "VBRI" {
		//	4 version, 6 delay, 8 quality, 10 bytes, 14 frames
		return infoTag{
			frames:  int64(binary.BigEndian.Uint32(frame[at+14:])),
			bytes:   int64(binary.BigEndian.Uint32(frame[at+10:])),
			encoder: "VBRI",
		}, true
	}
	// Encoders that write a CRC differ in whether they count it.
	for _, at := range [2]int{headerBytes + h.sideBytes(), h.mainOffset()} {
		if len(frame) < at+8 {
			continue
		}
		if id := string(frame[at : at+4]); id == "Xing" || id == "Info" {
			return parseXing(frame, at), true
		}
	}
	return t, false
}

// parseXing reads a Xing or Info header and LAME's extension of it:
//
//	0 id, 4 flags, 8 fields by flags; then 0 encoder, 21 delay and padding, 12 bits each,
//	28 bytes from this frame to the end of the music, 32 checksum of the music,
//	34 checksum of this frame up to here
func parseXing(frame []byte, at int) infoTag {
	b := frame[at:]
	t := infoTag{frames: -1, bytes: -1}
	flags := binary.BigEndian.Uint32(b[4:])
	b = b[8:]
	take := func(bit uint32, n int) []byte {
		if flags&bit == 0 || len(b) < n {
			return nil
		}
		field := b[:n]
		b = b[n:]
		return field
	}
	if f := take(xingFrames, 4); f != nil && binary.BigEndian.Uint32(f) != math.MaxUint32 { // as some leave it in a pipe
		t.frames = int64(binary.BigEndian.Uint32(f))
	}
	if f := take(xingBytes, 4); f != nil {
		t.bytes = int64(binary.BigEndian.Uint32(f))
	}
	take(xingTOC, tocBytes)
	take(xingQuality, 4)
	if len(b) < 24 || !knownEncoder(b) {
		return t
	}
	t.encoder = strings.TrimRight(string(bytes.ToValidUTF8(b[:9], nil)), " \x00")
	d := int64(b[21])<<16 | int64(b[22])<<8 | int64(b[23])
	t.delay, t.padding = d>>12, d&0xFFF
	t.gapless = d != 0
	if len(b) >= 36 && !bytes.HasPrefix(b, []byte("GOGO")) {
		end := len(frame) - len(b) + 34
		t.length = int64(binary.BigEndian.Uint32(b[28:]))
		t.music = binary.BigEndian.Uint16(b[32:])
		sum := binary.BigEndian.Uint16(b[34:])
		t.summed = sum != 0
		t.right = musicCRC(0, frame[:end]) == sum
		// FFmpeg computes the checksum of another part of the header, if the side
		// information is shorter.
		t.exact = bytes.HasPrefix(b, []byte("LAME3.")) || bytes.HasPrefix(b, []byte("L3.99"))
	}
	return t
}

// knownEncoder reports whether LAME's extension follows: others write only the Xing
// header, followed by anything.
func knownEncoder(b []byte) bool {
	for _, name := range []string{"LAME", "L3.99", "Lavf", "Lavc", "GOGO"} {
		if bytes.HasPrefix(b, []byte(name)) {
			return true
		}
	}
	return false
}
