package iscsi_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/redbook-audio/redbook/scsi"
)

// pattern makes n bytes in which neighbors differ.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

func read10(lba, blocks int) []byte {
	return []byte{0x28, 0, byte(lba >> 24), byte(lba >> 16), byte(lba >> 8), byte(lba), 0, byte(blocks >> 8), byte(blocks), 0}
}

func write10(lba, blocks int) []byte {
	b := read10(lba, blocks)
	b[0] = 0x2A
	return b
}

func TestDataIn(t *testing.T) {
	d := newDisk(4096)
	copy(d.blocks, pattern(len(d.blocks)))
	_, addr := serve(t, d, iscsi.Config{})
	for _, c := range []struct {
		keys         []string
		blocks, pdus int
	}{
		{nil, 1, 1},
		{nil, 17, 2}, // 8704 bytes; an initiator that declares nothing accepts 8192
		{[]string{"MaxRecvDataSegmentLength=512"}, 9, 9},
		{[]string{"MaxRecvDataSegmentLength=262144"}, 2048, 4},
		{[]string{"MaxRecvDataSegmentLength=1000", "MaxBurstLength=1536"}, 6, 4}, // 1000+536, twice
	} {
		t.Run(fmt.Sprint(c.keys, c.blocks), func(t *testing.T) {
			in := attach(t, addr, c.keys...)
			r := in.in(read10(3, c.blocks), c.blocks*blockSize)
			require.Zero(t, r.status)
			assert.True(t, bytes.Equal(d.blocks[3*blockSize:(3+c.blocks)*blockSize], r.data))
			assert.Equal(t, c.pdus, r.pdus)
			assert.False(t, r.over || r.under)
			assert.Zero(t, r.residual)
		})
	}
}

func TestDataInResiduals(t *testing.T) {
	_, addr := serve(t, newDisk(64), iscsi.Config{})
	in := attach(t, addr)
	for _, c := range []struct{ blocks, edtl, got, under, over int }{
		{1, 512, 512, 0, 0},
		{1, 10000, 512, 9488, 0},
		{1, 200, 200, 0, 312},
		{2, 512, 512, 0, 512},
		{1, 0, 0, 0, 512},
		{0, 512, 0, 512, 0},
	} {
		r := in.in(read10(0, c.blocks), c.edtl)
		assert.Zero(t, r.status)
		assert.Len(t, r.data, c.got)
		assert.Equal(t, c.under > 0, r.under)
		assert.Equal(t, c.over > 0, r.over)
		assert.Equal(t, c.under+c.over, r.residual)
	}
}

func TestDataOut(t *testing.T) {
	const blocks = 2048 // 1 MiB
	for _, c := range []struct {
		name      string
		keys      []string
		immediate int // bytes within the command
		pieces    int // bytes of unsolicited Data-Out
		bursts    []int
	}{
		{"R2T only", []string{"InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=262144"}, 0, 0, []int{262144, 262144, 262144, 262144}},
		{"immediate, then R2T", []string{"MaxRecvDataSegmentLength=262144", "FirstBurstLength=65536", "MaxBurstLength=524288"}, 65536, 0, []int{262144, 262144, 262144, 196608}},
		{"unsolicited too", []string{"MaxRecvDataSegmentLength=262144", "InitialR2T=No", "FirstBurstLength=65536"}, 4096, 61440, []int{262144, 262144, 262144, 196608}},
		{"unsolicited without immediate", []string{"InitialR2T=No", "ImmediateData=No", "FirstBurstLength=8192", "MaxBurstLength=1048576"}, 0, 8192, []int{262144, 262144, 262144, 253952}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk(4096)
			_, addr := serve(t, d, iscsi.Config{})
			in := attach(t, addr, c.keys...)
			data := pattern(blocks * blockSize)
			flags := byte(0xA0)
			if c.pieces > 0 {
				flags = 0x20
			}
			in.write(in.command(write10(5, blocks), flags, len(data), data[:c.immediate]))
			at := c.immediate
			if c.pieces > 0 {
				at = in.sendBurst(0xFFFFFFFF, data, at, c.pieces)
			}
			for _, want := range c.bursts {
				ttt, offset, length := in.r2t()
				require.Equal(t, at, offset)
				require.Equal(t, want, length)
				at = in.sendBurst(ttt, data, offset, length)
			}
			r := in.finish()
			assert.Zero(t, r.status)
			assert.Zero(t, r.residual)
			assert.True(t, bytes.Equal(data, d.blocks[5*blockSize:(5+blocks)*blockSize]))
		})
	}
}

