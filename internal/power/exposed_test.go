package power

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExposedText(t *testing.T) {
	const all = Idle | Sleep | Shutdown | Lid
	ssh := []Grant{{By: "logind", Blocks: Idle}, {By: "logind", Delays: Shutdown | Sleep}}
	for _, tt := range []struct {
		grants  []Grant
		exposed Danger
		want    string
	}{
		{
			ssh, Sleep | Shutdown | Lid,
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only; " +
				"nothing holds off sleep when the lid is closed, so leave the lid open",
		},
		{
			ssh, Sleep | Shutdown, // a machine without a lid
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only",
		},
		{
			append(ssh[:2:2], Grant{By: "org.gnome.SessionManager", Blocks: Idle}), Sleep | Shutdown,
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only; " +
				"the desktop's session manager blocks sleep when idle",
		},
		{
			[]Grant{{By: "org.freedesktop.PowerManagement", Blocks: Idle}}, all &^ Idle,
			"the desktop's power manager blocks sleep when idle; " +
				"nothing holds off sleep on request, shutdown or sleep when the lid is closed, so leave the lid open",
		},
		{
			[]Grant{{By: "logind", Blocks: all}}, Idle, // the desktop refused
			"logind blocks sleep on request, shutdown and sleep when the lid is closed; nothing holds off sleep when idle",
		},
		{[]Grant{{By: "logind", Blocks: Idle}}, Idle, "nothing holds off sleep when idle"},
		{
			[]Grant{{By: "power request", Blocks: Idle}}, Shutdown,
			"the system blocks sleep when idle; nothing holds off shutdown",
		},
	} {
		assert.Equal(t, tt.want, (&ExposedError{tt.grants, tt.exposed}).Error())
	}
}
