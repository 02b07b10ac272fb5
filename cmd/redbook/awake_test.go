package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/power"
)

func TestExposedText(t *testing.T) {
	const all = power.Idle | power.Sleep | power.Shutdown | power.Lid
	ssh := []power.Grant{{By: "logind", Blocks: power.Idle}, {By: "logind", Delays: power.Shutdown | power.Sleep}}
	for _, tt := range []struct {
		grants  []power.Grant
		exposed power.Danger
		want    string
	}{
		{
			ssh, power.Sleep | power.Shutdown | power.Lid,
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only; " +
				"nothing holds off sleep when the lid is closed, so leave the lid open",
		},
		{
			ssh, power.Sleep | power.Shutdown, // a machine without a lid
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only",
		},
		{
			append(ssh[:2:2], power.Grant{By: "org.gnome.SessionManager", Blocks: power.Idle}), power.Sleep | power.Shutdown,
			"logind blocks sleep when idle and delays sleep on request and shutdown for a moment only; " +
				"the desktop's session manager blocks sleep when idle",
		},
		{
			[]power.Grant{{By: "org.freedesktop.PowerManagement", Blocks: power.Idle}}, all &^ power.Idle,
			"the desktop's power manager blocks sleep when idle; " +
				"nothing holds off sleep on request, shutdown or sleep when the lid is closed, so leave the lid open",
		},
		{
			[]power.Grant{{By: "logind", Blocks: all}}, power.Idle, // the desktop refused
			"logind blocks sleep on request, shutdown and sleep when the lid is closed; nothing holds off sleep when idle",
		},
		{[]power.Grant{{By: "logind", Blocks: power.Idle}}, power.Idle, "nothing holds off sleep when idle"},
		{
			[]power.Grant{{By: "power request", Blocks: power.Idle}}, power.Shutdown,
			"the system blocks sleep when idle; nothing holds off shutdown",
		},
	} {
		assert.Equal(t, tt.want, exposedText(tt.grants, tt.exposed))
	}
}
