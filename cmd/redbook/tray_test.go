package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
)

// On a desktop udev locks the tray whenever a disc is inserted. Other drives can't lock
// theirs, or answer the first command with a unit attention.
func TestEjectUnlocksFirst(t *testing.T) {
	const prevent = 0x1E
	invalid := scsitest.FixedSense(scsi.Sense{Key: scsi.KeyIllegalRequest, Code: 0x2000})
	reset := scsitest.FixedSense(scsi.Sense{Key: scsi.KeyUnitAttention, Code: 0x2900})
	for _, tt := range []struct {
		name   string
		locked command.PreventAllowMediumRemoval
		fault  []scsitest.Rule
	}{
		{name: "locked by udev", locked: command.PreventAllowMediumRemoval{Prevent: true}},
		{name: "locked persistently", locked: command.PreventAllowMediumRemoval{Prevent: true, Persistent: true}},
		{name: "not locked"},
		{
			name:  "can't be locked",
			fault: []scsitest.Rule{{Match: scsitest.Opcode(prevent), Sticky: true, Fault: scsitest.SenseFault(invalid)}},
		},
		{
			name: "unit attention instead of unlocking", locked: command.PreventAllowMediumRemoval{Prevent: true},
			fault: []scsitest.Rule{{Match: scsitest.Opcode(prevent), Fault: scsitest.SenseFault(reset)}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			disc := sim.NewDisc(sim.CDR80)
			drive := sim.New(sim.Config{Disc: disc})
			d, err := mmc.Open(t.Context(), drive)
			require.NoError(t, err)
			require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{})) // after the drive was switched on
			if tt.locked.Prevent {
				require.NoError(t, tt.locked.Do(t.Context(), drive))
				require.ErrorIs(t, unit.Eject(t.Context(), d), asc.MediumRemovalPrevented)
			}
			device := scsitest.NewFaults(drive, tt.fault...)
			var errs strings.Builder
			a := &app{err: &errs, out: &errs, env: func(string) string { return "" }, hooks: hooks{host: &hostSystem{
				Open: func(context.Context, string, *host.Options) (scsi.Transport, error) { return device, nil },
			}}}
			assert.Equal(t, exitDone, a.run([]string{"eject", "--device", "/dev/sr0"}), "%s", &errs)
			assert.True(t, drive.TrayOpen())
		})
	}
}
