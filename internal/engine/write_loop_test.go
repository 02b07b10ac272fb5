package engine

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// What follows a WRITE of 27 sectors to LBA 100 that the drive didn't simply accept: whether
// it is sent again, what the drive is asked before that, and the outcome.
func TestWriteThatIsNotSimplyCarriedOut(t *testing.T) {
	late := slices.Repeat([]reply{tooLate}, 6)
	for _, row := range []struct {
		name    string
		writes  []reply
		nwas    []reply
		sent    []string
		want    []error
		notes   []burn.NoteKind
		resends int
	}{
		{"good", []reply{good}, nil, []string{"0 write 100+27"}, nil, nil, 0},
		{"a full buffer: at once, and then a little later each time", []reply{full, full, full, good}, nil,
			[]string{"0 write 100+27", "0 write 100+27", "2 write 100+27", "6 write 100+27"}, nil, nil, 3},
		{"failed, and not accepted", []reply{checkCondition(3, 0x0C, 0)}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrWriteFailed, asc.WriteError}, nil, 0},
		{"failed, and accepted", []reply{checkCondition(3, 0x0C, 0)}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"failed, and two addresses", []reply{checkCondition(3, 0x0C, 0)}, []reply{nwa(127), nwa(128)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrWriteFailed, asc.WriteError, burn.ErrUnexpected}, nil, 0},
		{"failed for loss of streaming", []reply{checkCondition(3, 0x0C, 9)}, []reply{nwa(127)}, []string{"0 write 100+27"}, []error{burn.ErrWriteFailed, burn.ErrUnderrun}, nil, 0},
		{"failed earlier, and accepted", []reply{deferredError(3, 0x0C, 0)}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"failed earlier, and not accepted", []reply{deferredError(3, 0x0C, 0)}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrWriteFailed, asc.WriteError}, nil, 0},
		{"refused for its address, and accepted", []reply{checkCondition(5, 0x21, 2)}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"refused for its address, and not accepted", []reply{checkCondition(5, 0x21, 2)}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrWriteFailed, asc.InvalidAddressForWrite}, nil, 0},
		{"aborted, and accepted", []reply{checkCondition(0xB, 0x47, 0)}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"aborted, and not accepted", []reply{checkCondition(0xB, 0x47, 0), good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 write 100+27"},
			nil, []burn.NoteKind{notekind.WriteResent}, 1},

		{"working, and not accepted", []reply{working, good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"working, and before it", []reply{working, good}, []reply{nwa(73)}, []string{"0 write 100+27", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"working, and accepted", []reply{working}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"working, and an address past its end", []reply{working}, []reply{nwa(128)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"},
			[]error{burn.ErrUnexpected}, nil, 0},
		{"working, and no address at once", []reply{working, good}, []reply{broken}, []string{"0 write 100+27", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"working, and known under its third number", []reply{working, good}, []reply{refusal, refusal, nwa(100)},
			[]string{"0 write 100+27", "0 track 1", "0 track 255", "0 track 2", "0 write 100+27"}, nil, nil, 1},
		{"working, sent again and refused, but accepted", []reply{working, checkCondition(5, 0x21, 2)}, []reply{broken, nwa(127)},
			[]string{"0 write 100+27", "0 track 1", "0 write 100+27", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 1},
		{"working, sent again and refused, and not accepted", []reply{working, checkCondition(5, 0x21, 2)}, []reply{broken, nwa(100)},
			[]string{"0 write 100+27", "0 track 1", "0 write 100+27", "0 track 1", "0 track 1"}, []error{burn.ErrWriteFailed, asc.InvalidAddressForWrite}, nil, 1},
		{"working, sent again and failed", []reply{working, checkCondition(3, 0x0C, 0)}, []reply{broken},
			[]string{"0 write 100+27", "0 track 1", "0 write 100+27", "0 track 1", "0 track 1", "0 track 1"}, []error{burn.ErrWriteFailed, asc.WriteError}, nil, 1},

		{"busy, and not accepted", []reply{busy, good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"busy, and the buffer isn't counted", []reply{busy, good}, []reply{nwa(73)}, []string{"0 write 100+27", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"busy, and accepted", []reply{busy}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"busy more often than there are attentions", []reply{busy, busy, busy, busy, busy, busy, good}, []reply{nwa(100)},
			[]string{"0 write 100+27", "0 track 1", "0 write 100+27", "0 track 1", "2 write 100+27", "2 track 1", "6 write 100+27", "6 track 1",
				"12 write 100+27", "12 track 1", "20 write 100+27", "20 track 1", "30 write 100+27"}, nil, nil, 6},
		{"no error, and not accepted", []reply{checkCondition(0, 0, 0), good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"no error, and two addresses", []reply{checkCondition(0, 0, 0)}, []reply{nwa(100), nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrUnexpected}, nil, 0},
		{"an attention, and not accepted", []reply{checkCondition(6, 0x29, 0), good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 write 100+27"}, nil, nil, 1},
		{"an attention, and before it", []reply{checkCondition(6, 0x29, 0)}, []reply{nwa(73)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"},
			[]error{burn.ErrUnexpected}, nil, 0},
		{"an attention, and accepted", []reply{checkCondition(6, 0x29, 0)}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"an attention, and no address", []reply{checkCondition(6, 0x29, 0)}, []reply{broken}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"},
			[]error{scsi.KeyUnitAttention, scsi.KeyHardwareError}, nil, 0},
		{"four attentions", append(slices.Repeat([]reply{checkCondition(6, 0x29, 0)}, 4), good), []reply{nwa(100)},
			[]string{"0 write 100+27", "0 track 1", "0 write 100+27", "0 track 1", "2 write 100+27", "2 track 1", "6 write 100+27", "6 track 1", "12 write 100+27"}, nil, nil, 4},
		{"five attentions", slices.Repeat([]reply{checkCondition(6, 0x29, 0)}, 5), []reply{nwa(100)},
			[]string{"0 write 100+27", "0 track 1", "0 write 100+27", "0 track 1", "2 write 100+27", "2 track 1", "6 write 100+27", "6 track 1", "12 write 100+27"},
			[]error{scsi.KeyUnitAttention}, nil, 4},

		{"no answer, and accepted", []reply{unanswered}, []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
		{"no answer, and not accepted", []reply{unanswered, good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 write 100+27"},
			nil, []burn.NoteKind{notekind.WriteResent}, 1},
		{"no answer, and two addresses", []reply{unanswered}, []reply{nwa(100), nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrUnexpected, errNoAnswer}, nil, 0},
		{"no answer, and two other addresses", []reply{unanswered}, []reply{nwa(127), nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1"},
			[]error{burn.ErrUnexpected, errNoAnswer}, nil, 0},
		{"no answer, and only one address", []reply{unanswered}, []reply{nwa(127), broken}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1", "0 track 1"},
			[]error{scsi.KeyHardwareError, errNoAnswer}, nil, 0},
		{"no answer, and no address", []reply{unanswered}, []reply{broken}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 track 1"},
			[]error{scsi.KeyHardwareError, errNoAnswer}, nil, 0},
		{"not sent, and not accepted", []reply{notSent, good}, []reply{nwa(100)}, []string{"0 write 100+27", "0 track 1", "0 track 1", "0 write 100+27"},
			nil, []burn.NoteKind{notekind.WriteResent}, 1},
		{"not sent four times", slices.Repeat([]reply{notSent}, 4), []reply{nwa(100)},
			[]string{"0 write 100+27", "0 track 1", "0 track 1", "0 write 100+27", "0 track 1", "0 track 1", "2 write 100+27", "2 track 1", "2 track 1", "6 write 100+27", "6 track 1", "6 track 1"},
			[]error{errNoAnswer}, []burn.NoteKind{notekind.WriteResent, notekind.WriteResent, notekind.WriteResent}, 3},
		{"too late, and accepted", late[:1], []reply{nwa(127)}, []string{"0 write 100+27", "0 track 1", "0 track 1"}, nil, []burn.NoteKind{notekind.WriteTaken}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			script := map[byte][]reply{command.OpWrite10: row.writes}
			if row.nwas != nil {
				script[command.OpReadTrackInformation] = row.nwas
			}
			j, s := onScript(t, nil, script)
			j.Can.BUF = true
			require.NoError(t, j.Arm(j.calm, command.WriteParameters{WriteType: command.WriteTAO, BUFE: true}), "or a WRITE that is sent again needs the page first")
			task := silent(100)
			j.Tasks = []*Task{task}
			err := j.writing.write(task, make([]byte, 27*toc.SectorSize), 20)
			require.Equal(t, row.sent, s.sent)
			require.Equal(t, row.notes, kindsOf(j.rep.Tracks[0].Notes))
			require.Equal(t, row.resends, j.rep.Resends)
			require.True(t, task.tried)
			if row.want == nil {
				require.NoError(t, err)
				require.Equal(t, []toc.Sectors{127, 20, 0}, []toc.Sectors{task.Sent, task.music, task.unsure})
				require.Equal(t, toc.LBA(126), j.m.cur.LastWritten)
				return
			}
			for _, want := range row.want {
				require.ErrorIs(t, err, want)
			}
			require.Equal(t, []toc.Sectors{100, 0, 27}, []toc.Sectors{task.Sent, task.music, task.unsure}, "it may be on the disc")
			var at *burn.Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, burn.Error{Phase: burn.PhaseWrite, Track: 1, LBA: 100}, burn.Error{Phase: at.Phase, Track: at.Track, LBA: at.LBA})
			require.Equal(t, slices.Contains(row.want, error(burn.ErrUnderrun)), errors.Is(err, burn.ErrUnderrun))
		})
	}
}

// kindsOf returns the kinds of the notes.
func kindsOf(notes []burn.Note) (list []burn.NoteKind) {
	for _, n := range notes {
		list = append(list, n.Kind)
	}
	return list
}

// A burn tolerates five WRITEs that time out although the drive accepted them; the sixth ends
// it. It tolerates three WRITEs without an answer that weren't accepted; the fourth isn't sent
// again.
func TestHowManyWritesMayGoWrong(t *testing.T) {
	for name, row := range map[string]struct {
		answer reply
		nwa    func(at toc.LBA) reply
		good   int
		want   error
	}{
		"too late":  {tooLate, func(at toc.LBA) reply { return nwa(at + 27) }, 5, burn.ErrTimeout},
		"no answer": {unanswered, func(at toc.LBA) reply { return nwa(at + 27) }, 20, nil},
		"lost":      {unanswered, nwa, 3, errNoAnswer},
	} {
		j, s := onScript(t, nil, map[byte][]reply{})
		task := silent(0)
		j.Tasks = []*Task{task}
		for n := range 20 {
			s.script[command.OpWrite10] = []reply{row.answer, good}
			s.script[command.OpReadTrackInformation] = []reply{row.nwa(task.next())}
			err := j.writing.write(task, make([]byte, 27*toc.SectorSize), 27)
			if n == row.good {
				require.ErrorIs(t, err, row.want, name)
				break
			}
			require.NoError(t, err, "%s %d", name, n)
		}
	}
}

// The engine gives up on a drive whose buffer stays full after 200 seconds, and later waits
// are short.
func TestBufferThatStaysFull(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {full}})
	task := silent(100)
	began := s.now
	err := j.writing.write(task, make([]byte, 27*toc.SectorSize), 27)
	require.ErrorIs(t, err, burn.ErrTimeout)
	require.ErrorIs(t, err, burn.ErrBusy)
	require.ErrorContains(t, err, "no progress for 3:20")
	require.InDelta(t, 200, s.now.Sub(began).Seconds(), 0.05)
	require.True(t, j.stuck)
	require.InDelta(t, 200/0.027, len(s.sent), 20, "at intervals of 27 ms")
}

// A drive that stays busy after a WRITE and doesn't answer the question about it is stuck.
func TestDriveThatStaysBusyAfterAWrite(t *testing.T) {
	j, _ := onScript(t, nil, map[byte][]reply{command.OpWrite10: {busy}, command.OpReadTrackInformation: {working}})
	task := silent(100)
	err := j.writing.write(task, make([]byte, 27*toc.SectorSize), 27)
	require.ErrorIs(t, err, mmc.ErrNotReady)
	require.True(t, j.stuck)
	j, _ = onScript(t, nil, map[byte][]reply{command.OpWrite10: {busy}, command.OpReadTrackInformation: {broken}})
	require.Error(t, j.writing.write(task, make([]byte, 27*toc.SectorSize), 27))
	require.False(t, j.stuck)
}

// Hurry ends the wait for a full buffer.
func TestHurryEndsTheWaitForABuffer(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	j, s := onScript(t, &burn.Options{Hurry: stop}, map[byte][]reply{command.OpWrite10: {full}})
	err := j.writing.write(silent(100), make([]byte, 27*toc.SectorSize), 27)
	require.True(t, Hurried(err))
	require.ErrorIs(t, err, asc.LongWriteInProgress)
	require.Len(t, s.sent, 1)
	require.Zero(t, j.rep.Resends)
}

// An empty WRITE isn't sent.
func TestEmptyWrite(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {broken}})
	task := silent(100)
	require.NoError(t, j.writing.write(task, nil, 0))
	require.Empty(t, s.sent)
	require.False(t, task.tried)
}

// A refused address means a buffer underrun if the drive had to end the track when its buffer
// ran empty: not at the first WRITE, and not on a drive with underrun protection.
func TestWhatIsABufferUnderrun(t *testing.T) {
	for _, row := range []struct {
		asc, ascq byte
		sent      toc.Sectors
		buf, off  bool
		want      bool
	}{
		{0x21, 0x02, 100, false, false, true}, {0x21, 0x00, 100, false, false, true}, {0x24, 0x00, 100, false, false, true},
		{0x21, 0x02, 100, true, true, true}, {0x21, 0x02, 100, true, false, false}, {0x21, 0x02, 0, false, false, false},
		{0x64, 0x00, 100, false, false, false},
	} {
		j, _ := onScript(t, &burn.Options{NoBurnFree: row.off}, map[byte][]reply{command.OpWrite10: {checkCondition(5, row.asc, row.ascq)}})
		j.Can.BUF = row.buf
		err := j.writing.write(silent(row.sent), make([]byte, toc.SectorSize), 1)
		require.ErrorIs(t, err, burn.ErrWriteFailed)
		require.Equal(t, row.want, errors.Is(err, burn.ErrUnderrun), "%+v", row)
	}
	j, _ := onScript(t, nil, map[byte][]reply{command.OpWrite10: {checkCondition(3, 0x0C, 9)}})
	j.Can.BUF = true
	require.ErrorIs(t, j.writing.write(silent(0), make([]byte, toc.SectorSize), 1), burn.ErrUnderrun, "the drive says it")
}

// A stream is preceded by the blocks of the lead-in and the silence of the pregap, in order
// and without gaps, in WRITEs as long as the transport allows.
func TestWhatPrecedesAStream(t *testing.T) {
	lead := func() *LeadIn {
		return &LeadIn{Start: -360, Size: 210, Read: func(dst []byte, first toc.Sectors) {
			for i := range dst {
				dst[i] = byte(int(first) + i/96)
			}
		}}
	}
	ctx := context.Background()
	j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {good}})
	task := silent(0)
	task.Ahead, task.LeadIn = 150, lead()
	require.NoError(t, j.writing.ahead(ctx, task))
	require.Equal(t, []string{
		"0 write -360+96", "0 write -264+96", "0 write -168+18",
		"0 write -150+27", "0 write -123+27", "0 write -96+27", "0 write -69+27", "0 write -42+27", "0 write -15+15",
	}, s.sent)
	require.Zero(t, task.Ahead)
	require.Zero(t, task.Sent)
	require.Equal(t, toc.LBA(0), task.next())

	j, s = onScript(t, nil, map[byte][]reply{command.OpWrite10: {good}})
	j.writing.chunk = 1
	task = silent(0)
	task.Ahead, task.LeadIn = 2, lead()
	task.LeadIn.Size = 30
	require.NoError(t, j.writing.ahead(ctx, task))
	require.Equal(t, []string{"0 write -360+24", "0 write -336+6", "0 write -2+1", "0 write -1+1"}, s.sent, "24 blocks of 96 bytes in 2352")

	for name, row := range map[string]struct {
		answers []reply
		lba     toc.LBA
		sent    int
		left    toc.Sectors
	}{
		"the second of the lead-in fails": {[]reply{good, checkCondition(3, 0x0C, 0)}, -264, 2, 150},
		"the second of the pregap fails":  {[]reply{good, good, good, good, checkCondition(3, 0x0C, 0)}, -123, 5, 123},
	} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: row.answers})
		task := silent(0)
		task.Ahead, task.LeadIn = 150, lead()
		err := j.writing.ahead(ctx, task)
		require.ErrorIs(t, err, asc.WriteError, name)
		var at *burn.Error
		require.ErrorAs(t, err, &at)
		require.Equal(t, []any{burn.PhaseWrite, 1, row.lba}, []any{at.Phase, at.Track, at.LBA}, name)
		require.Len(t, s.sent, row.sent, name)
		require.Equal(t, row.left, task.Ahead, name)
	}

	canceled, cancel := context.WithCancel(ctx)
	cancel()
	for _, at := range []struct {
		lead *LeadIn
		lba  toc.LBA
	}{{nil, -150}, {lead(), -360}} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {good}})
		task := silent(0)
		task.Ahead, task.LeadIn = 150, at.lead
		err := j.writing.ahead(canceled, task)
		require.ErrorIs(t, err, burn.ErrCanceled)
		var e *burn.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, []any{burn.PhaseWrite, 1, at.lba}, []any{e.Phase, e.Track, e.LBA})
		require.Empty(t, s.sent)
	}
}

