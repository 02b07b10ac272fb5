package sim

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// broken is a disc file whose computer fails to write.
type broken struct {
	container
	stateErr, writeErr, readErr, eraseErr error
}

func (b *broken) saveState(s []byte) error { return errors.Join(b.stateErr, b.container.saveState(s)) }

func (b *broken) erase(from, to toc.LBA) error {
	return errors.Join(b.eraseErr, b.container.erase(from, to))
}

func (b *broken) read(lba toc.LBA, p []byte) error {
	if b.readErr != nil {
		return b.readErr
	}
	return b.container.read(lba, p)
}

func (b *broken) write(lba toc.LBA, p []byte) error {
	if b.writeErr != nil {
		return b.writeErr
	}
	return b.container.write(lba, p)
}

// A disc file that can't be written is an internal failure of the drive, 4/44/00; Err
// returns the cause.
func TestDiscFileInTrouble(t *testing.T) {
	trouble := errors.New("no space left on device")
	write := func(d *Drive, op byte, data []byte) []byte {
		req := scsi.Request{CDBLen: 10, Dir: scsi.DataOut, Data: data, Name: "x"}
		req.CDB[0], req.CDB[8] = op, byte(len(data)/toc.SectorSize)
		if op == 0x55 {
			req.CDB[1], req.CDB[8] = 0x10, byte(len(data))
		}
		res, err := d.Do(context.Background(), &req)
		require.NoError(t, err)
		return res.Sense
	}
	page := make([]byte, 60)
	copy(page[8:], []byte{5, 0x32, 1, 0, 0})
	sectors := make([]byte, 10*toc.SectorSize)
	for name, c := range map[string]func(d *Drive, b *broken) []byte{
		"state at the start of a track": func(d *Drive, b *broken) []byte {
			b.stateErr = trouble
			return write(d, 0x2A, sectors)
		},
		"sectors": func(d *Drive, b *broken) []byte {
			b.writeErr = trouble
			return write(d, 0x2A, sectors)
		},
		"state at the end of a track": func(d *Drive, b *broken) []byte {
			write(d, 0x2A, sectors)
			b.stateErr = trouble
			return send(t, d, 0x35)
		},
		"reading": func(d *Drive, b *broken) []byte {
			write(d, 0x2A, sectors)
			send(t, d, 0x35)
			b.readErr = trouble
			req := scsi.Request{CDBLen: 12, Dir: scsi.DataIn, Data: sectors[:toc.SectorSize]}
			copy(req.CDB[:], []byte{0xBE, 0, 0, 0, 0, 0, 0, 0, 1, 0x10})
			res, err := d.Do(context.Background(), &req)
			require.NoError(t, err)
			return res.Sense
		},
	} {
		d := settled(t, Settings{})
		b := &broken{container: d.disc.c}
		d.disc.c = b
		require.Nil(t, write(d, 0x55, page), name)
		sense := c(d, b)
		require.NotEmpty(t, sense, name)
		assert.Equal(t, []byte{4, 0x44, 0}, []byte{sense[2], sense[12], sense[13]}, name)
		require.ErrorIs(t, d.Err(), trouble, name)
	}
}

// Erasing and cutting can't fail the command; Err returns the error.
func TestDiscFileInTroubleWhileErasing(t *testing.T) {
	trouble := errors.New("i/o error")
	d := New(Config{Disc: NewDisc(CDRW80)})
	require.NoError(t, d.Sleep(context.Background(), time.Minute))
	for range 3 {
		send(t, d, 0x00)
	}
	d.disc.st.Tracks = []Track{{Number: 1, Session: 1, State: trackReserved, Pregap: 150, Size: 400, RunOut: 2}}
	d.disc.c = &broken{container: d.disc.c, eraseErr: trouble}
	got := send(t, d, 0xA1, 1)
	require.NotEmpty(t, got)
	assert.Equal(t, []byte{4, 0x44, 0}, []byte{got[2], got[12], got[13]})
	require.ErrorIs(t, d.Err(), trouble)
}

func TestStatesThatAreNoDisc(t *testing.T) {
	for name, state := range map[string]string{
		"no JSON":         "{",
		"another version": `{"version":99}`,
		"contradiction":   `{"version":1,"tracks":[{"number":7}]}`,
	} {
		m := newMemory()
		require.NoError(t, m.saveState([]byte(state)))
		assert.Error(t, (&Disc{c: m}).load(), name)
	}
}

func TestEventsAreToldOnce(t *testing.T) {
	d := New(Config{Disc: NewDisc(CDR80)})
	ask := func(classes byte) []byte {
		req := scsi.Request{CDBLen: 10, Dir: scsi.DataIn, Data: make([]byte, 8)}
		copy(req.CDB[:], []byte{0x4A, 1, 0, 0, classes, 0, 0, 0, 8})
		res, err := d.Do(context.Background(), &req)
		require.NoError(t, err)
		return req.Data[:res.N]
	}
	require.NoError(t, d.Sleep(context.Background(), time.Minute))
	assert.Equal(t, []byte{0, 6, 4, 0x56, 2, 2, 0, 0}, ask(0x7E), "new medium")
	assert.Equal(t, []byte{0, 6, 1, 0x56, 0, 0, 0, 0}, ask(0x7E), "the lowest class, no change")
	assert.Equal(t, []byte{0, 6, 2, 0x56, 0, 1, 0, 0}, ask(0x14))
	assert.Equal(t, []byte{0, 6, 4, 0x56, 0, 2, 0, 0}, ask(0x10))
	assert.Equal(t, []byte{0, 6, 6, 0x56, 0, 0, 0, 0}, ask(0x40))
	assert.Equal(t, []byte{0, 2, 0x80, 0x56}, ask(0x08), "no such class")
	d.unit.status.perform(true, senseLongWrite, time.Minute, func() sense { return senseGood })
	assert.Equal(t, []byte{0, 6, 6, 0x56, 1, 1, 2}, ask(0x50)[:7], "busy for a minute: 600 times 100 ms")
	d.PressEject()
	d.PressEject()
	assert.Equal(t, []byte{0, 6, 4, 0x56, 1, 2, 0, 0}, ask(0x10), "eject request")
	assert.Equal(t, byte(0), ask(0x10)[4])
	assert.Equal(t, "asynchronous", func() string {
		if s := send(t, d, 0x4A, 0, 0, 0, 0x10); s != nil && s[12] == 0x24 {
			return "asynchronous"
		}
		return ""
	}())
}
