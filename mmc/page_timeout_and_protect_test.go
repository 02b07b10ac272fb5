package mmc_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
)

func TestTimeoutAndProtect(t *testing.T) {
	// HP GH40L: length 0Ah, group 1 is 9 s, group 2 10800 s (Aaru issue 540).
	const page = "1D 0A 00 00 00 00 00 09 2A 30 00 00"
	got := decode[mmc.TimeoutAndProtect](t, unhex(page))
	want := mmc.TimeoutAndProtect{Group1: 9 * time.Second, Group2: 3 * time.Hour}
	assert.Equal(t, want, got)
	assert.Equal(t, unhex(page), want.Page(0x0A))
	wantPrefixes[mmc.TimeoutAndProtect](t, unhex(page), mmc.TimeoutAndProtect{})

	all := mmc.TimeoutAndProtect{G3En: true, TMOE: true, DISP: true, SWPP: true, Group3: 258 * time.Second}
	assert.Equal(t, unhex("1D 0A 00 00 0F 00 00 00 00 00 01 02"), all.Page(0x0A))
	assert.Equal(t, all, decode[mmc.TimeoutAndProtect](t, all.Page(0x0A)))
	assert.Equal(t, unhex("1D 08 00 00 0F 00 00 00 00 00"), all.Page(0x08), "no room for group 3")
	assert.Zero(t, decode[mmc.TimeoutAndProtect](t, all.Page(0x08)).Group3)
}

func FuzzTimeoutAndProtect(f *testing.F) {
	fuzzReply[mmc.TimeoutAndProtect](f, mmc.TimeoutAndProtect{}, unhex("1D 0A 00 00 00 00 00 09 2A 30 00 00"))
}
