package decode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/internal/wav"
)

// lookFFmpeg asks the user's ffmpeg about a file that redbook doesn't decode. why
// reports its kind, as an *Error.
func lookFFmpeg(ctx context.Context, in input, kind Kind, why error) (Kind, opened, error) {
	what := string(kind)
	var e *audio.Error
	if errors.As(why, &e) {
		what = e.Reason
	}
	exe, err := exec.LookPath("ffmpeg")
	if err != nil {
		if kind == unknown {
			return kind, opened{}, in.fail(nowhere, audio.ErrNotAudio, "not an audio file that redbook can decode (formats are detected from the content, not the file name); "+
				"ffmpeg, which decodes more formats, is not installed")
		}
		return kind, opened{}, in.fail(nowhere, audio.ErrUnsupported, "%s: redbook needs ffmpeg to decode this, and ffmpeg "+
			"is not installed: install ffmpeg, or convert the file to FLAC or WAV", what)
	}
	promise, err := promised(ctx, in, kind)
	if err != nil {
		return kind, opened{}, err
	}
	select {
	case looks <- struct{}{}:
		defer func() { <-looks }()
	case <-ctx.Done():
		return kind, opened{}, ctx.Err()
	}
	f := &ffmpeg{exe: exe, in: in, promise: promise}
	if f.path, err = filepath.Abs(in.name); err != nil {
		return kind, opened{}, in.wrapPath(err)
	}
	o, err := f.look(ctx)
	if err != nil && kind == unknown && f.codec == "" && errors.Is(err, audio.ErrFFmpeg) {
		err = in.fail(nowhere, audio.ErrNotAudio, "not an audio file that redbook or ffmpeg can decode (formats are detected from the content, not the file name)")
	}
	return kind, o, err
}

// ffmpeg runs the program on one file.
type ffmpeg struct {
	exe   string
	path  string
	in    input
	codec string // of the samples it is to deliver

	coding  string        // of the samples in the file, by ffmpeg's name
	promise whole.Account // what the container says about its length
}

// ffmpegBlock is the most bytes of memory that ffmpeg may take at a time. A file decides
// what it asks for: whole pictures, tables, and, where it guesses the format by the name,
// everything up to a frame that never comes. A frame of 4K video takes 25 MB.
const ffmpegBlock = 32 << 20

// FFmpegs is how many of them should run at a time, however many processors there are: each
// takes 10 MB of memory, or with a crafted file much more, besides 40 MB of libraries that
// they share.
const FFmpegs = 2

// looks limits the runs that OpenContext makes. A limit on open readers could stop a caller
// that opens several for good.
var looks = make(chan struct{}, FFmpegs)

// ffmpegPatience is how long ffmpeg may look at a file without decoding it.
const ffmpegPatience = time.Minute

// command prepares a run on the file from the end of tags in front of it up to end: with
// the protocol file only, so that a playlist or a crafted container can't make it fetch
// anything, and the path can't be taken for an option or URL.
func (f *ffmpeg) command(ctx context.Context, end int64, before []string, after ...string) *exec.Cmd {
	protocols, url := "file,pipe", "file:"+f.path
	if f.in.base > 0 || end < f.in.size {
		// Most demuxers expect no tags in front, and some play what follows the audio.
		protocols += ",subfile"
		url = fmt.Sprintf("subfile,,start,%d,end,%d,,:%s", f.in.base, end, url)
	}
	args := append(before, "-max_alloc", strconv.Itoa(ffmpegBlock), "-nostdin", "-protocol_whitelist", protocols, "-err_detect", "crccheck+bitstream+buffer+explode", "-i", url)
	return exec.CommandContext(ctx, f.exe, append(args, after...)...)
}

// look finds out format, length and tags. It starts ffmpeg twice: a start takes longer
// than decoding a minute.
func (f *ffmpeg) look(ctx context.Context) (opened, error) {
	said, tags, err := f.probe(ctx)
	if err != nil {
		return opened{}, err
	}
	o := opened{via: "ffmpeg", start: f.start, tags: tags}
	first, err := f.start(f.in)
	if err != nil {
		return opened{}, err
	}
	o.format = first.(*ffmpegDecoder).s.Format()
	// The length in a header is an estimate in many of these formats.
	start := func(input) (decoder, error) { return first, nil }
	if o.frames, err = count(ctx, f.in, o.format, start, (f.in.size+1)<<16); err != nil {
		return o, err
	}
	n := len(ffmpegAudio().FindAllString(said, -1))
	if note := severalStreams(n); n > 1 && !slices.Contains(f.promise.Notes, note) {
		f.promise.Notes = append(f.promise.Notes, note)
	}
	o.note, err = f.keeps(o)
	return o, err
}

