package engine

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// The next address of a track and the room after it, from the drive's report of the track and
// the capacity of the disc.
func TestWritableByTheDrive(t *testing.T) {
	for _, row := range []struct {
		name string
		ti   command.TrackInformation
		room toc.Sectors // on the disc; 0: unknown
		nwa  toc.LBA
		free toc.Sectors
	}{
		{"as reported", command.TrackInformation{NWA: 500, NWAValid: true, Free: 1000}, 2000, 500, 1000},
		{"no known disc", command.TrackInformation{NWA: 500, NWAValid: true, Free: 1000}, 0, 500, 1000},
		{"more than the disc holds", command.TrackInformation{NWA: 500, NWAValid: true, Free: 1501}, 2000, 500, 1500},
		{"no figure", command.TrackInformation{NWA: 500, NWAValid: true}, 2000, 500, 1500},
		{"no figure at all", command.TrackInformation{NWA: 500, NWAValid: true}, 0, 500, 0},
		{"no room", command.TrackInformation{NWA: 2500, NWAValid: true, Free: 10}, 2000, 2500, 0},
		{"no address", command.TrackInformation{Start: 452, Free: 1000}, 0, 452, 1000},
		{"no address, before the disc", command.TrackInformation{Start: -150, Free: 1000}, 0, 0, 1000},
		{"from the pregap on", command.TrackInformation{NWA: -150, NWAValid: true, Free: 1000}, 0, 0, 850},
		{"an address that isn't valid", command.TrackInformation{NWA: -150, Start: 0, Free: 1000}, 0, 0, 1000},
	} {
		j := &recording{}
		if row.room > 0 {
			j.Before.Capacity = fact(row.room)
		}
		nwa, free := j.Writable(row.ti)
		require.Equal(t, []int{int(row.nwa), int(row.free)}, []int{int(nwa), int(free)}, row.name)
	}
}

// Nothing may start below the end of the existing recording.
func TestFloorOfARecording(t *testing.T) {
	for _, row := range []struct {
		name   string
		before disc.Disc
		tasks  []*Task
		want   toc.LBA
		next   int
	}{
		{"blank", nextAt(blankDisc(), 1, -150), nil, 0, 1},
		{"tracks there", openDisc(), nil, 452, 2},
		{"a track written", blankDisc(), []*Task{{Number: 1, Sent: 300}}, 300, 2},
		{"two tracks written", blankDisc(), []*Task{{Number: 1, Sent: 300}, {Number: 2, Start: 452, Sent: 400}}, 852, 3},
		{"a track without a sector", nextAt(openDisc(), 7, 900), []*Task{{Number: 7, Start: 900}}, 900, 8},
		{"no number reported", nextAt(blankDisc(), 0, 0), nil, 0, 1},
	} {
		j := &recording{Before: row.before, Tasks: row.tasks}
		require.Equal(t, row.want, j.Floor(), row.name)
		require.Equal(t, row.next, j.NextNumber(), row.name)
	}
}

func nextAt(d disc.Disc, track int, nwa toc.LBA) disc.Disc {
	d.Next = fact(disc.Next{Track: track, NWA: nwa})
	return d
}

// A stream whose pregap or lead-in the host writes starts below 0; any other track doesn't.
func TestNextAddressOfATrack(t *testing.T) {
	lead := &LeadIn{Start: -11000}
	for _, row := range []struct {
		name string
		task Task
		ti   command.TrackInformation
		want toc.LBA
		ok   bool
	}{
		{"a track", Task{}, command.TrackInformation{NWA: 100, NWAValid: true}, 100, true},
		{"a track, and the drive counts the pregap", Task{}, command.TrackInformation{NWA: -150, NWAValid: true}, 0, true},
		{"no address", Task{}, command.TrackInformation{NWA: 100}, 0, false},
		{"the host writes the pregap", Task{Ahead: 150}, command.TrackInformation{NWA: -150, NWAValid: true}, -150, true},
		{"the host has written the pregap", Task{LeadIn: lead}, command.TrackInformation{NWA: 100, NWAValid: true}, 100, true},
		{"amid the lead-in", Task{LeadIn: lead}, command.TrackInformation{NWA: -9000, NWAValid: true}, -9000, true},
		{"the host writes the pregap, no address", Task{Ahead: 150}, command.TrackInformation{NWA: -150}, -150, false},
	} {
		got, ok := nextOf(&row.task, row.ti)
		require.Equal(t, row.ok, ok, row.name)
		require.Equal(t, row.want, got, row.name)
	}
}

