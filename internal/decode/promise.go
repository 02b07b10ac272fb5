package decode

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

// unproven is the note about a file that does not show where it ends.
const unproven = "nothing shows whether the file is complete"

// unsummed is the note about a file in which a damaged byte is a sound like others.
const unsummed = "no checksum covers its audio, so damage inside it can't be detected"

// checked are the codings, by ffmpeg's names, whose checksums ffmpeg compares. Its names
// of plain samples begin with pcm_ and dsd_.
var checked = map[string]bool{
	"ac3": true, "ape": true, "eac3": true, "flac": true, "mlp": true, "tak": true, "truehd": true, "tta": true, "wavpack": true,
}

// damageShows reports whether damage inside the audio is found. Plain samples, in which it
// is a click and moves nothing, are not asked about: every WAV file would get the note.
func damageShows(coding string) bool {
	return checked[coding] || strings.HasPrefix(coding, "pcm_") || strings.HasPrefix(coding, "dsd_")
}

// promised reads the length that the container of a file states, for a file that
// ffmpeg decodes: it plays what it finds and stops where the file does.
func promised(ctx context.Context, in input, kind Kind) (a whole.Account, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = in.fail(nowhere, audio.ErrCorrupt, "its container makes no sense: %v", v)
		}
	}()
	switch {
	case kind == WAV:
		return promisedWAV(ctx, in)
	case kind == AIFF:
		return promisedAIFF(in)
	case strings.HasPrefix(string(kind), "Ogg"):
		return promisedOgg(ctx, in, kind)
	}
	a, err = whole.Look(in.r, in.base, in.size, ctx.Err)
	if note := codedZeroNote(in.r, a.Start, a.Bytes); err == nil && note != "" {
		a.Notes = append(a.Notes, note)
	}
	return a, in.wholeError(err)
}

// wholeError adds the name of the file to an error of package whole.
func (in input) wholeError(err error) error {
	var we *whole.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &we):
		return err
	case errors.Is(err, whole.ErrTruncated):
		return in.fail(we.Byte, audio.ErrTruncated, "%s", we.Reason)
	case errors.Is(err, whole.ErrSecond), errors.Is(err, whole.ErrLarge):
		return in.fail(we.Byte, audio.ErrUnsupported, "%s", we.Reason)
	}
	return in.fail(we.Byte, audio.ErrCorrupt, "%s", we.Reason)
}

// promisedWAV is about WAV files with a coding that package wav doesn't read. Streams
// of frames in them are followed frame by frame.
func promisedWAV(ctx context.Context, in input) (whole.Account, error) {
	c, err := wav.ReadCoding(in.name, in.r, in.base, in.size)
	if err != nil {
		return whole.Account{}, err
	}
	a := whole.Account{Frames: c.Promised(), Rate: c.SampleRate, Proven: !c.Open, Open: c.Open, Notes: c.Notes}
	a.Slack = int64(c.BlockSamples)
	if c.Open {
		a.Notes = nil // what isn't proven becomes the note
	}
	if note := codedZeroNote(in.r, c.Start, c.Size); note != "" {
		a.Notes = append(a.Notes, note)
	}
	var declared [4]byte
	if _, err := in.r.ReadAt(declared[:], c.Start-4); err == nil && int64(binary.LittleEndian.Uint32(declared[:])) > c.Size {
		a.Open = true // a note says why less is right
	}
	const gsm, mpeg, dolby = 0x31, 0x50, 0x2000
	switch c.Tag {
	case gsm:
		if c.Size < int64(c.BlockBytes) {
			return a, in.fail(c.Start, audio.ErrTruncated, "the data chunk has %d bytes, less than one block of %d", c.Size, c.BlockBytes)
		}
		wholeBlocks(&a, c.Start, c.Size, int64(c.BlockBytes))
	case mpeg, dolby:
		inner, err := whole.Look(in.r, c.Start, c.Start+c.Size, ctx.Err)
		if err != nil {
			return a, in.wholeError(err)
		}
		a.Frames, a.Rate, a.Slack, a.End = inner.Frames, inner.Rate, inner.Slack, inner.End
		a.Open = a.Open || a.End > 0
		a.Notes = append(a.Notes, inner.Notes...)
	case 0x55, 0x160, 0x161, 0xFF: // MP3, WMA, AAC: decoders drop what encoders add
		a.Slack = 8192
	}
	return a, nil
}

