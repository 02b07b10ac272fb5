package mp3

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"testing"
)

// survive scans and decodes arbitrary bytes. Errors are *Error with a position in the file;
// an accepted file yields as many samples as Scan reported, all of them finite, and no more
// than its bytes can encode.
func survive(t testing.TB, data []byte) {
	t.Helper()
	r := bytes.NewReader(data)
	info, err := Scan(r, int64(len(data)))
	var e *Error
	if err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data))) {
		t.Fatalf("%#v", err)
	}
	if err != nil && info.SampleRate == 0 {
		return
	}
	// No frame is shorter than 21 bytes.
	if info.Frames < 0 || info.MPEGFrames > int64(len(data))/21+1 || info.Frames > info.MPEGFrames*1152 {
		t.Fatalf("%+v of %d bytes", info, len(data))
	}
	d := NewDecoder(r, info)
	buf := make([]float32, 1000)
	total := int64(0)
	for {
		n, err := d.Read(buf)
		total += int64(n)
		for _, v := range buf[:n] {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Fatal(v)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v, after Scan had accepted it", err)
		}
	}
	if total != info.Frames*int64(info.Channels) {
		t.Fatalf("%d samples, %+v", total, info)
	}
}

func FuzzDecode(f *testing.F) {
	for _, x := range fixtures {
		data := fixture(f, x.name)
		f.Add(data)
		f.Add(data[len(data)/3:])
	}
	audio := plain(3)
	f.Add(join(id3([]byte("iTunSMPB 0 210 900 1000"), true), infoFrame("Info", 3, 0, "LAME3.100", 576, 1000), audio, ape(nil)))
	f.Add(join(vbri(3), audio, id3(nil, false), audio, make([]byte, 50)))
	for rate := range uint8(9) {
		for _, mode := range []header{{mode: modeMono}, {mode: modeJoint, ext: 3}} {
			mode.rate, mode.version, mode.bitrate = rate, version(rate/3), 14
			g := forge{Rand: rand.New(rand.NewPCG(1, uint64(rate))), head: mode, blocks: []int{0, 1, 2, 3}, mixed: true, intensity: mode.ext != 0}
			f.Add(g.stream(2))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<18 {
			survive(t, data)
		}
	})
}

// Flipped bits, cuts, repetitions and headers overwritten with others: thousands of them,
// the same in every run.
func TestSurvive(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 14))
	rounds := 400
	if testing.Short() {
		rounds = 50
	}
	for _, f := range fixtures {
		original := fixture(t, f.name)
		for range rounds {
			data := bytes.Clone(original)
			for range 1 + r.IntN(20) {
				at := r.IntN(len(data))
				switch r.IntN(6) {
				case 0, 1:
					data[at] ^= 1 << r.IntN(8)
				case 2:
					data[at] = byte(r.Uint32())
				case 3:
					data = data[:at+1]
				case 4:
					data = append(data[:at:at], data[r.IntN(at+1):]...)
				case 5:
					copy(data[at:], original[r.IntN(len(original)):][:1])
					copy(data[at:], []byte{0xFF, 0xE0 | byte(r.Uint32()), byte(r.Uint32())})
				}
			}
			survive(t, data)
		}
	}
}
