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

// unproven is the note about a file that may have been cut off undetectably.
const unproven = "nothing shows whether the file is complete"

// unsummed is the note about a file in which damage may be undetectable.
const unsummed = "no checksum covers its audio, so damage inside it can't be detected"

// checked are the codings whose checksums ffmpeg verifies, under ffmpeg's names.
var checked = map[string]bool{
	"ac3": true, "ape": true, "eac3": true, "flac": true, "mlp": true, "tak": true, "truehd": true, "tta": true, "wavpack": true,
}

// damageShows reports whether damage inside the audio is detected. It also returns true for
// uncompressed samples (pcm_, dsd_): damage is only a click there, and otherwise every WAV
// file would get the note.
func damageShows(coding string) bool {
	return checked[coding] || strings.HasPrefix(coding, "pcm_") || strings.HasPrefix(coding, "dsd_")
}

// promised reads the length that the container of a file states. ffmpeg itself decodes a
// truncated file up to its end without an error.
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

// wholeError converts an error of package whole to an *Error.
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

// promisedWAV returns the stated length of a WAV file with a coding that package wav doesn't
// read. It follows MPEG and Dolby streams frame by frame.
func promisedWAV(ctx context.Context, in input) (whole.Account, error) {
	c, err := wav.ReadCoding(in.name, in.r, in.base, in.size)
	if err != nil {
		return whole.Account{}, err
	}
	a := whole.Account{Frames: c.Promised(), Rate: c.SampleRate, Proven: !c.Open, Open: c.Open, Notes: c.Notes}
	a.Slack = int64(c.BlockSamples)
	if c.Open {
		a.Notes = nil // replaced by the note unproven
	}
	if note := codedZeroNote(in.r, c.Start, c.Size); note != "" {
		a.Notes = append(a.Notes, note)
	}
	var declared [4]byte
	if _, err := in.r.ReadAt(declared[:], c.Start-4); err == nil && int64(binary.LittleEndian.Uint32(declared[:])) > c.Size {
		a.Open = true // the notes of package wav explain why
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
	case 0x55, 0x160, 0x161, 0xFF: // MP3, WMA, AAC: decoders drop the encoder delay
		a.Slack = 8192
	}
	return a, nil
}

// wholeBlocks leaves out an incomplete block at the end of coded audio: GSM decoders fail
// there. SoX also counts the pad byte of the chunk, which needs no note.
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

// promisedOgg returns the stated length of an Ogg stream that is not decoded here: the
// position of the last page. It reads every page.
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
		a.Frames, a.Slack = e.End, 16384 // decoders drop delays
		if e.Begin > 10*16384 {          // cut out of a longer stream
			a.Slack += e.Begin
		}
	case "Ogg":
		a.Proven = false // the position may not be that of audio
	}
	return a, nil
}

// checkLength compares the length that ffmpeg delivered with the stated one, and returns the
// notes about the file.
func (f *ffmpeg) checkLength(o opened) (string, error) {
	p := f.promise
	rate := int64(p.Rate)
	if rate <= 0 {
		rate = int64(o.format.SampleRate)
	}
	// scale converts to the sample rate that ffmpeg delivers.
	scale := func(n int64) int64 { return n/rate*int64(o.format.SampleRate) + n%rate*int64(o.format.SampleRate)/rate }
	least := scale(p.Frames - p.Slack)
	if p.Frames >= 0 && o.frames < least {
		return "", f.in.fail(nowhere, audio.ErrTruncated, "the file states %s of audio, but ffmpeg found %s: it is cut off or damaged",
			clock(duration(scale(p.Frames), o.format.SampleRate)), clock(duration(o.frames, o.format.SampleRate)))
	}
	// Decoders may add a few blocks of padding.
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

// sampleSum computes the MD5 of samples in the fewest bytes that hold them.
type sampleSum struct {
	sum  hash.Hash
	want [16]byte
	from int // bytes of a delivered sample
	keep int // number of upper bytes that count
	buf  []byte
}

// newSampleSum returns nil if the container has no checksum, or none that applies to the
// delivered samples.
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
