package whole

import "io"

// chained is how many frames in a row no other bytes are likely to look like.
const chained = 3

// Stream names the coding of a stream of frames without a container that begins at byte
// at of a file of size bytes: "AAC", "AC-3", "DTS", "TrueHD", "MLP", "MPEG Layer I" or
// "MPEG Layer II". "" means that fewer than three frames follow each other there.
func Stream(r io.ReaderAt, at, size int64) string {
	f := &file{r: r, base: at, size: size}
	fr, ok := f.framing()
	if !ok {
		return ""
	}
	for range chained {
		p, _ := f.upTo(at, fr.header)
		n, _, ok := fr.parse(p)
		if at += int64(n); !ok || n <= 0 || at > size {
			return ""
		}
	}
	return fr.name
}

// framing reads the header of a frame that begins at the base of the file.
func (f *file) framing() (fr framing, ok bool) {
	p, _ := f.upTo(f.base, 16)
	if h, ok := parseADTS(p); ok {
		return adts(h), true
	}
	if h, ok := parseMPEG(p); ok {
		return mpeg(h), true
	}
	if h, ok := parseAC3(p); ok {
		return ac3(h), true
	}
	if _, samples, ok := parseDTS(p); ok && samples > 0 {
		return dts(dtsRates[p[8]>>2&15]), true
	}
	if len(p) < 8 || string(p[4:7]) != "\xF8\x72\x6F" || p[7]&0xFE != 0xBA {
		return fr, false
	}
	return mlp([2]string{"TrueHD", "MLP"}[p[7]&1]), true
}

// walkMLP goes through the access units of MLP and TrueHD.
func walkMLP(f *file) (Account, error) {
	a, err := walkFrames(f, mlp("MLP"))
	a.Frames = -1 // how many samples a unit has the rate says
	return a, err
}

// mlp is the framing of MLP and TrueHD. An access unit begins with four bits of check and
// its size in words, and the time; then, in every so many units, a major sync of 28 bytes or
// more, which states the number of substreams; then two words for each of these, of which the
// second may be missing: its flags and the word at which it ends.
func mlp(name string) framing {
	streams := 0
	return framing{name: name, header: mlpHeader, summed: true, row: 4, parse: func(p []byte) (int, int, bool) {
		if len(p) < 4 {
			return 0, 0, false
		}
		size := 2 * (int(p[0]&15)<<8 | int(p[1]))
		at, major := 4, false
		if len(p) >= 32 && string(p[4:7]) == "\xF8\x72\x6F" && p[7]&0xFE == 0xBA && p[12] == 0xB7 && p[13] == 0x52 {
			at, major, streams = 32, true, int(p[20]>>4)
			if p[7] == 0xBA && p[29]&1 != 0 { // an extension
				at += 2 + 2*int(p[30]>>4)
			}
		}
		return size, 1, size >= at && mlpStreams(p[:min(len(p), size)], at, streams, major)
	}}
}

// mlpHeader is as long as everything before the audio of an access unit may be.
const mlpHeader = 32 + 32 + 16*4

// mlpStreams checks the words at byte at about the substreams of an access unit: their parity
// with the first four bytes, that each ends after the one before, and that they begin anew
// exactly after a major sync.
func mlpStreams(p []byte, at, streams int, major bool) bool {
	sum, end := p[0]^p[1]^p[2]^p[3], 0
	for range streams {
		if at+2 > len(p) {
			return false
		}
		word := int(p[at])<<8 | int(p[at+1])
		sum ^= p[at] ^ p[at+1]
		at += 2
		if word&0x8000 != 0 {
			if at+2 > len(p) {
				return false
			}
			sum ^= p[at] ^ p[at+1]
			at += 2
		}
		if continues := word&0x4000 != 0; continues == major || word&0xFFF < end {
			return false
		}
		end = word & 0xFFF
	}
	return streams > 0 && (sum>>4^sum)&15 == 15
}
