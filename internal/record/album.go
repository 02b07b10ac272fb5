//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/redbook-audio/redbook/internal/decode"
)

// track is a tone with a title.
type track struct {
	title   string
	seconds int
	pitch   float64 // Hz
}

var tracks = []track{{"First Light", 221, 220}, {"Slow Tide", 254, 165}, {"Two Clocks", 187, 330}, {"Last Ferry", 238, 247}}

// writeAlbum makes a folder of FLAC files.
func writeAlbum(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, t := range tracks {
		tags := decode.FLACTags{{"TITLE", t.title}, {"ARTIST", "Harbor Trio"}, {"ALBUM", "Low Water"}, {"TRACKNUMBER", strconv.Itoa(i + 1)}}
		if err := t.write(filepath.Join(dir, fmt.Sprintf("%02d %s.flac", i+1, t.title)), tags); err != nil {
			return err
		}
	}
	return nil
}

// write makes the file of a track, a second at a time. The tone swells and fades each second.
func (t track) write(path string, tags decode.FLACTags) (err error) {
	const rate = 44100
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := decode.NewFLACWriter(f, int64(t.seconds)*rate, tags)
	if err != nil {
		return err
	}
	second := make([]byte, 0, rate*4)
	for i := range rate {
		v := uint16(int16(12000 * math.Sin(2*math.Pi*t.pitch*float64(i)/rate) * math.Sin(math.Pi*float64(i)/rate)))
		second = binary.LittleEndian.AppendUint16(second, v)
		second = binary.LittleEndian.AppendUint16(second, v)
	}
	for range t.seconds {
		if _, err := w.Write(second); err != nil {
			return err
		}
	}
	return w.Close()
}
