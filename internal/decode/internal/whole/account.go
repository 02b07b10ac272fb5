package whole

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Account is what a container states about its length.
type Account struct {
	// Frames is the promised length in sample frames, -1 if the container promises
	// nothing. It counts at Rate Hz, or at the rate of the decoded audio if Rate is 0.
	Frames int64
	Rate   int
	// Slack is how many frames fewer than promised a decoder may deliver: the delay
	// that it drops.
	Slack int64
	// Most is how many frames there may be, 0 if that isn't known so well.
	Most int64
	// Open means that the writer left the size open: the last piece that a decoder reads
	// is shorter than it asks for.
	Open bool
	// Proven means that the structure shows where the file ends, and that it ends there.
	Proven bool
	// Summed means that checksums of the container cover the audio, and that they are right.
	Summed bool
	// End is the byte at which bytes begin that are none of the audio, 0 if there are none.
	End int64
	// Start and Bytes are where the audio lies, if it lies in one piece that is known.
	Start, Bytes int64
	// MD5 is that of all samples in Bits bits each, little-endian, if Bits is not 0.
	MD5  [16]byte
	Bits int
	// Notes are what is unusual, in plain words.
	Notes []string
}

// Errors, matched by errors.Is.
var (
	ErrTruncated = errors.New("the file is cut off")
	ErrDamaged   = errors.New("the file is damaged")
	ErrSecond    = errors.New("another file follows in the same file")
	ErrLarge     = errors.New("a part of the file is too large")
)

// Error is what is wrong and at which byte of the file.
type Error struct {
	Byte   int64
	Reason string
	Err    error
}

// Error returns the reason, without the place.
func (e *Error) Error() string { return e.Reason }

// Unwrap returns one of the errors above.
func (e *Error) Unwrap() error { return e.Err }

func fail(at int64, err error, format string, args ...any) error {
	return &Error{Byte: at, Reason: fmt.Sprintf(format, args...), Err: err}
}

// file is what is looked at: the bytes from base on, after any ID3 tag.
type file struct {
	r    io.ReaderAt
	base int64
	size int64
	stop func() error // asked now and then by what reads a whole file
	buf  []byte       // the bytes from at on that were read last
	at   int64
}

// walker reads the account of one kind of container.
type walker struct {
	at    int
	magic string
	walk  func(*file) (Account, error)
}

