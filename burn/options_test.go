package burn

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// What is left out has a default.
func TestDefaultsOfOptions(t *testing.T) {
	for _, o := range []*Options{nil, {}, {FIFO: -1}} {
		r := resolve(o)
		require.Equal(t, []any{SpeedMax, DefaultFIFO, DefaultClientName}, []any{r.Speed, r.FIFO, r.ClientName})
	}
	own := Options{Speed: SpeedX(8), FIFO: 1, ClientName: "x"}
	require.Equal(t, own, *resolve(&own))
	b := blankOptions(nil)
	require.Equal(t, DefaultClientName, b.ClientName)
}

// How a session ends, by the options; a test write closes nothing.
func TestEndOfASessionByTheOptions(t *testing.T) {
	for _, row := range []struct {
		o    Options
		kind CloseKind
		page mmc.MultiSession
	}{
		{Options{}, CloseFinal, mmc.SessionFinal}, {Options{MultiSession: true}, CloseMulti, mmc.SessionOpen},
		{Options{NoClose: true, MultiSession: true}, CloseNone, mmc.SessionFinal},
		{Options{TestWrite: true, MultiSession: true}, CloseNone, mmc.SessionFinal},
	} {
		require.Equal(t, row.kind, closeKind(&row.o), "%+v", row.o)
		require.Equal(t, row.page, Sessions(&row.o), "%+v", row.o)
	}
}

// RESERVE TRACK is sent where it can be undone, or always, or never; not in a test write.
func TestWhenATrackIsReserved(t *testing.T) {
	for _, row := range []struct {
		policy  ReservePolicy
		test    bool
		cdr, rw bool
		text    string
	}{
		{ReserveAuto, false, false, true, "auto"}, {ReserveAlways, false, true, true, "always"}, {ReserveNever, false, false, false, "never"},
		{ReserveAlways, true, false, false, "always"}, {ReserveAuto, true, false, false, "auto"},
	} {
		o := Options{Reserve: row.policy, TestWrite: row.test}
		require.Equal(t, []bool{row.cdr, row.rw}, []bool{Reserves(&o, mmc.MediaCDR), Reserves(&o, mmc.MediaCDRW)}, "%+v", row)
		text, err := row.policy.MarshalText()
		require.NoError(t, err)
		require.Equal(t, row.text, string(text))
		var back ReservePolicy
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, row.policy, back)
	}
	require.Equal(t, "policy 7", ReservePolicy(7).String())
	require.Error(t, new(ReservePolicy).UnmarshalText([]byte("sometimes")))
}
