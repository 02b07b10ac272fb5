package tao

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// changeable says whether a property can be set now: only while no disc is
// prepared.
func (w *Writer) changeable() error {
	switch w.state {
	case stateIdle:
		return nil
	case stateWriting:
		return fail(PhasePrepare, 0, 0, ErrWriteInProgress)
	}
	return fail(PhasePrepare, 0, 0, ErrPrepared)
}

// Recorder is the drive that is used (get_Recorder); nil for none.
func (w *Writer) Recorder() *mmc.Drive {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.recorder
}

// SetRecorder chooses the drive (put_Recorder); nil clears it. A drive without a
// disc is accepted. The error matches ErrWriteInProgress, ErrPrepared, or
// ErrRecorderNotSupported for a drive that can't write track-at-once.
func (w *Writer) SetRecorder(d *mmc.Drive) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.changeable(); err != nil {
		return err
	}
	if d != nil {
		ok, err := IsRecorderSupported(context.Background(), d)
		if err != nil {
			return fail(PhasePrepare, 0, 0, err)
		}
		if !ok {
			return fail(PhasePrepare, 0, 0, ErrNoTAO)
		}
	}
	w.recorder, w.seen = d, cache{}
	return nil
}

// ClientName is the name that the drive is locked under (get_ClientName).
func (w *Writer) ClientName() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.name
}

// SetClientName sets the name that others see who want the drive meanwhile
// (put_ClientName): 1 to 62 characters of A-Z a-z 0-9 space . , : ; - _ . The error
// matches ErrClientName, ErrWriteInProgress or ErrPrepared.
func (w *Writer) SetClientName(name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.changeable(); err != nil {
		return err
	}
	if err := checkClientName(name); err != nil {
		return fail(PhasePrepare, 0, 0, err)
	}
	w.name = name
	return nil
}

// DoNotFinalize reports whether another session may follow (get_DoNotFinalizeMedia).
func (w *Writer) DoNotFinalize() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.o.MultiSession
}

// SetDoNotFinalize says whether Release leaves the disc open for another session
// (put_DoNotFinalizeMedia). It is a decision about the session, to be made before
// Prepare. The error matches ErrWriteInProgress, ErrPrepared, or ErrBlankOnly once
// a track has been written.
func (w *Writer) SetDoNotFinalize(open bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == statePrepared && len(w.seen.contents) > 0 {
		return fail(PhasePrepare, 0, 0, ErrBlankOnly)
	}
	if err := w.changeable(); err != nil {
		return err
	}
	w.o.MultiSession = open
	return nil
}

// BufferUnderrunFreeDisabled reports whether buffer underrun protection is off
// (get_BufferUnderrunFreeDisabled).
func (w *Writer) BufferUnderrunFreeDisabled() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.o.NoBurnFree
}

// SetBufferUnderrunFreeDisabled switches buffer underrun protection off or on for
// the tracks that follow (put_BufferUnderrunFreeDisabled). As in IMAPI it belongs
// between Prepare and AddAudioTrack. The error matches ErrNotPrepared or
// ErrWriteInProgress.
func (w *Writer) SetBufferUnderrunFreeDisabled(disabled bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.preparedNow(); err != nil {
		return err
	}
	w.o.NoBurnFree = disabled
	w.s.bufe = w.s.can.BUF && !disabled
	return nil
}

// preparedNow is for members that are allowed in S2 only.
func (w *Writer) preparedNow() error {
	switch w.state {
	case statePrepared:
		return nil
	case stateWriting:
		return fail(PhasePrepare, 0, 0, ErrWriteInProgress)
	}
	return fail(PhasePrepare, 0, 0, ErrNotPrepared)
}

// NumberOfExistingTracks is how many complete tracks are on the disc
// (get_NumberOfExistingTracks); the one that is being written doesn't count. The
// error matches ErrNotPrepared, or ErrWriteInProgress while a track is written;
// the number is right all the same then.
func (w *Writer) NumberOfExistingTracks() (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.preparedNow(); err != nil {
		return w.seenIfPrepared(w.seen.tracks), err
	}
	return w.seen.tracks, nil
}

// seenIfPrepared is n while a disc is prepared, else 0.
func (w *Writer) seenIfPrepared(n int) int {
	if w.state == stateIdle {
		return 0
	}
	return n
}

// TotalSectors is the room for audio if the whole disc were one track
// (get_TotalSectorsOnMedia). The error matches ErrNotPrepared.
func (w *Writer) TotalSectors() (toc.Sectors, error) {
	return w.measure(func(c cache) toc.Sectors { return c.total })
}

