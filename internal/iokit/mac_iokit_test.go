//go:build linux && iokitfake

package iokit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iokit"
	"github.com/redbook-audio/redbook/internal/iokit/iokittest"
)

// connect opens a drive of a simulated Mac.
func connect(t *testing.T, mac *iokittest.Mac, id uint64) *iokit.Drive {
	t.Helper()
	d, err := mac.Open(id)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func TestMacExecute(t *testing.T) {
	mac := iokittest.New(t)
	id := mac.Drive("A", "B", "1", "disk4")
	var seen iokittest.Exchange
	var data []byte
	mac.Answer(func(x *iokittest.Exchange) uint32 {
		seen = *x
		data = append([]byte(nil), unsafe.Slice(x.Data, int(x.Length))...)
		x.Response, x.Status, x.Count = 2, 2, 1<<32+7
		for i := range 18 {
			x.Sense[i] = byte(0x70 + i)
		}
		return 0
	})
	d := connect(t, mac, id)
	require.True(t, d.Available())
	require.NoError(t, d.Obtain())
	assert.False(t, d.Available(), "one byte of the register")
	assert.ErrorIs(t, d.Obtain(), iokit.ExclusiveAccess)

	out := []byte("sixteen bytes...")
	a, err := d.Execute(iokit.Command{CDB: []byte{0x2A, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Data: out, Out: true, Timeout: 123456})
	require.NoError(t, err)
	assert.Equal(t, [16]byte{0x2A, 1, 2, 3, 4, 5, 6, 7, 8, 9}, seen.CDB)
	assert.Equal(t, uint32(10), seen.CDBLength)
	assert.Equal(t, uint32(1), seen.Direction, "from initiator to target")
	assert.Equal(t, uint32(123456), seen.Timeout)
	assert.Equal(t, id, seen.Drive)
	assert.Equal(t, out, data)
	assert.Equal(t, iokit.TaskComplete, a.Response)
	assert.Equal(t, uint32(2), a.Status)
	assert.Equal(t, uint64(1<<32+7), a.Count, "64 bits")
	assert.Equal(t, byte(0x70+17), a.Sense[17])

	_, err = d.Execute(iokit.Command{CDB: []byte{0, 0, 0, 0, 0, 0, 0}, Timeout: 1})
	call, ok := err.(*iokit.CallError)
	require.True(t, ok)
	assert.Equal(t, iokit.CallError{Call: "SetCommandDescriptorBlock", Code: iokit.BadArgument}, *call)
	require.NoError(t, d.GiveBack())
}

// Each call of MMCDeviceInterface sends the CDB for which it exists; ModeSense10 has more
// arguments than arm64 has registers.
func TestMacLook(t *testing.T) {
	mac := iokittest.New(t)
	id := mac.Drive("A", "B", "1", "disk4")
	var seen iokittest.Exchange
	mac.Answer(func(x *iokittest.Exchange) uint32 {
		seen = *x
		x.Response, x.Status = 2, 2
		x.Sense[2] = 5
		if x.Length > 0 {
			copy(unsafe.Slice(x.Data, int(x.Length)), "hello")
		}
		return 0
	})
	d := connect(t, mac, id)
	for _, cdb := range [][]byte{
		{0x00, 0, 0, 0, 0, 0},
		{0x12, 0, 0, 0, 36, 0},
		{0x46, 0x02, 0x12, 0x34, 0, 0, 0, 0x01, 0x02, 0},
		{0x5A, 0x18, 0xAA, 0, 0, 0, 0, 0x01, 0x03, 0},
		{0x43, 0x02, 0x04, 0, 0, 0, 0xAA, 0x01, 0x04, 0},
		{0x43, 0x02, 0x00, 0, 0, 0, 0xAA, 0x01, 0x04, 0},
		{0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0},
		{0x52, 0x01, 0x12, 0x34, 0x56, 0xFF, 0, 0, 36, 0},
	} {
		data := make([]byte, 300)
		a, err := d.Look(iokit.Command{CDB: cdb, Data: data, Timeout: 1})
		require.NoError(t, err, "%X", cdb)
		assert.Equal(t, cdb, seen.CDB[:seen.CDBLength])
		assert.Equal(t, uint32(2), a.Status)
		assert.Equal(t, byte(5), a.Sense[2])
		assert.Zero(t, a.Count)
		if cdb[0] != 0 {
			assert.Equal(t, "hello", string(data[:5]), "%X", cdb)
			// The answer of a call must fit into the caller's buffer.
			_, err = d.Look(iokit.Command{CDB: cdb, Data: data[:30], Timeout: 1})
			assert.ErrorIs(t, err, iokit.Unsupported, "%X", cdb)
		}
	}
	for _, cdb := range [][]byte{
		{0x12, 1, 0x80, 0, 36, 0},                  // vital product data
		{0x1A, 0, 0x2A, 0, 36, 0},                  // MODE SENSE(6)
		{0x51, 1, 0, 0, 0, 0, 0, 0, 34, 0},         // track resources
		{0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0},          // WRITE(10)
		{0xBE, 0, 0, 0, 0, 0, 0, 0, 1, 0x10, 0, 0}, // READ CD
	} {
		_, err := d.Look(iokit.Command{CDB: cdb, Data: make([]byte, 300), Timeout: 1})
		assert.ErrorIs(t, err, iokit.Unsupported, "%X", cdb)
	}
}

// Replies to READ TOC by MMC's tables, and whether they can be in the requested format. The
// last one is format 0 of a disc with 10 tracks, whose length fits formats 2 and 3.
func TestMacTOCFormat(t *testing.T) {
	mac := iokittest.New(t)
	id := mac.Drive("A", "B", "1", "disk4")
	table := append([]byte{0, 90, 1, 10}, make([]byte, 88)...)
	for i := range 11 {
		copy(table[4+8*i:], []byte{0, 0x10, byte(i + 1), 0, 0, 0, byte(i), 0})
	}
	table[4+80+2] = 0xAA
	for _, tt := range []struct {
		name  string
		reply []byte
		is    [4]bool // formats 0 to 3
	}{
		{"lead-in", []byte{0, 13, 1, 1, 1, 0x14, 0, 0xA0, 0, 0, 0, 0, 1, 0, 0}, [4]bool{true, false, true, false}},
		{"lead-in of the second session", []byte{0, 13, 2, 2, 2, 0x14, 0, 5, 0, 0, 0, 0, 1, 0, 0}, [4]bool{true, false, true, false}},
		{"PMA", []byte{0, 13, 1, 1, 0, 0x10, 0, 1, 4, 2, 0, 0, 0, 2, 0}, [4]bool{true, false, false, true}},
		{"a track number in TNO", []byte{0, 13, 1, 1, 1, 0x10, 1, 1, 4, 2, 0, 0, 0, 2, 0}, [4]bool{true, false, false, false}},
		{"POINT 0", []byte{0, 13, 1, 1, 1, 0x10, 0, 0, 4, 2, 0, 0, 0, 2, 0}, [4]bool{true, false, false, false}},
		{"one descriptor of 8 bytes", []byte{0, 10, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0}, [4]bool{true, true, false, false}},
		{"none", []byte{0, 2, 1, 1}, [4]bool{true, false, true, true}},
		{"nonsense", []byte{0, 0, 0, 0}, [4]bool{true, false, false, false}},
		{"ten tracks", table, [4]bool{true, false, false, false}},
	} {
		mac.Answer(func(x *iokittest.Exchange) uint32 {
			x.Response = 2
			copy(unsafe.Slice(x.Data, int(x.Length)), tt.reply)
			return 0
		})
		d := connect(t, mac, id)
		for format, want := range tt.is {
			data := make([]byte, len(tt.reply))
			a, err := d.Look(iokit.Command{CDB: []byte{0x43, 2, byte(format), 0, 0, 0, 0, 0, byte(len(data)), 0}, Data: data, Timeout: 1})
			if !want {
				assert.ErrorIs(t, err, iokit.ErrTOCFormat, "%s, %d", tt.name, format)
				continue
			}
			require.NoError(t, err, "%s, %d", tt.name, format)
			assert.Equal(t, tt.reply, data)
			assert.Equal(t, uint64(len(data)), a.Count)
		}
	}
}

func TestMacClients(t *testing.T) {
	mac := iokittest.New(t)
	id := mac.Drive("A", "B", "1", "")
	mac.Other(id, "pid 4711, Toast, the burner")
	d := connect(t, mac, id)
	assert.ElementsMatch(t, []iokit.Client{
		{PID: os.Getpid(), Name: "iokit.test"}, {PID: 4711, Name: "Toast, the burner"},
	}, d.Clients())
	mac.Other(id, "nonsense")
	assert.Len(t, d.Clients(), 1)
}

func TestMacNoSuchDrive(t *testing.T) {
	mac := iokittest.New(t)
	_, err := mac.Open(99)
	assert.ErrorIs(t, err, iokit.NoDevice)
	found, err := mac.Drives()
	assert.NoError(t, err)
	assert.Empty(t, found)
}

func TestMacWholeDisk(t *testing.T) {
	for name, want := range map[string]string{
		"disk4": "disk4", "disk4s1": "disk4", "disk40s2s1": "disk40", "disk": "", "disks1": "", "diskette": "", "sda": "", "": "",
	} {
		assert.Equal(t, want, iokit.WholeDisk(name), name)
	}
}

// A future macOS may lack a symbol: that is an error, not a panic.
func TestMacMissingSymbols(t *testing.T) {
	_, err := iokit.Load(iokit.Paths{CoreFoundation: "libc.so.6"})
	assert.ErrorContains(t, err, "CFRelease in libc.so.6")
	none := filepath.Join(t.TempDir(), "none.so")
	_, err = iokit.Load(iokit.Paths{CoreFoundation: none})
	assert.ErrorContains(t, err, "load "+none)
}

func TestMacReturn(t *testing.T) {
	assert.Equal(t, "busy (E00002D5)", iokit.Busy.Error())
	assert.Equal(t, "code 00000001", fmt.Sprint(iokit.Return(1)))
}
