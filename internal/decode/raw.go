package decode

import (
	"errors"

	"github.com/redbook-audio/redbook/internal/wav"
)

// Raw is a file without a header: sectors of a disc, as BIN files hold them. Open never
// takes a file for that, since anything could be.
const Raw Kind = "raw"

// OpenRaw opens a file that holds samples in the format of a disc and nothing else. An
// error is an *Error or a *wav.Error.
func OpenRaw(path string) (*File, error) { return openRaw(path, wav.OpenRaw) }

// OpenMotorola is OpenRaw for samples whose bytes are swapped, as cue sheets with
// MOTOROLA files have them.
func OpenMotorola(path string) (*File, error) { return openRaw(path, wav.OpenMotorola) }

func openRaw(path string, open func(string) (*wav.File, error)) (*File, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	f, err := open(path)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, unjoin(err)
	}
	return &File{name: path, info: info, kind: Raw, opened: opened{format: f.Format(), frames: f.Frames(), direct: f.Open}}, nil
}

// Headed reports whether the file at path begins like WAV, AIFF or FLAC, whatever its
// name.
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
		return err == nil && string(p[:]) == "fLaC" // a bare frame is too little to go by
	}
	return false
}
