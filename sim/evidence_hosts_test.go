package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// The commands of other burning programs, recorded while they burned three audio
// tracks of 400, 351 and 600 blocks (peers 1.5). The drive gets the same bytes;
// afterwards the disc must hold what was written.

// step is one recorded command.
type step struct {
	cdb  string
	out  string // parameter list
	in   int    // allocation length
	want string // "" is GOOD, "no" any refusal that the program ignores
}

func (w *wire) play(steps []step) {
	w.Helper()
	for _, s := range steps {
		dir, data := scsi.NoData, []byte(nil)
		switch {
		case s.out != "":
			dir, data = scsi.DataOut, unhex(w, s.out)
		case s.in > 0:
			dir, data = scsi.DataIn, make([]byte, s.in)
		}
		answer, _ := w.send(s.cdb, dir, data)
		switch s.want {
		case "":
			require.Equal(w, good, answer, s.cdb)
		case "no":
			require.Regexp(w, "^5/", answer, s.cdb)
		default:
			require.Equal(w, s.want, answer, s.cdb)
		}
	}
}

func unhex(t testing.TB, text string) []byte {
	b := make([]byte, len(quoted(text))/2)
	_, err := fmt.Sscanf(quoted(text), "%x", &b)
	require.NoError(t, err, text)
	return b
}

// untilReady is how both programs poll.
func (w *wire) untilReady() {
	w.Helper()
	for range 3600 {
		if w.none("00 00 00 00 00 00") == good {
			return
		}
		w.sleep(500 * time.Millisecond)
	}
	require.Fail(w, "never ready")
}

const (
	recordedList = "00 00 00 00 00 00 00 00" // header of a parameter list
	pageZeros    = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
	// The page 05h that both sent; the write type and the following byte vary.
	recordedPage = recordedList + " 05 32 %s 00 00 00 00 00 00 00 00 00 00 96 " + pageZeros
)

func page(bytes2to4 string) string { return fmt.Sprintf(recordedPage, bytes2to4) }

// nextAddress is the READ TRACK INFORMATION that both sent, with their allocation length.
func (w *wire) nextAddress(alloc int) toc.LBA {
	w.Helper()
	b := w.in(fmt.Sprintf("52 01 00 00 00 FF 00 00 %02X 00", alloc), alloc)
	require.Equal(w, byte(1), b[7]&1, "NWA_V")
	return toc.LBA(int32(uint32(b[12])<<24 | uint32(b[13])<<16 | uint32(b[14])<<8 | uint32(b[15])))
}

var recordedTracks = []int{400, 351, 600}

// recorders are the default drive and one whose next track starts 150 sectors after the
// previous one, like the drive that the programs were recorded with.
func recorders(t *testing.T) map[string]struct {
	p      sim.Personality
	starts []toc.LBA
} {
	short := modern(t)
	short.Pregap = 148
	return map[string]struct {
		p      sim.Personality
		starts []toc.LBA
	}{
		"as recorded": {short, []toc.LBA{0, 0x226, 0x41B}},
		"modern":      {modern(t), []toc.LBA{0, 552, 1055}},
	}
}

func cdrskinInspection(w *wire) {
	w.play([]step{
		{cdb: "12 00 00 00 24 00", in: 36},
		{cdb: "46 00 00 00 00 00 00 00 10 00", in: 16},
		{cdb: "46 00 00 00 00 00 00 08 00 00", in: 2048},
		{cdb: "5A 00 2A 00 00 00 00 00 1E 00", in: 30},
		{cdb: "5A 00 2A 00 00 00 00 00 44 00", in: 68},
		{cdb: "AC 00 00 00 00 00 00 00 00 20 03 00", in: 8 + 32*16},
		{cdb: "AC 14 00 00 00 00 00 00 00 20 00 00", in: 8 + 32*16},
		{cdb: "5A 00 01 00 00 00 00 00 14 00", in: 20},
	})
}

