package mmc_test

import (
	"testing"

	"github.com/redbook-audio/redbook/mmc"
)

// The CDBs of cdrskin: load, start with and without IMMED, stop, eject.
func TestStartStopUnit(t *testing.T) {
	wantDo(t, mmc.StartStopUnit{LoEj: true, Start: true}, "1B 00 00 00 03 00")
	wantDo(t, mmc.StartStopUnit{Immed: true, Start: true}, "1B 01 00 00 01 00")
	wantDo(t, mmc.StartStopUnit{Start: true}, "1B 00 00 00 01 00")
	wantDo(t, mmc.StartStopUnit{Immed: true}, "1B 01 00 00 00 00")
	wantDo(t, mmc.StartStopUnit{LoEj: true}, "1B 00 00 00 02 00")
}
