package wav

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
)

// FuzzOpen opens arbitrary files. None may cause a panic, and errors are *Error. An
// accepted file has whole frames, no more than its bytes, and can be read to the end,
// also through a pipe.
func FuzzOpen(f *testing.F) {
	for _, tc := range malformed() {
		if len(tc.data) < 1000 {
			f.Add(tc.data)
		}
	}
	f.Add(riff(cd(), chunkOf("data", music(40))))
	f.Add(riff(chunkOf("LIST", []byte("INFO1")), extensible(1, 2, 24, 20), chunkOf("data", music(60))))
	f.Add(form("RF64", 0xFFFFFFFF, tabled(), cd(), sized("axml", 0xFFFFFFFF, music(64)), sized("data", 0xFFFFFFFF, music(240))))
	f.Add(append([]byte("RIFX\x00\x00\x00\x2CWAVEfmt \x00\x00\x00\x10\x00\x01\x00\x02\x00\x00\xAC\x44\x00\x02\xB1\x10\x00\x04\x00\x10data\x00\x00\x00\x08"), music(8)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e *Error
		file, err := open(data)
		if err != nil {
			if !errors.As(err, &e) || e.Offset < 0 || e.Err == nil {
				t.Fatalf("%#v", err)
			}
		} else {
			frame := file.Format().FrameBytes()
			if file.Frames() <= 0 || file.Frames()*int64(frame) > int64(len(data)) {
				t.Fatalf("%d frames of %d bytes in %d", file.Frames(), frame, len(data))
			}
			r, err := pcm.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, r); err != nil || n != file.Frames()*int64(frame) {
				t.Fatalf("%d bytes of %d: %v", n, file.Frames()*int64(frame), err)
			}
		}
		s, err := Decode("pipe", bytes.NewReader(data))
		if err == nil {
			_, err = io.Copy(io.Discard, s)
		}
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%#v", err)
		}
	})
}