func TestCdrskin(t *testing.T) {
	for name, r := range recorders(t) {
		t.Run(name, func(t *testing.T) {
			w := raw(t, sim.Config{Personality: r.p, Disc: sim.NewDisc(sim.CDR80)})
			w.untilReady()
			cdrskinInspection(w)
			w.play([]step{
				{cdb: "1E 00 00 00 00 00"}, {cdb: "1B 00 00 00 03 00"}, {cdb: "00 00 00 00 00 00"},
				{cdb: "1E 00 00 00 01 00"}, {cdb: "1B 01 00 00 01 00"}, {cdb: "00 00 00 00 00 00"}, {cdb: "1B 00 00 00 01 00"},
			})
			cdrskinInspection(w)
			w.play([]step{
				{cdb: "5A 00 05 00 00 00 00 00 0A 00", in: 10},
				{cdb: "51 00 00 00 00 00 00 00 22 00", in: 34},
				{cdb: "55 10 00 00 00 00 00 00 3C 00", out: page("02 00 00")},
			})
			assert.EqualValues(t, -150, w.nextAddress(0x14), "session-at-once would start in the pregap")
			w.play([]step{{cdb: "55 10 00 00 00 00 00 00 3C 00", out: page("01 00 00")}})
			assert.Zero(t, w.nextAddress(0x14))
			assert.Zero(t, w.nextAddress(0x14))
			w.play([]step{{cdb: "BB 00 02 E9 02 E9 00 00 00 00 00 00"}})

			for i, n := range recordedTracks {
				w.play([]step{{cdb: "55 10 00 00 00 00 00 00 3C 00", out: page("01 00 00")}})
				require.Equal(t, r.starts[i], w.nextAddress(0x14), "track %d", i+1)
				w.recordedWrites(r.starts[i], n, 13, 5)
				w.play([]step{{cdb: "35 02 00 00 00 00 00 00 00 00"}})
				w.untilReady()
			}
			w.play([]step{{cdb: "5B 01 02 00 00 00 00 00 00 00"}})
			w.untilReady()

			cdrskinInspection(w)
			w.play([]step{
				{cdb: "51 00 00 00 00 00 00 00 22 00", in: 34},
				{cdb: "25 00 00 00 00 00 00 00 00 00", in: 8},
				{cdb: "43 02 02 00 00 00 00 02 00 00", in: 512},
				{cdb: "52 01 00 00 00 01 00 00 22 00", in: 34}, {cdb: "52 01 00 00 00 02 00 00 22 00", in: 34},
				{cdb: "52 01 00 00 00 03 00 00 22 00", in: 34},
				{cdb: "1E 00 00 00 00 00"}, {cdb: "1B 01 00 00 00 00"}, {cdb: "00 00 00 00 00 00"},
			})
			w.wantAlbum(r.starts)
		})
	}
}

// recordedWrites sends a track in blocks of this many sectors, with READ BUFFER CAPACITY
// at this interval of commands.
func (w *wire) recordedWrites(start toc.LBA, n, blocks, every int) {
	w.Helper()
	w.in("5C 00 00 00 00 00 00 00 0C 00", 12)
	for i := 0; n > 0; i++ {
		part := min(n, blocks)
		require.Equal(w, good, w.write(start, part))
		start, n = start+toc.LBA(part), n-part
		if i%every == every-1 {
			w.in("5C 00 00 00 00 00 00 00 0C 00", 12)
		}
	}
}

// wantAlbum checks that the disc is closed and holds the three tracks.
func (w *wire) wantAlbum(starts []toc.LBA) {
	w.Helper()
	disc := w.d.Disc()
	assert.True(w, disc.Summary().Finalized)
	toc3 := w.hex("43 00 00 00 00 00 00 02 00 00", 512)
	want := fmt.Sprintf("00220103"+"0010010000000000"+"00100200%08X"+"00100300%08X"+"0010AA00%08X", starts[1], starts[2], starts[2]+602)
	assert.Equal(w, want, toc3)
	for i, n := range recordedTracks {
		assert.EqualValues(w, n, disc.Tracks()[i].Size)
		w.wantSectors(starts[i], n)
	}
}

