package command_test

import (
	"testing"

	"github.com/redbook-audio/redbook/internal/command"
)

func TestRepairTrack(t *testing.T) {
	wantDo(t, command.RepairTrack{Track: 0xFF}, "58 00 00 00 00 FF 00 00 00 00")
	wantDo(t, command.RepairTrack{Track: 2, Immed: true}, "58 01 00 00 00 02 00 00 00 00")
}
