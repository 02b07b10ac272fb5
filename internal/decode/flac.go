package decode

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/pcm"
)

// findLimit is how far past broken metadata the first frame is searched: a block of
// metadata isn't longer.
const findLimit = 1 << 24

// openFLAC looks at a FLAC file whose fLaC is at byte at.
func openFLAC(ctx context.Context, in input, at int64) (opened, error) {
	l, err := flac.ReadLayout(in.r, at, in.size)
	if err != nil {
		return opened{}, in.flacError(at, err)
	}
	tags := flacTags(in, l)
	first, head, err := firstFrame(in, l, at)
	if err != nil {
		return opened{}, err
	}
	note := ""
	if first != l.Audio {
		note = fmt.Sprintf("its metadata is damaged; the first frame of audio was found at byte %d", first)
	}
	if !l.Found {
		note = "it has no stream info, so nothing shows whether the file is complete"
		if err := infoFromFrame(in, first, head, &l.Info); err != nil {
			return opened{}, err
		}
	}
	if l.Found && l.Info.Frames == 0 && l.Info.MD5 == [16]byte{} { // as encoders leave it in a pipe
		note = joinNotes(note, unproven)
	}
	if l.Info.Frames > 0 && l.Info.Frames != flac.Span(in.r, first, in.size) {
		note = joinNotes(note, recount(ctx, in, nativeFLAC(first), &l.Info))
	}
	o, err := flacStream(ctx, in, nativeFLAC(first), l.Info)
	o.tags, o.note = tags, note
	return o, err
}

// junkLimit is how much of a broken frame is skipped if a stream without fLaC begins with
// one: frames in practice aren't longer.
const junkLimit = 1 << 16

// openFLACFrames looks at a FLAC file that begins with a frame, or in the middle of
// one, without fLaC.
func openFLACFrames(ctx context.Context, in input, at int64) (opened, error) {
	limit := int64(junkLimit)
	var p [16]byte
	if n, _ := in.r.ReadAt(p[:], at); flacFrame(p[:n]) {
		limit = 1
	}
	first, head, ok := flac.FindFrame(in.r, at, in.size, limit, 0)
	if !ok {
		return opened{}, in.fail(at, audio.ErrCorrupt, "the first frame of the FLAC stream is damaged")
	}
	var info flac.Info
	if err := infoFromFrame(in, first, head, &info); err != nil {
		return opened{}, err
	}
	o, err := flacStream(ctx, in, nativeFLAC(first), info)
	o.note = "it has no header: it begins with audio, so nothing shows whether the file is complete"
	if first > at {
		o.note = fmt.Sprintf("it has no header: its first whole frame was found at byte %d, and nothing shows whether the file is complete", first)
	}
	return o, err
}

// firstFrame finds where the audio begins: after the metadata, unless that is damaged.
func firstFrame(in input, l flac.Layout, at int64) (int64, flac.Header, error) {
	var p [16]byte
	n, _ := in.r.ReadAt(p[:], l.Audio)
	h, err := flac.ParseHeader(p[:n])
	if err == nil {
		return l.Audio, h, nil
	}
	if n == 0 && l.Audio >= in.size {
		return 0, h, in.fail(in.size, audio.ErrTruncated, "the file ends before its audio")
	}
	from := at + 4
	if len(l.Blocks) > 0 && l.Found {
		from = l.Blocks[0].Start
	}
	found, h, ok := flac.FindFrame(in.r, from, in.size, findLimit, l.Info.Bits)
	switch {
	case !ok && l.Cut:
		return 0, h, in.fail(in.size, audio.ErrTruncated, "the file ends inside its metadata")
	case !ok:
		return 0, h, in.fail(l.Audio, audio.ErrCorrupt, "no FLAC audio follows the metadata: %v", err)
	case h.Number != 0: // the metadata may be right, and the first frame broken
		return 0, h, in.fail(l.Audio, audio.ErrCorrupt, "the beginning of the FLAC audio is damaged up to byte %d: %v", found, err)
	}
	return found, h, nil
}