// probe asks ffmpeg about the file: which streams it has, and the tags, which it writes in
// the format ffmetadata. Missing tags are not an error.
func (f *ffmpeg) probe(ctx context.Context) (said string, t Tags, err error) {
	quick, cancel := context.WithTimeout(ctx, ffmpegPatience)
	defer cancel()
	streams, tags := &head{}, &head{limit: maxCueText}
	cmd := f.command(quick, f.in.size, []string{"-hide_banner"}, "-f", "ffmetadata", "pipe:1")
	cmd.Stderr, cmd.Stdout = streams, tags
	failed := cmd.Run()
	if err := ctx.Err(); err != nil {
		return "", Tags{}, err
	}
	said = streams.String()
	if f.coding, f.codec, err = ffmpegCodec(said, failed == nil); err != nil {
		return said, Tags{}, f.in.fail(nowhere, audio.ErrFFmpeg, "ffmpeg can't read it: %v", err)
	}
	if failed == nil {
		values := ffmetadata(tags.String())
		t = values.tags()
	}
	return said, t, nil
}

// ffmpegStream is a line such as
//
//	Stream #0:0[0x1](und): Audio: alac (alac / 0x63616C61), 96000 Hz, stereo, s32p (24 bit), 3074 kb/s
var ffmpegStream = pattern(`(?m)^ *Stream #0:\d+\S*: Audio: (\w+).*?, \d+ Hz, [^,]+, (u8|s16|s32|s64|flt|dbl)p?(?: \((\d+) bit\))?`)

// ffmpegAudio is the beginning of such a line, whatever the coding.
var ffmpegAudio = pattern(`(?m)^ *Stream #0:\d+\S*: Audio: `)

// pattern compiles a regular expression when it is first used: compiling it at every start
// of a program costs more than all that one of few files needs.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// ffmpegCodec chooses how ffmpeg shall write the samples so that nothing is
// lost, and finds how they are coded. readable is whether ffmpeg could read the file.
func ffmpegCodec(said string, readable bool) (coding, codec string, err error) {
	m := ffmpegStream().FindStringSubmatch(said)
	switch {
	case m == nil && strings.Contains(said, ": Video:"):
		return "", "", errors.New("it has no audio stream")
	case m == nil && strings.Contains(said, ": Audio:"):
		return "", "", errors.New("it contains audio in an unknown coding")
	case m == nil && readable:
		return "", "", errors.New("it has no audio stream")
	case m == nil && strings.Contains(said, "Cannot allocate memory"):
		return "", "", fmt.Errorf("a table or picture in it is larger than %d MiB, or it is damaged", ffmpegBlock>>20)
	case m == nil:
		return "", "", errors.New(lastLine(said))
	case m[2] == "u8" || m[2] == "s16":
		return m[1], "pcm_s16le", nil
	case m[2] == "s32" && (m[3] == "24" || m[3] == "20"):
		return m[1], "pcm_s24le", nil
	case m[2] == "s32" || m[2] == "s64":
		return m[1], "pcm_s32le", nil
	}
	return m[1], "pcm_f32le", nil
}

// lastLine is the last line of ffmpeg's output, without the name of the file.
func lastLine(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	line := lines[len(lines)-1]
	if i := strings.LastIndex(line, ": "); i >= 0 && strings.HasPrefix(line, "file:") {
		line = line[i+2:]
	}
	return oneLine(line)
}

// ffmetadata reads name=value lines, in which a backslash precedes =, ;, #, \ and line
// ends. It leaves out chapters.
func ffmetadata(s string) (t tagValues) {
	var line strings.Builder
	name, chapter := "", false
	end := func() {
		switch text := line.String(); {
		case name == "" && strings.HasPrefix(text, "["):
			chapter = text == "[CHAPTER]"
		case name != "" && !chapter:
			t.add(name, text)
		}
		name = ""
		line.Reset()
	}
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			line.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '=' && name == "":
			name = line.String()
			line.Reset()
		case r == '\n':
			end()
		default:
			line.WriteRune(r)
		}
	}
	end()
	return t
}

// start begins to decode: ffmpeg writes a WAV file into a pipe.
func (f *ffmpeg) start(in input) (decoder, error) {
	ctx, cancel := context.WithCancel(context.Background())
	// With -xerror an incomplete packet is an error. The last one of a file without a size
	// always looks incomplete.
	before := []string{"-v", "error"}
	if !f.promise.Open {
		before = append(before, "-xerror")
	}
	end := f.in.size
	if f.promise.End > 0 {
		end = f.promise.End
	}
	cmd := f.command(ctx, end, before, "-map", "0:a:0", "-map_metadata", "-1", "-c:a", f.codec, "-f", "wav", "pipe:1")
	d := &ffmpegDecoder{in: in, cmd: cmd, cancel: cancel, said: &head{}}
	cmd.Stderr = d.said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, in.fail(nowhere, audio.ErrFFmpeg, "ffmpeg can't be started: %v", err)
	}
	if d.s, err = wav.Decode(in.name, out); err != nil {
		return nil, errors.Join(d.trouble(err), d.Close())
	}
	d.buf = make([]byte, 4096*d.s.Format().FrameBytes())
	d.sum = newSampleSum(f.promise, d.s.Format())
	return d, nil
}

