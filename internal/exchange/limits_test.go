package exchange_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// The timeouts are at least what other burners use: a shorter one makes the kernel reset a
// drive that is still working, which ruins the disc.
func TestTimeouts(t *testing.T) {
	for want, got := range map[string][]time.Duration{
		"40s":    {exchange.TimeoutDefault},
		"4m0s":   {exchange.TimeoutInformation},
		"3m20s":  {exchange.TimeoutWrite, exchange.TimeoutImmed, exchange.TimeoutOPC},
		"5m0s":   {exchange.TimeoutLoad},
		"1h0m0s": {exchange.TimeoutFlush, exchange.TimeoutClose},
		"5h0m0s": {exchange.TimeoutBlank},
	} {
		for _, d := range got {
			require.Equal(t, want, d.String())
		}
	}
}

// answers is a transport with one answer, which keeps the last request. It fills the buffer only
// with data.
type answers struct {
	scsi.Transport
	n     int
	sense []byte
	data  []byte
	last  scsi.Request
}

func (a *answers) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	a.last = *req
	copy(req.Data, a.data)
	res := scsi.Result{N: a.n, Sense: a.sense}
	if a.sense != nil {
		res.Status = scsi.CheckCondition
	}
	return res, nil
}

var command1 = exchange.Spec{Name: "COMMAND", Timeout: 7 * time.Second}

// The direction follows the data; name, CDB and timeout reach the transport.
func TestWhatIsSent(t *testing.T) {
	cdb := [16]byte{0x12, 15: 9}
	for _, row := range []struct {
		name string
		do   func(scsi.Transport) error
		dir  scsi.Direction
		size int
	}{
		{"without data", func(tr scsi.Transport) error { return command1.None(t.Context(), tr, cdb, 6) }, scsi.NoData, 0},
		{"a byte out", func(tr scsi.Transport) error { return command1.Out(t.Context(), tr, cdb, 6, []byte{1}) }, scsi.DataOut, 1},
		{"nothing out", func(tr scsi.Transport) error { return command1.Out(t.Context(), tr, cdb, 6, nil) }, scsi.NoData, 0},
		{"a byte in", func(tr scsi.Transport) error {
			_, err := command1.In(t.Context(), tr, cdb, 6, make([]byte, 1))
			return err
		}, scsi.DataIn, 1},
		{"nothing in", func(tr scsi.Transport) error { _, err := command1.In(t.Context(), tr, cdb, 6, nil); return err }, scsi.NoData, 0},
	} {
		a := &answers{n: row.size}
		require.NoError(t, row.do(a), row.name)
		require.Equal(t, row.dir, a.last.Dir, row.name)
		require.Len(t, a.last.Data, row.size, row.name)
		require.Equal(t, []any{"COMMAND", 7 * time.Second, cdb, 6}, []any{a.last.Name, a.last.Timeout, a.last.CDB, a.last.CDBLen}, row.name)
	}
}

// A reply is what arrived: never an earlier content of the buffer, and never more than there is
// room for.
func TestReplyIsWhatArrived(t *testing.T) {
	for n, want := range map[int][]byte{-1: {}, 0: {}, 1: {1}, 3: {1, 2, 0}, 4: {1, 2, 0, 0}, 5: {1, 2, 0, 0}} {
		got, err := command1.In(t.Context(), &answers{n: n, data: []byte{1, 2}}, [16]byte{0x12}, 6, []byte{9, 9, 9, 9})
		require.NoError(t, err)
		require.Equal(t, want, got, "%d", n)
		short, length, err := command1.InShort(t.Context(), &answers{n: n, data: []byte{1, 2}}, [16]byte{0x12}, 6, 4)
		require.NoError(t, err)
		require.Equal(t, want, short[:length], "%d", n)
	}
}

// A recovered error means that the command was carried out, unless it is about an earlier one.
func TestRecoveredErrorsAreSuccess(t *testing.T) {
	for _, row := range []struct {
		code, key byte
		none, out bool // success
	}{{0x70, 1, true, true}, {0x71, 1, false, false}, {0x70, 0, true, false}, {0x70, 3, false, false}} {
		a := &answers{n: 1, sense: []byte{row.code, 0, row.key, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x18, 0, 0, 0, 0, 0}}
		if row.key == 0 {
			a.sense[12] = 0
		}
		require.Equal(t, row.none, command1.None(t.Context(), a, [16]byte{}, 6) == nil, "%+v", row)
		require.Equal(t, row.none, command1.Out(t.Context(), a, [16]byte{}, 6, []byte{1}) == nil, "%+v", row)
		require.Equal(t, row.out, command1.Send(t.Context(), a, [16]byte{}, 6, []byte{1}) == nil, "%+v", row)
		_, _, err := command1.InShort(t.Context(), a, [16]byte{}, 6, 4)
		require.Equal(t, row.none, err == nil, "%+v", row)
		require.Error(t, command1.Plain(t.Context(), a, [16]byte{}, 6), "%+v", row)
	}
}

