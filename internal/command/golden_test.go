package command_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// golden is a reply of a real drive and its decoded contents. The sources are in
// docs/internals/golden.md under "Replies from field logs".
type golden struct {
	name  string
	bytes string
	reply reply
	want  any
}

// reply is a kind of reply, for tests common to all of them.
type reply struct {
	decode  func(t *testing.T, b []byte) (any, error)
	compare func(t *testing.T, whole, part any, n int)
	at      int // offset of the length field
	width   int // bytes of it
	counts  int // bytes that the length doesn't count
	header  int // bytes of a header that is read whatever the length
}

// kind describes a reply type; a truncated reply may lack the optional fields.
func kind[T any, P mmctest.Decoded[T]](start T, at, width, counts int, optional ...string) reply {
	return reply{
		decode: func(t *testing.T, b []byte) (any, error) {
			v := start
			err := P(&v).UnmarshalBinary(b)
			return v, err
		},
		compare: func(t *testing.T, whole, part any, n int) {
			mmctest.SameOrMarked(t, whole.(T), part.(T), n, optional)
		},
		at: at, width: width, counts: counts,
	}
}

func (r reply) withHeader(n int) reply {
	r.header = n
	return r
}

var (
	atipReply          = kind(command.ATIP{}, 0, 2, 2)
	bufferReply        = kind(command.BufferCapacity{}, 0, 2, 2)
	configurationReply = kind(command.Configuration{}, 0, 4, 4).withHeader(8)
	performanceReply   = kind(command.Performance{}, 0, 4, 4).withHeader(8)
	capabilitiesReply  = kind(command.Capabilities{}, 1, 1, 2)
	discReply          = kind(command.DiscInformation{}, 0, 2, 2)
	trackReply         = kind(command.TrackInformation{}, 0, 2, 2, "Size", "SizeValid")
	fullTOCReply       = kind(command.FullTOC{}, 0, 2, 2).withHeader(4)
	textReply          = kind(command.CDText{}, 0, 2, 2).withHeader(4)
	mcnKind            = kind(command.MCNData{}, 2, 2, 4)
	isrcKind           = kind(command.ISRCData{}, 2, 2, 4)
)

func TestGoldenReplies(t *testing.T) {
	for _, g := range goldenReplies() {
		t.Run(g.name, func(t *testing.T) {
			got, err := g.reply.decode(t, unhex(g.bytes))
			require.NoError(t, err)
			switch want := g.want.(type) {
			case nil:
			case func(*testing.T, any):
				want(t, got)
			default:
				assert.Equal(t, want, got)
			}
		})
	}
}

// A truncated reply is an error that names the reply, or has a subset of the fields of
// the whole.
// A whole reply with a shorter length is such an error, or the reply of a lesser drive.
func TestGoldenRepliesCut(t *testing.T) {
	for _, g := range goldenReplies() {
		t.Run(g.name, func(t *testing.T) {
			b := unhex(g.bytes)
			whole, err := g.reply.decode(t, b)
			require.NoError(t, err)
			for n := range b {
				part, err := g.reply.decode(t, slices.Clip(b[:n]))
				wantPart(t, g.reply, whole, part, err, n)
				wantExactNeed(t, g.reply, b, n, err)
				if n < max(g.reply.counts, g.reply.at+g.reply.width, g.reply.header) {
					continue
				}
				// A length field may end a reply early. Bytes after that end make no
				// difference.
				early := g.reply.claiming(b, int64(n))
				part, err = g.reply.decode(t, early)
				cut, cutErr := g.reply.decode(t, slices.Clip(early[:n]))
				require.Equal(t, cutErr == nil, err == nil, "%d bytes: %v, %v", n, cutErr, err)
				require.Equal(t, cut, part, "%d bytes", n)
			}
		})
	}
}

func wantPart(t *testing.T, r reply, whole, part any, err error, n int) {
	t.Helper()
	if err != nil {
		require.True(t, isUnusable(err), "%d bytes: %v", n, err)
		return
	}
	r.compare(t, whole, part, n)
}

// wantExactNeed checks the number of bytes that the error of a short reply asks for:
// with that many more is decoded, with one less it isn't.
func wantExactNeed(t *testing.T, r reply, b []byte, n int, err error) {
	t.Helper()
	if !errors.Is(err, exchange.ErrShortReply) {
		return
	}
	need := needed(t, err)
	require.Greater(t, need, n)
	require.LessOrEqual(t, need, len(b))
	_, err = r.decode(t, slices.Clip(b[:need-1]))
	require.Equal(t, need, needed(t, err), "with %d bytes", need-1)
	if _, err = r.decode(t, slices.Clip(b[:need])); err != nil {
		require.Greater(t, needed(t, err), need)
	}
}

