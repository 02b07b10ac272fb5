package power

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExposedText(t *testing.T) {
	const all = idle | sleep | shutdown | lid
	ssh := []grant{{By: "logind", Blocks: idle}, {By: "logind", Delays: shutdown | sleep}}
	for _, tt := range []struct {
		grants  []grant
		exposed danger
		want    string
	}{
		{
			ssh, sleep | shutdown | lid,
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only; " +
				"nothing holds off sleep when the lid is closed, so leave the lid open",
		},
		{
			ssh, sleep | shutdown, // a machine without a lid
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only",
		},
		{
			append(ssh[:2:2], grant{By: "org.gnome.SessionManager", Blocks: idle}), sleep | shutdown,
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only; " +
				"the desktop's session manager blocks sleep when idle",
		},
		{
			[]grant{{By: "org.freedesktop.PowerManagement", Blocks: idle}}, all &^ idle,
			"the desktop's power manager blocks sleep when idle; " +
				"nothing holds off sleep on request, shutdown or sleep when the lid is closed, so leave the lid open",
		},
		{
			[]grant{{By: "logind", Blocks: all}}, idle, // the desktop refused
			"logind blocks sleep on request, shutdown and sleep when the lid is closed; nothing holds off sleep when idle",
		},
		{[]grant{{By: "logind", Blocks: idle}}, idle, "nothing holds off sleep when idle"},
		{
			[]grant{{By: "power request", Blocks: idle}}, shutdown,
			"the system blocks sleep when idle; nothing holds off shutdown",
		},
	} {
		assert.Equal(t, tt.want, (&exposedError{grants: tt.grants, exposed: tt.exposed}).Error())
	}
}
