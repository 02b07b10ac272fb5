package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
)

func TestProfiles(t *testing.T) {
	for profile, want := range map[command.Profile]mmc.MediaType{
		0x0000: 0, 0x0002: 12, 0x0008: 1, 0x0009: 2, 0x000A: 3, 0x0010: 4, 0x0011: 9, 0x0012: 5, 0x0013: 10,
		0x0014: 10, 0x0015: 11, 0x0016: 11, 0x001A: 7, 0x001B: 6, 0x002A: 13, 0x002B: 8, 0x0040: 17,
		0x0041: 18, 0x0042: 18, 0x0043: 19, 0x0050: 14, 0x0051: 15, 0x0052: 16, 0xFFFF: 0, 0x1234: 0,
	} {
		assert.Equal(t, want, profile.MediaType(), "%v", profile)
	}
	assert.Equal(t, "CD-R", command.ProfileCDR.String())
	assert.Equal(t, "profile 1234h", command.Profile(0x1234).String())
}
