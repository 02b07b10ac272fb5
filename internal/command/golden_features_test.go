package command_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
)

// The profile lists of drives sold as DVD writers: 12 to 14 profiles, which exceed a
// reply of 64 bytes.
const (
	profilesGUE0N = `00 00 03 38 00 12 00 00 00 2B 00 00 00 1B 00 00 00 1A 00 00 00 16 00 00 00 15 00 00
		00 14 00 00 00 13 00 00 00 11 00 00 00 10 00 00 00 0A 00 00 00 09 00 00 00 08 00 00 00 02 00 00`
	profilesLITEON = `00 00 03 38 00 2B 00 00 00 1B 00 00 00 1A 00 00 00 16 00 00 00 15 00 00 00 14 00 00
		00 13 00 00 00 12 00 00 00 11 00 00 00 10 00 00 00 0A 00 00 00 09 01 00 00 08 00 00 00 02 00 00`
	profilesPioneer = `00 00 03 30 00 2B 00 00 00 1B 00 00 00 1A 00 00 00 16 00 00 00 15 00 00 00 14 00 00
		00 13 00 00 00 11 00 00 00 10 00 00 00 0A 00 00 00 09 01 00 00 08 00 00`
	// GGC-H20L lists CD-R before CD-RW; the bytes follow its order.
	profilesGGC = `00 00 03 40 00 40 00 00 00 50 00 00 00 12 00 00 00 11 00 00 00 15 00 00 00 16 00 00 00 14 00 00
		00 13 00 00 00 1A 00 00 00 1B 00 00 00 2B 00 00 00 10 00 00 00 09 00 00 00 0A 00 00 00 08 00 00 00 02 00 00`
	// CyberDrv CW038D: two profiles are current.
	profilesCyberDrv = "00 00 03 10 00 0A 00 00 00 09 01 00 00 08 00 00 00 02 01 00"

	// Features of the same drives, with the data printed in the logs.
	features755A = `01 05 07 04 01 00 0D 04 | 01 07 0D 04 1F 00 00 00 | 01 08 03 08 31 30 36 38 32 30 20 20 |
		FF 00 01 04 01 01 01 03 | FF 02 01 00 |
		FF 10 01 18 00 0A 00 06 10 8A 06 E4 02 C2 00 09 00 0A 21 13 16 0D 0B 06 05 83 02 C2 |
		FF 11 01 54 00 2B 00 0A 36 1A 2B 48 20 76 15 A4 0C FC 00*70`
	serialGUE0N = "01 08 03 0C 4B 57 43 49 35 32 39 30 32 33 34 20"
	serialS084F = "01 08 03 10 52 38 41 46 36 47 58 42 35 30 30 34 32 34 20 20"
)

// configurationOf prepends a header to descriptors.
func configurationOf(profile string, descriptors ...string) string {
	all := strings.Join(descriptors, " | ")
	return fmt.Sprintf("%08X %s", len(unhex(all))+4, "00 00 "+profile+" | "+all)
}

func goldenConfigurations() []golden {
	return []golden{
		{"GUE0N, no disc", configurationOf("00 00", profilesGUE0N, serialGUE0N), configurationReply, nil},
		{"LH-20A1H, CD-R", configurationOf("00 09", profilesLITEON), configurationReply, nil},
		{"DVR-111D, CD-R", configurationOf("00 09", profilesPioneer), configurationReply, nil},
		{"GGC-H20L", configurationOf("00 00", profilesGGC), configurationReply, nil},
		{"CW038D", configurationOf("00 09", profilesCyberDrv), configurationReply, nil},
		{"PX-755A", configurationOf("00 09", profilesPioneer, features755A), configurationReply, nil},
		{"SE-S084F", configurationOf("00 09", profilesLITEON, serialS084F), configurationReply, nil},
		{"HP GH40L (G24)", configurationNEC, configurationReply, nil},
	}
}

// The list of profiles is complete, and the header names the disc.
func TestGoldenProfiles(t *testing.T) {
	for list, n := range map[string]int{profilesGUE0N: 14, profilesLITEON: 14, profilesPioneer: 12, profilesGGC: 16, profilesCyberDrv: 4} {
		conf := mmctest.Decode[command.Configuration](t, unhex(configurationOf("00 09", list)))
		assert.Equal(t, command.ProfileCDR, conf.CurrentProfile)
		assert.False(t, conf.Cut)
		profiles, ok := conf.Feature(command.FeatureProfileList)
		assert.True(t, ok && profiles.Current && profiles.Persistent)
		assert.Len(t, profiles.Data, 4*n)
	}
}

// The feature list of an SE-208GB by libcdio: every feature that arrived is decoded,
// and the zeros after them are not features.
func TestGoldenFeatureOrder(t *testing.T) {
	order := []command.FeatureCode{0, 1, 2, 3, 4, 0x10, 0x1D, 0x1E, 0x1F, 0x20, 0x21, 0x23, 0x24, 0x26, 0x2A, 0x2B,
		0x2C, 0x2D, 0x2E, 0x2F, 0x33, 0x37}
	var list []string
	for _, code := range order {
		list = append(list, fmt.Sprintf("%04X 01 04 00 00 00 00", uint16(code)))
	}
	list[7] = "00 1E 01 04 03 00 00 00" // C2 and CD-TEXT
	conf := mmctest.Decode[command.Configuration](t, unhex(configurationOf("00 09", strings.Join(list, " "), "00*108")))
	assert.True(t, conf.Cut)
	var codes []command.FeatureCode
	for _, f := range conf.Features {
		codes = append(codes, f.Code)
	}
	assert.Equal(t, order, codes)
	read, _, ok := command.Lookup[command.CDRead](conf)
	assert.True(t, ok && read.C2 && read.CDText)
}

func TestGoldenFeatures(t *testing.T) {
	conf := mmctest.Decode[command.Configuration](t, unhex(configurationOf("00 09", profilesPioneer, features755A)))
	assert.False(t, conf.Cut)
	assert.Len(t, conf.Features, 8)
	streaming, _, ok := command.Lookup[command.RealTimeStreaming](conf)
	assert.True(t, ok)
	assert.Equal(t, command.RealTimeStreaming{RBCB: true, SCS: true, MP2A: true, WSPD: true, SW: true}, streaming)
	f, ok := conf.Feature(0xFF02)
	assert.True(t, ok)
	assert.Empty(t, f.Data, "a feature without data amid the list")
	for text, reply := range map[string]string{"KWCI5290234": serialGUE0N, "R8AF6GXB500424": serialS084F, "106820": features755A} {
		serial, ok := mmctest.Decode[command.Configuration](t, unhex(configurationOf("00 09", reply))).Feature(0x0108)
		assert.True(t, ok)
		assert.Equal(t, text, strings.TrimSpace(string(serial.Data)))
	}
}

// A disc is found in every drive, wherever its list of profiles is cut, and also if the
// drive sends more or less than was requested.
func TestMediaTypeOnEveryList(t *testing.T) {
	for _, list := range []string{profilesGUE0N, profilesLITEON, profilesPioneer, profilesGGC, profilesCyberDrv} {
		whole := unhex(configurationOf("00 09", list))
		for n := 8; n <= len(whole); n++ {
			reply := scsitest.Exchange{CDB: unhex(profileCDB), Dir: 1, In: slices.Clone(whole[:n])}
			d, _ := open(t, reply)
			media, err := unit.MediaType(t.Context(), d)
			require.NoError(t, err)
			require.Equal(t, mmc.MediaCDR, media)
		}
	}
}
