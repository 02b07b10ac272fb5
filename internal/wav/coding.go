package wav

import "io"

// Coding describes where the audio of a WAV file is and how it is coded. Package wav
// reads only PCM and floating point; decoders of other codings get the header's contents
// here.
type Coding struct {
	Tag          int // format tag (RFC 2361), that of the sub-format in an extensible fmt chunk; -1 for another kind of GUID
	Channels     int
	SampleRate   int   // Hz
	BlockBytes   int   // of a block of coded audio, or of a sample frame
	BlockSamples int   // sample frames in a block; 0 if the fmt chunk does not contain it
	Samples      int64 // sample frames by the fact chunk; 0 without one
	Start, Size  int64 // bytes of the audio
	Open         bool  // no size was written: Size extends to the end of the file
	Notes        []string
}

// ReadCoding reads the header of the WAV file of size bytes that begins at byte base, in
// any coding. name is used in messages. The data chunk must be complete. An error is an
// *Error.
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

// Promised returns how many sample frames the header promises, by the fact chunk or by
// the size of its blocks; -1 if unknown.
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