// The track being written is queried by its number, by FFh, and by the number of the next
// track, or of the first one of a stream. Only a refusal leads to the next query.
func TestNumbersOfTheTrackBeingWritten(t *testing.T) {
	for _, row := range []struct {
		name    string
		stream  bool
		answers []reply
		sent    []string
		want    toc.LBA
		err     error
	}{
		{"known", false, []reply{nwa(852)}, []string{"0 track 2"}, 852, nil},
		{"known as FFh", false, []reply{refusal, refusal, nwa(852)}, []string{"0 track 2", "0 track 2", "0 track 255"}, 852, nil},
		{"known as the next one", false, []reply{refusal, refusal, refusal, refusal, nwa(852)},
			[]string{"0 track 2", "0 track 2", "0 track 255", "0 track 255", "0 track 3"}, 852, nil},
		{"known as the first one", true, []reply{refusal, refusal, refusal, refusal, nwa(852)},
			[]string{"0 track 2", "0 track 2", "0 track 255", "0 track 255", "0 track 1"}, 852, nil},
		{"not known", false, []reply{refusal}, []string{"0 track 2", "0 track 2", "0 track 255", "0 track 255", "0 track 3", "0 track 3"}, 0, scsi.KeyIllegalRequest},
		{"a failure", false, []reply{broken}, []string{"0 track 2", "0 track 2", "0 track 2"}, 0, scsi.KeyHardwareError},
		{"no address", false, []reply{noAddress()}, []string{"0 track 2"}, 0, burn.ErrBadResponse},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: row.answers})
			j.method = stub{row.stream}
			j.Tasks = []*Task{{Number: 1}, {Number: 2}}
			got, err := j.NWA(j.Tasks[1])
			require.Equal(t, row.sent, s.sent)
			require.Equal(t, row.want, got)
			if row.err == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.err)
			}
		})
	}
}

// noAddress returns the reply to READ TRACK INFORMATION without a next writable address.
func noAddress() reply {
	r := nwa(0)
	r.data[7] = 0
	return r
}

// If a drive doesn't support track FFh, the next track is queried by its number. If that is
// refused too, the first answer counts.
func TestNextTrackOfADriveWithoutFFh(t *testing.T) {
	for _, row := range []struct {
		name    string
		answers []reply
		sent    int
		ok      bool
		err     error
	}{
		{"known", []reply{nwa(0)}, 1, true, nil},
		{"refused, and known by its number", []reply{refusal, refusal, nwa(0)}, 3, true, nil},
		{"refused twice", []reply{refusal}, 4, false, scsi.KeyIllegalRequest},
		{"refused, and fails", []reply{refusal, refusal, broken}, 5, false, scsi.KeyIllegalRequest},
		{"fails", []reply{broken}, 3, false, scsi.KeyHardwareError},
	} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: row.answers})
		ti, err := j.NextTrack(t.Context())
		require.Len(t, s.sent, row.sent, row.name)
		if row.ok {
			require.NoError(t, err, row.name)
			require.Equal(t, 1, ti.Track, row.name)
		} else {
			require.ErrorIs(t, err, row.err, row.name)
		}
	}
}

// A question to a drive that stays busy fails with the error that it is busy.
func TestQuestionsToADriveThatStaysBusy(t *testing.T) {
	for name, ask := range map[string]func(j *Job) error{
		"disc":  func(j *Job) error { _, err := j.DiscInformation(j.calm); return err },
		"track": func(j *Job) error { _, err := j.TrackInformation(j.calm, 1); return err },
		"at":    func(j *Job) error { _, err := j.TrackAt(j.calm, 1); return err },
	} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpReadDiscInformation: {full}, command.OpReadTrackInformation: {full}})
		began := s.now
		require.ErrorIs(t, ask(j), mmc.ErrNotReady, name)
		require.InDelta(t, 60, s.now.Sub(began).Seconds(), 1, name)
	}
}

// The drive reports the room for one more track. If it refuses to report the next track, a
// disc without room for a pause and a track of four seconds is full.
func TestRoomForOneMoreTrack(t *testing.T) {
	fullAt := func(capacity toc.Sectors) disc.Disc {
		d := blankDisc()
		d.Capacity = fact(capacity)
		return d
	}
	unknown := blankDisc()
	unknown.Capacity = disc.Fact[toc.Sectors]{}
	for _, row := range []struct {
		name    string
		before  disc.Disc
		tasks   []*Task
		test    bool
		answers []reply
		want    toc.Sectors
		sent    int
		err     error
	}{
		{"nothing written yet", blankDisc(), nil, false, nil, 359844, 0, nil},
		{"a test write", blankDisc(), []*Task{{Number: 1, Sent: 400}}, true, nil, 359844, 0, nil},
		{"as reported", blankDisc(), []*Task{{Number: 1, Sent: 400}}, false, []reply{nwa(552)}, 300000, 1, nil},
		{"refused on a full disc", fullAt(400 + 152 + 299), []*Task{{Number: 1, Sent: 400}}, false, []reply{refusal}, 0, 4, nil},
		{"refused, and there is room", fullAt(400 + 152 + 300), []*Task{{Number: 1, Sent: 400}}, false, []reply{refusal}, 0, 4, scsi.KeyIllegalRequest},
		{"refused, and unknown", unknown, []*Task{{Number: 1, Sent: 400}}, false, []reply{refusal}, 0, 4, nil},
		{"fails on a full disc", fullAt(500), []*Task{{Number: 1, Sent: 400}}, false, []reply{broken}, 0, 3, scsi.KeyHardwareError},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, &burn.Options{TestWrite: row.test}, map[byte][]reply{command.OpReadTrackInformation: row.answers})
			j.Before, j.Tasks = row.before, row.tasks
			got, err := j.Free()
			require.Equal(t, row.want, got)
			require.Len(t, s.sent, row.sent)
			if row.err == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.err)
			}
		})
	}
}

