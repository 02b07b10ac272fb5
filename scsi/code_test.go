package scsi

import (
	_ "embed"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/asc.tsv
var ascTable string

type ascRow struct {
	key     SenseKey
	code    Code
	meaning string
}

func ascRows(t *testing.T) []ascRow {
	t.Helper()
	var rows []ascRow
	for line := range strings.Lines(ascTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		numbers, meaning, ok := strings.Cut(strings.TrimSpace(line), "\t")
		require.True(t, ok, line)
		n, err := strconv.ParseUint(strings.ReplaceAll(numbers, "/", ""), 16, 32)
		require.NoError(t, err, line)
		rows = append(rows, ascRow{SenseKey(n >> 16), Code(n), meaning})
	}
	return rows
}

// Some codes have different meanings with different keys. These are their texts here,
// where the table has several, or none that suits a message.
var ascTextHere = map[Code]string{
	0x0000: "no additional sense",
	0x1100: "unrecovered read error",
	0x6400: "illegal mode for this track",
	0x0803: "communication CRC error (Ultra-DMA)",
	0x4080: "component failure",
}

func TestCodeTableIsWhole(t *testing.T) {
	rows := ascRows(t)
	assert.Len(t, rows, 219)
	meanings := map[Code][]string{}
	for _, row := range rows {
		meanings[row.code] = append(meanings[row.code], row.meaning)
	}
	assert.Len(t, meanings, 201)
	for code, texts := range meanings {
		got, ok := codeText()[code]
		if !assert.True(t, ok, "%02X/%02X %v is missing", byte(code.ASC()), code.ASCQ(), texts) {
			continue
		}
		if here, ok := ascTextHere[code]; ok {
			texts = []string{here}
		}
		assert.Contains(t, texts, got, "%02X/%02X", byte(code.ASC()), code.ASCQ())
	}
	for code := range codeText() {
		assert.Contains(t, meanings, code, "%02X/%02X isn't in the table", byte(code.ASC()), code.ASCQ())
	}
}

func TestCodeText(t *testing.T) {
	tests := []struct {
		code Code
		want string
	}{
		{0x0408, "long write in progress"},
		{0x7203, "fixation error, incomplete track in session"},
		{0x7205, "no more track reservations"},
		{0x0455, "code 04/55"},
		{0x0282, "vendor code 02/82"}, // the vendor codes seen from real drives
		{0x02FF, "vendor code 02/FF"},
		{0x64C0, "vendor code 64/C0"},
		{0xA080, "vendor code A0/80"},
		{0x4080, "component failure"},
		{0x4093, "component failure (part 93h)"},
		{0x5DFF, "failure prediction (test)"}, // FFh, but assigned by T10
	}
	for _, tt := range tests {
		assert.EqualError(t, tt.code, tt.want)
		assert.Equal(t, ASC(tt.code>>8), tt.code.ASC())
	}
}

func TestASCText(t *testing.T) {
	assert.EqualError(t, ASC(0x3A), "medium not present (3A/xx)")
	assert.EqualError(t, ASC(0x0C), "write error (0C/xx)")
	assert.EqualError(t, ASC(0x2D), "codes 2D/xx")
}

func TestSenseKeyText(t *testing.T) {
	want := map[SenseKey]string{
		0: "no sense", 1: "recovered error", 2: "not ready", 3: "medium error", 4: "hardware error",
		5: "illegal request", 6: "unit attention", 7: "data protect", 8: "blank check",
		9: "vendor specific", 0xA: "copy aborted", 0xB: "aborted command", 0xC: "sense key C",
		0xD: "volume overflow", 0xE: "miscompare", 0xF: "completed",
	}
	for key, text := range want {
		assert.EqualError(t, key, text)
	}
	assert.EqualError(t, SenseKey(0xF5), "illegal request", "only four bits count")
}