// FreeSectors is what one more track can hold, the pause before it already
// subtracted (get_FreeSectorsOnMedia). While a track is written it is the value
// from before. The error matches ErrNotPrepared.
func (w *Writer) FreeSectors() (toc.Sectors, error) {
	return w.measure(func(c cache) toc.Sectors { return c.free })
}

// UsedSectors is TotalSectors less FreeSectors: tracks and what lies between them
// (get_UsedSectorsOnMedia). The error matches ErrNotPrepared.
func (w *Writer) UsedSectors() (toc.Sectors, error) {
	return w.measure(func(c cache) toc.Sectors { return max(c.total-c.free, 0) })
}

func (w *Writer) measure(get func(cache) toc.Sectors) (toc.Sectors, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != statePrepared && w.state != stateWriting {
		return 0, fail(PhasePrepare, 0, 0, ErrNotPrepared)
	}
	return get(w.seen), nil
}

// ExpectedTOC is the table of contents that the disc would get if it were closed
// now (get_ExpectedTableOfContents): the tracks written since Prepare. The error
// matches ErrNotPrepared, ErrWriteInProgress, or ErrEmptyTOC before the first track.
func (w *Writer) ExpectedTOC() (toc.TOC, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.preparedNow(); err != nil {
		return toc.TOC{}, err
	}
	if len(w.seen.contents) == 0 {
		return toc.TOC{}, fail(PhasePrepare, 0, 0, ErrEmptyTOC)
	}
	var t toc.TOC
	for _, l := range w.seen.contents {
		t.Entries = append(t.Entries, toc.Entry{Number: l.number, Session: w.s.disc.Sessions + 1, Control: l.control, Start: l.start})
		t.LeadOut = l.start + toc.LBA(l.sectors) + toc.RunOutSectors
	}
	t.First, t.Last = t.Entries[0].Number, t.Entries[len(t.Entries)-1].Number
	return t, nil
}

// ExpectedTableOfContents is ExpectedTOC in the form of a READ TOC reply, format 0
// with LBA addresses: length, first and last track, then 8 bytes for each track and
// for the lead-out (track AAh).
func (w *Writer) ExpectedTableOfContents() ([]byte, error) {
	t, err := w.ExpectedTOC()
	if err != nil {
		return nil, err
	}
	b := []byte{0, 0, byte(t.First), byte(t.Last)}
	entry := func(c toc.Control, number byte, lba toc.LBA) {
		b = append(b, 0, 0x10|byte(c), number, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(lba))
	}
	for _, e := range t.Entries {
		entry(e.Control, byte(e.Number), e.Start)
	}
	entry(t.Entries[len(t.Entries)-1].Control, toc.LeadOutTrack, t.LeadOut)
	binary.BigEndian.PutUint16(b, uint16(len(b)-2))
	return b, nil
}

// RequestedWriteSpeed is what SetWriteSpeed asked for (get_RequestedWriteSpeed);
// SpeedMax before.
func (w *Writer) RequestedWriteSpeed() Speed {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requested
}

// RequestedRotationTypeIsPureCAV is what SetWriteSpeed asked for
// (get_RequestedRotationTypeIsPureCAV); false before.
func (w *Writer) RequestedRotationTypeIsPureCAV() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pureCAV
}

// ask runs a question to the drive, or gives answer from the cache while the drive
// is busy with a track. The error matches ErrNoRecorder.
func ask[T any](w *Writer, cached func(cache) T, question func(*mmc.Drive) (T, error)) (T, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var none T
	switch {
	case w.recorder == nil:
		return none, fail(PhasePlan, 0, 0, ErrNoRecorder)
	case w.state == stateWriting || w.state == stateBusy:
		return cached(w.seen), nil
	}
	answer, err := question(w.recorder)
	if err != nil {
		return none, fail(PhasePlan, 0, 0, err)
	}
	return answer, nil
}

// CurrentMediaType is the kind of disc in the drive, of any kind
// (get_CurrentPhysicalMediaType); mmc.MediaUnknown for none. The error matches
// ErrNoRecorder or is the drive's.
func (w *Writer) CurrentMediaType(ctx context.Context) (mmc.MediaType, error) {
	return ask(w, func(c cache) mmc.MediaType { return c.media },
		func(d *mmc.Drive) (mmc.MediaType, error) {
			media, err := d.MediaType(ctx)
			if errors.Is(err, scsi.KeyUnitAttention) { // the disc was changed: ask again
				media, err = d.MediaType(ctx)
			}
			return media, err
		})
}

