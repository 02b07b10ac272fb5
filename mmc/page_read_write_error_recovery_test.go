package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
)

func TestReadWriteErrorRecovery(t *testing.T) {
	// HP GH40L: 19 read retries, 3 write retries, parameter 80h (Aaru issue 540).
	const page = "01 0A 80 13 00 00 00 00 03 00 00 00"
	got := decode[mmc.ReadWriteErrorRecovery](t, unhex(page))
	want := mmc.ReadWriteErrorRecovery{AWRE: true, ReadRetries: 19, WriteRetries: 3}
	assert.Equal(t, want, got)
	assert.Equal(t, unhex(page), want.Page(0x0A))
	wantPrefixes[mmc.ReadWriteErrorRecovery](t, unhex(page), mmc.ReadWriteErrorRecovery{})

	all := mmc.ReadWriteErrorRecovery{AWRE: true, ARRE: true, TB: true, RC: true, PER: true, DTE: true, DCR: true,
		EMCDR: 3, RecoveryTimeLimit: 0x1234}
	assert.Equal(t, unhex("01 0A F7 00 00 00 00 03 00 00 12 34"), all.Page(0))
	assert.Equal(t, all, decode[mmc.ReadWriteErrorRecovery](t, all.Page(0)))

	short := decode[mmc.ReadWriteErrorRecovery](t, unhex("01 06 20 05 00 00 00 00")) // a reader's page
	assert.Equal(t, mmc.ReadWriteErrorRecovery{TB: true, ReadRetries: 5}, short)
}

func FuzzReadWriteErrorRecovery(f *testing.F) {
	fuzzReply[mmc.ReadWriteErrorRecovery](f, mmc.ReadWriteErrorRecovery{}, unhex("01 0A 80 13 00 00 00 00 03 00 00 00"))
}