// A track that was cut short is padded to a given length, and no further.
func TestTrackIsFilledUp(t *testing.T) {
	j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {good}})
	task := silent(240)
	require.NoError(t, j.Pad(task, 300))
	require.Equal(t, []string{"0 write 240+27", "0 write 267+27", "0 write 294+6"}, s.sent)
	require.Equal(t, []toc.Sectors{300, 0}, []toc.Sectors{task.Sent, task.music})
	require.NoError(t, j.Pad(task, 300))
	require.NoError(t, j.Pad(task, 299))
	require.Len(t, s.sent, 3)

	j, s = onScript(t, nil, map[byte][]reply{command.OpWrite10: {good, checkCondition(3, 0x0C, 0)}})
	require.ErrorIs(t, j.Pad(silent(240), 300), asc.WriteError)
	require.Len(t, s.sent, 2)
}

// The fill of the drive's buffer is read as long as the drive reports it, and the lowest value
// is kept.
func TestFillOfTheDrivesBuffer(t *testing.T) {
	fill := func(size, blank byte) reply { return reply{data: []byte{0, 10, 0, 0, 0, 0, 0, size, 0, 0, 0, blank}} }
	for name, row := range map[string]struct {
		answers []reply
		asked   int
		lowest  float64
		last    float64
	}{
		"falls and rises":    {[]reply{fill(100, 10), fill(100, 60), fill(100, 20)}, 3, 0.4, 0.8},
		"empty":              {[]reply{fill(100, 10), fill(100, 100), fill(100, 20)}, 3, 0, 0.8},
		"no size":            {[]reply{fill(0, 0)}, 3, -1, -1},
		"can't tell":         {[]reply{refusal}, 1, -1, -1},
		"fails for a moment": {[]reply{broken, fill(100, 30), broken}, 3, 0.7, 0.7},
	} {
		j, s := onScript(t, nil, map[byte][]reply{command.OpReadBufferCapacity: row.answers})
		for range 3 {
			j.writing.askBuffer()
		}
		require.Len(t, s.sent, row.asked, name)
		require.InDelta(t, row.lowest, j.rep.DriveMin, 1e-9, name)
		require.InDelta(t, row.last, j.m.cur.DriveBuffer, 1e-9, name)
	}
}