// CurrentWriteSpeed is the speed that the drive uses now for this disc
// (get_CurrentWriteSpeed); 0 if it doesn't say. Errors as CurrentMediaType.
func (w *Writer) CurrentWriteSpeed(ctx context.Context) (Speed, error) {
	now, err := w.current(ctx)
	return SpeedOfKBps(now.KBps), err
}

// CurrentRotationTypeIsPureCAV tells whether that is constant angular velocity
// (get_CurrentRotationTypeIsPureCAV). Errors as CurrentMediaType.
func (w *Writer) CurrentRotationTypeIsPureCAV(ctx context.Context) (bool, error) {
	now, err := w.current(ctx)
	return isCAV(now), err
}

func (w *Writer) current(ctx context.Context) (mmc.WriteSpeed, error) {
	return ask(w, func(c cache) mmc.WriteSpeed { return c.current },
		func(d *mmc.Drive) (mmc.WriteSpeed, error) { return d.CurrentWriteSpeed(ctx) })
}

// SpeedDescriptor is one speed of the drive for this disc (IWriteSpeedDescriptor).
type SpeedDescriptor struct {
	Media   mmc.MediaType
	PureCAV bool
	Speed   Speed // the highest that is reached
}

// SupportedWriteSpeedDescriptors are the speeds of the drive for this disc with
// their rotation, the fastest first (get_SupportedWriteSpeedDescriptors). Errors as
// CurrentMediaType.
func (w *Writer) SupportedWriteSpeedDescriptors(ctx context.Context) ([]SpeedDescriptor, error) {
	describe := func(media mmc.MediaType, speeds []mmc.WriteSpeed) []SpeedDescriptor {
		list := make([]SpeedDescriptor, len(speeds))
		for i, s := range speeds {
			list[i] = SpeedDescriptor{media, isCAV(s), SpeedOfKBps(s.KBps)}
		}
		return list
	}
	return ask(w, func(c cache) []SpeedDescriptor { return describe(c.media, c.speeds) },
		func(d *mmc.Drive) ([]SpeedDescriptor, error) {
			media, err := d.MediaType(ctx)
			if err != nil {
				return nil, err
			}
			speeds, err := d.WriteSpeeds(ctx)
			return describe(media, speeds), err
		})
}

// SupportedWriteSpeeds is the same without the rotation, each speed once
// (get_SupportedWriteSpeeds). Errors as CurrentMediaType.
func (w *Writer) SupportedWriteSpeeds(ctx context.Context) ([]Speed, error) {
	list, err := w.SupportedWriteSpeedDescriptors(ctx)
	speeds := make([]Speed, 0, len(list))
	for _, s := range list {
		speeds = append(speeds, s.Speed)
	}
	slices.Sort(speeds)
	slices.Reverse(speeds)
	return slices.Compact(speeds), err
}

// SetWriteSpeed asks for a speed and for constant angular velocity (SetWriteSpeed).
// The drive takes the nearest speed that it has; the result tells what had to be
// changed. The error matches ErrRecorderRequired without a recorder,
// ErrWriteInProgress while a track is written, or is the drive's.
func (w *Writer) SetWriteSpeed(ctx context.Context, speed Speed, pureCAV bool) (Adjustment, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.recorder == nil:
		return 0, fail(PhasePrepare, 0, 0, ErrRecorderRequired)
	case w.state == stateWriting || w.state == stateBusy:
		return 0, fail(PhasePrepare, 0, 0, ErrWriteInProgress)
	}
	if speed <= 0 {
		speed = SpeedMax
	}
	w.requested, w.pureCAV = speed, pureCAV
	_, adjusted, err := setSpeed(ctx, w.recorder, speed, pureCAV)
	if err != nil {
		return 0, fail(PhasePrepare, 0, 0, err)
	}
	if w.state == statePrepared {
		w.s.o.Speed, w.s.rep.SpeedAsked = speed, speed
		if now, err := w.recorder.CurrentWriteSpeed(ctx); err == nil {
			w.seen.current, w.s.rep.SpeedSet = now, SpeedOfKBps(now.KBps)
		}
	}
	return adjusted, nil
}

// Verification is the level that Release verifies at (get_BurnVerificationLevel).
func (w *Writer) Verification() VerifyLevel {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.o.Verify
}

// SetVerification sets it (put_BurnVerificationLevel), before the first track.
// Unlike IMAPI it knows VerifyFull for audio. The error matches ErrWriteInProgress.
func (w *Writer) SetVerification(level VerifyLevel) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == stateWriting || w.state == stateBusy {
		return fail(PhasePrepare, 0, 0, ErrWriteInProgress)
	}
	w.o.Verify = level
	if w.s != nil {
		w.s.o.Verify, w.s.rep.Verified.Asked = level, level
	}
	return nil
}
