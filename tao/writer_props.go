package tao

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// changeable returns an error unless a property can be set now: only while no disc is
// prepared.
func (w *Writer) changeable() error {
	switch w.state {
	case stateIdle:
		return nil
	case stateWriting:
		return during(burn.PhasePrepare, burn.ErrWriteInProgress)
	}
	return during(burn.PhasePrepare, burn.ErrPrepared)
}

// Recorder returns the drive (get_Recorder); nil for none.
func (w *Writer) Recorder() *mmc.Drive {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.recorder
}

// SetRecorder sets the drive (put_Recorder); nil clears it. The drive may be empty. The error
// matches burn.ErrWriteInProgress, burn.ErrPrepared, burn.ErrRecorderNotSupported if the
// drive doesn't support track-at-once, or is the drive's.
func (w *Writer) SetRecorder(ctx context.Context, d *mmc.Drive) error {
	w.mu.Lock()
	err := w.changeable()
	w.mu.Unlock()
	if err != nil {
		return err
	}
	if d != nil { // a drive may be slow: asked without holding the mutex
		ok, err := IsRecorderSupported(ctx, d)
		if err == nil && !ok {
			err = burn.ErrNoTAO
		}
		if err != nil {
			return during(burn.PhasePrepare, err)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.changeable(); err != nil {
		return err // a Prepare was faster
	}
	w.recorder = d
	return nil
}

// ClientName returns the name under which the drive is locked (get_ClientName).
func (w *Writer) ClientName() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.name
}

// SetClientName sets the name that other programs see when they request the drive
// (put_ClientName): 1 to 62 characters of A-Z a-z 0-9 space . , : ; - _ . The error
// matches burn.ErrClientName, burn.ErrWriteInProgress or burn.ErrPrepared.
func (w *Writer) SetClientName(name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.changeable(); err != nil {
		return err
	}
	if err := engine.CheckClientName(name); err != nil {
		return during(burn.PhasePrepare, err)
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

// SetDoNotFinalize sets whether Release leaves the disc open for another session
// (put_DoNotFinalizeMedia). It applies to the session and must be called before Prepare.
// The error matches burn.ErrWriteInProgress, burn.ErrPrepared, or burn.ErrBlankOnly once
// a track has been written.
func (w *Writer) SetDoNotFinalize(open bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == statePrepared && len(w.seen.contents) > 0 {
		return during(burn.PhasePrepare, burn.ErrBlankOnly)
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

// SetBufferUnderrunFreeDisabled switches buffer underrun protection off or on for the
// following tracks (put_BufferUnderrunFreeDisabled). As in IMAPI it is called after Prepare,
// before AddAudioTrack. The error matches burn.ErrNotPrepared or burn.ErrWriteInProgress.
func (w *Writer) SetBufferUnderrunFreeDisabled(disabled bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.preparedNow(); err != nil {
		return err
	}
	w.o.NoBurnFree = disabled
	w.stay.Job().Options.NoBurnFree = disabled
	return nil
}

// preparedNow is for members that are allowed only in S2.
func (w *Writer) preparedNow() error {
	switch w.state {
	case statePrepared:
		return nil
	case stateWriting:
		return during(burn.PhasePrepare, burn.ErrWriteInProgress)
	}
	return during(burn.PhasePrepare, burn.ErrNotPrepared)
}

// idleDisc is for members that report on a disc while no track is written to it: in S2,
// and inside Release.
func (w *Writer) idleDisc() error {
	if w.state == stateReleasing {
		return nil
	}
	return w.preparedNow()
}

// NumberOfExistingTracks returns how many complete tracks are on the disc
// (get_NumberOfExistingTracks); the one being written doesn't count. The error matches
// burn.ErrNotPrepared, or burn.ErrWriteInProgress while a track is written; the number is
// valid with the latter.
func (w *Writer) NumberOfExistingTracks() (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.idleDisc(); err != nil {
		return w.seenIfPrepared(w.seen.tracks), err
	}
	return w.seen.tracks, nil
}

// seenIfPrepared returns n while a disc is prepared, else 0.
func (w *Writer) seenIfPrepared(n int) int {
	if w.state == stateIdle || w.state == statePreparing {
		return 0
	}
	return n
}

// TotalSectors returns the room for audio if the whole disc were one track
// (get_TotalSectorsOnMedia). The error matches burn.ErrNotPrepared.
func (w *Writer) TotalSectors() (toc.Sectors, error) {
	return w.measure(func(c cache) toc.Sectors { return c.total })
}

// FreeSectors returns what one more track can hold, with the pause before it already
// subtracted (get_FreeSectorsOnMedia). While a track is written it returns the previous
// value. The error matches burn.ErrNotPrepared.
func (w *Writer) FreeSectors() (toc.Sectors, error) {
	return w.measure(func(c cache) toc.Sectors { return c.free })
}

// UsedSectors returns TotalSectors minus FreeSectors: tracks and what lies between them
// (get_UsedSectorsOnMedia). The error matches burn.ErrNotPrepared.
func (w *Writer) UsedSectors() (toc.Sectors, error) {
	return w.measure(func(c cache) toc.Sectors { return max(c.total-c.free, 0) })
}

func (w *Writer) measure(get func(cache) toc.Sectors) (toc.Sectors, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == stateIdle || w.state == statePreparing {
		return 0, during(burn.PhasePrepare, burn.ErrNotPrepared)
	}
	return get(w.seen), nil
}

// ExpectedTOC returns the table of contents that the disc would get if it were closed now
// (get_ExpectedTableOfContents): the tracks written since Prepare. The error matches
// burn.ErrNotPrepared, burn.ErrWriteInProgress, or burn.ErrEmptyTOC before the first
// track.
func (w *Writer) ExpectedTOC() (toc.TOC, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.idleDisc(); err != nil {
		return toc.TOC{}, err
	}
	if len(w.seen.contents) == 0 {
		return toc.TOC{}, during(burn.PhasePrepare, burn.ErrEmptyTOC)
	}
	t := toc.TOC{Entries: slices.Clone(w.seen.contents), LeadOut: w.seen.leadOut}
	t.First, t.Last = t.Entries[0].Number, t.Entries[len(t.Entries)-1].Number
	return t, nil
}

// ExpectedTableOfContents returns ExpectedTOC in the form of a READ TOC reply, format 0
// with LBA addresses: length, first and last track, then 8 bytes for each track and for
// the lead-out (track AAh).
func (w *Writer) ExpectedTableOfContents() ([]byte, error) {
	t, err := w.ExpectedTOC()
	if err != nil {
		return nil, err
	}
	b := []byte{2: byte(t.First), 3: byte(t.Last)}
	entry := func(c toc.Control, number byte, lba toc.LBA) {
		b = append(b, 0, 0x10|byte(c), number, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(lba))
	}
	for _, e := range t.Entries {
		entry(e.Control, byte(e.Number), e.Start)
	}
	entry(t.Entries[len(t.Entries)-1].Control, command.LeadOutTrack, t.LeadOut)
	binary.BigEndian.PutUint16(b, uint16(len(b)-2))
	return b, nil
}

// RequestedWriteSpeed returns the speed requested with SetWriteSpeed
// (get_RequestedWriteSpeed); mmc.SpeedMax before.
func (w *Writer) RequestedWriteSpeed() mmc.Speed {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requested
}

// RequestedRotationTypeIsPureCAV returns the rotation requested with SetWriteSpeed
// (get_RequestedRotationTypeIsPureCAV); false before.
func (w *Writer) RequestedRotationTypeIsPureCAV() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pureCAV
}

// ask sends a question to the drive, or returns the cached answer while the drive is busy
// with a track or the session. The error matches burn.ErrNoRecorder, or
// burn.ErrBecomingReady inside Prepare, when nothing is known yet about the disc.
func ask[T any](ctx context.Context, w *Writer, cached func(cache) T, question func(*mmc.Drive) (T, error)) (T, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var none T
	switch {
	case w.recorder == nil:
		return none, during(burn.PhasePlan, burn.ErrNoRecorder)
	case w.state == statePreparing:
		return none, during(burn.PhasePlan, burn.ErrBecomingReady)
	case w.state != stateIdle && w.state != statePrepared:
		return cached(w.seen), nil
	}
	answer, err := patiently(ctx, w.recorder, question)
	if err = ifReported(err); err != nil {
		return none, during(burn.PhasePlan, err)
	}
	return answer, nil
}

// patiently sends a question to a drive, again if its first reply reports a reset or another
// disc.
func patiently[T any](ctx context.Context, d *mmc.Drive, question func(*mmc.Drive) (T, error)) (answer T, err error) {
	asker := inspect.Asker{Drive: d}
	err = asker.Ask(ctx, func(context.Context) (err error) {
		answer, err = question(d)
		return err
	})
	return answer, err
}

// CurrentMediaType returns the type of disc in the drive (get_CurrentPhysicalMediaType),
// supported or not; mmc.MediaUnknown for none. The error matches burn.ErrNoRecorder,
// burn.ErrBecomingReady while Prepare runs, or is the drive's.
func (w *Writer) CurrentMediaType(ctx context.Context) (mmc.MediaType, error) {
	return ask(ctx, w, func(c cache) mmc.MediaType { return c.media },
		func(d *mmc.Drive) (mmc.MediaType, error) { return unit.MediaType(ctx, d) })
}

// CurrentWriteSpeed returns the current speed of the drive for this disc
// (get_CurrentWriteSpeed); not Known if it isn't reported. Errors as for
// CurrentMediaType.
func (w *Writer) CurrentWriteSpeed(ctx context.Context) (mmc.Speed, error) {
	now, err := w.current(ctx)
	return now.Speed(), err
}

// CurrentRotationTypeIsPureCAV reports whether that is constant angular velocity
// (get_CurrentRotationTypeIsPureCAV). Errors as for CurrentMediaType.
func (w *Writer) CurrentRotationTypeIsPureCAV(ctx context.Context) (bool, error) {
	now, err := w.current(ctx)
	return now.PureCAV, err
}

func (w *Writer) current(ctx context.Context) (mmc.WriteSpeed, error) {
	return ask(ctx, w, func(c cache) mmc.WriteSpeed { return c.current },
		func(d *mmc.Drive) (mmc.WriteSpeed, error) { return unit.CurrentWriteSpeed(ctx, d) })
}

// SpeedDescriptor is one speed of the drive for this disc (IWriteSpeedDescriptor).
type SpeedDescriptor struct {
	Media   mmc.MediaType
	PureCAV bool
	Speed   mmc.Speed // the highest that is reached
}

// SupportedWriteSpeedDescriptors returns the speeds of the drive for this disc with their
// rotation, the fastest first (get_SupportedWriteSpeedDescriptors). Errors as for
// CurrentMediaType.
func (w *Writer) SupportedWriteSpeedDescriptors(ctx context.Context) ([]SpeedDescriptor, error) {
	describe := func(media mmc.MediaType, speeds []mmc.WriteSpeed) []SpeedDescriptor {
		list := make([]SpeedDescriptor, len(speeds))
		for i, s := range speeds {
			list[i] = SpeedDescriptor{media, s.PureCAV, s.Speed()}
		}
		return list
	}
	return ask(ctx, w, func(c cache) []SpeedDescriptor { return describe(c.media, c.speeds) },
		func(d *mmc.Drive) ([]SpeedDescriptor, error) {
			media, err := unit.MediaType(ctx, d)
			if err != nil {
				return nil, err
			}
			speeds, err := unit.WriteSpeeds(ctx, d)
			return describe(media, speeds), err
		})
}

// SupportedWriteSpeeds returns the speeds without the rotation, each once
// (get_SupportedWriteSpeeds). Errors as for CurrentMediaType.
func (w *Writer) SupportedWriteSpeeds(ctx context.Context) ([]mmc.Speed, error) {
	list, err := w.SupportedWriteSpeedDescriptors(ctx)
	speeds := make([]mmc.Speed, 0, len(list))
	for _, s := range list {
		speeds = append(speeds, s.Speed)
	}
	return slices.Compact(speeds), err
}

// SetWriteSpeed requests a speed and constant angular velocity (SetWriteSpeed). The drive
// uses the nearest speed that it has; the result reports the deviation. The error matches
// burn.ErrRecorderRequired without a recorder, burn.ErrWriteInProgress while a track is
// written, or is the drive's.
func (w *Writer) SetWriteSpeed(ctx context.Context, speed mmc.Speed, pureCAV bool) (burn.Adjustment, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.recorder == nil:
		return 0, during(burn.PhasePrepare, burn.ErrRecorderRequired)
	case w.state != stateIdle && w.state != statePrepared:
		return 0, during(burn.PhasePrepare, burn.ErrWriteInProgress)
	}
	if !speed.Known() {
		speed = mmc.SpeedMax
	}
	w.requested, w.pureCAV = speed, pureCAV
	var adjusted burn.Adjustment
	var err error
	if w.state == statePrepared {
		adjusted, w.seen.current, err = w.stay.Job().SetSpeed(ctx, speed, pureCAV)
	} else {
		// SET CD SPEED may be sent twice, which changes nothing.
		adjusted, err = patiently(ctx, w.recorder, func(d *mmc.Drive) (adjusted burn.Adjustment, err error) {
			_, adjusted, err = engine.SetSpeed(ctx, d, speed, pureCAV)
			return adjusted, err
		})
	}
	return adjusted, during(burn.PhasePrepare, err)
}

// Verification returns the level of Release's verification (get_BurnVerificationLevel).
func (w *Writer) Verification() disc.VerifyLevel {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.o.Verify
}

// SetVerification sets the level of Release's verification (put_BurnVerificationLevel). It
// may be called at any time except while a track is written. Unlike IMAPI it allows
// disc.VerifyFull for audio. The error matches burn.ErrWriteInProgress.
func (w *Writer) SetVerification(level disc.VerifyLevel) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != stateIdle && w.state != statePrepared {
		return during(burn.PhasePrepare, burn.ErrWriteInProgress)
	}
	w.o.Verify = level
	if w.stay != nil {
		w.stay.Job().Options.Verify = level
	}
	return nil
}