// wholeBlocks leaves out the piece of a block at the end of coded audio: a decoder of GSM
// fails there, and SoX counts the pad byte of the chunk.
func wholeBlocks(a *whole.Account, start, size, block int64) {
	if block <= 0 || size <= block || size%block == 0 {
		return
	}
	rest := size % block
	a.End, a.Open = start+size-rest, true
	if rest > 1 {
		a.Notes = append(a.Notes, fmt.Sprintf("%d bytes after the last whole block are left out", rest))
	}
}

// promisedOgg is about Ogg streams that are not decoded here: every page is read, and
// the position of the last one is the length.
func promisedOgg(ctx context.Context, in input, kind Kind) (whole.Account, error) {
	e, err := oggScan(ctx, in, in.measure(kind))
	if err != nil {
		return whole.Account{}, err
	}
	if e.Again > 0 {
		return whole.Account{}, in.fail(nowhere, audio.ErrCorrupt, "%d of its Ogg pages repeat the one before, and ffmpeg would play them twice", e.Again)
	}
	a := whole.Account{Frames: -1, Proven: !e.Open, Summed: true, Notes: e.notes}
	if e.Tail < in.size {
		a.End = e.Tail
	}
	switch kind {
	case Vorbis, Opus, "Ogg Speex":
		a.Frames, a.Slack = e.End, 16384 // delays that are dropped
		if e.Begin > 10*16384 {          // it was cut out of a longer stream
			a.Slack += e.Begin
		}
	case "Ogg":
		a.Proven = false // its position may not be one of audio
	}
	return a, nil
}

// keeps compares what ffmpeg delivered with what the container promised, and gives
// the note about it.
func (f *ffmpeg) keeps(o opened) (string, error) {
	p := f.promise
	rate := int64(p.Rate)
	if rate <= 0 {
		rate = int64(o.format.SampleRate)
	}
	// In frames of what was delivered.
	scale := func(n int64) int64 { return n/rate*int64(o.format.SampleRate) + n%rate*int64(o.format.SampleRate)/rate }
	least := scale(p.Frames - p.Slack)
	if p.Frames >= 0 && o.frames < least {
		return "", f.in.fail(nowhere, audio.ErrTruncated, "the file states %s of audio, but ffmpeg found %s: it is cut off or damaged",
			clock(duration(scale(p.Frames), o.format.SampleRate)), clock(duration(o.frames, o.format.SampleRate)))
	}
	// What decoders add is padding of a few blocks.
	most := scale(p.Frames+p.Slack) + int64(o.format.SampleRate)/4
	if p.Most > 0 {
		most = scale(p.Most) + 1
	}
	if p.Frames >= 0 && o.frames > most {
		return "", f.in.fail(nowhere, audio.ErrCorrupt, "the file states %s of audio, but ffmpeg found %s",
			clock(duration(scale(p.Frames), o.format.SampleRate)), clock(duration(o.frames, o.format.SampleRate)))
	}
	notes := p.Notes
	if !p.Proven {
		notes = append(notes, unproven)
	}
	if !p.Summed && !damageShows(f.coding) {
		notes = append(notes, unsummed)
	}
	return strings.Join(notes, "; "), nil
}

// sampleSum is the MD5 of the samples of a file, in as few bytes as they need.
type sampleSum struct {
	sum  hash.Hash
	want [16]byte
	from int // bytes of a sample that is delivered
	keep int // of which the upper ones count
	buf  []byte
}

// newSampleSum returns nil if the container has no checksum, or none that can be
// compared with what is delivered.
func newSampleSum(a whole.Account, f pcm.Format) *sampleSum {
	width := f.Encoding.Bytes()
	if a.Bits == 0 || a.Bits%8 != 0 || f.Encoding == pcm.F32 || f.Encoding == pcm.F64 || a.Bits/8 > width || a.Bits == 8 {
		return nil
	}
	return &sampleSum{sum: md5.New(), want: a.MD5, from: width, keep: a.Bits / 8}
}

func (s *sampleSum) add(p []byte) {
	if s == nil {
		return
	}
	if s.from != s.keep {
		s.buf = s.buf[:0]
		for ; len(p) >= s.from; p = p[s.from:] {
			s.buf = append(s.buf, p[s.from-s.keep:s.from]...)
		}
		p = s.buf
	}
	s.sum.Write(p)
}

func (s *sampleSum) right() bool {
	return s == nil || bytes.Equal(s.sum.Sum(nil), s.want[:])
}
