package burn

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
)

// What an error names besides its cause, and what it matches.
func TestTextsOfErrors(t *testing.T) {
	for _, row := range []struct {
		err  error
		is   error
		text string
	}{
		{&Error{Phase: PhasePlan, Err: ErrNoTracks}, ErrBadInput, "plan: no tracks to write"},
		{&Error{Phase: PhaseFlush, Track: 3, LBA: 45, Err: ErrUnderrun}, ErrWriteFailed, "finish track 3: " + ErrUnderrun.Error()},
		{&Error{Phase: PhaseWrite, Track: 3, LBA: 45012, Err: ErrUnexpected}, ErrWriteFailed, "write track 3 at LBA 45012: the drive could not write"},
		{&Error{Phase: PhaseVerify, Track: 1, Err: ErrVerify}, ErrVerify, "verify track 1 at LBA 0: " + ErrVerify.Error()},
		{&Error{Phase: PhaseRead, Track: 1, LBA: 7, Err: ErrUnreadable}, ErrUnreadable, "read track 1 at LBA 7: " + ErrUnreadable.Error()},
		{&FitError{Need: 4500, Room: 75}, ErrDoesNotFit, "1:00 needed, 0:01 free"},
		{&FitError{Recorded: 90, Added: 10}, ErrTrackLimit, "10 tracks and 90 on the disc: at most 99 are possible"},
		{&MediaError{Media: mmc.MediaCDROM, Err: ErrMediaNotSupported}, ErrMediaNotSupported, "the disc is a " + mmc.MediaCDROM.String()},
		{&MediaError{Err: ErrMediaNotSupported}, ErrUnsuitableDisc, "the drive doesn't know this kind of disc"},
		{&MediaError{Tracks: 2, Err: ErrMediaNotBlank}, ErrMediaNotBlank, "the disc isn't blank: tracks on it: 2"},
		{&OtherDiscError{Kind: "maker"}, ErrOtherDisc, ErrOtherDisc.Error() + ": maker"},
		{&OtherDiscError{Kind: "start", Track: 2, Want: 1, Got: 3}, ErrUnsuitableDisc, ErrOtherDisc.Error() + ": start track 2 (3 instead of 1)"},
		{&RemainsError{Kept: []int{1}, Missing: []int{2, 3}, Err: ErrFinalized}, ErrFinalized, "the disc is finalized: 1 tracks are on the disc, 2 are not"},
		{&ChangedError{Names: []string{"a", "b"}}, ErrSourceChanged, ErrSourceChanged.Error() + ": a, b"},
	} {
		require.EqualError(t, row.err, row.text)
		require.ErrorIs(t, row.err, row.is)
	}
}

// An error has one category: the first that it matches.
func TestCategories(t *testing.T) {
	for err, want := range map[error]error{
		ErrUnderrun:                             ErrWriteFailed,
		ErrSourceChanged:                        ErrBadInput,
		ErrTooFast:                              ErrUnconfirmed,
		ErrLocked:                               ErrNoDrive,
		errors.Join(ErrNoSpace, ErrCanceled):    ErrCanceled,
		errors.Join(ErrBadInput, ErrDoesNotFit): ErrDoesNotFit,
		errors.New("other"):                     nil,
	} {
		require.Equal(t, want, Category(err), "%v", err)
	}
	require.NoError(t, Category(nil))
}

// The success codes of Microsoft's imapi2error.h.
func TestAdjustments(t *testing.T) {
	for a, code := range map[Adjustment]uint32{
		0: 0, SpeedAdjusted: 0x00AA0004, RotationAdjusted: 0x00AA0005, SpeedAdjusted | RotationAdjusted: 0x00AA0006,
	} {
		require.Equal(t, code, a.HRESULT())
	}
}

// The names that logs and JSON use.
func TestNamesOfValues(t *testing.T) {
	for a, want := range map[Action]string{
		ActionPreparing: "preparing", ActionWriting: "writing", ActionFinishing: "finishing", ActionVerifying: "verifying", ActionUnknown: "unknown",
	} {
		require.Equal(t, want, a.String())
	}
}

// The first line of a report counts what is whole.
func TestReportInALine(t *testing.T) {
	known := func(s mmc.DiscStatus) (d disc.Disc) {
		d.Status.Value, d.Status.Origin = s, disc.Reported
		return d
	}
	rows := []TrackReport{{Status: TrackOK, Sectors: 4500}, {Status: TrackTested, Length: 75}, {Status: TrackLost, Sectors: 75}}
	for want, r := range map[string]Report{
		"failed: 2 of 3 tracks, 1:01, state of the disc unknown":          {},
		"failed: 2 of 3 tracks, 1:01, disc blank":                         {After: known(mmc.DiscEmpty)},
		"failed: 2 of 3 tracks, 1:01, session open":                       {After: known(mmc.DiscIncomplete), Closed: new(false)},
		"failed: 2 of 3 tracks, 1:01, state of the session unknown":       {After: known(mmc.DiscIncomplete)},
		"failed: 2 of 3 tracks, 1:01, disc closed":                        {After: known(mmc.DiscFinalized), Closed: new(true)},
		"failed: 2 of 3 tracks, 1:01, session closed, another may follow": {After: known(mmc.DiscIncomplete), Closed: new(true), Appendable: new(true)},
	} {
		r.Verdict, r.Tracks = VerdictFailed, rows
		require.Equal(t, want, r.String())
	}
	require.Equal(t, "did not begin", Report{}.String())
	require.Equal(t, "success: disc blank", Report{Verdict: VerdictSuccess, After: known(mmc.DiscEmpty)}.String())
}

// Plan and Report survive JSON, with the text of a cause; another version is refused.
func TestJSONOfPlanAndReport(t *testing.T) {
	notes := []Note{{Kind: "padded", Track: 1, Got: 3}, {Kind: "may-sleep", Cause: Cause{Err: errors.New("no bus")}}}
	b, err := json.Marshal(Plan{Version: ReportVersion, Drive: "d", Mode: ModeSAO, Notes: notes})
	require.NoError(t, err)
	require.Contains(t, string(b), `"cause":"no bus"`)
	p, err := ParsePlan(b)
	require.NoError(t, err)
	require.Equal(t, notes, p.Notes)
	b, err = json.Marshal(Report{Version: ReportVersion, Verdict: VerdictSuccess, Notes: notes})
	require.NoError(t, err)
	require.NotContains(t, string(b), "look_error", "there was none")
	r, err := ParseReport(b)
	require.NoError(t, err)
	require.Equal(t, notes, r.Notes)
	for _, bad := range []string{`{"version": 1}`, `{`, `[]`} {
		_, err := ParsePlan([]byte(bad))
		require.Error(t, err)
		_, err = ParseReport([]byte(bad))
		require.Error(t, err)
	}
	text, err := Cause{}.MarshalText()
	require.NoError(t, err)
	require.Empty(t, text)
	c := Cause{Err: ErrTimeout}
	require.NoError(t, c.UnmarshalText(nil))
	require.True(t, c.IsZero())
}
