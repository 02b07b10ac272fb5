package wav

import "io"

// Coding is where the audio of a WAV file lies and how it is coded. Package wav reads
// PCM and floating point only; a decoder of other codings finds here what the file
// states about itself.
type Coding struct {
	Tag          int // format tag (RFC 2361), that of the sub-format in an extensible fmt chunk; -1 if that is none
	Channels     int
	SampleRate   int   // Hz
	BlockBytes   int   // of a block of coded audio, or of a sample frame
	BlockSamples int   // sample frames in a block; 0 if the fmt chunk does not contain it
	Samples      int64 // sample frames by the fact chunk; 0 without one
	Start, Size  int64 // bytes of the audio
	Open         bool  // no size was written: Size reaches to the end of the file
	Notes        []string
}

// ReadCoding reads the header of the WAV file of size bytes that begins at byte base,
// in any coding. name is used in messages. The data chunk must be whole. An
// error is an *Error.
func ReadCoding(name string, r io.ReaderAt, base, size int64) (Coding, error) {
	in := &fileCursor{r: r, off: base, size: size}
	h, err := parse(name, in, true)
	if err != nil {
		return Coding{}, err
	}
	if err := h.behind(name, in); err != nil {
		return Coding{}, err
	}
	c := h.coding
	c.Start, c.Size, c.Open, c.Notes = h.start, h.size, h.open, h.notes
	return c, nil
}

// Promised is how many sample frames the file promises, -1 if it promises none: by the
// fact chunk, or by the size of its blocks.
func (c Coding) Promised() int64 {
	switch {
	case c.Open || c.BlockBytes <= 0:
		return -1
	case c.Tag == tagPCM || c.Tag == tagFloat || c.Tag == tagALaw || c.Tag == tagMuLaw:
		return c.Size / int64(c.BlockBytes)
	case c.BlockSamples > 0 && (c.Tag == tagADPCM || c.Tag == tagIMA || c.Tag == tagGSM):
		n := c.Size / int64(c.BlockBytes) * int64(c.BlockSamples)
		if c.Samples > 0 && c.Samples < n {
			n = c.Samples
		}
		return n
	case c.Samples > 0:
		return c.Samples
	}
	return -1
}