// needed parses the text of exchange.ErrShortReply.
func needed(t *testing.T, err error) (n int) {
	t.Helper()
	require.ErrorIs(t, err, exchange.ErrShortReply)
	_, text, _ := strings.Cut(err.Error(), " bytes, ")
	_, scanErr := fmt.Sscanf(text, "%d are needed", &n)
	require.NoError(t, scanErr, "%v", err)
	return n
}

func isUnusable(err error) bool {
	return errors.Is(err, exchange.ErrShortReply) || errors.Is(err, exchange.ErrImplausible)
}

// claiming returns the reply with another total length in its length field.
func (r reply) claiming(b []byte, total int64) []byte {
	b = slices.Clone(b)
	switch v := total - int64(r.counts); r.width {
	case 1:
		b[r.at] = byte(v)
	case 2:
		binary.BigEndian.PutUint16(b[r.at:], uint16(v))
	case 4:
		binary.BigEndian.PutUint32(b[r.at:], uint32(v))
	}
	return b
}

// The minimum of each reply: without it a field is missing that every drive sends.
func TestGoldenRepliesNeed(t *testing.T) {
	for _, tt := range []struct {
		reply reply
		bytes string
		need  int
	}{
		{atipReply, atipCMC, 15}, {bufferReply, bufferR8, 12}, {configurationReply, configurationNEC, 8},
		{performanceReply, performanceLG, 8}, {capabilitiesReply, page2AMMC1, 20}, {discReply, discBlank, 24},
		{trackReply, trackBlank, 20}, {mcnKind, mcnReply, 22}, {isrcKind, isrcReply, 21},
	} {
		b := unhex(tt.bytes)
		_, err := tt.reply.decode(t, b[:tt.need-1])
		assert.ErrorIs(t, err, exchange.ErrShortReply, "%d bytes of %s", tt.need-1, tt.bytes)
		_, err = tt.reply.decode(t, b[:tt.need])
		assert.NoError(t, err, "%d bytes of %s", tt.need, tt.bytes)
	}
}

// A length beyond the bytes received is tolerated, and nothing is read there.
func TestGoldenRepliesClaimMore(t *testing.T) {
	for _, g := range goldenReplies() {
		t.Run(g.name, func(t *testing.T) {
			b := unhex(g.bytes)
			whole, err := g.reply.decode(t, b)
			require.NoError(t, err)
			for _, claim := range []int64{1, 2, 4, 16, 255, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF} {
				if claim += int64(len(b)); claim-int64(g.reply.counts) >= 1<<(8*g.reply.width) {
					claim = 1<<(8*g.reply.width) - 1 + int64(g.reply.counts) // the largest possible length
				}
				got, err := g.reply.decode(t, g.reply.claiming(b, claim))
				wantPart(t, g.reply, whole, got, err, len(b))
			}
		})
	}
}

// A USB-SATA bridge ended replies four bytes short and left its status wrapper there.
func TestGoldenRepliesWithTheMarkOfABridge(t *testing.T) {
	for _, g := range goldenReplies() {
		t.Run(g.name, func(t *testing.T) {
			b := unhex(g.bytes)
			copy(b[len(b)-4:], "USBS")
			_, err := g.reply.decode(t, b)
			assert.ErrorIs(t, err, exchange.ErrImplausible)
		})
	}
}

