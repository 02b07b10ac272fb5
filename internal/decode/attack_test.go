package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
)

// subject is a container with a coding that other programs write.
type subject struct {
	name string
	args string // for ffmpeg; or another program with its arguments, IN and OUT
	// plain samples have no redundancy: a wrong byte is an undetectable click.
	plain bool
}

// subjects are the codings and containers that are attacked.
var subjects = []subject{
	{"pcm.wav", "-c:a pcm_s16le", true}, {"pcm.rf64", "-c:a pcm_s24le -rf64 always -f wav", true}, {"float.wav", "-c:a pcm_f32le", true},
	{"mulaw.wav", "-c:a pcm_mulaw", true}, {"adpcm.wav", "-c:a adpcm_ms", false}, {"ima.wav", "-c:a adpcm_ima_wav", false}, {"gsm.wav", "-ar 8000 -ac 1 -c:a gsm_ms", false},
	{"mp3.wav", "-c:a libmp3lame", false}, {"mp2.wav", "-c:a mp2", false}, {"ac3.wav", "-c:a ac3", false},
	{"pcm.aiff", "-c:a pcm_s16be", true}, {"sowt.aifc", "-c:a pcm_s16le -f aiff", true}, {"alaw.aiff", "-c:a pcm_alaw", true}, {"ima.aiff", "-c:a adpcm_ima_qt", false},
	{"pcm.au", "-c:a pcm_s16be", true}, {"mulaw.au", "-c:a pcm_mulaw", true}, {"pcm.w64", "-c:a pcm_s16le", true},
	{"pcm.caf", "-c:a pcm_s16be", true}, {"alac.caf", "-c:a alac", false}, {"mulaw.caf", "-c:a pcm_mulaw", true},
	{"a.flac", "", false}, {"hires.flac", "-ar 96000 -sample_fmt s32", false}, {"flac.oga", "-c:a flac", false}, {"vorbis.ogg", "-c:a libvorbis", false}, {"six.ogg", "-ac 6 -c:a libvorbis", false},
	{"a.opus", "-c:a libopus", false}, {"six.opus", "-ac 6 -c:a libopus", false}, {"speex.spx", "-ar 16000 -ac 1 -c:a libspeex", false},
	{"cbr.mp3", "-c:a libmp3lame -b:a 128k", false}, {"vbr.mp3", "-c:a libmp3lame -q:a 4", false}, {"bare.mp3", "-c:a libmp3lame -b:a 192k -write_xing 0 -id3v2_version 0", false},
	{"shine.mp3", "-c:a libshine -b:a 128k -write_xing 0", false}, {"lame.mp3", "lame --quiet -h IN OUT", false}, {"crc.mp3", "lame --quiet -p -V 2 IN OUT", false},
	{"a.mp2", "", false}, {"a.ac3", "", false}, {"a.eac3", "", false}, {"a.dts", "-strict -2", false}, {"a.aac", "", false}, {"a.amr", "-ar 8000 -ac 1 -c:a libopencore_amrnb", false},
	{"a.tta", "", false}, {"a.wv", "", false}, {"real.wv", "wavpack -q -y -m IN -o OUT", false}, {"a.ape", "mac IN OUT -c2000", false}, {"a.wma", "-c:a wmav2", false},
	{"aac.m4a", "", false}, {"alac.m4a", "-c:a alac", false}, {"fast.m4a", "-movflags +faststart", false}, {"frag.m4a", "-movflags frag_keyframe+empty_moov -frag_duration 500000", false},
	{"a.3gp", "-c:a aac", false}, {"pcm.mov", "-c:a pcm_s16le", true}, {"mp3.mp4", "-c:a libmp3lame", false},
	{"flac.mka", "-c:a flac", false}, {"aac.mka", "-c:a aac", false}, {"opus.webm", "-c:a libopus", false}, {"vorbis.webm", "-c:a libvorbis", false}, {"a.flv", "-c:a aac", false},
	{"mp2.ts", "-c:a mp2", false}, {"aac.ts", "-c:a aac", false}, {"ac3.ts", "-c:a ac3", false}, {"mp3.avi", "-c:a libmp3lame", false}, {"mp2.mpg", "-c:a mp2 -f mpeg", false},
	{"a.rm", "-c:a ac3", false}, {"a.voc", "-c:a pcm_s16le", true}, {"a.mlp", "-strict -2 -c:a mlp", false}, {"a.thd", "-strict -2 -c:a truehd -f truehd", false},
}

