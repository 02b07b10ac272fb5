package whole

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Look fails only by an error, whatever a file contains.
func FuzzLook(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Look(bytes.NewReader(data), 0, int64(len(data)), never)
		if err == nil && a.Frames < -1 {
			t.Errorf("%d frames", a.Frames)
		}
	})
}
