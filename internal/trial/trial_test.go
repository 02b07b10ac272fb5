package trial

import (
	"archive/zip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func unhexed(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return b
}

// The replies that may contain a serial number (SPC-4, MMC-6).
func TestBlank(t *testing.T) {
	for name, c := range map[string]struct{ cdb, in, want string }{
		"serial number":     {"120180 00ff00", "05800004 41424344", "05800004 00000000"},
		"list of pages":     {"120100 00ff00", "05000003 008083", "05000003 008083"},
		"feature 0108h":     {"46", "00000014 00000000 0108 03 04 41424344 0107 03 04 1F000000", "00000014 00000000 0108 03 04 00000000 0107 03 04 1F000000"},
		"a vendor's":        {"46", "0000000C 00000000 FF40 03 04 41424344", "0000000C 00000000 FF40 03 04 00000000"},
		"cut off":           {"46", "00000020 00000000 0108 03 20 4142", "00000020 00000000 0108 03 20 0000"},
		"a vendor's page":   {"5A", "000E000000000000 2102 4142 2A02 0102", "000E000000000000 2102 0000 2A02 0102"},
		"page 0":            {"5A", "000C000000000000 0004 41424344", "000C000000000000 0000 00000000"},
		"block descriptor":  {"5A", "0012000000000008 0000000000000930 2102 4142", "0012000000000008 0000000000000930 2102 0000"},
		"longer than it is": {"5A", "000A000000000000 2110 4142", "000A000000000000 2110 0000"},
		"long descriptors":  {"5A", "0012000000000010 0000000000000930 4142434445464748 2A02 0102", "0012000000000010 0000000000000930 0000000000000000 2A02 0102"},
		"wrong descriptors": {"5A", "0012000000004000 0000000000000930 2102 4142", "0012000000004000 0000000000000000 0000 0000"},
		"a long page":       {"5A", "0018000000000000 0D0A 000100 3C004B 41424344", "0018000000000000 0D0A 000100 3C004B 00000000"},
		"a long feature":    {"46", "00000014 00000000 002D 03 08 4600FFFF 41424344", "00000014 00000000 002D 03 08 4600FFFF 00000000"},
		"not in MMC":        {"46", "0000000C 00000000 00F0 03 04 41424344", "0000000C 00000000 00F0 03 04 00000000"},
		"sense":             {"03", "70000500 0000001A 00000000 24000000 0000 41424344", "70000500 0000001A 00000000 24000000 0000 00000000"},
		"descriptor sense":  {"03", "72052400 00000006 8004 41424344", "72052400 00000006 8004 00000000"},
		"id of the disc":    {"51", "0020" + strings.Repeat("11", 32), "0020" + strings.Repeat("11", 10) + "00000000" + strings.Repeat("11", 8) + strings.Repeat("00", 10)},
	} {
		got, ok := Blank(unhexed(t, c.cdb), unhexed(t, c.in))
		assert.True(t, ok, name)
		assert.Equal(t, unhexed(t, c.want), got, name)
	}
	for _, cdb := range []string{"3C02", "BE", "28", "AD", "A4", "85", "12", "AC00000000000000000004", "4303", "430003"} {
		if got, ok := Blank(unhexed(t, cdb), []byte("ABCDEFGH")); ok {
			assert.NotContains(t, string(got), "EFGH", cdb)
		}
	}
	_, ok := Blank(nil, []byte("ABCD"))
	assert.False(t, ok)
}

// It accepts any bytes without failing.
func TestBlankAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		cdb, in := make([]byte, 1+random.IntN(12)), make([]byte, random.IntN(80))
		for i := range cdb {
			cdb[i] = byte(random.Uint32())
		}
		for i := range in {
			in[i] = byte(random.Uint32() >> random.IntN(30))
		}
		cdb[0] = []byte{0x12, 0x1A, 0x5A, 0x46, 0x03, 0x51, 0x52, 0xAC, 0x43}[random.IntN(9)]
		if got, ok := Blank(cdb, in); ok {
			require.Len(t, got, len(in))
		}
		Sent(append([]byte{0x55}, cdb...), in)
		(&Secrets{}).learn(cdb, in)
	}
}