// recount decodes a stream whose stream info seems to state a wrong number of samples, and
// corrects that where the frames prove it: all of them are whole, they follow each other, and
// the MD5 is right or, without one, there are more than stated. Everything else is left for
// decoding to report. It returns the note about it.
func recount(ctx context.Context, in input, frames flacFrames, info *flac.Info) string {
	stated := info.Frames
	all := *info
	all.Frames = 0
	o, err := flacStream(ctx, in, frames, all)
	if err != nil || o.frames == stated || o.frames < stated && info.MD5 == [16]byte{} {
		return ""
	}
	info.Frames = o.frames
	note := fmt.Sprintf("its stream info states %d samples, but it holds %d", stated, o.frames)
	if info.MD5 != [16]byte{} {
		note += ", as its checksum (MD5) proves"
	}
	return note
}

// infoFromFrame takes a frame's word for what the stream info would say.
func infoFromFrame(in input, at int64, h flac.Header, info *flac.Info) error {
	if h.Rate == 0 || h.Bits == 0 {
		return in.fail(at, audio.ErrUnsupported, "the FLAC stream has no header, and its frames don't state their sample rate or size")
	}
	*info = flac.Info{Rate: h.Rate, Channels: h.Channels, Bits: h.Bits}
	return nil
}

// flacFrames returns the frames of a stream, and the byte of the file where they begin.
type flacFrames func(in input) (r io.Reader, at int64, err error)

// nativeFLAC opens a file in which they follow each other from byte at on.
func nativeFLAC(at int64) flacFrames {
	return func(in input) (io.Reader, int64, error) {
		return io.NewSectionReader(in.r, at, in.size-at), at, nil
	}
}

// flacStream describes the audio.
func flacStream(ctx context.Context, in input, frames flacFrames, info flac.Info) (opened, error) {
	if info.Rate == 0 || info.Bits < 4 {
		return opened{}, in.fail(nowhere, audio.ErrCorrupt, "the stream info states %d Hz and %d bits", info.Rate, info.Bits)
	}
	if err := ctx.Err(); err != nil {
		return opened{}, err
	}
	o := opened{format: pcm.Format{SampleRate: info.Rate, Channels: info.Channels, Encoding: encodingFor(info.Bits)}}
	begin := func(in input) (decoder, error) { return newFLACDecoder(in, frames, info) }
	if info.Frames == 0 {
		// A frame of 10 bytes may hold 65536 equal samples.
		n, err := count(ctx, in, o.format, begin, (in.size/8+1)<<16)
		if err != nil {
			return o, err
		}
		info.Frames = n
	}
	o.frames, o.start = info.Frames, begin
	return o, nil
}

// encodingFor is the smallest integer encoding of the disc's kind that holds
// samples of so many bits.
func encodingFor(bits int) pcm.Encoding {
	switch {
	case bits <= 16:
		return pcm.S16
	case bits <= 24:
		return pcm.S24
	}
	return pcm.S32
}

// flacDecoder returns the frames of a FLAC stream as pcm, checks that they belong
// together and, at the end, their MD5.
type flacDecoder struct {
	in    input
	d     *flac.Decoder
	par   *flacParallel // as long as frames are decoded side by side
	pages *ogg.Packets  // where the frames come from, nil if they lie in the file as they are
	info  flac.Info
	size  int // bytes of a sample delivered
	shift int // so that its highest bit is the highest of the file's
	got   int64
	next  int64     // number of the frame that must follow
	sum   hash.Hash // nil if there is nothing to compare with
	out   []byte
	raw   []byte // for the sum, where out isn't the same
}

func newFLACDecoder(in input, frames flacFrames, info flac.Info) (*flacDecoder, error) {
	r, at, err := frames(in)
	if err != nil {
		return nil, err
	}
	e := encodingFor(info.Bits)
	f := &flacDecoder{
		in: in, info: info, size: e.Bytes(), shift: e.Bytes()*8 - info.Bits,
		d: flac.NewDecoder(r, at, info.Bits),
	}
	if info.MD5 != [16]byte{} {
		f.sum = md5.New()
	}
	if o, ok := r.(*oggFrameReader); ok {
		f.pages = o.p
	} else {
		f.par = newFLACParallel(in, at, info)
	}
	return f, nil
}

