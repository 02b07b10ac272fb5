package unit

import (
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// immedFirst runs a long command with IMMED, and without it if the drive refuses IMMED;
// then the command takes as long as its work. done reports whether the work is over:
// with IMMED it is not, and WaitIdle must follow.
//
//	done, err := immedFirst(func(immed bool) error {
//		return command.Blank{Type: mmc.BlankMinimal, Immed: immed}.Do(ctx, t)
//	})
func immedFirst(run func(immed bool) error) (done bool, err error) {
	err = run(true)
	if !immedRefused(err) {
		return false, err
	}
	return true, run(false)
}

// immedRefused reports whether err can be a refusal of IMMED: a field of the CDB that
// the drive does not accept (5/24), or, from HL-DT-ST BH14NS48, NOT READY without a
// reason (2/00/00). NOT READY and ILLEGAL REQUEST mean that the command had no effect.
func immedRefused(err error) bool {
	return refused(err) && exchange.IsCurrent(err, asc.InvalidFieldInCDB) ||
		exchange.IsCurrent(err, scsi.KeyNotReady) && exchange.IsCurrent(err, asc.NoAdditionalSense)
}