// A session counts as closed when disc information shows it, which is read every 400 ms.
func TestSessionSettles(t *testing.T) {
	info := func(status byte) reply {
		b := make([]byte, 34)
		b[1], b[2] = 32, status
		return reply{data: b}
	}
	open, final := info(0x01), info(0x0E)
	j, s := onScript(t, nil, map[byte][]reply{command.OpReadDiscInformation: {open, open, broken, broken, broken, final}})
	closed, err := j.Settled(5 * time.Second)
	require.NoError(t, err)
	require.True(t, closed)
	require.Equal(t, 6, s.times("READ DISC INFORMATION"))
	require.Equal(t, time.Unix(1000, 0).Add(1200*time.Millisecond), s.now)

	j, s = onScript(t, nil, map[byte][]reply{command.OpReadDiscInformation: {open}})
	closed, err = j.Settled(2 * time.Second)
	require.NoError(t, err)
	require.False(t, closed)
	require.Equal(t, time.Unix(1002, 0), s.now)
	require.Equal(t, 6, s.times("READ DISC INFORMATION"))

	stop := make(chan struct{})
	close(stop)
	j, s = onScript(t, &burn.Options{Hurry: stop}, map[byte][]reply{command.OpReadDiscInformation: {open}})
	closed, err = j.Settled(2 * time.Second)
	require.False(t, closed)
	require.True(t, Hurried(err))
	require.ErrorIs(t, err, burn.ErrUnconfirmed)
	require.Len(t, s.sent, 1)
}

// Page 05h is read back before a WRITE. If the drive keeps other values, the page is sent
// three times. If the drive doesn't return the page, it is trusted; if it doesn't answer, it
// isn't.
func TestPageIsReadBack(t *testing.T) {
	page := command.WriteParameters{WriteType: command.WriteTAO, BUFE: true}
	kept := func(change func(*command.WriteParameters)) reply {
		p := page
		change(&p)
		b := append(make([]byte, 8), p.Page(50)...)
		binary.BigEndian.PutUint16(b, uint16(len(b)-2))
		return reply{data: b}
	}
	same := kept(func(*command.WriteParameters) {})
	other := kept(func(p *command.WriteParameters) { p.WriteType = command.WriteSAO })
	test := kept(func(p *command.WriteParameters) { p.TestWrite = true })
	block := kept(func(p *command.WriteParameters) { p.DataBlockType = 8 })
	for _, row := range []struct {
		name          string
		reads         []reply
		selects, asks int // the page is asked for its length first
		want          error
	}{
		{"kept", []reply{same}, 1, 2, nil},
		{"kept the third time", []reply{other, other, other, other, same}, 3, 6, nil},
		{"another write type", []reply{other}, 3, 6, burn.ErrModeParams},
		{"a test write", []reply{test}, 3, 6, burn.ErrModeParams},
		{"another block", []reply{block}, 3, 6, burn.ErrModeParams},
		{"not returned", []reply{refusal}, 1, 2, nil},
		{"no answer", []reply{unanswered}, 1, 3, errNoAnswer},
	} {
		t.Run(row.name, func(t *testing.T) {
			j, s := onScript(t, nil, map[byte][]reply{command.OpModeSelect10: {good}})
			require.NoError(t, j.setPage(t.Context(), page)) // its length is known afterwards
			s.script[command.OpModeSense10], s.sent = row.reads, nil
			err := j.Arm(t.Context(), page)
			if row.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.want)
			}
			require.Equal(t, row.selects, s.times("MODE SELECT(10)"))
			require.Equal(t, row.asks, s.times("MODE SENSE(10)"))
		})
	}
	j, s := onScript(t, nil, map[byte][]reply{command.OpModeSelect10: {broken}})
	require.ErrorIs(t, j.Arm(t.Context(), page), scsi.KeyHardwareError)
	require.Zero(t, s.times("MODE SENSE(10)"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, j.Arm(ctx, page), context.Canceled)
}

// The track at an address is the one that the drive reports.
func TestTrackAtAnAddress(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: {nwa(5)}})
	ti, err := j.TrackAt(j.calm, 100)
	require.NoError(t, err)
	require.Equal(t, []any{1, toc.LBA(5)}, []any{ti.Track, ti.NWA})
	require.Equal(t, []string{"0 track 100"}, s.sent)
}