// place is where a packet of coded audio lies in the file.
type place struct{ at, size int }

// attack changes a file.
type attack struct {
	name string
	// harmless changes keep all of the audio.
	harmless bool
	do       func(data []byte, packets []place, rng *rand.Rand) []byte
}

func attacks() (list []attack) {
	add := func(name string, do func(data []byte, packets []place, rng *rand.Rand) []byte) {
		list = append(list, attack{name, false, do})
	}
	harmless := func(name string, do func(data []byte) []byte) {
		list = append(list, attack{name, true, func(d []byte, _ []place, _ *rand.Rand) []byte { return do(d) }})
	}
	for _, percent := range []int{10, 25, 50, 75, 90, 99} {
		add(fmt.Sprintf("cut%d", percent), func(d []byte, _ []place, _ *rand.Rand) []byte { return d[:len(d)*percent/100] })
	}
	for _, n := range []int{10, 40, 300} {
		add(fmt.Sprintf("head%d", n), func(d []byte, _ []place, _ *rand.Rand) []byte { return d[:min(n, len(d))] })
	}
	add("cut1", func(d []byte, _ []place, _ *rand.Rand) []byte { return d[:len(d)-1] })
	add("cutlast", func(d []byte, p []place, _ *rand.Rand) []byte {
		if len(p) == 0 {
			return nil
		}
		return d[:p[len(p)-1].at]
	})
	add("cutmid", func(d []byte, p []place, _ *rand.Rand) []byte {
		if len(p) == 0 {
			return nil
		}
		return d[:p[len(p)/2].at]
	})
	for n := range 20 {
		add(fmt.Sprintf("flip%d", n), func(d []byte, _ []place, rng *rand.Rand) []byte {
			return flip(d, rng.IntN(len(d)), byte(1+rng.IntN(255)))
		})
	}
	for _, n := range []int{4, 600, 5000} {
		add(fmt.Sprintf("zero%d", n), func(d []byte, _ []place, rng *rand.Rand) []byte {
			i := len(d)/3 + rng.IntN(len(d)/3)
			return at(d, i, make([]byte, min(n, len(d)-i))...)
		})
		add(fmt.Sprintf("less%d", n), func(d []byte, _ []place, rng *rand.Rand) []byte {
			i := len(d)/3 + rng.IntN(len(d)/3)
			return slices.Concat(d[:i], d[min(i+n, len(d)):])
		})
		add(fmt.Sprintf("twice%d", n), func(d []byte, _ []place, rng *rand.Rand) []byte {
			i := len(d)/3 + rng.IntN(len(d)/3)
			return slices.Concat(d[:min(i+n, len(d))], d[i:])
		})
	}
	add("zeroend", func(d []byte, _ []place, _ *rand.Rand) []byte {
		return append(d[:len(d)*6/10:len(d)*6/10], make([]byte, len(d)-len(d)*6/10)...)
	})
	add("-packet", func(d []byte, p []place, _ *rand.Rand) []byte {
		if len(p) < 5 {
			return nil
		}
		i := p[len(p)/2]
		return slices.Concat(d[:i.at], d[i.at+i.size:])
	})
	add("+packet", func(d []byte, p []place, _ *rand.Rand) []byte {
		if len(p) < 5 {
			return nil
		}
		i := p[len(p)/2]
		return slices.Concat(d[:i.at+i.size], d[i.at:])
	})
	add("0packet", func(d []byte, p []place, _ *rand.Rand) []byte {
		if len(p) < 5 {
			return nil
		}
		i := p[len(p)/2]
		return at(d, i.at, make([]byte, i.size)...)
	})
	add("double", func(d []byte, _ []place, _ *rand.Rand) []byte { return slices.Concat(d, d) })
	junk := make([]byte, 5000)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range junk {
		junk[i] = byte(rng.Uint32())
	}
	for _, n := range []int{1, 333, 5000} {
		harmless(fmt.Sprintf("junk%d", n), func(d []byte) []byte { return slices.Concat(d, junk[:n]) })
	}
	tag := append([]byte("ID3\x03\x00\x00\x00\x00\x02\x00"), make([]byte, 256)...)
	v1 := append([]byte("TAGx"), make([]byte, 124)...)
	harmless("0after", func(d []byte) []byte { return slices.Concat(d, make([]byte, 3000)) })
	harmless("id3v1", func(d []byte) []byte { return slices.Concat(d, v1) })
	harmless("id3v2", func(d []byte) []byte { return slices.Concat(tag, d) })
	harmless("0before", func(d []byte) []byte { return slices.Concat(make([]byte, 100), d) })
	harmless("junkbefore", func(d []byte) []byte { return slices.Concat(junk[:100], d) })
	return list
}

