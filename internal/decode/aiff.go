package decode

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/pcm"
)

// maxChunks limits the chunks of an AIFF or WAV file that are examined.
const maxChunks = 4096

// aiff is what the chunks of an AIFF or AIFC file state.
type aiff struct {
	in     input
	aifc   bool
	common bool // COMM was found
	coding string
	frames int64
	format pcm.Format
	width  int  // bytes of a sample in the file
	little bool // little-endian in the file
	how    func(dst, src []byte, width int) []byte
	coded  error // not nil if the coding is not read here
	packet int64 // bytes of a packet of that coding, for all channels; 0 if unknown
	per    int64 // sample frames of such a packet
	start  int64
	size   int64 // of the audio according to SSND
	end    int64 // first byte after the last chunk
	// formEnd is where the file ends according to its FORM header.
	formEnd int64
	open    bool // the writer didn't know the length
	notes   []string
	sound   bool     // SSND was found
	labels  []uint32 // loudspeakers of the channels, from CHAN
	ordered bool     // CHAN was found
	tags    tagValues
}

// openAIFF opens an AIFF or AIFC file.
func openAIFF(in input) (opened, error) {
	a, err := readAIFF(in)
	if err != nil {
		return opened{}, err
	}
	return a.finish()
}

// readAIFF reads the chunks of an AIFF or AIFC file (Audio Interchange File Format
// 1.3; AIFF-C draft of 1991): big-endian names and sizes, padded to even lengths.
func readAIFF(in input) (*aiff, error) {
	a := &aiff{in: in}
	var form [12]byte
	if _, err := in.r.ReadAt(form[:], in.base); err != nil {
		return nil, in.wrap(in.base, "the FORM header", err)
	}
	a.aifc = string(form[8:]) == "AIFC"
	a.formEnd = in.base + 8 + int64(binary.BigEndian.Uint32(form[4:]))
	at := in.base + 12
	for range maxChunks {
		var head [12]byte
		if n, err := in.r.ReadAt(head[:], at); n < 8 {
			if n > 0 && !a.whole() {
				return nil, in.wrap(at, "a chunk header", err)
			}
			break
		}
		if a.whole() && (at >= a.formEnd || string(head[:4]) == "FORM") {
			break
		}
		size := int64(binary.BigEndian.Uint32(head[4:8]))
		if err := a.chunk(string(head[:4]), at+8, size); err != nil {
			return nil, err
		}
		at += 8 + size + size%2
		if a.open {
			break // the rest of the file is audio
		}
	}
	a.end = at
	return a, nil
}

// whole reports whether both required chunks were found.
func (a *aiff) whole() bool { return a.common && a.sound }

// chunk handles one chunk whose content begins at byte at.
func (a *aiff) chunk(name string, at, size int64) error {
	switch name {
	case "COMM":
		return a.readCommon(at, size)
	case "SSND":
		return a.readSound(at, size)
	case "CHAN":
		a.labels, a.ordered = readChan(readUpTo(a.in, at, size, maxChan)), true
	case "ID3 ", "id3 ":
		a.tags.merge(id3At(a.in, at, size))
	case "NAME":
		a.tags.add("title", text(readSome(a.in, at, size)))
	case "AUTH":
		a.tags.add("artist", text(readSome(a.in, at, size)))
	}
	return nil
}

// readCommon reads the COMM chunk:
//
//	0-1 channels  2-5 sample frames  6-7 bits per sample  8-17 sample rate (80-bit float)
//	AIFC: 18-21 coding, 22- its name
func (a *aiff) readCommon(at, size int64) error {
	var p [22]byte
	n := 18
	if a.aifc {
		n = 22
	}
	if size < int64(n) {
		return a.in.fail(at, audio.ErrCorrupt, "the COMM chunk has %d bytes, not %d or more", size, n)
	}
	if a.common {
		return a.in.fail(at, audio.ErrCorrupt, "a second COMM chunk")
	}
	if _, err := a.in.r.ReadAt(p[:n], at); err != nil {
		return a.in.wrap(at, "the COMM chunk", err)
	}
	a.common = true
	a.frames = int64(binary.BigEndian.Uint32(p[2:]))
	a.format.Channels = int(binary.BigEndian.Uint16(p[0:]))
	a.format.SampleRate = extended(p[8:18])
	a.coding = "NONE"
	if a.aifc {
		a.coding = string(p[18:22])
	}
	bits := int(binary.BigEndian.Uint16(p[6:]))
	if a.format.Channels < 1 || a.format.Channels > maxChannels || a.format.SampleRate < 1 {
		return a.in.fail(at, audio.ErrUnsupported, "the COMM chunk states %d channels, %d Hz", a.format.Channels, a.format.SampleRate)
	}
	return a.readCoding(at, bits)
}

