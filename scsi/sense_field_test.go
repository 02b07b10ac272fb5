package scsi

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fieldSense are bytes from public logs: docs/internals/golden.md, "Replies from field logs".
var fieldSense = []struct {
	name  string
	bytes string
	want  Sense
	text  string // the triple, and its meaning
}{
	{
		"DVR-111D, SEND CUE SHEET over a disturbed bus", "70 00 04 0A 93 70 6E 0E 26 01 30 E6 08 01 00 00",
		Sense{Key: 4, Code: 0x0801, CommandSpecific: 0x260130E6}, "4/08/01",
	}, {
		"SEND CUE SHEET, the same", "70 00 04 0E 93 20 20 0E 26 09 31 FE 08 01 00 00",
		Sense{Key: 4, Code: 0x0801, CommandSpecific: 0x260931FE}, "4/08/01",
	}, {
		"SEND CUE SHEET refused", "70 00 05 00 00 00 00 0A 00 00 00 00 30 06 00 00",
		Sense{Key: 5, Code: 0x3006}, "5/30/06",
	}, {
		"DVR-212D, vendor code for everything", "70 00 05 06 00 00 20 0E 24 08 10 40 A8 04 00 00",
		Sense{Key: 5, Code: 0xA804, CommandSpecific: 0x24081040}, "5/A8/04",
	}, {
		"CED-8080B, WRITE after 200 s", "70 00 04 00 00 00 00 0A 00 00 00 00 09 00 00 00",
		Sense{Key: 4, Code: 0x0900}, "4/09/00",
	}, {
		"DH20A4P, SEND OPC after 68.8 s", "70 00 03 00 00 00 00 0A 00 00 00 00 73 03 00 00",
		Sense{Key: 3, Code: 0x7303}, "3/73/03",
	}, {
		"SEND OPC, servo", "70 00 04 00 00 00 00 0A 00 00 81 01 09 01 00 00",
		Sense{Key: 4, Code: 0x0901, CommandSpecific: 0x8101}, "4/09/01",
	}, {
		"SEND OPC, aborted by the host", "72 0B 00 00 00 00 00 0E 09 0C 00 00 00 00 00 00",
		Sense{Key: 0xB}, "B/00/00",
	}, {
		"WRITE at 04FCB1h", "70 00 04 00 00 00 00 10 34 14 04 80 09 01 00 00",
		Sense{Key: 4, Code: 0x0901, CommandSpecific: 0x34140480}, "4/09/01",
	}, {
		"TDK 321040X, an unreadable disc", "70 00 02 00 00 00 00 0A 00 00 00 00 30 00 00 00",
		Sense{Key: 2, Code: 0x3000}, "2/30/00",
	}, {
		"UJ-846S, deferred, from TEST UNIT READY", "71 00 03 00 00 00 00 0A 00 00 19 25 73 03",
		Sense{Key: 3, Code: 0x7303, Deferred: true, CommandSpecific: 0x1925}, "3/73/03",
	}, {
		"LH-20A1H, WRITE in a test write", "70 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00",
		Sense{Key: 3, Code: 0x0C00}, "3/0C/00",
	}, {
		"GE24LU20, SYNCHRONIZE CACHE", "70 00 03 00 00 00 00 0A 02 00 BB 80 A0 80 00 00",
		Sense{Key: 3, Code: 0xA080, CommandSpecific: 0x0200BB80}, "3/A0/80",
	}, {
		"GE24LU20, CLOSE SESSION, deferred", "71 00 03 00 00 00 00 0A 3C 30 00 80 02 00 00 00",
		Sense{Key: 3, Code: 0x0200, Deferred: true, CommandSpecific: 0x3C300080}, "3/02/00",
	},
}

func TestParseSenseFromTheField(t *testing.T) {
	for _, tt := range fieldSense {
		t.Run(tt.name, func(t *testing.T) {
			b := unhex(t, tt.bytes)
			got, err := ParseSense(b)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.text, got.Triple())
			assert.NotEmpty(t, got.Code.Error())
			for n := range b { // no panic, and never a key or code that wasn't sent
				part, err := ParseSense(b[:n:n])
				if err != nil {
					continue
				}
				assert.Equal(t, tt.want.Key, part.Key, "%d bytes", n)
				assert.Equal(t, tt.want.Deferred, part.Deferred)
				assert.Contains(t, []Code{0, tt.want.Code &^ 0xFF, tt.want.Code}, part.Code, "%d bytes", n)
			}
			for _, claim := range []byte{0, 1, 6, 0x7F, 0xFF} {
				b[7] = claim
				part, err := ParseSense(b)
				require.NoError(t, err)
				assert.Equal(t, tt.want.Code, part.Code, "additional length %d", claim)
			}
		})
	}
	assert.EqualError(t, Code(0xA804), "vendor code A8/04", "unknown codes are shown as numbers")
}