// verdict is how an attacked file was handled.
type verdict byte

// The verdicts.
const (
	equal      verdict = '=' // same sound, no new note
	noted      verdict = '+' // same sound, with a new note
	refused    verdict = 'E'
	otherNoted verdict = 'n' // different sound, with a note that the intact file doesn't have
	unsure     verdict = 'u' // different sound; the intact file's note already states that damage can't be detected
	click      verdict = 'c' // wrong samples in place, in a format without redundancy
	silent     verdict = 'X' // different sound, and no note
)

// heard is the result of opening and reading a file.
type heard struct {
	data      []byte
	note      string
	via       string
	concealed int
	err       error
}

func hear(path string) (h heard) {
	f, err := Open(path)
	if err != nil {
		return heard{err: err}
	}
	h.note, h.via = f.Note(), f.Via()
	h.data, h.err = samplesOf(path)
	if f.Via() == "" && h.err == nil {
		_ = checkFile(f)
	}
	h.concealed = f.Concealed()
	return h
}

func checkFile(f *File) error {
	_, err := reading.Check(context.Background(), f, nil)
	return err
}

// places are the numbers in a note: they differ from file to file.
var figures = regexp.MustCompile(`\d+`)

func judge(good, bad heard, plain bool) verdict {
	says := bad.concealed > 0 || figures.ReplaceAllString(bad.note, "N") != figures.ReplaceAllString(good.note, "N")
	same := bytes.Equal(good.data, bad.data)
	switch {
	case bad.err != nil:
		return refused
	case same && says:
		return noted
	case same:
		return equal
	case says:
		return otherNoted
	case plain && len(good.data) == len(bad.data):
		return click
	case strings.Contains(bad.note, unproven) || strings.Contains(bad.note, unsummed):
		return unsure
	}
	return silent
}

// signalFile writes three seconds of tones and noise with pauses.
func signalFile(t *testing.T) string {
	const frames = 3 * 44100
	rng := rand.New(rand.NewPCG(7, 7))
	body := make([]byte, 0, 4*frames)
	for i := range frames {
		x := float64(i) / 44100
		loud := 0.5 + 0.5*math.Sin(2*math.Pi*1.3*x)
		l := loud*0.4*math.Sin(2*math.Pi*(300+200*x)*x) + 0.05*(rng.Float64()-0.5)
		r := (1-loud)*0.4*math.Sin(2*math.Pi*1000*x) + 0.1*loud*(rng.Float64()-0.5)
		body = binary.LittleEndian.AppendUint16(body, uint16(int16(l*32767)))
		body = binary.LittleEndian.AppendUint16(body, uint16(int16(r*32767)))
	}
	h := at(fixture(t, "signal.wav")[:44], 40, binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	h = at(h, 4, binary.LittleEndian.AppendUint32(nil, uint32(len(body)+36))...)
	return write(t, "in.wav", append(h, body...))
}

// encode writes a subject; false if no installed program can.
func (s subject) encode(t *testing.T, in, out string) bool {
	args := strings.Fields(s.args)
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		for i := range args {
			args[i] = strings.NewReplacer("IN", in, "OUT", out).Replace(args[i])
		}
	} else {
		args = slices.Concat([]string{"ffmpeg", "-v", "error", "-y", "-i", in, "-bitexact"}, args, []string{out})
	}
	text, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Logf("%s is left out: %v: %s", s.name, err, lastLine(string(text)))
	}
	return err == nil
}

