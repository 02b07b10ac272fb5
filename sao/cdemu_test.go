package sao_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// The answer of CDEmu's daemon 3.3.1 to GET CONFIGURATION (recorded by TestCDEmuDirect in
// internal/vm): it lacks feature 002Eh, and lists 002Dh.
const (
	cdemuNo2E = "00 00 00 04 00 00 00 09"
	cdemu2D   = "00 00 00 0C 00 00 00 09 00 2D 09 04 5F 00 FF FF"
)

// A drive that doesn't list feature 002Eh records session-at-once nevertheless.
func TestCDEmu(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request) (res scsi.Result, err error, answered bool) {
		if req.CDB[0] != command.OpGetConfiguration {
			return res, nil, false
		}
		var reply []byte
		switch binary.BigEndian.Uint16(req.CDB[2:]) {
		case 0x002E: // CD Mastering
			reply = unhex(t, cdemuNo2E)
		case 0x002D: // CD Track at Once
			reply = unhex(t, cdemu2D)
		default:
			return res, nil, false
		}
		return scsi.Result{N: copy(req.Data, reply)}, nil, true
	}
	text := packs(t, album())
	r, err := sao.Burn(context.Background(), b.drive, album(), &burn.Options{Verify: disc.VerifyFull}, sao.Text{Packs: text, Required: true})
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, text, b.disc.Sessions()[0].Text)
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}
