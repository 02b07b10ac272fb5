package decode

import (
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/pcm"
)

// zeroTail is how many of the bytes from start to end are zeros at the end, as a
// download that was broken off leaves them where its file had its full size at once.
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

// zeroNote is the note about plain samples that end with zeros: more than two seconds and
// a fifth of the file. They may be silence, except with unsigned 8-bit samples.
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

// codedZeroNote is the same for coded samples, which never are silence: more than 512
// bytes, and a twentieth of the file.
func codedZeroNote(r io.ReaderAt, start, bytes int64) string {
	n := zeroTail(r, start, start+bytes)
	if n < 512 || n < bytes/20 {
		return ""
	}
	return fmt.Sprintf("the last %d bytes of its audio are zeros, as in an incomplete download", n)
}
