package command_test

import (
	"testing"

	"github.com/redbook-audio/redbook/internal/command"
)

// The CDBs of cdrskin and wodim at 4x.
func TestSetCDSpeed(t *testing.T) {
	wantDo(t, command.SetCDSpeed{ReadKBps: 0x2E9, WriteKBps: 0x2E9}, "BB 00 02 E9 02 E9 00 00 00 00 00 00")
	wantDo(t, command.SetCDSpeed{ReadKBps: 0x2E9, WriteKBps: 0x2C4}, "BB 00 02 E9 02 C4 00 00 00 00 00 00")
	wantDo(t, command.SetCDSpeed{ReadKBps: 0xFFFF, WriteKBps: 0xFFFF, Rotation: command.RotationPureCAV},
		"BB 01 FF FF FF FF 00 00 00 00 00 00")
}
