package tao

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// advice is what to do about an error that matches one of is; the first hit in
// the list counts.
var advice = []struct {
	is   []error
	text string
}{
	{[]error{fs.ErrPermission}, "you may not use this drive: on Linux join the group that owns it (often cdrom), on Windows and macOS run as an administrator"},
	{[]error{ErrLocked}, "end the other program that uses the drive"},
	{[]error{ErrNoMedia}, "put a blank CD-R or CD-RW into the drive and close the tray"},
	{[]error{ErrFinalized}, "take a blank disc; a CD-RW can be erased with `redbook blank`"},
	{[]error{ErrTrackOpen}, "`redbook close` tries to finish the track and to close the disc"},
	{[]error{ErrMediaNotBlank}, "take a blank disc, or add to this one with --append; a CD-RW can be erased with `redbook blank`"},
	{[]error{ErrMediaNotSupported, ErrMediaIncompatible, ErrNotErasable}, "take a CD-R or CD-RW; another brand if the drive doesn't know this one"},
	{[]error{ErrWriteProtected}, "take another disc"},
	{[]error{ErrBecomingReady, ErrBusy, ErrFormatting}, "wait until the drive's light is out and try again"},
	{[]error{ErrTrackLimit}, "make two albums of it, or join tracks"},
	{[]error{ErrNoSpace}, "leave a track out, or take a longer disc"},
	{[]error{ErrUnderrun}, "burn slower, with audio from a local disk, and leave buffer underrun protection on"},
	{[]error{ErrReservation}, "burn with --reserve never"},
	{[]error{ErrSourceChanged}, "leave the audio files alone during the burn"},
	{[]error{ErrSourceShort}, "make the audio file again: it ends early or can't be read"},
	{[]error{ErrNotCDDA}, "convert the audio to 44.1 kHz, 16 bit, stereo"},
	{[]error{ErrNoTAO, ErrRecorderNotSupported}, "use a drive that records CD-R"},
	{[]error{ErrVerify}, "take a new disc of another brand and burn slower"},
	{[]error{ErrUnconfirmed}, "take the disc out, put it in again, and look with `redbook info`"},
	{[]error{ErrTimeout, ErrDriveLost}, "check the drive's cable and power; switch it off and on before the next try"},
	{[]error{scsi.KeyMediumError}, "take another disc, of another brand if this happens again, and burn slower"},
	{[]error{scsi.KeyHardwareError}, "clean the drive or let it cool down; if this happens again it is worn out"},
}

// Advice says in plain English what to do about an error, and what the drive said
// in numbers, for a search engine. It is empty for nil and for a cancel.
func Advice(err error) []string {
	var steps []string
	if err == nil {
		return nil
	}
	for _, a := range advice {
		if matchesAny(err, a.is) {
			steps = append(steps, a.text)
			break
		}
	}
	var se *scsi.SenseError
	if errors.As(err, &se) {
		steps = append(steps, fmt.Sprintf("the drive said %s to %s: %v, %v", se.Triple(), se.Op, se.Key, se.Code))
	}
	return steps
}

func matchesAny(err error, targets []error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}

// judge fills in what follows from the error: verdict, text, and what to do now.
func (r *Report) judge(err error) {
	switch {
	case err == nil && r.TestWrite:
		r.Verdict = VerdictTestWrite
	case err == nil:
		r.Verdict = VerdictSuccess
	default:
		r.Failure = err.Error()
		_, r.HRESULT, _ = HRESULT(err)
		r.Verdict = verdictOf(err)
	}
	if r.Verdict == VerdictSuccess {
		r.Verdict = r.worst()
	}
	r.NextSteps = append(r.holds(), Advice(err)...)
}

// worst is the verdict on a disc that was closed well, though not every track was
// written well: with a Writer the error of a track isn't that of Release.
func (r *Report) worst() Verdict {
	v := VerdictSuccess
	for _, t := range r.Tracks {
		switch t.Status {
		case TrackCancelled:
			v = VerdictCancelled
		case TrackFailed, TrackShort, TrackChanged:
			return VerdictFailed
		}
	}
	return v
}

