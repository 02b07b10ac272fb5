package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/internal/wav"
)

// look determines the kind of a file and how to decode it.
func look(ctx context.Context, in input) (Kind, opened, error) {
	if in.size == 0 {
		return unknown, opened{}, in.fail(nowhere, audio.ErrNotAudio, "the file is empty")
	}
	at := afterTags(in)
	if at > in.size {
		return MP3, opened{}, in.fail(in.size, audio.ErrTruncated, "the file ends inside its ID3 tag")
	}
	kind, silent := sniff(in, at)
	if silent {
		return kind, opened{}, in.fail(nowhere, audio.ErrNotAudio, "this is a %s, not audio%s", kind, hint(kind))
	}
	if kind == unknown {
		return lookUnknown(ctx, in, at)
	}
	return lookKnown(ctx, in, at, kind)
}

// lookKnown opens a file with content of a known kind at byte at.
func lookKnown(ctx context.Context, in input, at int64, kind Kind) (Kind, opened, error) {
	in.base = at
	o, err := lookAt(ctx, in, at, kind)
	o.base = at
	if err == nil || !errors.Is(err, errOther) {
		return kind, o, err
	}
	kind, o, err = lookFFmpeg(ctx, in, kind, err)
	o.base = at
	return kind, o, err
}

// lookUnknown opens a file that doesn't begin with audio of a known kind. It searches for a
// container, MP3 frames and FLAC frames, and then tries ffmpeg. An error in a container is
// reported only if no other audio is found: random bytes can look like a container.
func lookUnknown(ctx context.Context, in input, at int64) (Kind, opened, error) {
	begin, what, hid := hidden(in, at)
	var hiddenErr error
	if hid {
		var o opened
		if what, o, hiddenErr = lookKnown(ctx, in, begin, what); hiddenErr == nil {
			o.note = joinNotes(fmt.Sprintf("%d bytes before the beginning of its audio are left out", begin-at), o.note)
			return what, o, nil
		}
		hid = sureKinds[what] // frames may belong to a container of unknown kind
	}
	// MPEG audio may begin with anything, such as parts of a tag or of a frame. A few frames
	// in other data are a coincidence, though.
	o, err := openMP3(in)
	if o.chance {
		err = other(in, "%s", unknown)
	}
	if err == nil || !hid && !errors.Is(err, errOther) {
		return MP3, o, err
	}
	// FLAC recorded from a broadcast begins inside a frame.
	if o, err := openFLACFrames(ctx, in, at); err == nil {
		return FLAC, o, nil
	}
	if hid {
		return what, opened{}, hiddenErr
	}
	return lookFFmpeg(ctx, in, unknown, err)
}

// maxHidden is how far into a file audio is searched.
const maxHidden = 1 << 20

// hidden finds a container with a reliable signature, or a stream of frames, after other
// data.
func hidden(in input, at int64) (begin int64, kind Kind, ok bool) {
	p := make([]byte, min(maxHidden, in.size-at))
	n, _ := in.r.ReadAt(p, at)
	p = p[:n]
	for i := 1; i+12 <= len(p); i++ {
		if kind, ok := streamKinds[streamAt(in, at+int64(i), p[i:])]; ok {
			return at + int64(i), kind, true
		}
		if !sureBeginnings[[4]byte(p[i:])] && !sureBeginnings[[4]byte(p[i+4:])] {
			continue
		}
		switch kind, _ := sniff(in, at+int64(i)); {
		case sureKinds[kind]:
			return at + int64(i), kind, true
		case string(p[i:i+4]) == "OggS": // the beginning of this stream is damaged: don't skip to the next one
			return 0, "", false
		}
	}
	return 0, "", false
}

// streamAt is whole.Stream for byte at of the file, whose content p begins with. It first
// rules out most positions by a single byte.
func streamAt(in input, at int64, p []byte) string {
	if p[0] != 0xFF && p[0] != 0x0B && p[0] != 0x7F && p[4] != 0xF8 {
		return ""
	}
	return whole.Stream(in.r, at, in.size)
}