// If the drive reports a failed WRITE in answer to a question about its buffer, the track
// ends.
func TestFailedWriteReportedWithTheBuffer(t *testing.T) {
	fails := deferredError(3, 0x0C, 0)
	j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {good}, command.OpReadBufferCapacity: {fails}})
	task := newTask(burn.Track{Source: numbered(200 * 27 * 588)}, 0, jobOf(t, numbered(200*27*588)).checked)
	task.Number = 1
	f := newFIFO(burn.DefaultFIFO, 27)
	r := f.start([]job{task.job()})
	first, err := r.next(t.Context(), func() {})
	require.NoError(t, err)
	err = j.writing.stream(t.Context(), r, task, first)
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.ErrorIs(t, err, asc.WriteError)
	var at *burn.Error
	require.ErrorAs(t, err, &at)
	require.Equal(t, []any{burn.PhaseWrite, 1, toc.LBA(64 * 27)}, []any{at.Phase, at.Track, at.LBA})
	require.Len(t, s.sent, 65)
	require.Equal(t, toc.Sectors(64*27), task.Sent)
	require.True(t, r.close())
	require.Len(t, f.free, f.chunks, "all buffers are back")
}

// If a cancel, a source or a drive ends a track early, the error has the address where it
// ended. All buffers are returned.
func TestWhatEndsATrackEarly(t *testing.T) {
	own := errors.New("broken")
	for name, row := range map[string]struct {
		cancelAt int // WRITEs sent before
		source   *badSource
		answers  []reply
		want     []error
		lba      toc.LBA
	}{
		"canceled at once":         {0, nil, []reply{good}, []error{burn.ErrCanceled, context.Canceled}, 0},
		"canceled later":           {3, nil, []reply{good}, []error{burn.ErrCanceled, context.Canceled}, 81},
		"the source fails":         {-1, &badSource{left: 100 * toc.SectorSize, read: own}, []reply{good}, []error{burn.ErrSourceShort, own}, 100},
		"the drive fails":          {-1, nil, []reply{good, good, checkCondition(3, 0x0C, 0)}, []error{burn.ErrWriteFailed, asc.WriteError}, 54},
		"nothing, to the very end": {-1, nil, []reply{good}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: row.answers})
			src := numbered(400 * 588)
			k := jobOf(t, src)
			if row.source != nil {
				row.source.Source = src
				k.source = row.source
			}
			task := &Task{Track: burn.Track{Source: src}, Number: 1, audio: 400}
			f := newFIFO(1<<20, 27)
			r := f.start([]job{k})
			first, err := r.next(t.Context(), func() {})
			require.NoError(t, err)
			j.m.on = func(burn.Event) {
				if row.cancelAt >= 0 && len(s.sent) >= row.cancelAt {
					cancel()
				}
			}
			if row.cancelAt == 0 {
				cancel()
			}
			j.m.clock = steady{s}
			err = j.writing.stream(ctx, r, task, first)
			require.True(t, r.close())
			require.Len(t, f.free, f.chunks, "all buffers are back")
			if row.want == nil {
				require.NoError(t, err)
				require.Equal(t, toc.Sectors(400), task.Sent)
				require.Equal(t, hashText(k.checked.Hash), j.rep.Tracks[0].Hash)
				return
			}
			for _, want := range row.want {
				require.ErrorIs(t, err, want)
			}
			require.Empty(t, j.rep.Tracks[0].Hash)
			var at *burn.Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, []any{burn.PhaseWrite, 1, row.lba}, []any{at.Phase, at.Track, at.LBA})
		})
	}
}