// sendBurst sends a sequence in PDUs of an odd number of words.
func (in *initiator) sendBurst(ttt uint32, data []byte, at, length int) int {
	for end, sn := at+length, uint32(0); at < end; sn++ {
		n := min(8188, end-at)
		in.dataOut(ttt, sn, at, data[at:at+n], at+n == end)
		at += n
	}
	return at
}

func TestDataOutResiduals(t *testing.T) {
	_, addr := serve(t, newDisk(64), iscsi.Config{})
	in := attach(t, addr, "MaxRecvDataSegmentLength=262144")
	for _, c := range []struct{ blocks, edtl, under, over int }{
		{1, 512, 0, 0}, {1, 1024, 512, 0}, {2, 512, 0, 512}, {1, 10000, 9488, 0}, {1, 200, 0, 312}, {1, 0, 0, 512},
	} {
		in.write(in.command(write10(0, c.blocks), 0xA0, c.edtl, pattern(c.edtl)))
		r := in.finish()
		assert.Zero(t, r.status)
		assert.Equal(t, c.under > 0, r.under, c)
		assert.Equal(t, c.over > 0, r.over, c)
		assert.Equal(t, c.under+c.over, r.residual, c)
	}
}

// An initiator's mistake in a write ends that command and nothing else.
func TestDataOutFaults(t *testing.T) {
	data := pattern(1024)
	const all = uint32(0xFFFFFFFF)
	for _, c := range []struct {
		name string
		keys []string
		send func(in *initiator)
		want [3]byte
	}{
		{"immediate data not agreed", []string{"ImmediateData=No"}, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, data))
		}, [3]byte{0xB, 0x0C, 0x0C}},
		{"more immediate data than the first burst", []string{"FirstBurstLength=512"}, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, data))
		}, [3]byte{0xB, 0x0C, 0x0D}},
		{"more data than announced", nil, func(in *initiator) {
			in.write(in.command(write10(0, 1), 0xA0, 512, data))
		}, [3]byte{0xB, 0x0C, 0x0D}},
		{"unsolicited data not agreed", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0x20, 1024, nil))
			in.dataOut(all, 0, 0, data, true)
		}, [3]byte{0xB, 0x0C, 0x0C}},
		{"immediate data of a read", nil, func(in *initiator) {
			in.write(in.command(read10(0, 2), 0xC0, 1024, data))
		}, [3]byte{0xB, 0x0C, 0x0C}},
		{"gap in DataSN", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
			ttt, _, _ := in.r2t()
			in.dataOut(ttt, 27, 0, data, true)
		}, [3]byte{0xB, 0x47, 0x05}},
		{"DataSN twice", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
			ttt, _, _ := in.r2t()
			in.dataOut(ttt, 0, 0, data[:512], false)
			in.dataOut(ttt, 0, 512, data[512:], true)
		}, [3]byte{0xB, 0x47, 0x05}},
		{"wrong offset", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
			ttt, _, _ := in.r2t()
			in.dataOut(ttt, 0, 512, data[:512], true)
		}, [3]byte{0xB, 0x0C, 0x0D}},
		{"beyond the burst", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
			ttt, _, _ := in.r2t()
			in.dataOut(ttt, 0, 0, pattern(2048), true)
		}, [3]byte{0xB, 0x0C, 0x0D}},
		{"less than the R2T requested", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
			ttt, _, _ := in.r2t()
			in.dataOut(ttt, 0, 0, data[:512], true)
		}, [3]byte{0xB, 0x0C, 0x0D}},
		{"wrong transfer tag", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1024, nil))
			in.r2t()
			in.dataOut(0x1234, 0, 0, data, true)
		}, [3]byte{0xB, 0x0C, 0x0C}},
		{"data both ways", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xE0, 1024, nil))
		}, [3]byte{0x5, 0x24, 0x00}},
		{"a transfer of 1 GiB", nil, func(in *initiator) {
			in.write(in.command(write10(0, 2), 0xA0, 1<<30, nil))
		}, [3]byte{0x5, 0x24, 0x00}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk(16)
			_, addr := serve(t, d, iscsi.Config{})
			in := attach(t, addr, c.keys...)
			c.send(in)
			r := in.finish()
			assert.Equal(t, byte(2), r.status)
			assert.Equal(t, c.want, r.triple())
			assert.Empty(t, d.seen(), "the drive has received nothing")
			assert.Zero(t, in.none(make([]byte, 6)).status, "the session goes on")
		})
	}
}

