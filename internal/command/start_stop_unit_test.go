package command_test

import (
	"testing"

	"github.com/redbook-audio/redbook/internal/command"
)

// The CDBs of cdrskin: load, start with and without IMMED, stop, eject.
func TestStartStopUnit(t *testing.T) {
	wantDo(t, command.StartStopUnit{LoEj: true, Start: true}, "1B 00 00 00 03 00")
	wantDo(t, command.StartStopUnit{Immed: true, Start: true}, "1B 01 00 00 01 00")
	wantDo(t, command.StartStopUnit{Start: true}, "1B 00 00 00 01 00")
	wantDo(t, command.StartStopUnit{Immed: true}, "1B 01 00 00 00 00")
	wantDo(t, command.StartStopUnit{LoEj: true}, "1B 00 00 00 02 00")
}