func TestWodim(t *testing.T) {
	for name, r := range recorders(t) {
		t.Run(name, func(t *testing.T) {
			w := raw(t, sim.Config{Personality: r.p, Disc: sim.NewDisc(sim.CDR80)})
			w.untilReady()
			wodimInspection(w)
			wodimStart(w)
			for i, n := range recordedTracks {
				w.play([]step{
					{cdb: "5A 00 05 00 00 00 00 00 02 00", in: 2},
					{cdb: "5A 00 05 00 00 00 00 00 3C 00", in: 60}, {cdb: "5A 00 05 00 00 00 00 00 3C 00", in: 60},
					{cdb: "55 10 00 00 00 00 00 00 3C 00", out: page("01 00 00")},
				})
				require.Equal(t, r.starts[i], w.nextAddress(0x1C), "track %d", i+1)
				w.recordedWrites(r.starts[i], n, 27, 16)
				w.play([]step{{cdb: "35 00 00 00 00 00 00 00 00 00"}, {cdb: "00 00 00 00 00 00"}})
			}
			list := recordedList[:len(recordedList)-2] + "08 00 00 00 00 00 00 08 00 05 32 01 00 00 00 00 00 00 00 00 00 00 00 00 96 " + pageZeros
			w.play([]step{
				{cdb: "35 00 00 00 00 00 00 00 00 00"},
				{cdb: "5B 00 02 00 00 00 00 00 00 00"}, {cdb: "00 00 00 00 00 00"},
				{cdb: "51 00 00 00 00 00 00 00 22 00", in: 34},
				{cdb: "35 00 00 00 00 00 00 00 00 00"},
				{cdb: "55 10 00 00 00 00 00 00 44 00", out: list, want: "no"}, // a block descriptor of 2048
				{cdb: "1E 00 00 00 00 00"},
			})
			w.wantAlbum(r.starts)
		})
	}
}

func wodimInspection(w *wire) {
	w.Helper()
	w.play([]step{
		{cdb: "12 00 00 00 24 00", in: 36},
		{cdb: "5A 00 3F 00 00 00 00 00 FF 00", in: 255},
		{cdb: "5A 00 2A 00 00 00 00 00 08 00", in: 8}, {cdb: "5A 00 2A 00 00 00 00 00 40 00", in: 64},
		{cdb: "46 00 00 00 00 00 00 00 08 00", in: 8}, {cdb: "46 00 00 00 00 00 00 04 00 00", in: 1024},
		{cdb: "AD 00 00 00 00 00 00 00 00 04 00 00", in: 4, want: "no"},
		{cdb: "5A 00 30 00 00 00 00 00 08 00", in: 8, want: "no"},
	})
	// Which write modes does the drive support? TAO data, packet, SAO, SAO with block
	// types 2 and 3, RAW with 1, 2 and 3; then the first again. Any answer is allowed.
	for _, mode := range []string{"01 04 08", "00 25 08", "02 00 00", "02 00 02", "02 00 03", "03 00 01", "03 00 02", "03 00 03", "01 04 08"} {
		answer, _ := w.send("55 10 00 00 00 00 00 00 3C 00", scsi.DataOut, unhex(w, page(mode)))
		if answer != good {
			require.Equal(w, "5/26/00", answer, mode)
		}
		require.False(w, answer != good && strings.HasPrefix(mode, "01"), "TAO must be there")
	}
	w.play([]step{
		{cdb: "46 02 00 37 00 00 00 00 10 00", in: 16},
		{cdb: "5C 00 00 00 00 00 00 00 0C 00", in: 12},
		{cdb: "3C 02 00 00 00 00 00 FC 00 00", in: 0xFC00}, // "DMA test"
	})
}

func wodimStart(w *wire) {
	w.Helper()
	w.play([]step{
		{cdb: "1B 00 00 00 03 00"}, {cdb: "1B 00 00 00 01 00"}, {cdb: "1E 00 00 00 01 00"}, {cdb: "01 00 00 00 00 00"},
		{cdb: "25 00 00 00 00 00 00 00 00 00", in: 8},
		{cdb: "43 00 04 00 00 00 00 00 04 00", in: 4}, {cdb: "43 00 04 00 00 00 00 00 1C 00", in: 28},
		{cdb: "51 00 00 00 00 00 00 00 04 00", in: 4}, {cdb: "51 00 00 00 00 00 00 00 22 00", in: 34},
		{cdb: "52 01 00 00 00 FF 00 00 1C 00", in: 28},
		{cdb: "BB 00 02 E9 02 C4 00 00 00 00 00 00"},
		{cdb: "43 00 00 00 00 00 00 00 04 00", in: 4, want: "no"}, // the disc is blank
		{cdb: "55 10 00 00 00 00 00 00 3C 00", out: page("01 00 00")},
		{cdb: "54 01 00 00 00 00 00 00 00 00"},
	})
}
