package unit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

func TestImmedFirst(t *testing.T) {
	const immed, whole = "A1 11 00 00 00 00 00 00 00 00 00 00", "A1 01 00 00 00 00 00 00 00 00 00 00"
	for name, tt := range map[string]struct {
		script []scsitest.Exchange
		done   bool
		want   error
	}{
		"taken":                       {join(none(immed)), false, nil},
		"refused, 5/24/00":            {join(refused(none(immed), senseInvalidField), none(whole)), true, nil},
		"refused, 2/00/00 (BH14NS48)": {join(refused(none(immed), senseNoReasonAtAll), none(whole)), true, nil},
		"refused both times":          {join(refused(none(immed), senseInvalidField), refused(none(whole), senseInvalidField)), true, asc.InvalidFieldInCDB},
		"another refusal":             {join(refused(none(immed), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 30 05"))), false, asc.FamilyIncompatibleMedium},
		"busy":                        {join(refused(none(immed), senseBusy)), false, asc.OperationInProgress},
		"2/24/00 has another meaning": {join(refused(none(immed), unhex("70 00 02 00 00 00 00 0A 00 00 00 00 24 00"))), false, scsi.KeyNotReady},
		"and so does 3/00/00":         {join(refused(none(immed), unhex("70 00 03 00 00 00 00 0A 00 00 00 00 00 00"))), false, scsi.KeyMediumError},
		"deferred, 5/24/00":           {join(refused(none(immed), unhex("71 00 05 00 00 00 00 0A 00 00 00 00 24 00"))), false, scsi.KeyIllegalRequest},
		"deferred, 2/00/00":           {join(refused(none(immed), unhex("71 00 02 00 00 00 00 0A 00 00 00 00 00 00"))), false, scsi.KeyNotReady},
	} {
		t.Run(name, func(t *testing.T) {
			tr := play(t, tt.script...)
			done, err := unit.ImmedFirst(func(immed bool) error {
				return command.Blank{Type: mmc.BlankMinimal, Immed: immed}.Do(t.Context(), tr)
			})
			assert.Equal(t, tt.done, done)
			if tt.want == nil {
				assert.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, tt.want)
			}
		})
	}
}

// Questions with a second source must not lose a deferred error.
func TestDeferredErrorsAreNoRefusals(t *testing.T) {
	deferred := unhex("71 00 05 00 00 00 00 0A 00 00 00 00 72 03 00 00")
	one := func(code string) scsitest.Exchange {
		return refused(in("46 02 "+code+" 00 00 00 00 08 00", ""), deferred)
	}
	wspd := feature("01 07", "01 07 11 04 02 00 00 00")
	for name, tt := range map[string]struct {
		script []scsitest.Exchange
		ask    func(*mmc.Drive) error
	}{
		"CanTAO":                 {join(one("00 2D")), func(d *mmc.Drive) error { _, err := unit.CanTAO(t.Context(), d); return err }},
		"CanTAO, page":           {join(noFeatures("00 2D"), refused(in(mode2AHead, ""), deferred)), func(d *mmc.Drive) error { _, err := unit.CanTAO(t.Context(), d); return err }},
		"CanLoad":                {join(one("00 03")), func(d *mmc.Drive) error { _, err := unit.CanLoad(t.Context(), d); return err }},
		"WriteSpeeds":            {join(one("01 07")), func(d *mmc.Drive) error { _, err := unit.WriteSpeeds(t.Context(), d); return err }},
		"WriteSpeeds, speeds":    {join(wspd, refused(in(performanceCDB, ""), deferred)), func(d *mmc.Drive) error { _, err := unit.WriteSpeeds(t.Context(), d); return err }},
		"MediaType":              {join(refused(in(profileCDB, ""), deferred)), func(d *mmc.Drive) error { _, err := unit.MediaType(t.Context(), d); return err }},
		"MediaType, information": {join(in(profileCDB, "00 00 00 04 00 00 00 08"), rdi(deferred)), func(d *mmc.Drive) error { _, err := unit.MediaType(t.Context(), d); return err }},
		"MediaType, not ready":   {join(in(profileCDB, "00 00 00 04 00 00 00 08"), rdi(senseDeferredBusy)), func(d *mmc.Drive) error { _, err := unit.MediaType(t.Context(), d); return err }},
		"page 05h": {join(refused(in(mode05CDB, ""), deferred)), func(d *mmc.Drive) error {
			return new(unit.ParametersPage).Set(t.Context(), d, command.WriteParameters{})
		}},
		"Eject":    {join(refused(none(ejectCDB), unhex("71 00 06 00 00 00 00 0A 00 00 00 00 28 00"))), func(d *mmc.Drive) error { return unit.Eject(t.Context(), d) }},
		"WaitIdle": {join(tur(nil), rdi(deferred)), func(d *mmc.Drive) error { return unit.WaitIdle(t.Context(), d, unit.WaitOptions{}) }},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			var sense *scsi.SenseError
			require.ErrorAs(t, tt.ask(d), &sense)
			assert.True(t, sense.Deferred)
		})
	}
}
