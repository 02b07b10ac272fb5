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

// mlp is the framing of MLP and TrueHD, whose size in words is in 12 bits after four of
// check.
func mlp(name string) framing {
	return framing{name: name, header: 4, parse: func(p []byte) (int, int, bool) {
		if len(p) < 4 {
			return 0, 0, false
		}
		size := 2 * (int(p[0]&15)<<8 | int(p[1]))
		return size, 1, size >= 4
	}}
}