// Commands that run thousands of times per disc leave no garbage.
func TestCommandsDoNotAllocate(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	a, data := &answers{n: 4}, make([]byte, 4)
	for name, do := range map[string]func() error{
		"without data": func() error { return command1.Plain(t.Context(), a, [16]byte{}, 6) },
		"out":          func() error { return command1.Send(t.Context(), a, [16]byte{}, 6, data) },
		"in":           func() error { _, err := command1.In(t.Context(), a, [16]byte{}, 6, data); return err },
		"short":        func() error { _, _, err := command1.InShort(t.Context(), a, [16]byte{}, 6, 4); return err },
	} {
		require.Less(t, testing.AllocsPerRun(100, func() { require.NoError(t, do()) }), 1.0, name)
	}
}

// The length in a reply can only shorten it. The four bytes of a bridge's status wrapper at its
// end are no part of it.
func TestLengthsOfReplies(t *testing.T) {
	b := []byte{0, 6, 1, 2, 3, 4, 5, 6}
	for total, want := range map[int]int{-1: 0, 0: 0, 3: 3, 8: 8, 9: 8} {
		require.Len(t, exchange.Trim(b, total), want)
	}
	require.Equal(t, []int{8, 0, 2 + 0x0506}, []int{exchange.Total16(b, 0, 2), exchange.Total16(b, 7, 2), exchange.Total16(b, 6, 2)})
	for _, row := range []struct {
		total, need, want int
		err               error
	}{{8, 8, 8, nil}, {8, 4, 8, nil}, {6, 6, 6, nil}, {6, 7, 0, exchange.ErrShortReply}, {20, 9, 0, exchange.ErrShortReply}} {
		got, err := exchange.Body("a reply", b, row.total, row.need)
		require.ErrorIs(t, err, row.err)
		require.Len(t, got, row.want)
	}
	_, err := exchange.Body("a reply", []byte("12USBS"), 6, 2)
	require.ErrorIs(t, err, exchange.ErrImplausible)
	require.EqualError(t, err, `a reply: impossible end: "USBS"`)
	got, err := exchange.Body("a reply", []byte("12USBS"), 2, 2)
	require.NoError(t, err)
	require.Equal(t, "12", string(got))
}

// Numbers that no CD has.
func TestPlausibleNumbers(t *testing.T) {
	for value, want := range map[int]bool{0: false, 1: true, 50: true, 99: true, 100: false} {
		err := exchange.Within("a reply", exchange.Bound{Field: "first", Value: 5, Low: 5, High: 5}, exchange.Bound{Field: "track", Value: value, Low: 1, High: exchange.MaxSessions})
		require.Equal(t, want, err == nil, "%d", value)
	}
	require.EqualError(t, exchange.Within("a reply", exchange.Address("start", toc.MaxLBA+1)), "a reply: impossible start: 404850")
	for lba, want := range map[toc.LBA]bool{toc.MinLBA - 1: false, toc.MinLBA: true, toc.MaxLBA: true, toc.MaxLBA + 1: false} {
		require.Equal(t, want, exchange.Within("a reply", exchange.Address("start", lba)) == nil, "%d", lba)
	}
	for v, want := range map[uint32]toc.Sectors{0: 0, uint32(toc.MaxLBA) + 1: toc.Sectors(toc.MaxLBA) + 1} {
		n, ok := exchange.Length(v)
		require.True(t, ok)
		require.Equal(t, want, n)
	}
	n, ok := exchange.Length(uint32(toc.MaxLBA) + 2)
	require.Equal(t, []any{toc.Sectors(0), false}, []any{n, ok})
	for m, want := range map[toc.MSF]toc.LBA{{M: 0, S: 2, F: 0}: 0, {M: 89, S: 59, F: 74}: 90*60*75 - 1 - 150, {M: 0, S: 0, F: 0}: -150} {
		lba, err := exchange.MSFAddress("a reply", "start", m)
		require.NoError(t, err)
		require.Equal(t, want, lba)
	}
	for _, m := range []toc.MSF{{M: 90}, {M: 95, S: 30}, {S: 60}, {F: 75}} {
		lba, err := exchange.MSFAddress("a reply", "start", m)
		require.ErrorIs(t, err, exchange.ErrImplausible)
		require.Zero(t, lba)
	}
}

// Only printable ASCII reaches a terminal.
func TestASCII(t *testing.T) {
	require.Equal(t, "A B ~ ? ? ? !", exchange.ASCII([]byte("A\x00B ~ \x7f \x1f \xff !  \x00")))
}