// streamKinds maps the names of streams in package whole to kinds.
var streamKinds = map[string]Kind{
	"AAC": "AAC", "AC-3": "AC-3", "DTS": "DTS", "TrueHD": "TrueHD", "MLP": "MLP", "MPEG Layer I": MP1, "MPEG Layer II": MP2,
}

// sureKinds are the kinds with a signature that random bytes are unlikely to match.
var sureKinds = map[Kind]bool{
	WAV: true, AIFF: true, FLAC: true, Vorbis: true, Opus: true, OggFLAC: true, "Ogg Speex": true, CAF: true, W64: true, AU: true,
	"M4A (MP4)": true, "WMA (ASF)": true, "WavPack": true, "TTA": true, "Monkey's Audio": true, "Matroska or WebM": true,
	"DSF": true, "DSDIFF": true, "Musepack": true, "TAK": true, "RealAudio": true, "AVI": true, "VOC": true, "8SVX": true, "NIST Sphere": true,
	"Flash video": true, "AMR": true, "MPEG program stream": true,
}

// sureBeginnings are the first four bytes of sureKinds, or bytes 4 to 7.
var sureBeginnings = func() map[[4]byte]bool {
	m := map[[4]byte]bool{}
	for _, s := range []string{"RIFF", "RIFX", "RF64", "BW64", "FORM", "fLaC", "OggS"} {
		m[[4]byte([]byte(s))] = true
	}
	for _, k := range magics {
		if sureKinds[k.kind] && len(k.text) >= 4 {
			m[[4]byte([]byte(k.text))] = true
		}
	}
	return m
}()

// hint returns advice for some kinds of files without audio.
func hint(k Kind) string {
	switch k {
	case "ZIP archive", "RAR archive", "7-Zip archive", "tar archive", "gzip archive", "bzip2 archive", "xz archive":
		return ": unpack it first"
	}
	return ""
}

// errOther marks audio that only ffmpeg can decode.
var errOther = errors.New("not decoded here")

// lookAt opens a file of a known kind and converts panics to errors.
func lookAt(ctx context.Context, in input, at int64, kind Kind) (o opened, err error) {
	defer func() {
		if v := recover(); v != nil {
			o, err = opened{}, in.fail(nowhere, audio.ErrCorrupt, "the decoder failed: %v", v)
		}
	}()
	return lookUnguarded(ctx, in, at, kind)
}

// lookUnguarded is lookAt without the recover, so that fuzzing finds panics.
func lookUnguarded(ctx context.Context, in input, at int64, kind Kind) (opened, error) {
	switch kind {
	case WAV:
		return openWAV(in)
	case AIFF:
		return openAIFF(in)
	case FLAC:
		var p [4]byte
		if _, err := in.r.ReadAt(p[:], at); err == nil && string(p[:]) != "fLaC" {
			return openFLACFrames(ctx, in, at)
		}
		return openFLAC(ctx, in, at)
	case Vorbis:
		return openOgg(ctx, in, openVorbis)
	case Opus:
		return openOgg(ctx, in, openOpus)
	case OggFLAC:
		return openOgg(ctx, in, openOggFLAC)
	case AU, W64, CAF:
		return openPlain(ctx, in, kind)
	case MP3:
		return openMP3(in)
	}
	return opened{}, other(in, "%s", kind)
}

// other returns the error for a file that only ffmpeg may decode. It matches errOther and
// audio.ErrUnsupported.
func other(in input, format string, args ...any) error {
	return errors.Join(errOther, in.fail(nowhere, audio.ErrUnsupported, format, args...))
}

// flacFrame reports whether the head of a file is a FLAC frame. It must be checked before
// AAC, whose streams may begin with the same bits.
func flacFrame(head []byte) bool {
	_, err := flac.ParseHeader(head)
	return err == nil
}

