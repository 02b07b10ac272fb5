package audio_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
)

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "cover.png")
	if err := os.WriteFile(path, []byte("\x89PNG\r\n\x1a\n"), 0o600); err != nil {
		panic(err)
	}
	_, err = album.Open(context.Background(), []string{path}, nil)
	if e, ok := errors.AsType[*audio.Error](err); ok {
		fmt.Println(filepath.Base(e.Name), e.Reason, errors.Is(err, audio.ErrNotAudio))
	}
	// Output: cover.png this is a PNG picture, not audio true
}
