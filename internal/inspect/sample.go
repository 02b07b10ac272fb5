package inspect

import (
	"bytes"
	"context"
	"errors"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Sampled is the result of Reader.Sample for a track.
type Sampled struct {
	Equal      int     // places that hold the source's audio
	Unreadable int     // places that could not be read
	Other      bool    // a place holds other audio
	At         toc.LBA // that place, or else the first unreadable place
}

// sampleSectors is the length of a place: one READ CD.
const sampleSectors = chunkSectors

// Sample compares a track with its source at a limited number of places, with one command each:
// enough to determine whether the track is that of the source, but not whether it is
// undamaged. A place is where the source has sound; one sector that the source contains
// there, at any offset, makes it equal. Neither silence on the disc nor an unreadable
// sector is evidence. Other audio counts only if it is read three times, and ends the
// sampling. A source without sound, or a part shorter than about 15 sectors, has no
// place.
//
// Errors are a *pcm.ReadError for the source, the context's, and those of a drive that is
// gone, without a disc or returns no status. If a drive stays busy or has no READ CD, the
// place counts as unreadable. A deferred error is not returned; the caller has to watch
// the transport for it.
func (r *Reader) Sample(ctx context.Context, w Written, places int) (Sampled, error) {
	s := &sampler{r: r, w: &w}
	var err error
	if s.src, err = openWindow(&w); err != nil {
		return s.out, err
	}
	defer func() { _ = s.src.close() }() // everything needed was read
	audio := int(min(w.Audio, w.Sectors))
	for i := range places {
		if err := s.part(ctx, audio*i/places, audio*(i+1)/places); err != nil || s.out.Other {
			return s.out, err
		}
	}
	return s.out, nil
}

// sampler samples one track. All its places are sectors of the track.
type sampler struct {
	r    *Reader
	w    *Written
	src  *window
	from int    // the first place whose window isn't read yet
	want []byte // the written audio, from edgeSectors before the place to as far past it
	got  []byte
	out  Sampled
}

// part compares the first place with sound in a part of the track.
func (s *sampler) part(ctx context.Context, from, to int) error {
	n := min(sampleSectors, to-from)
	for from = max(from, s.from); n > 0 && from+n <= to; from = s.from {
		lo, hi := from*toc.SamplesPerSector, (from+n)*toc.SamplesPerSector
		want, at, err := s.src.read(lo-maxOffset, hi+maxOffset, s.want)
		if err != nil {
			return err
		}
		s.want, s.from = want, from+n+2*edgeSectors // the source is read only forward
		lively := 0
		for i := range n {
			if sounds(sector(want[(lo-at)*sampleBytes:], i)) {
				lively++
			}
		}
		if 2*lively >= n {
			return s.place(ctx, from, n)
		}
	}
	return nil
}

// place reads and compares a place.
func (s *sampler) place(ctx context.Context, from, n int) error {
	at := s.w.Start + toc.LBA(from)
	for range differsTries {
		err := s.read(ctx, at, n)
		if err != nil && (unreadable(err) || errors.Is(err, ErrNoTrack) || errors.Is(err, mmc.ErrNotReady) || errors.Is(err, asc.InvalidOpcode)) {
			if s.out.Unreadable++; s.out.Unreadable == 1 {
				s.out.At = at
			}
			return nil
		}
		if err != nil {
			return err
		}
		equal, other := s.judge(from, n)
		if equal {
			s.out.Equal++
		}
		if equal || !other {
			return nil
		}
	}
	s.out.Other, s.out.At = true, at
	return nil
}

// read reads a place. An unreadable sector is not read again: another place will do, and
// some drives try for half a minute.
func (s *sampler) read(ctx context.Context, at toc.LBA, n int) error {
	if m, readable := part(s.r.spans, at, at+toc.LBA(n)); !readable || m < n {
		return ErrNoTrack
	}
	if s.got == nil {
		s.got = make([]byte, sampleSectors*toc.SectorSize)
	}
	s.got = s.got[:n*toc.SectorSize]
	for i := 0; i < n; i += s.r.chunk {
		p := s.got[i*toc.SectorSize : min(i+s.r.chunk, n)*toc.SectorSize]
		err := s.r.readUntil(ctx, at+toc.LBA(i), p, func(a *answer) bool {
			return a.current(scsi.KeyMediumError, scsi.KeyHardwareError, scsi.KeyIllegalRequest, scsi.KeyBlankCheck)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// judge compares the audio read. Sectors near the edges of the track may hold other
// audio, which the offset moves there: they count only if they are equal.
func (s *sampler) judge(from, n int) (equal, other bool) {
	for i := range n {
		got := sector(s.got, i)
		switch {
		case !sounds(got):
		case contains(s.want, got):
			return true, false
		case from+i >= edgeSectors && from+i < int(s.w.Sectors)-edgeSectors:
			other = true
		}
	}
	return false, other
}

// sector returns one sector of a buffer.
func sector(p []byte, i int) []byte { return p[i*toc.SectorSize : (i+1)*toc.SectorSize] }

// sounds reports whether a sector holds so much sound that no other recording has the
// same sector: more than a few steps in near silence.
func sounds(p []byte) bool {
	steps := 0
	for i := sampleBytes; i < len(p); i += sampleBytes {
		if !bytes.Equal(p[i-sampleBytes:i], p[i:i+sampleBytes]) {
			steps++
		}
	}
	return steps >= toc.SamplesPerSector/4
}

// contains reports whether audio contains a sector, at any sample.
func contains(audio, sector []byte) bool {
	for at := 0; ; at++ {
		i := bytes.Index(audio[at:], sector)
		if i < 0 {
			return false
		}
		if at += i; at%sampleBytes == 0 {
			return true
		}
	}
}
