package pcm

import (
	"fmt"
	"io"
)

// Join returns sources of the same format, one after the other without a gap, as one source. It
// is a Changer, which reports the changes of each. A single source is returned as it is, under its
// own name. An error matches ErrUnsupportedFormat, or reports an empty list.
func Join(name string, list ...Source) (Source, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: nothing to join", name)
	}
	if len(list) == 1 {
		return list[0], nil
	}
	j := &joined{name: name, list: list}
	for _, src := range list {
		if src.Format() != list[0].Format() {
			return nil, fmt.Errorf("%s consists of parts in different formats, %v (%s) and %v (%s): %w",
				name, list[0].Format(), list[0].Name(), src.Format(), src.Name(), ErrUnsupportedFormat)
		}
		j.frames += src.Frames()
	}
	return j, nil
}

// joined is several sources in sequence.
type joined struct {
	name   string
	list   []Source
	frames int64
}

func (j *joined) Name() string   { return j.name }
func (j *joined) Format() Format { return j.list[0].Format() }
func (j *joined) Frames() int64  { return j.frames }

// Changed implements Changer.
func (j *joined) Changed() error {
	for _, src := range j.list {
		if err := changed(src); err != nil {
			return err
		}
	}
	return nil
}

func (j *joined) Open() (io.ReadCloser, error) { return &joinedReader{list: j.list}, nil }

// joinedReader opens one source after the other. Each is read through Open, so it can't
// be shorter or longer than it promised.
type joinedReader struct {
	list    []Source // not opened yet
	r       *exact
	clipped int64
}

func (j *joinedReader) Read(p []byte) (int, error) {
	for {
		if j.r == nil {
			if len(j.list) == 0 {
				return 0, io.EOF
			}
			r, err := open(j.list[0])
			if err != nil {
				return 0, err
			}
			j.r, j.list = r, j.list[1:]
		}
		n, err := j.r.Read(p)
		if err != io.EOF {
			return n, err
		}
		j.clipped += j.r.Clipped()
		err = j.r.Close()
		j.r = nil
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Clipped adds up the counts of the sources.
func (j *joinedReader) Clipped() int64 {
	if j.r != nil {
		return j.clipped + j.r.Clipped()
	}
	return j.clipped
}

func (j *joinedReader) Close() error {
	if j.r == nil {
		return nil
	}
	return j.r.Close()
}