// packetPlaces asks ffprobe for the positions of the packets.
func packetPlaces(path string) (list []place) {
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "packet=pos,size", "-of", "json", path).Output()
	if err != nil {
		return nil
	}
	var doc struct{ Packets []struct{ Pos, Size string } }
	if json.Unmarshal(out, &doc) != nil {
		return nil
	}
	for _, p := range doc.Packets {
		at, err1 := strconv.Atoi(p.Pos)
		size, err2 := strconv.Atoi(p.Size)
		if err1 == nil && err2 == nil {
			list = append(list, place{at, size})
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(list, func(p place) bool { return p.at < 0 || int64(p.at+p.size) > info.Size() })
}

// Every coding and container is cut, damaged, lengthened and prefixed in many ways. The
// burned audio is the sound of the whole file, or there is an error or a note.
// REDBOOK_ATTACK contains the names of the subjects to be attacked, or "all".
func TestAttacks(t *testing.T) {
	if os.Getenv("REDBOOK_ATTACK") == "" {
		t.Skip("takes minutes; REDBOOK_ATTACK=all runs it")
	}
	if !tools(t, "ffmpeg", "ffprobe") {
		return
	}
	in, dir := signalFile(t), t.TempDir()
	only := strings.Fields(os.Getenv("REDBOOK_ATTACK"))
	list := attacks()
	var names []string
	for _, a := range list {
		names = append(names, a.name)
	}
	t.Logf("attacks: %s", strings.Join(names, " "))
	for _, s := range subjects {
		if !slices.Contains(only, "all") && !slices.Contains(only, s.name) {
			continue
		}
		out := filepath.Join(dir, s.name)
		if !s.encode(t, in, out) {
			continue
		}
		t.Run(s.name, func(t *testing.T) { s.attack(t, out, list) })
	}
}

func (s subject) attack(t *testing.T, path string, list []attack) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	packets := packetPlaces(path)
	good := hear(path)
	require.NoError(t, good.err)
	var row strings.Builder
	var details, quiet []string
	for i, a := range list {
		bad := a.do(data, packets, rand.New(rand.NewPCG(uint64(len(s.name)), uint64(i))))
		if bad == nil || bytes.Equal(bad, data) {
			row.WriteByte(' ')
			continue
		}
		file := write(t, s.name, bad)
		h := hear(file)
		v := judge(good, h, s.plain)
		row.WriteByte(byte(v))
		detail := fmt.Sprintf("%c %s: %d of %d bytes", v, a.name, len(h.data), len(good.data))
		if h.err != nil {
			detail += ": " + strings.ReplaceAll(h.err.Error(), file, "x")
		}
		if h.note != good.note {
			detail += ": " + h.note
		}
		details = append(details, detail)
		if v == silent {
			quiet = append(quiet, detail)
		}
	}
	t.Logf("%-12s %-6s %s  [%s]", s.name, good.via, row.String(), good.note)
	assert.Empty(t, quiet, "a different sound without a note")
	if os.Getenv("REDBOOK_ATTACK_DETAILS") != "" {
		t.Log("\n" + strings.Join(details, "\n"))
	}
}