// readCoding determines how the samples are stored. AIFF has signed 8-bit samples, which
// are delivered as 16 bits.
func (a *aiff) readCoding(at int64, bits int) error {
	fixed := map[string]int{"in24": 24, "in32": 32, "42ni": 24, "23ni": 32, "fl32": 32, "FL32": 32, "fl64": 64, "FL64": 64, "raw ": 8}
	if n, ok := fixed[a.coding]; ok {
		bits = n
	}
	if bits < 1 || bits > 64 {
		return a.in.fail(at, audio.ErrUnsupported, "the COMM chunk states %d bits per sample", bits)
	}
	a.width = (bits + 7) / 8
	a.how = reverseSamples
	a.format.Encoding = encodingFor(bits)
	switch a.coding {
	case "NONE", "twos", "in24", "in32", "in16":
	case "sowt", "42ni", "23ni":
		a.little = true
		a.how = keepSamples
	case "raw ":
		a.format.Encoding, a.how = pcm.U8, keepSamples
		return nil
	case "fl32", "FL32":
		a.format.Encoding = pcm.F32
		return nil
	case "fl64", "FL64":
		a.format.Encoding = pcm.F64
		return nil
	default:
		return a.readCoded()
	}
	if bits > 32 {
		return a.in.fail(at, audio.ErrUnsupported, "the COMM chunk states %d bits per sample", bits)
	}
	if a.width == 1 {
		a.how = widenSamples
	}
	return nil
}

// readCoded sets the packet size of codings that only ffmpeg decodes.
func (a *aiff) readCoded() error {
	a.coded = other(a.in, "AIFC (%q)", a.coding)
	channels := int64(a.format.Channels)
	switch a.coding {
	case "alaw", "ulaw", "ALAW", "ULAW":
		a.packet, a.per = channels, 1
	case "ima4": // COMM counts packets, not sample frames
		a.packet, a.per = 34*channels, 64
	case "MAC3":
		a.packet, a.per = 2*channels, 6
	case "MAC6":
		a.packet, a.per = channels, 6
	case "GSM ", "agsm":
		a.packet, a.per = 33, 160
	}
	return nil
}

// extended reads a sample rate: sign and exponent (15 bits, +16383), 64 bits of mantissa
// with the leading one. It returns 0 if the value can't be a rate.
func extended(p []byte) int {
	exponent := int(binary.BigEndian.Uint16(p)&0x7FFF) - 16383 - 63
	v := math.Ldexp(float64(binary.BigEndian.Uint64(p[2:])), exponent)
	if p[0]&0x80 != 0 || math.IsNaN(v) || v > maxRate {
		return 0
	}
	return int(math.Round(v))
}

// readSound reads the header of the SSND chunk:
//
//	0-3 bytes to skip  4-7 block size (not used)  8- audio
func (a *aiff) readSound(at, size int64) error {
	if a.sound {
		return a.in.fail(at, audio.ErrCorrupt, "a second SSND chunk")
	}
	var p [8]byte
	if _, err := a.in.r.ReadAt(p[:], at); err != nil {
		return a.in.wrap(at, "the SSND chunk", err)
	}
	skip := int64(binary.BigEndian.Uint32(p[:]))
	a.open = openAIFFSize(size, at, a.in.size)
	if a.open {
		a.sound, a.start = true, min(at+8+skip, a.in.size)
		return nil
	}
	if size < 8 {
		return a.in.fail(at, audio.ErrCorrupt, "the SSND chunk has %d bytes, not 8 or more", size)
	}
	if skip > size-8 {
		return a.in.fail(at, audio.ErrCorrupt, "the audio begins %d bytes into an SSND chunk of %d", skip, size)
	}
	a.sound, a.start, a.size = true, at+8+skip, size-8-skip
	return nil
}

// openAIFFSize reports whether the size of the SSND chunk is a placeholder from a writer
// that didn't know it: 0 (FFmpeg), just above 7F000000h (SoX), or the highest signed or
// unsigned value. start is the first byte of the audio.
func openAIFFSize(size, start, end int64) bool {
	if size == 0 {
		return start < end
	}
	return start+size > end && (size >= leastOpenAIFF && size <= leastOpenAIFF+2*openAIFFRoom ||
		size >= math.MaxInt32-openAIFFRoom && size <= math.MaxInt32+openAIFFRoom || size >= math.MaxUint32-openAIFFRoom)
}

const (
	openAIFFRoom  = 0x10000
	leastOpenAIFF = 0x7F000000 - openAIFFRoom
)