// The numbers that result from reading the mark of the wrapper as data, here also in
// the middle of a reply, where only the number gives it away.
func TestImplausibleNumbers(t *testing.T) {
	set := func(text string, at int, value string) []byte {
		b := unhex(text)
		copy(b[at:], unhex(value))
		return b
	}
	disc := func(at int, value string) []byte { return set(discBlank, at, value) }
	track := func(at int, value string) []byte { return set(trackBlank, at, value) }
	full := func(at int, value string) []byte { return set(fullTOCDone, at, value) }
	for _, tt := range []struct {
		text  string
		reply reply
		bytes []byte
	}{
		{"track information: impossible track number: 21761", trackReply, track(32, "55")},
		{"track information: impossible session number: 21249", trackReply, track(33, "53")},
		{"track information: impossible track number: 100", trackReply, track(2, "64")},
		{"track information: impossible track start: 404850", trackReply, track(8, "00 06 2D 72")},
		{"track information: impossible track start: -45151", trackReply, track(8, "FF FF 4F A1")},
		{"track information: impossible next writable address: 1431519827", trackReply, track(12, "55 53 42 53")},
		{"disc information: impossible first track: 100", discReply, disc(3, "64")},
		{"disc information: impossible number of sessions: 100", discReply, disc(4, "64")},
		{"disc information: impossible number of sessions: 257", discReply, disc(9, "01")},
		{"disc information: impossible first track of the last session: 100", discReply, disc(5, "64")},
		{"disc information: impossible first track of the last session: 21761", discReply, disc(10, "55")},
		{"disc information: impossible last track of the last session: 100", discReply, disc(6, "64")},
		{"disc information: impossible last track of the last session: 21249", discReply, disc(11, "53")},
		{"full TOC: impossible start at point A2h: 83:66:83", fullTOCReply, full(34, "53 42 53")},
		{"full TOC: impossible start at point 01h: 90:00:00", fullTOCReply, full(45, "5A 00 00")},
		{"full TOC: impossible track number: 0", fullTOCReply, full(12, "00")},
		{"full TOC: impossible track number: 100", fullTOCReply, full(23, "64")},
		{"full TOC: impossible session number: 0", fullTOCReply, full(4, "00")},
		{"full TOC: impossible session number: 100", fullTOCReply, full(37, "64")},
		{"full TOC: impossible first session: 100", fullTOCReply, full(2, "64")},
		{"full TOC: impossible last session: 100", fullTOCReply, full(3, "64")},
		{"performance data: impossible speed in kB/s: 1431519827", performanceReply, set(performanceLG, 20, "55 53 42 53")},
		{"performance data: impossible speed in kB/s: 80001", performanceReply, set(performanceLG, 16, "00 01 38 81")},
	} {
		_, err := tt.reply.decode(t, tt.bytes)
		assert.EqualError(t, err, tt.text)
		assert.ErrorIs(t, err, exchange.ErrImplausible, tt.text)
		assert.NotErrorIs(t, err, exchange.ErrShortReply, tt.text)
	}
}

// The last possible value of each field is valid.
func TestPlausibleNumbers(t *testing.T) {
	b := unhex(trackBlank)
	b[2], b[3] = 99, 99
	copy(b[8:], unhex("00 06 2D 71 | FF FF 4F A2 | 00 06 2D 72"))
	got := mmctest.Decode[command.TrackInformation](t, b)
	assert.Equal(t, toc.MaxLBA, got.Start)
	assert.Equal(t, toc.MinLBA, got.NWA)
	assert.Equal(t, toc.Sectors(404850), got.Free)
	assert.True(t, got.FreeValid)

	// One more, 7FFFFFFFh of some drives, and negative numbers are not valid.
	for _, value := range []string{"00 06 2D 73", "7F FF FF FF", "FF FF FF 6A"} {
		b := unhex(trackBlank)
		copy(b[16:], unhex(value))
		copy(b[24:], unhex(value))
		got := mmctest.Decode[command.TrackInformation](t, b)
		assert.False(t, got.FreeValid || got.SizeValid, value)
		assert.Zero(t, got.Free)
		assert.Zero(t, got.Size)
	}
	// An address that the drive marks as invalid is ignored.
	b = unhex(trackDone)
	copy(b[12:], unhex("55 53 42 53"))
	assert.Zero(t, mmctest.Decode[command.TrackInformation](t, b).NWA)

	b = unhex(discBlank)
	copy(b[3:7], []byte{99, 99, 99, 99})
	copy(b[16:], unhex("00 53 42 53 00 53 42 53"))
	disc := mmctest.Decode[command.DiscInformation](t, b)
	assert.Equal(t, []int{99, 99, 99, 99}, []int{disc.FirstTrack, disc.Sessions, disc.FirstTrackLastSession, disc.LastTrackLastSession})
	assert.False(t, disc.LastLeadInValid || disc.LastLeadOutValid, "83:66:83 is not a time")

	p := unhex(performanceLG)
	copy(p[16:], unhex("00 01 38 80 00 01 38 80"))
	copy(p[12:], unhex("00 06 2D 72"))
	speeds := command.Performance{}
	require.NoError(t, speeds.UnmarshalBinary(p))
	assert.Equal(t, mmc.WriteSpeed{KBps: 80000, ReadKBps: 80000}, speeds.Speeds[0], "an end off the disc isn't reported")
}