// Data-Out for an unknown command belongs to an aborted one.
func TestStrayDataOut(t *testing.T) {
	_, addr := serve(t, newDisk(16), iscsi.Config{})
	in := attach(t, addr)
	in.itt = 77
	in.dataOut(1, 0, 0, pattern(512), true)
	assert.Zero(t, in.none(make([]byte, 6)).status)
}

func TestStatusAndSense(t *testing.T) {
	d := newDisk(16)
	sense := append([]byte{0x70, 0, 3, 0, 0, 0, 0, 56, 0, 0, 0, 0, 0x0C, 9}, pattern(50)...)
	results := map[byte]scsi.Result{
		0xC1: {Status: scsi.CheckCondition, Sense: sense},
		0xC2: {Status: scsi.Busy},
		0xC3: {Status: scsi.CheckCondition},
		0xC4: {Status: scsi.CheckCondition, Sense: sense, N: 100}, // data and an error
	}
	d.before = func(req *scsi.Request) (bool, scsi.Result, error) {
		res, ok := results[req.CDB[0]]
		return ok, res, nil
	}
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	r := in.none([]byte{0xC1, 0, 0, 0, 0, 0})
	assert.Equal(t, byte(2), r.status)
	assert.Equal(t, sense, r.sense)
	assert.Equal(t, byte(8), in.none([]byte{0xC2}).status)
	r = in.none([]byte{0xC3})
	assert.Equal(t, byte(2), r.status)
	assert.Empty(t, r.sense)
	r = in.in([]byte{0xC4}, 200)
	assert.Equal(t, byte(2), r.status)
	assert.Len(t, r.data, 100)
	assert.Equal(t, sense, r.sense)
	assert.True(t, r.under)
	assert.Equal(t, 100, r.residual)
}

// An initiator must be able to distinguish a drive that returns no status from one that
// reports an error.
func TestTransportErrors(t *testing.T) {
	d := newDisk(16)
	var fail error
	d.before = func(req *scsi.Request) (bool, scsi.Result, error) {
		return fail != nil, scsi.Result{}, &scsi.TransportError{Op: "x", Err: fail}
	}
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	for _, err := range []error{fs.ErrNotExist, fs.ErrPermission, errors.New("host status 7")} {
		fail = err
		r := in.none(make([]byte, 6))
		assert.Equal(t, byte(1), r.response, "target failure")
		assert.Zero(t, r.residual)
	}
	// A timeout isn't answered until the initiator aborts the command.
	fail = os.ErrDeadlineExceeded
	in.write(in.command(make([]byte, 6), 0x80, 0, nil))
	lost := in.itt
	ping(t, in)
	assert.Equal(t, byte(0), in.manage(1, 0, lost), "function complete")
	assert.Equal(t, byte(1), in.manage(1, 0, lost), "task does not exist")
	fail = nil
	assert.Zero(t, in.none(make([]byte, 6)).status)
}

func TestCDBReachesTheDrive(t *testing.T) {
	d := newDisk(16)
	d.before = func(*scsi.Request) (bool, scsi.Result, error) { return true, scsi.Result{}, nil }
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	for _, c := range []struct {
		op  byte
		len int
	}{{0x00, 6}, {0x1E, 6}, {0x2A, 10}, {0x5B, 10}, {0x8A, 16}, {0xA1, 12}, {0xBE, 12}, {0xD8, 12}, {0xE9, 12}, {0x60, 12}} {
		cdb := bytes.Repeat([]byte{0xAA}, 16)
		cdb[0] = c.op
		clear(cdb[12:])
		in.none(cdb)
		got := d.last()
		assert.Equal(t, c.len, got.CDBLen)
		assert.Equal(t, cdb[:c.len], got.CDB[:c.len])
		assert.Equal(t, make([]byte, 16-c.len), got.CDB[c.len:], "zero after the CDB")
		assert.Equal(t, scsi.NoData, got.Dir)
	}
	cdb := bytes.Repeat([]byte{0xD8}, 16) // vendor opcode that fills all 16 bytes
	in.none(cdb)
	assert.Equal(t, 16, d.last().CDBLen)

	p := in.command([]byte{0x7F}, 0x80, 0, nil) // a CDB of 32 bytes, in an additional header
	p.bhs[4] = 5
	p.data = nil
	b := append(p.bhs[:], make([]byte, 20)...)
	copy(b[48:], []byte{0, 17, 1})
	_, err := in.nc.Write(b)
	require.NoError(t, err)
	assert.Equal(t, [3]byte{5, 0x20, 0}, in.finish().triple())
}