// measure determines the length of the audio from the chunks and the size of the file.
// frame is the size in bytes of a sample frame, or of a packet of coded audio.
func (a *aiff) measure(frame int64) error {
	switch {
	case !a.common:
		return a.in.fail(a.in.size, a.missing(), "the COMM chunk is missing")
	case !a.sound && a.frames > 0:
		return a.in.fail(a.in.size, a.missing(), "the SSND chunk is missing")
	case !a.sound:
		return nil
	}
	if a.open {
		a.size = max(a.in.size-a.start, 0)
		// COMM or FORM may state the length even if SSND doesn't.
		if need := a.frames * frame; need > a.size && need < leastOpenAIFF {
			return a.in.fail(a.in.size, audio.ErrTruncated, "the file ends %d bytes before its audio does", need-a.size)
		}
		if form := a.formEnd - a.in.base; a.formEnd > a.in.size+1 && form < leastOpenAIFF {
			return a.in.fail(a.in.size, audio.ErrTruncated, "the file has %d bytes, but its FORM header states %d", a.in.size-a.in.base, form)
		}
		if a.frames == 0 || a.frames > a.size/frame {
			a.frames = a.size / frame
		}
		a.notes = append(a.notes, "its header states no length, as pipes leave it, so nothing shows whether the file is complete")
		return nil
	}
	if err := a.reconcile(frame); err != nil {
		return err
	}
	need := a.frames * frame
	if need > a.in.size-a.start {
		return a.in.fail(a.in.size, audio.ErrTruncated, "the file ends %d bytes before its audio does", need-(a.in.size-a.start))
	}
	if rest := a.size - need; rest > 0 && rest < frame {
		a.notes = append(a.notes, fmt.Sprintf("%d bytes after the last whole sample frame are left out", rest))
	}
	notes, err := whole.Tail(a.in.r, a.in.base, min(a.end, a.in.size), a.in.size)
	a.notes = append(a.notes, notes...)
	return a.in.wholeError(err)
}

// reconcile decides which length is right if the COMM chunk counts other frames than the
// SSND chunk holds. Other programs use SSND.
func (a *aiff) reconcile(frame int64) error {
	need, held := a.frames*frame, a.size/frame
	switch {
	case a.frames == held:
		return nil
	case a.start+a.size > a.in.size && need > 0 && a.start+need <= a.in.size:
		a.notes = append(a.notes, fmt.Sprintf("its SSND chunk declares %d bytes more than there are, but all frames that its COMM chunk counts are there", a.start+a.size-a.in.size))
		return nil
	case need > a.size && a.formEnd != a.in.size:
		return a.in.fail(a.start, audio.ErrTruncated, "%d samples need %d bytes, but the SSND chunk has %d", a.frames, need, a.size)
	case a.frames < held && a.size-need <= 4096 && zeroTail(a.in.r, a.start+need, min(a.start+a.size, a.in.size)) == a.size-need:
		return nil // some writers pad the chunk to whole blocks
	}
	a.notes = append(a.notes, fmt.Sprintf("its COMM chunk counts %d sample frames, but its SSND chunk holds %d: those are taken", a.frames, held))
	a.frames = held
	return nil
}

// finish returns the description of the audio.
func (a *aiff) finish() (opened, error) {
	if a.coded != nil {
		return opened{}, a.coded
	}
	frame := int64(max(a.width*a.format.Channels, 1))
	if err := a.measure(frame); err != nil {
		return opened{}, err
	}
	var order []int
	a.format.Layout, order = arrange(a.labels, a.format.Channels)
	if a.ordered && a.format.Layout == 0 && a.format.Channels > 2 {
		a.notes = append(a.notes, "the order of its channels is stated in an unknown way, so that of WAV files is taken")
	}
	f := &aiffFile{name: a.in.name, order: order, start: a.start, frames: a.frames, frame: int(frame), width: a.width, format: a.format, how: a.how}
	return opened{format: a.format, frames: a.frames, tags: a.tags.tags(), note: joinNotes(append(a.notes, zeroNote(a.in.r, a.start, a.frames*frame, a.format))...), direct: f.open}, nil
}

// promisedAIFF returns the stated length of an AIFC file with a coding that only ffmpeg
// decodes.
func promisedAIFF(in input) (whole.Account, error) {
	a, err := readAIFF(in)
	if err != nil {
		return whole.Account{}, err
	}
	frame := a.packet
	if frame == 0 { // check at least that the file contains all of SSND
		if frame = 1; !a.open {
			a.frames = a.size
		}
	}
	if err := a.measure(frame); err != nil {
		return whole.Account{}, err
	}
	p := whole.Account{Frames: -1, Proven: !a.open, Open: a.open || a.start+a.size > in.size, Notes: a.notes}
	if a.open {
		p.Notes = nil
	}
	if note := codedZeroNote(a.in.r, a.start, min(a.size, in.size-a.start)); note != "" {
		p.Notes = append(p.Notes, note)
	}
	if a.packet > 0 && !a.open {
		p.Frames, p.Slack = a.frames*a.per, a.per-1
		wholeBlocks(&p, a.start, a.size, a.packet)
	}
	return p, nil
}

// missing returns audio.ErrTruncated if the missing chunk may have been cut off, or else
// audio.ErrCorrupt.
func (a *aiff) missing() error {
	var p [4]byte
	_, err := a.in.r.ReadAt(p[:], a.in.base+4)
	if err == nil && a.in.base+int64(binary.BigEndian.Uint32(p[:]))+8 > a.in.size {
		return audio.ErrTruncated
	}
	return audio.ErrCorrupt
}
