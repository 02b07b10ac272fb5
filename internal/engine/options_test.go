package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
)

// Options that are not set have defaults.
func TestDefaultsOfOptions(t *testing.T) {
	for _, o := range []*burn.Options{nil, {}, {FIFO: -1}} {
		r := resolve(o)
		require.Equal(t, []any{mmc.SpeedMax, burn.DefaultFIFO, burn.DefaultClientName}, []any{r.Speed, r.FIFO, r.ClientName})
	}
	own := burn.Options{Speed: mmc.SpeedX(8), FIFO: 1, ClientName: "x"}
	require.Equal(t, own, *resolve(&own))
	b := blankOptions(nil)
	require.Equal(t, burn.DefaultClientName, b.ClientName)
}

// How a session ends depends on the options. A test write closes nothing.
func TestEndOfASessionByTheOptions(t *testing.T) {
	for _, row := range []struct {
		o    burn.Options
		kind burn.CloseKind
		page command.MultiSession
	}{
		{burn.Options{}, burn.CloseFinal, command.SessionFinal}, {burn.Options{MultiSession: true}, burn.CloseMulti, command.SessionOpen},
		{burn.Options{NoClose: true, MultiSession: true}, burn.CloseNone, command.SessionFinal},
		{burn.Options{TestWrite: true, MultiSession: true}, burn.CloseNone, command.SessionFinal},
	} {
		require.Equal(t, row.kind, closeKind(&row.o), "%+v", row.o)
		require.Equal(t, row.page, Sessions(&row.o), "%+v", row.o)
	}
}

// RESERVE TRACK is sent always, never, or where it can be undone; not in a test write.
func TestWhenATrackIsReserved(t *testing.T) {
	for _, row := range []struct {
		policy  burn.ReservePolicy
		test    bool
		cdr, rw bool
	}{
		{burn.ReserveAuto, false, false, true}, {burn.ReserveAlways, false, true, true}, {burn.ReserveNever, false, false, false},
		{burn.ReserveAlways, true, false, false}, {burn.ReserveAuto, true, false, false},
	} {
		o := burn.Options{Reserve: row.policy, TestWrite: row.test}
		require.Equal(t, []bool{row.cdr, row.rw}, []bool{Reserves(&o, mmc.MediaCDR), Reserves(&o, mmc.MediaCDRW)}, "%+v", row)
	}
}