// at is the byte of the file, or that of the page.
func (f *flacDecoder) at() int64 {
	if f.pages != nil {
		return f.pages.At()
	}
	return f.d.Offset()
}

func (f *flacDecoder) decode() ([]byte, error) {
	if f.par != nil {
		if out := f.sideBySide(); out != nil {
			return out, nil
		}
	}
	if f.info.Frames > 0 && f.got >= f.info.Frames {
		return nil, f.finish()
	}
	h, err := f.d.Next()
	switch {
	case err == io.EOF && f.got < f.info.Frames:
		return nil, io.EOF // cut off between two frames: the reader says so
	case err == flac.ErrNoFrame && f.info.Frames == 0 && f.alone() != nil:
		return nil, f.alone()
	case err == io.EOF || (err == flac.ErrNoFrame && f.info.Frames == 0 && f.trailer()):
		return nil, f.checkSum()
	case err != nil:
		return nil, f.in.flacError(f.at(), err)
	}
	if err := f.same(h); err != nil {
		return nil, err
	}
	if err := f.inOrder(h); err != nil {
		return nil, err
	}
	f.got += int64(h.Block)
	f.deliver(h)
	return f.out, nil
}

// sideBySide returns the next batch of frames. nil means that the sequential decoder
// continues from here: at the end, or where something is unusual, since it reports what.
func (f *flacDecoder) sideBySide() []byte {
	at := f.par.at()
	b := f.par.next()
	ok := b != nil && !b.wrong
	samples := int64(0)
	for i := 0; ok && i < len(b.heads); i++ {
		samples += int64(b.heads[i].Block)
		ok = b.heads[i].Rate == 0 || b.heads[i].Rate == f.info.Rate
	}
	if !ok || f.info.Frames > 0 && f.got+samples > f.info.Frames {
		f.par.close()
		f.par = nil
		f.d.Reset(io.NewSectionReader(f.in.r, at, f.in.size-at), at, f.info.Bits)
		return nil
	}
	f.got += samples
	f.next = b.heads[len(b.heads)-1].Next()
	if f.sum != nil {
		if len(b.raw) > 0 {
			f.sum.Write(b.raw)
		} else {
			f.sum.Write(b.out)
		}
	}
	return b.out
}

// Close ends what is decoded ahead.
func (f *flacDecoder) Close() error {
	if f.par != nil {
		f.par.close()
		f.par = nil
	}
	return nil
}

// same refuses a frame that differs from those before: the rest could not be
// played as one piece of music. One that differs from the stream info at once leaves
// open which of them is wrong.
func (f *flacDecoder) same(h flac.Header) error {
	fail := func(what string, before, now int, unit string) error {
		if f.got == 0 {
			return f.in.fail(f.at(), audio.ErrCorrupt, "the stream info states %d%s, but the first frame %d", before, unit, now)
		}
		return f.in.fail(f.at(), audio.ErrUnsupported, "%s from %d to %d%s in the middle of the file", what, before, now, unit)
	}
	switch {
	case h.Rate != 0 && h.Rate != f.info.Rate:
		return fail("the sample rate changes", f.info.Rate, h.Rate, " Hz")
	case h.Channels != f.info.Channels && f.got > 0:
		return fail("the number of channels changes", f.info.Channels, h.Channels, "")
	case h.Channels != f.info.Channels:
		return fail("", f.info.Channels, h.Channels, " channels")
	case h.Bits != f.info.Bits:
		return fail("the samples change", f.info.Bits, h.Bits, " bits")
	}
	return nil
}

// inOrder refuses a frame that doesn't follow the one before by its number, where no MD5
// shows what is missing or exchanged. The first may have any number: streams are cut out
// of longer ones.
func (f *flacDecoder) inOrder(h flac.Header) error {
	want := f.next
	f.next = h.Next()
	if f.sum != nil || f.got == 0 || h.Number == want {
		return nil
	}
	return f.in.fail(f.at(), audio.ErrCorrupt, "frames of the FLAC stream are missing or in the wrong order: number %d stands where %d should", h.Number, want)
}

