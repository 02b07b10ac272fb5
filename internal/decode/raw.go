package decode

import (
	"errors"

	"github.com/redbook-audio/redbook/internal/wav"
)

// Raw is the kind of a file of CD audio sectors without a header, such as a BIN file. Open
// never returns it, since raw audio can't be detected.
const Raw Kind = "raw"

// OpenRaw opens a file of headerless CD audio (pcm.CDDA). The error is an *Error that matches
// audio.ErrNotAudio for an empty file, audio.ErrTruncated for an incomplete last sample frame, or the
// error of the file system.
func OpenRaw(path string) (*File, error) { return openRaw(path, wav.OpenRaw) }

// OpenMotorola is OpenRaw for big-endian samples, as in the MOTOROLA files of cue sheets.
func OpenMotorola(path string) (*File, error) { return openRaw(path, wav.OpenMotorola) }

func openRaw(path string, open func(string) (*wav.File, error)) (*File, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	f, err := open(path)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, input{name: path}.wavError(unjoin(err))
	}
	return &File{name: path, info: info, kind: Raw, opened: opened{format: f.Format(), frames: f.Frames(), direct: f.Open}}, nil
}

// Headed reports whether the content of the file at path begins with the header of a WAV,
// AIFF or FLAC file.
func Headed(path string) bool {
	file, info, err := openRegular(path)
	if err != nil {
		return false
	}
	defer file.Close()
	switch k, _ := sniff(input{name: path, r: file, size: info.Size()}, 0); k {
	case WAV, AIFF:
		return true
	case FLAC:
		var p [4]byte
		_, err := file.ReadAt(p[:], 0)
		return err == nil && string(p[:]) == "fLaC" // a frame alone may be a coincidence
	}
	return false
}