func verdictOf(err error) Verdict {
	switch Category(err) {
	case ErrCancelled:
		return VerdictCancelled
	case ErrVerify:
		return VerdictVerifyFailed
	case ErrUnconfirmed:
		return VerdictUnconfirmed
	}
	return VerdictFailed
}

// holds says what is on the disc now, where that isn't simply what was asked for.
func (r *Report) holds() []string {
	var steps []string
	if r.TestWrite {
		return []string{"nothing was written: this was a test write"}
	}
	if r.Verdict == VerdictSuccess && r.Closed {
		return nil
	}
	var whole, cut []int
	for _, t := range r.OnDisc {
		if t.Complete {
			whole = append(whole, t.Number)
		} else {
			cut = append(cut, t.Number)
		}
	}
	switch {
	case len(whole)+len(cut) == 0 && !r.wrote():
		return []string{"nothing was written to the disc"}
	case len(whole)+len(cut) == 0:
		return []string{"the drive didn't tell what is on the disc: look with `redbook info`"}
	case r.Closed:
		steps = append(steps, fmt.Sprintf("the disc holds %s and is closed", numbers(whole)))
	case len(cut) > 0:
		steps = append(steps, fmt.Sprintf("the disc holds %s; %s is unfinished: `redbook close` tries to finish it and to close the disc",
			numbers(whole), numbers(cut)))
	default:
		steps = append(steps, fmt.Sprintf("the disc holds %s and is open: `redbook close` makes it playable, `redbook burn --append` adds to it", numbers(whole)))
	}
	for _, t := range r.Tracks {
		switch t.Status {
		case TrackShort, TrackCancelled, TrackChanged, TrackFailed:
			steps = append(steps, fmt.Sprintf("track %d (%s), %s: %v of %v are on the disc", t.Number, t.Name, t.Status, t.Audio, t.Asked))
		}
	}
	return steps
}

// wrote reports whether the drive took anything.
func (r *Report) wrote() bool {
	for _, t := range r.Tracks {
		if t.Sectors > 0 {
			return true
		}
	}
	return false
}

// numbers gives "no track", "track 2", "tracks 1-3 and 5".
func numbers(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		part := fmt.Sprint(list[i])
		if j > i {
			part = fmt.Sprintf("%d-%d", list[i], list[j])
		}
		parts, i = append(parts, part), j+1
	}
	switch {
	case len(list) == 0:
		return "no track"
	case len(list) == 1:
		return "track " + parts[0]
	case len(parts) == 1:
		return "tracks " + parts[0]
	}
	return "tracks " + strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// finalState asks the drive what is on the disc now, for the report. Nothing that
// goes wrong here matters any more.
func (s *session) finalState() {
	if !s.touched || s.lost || s.rep.TestWrite {
		return
	}
	info, err := mmc.ReadDiscInformation{}.Do(s.calm, s.t)
	if err != nil {
		return
	}
	s.rep.Appendable = info.Status == mmc.DiscIncomplete
	if info.Status == mmc.DiscEmpty {
		return
	}
	s.rep.OnDisc = listTracks(s.calm, s.t, info)
}

// listTracks asks for every track that there is.
func listTracks(ctx context.Context, t scsi.Transport, info mmc.DiscInformation) []DiscTrack {
	var list []DiscTrack
	for n := max(info.FirstTrack, 1); n <= min(info.LastTrackLastSession, toc.MaxTracks); n++ {
		ti, err := mmc.ReadTrackInformation{Type: mmc.AddressTrack, Number: uint32(n)}.Do(ctx, t)
		if err != nil || ti.Invisible() {
			continue
		}
		list = append(list, DiscTrack{
			Number: n, Session: ti.Session, Start: ti.Start, Sectors: ti.Size,
			Complete: !incomplete(ti) && !ti.Blank && !ti.Damage, Audio: ti.Control.Audio(),
		})
	}
	return list
}