func TestLogicalUnits(t *testing.T) {
	d := newDisk(16)
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	to := func(lun uint16, cdb []byte, edtl int) reply {
		p := in.command(cdb, 0xC0, edtl, nil)
		p.bhs[8], p.bhs[9] = byte(lun>>8), byte(lun)
		in.write(p)
		return in.finish()
	}
	report := []byte{0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0}
	for _, lun := range []uint16{0, 1, 0xC101} {
		r := to(lun, report, 16)
		assert.Equal(t, []byte{0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, r.data)
	}
	known := bytes.Clone(report)
	known[2] = 1
	assert.Equal(t, make([]byte, 8), to(0, known, 16).data)
	known[2] = 7
	assert.Equal(t, [3]byte{5, 0x24, 0}, to(0, known, 16).triple())
	short := bytes.Clone(report)
	short[9] = 15
	assert.Equal(t, [3]byte{5, 0x24, 0}, to(0, short, 16).triple())
	assert.Empty(t, d.seen(), "the target answers REPORT LUNS")

	inquiry := []byte{0x12, 0, 0, 0, 36, 0}
	assert.Equal(t, byte(0x7F), to(1, inquiry, 36).data[0], "LUN 1 can't have a device")
	r := to(1, []byte{3, 0, 0, 0, 18, 0}, 18)
	assert.Zero(t, r.status)
	assert.Equal(t, []byte{5, 0x25, 0}, []byte{r.data[2], r.data[12], r.data[13]})
	assert.Equal(t, [3]byte{5, 0x25, 0}, to(1, make([]byte, 6), 0).triple())
	assert.Empty(t, d.seen())

	assert.Equal(t, byte(0), to(0, inquiry, 36).data[0])
	assert.Equal(t, byte(0), to(0x4000, inquiry, 36).data[0], "flat addressing of LUN 0")
	assert.Equal(t, []byte{0x12, 0x12}, d.seen())
}

// Two initiators at the same drive: their commands never overlap (disk panics if they do).
func TestSessionsShareTheDrive(t *testing.T) {
	d := newDisk(64)
	_, addr := serve(t, d, iscsi.Config{})
	var wg sync.WaitGroup
	for i := range 3 {
		in := dial(t, addr)
		in.isid[5] = byte(i)
		in.login()
		wg.Go(func() {
			for range 100 {
				in.in(read10(i, 4), 4*blockSize)
			}
		})
	}
	wg.Wait()
	assert.Len(t, d.seen(), 300)
}

// Sixteen commands at once are answered in their order.
func TestCommandQueue(t *testing.T) {
	d := newDisk(64)
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	first := in.itt + 1
	for i := range 16 {
		in.write(in.command(read10(i, 1), 0xC0, blockSize, nil))
	}
	for i := range 16 {
		in.itt = first + uint32(i)
		require.Zero(t, in.finish().status)
	}
	assert.Len(t, d.seen(), 16)
	assert.Equal(t, in.cmdSN+14, in.maxCmd, "one command was still counted when the last answer left")
}

// The target refuses a transfer that is too long for the Transport.
func TestTransferLimit(t *testing.T) {
	d := &limitedDisk{newDisk(64)}
	_, addr := serve(t, d, iscsi.Config{})
	in := attach(t, addr)
	assert.Zero(t, in.in(read10(0, 4), 2048).status)
	r := in.in(read10(0, 5), 2560)
	assert.Equal(t, [3]byte{5, 0x24, 0}, r.triple())
	assert.True(t, r.under)
	assert.Equal(t, 2560, r.residual)
	assert.Equal(t, []byte{0x28}, d.seen())
}

type limitedDisk struct{ *disk }

func (limitedDisk) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: 2048} }
