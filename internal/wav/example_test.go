package wav_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

func Example() {
	dir, err := os.MkdirTemp("", "wav")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "second.wav")

	w, err := wav.Create(path, pcm.CDDA, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	w.Write(make([]byte, 176400))
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}

	f, err := wav.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := reading.Check(context.Background(), f, nil)
	fmt.Println(f.Format(), d.Frames, err)
	// Output: 44.1 kHz, 16 bit, stereo 44100 <nil>
}

func ExampleNew() {
	letter := "Dear disc, I am no music."
	_, err := wav.New("letter.wav", strings.NewReader(letter), int64(len(letter)))
	fmt.Println(errors.Is(err, wav.ErrNotWAV))
	fmt.Println(err)
	// Output:
	// true
	// letter.wav: byte 0: not a WAV file: it begins with "Dear" instead of RIFF
}
