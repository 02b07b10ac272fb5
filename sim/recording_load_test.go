package sim_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// survey is what a trial asks a drive, with the length of each reply.
var survey = []struct {
	cdb   string
	alloc int
}{
	{"51 00 00 00 00 00 00 00 22 00", 34},
	{"12 00 00 00 60 00", 96},
	{"46 00 00 00 00 00 00 10 00 00", 4096},
	{"5A 00 3F 00 00 00 00 04 00 00", 1024},
	{"5A 00 BF 00 00 00 00 04 00 00", 1024},
	{"AC 10 00 00 00 00 00 00 00 40 00 00", 1032},
	{"AC 00 00 00 00 00 00 00 00 40 03 00", 1032},
	{"5C 00 00 00 00 00 00 00 0C 00", 12},
	{"52 01 00 00 00 FF 00 00 30 00", 48},
	{"43 02 04 00 00 00 00 00 20 00", 32},
}

// traced sends a command to a traced drive.
func traced(t *testing.T, tr scsi.Transport, command string, out []byte, alloc int) scsi.Result {
	t.Helper()
	b := cdb(command)
	req := scsi.Request{CDBLen: len(b), Name: command[:2]}
	copy(req.CDB[:], b)
	switch {
	case out != nil:
		req.Dir, req.Data = scsi.DataOut, out
	case alloc > 0:
		req.Dir, req.Data = scsi.DataIn, make([]byte, alloc)
	}
	res, err := tr.Do(context.Background(), &req)
	require.NoError(t, err)
	return res
}

// archive makes an archive of a trial from the parts that LoadPersonality reads.
func archive(t *testing.T, parts map[string][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trial.zip")
	f, err := os.Create(path)
	require.NoError(t, err)
	z := zip.NewWriter(f)
	for name, data := range parts {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, errors.Join(z.Close(), f.Close()))
	return path
}

// A drive made from a trial of another answers every question of the survey as that drive
// does.
func TestLoadPersonality(t *testing.T) {
	for _, name := range []string{"modern", "old", "mmc1", "pioneer", "short-05", "sao-unknown", "busy-status"} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, name, sim.CDR80)
			var asked, burned bytes.Buffer
			tr := scsi.NewTrace(h.d, slog.New(slog.NewJSONHandler(&asked, nil)))
			var want []string
			for _, q := range survey {
				res := traced(t, tr, q.cdb, nil, q.alloc)
				a, reply := h.do(q.cdb, nil, q.alloc)
				assert.Equal(t, answer(res), a, q.cdb)
				want = append(want, q.cdb+": "+a+" "+string(reply))
			}
			tr = scsi.NewTrace(h.d, slog.New(slog.NewJSONHandler(&burned, nil)))
			err := album{}.commands(func(command string, data []byte) error {
				for range 10000 {
					res := traced(t, tr, command, data, 0)
					if a := answer(res); a != "busy" && a != "2/04/08" && a != "2/04/07" {
						return nil // the trial also holds what a drive refuses
					}
					traced(t, tr, "52 01 00 00 00 FF 00 00 30 00", nil, 48)
					h.d.Sleep(context.Background(), 20e6)
				}
				return errInterrupted
			})
			require.NoError(t, err)
			p, facts, err := sim.LoadPersonality(archive(t, map[string][]byte{"01.jsonl": asked.Bytes(), "02.jsonl": burned.Bytes()}))
			require.NoError(t, err)
			assert.NotEmpty(t, facts)
			again := newHostOf(t, p, sim.NewDisc(sim.CDR80))
			for i, q := range survey {
				a, reply := again.do(q.cdb, nil, q.alloc)
				assert.Equal(t, want[i], q.cdb+": "+a+" "+string(reply))
			}
			for _, f := range facts {
				assert.NotEmpty(t, f.Name)
				assert.NotEmpty(t, f.Value, f.Name)
				assert.Contains(t, []string{"", "all", "01.jsonl", "02.jsonl"}, f.From, f.Name)
			}
		})
	}
}

// A file that isn't an archive of a trial is refused.
func TestLoadPersonalityRefuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text.zip")
	require.NoError(t, os.WriteFile(text, []byte("no archive"), 0o666))
	for name, path := range map[string]string{
		"text":         text,
		"empty":        archive(t, nil),
		"other files":  archive(t, map[string][]byte{"song.wav": []byte("RIFF")}),
		"no JSON":      archive(t, map[string][]byte{"01.jsonl": []byte("hello\n")}),
		"no names":     archive(t, map[string][]byte{"01.jsonl": []byte(`{"msg":"scsi command","cdb":"000000000000","status":0}` + "\n")}),
		"no hex":       archive(t, map[string][]byte{"01.jsonl": []byte(`{"msg":"scsi command","cdb":"xy","status":0}` + "\n")}),
		"short answer": archive(t, map[string][]byte{"01.jsonl": []byte(`{"msg":"scsi command","cdb":"120000006000","status":0,"in":"0580","n":2}` + "\n")}),
		"other report": archive(t, map[string][]byte{"02-burn.json": []byte("[]")}),
	} {
		_, _, err := sim.LoadPersonality(path)
		assert.ErrorIs(t, err, sim.ErrNotTrial, name)
	}
	_, _, err := sim.LoadPersonality(filepath.Join(t.TempDir(), "none.zip"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
