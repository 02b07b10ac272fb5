package tao

import (
	"context"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// AudioTrack is an audio track of a disc, as far as it can be read.
type AudioTrack struct {
	Number  int
	Session int
	Start   toc.LBA
	Sectors toc.Sectors // without the run-out that track-at-once leaves behind it
	Control toc.Control
	// RunOut is how many sectors of run-out the drive counts to the track: 0 or 2.
	// They hold no audio and many drives can't read them.
	RunOut toc.Sectors
}

// AudioTracks lists the audio tracks of the disc, those of an open session too.
func AudioTracks(ctx context.Context, d *mmc.Drive) ([]AudioTrack, error) {
	if d == nil {
		return nil, fail(PhaseRead, 0, 0, ErrNoRecorder)
	}
	t := d.Transport()
	if err := d.WaitReady(ctx, mmc.WaitOptions{}); err != nil {
		return nil, fail(PhaseRead, 0, 0, err)
	}
	info, err := mmc.ReadDiscInformation{}.Do(ctx, t)
	if err != nil {
		return nil, fail(PhaseRead, 0, 0, err)
	}
	// Without a table of contents the disc is blank or its only session open.
	table, err := mmc.ReadTOC{}.Do(ctx, t)
	if err != nil && gone(err) {
		return nil, fail(PhaseRead, 0, 0, err)
	}
	all := shownTracks(ctx, t, info)
	if len(all) == 0 {
		all = tocTracks(table)
	} else {
		trimPregap(all, table)
		trimRunOut(ctx, t, all, table)
	}
	audio := all[:0]
	for _, a := range all {
		if a.Control.Audio() {
			audio = append(audio, a)
		}
	}
	return audio, nil
}

// shownTracks asks for each track.
func shownTracks(ctx context.Context, t scsi.Transport, info mmc.DiscInformation) []AudioTrack {
	var list []AudioTrack
	for n := max(info.FirstTrack, 1); n <= min(info.LastTrackLastSession, toc.MaxTracks); n++ {
		ti, err := mmc.ReadTrackInformation{Type: mmc.AddressTrack, Number: uint32(n)}.Do(ctx, t)
		if err != nil || ti.Blank || !ti.SizeValid {
			continue
		}
		list = append(list, AudioTrack{Number: n, Session: ti.Session, Start: ti.Start, Sectors: ti.Size, Control: ti.Control})
	}
	return list
}

// tocTracks is what the table of contents alone tells: tracks reach to the next one.
func tocTracks(table toc.TOC) []AudioTrack {
	var list []AudioTrack
	for _, e := range table.Entries {
		list = append(list, AudioTrack{Number: e.Number, Session: e.Session, Start: e.Start, Sectors: table.Length(e.Number), Control: e.Control})
	}
	return list
}

// ReadResult is what came of reading a track.
type ReadResult struct {
	Track      AudioTrack
	Sectors    toc.Sectors // written to w
	Unreadable toc.Sectors // of those replaced by silence, with ReadOptions.Skip
}

// ReadOptions say how to read a track.
type ReadOptions struct {
	Skip    bool        // replace sectors that can't be read by silence
	OnEvent func(Event) // Progress, as during a verification
}

// ReadTrack reads an audio track and writes it to w: 2352 bytes a sector, 44.1 kHz,
// 16 bit, stereo, little-endian. It comes with the drive's read offset. What the
// drive can't read is tried again, then sector by sector; what stays unreadable is
// an error that matches ErrUnreadable, unless opts.Skip is set. Two sectors at the
// very end that can't be read are left out: they are run-out.
func ReadTrack(ctx context.Context, d *mmc.Drive, a AudioTrack, w io.Writer, opts *ReadOptions) (ReadResult, error) {
	res := ReadResult{Track: a}
	if d == nil {
		return res, fail(PhaseRead, a.Number, a.Start, ErrNoRecorder)
	}
	var o ReadOptions
	if opts != nil {
		o = *opts
	}
	t := d.Transport()
	m := newMeter(o.OnEvent, scsi.ClockOf(t))
	m.expect(a.Sectors)
	m.track(a.Number, a.Start, a.Sectors)
	m.phase(PhaseRead, ActionVerifying, a.Sectors)
	v := &verifier{ctx: ctx, t: t, chunk: chunkSectors(t.Limits()), m: m, total: a.Sectors}
	l := &laid{start: a.Start, sectors: a.Sectors}
	for at := 0; at < int(a.Sectors); {
		n := min(v.chunk, int(a.Sectors)-at)
		if left := int(a.Sectors) - at - n; left > 0 && left < toc.RunOutSectors && n > 1 {
			n-- // the last two belong together
		}
		if err := v.read(l, at, n); err != nil {
			return res, fail(PhaseRead, a.Number, a.Start+toc.LBA(at), err)
		}
		bytes, bad := v.usable(at, n, a, o.Skip)
		if bad >= 0 {
			err := ErrUnreadable
			return res, fail(PhaseRead, a.Number, a.Start+toc.LBA(at+bad), err)
		}
		if _, err := w.Write(bytes); err != nil {
			return res, fail(PhaseRead, a.Number, a.Start+toc.LBA(at), err)
		}
		res.Sectors += toc.Sectors(len(bytes) / toc.SectorSize)
		for _, b := range v.bad[:len(bytes)/toc.SectorSize] {
			if b {
				res.Unreadable++
			}
		}
		at += n
	}
	return res, nil
}

// usable gives the part of what was read that can be handed on, and the first
// sector that stops it, -1 for none.
func (v *verifier) usable(at, n int, a AudioTrack, skip bool) (data []byte, bad int) {
	keep := n
	if at+n == int(a.Sectors) && n >= toc.RunOutSectors {
		switch {
		case allTrue(v.bad[n-toc.RunOutSectors : n]):
			keep = n - toc.RunOutSectors
		case v.bad[n-1] && !v.bad[n-2]:
			keep = n - 1
		}
	}
	for i := range keep {
		if !v.bad[i] {
			continue
		}
		if !skip {
			return nil, i
		}
		clear(v.buf[i*toc.SectorSize : (i+1)*toc.SectorSize])
	}
	return v.buf[:keep*toc.SectorSize], -1
}

func allTrue(list []bool) bool {
	for _, b := range list {
		if !b {
			return false
		}
	}
	return true
}

// Verify compares the audio tracks of the disc with the tracks given, in order:
// Options.Verify VerifyFull every sector, else the first, middle and last second of
// each. opts may be nil; ClientName, OnEvent and Hurry matter too. The error
// matches ErrVerify if something differs; Verification says what.
func Verify(ctx context.Context, d *mmc.Drive, tracks []Track, opts *Options) (Verification, error) {
	o := resolve(opts)
	if o.ClientName == "" {
		o.ClientName = DefaultClientName
	}
	o.Verify = max(o.Verify, VerifyQuick)
	if d == nil {
		r, err := finishWith(o, Report{Version: ReportVersion}, fail(PhaseVerify, 0, 0, ErrNoRecorder))
		return r.Verified, err
	}
	s := newSession(ctx, d, o)
	err := s.verifyDisc(ctx, tracks)
	r, err := s.conclude(err)
	return r.Verified, err
}

func (s *session) verifyDisc(ctx context.Context, tracks []Track) error {
	if err := checkTracks(tracks, s.o); err != nil {
		return fail(PhaseVerify, 0, 0, err)
	}
	if err := s.seize(ctx); err != nil {
		return err
	}
	list, err := AudioTracks(ctx, s.d)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fail(PhaseVerify, 0, 0, wrongf(ErrUnsuitableDisc, "there is no audio track on the disc"))
	}
	if len(list) < len(tracks) {
		return fail(PhaseVerify, 0, 0, wrongf(ErrVerify, "the disc holds %s, not %d", count(len(list), "audio track"), len(tracks)))
	}
	var lay []laid
	var wrong error
	for i, t := range tracks {
		k, a := newTask(t, i, pcm.Digest{}), list[i]
		s.addRow(t, a.Number)
		row := &s.rep.Tracks[i]
		row.Start, row.Sectors, row.ShownAt, row.ShownSize = a.Start, k.sectors(), a.Start, a.Sectors
		row.Status = TrackOK
		if off := a.Sectors - k.sectors(); (off < -toc.RunOutSectors || off > toc.RunOutSectors) && wrong == nil {
			wrong = fail(PhaseVerify, a.Number, a.Start, wrongf(ErrVerify, "the track has %v (%d sectors), the source %v (%d)",
				a.Sectors, a.Sectors, k.sectors(), k.sectors()))
		}
		lay = append(lay, laid{number: a.Number, start: a.Start, sectors: k.sectors(), audio: k.audio, source: t.Source, row: i})
	}
	if wrong != nil {
		s.rep.Verified.Result = VerifyDiffers
		return wrong
	}
	if len(list) > len(tracks) {
		s.rep.Verified.Notes = append(s.rep.Verified.Notes,
			fmt.Sprintf("the disc holds %s more, which were not compared", count(len(list)-len(tracks), "audio track")))
	}
	s.laid, s.closed = lay, true
	s.m.expect(verifyWork(s.o.Verify, lay))
	return s.verify(ctx, s.o.Verify)
}