// openWAV opens a WAV file with package wav, or MP3 in a WAV file with the MP3 decoder.
func openWAV(in input) (opened, error) {
	f, err := wav.OpenAt(in.name, in.base)
	if errors.Is(err, wav.ErrUnsupported) {
		if c, err := wav.ReadCoding(in.name, in.r, in.base, in.size); err == nil && c.Tag == tagMP3 {
			return openWAVMP3(in, c)
		}
		return opened{}, other(in, "%v", fmt.Sprintf("WAV (%s)", reason(err)))
	}
	if err != nil {
		return opened{}, in.wavError(err)
	}
	start, size := f.Extent()
	note := joinNotes(append(f.Notes(), zeroNote(in.r, start, size, f.Format()))...)
	return opened{format: f.Format(), frames: f.Frames(), tags: wavTags(in), note: note, direct: f.Open}, nil
}

// tagMP3 is the format tag of MPEG Layer III (RFC 2361).
const tagMP3 = 0x55

// openWAVMP3 opens the MP3 stream in the data chunk of a WAV file.
func openWAVMP3(in input, c wav.Coding) (opened, error) {
	inside := func(in input) input {
		in.r, in.base, in.size = io.NewSectionReader(in.r, c.Start, c.Size), 0, c.Size
		return in
	}
	o, err := openMP3(inside(in))
	if err != nil {
		return o, err
	}
	begin := o.start
	o.start = func(in input) (decoder, error) { return begin(inside(in)) }
	o.tags, o.note = wavTags(in), joinNotes(append(c.Notes, o.note)...)
	return o, nil
}

// joinNotes joins the notes that are not empty.
func joinNotes(notes ...string) string {
	return strings.Join(slices.DeleteFunc(notes, func(s string) bool { return s == "" }), "; ")
}

// WAVError converts an error of package wav about a stream to an *audio.Error. A stream
// without audio was cut off: the program that writes it has failed.
func WAVError(name string, err error) error {
	out := input{name: name}.wavError(err)
	var e *audio.Error
	if errors.Is(err, wav.ErrEmpty) && errors.As(out, &e) {
		e.Err = audio.ErrTruncated
	}
	return out
}

// wavError converts an error of package wav to an *audio.Error.
func (in input) wavError(err error) error {
	var e *wav.Error
	if !errors.As(err, &e) {
		return err
	}
	out := &audio.Error{Name: in.name, InFile: e.Offset > 0, Byte: e.Offset, Reason: e.Reason, Err: e.Err}
	if e.Reason != "" && e.Err != nil {
		out.Reason = e.Err.Error() + ": " + e.Reason
	}
	switch {
	case errors.Is(e.Err, wav.ErrNotWAV), errors.Is(e.Err, wav.ErrEmpty):
		out.Err = audio.ErrNotAudio
	case errors.Is(e.Err, wav.ErrTruncated):
		out.Err = audio.ErrTruncated
	case errors.Is(e.Err, wav.ErrMalformed):
		out.Err = audio.ErrCorrupt
	case errors.Is(e.Err, wav.ErrUnsupported):
		out.Err = audio.ErrUnsupported
	}
	return out
}

// reason returns the text of a *wav.Error without its name and position.
func reason(err error) string {
	var e *wav.Error
	if errors.As(err, &e) && e.Reason != "" {
		return e.Reason
	}
	return err.Error()
}

// Known reports whether the file at path begins like audio of a known kind, or with a tag. It
// reads only the beginning of the content and ignores the name.
func Known(path string) bool {
	file, info, err := openRegular(path)
	if err != nil {
		return false
	}
	defer file.Close()
	in := input{name: path, r: file, size: info.Size()}
	at := afterTags(in)
	kind, silent := sniff(in, at)
	return !silent && kind != unknown || at > 0
}