// Paths of drives contain serial numbers; names of drives are not secret.
func TestSecrets(t *testing.T) {
	s := &Secrets{}
	s.learn(unhexed(t, "120000006000"), append(make([]byte, 8), "HL-DT-STDVDRAM GH24NSC01.00"...))
	s.AddWords("/dev/disk/by-id/usb-HL-DT-ST_DVDRAM_GH24NSC0_KX7Q2M9ZB4T1-0:0")
	s.Add("GH24NSC0")
	s.Add("0000")
	assert.Equal(t, []string{"KX7Q2M9ZB4T1"}, s.list())
	assert.Equal(t, "opening xxxxxxxxxxxx: no", s.Text("opening kx7q2m9zb4t1: no"))
	lines := `{"name":"X","in":"` + hex.EncodeToString([]byte("a KX7Q2M9ZB4T1 b")) + `","err":"no \"KX7Q2M9ZB4T1\""}`
	assert.NotContains(t, string(s.trace([]byte(lines))), "KX7Q2M9ZB4T1")
	assert.NotContains(t, string(s.trace([]byte(lines))), hex.EncodeToString([]byte("KX7Q")))
	s.Add(`C:\Users\Jörg "J" Doe`)
	lines = `{"msg":"command","error":"open C:\\Users\\Jörg \"J\" Doe\\x: no","cause":"kx7q2m9zb4t1"}`
	var line map[string]string
	require.NoError(t, json.Unmarshal(s.trace([]byte(lines)), &line))
	assert.NotContains(t, line["error"], "Doe")
	assert.Contains(t, line["error"], `\x: no`)
	assert.Equal(t, "xxxxxxxxxxxx", line["cause"])
}

// full is a file on a disk with room for this many bytes.
type full struct {
	*os.File
	archive *Archive
	room    int
}

func (f *full) Write(p []byte) (int, error) {
	room := f.room
	if f.archive.reserve != nil {
		room -= reserved
	}
	if len(p) > max(room, 0) {
		return 0, &fs.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return f.File.Write(p)
}

// On a full disk the archive uses the room that it has reserved, and then leaves out the
// largest entries.
func TestArchiveOnFullDisk(t *testing.T) {
	noise := rand.New(rand.NewPCG(3, 4))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(noise.Uint32())
		}
		return b
	}
	for _, c := range []struct {
		room    int
		dropped []string
		err     bool
	}{
		{reserved + 1<<20, nil, false},
		{1 << 19, nil, false},
		{60000, []string{"04.txt"}, false},
		{12000, []string{"04.txt", "03.txt"}, false},
		{10, nil, true},
	} {
		t.Run(fmt.Sprint(c.room), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.zip")
			a, err := Create(path, &Secrets{})
			require.NoError(t, err)
			a.f = &full{a.f.(*os.File), a, c.room}
			require.NoError(t, a.AddJSON("try.json", map[string]string{"a": "b"}))
			a.Add("04.txt", []byte(hex.EncodeToString(random(60000))))
			a.Add("03.txt", []byte(hex.EncodeToString(random(20000))))
			err = a.Save()
			assert.Equal(t, c.err, err != nil, "%v", err)
			require.NoError(t, a.Close())
			if c.err {
				assert.ErrorIs(t, err, syscall.ENOSPC)
				return
			}
			assert.Equal(t, c.dropped, a.Dropped)
			z, err := zip.OpenReader(path)
			require.NoError(t, err)
			assert.Equal(t, "try.json", z.File[0].Name)
			assert.Len(t, z.File, 3-len(c.dropped))
			require.NoError(t, z.Close())
			left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".redbook*"))
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
	_, err := Create(filepath.Join(t.TempDir(), "no", "a.zip"), &Secrets{})
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
