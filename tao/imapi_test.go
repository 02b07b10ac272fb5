package tao_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// members are those of IDiscFormat2TrackAtOnce in the order of its type library.
var members = []string{
	"PrepareMedia", "AddAudioTrack", "CancelAddTrack", "ReleaseMedia", "SetWriteSpeed",
	"put_Recorder", "get_Recorder", "put_BufferUnderrunFreeDisabled", "get_BufferUnderrunFreeDisabled",
	"get_NumberOfExistingTracks", "get_TotalSectorsOnMedia", "get_FreeSectorsOnMedia", "get_UsedSectorsOnMedia",
	"put_DoNotFinalizeMedia", "get_DoNotFinalizeMedia", "get_ExpectedTableOfContents", "get_CurrentPhysicalMediaType",
	"put_ClientName", "get_ClientName", "get_RequestedWriteSpeed", "get_RequestedRotationTypeIsPureCAV",
	"get_CurrentWriteSpeed", "get_CurrentRotationTypeIsPureCAV", "get_SupportedWriteSpeeds", "get_SupportedWriteSpeedDescriptors",
}

// The table in docs/imapi.md contains every member, each with a test, and every named test
// exists.
func TestIMAPITableNamesRealTests(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "imapi.md"))
	require.NoError(t, err)
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, folder := range []string{"burn", "internal/engine"} {
		more, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
		require.NoError(t, err)
		files = append(files, more...)
	}
	have := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`).FindAllSubmatch(source, -1) {
			have[string(m[1])] = true
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(page, -1)
	require.Greater(t, len(named), 50)
	for _, m := range named {
		require.True(t, have[string(m[1])], "%s doesn't exist", m[1])
	}
	require.Len(t, members, 25)
	for _, m := range members {
		row := regexp.MustCompile(`(?m)^\| ` + m + " \\| `Writer\\.\\w+`.*`Test\\w+` \\|$")
		require.True(t, row.Match(page), "%s has no row with a proof", m)
	}
	// The state table contains all of them, too.
	for _, m := range members {
		found := false
		for _, row := range stateTable {
			found = found || row.member == m
		}
		require.True(t, found, "%s isn't in the state table", m)
	}
}
