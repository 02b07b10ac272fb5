package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// realPage sends mode page 05h directly to the drive, for audio and without the test bit.
func (b *bench) realPage(t testing.TB) {
	t.Helper()
	page := command.WriteParameters{BUFE: true, WriteType: command.WriteTAO, DataBlockType: command.BlockRaw}.Page(0x32)
	req := scsi.Request{Name: "MODE SELECT", CDBLen: 10, Dir: scsi.DataOut, Data: append(make([]byte, 8), page...)}
	req.CDB[0], req.CDB[1], req.CDB[8] = command.OpModeSelect10, 0x10, byte(len(req.Data))
	res, err := b.Do(t.Context(), &req)
	require.NoError(t, err)
	require.Equal(t, scsi.Good, res.Status)
}

// Another program has set mode page 05h for a real recording. Whatever the drive answers to
// the first WRITE of a test write, the WRITE doesn't become real when it is sent again.
func TestTestWriteThatIsSentAgain(t *testing.T) {
	for _, answer := range [][3]byte{{2, 4, 1}, {2, 4, 0}, {2, 4, 4}, {2, 4, 7}, {2, 4, 8}, {6, 0x29, 0}, {6, 0x2A, 1}, {5, 0x64, 0}, {0, 0, 0}} {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(answer[0], answer[1], answer[2])})
		b.beforeWrite(0, func() { b.realPage(t) })
		_, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true}, trackatonce.Method())
		require.NoError(t, err, "%X", answer)
		require.True(t, b.disc.Summary().Blank, "%X", answer)
	}
}