// A cancel ends the wait for a source that delivers nothing.
func TestCanceledWhileASourceDeliversNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, s := onScript(t, nil, map[byte][]reply{command.OpWrite10: {good}})
		src := &badSource{Source: numbered(400 * 588), left: 54 * toc.SectorSize, read: io.EOF}
		stuck := make(chan struct{})
		k := job{source: hangingAt{src, stuck}, audio: 400}
		f := newFIFO(1<<20, 27)
		r := f.start([]job{k})
		first, err := r.next(t.Context(), func() {})
		require.NoError(t, err)
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Second, func() { cancel(errNoAnswer) })
		began, task := time.Now(), silent(0)
		err = j.writing.stream(ctx, r, task, first)
		require.ErrorIs(t, err, burn.ErrCanceled)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, errNoAnswer)
		require.Equal(t, 10*time.Second, time.Since(began))
		var at *burn.Error
		require.ErrorAs(t, err, &at)
		require.Equal(t, []any{burn.PhaseWrite, 1, toc.LBA(54)}, []any{at.Phase, at.Track, at.LBA})
		require.Len(t, s.sent, 2)
		close(stuck)
		require.True(t, r.close())
	})
}

// steady is a clock on which an event is due at every call.
type steady struct{ *scripted }

func (s steady) Now() time.Time {
	s.now = s.now.Add(time.Second)
	return s.now
}