// deliver turns the frame into bytes.
func (f *flacDecoder) deliver(h flac.Header) {
	f.out = interleave(f.out[:0], f.d, h, f.size, f.shift)
	if f.sum == nil {
		return
	}
	// The sum is of the samples as they are, in as few bytes as they need.
	if bytes := (f.info.Bits + 7) / 8; f.shift == 0 && bytes == f.size {
		f.sum.Write(f.out)
	} else {
		f.raw = interleave(f.raw[:0], f.d, h, bytes, 0)
		f.sum.Write(f.raw)
	}
}

// interleave appends the samples of all channels, little-endian.
func interleave(p []byte, d *flac.Decoder, h flac.Header, size, shift int) []byte {
	from, need := len(p), h.Block*h.Channels*size
	p = slices.Grow(p, need)[:from+need]
	if size == 2 && h.Channels == 2 { // most of all music
		left, right, out := d.Samples(0), d.Samples(1), p[from:]
		for i := 0; i < len(left) && i < len(right) && len(out) >= 4; i++ {
			binary.LittleEndian.PutUint32(out, uint32(uint16(left[i]<<shift))|uint32(right[i]<<shift)<<16)
			out = out[4:]
		}
		return p
	}
	step := size * h.Channels
	for c := range h.Channels {
		samples, out := d.Samples(c), p[from+c*size:]
		switch size {
		case 1:
			for i, v := range samples {
				out[i*step] = byte(v)
			}
		case 2:
			for i, v := range samples {
				binary.LittleEndian.PutUint16(out[i*step:], uint16(v<<shift))
			}
		case 3:
			for i, v := range samples {
				v <<= shift
				o := out[i*step : i*step+3]
				o[0], o[1], o[2] = byte(v), byte(v>>8), byte(v>>16)
			}
		default:
			for i, v := range samples {
				binary.LittleEndian.PutUint32(out[i*step:], uint32(v<<shift))
			}
		}
	}
	return p
}

// finish is called where the promised audio ends.
func (f *flacDecoder) finish() error {
	if f.got > f.info.Frames {
		return fmt.Errorf("%w: the last frame is longer than the stream info states", pcm.ErrLong)
	}
	if _, err := flac.ParseHeader(f.d.Peek(16)); err == nil {
		return f.in.fail(f.at(), pcm.ErrLong, "the stream info states %d samples, and more follow", f.info.Frames)
	}
	if err := f.alone(); err != nil {
		return err
	}
	return f.checkSum()
}

// alone refuses a file in which another FLAC stream follows, after its tags as well.
func (f *flacDecoder) alone() error {
	if f.pages != nil || !bytes.HasPrefix(f.d.Peek(4), []byte("fLaC")) && !f.trailer() {
		return nil
	}
	_, err := whole.Tail(f.in.r, f.in.base, f.d.Behind(), f.in.size)
	return f.in.wholeError(err)
}

// checkSum compares the MD5 of everything that was decoded.
func (f *flacDecoder) checkSum() error {
	if f.sum != nil && !bytes.Equal(f.sum.Sum(nil), f.info.MD5[:]) {
		return f.in.fail(nowhere, audio.ErrCorrupt, "the checksum (MD5) of all samples is not the one in the stream info")
	}
	return io.EOF
}

// trailer recognizes what other programs append to music files: tags and zeros.
func (f *flacDecoder) trailer() bool {
	p := f.d.Peek(512)
	return bytes.HasPrefix(p, []byte("TAG")) || bytes.HasPrefix(p, []byte("APETAGEX")) ||
		bytes.HasPrefix(p, []byte("ID3")) || len(bytes.Trim(p, "\x00")) == 0
}

// flacError adds the place to the decoder's error.
func (in input) flacError(at int64, err error) error {
	var fe flac.FormatError
	if errors.As(err, &fe) {
		return in.fail(at, audio.ErrCorrupt, "the FLAC stream is damaged: %v", err)
	}
	return in.wrap(at, "the FLAC stream", err)
}
