package decode

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/mp3"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/pcm"
)

// openMP3 goes through an MP3 file frame by frame.
func openMP3(in input) (opened, error) {
	info, err := mp3.Scan(in.r, in.size)
	if err != nil {
		return opened{}, in.mp3Error(err)
	}
	for _, p := range info.Problems {
		if p.Kind != mp3.Extra && p.Bytes >= 1000 && whole.Frames(in.r, p.Offset, in.size) {
			return opened{}, in.fail(p.Offset, audio.ErrUnsupported, "the coding changes from MPEG Layer III to another layer in the middle of the file")
		}
	}
	t := id3At(in, 0, in.size)
	t.merge(apeTags(in))
	gained := t.first("mp3gain_undo") != "" || t.first("mp3gain_minmax") != ""
	t.merge(id3v1(in))
	return opened{
		format: pcm.Format{SampleRate: info.SampleRate, Channels: info.Channels, Encoding: pcm.F32},
		frames: info.Frames,
		tags:   t.tags(),
		note:   mp3Note(info, gained),
		chance: byChance(info, in.size),
		start: func(in input) (decoder, error) {
			return &mp3Decoder{in: in, d: mp3.NewDecoder(in.r, info)}, nil
		},
	}, nil
}

// mp3Note returns what is missing in a file. Bytes that belong to no frame are usual
// and cost nothing. gained means that the volume was changed by a program that leaves
// the checksum of the music as it was.
func mp3Note(info mp3.Info, gained bool) string {
	var list []string
	altered := false
	for _, p := range info.Problems {
		switch {
		case p.Kind == mp3.Altered && gained, p.Kind == mp3.Foreign:
			continue
		case p.Kind == mp3.Altered:
			altered = true
		}
		list = append(list, p.String())
	}
	if len(list) > 3 {
		list = append(list[:3], "and more")
	}
	if !info.Counted {
		list = append(list, unproven)
	}
	if !info.Summed && !altered {
		list = append(list, unsummed)
	}
	return strings.Join(list, "; ")
}

// chainedFrames are so many that they follow each other by design: a second or more.
const chainedFrames = 40

// byChance reports whether the frames of a file may be none: more than a quarter of its
// bytes belong to no frame, and those that do stand in short rows.
func byChance(info mp3.Info, size int64) bool {
	stray, frames, gaps := int64(0), info.MPEGFrames, int64(1)
	for _, p := range info.Problems {
		switch p.Kind {
		case mp3.Lost, mp3.Foreign, mp3.Unknown:
			stray += p.Bytes
			frames -= p.Frames
			gaps++
		}
	}
	return stray > size/4 && frames < gaps*chainedFrames
}

// mp3Error converts an error of package mp3 to an Error.
func (in input) mp3Error(err error) error {
	at := int64(-1)
	var me *mp3.Error
	if errors.As(err, &me) {
		at = me.Offset
	}
	reason := fmt.Sprint(err)
	if me != nil {
		reason = strings.TrimPrefix(reason, fmt.Sprintf("byte %d: ", me.Offset))
	}
	switch {
	case errors.Is(err, mp3.ErrNotMP3):
		return errors.Join(errOther, in.fail(at, audio.ErrNotAudio, "it contains no MPEG audio"))
	case errors.Is(err, mp3.ErrLayer):
		return other(in, "MP2 (MPEG audio of layer I or II)")
	case errors.Is(err, mp3.ErrTruncated):
		return in.fail(at, audio.ErrTruncated, "%s", reason)
	case errors.Is(err, mp3.ErrFormatChange):
		return in.fail(at, audio.ErrUnsupported, "%s", reason)
	case errors.Is(err, mp3.ErrEmpty):
		return in.fail(at, audio.ErrNotAudio, "%s", reason)
	}
	return in.wrap(at, "the MP3 stream", err)
}

// mp3Decoder returns the samples of an MP3 file.
type mp3Decoder struct {
	in input
	d  *mp3.Decoder
}

// Close ends what is decoded ahead.
func (d *mp3Decoder) Close() error {
	d.d.Close()
	return nil
}

func (d *mp3Decoder) at() int64        { return -1 } // its errors say it themselves
func (d *mp3Decoder) concealed() int64 { return d.d.ConcealedFrames() }

func (d *mp3Decoder) decode() ([]byte, error) {
	samples, err := d.d.Next()
	if err != nil && err != io.EOF {
		err = d.in.mp3Error(err)
	}
	return floatBytes(samples), err
}
