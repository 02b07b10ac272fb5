//go:build linux && iokitfake

package host

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// Looking takes nothing away from other programs.
func TestMacLookAside(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	d := b.mustOpen(&Options{Look: true})
	drive, err := mmc.Open(t.Context(), timed{d, b.sim})
	require.NoError(t, err)
	on, err := inspect.Look(t.Context(), drive, nil)
	require.NoError(t, err)
	require.True(t, on.Status.Known())
	assert.Equal(t, mmc.DiscEmpty, on.Status.Value)
	for _, line := range b.Log() {
		assert.True(t, strings.HasPrefix(line, "look "), line)
	}
}

// A mounted disc can be queried in shared mode, with the calls of MMCDeviceInterface.
func TestMacShared(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	tracks, _ := noiseTracks(4)
	{
		d := b.mustOpen(nil)
		drive, err := mmc.Open(t.Context(), timed{d, b.sim})
		require.NoError(t, err)
		_, err = tao.Burn(t.Context(), drive, tracks, nil)
		require.NoError(t, err)
		require.NoError(t, d.Close())
	}
	b.Set(b.id, "mounted", 1)
	for _, code := range []int64{0, 0xE00002BC} { // a TestUnitReady that fails
		b.Set(b.id, "testUnitReady", code)
		d := b.mustOpen(&Options{Shared: true})
		drive, err := mmc.Open(t.Context(), timed{d, b.sim})
		require.NoError(t, err)
		on, err := inspect.Look(t.Context(), drive, nil)
		require.NoError(t, err)
		assert.Equal(t, mmc.DiscFinalized, on.Status.Value)
		assert.Len(t, on.TOC.Value.Entries, 1)

		// READ CD needs exclusive access.
		_, err = d.Do(t.Context(), &scsi.Request{CDB: [16]byte{0xBE}, CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, 2352)})
		te, ok := errors.AsType[*scsi.TransportError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, scsi.SentNo, te.Sent)
		assert.ErrorIs(t, err, fs.ErrPermission)
		assert.ErrorContains(t, err, "diskutil unmountDisk disk4")
		require.NoError(t, d.Close())
	}
	assert.NotContains(t, b.Log()[len(b.Log())-3:], "obtain")
}

// In shared mode macOS sends READ TOC in the form of SFF-8020i for the formats below 4.
// A drive that supports only MMC answers with the table of contents, format 0, which
// must not be taken for another format. With 10, 21 ... tracks its length would match.
func TestMacSharedTOC(t *testing.T) {
	for _, count := range []int{1, 2, 10} {
		b := newMacBench(t, sim.NewDisc(sim.CDR80))
		d := b.mustOpen(nil)
		drive, err := mmc.Open(t.Context(), timed{d, b.sim})
		require.NoError(t, err)
		lengths := make([]float64, count)
		for i := range lengths {
			lengths[i] = 4
		}
		tracks, _ := noiseTracks(lengths...)
		_, err = tao.Burn(t.Context(), drive, tracks, nil)
		require.NoError(t, err)
		full, err := command.ReadFullTOC{}.Do(t.Context(), d)
		require.NoError(t, err)
		sessions, err := command.ReadSessionInfo{}.Do(t.Context(), d)
		require.NoError(t, err)
		require.NoError(t, d.Close())

		look := b.mustOpen(&Options{Shared: true})
		got, err := command.ReadFullTOC{}.Do(t.Context(), look)
		require.NoError(t, err)
		assert.Equal(t, full, got)
		info, err := command.ReadSessionInfo{}.Do(t.Context(), look)
		require.NoError(t, err)
		assert.Equal(t, sessions, info)

		b.mmcOnly = true
		table, err := command.ReadTOC{}.Do(t.Context(), look)
		require.NoError(t, err)
		assert.Len(t, table.Entries, count, "format 0 stays format 0")
		_, err = command.ReadATIP{}.Do(t.Context(), look)
		require.NoError(t, err, "format 4 is sent in the form of MMC")
		for format := byte(1); format <= 3; format++ {
			for _, length := range []int{4, 4 + 8*(count+1), 2048} {
				data := make([]byte, length)
				req := &scsi.Request{CDB: [16]byte{0x43, 2, format, 7: byte(length >> 8), 8: byte(length)}, CDBLen: 10, Dir: scsi.DataIn, Data: data}
				_, err = look.Do(t.Context(), req)
				if length == 4 && count == 10 && format != 1 {
					require.NoError(t, err, "a consistent header")
					continue
				}
				transportError(t, err, scsi.SentUnknown, errors.ErrUnsupported)
				assert.Equal(t, make([]byte, length), data, "no bytes that look like an answer")
			}
		}
		_, err = command.ReadFullTOC{}.Do(t.Context(), look)
		require.ErrorIs(t, err, errors.ErrUnsupported)
		require.NoError(t, look.Close())
	}
}

// Another program burns: the calls of shared mode are refused too.
func TestMacSharedLocked(t *testing.T) {
	b := newMacBench(t, sim.NewDisc(sim.CDR80))
	b.mustOpen(nil)
	look := b.mustOpen(&Options{Shared: true})
	_, err := look.Do(t.Context(), inquiry(36))
	assert.ErrorIs(t, err, scsi.ErrLocked)
	b.Other(b.id, "pid 4711, Toast")
	_, err = look.Do(t.Context(), inquiry(36))
	assert.ErrorContains(t, err, `in use by "Toast (process 4711)"`)
}