// ffmpegDecoder returns the samples that a running ffmpeg writes.
type ffmpegDecoder struct {
	in     input
	cmd    *exec.Cmd
	cancel context.CancelFunc
	said   *head
	s      *wav.Stream
	sum    *sampleSum // nil if there is nothing to compare with
	buf    []byte
	ended  bool
}

func (d *ffmpegDecoder) at() int64 { return -1 }

func (d *ffmpegDecoder) decode() ([]byte, error) {
	if d.said.hasLine() && !d.ended { // at about this place
		return nil, d.trouble(nil)
	}
	n, err := io.ReadFull(d.s, d.buf)
	d.sum.add(d.buf[:n])
	switch {
	case err == io.ErrUnexpectedEOF && n > 0:
		return d.buf[:n], nil
	case err == io.EOF:
		return nil, d.end()
	case err != nil:
		return nil, d.trouble(err)
	}
	return d.buf, nil
}

// end waits for ffmpeg and trusts it only if it printed no warning: ffmpeg continues after
// damage and leaves out what it can't read.
func (d *ffmpegDecoder) end() error {
	if d.ended {
		return io.EOF
	}
	d.ended = true
	if err := d.cmd.Wait(); err != nil || d.said.Len() > 0 {
		return d.complaint(err)
	}
	if !d.sum.right() {
		return d.in.fail(nowhere, audio.ErrCorrupt, "the checksum (MD5) of all samples is not the one in the file")
	}
	return io.EOF
}

// trouble is an error while reading, for which ffmpeg usually has a better reason. It
// ends by itself where it was err that ended the reading.
func (d *ffmpegDecoder) trouble(err error) error {
	if d.ended {
		return d.complaint(err)
	}
	d.ended = true
	if err == nil {
		d.cancel()
		_ = d.cmd.Wait()
		return d.complaint(nil)
	}
	timer := time.AfterFunc(ffmpegGrace, d.cancel)
	failed := d.cmd.Wait()
	if killed := !timer.Stop(); d.said.Len() > 0 || failed != nil && !killed {
		return d.complaint(failed)
	}
	return d.in.fail(nowhere, audio.ErrFFmpeg, "ffmpeg ended early: %v", reason(err))
}

// ffmpegGrace is how long ffmpeg may take to end when its output has ended.
const ffmpegGrace = 10 * time.Second

// complaint quotes the first line of ffmpeg's output.
func (d *ffmpegDecoder) complaint(err error) error {
	first, _, _ := strings.Cut(strings.TrimSpace(d.said.String()), "\n")
	for strings.HasPrefix(first, "[") { // "[aac @ 0x55...] "
		_, rest, ok := strings.Cut(first, "] ")
		if !ok {
			break
		}
		first = rest
	}
	if first == "" {
		// With -xerror it ends at the first packet that its decoder rejects.
		return d.in.fail(nowhere, errors.Join(audio.ErrCorrupt, audio.ErrFFmpeg), "ffmpeg can't decode it from here on (%v)", err)
	}
	return d.in.fail(nowhere, errors.Join(audio.ErrCorrupt, audio.ErrFFmpeg), "ffmpeg says: %s", oneLine(first))
}

// Close ends ffmpeg if it still runs.
func (d *ffmpegDecoder) Close() error {
	d.cancel()
	if !d.ended {
		d.ended = true
		_ = d.cmd.Wait() // it was killed
	}
	return nil
}

// head keeps the first bytes of what a program writes and drops the rest.
type head struct {
	limit int // 64 KiB if 0

	mu   sync.Mutex
	text bytes.Buffer
}

// Len is how much is there.
func (t *head) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Len()
}

// hasLine reports whether the first line is complete: ffmpeg writes one in pieces.
func (t *head) hasLine() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.IndexByte(t.text.Bytes(), '\n') >= 0
}

// String returns it.
func (t *head) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// Write implements io.Writer.
func (t *head) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	limit := t.limit
	if limit == 0 {
		limit = 1 << 16
	}
	t.text.Write(p[:min(len(p), max(limit-t.text.Len(), 0))])
	return len(p), nil
}
