package decode

import (
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/pcm"
)

// zeroTail returns the number of trailing zeros in the bytes from start to end. Interrupted
// downloads leave zeros if the file was allocated at its full size.
func zeroTail(r io.ReaderAt, start, end int64) int64 {
	buf := make([]byte, 64<<10)
	for at := end; at > start; {
		n := min(int64(len(buf)), at-start)
		p := buf[:n]
		if got, _ := r.ReadAt(p, at-n); int64(got) < n {
			return end - at
		}
		for i := len(p) - 1; i >= 0; i-- {
			if p[i] != 0 {
				return end - at + int64(len(p)-1-i)
			}
		}
		at -= n
	}
	return end - start
}

// zeroNote returns the note about uncompressed samples of which at least two seconds and a
// fifth of the audio are trailing zeros. These may be silence, except in unsigned 8-bit
// samples.
func zeroNote(r io.ReaderAt, start, bytes int64, f pcm.Format) string {
	if f.Encoding == pcm.U8 {
		return codedZeroNote(r, start, bytes)
	}
	n := zeroTail(r, start, start+bytes)
	second := int64(f.FrameBytes() * f.SampleRate)
	if n == bytes || n < 2*second || n < bytes/5 {
		return ""
	}
	return fmt.Sprintf("its last %s are zeros: silence, or an incomplete download", clock(duration(n/int64(f.FrameBytes()), f.SampleRate)))
}

// codedZeroNote is zeroNote for coded audio, in which zeros are never silence. At least 512
// bytes and a twentieth of the audio must be zeros.
func codedZeroNote(r io.ReaderAt, start, bytes int64) string {
	n := zeroTail(r, start, start+bytes)
	if n < 512 || n < bytes/20 {
		return ""
	}
	return fmt.Sprintf("the last %d bytes of its audio are zeros, as in an incomplete download", n)
}