var walkers = []walker{
	{0, ".snd", walkAU}, {0, "riff\x2E\x91\xCF\x11", walkW64}, {0, "caff", walkCAF},
	{4, "ftyp", walkMP4}, {4, "moov", walkMP4}, {4, "mdat", walkMP4}, {4, "wide", walkMP4}, {4, "styp", walkMP4},
	{0, "\x1A\x45\xDF\xA3", walkMatroska}, {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", walkASF},
	{0, "FLV\x01", walkFLV}, {0, "TTA1", walkTTA}, {0, "wvpk", walkWavPack}, {0, "MAC ", walkAPE},
	{0, "MP+", walkSV7}, {0, "MPCK", walkSV8}, {0, "DSD ", walkDSF}, {0, "FRM8", walkDSDIFF},
	{0, ".RMF", walkRealMedia}, {0, "RIFF", walkRIFF}, {0, "FORM", walkForm(binary.BigEndian)},
	{0, "\x00\x00\x01\xBA", walkPS}, {0, "Creative Voice File", walkVOC}, {4, "\xF8\x72\x6F\xBA", walkMLP}, {4, "\xF8\x72\x6F\xBB", walkMLP},
	{0, "\x0B\x77", walkAC3}, {0, "\x7F\xFE\x80\x01", walkDTS}, {0, "#!AMR", walkAMR},
	{0, "NIST_1A\n", walkSphere}, {0, " paf", walkOpen}, {0, "fap ", walkOpen}, {0, "2BIT", walkOpen},
	{0, ".SoX", walkSoX}, {0, "XoS.", walkSoX},
	{0, "\x64\xA3\x01\x00", walkOpen}, {0, "\x64\xA3\x02\x00", walkOpen}, {0, "\x64\xA3\x03\x00", walkOpen}, {0, "\x64\xA3\x04\x00", walkOpen},
	{0, "\x00\x01\xA3\x64", walkOpen}, {0, "\x00\x02\xA3\x64", walkOpen}, {0, "\x00\x03\xA3\x64", walkOpen}, {0, "\x00\x04\xA3\x64", walkOpen},
}

// Look reads the account of the file of size bytes whose audio begins at byte base,
// after any tag. stop is asked now and then. An error is an *Error, what reading
// returned, or what stop returned. A container that is not known here gives an Account
// that proves nothing.
func Look(r io.ReaderAt, base, size int64, stop func() error) (Account, error) {
	f := &file{r: r, base: base, size: size, stop: stop}
	head, err := f.upTo(base, 3*(tsPacket+16))
	if err != nil {
		return Account{}, err
	}
	for _, w := range walkers {
		if len(head) >= w.at+len(w.magic) && string(head[w.at:w.at+len(w.magic)]) == w.magic {
			return w.walk(f)
		}
	}
	if step, skip, ok := tsLayout(head); ok {
		return walkTS(f, step, skip)
	}
	if h, ok := parseADTS(head); ok {
		return walkFrames(f, adts(h))
	}
	if h, ok := parseMPEG(head); ok {
		return walkFrames(f, mpeg(h))
	}
	return Account{Frames: -1}, nil
}

// readAhead is how many bytes are read at a time: the small pieces of a container often lie
// close together.
const readAhead = 4096

// upTo returns n bytes at byte at, fewer at the end of the file. They are good until the
// next call. n is small.
func (f *file) upTo(at int64, n int) ([]byte, error) {
	if at < 0 || at >= f.size || n <= 0 {
		return nil, nil
	}
	want := int(min(int64(n), f.size-at))
	if skip := at - f.at; skip >= 0 && skip+int64(want) <= int64(len(f.buf)) {
		return f.buf[skip:][:want:want], nil
	}
	if cap(f.buf) < n {
		f.buf = make([]byte, max(n, readAhead))
	}
	p := f.buf[:min(int64(cap(f.buf)), f.size-at)]
	got, err := f.r.ReadAt(p, at)
	f.buf, f.at = p[:got], at
	if got >= want || errors.Is(err, io.EOF) {
		err = nil
	}
	got = min(got, want)
	return p[:got:got], err
}

// need returns n bytes at byte at; a file that ends before them is cut off inside what.
func (f *file) need(at int64, n int, what string) ([]byte, error) {
	p, err := f.upTo(at, n)
	if err == nil && len(p) < n {
		err = fail(f.size, ErrTruncated, "the file ends inside %s", what)
	}
	return p, err
}

// short is the error of a file that has fewer bytes than it states.
func (f *file) short(what string, end int64) error {
	return fail(f.size, ErrTruncated, "%s reaches to byte %d, but the file ends %d bytes before that", what, end, end-f.size)
}

// shortFile is the error of a file whose header states that it ends at byte end.
func (f *file) shortFile(end int64) error {
	return fail(f.size, ErrTruncated, "its header states a file of %d bytes, but it ends %d bytes before that", end-f.base, end-f.size)
}

// maxTail is how much of what follows the audio is looked at.
const maxTail = 64 << 10

// tail judges what follows the audio, from byte at on. Tags and zeros are usual.
// Another file of the same kind would be lost; anything else becomes a note.
func (f *file) tail(at int64, a *Account) error {
	if at < f.size {
		a.End = at
	}
	for at < f.size {
		p, err := f.upTo(at, maxTail)
		if err != nil {
			return err
		}
		n := tagBytes(p, f.size-at)
		switch {
		case n > 0:
			at += n
			continue
		case f.again(p):
			return fail(at, ErrSecond, "another file begins here, inside the same file: only the first would be played; split them first")
		case p[0] == 0:
			at += int64(zeros(p))
			continue
		}
		a.Notes = append(a.Notes, fmt.Sprintf("%d bytes after the end of the audio are left out", f.size-at))
		return nil
	}
	return nil
}

// again reports whether p begins as the file does.
func (f *file) again(p []byte) bool {
	var head [12]byte
	if n, _ := f.r.ReadAt(head[:], f.base); n < len(head) || len(p) < len(head) {
		return false
	}
	if magic := string(p[:4]); magic == string(head[:4]) {
		return magic != "RIFF" && magic != "FORM" || string(p[8:12]) == string(head[8:12])
	}
	return string(p[4:8]) == "ftyp" && string(head[4:8]) == "ftyp"
}

// Tail reports what is wrong with what follows audio that ends at byte at of a file
// of size bytes which began at base: a note, or an *Error that matches ErrSecond.
func Tail(r io.ReaderAt, base, at, size int64) (notes []string, err error) {
	f := &file{r: r, base: base, size: size}
	var a Account
	err = f.tail(at, &a)
	return a.Notes, err
}

// tagBytes is the length of the tag that p begins with, 0 if there is none. left is
// how many bytes the file has from there on.
func tagBytes(p []byte, left int64) int64 {
	has := func(s string) bool { return len(p) >= len(s) && string(p[:len(s)]) == s }
	switch {
	case has("TAG+"):
		return min(left, 227)
	case has("TAG"):
		return min(left, 128)
	case has("LYRICSBEGIN"):
		return left // the tags after it end the file
	case has("APETAGEX") && len(p) >= 32:
		n := int64(binary.LittleEndian.Uint32(p[12:]))
		if binary.LittleEndian.Uint32(p[20:])&(1<<29) != 0 { // this is the header, which is not counted
			n += 32
		}
		return min(left, max(n, 32))
	case (has("ID3") || has("3DI")) && len(p) >= 10:
		n := 10 + int64(p[6]&0x7F)<<21 + int64(p[7]&0x7F)<<14 + int64(p[8]&0x7F)<<7 + int64(p[9]&0x7F)
		if p[5]&0x10 != 0 {
			n += 10
		}
		return min(left, n)
	}
	return 0
}

// zeros is how many bytes that p begins with are 0.
func zeros(p []byte) int {
	for i, c := range p {
		if c != 0 {
			return i
		}
	}
	return len(p)
}
