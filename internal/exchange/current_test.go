package exchange_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// notTaken reports whether the drive did not accept a WRITE: a current 2/04/08.
func notTaken(err error) bool {
	return exchange.IsCurrent(err, scsi.KeyNotReady) && exchange.IsCurrent(err, scsi.Code(0x0408))
}

func TestRecoveredAndNotTaken(t *testing.T) {
	tests := []struct {
		name, bytes         string
		recovered, notTaken bool
	}{
		{"recovered with retries", "70 00 01 00 00 00 00 0A 00 00 00 00 17 01", true, false},
		{"recovered, descriptor format", "72 01 17 01 00 00 00 00", true, false},
		{"recovered, deferred", "71 00 01 00 00 00 00 0A 00 00 00 00 17 01", false, false},
		{"long write in progress (G15)", "70 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00", false, true},
		{"long write, descriptor format", "72 02 04 08 00 00 00 00", false, true},
		{"long write, deferred", "71 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00", false, false},
		{"becoming ready", "70 00 02 00 00 00 00 0A 00 00 00 00 04 01 00 00", false, false},
		{"operation in progress", "70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 00", false, false},
		{"long write with another key", "70 00 05 00 00 00 00 0A 00 00 00 00 04 08 00 00", false, false},
		{"write error", "70 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00", false, false},
		{"undecodable", "00 00 00", false, false},
	}
	for _, tt := range tests {
		err := fmt.Errorf("x: %w", scsi.NewSenseError(&scsi.Request{Name: "WRITE(10)"}, unhex(tt.bytes)))
		assert.Equal(t, tt.recovered, exchange.Recovered(err), tt.name)
		assert.Equal(t, tt.notTaken, notTaken(err), tt.name)
	}
	for _, err := range []error{nil, io.EOF, &scsi.StatusError{Status: scsi.Busy}, &scsi.TransportError{Sent: scsi.SentNo}} {
		assert.False(t, exchange.Recovered(err), "%v", err)
		assert.False(t, notTaken(err), "%v", err)
	}
}

// A deferred error is never the answer to the command.
func TestIsCurrent(t *testing.T) {
	sense := func(text string) error {
		return scsi.NewSenseError(&scsi.Request{Name: "TEST UNIT READY"}, unhex(text))
	}
	now := sense("70 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00")
	for _, target := range []error{scsi.KeyNotReady, scsi.Code(0x0408), asc.FamilyNotReady} {
		assert.True(t, exchange.IsCurrent(now, target))
		assert.False(t, exchange.IsCurrent(sense("71 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00"), target))
	}
	assert.False(t, exchange.IsCurrent(now, scsi.KeyNoSense))
	assert.False(t, exchange.IsCurrent(sense("00 00 00 00"), scsi.KeyNoSense), "undecodable sense data match nothing")
	assert.False(t, exchange.IsCurrent(nil, scsi.KeyNoSense))
	assert.False(t, exchange.IsCurrent(&scsi.StatusError{Status: scsi.Busy}, scsi.KeyNotReady))
}
