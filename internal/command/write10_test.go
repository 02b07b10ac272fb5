package command_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

func TestWrite10CDB(t *testing.T) {
	wantCDB(t, command.Write10{LBA: 0x36A37, Blocks: 27}, "2A 00 00 03 6A 37 00 00 1B 00") // G5
	wantCDB(t, command.Write10{LBA: -150, Blocks: 31}, "2A 00 FF FF FF 6A 00 00 1F 00")    // G40
	wantCDB(t, command.Write10{LBA: 359817, Blocks: 31}, "2A 00 00 05 7D 89 00 00 1F 00")  // G12
}

// Answers of real drives to WRITE, and their meaning.
func TestWrite10Sense(t *testing.T) {
	data := make([]byte, toc.SectorSize)
	for _, tt := range []struct {
		name, sense string
		match       error
		notTaken    bool
	}{
		{"G12 disc full", "70 00 05 00 00 00 00 0A 00 00 00 00 63 00 00 00", asc.FamilyEndOfUserArea, false},
		{"G14 underrun", "70 00 05 00 00 00 00 10 2A 30 02 80 21 02 00 00", asc.InvalidAddressForWrite, false},
		{"G15 buffer full", "70 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00", asc.LongWriteInProgress, true},
		{"G8 deferred", "F1 00 03 00 00 44 D9 0A 00 2B 00 00 0C 00 00 00", asc.FamilyWriteError, false},
		{"G13 finalized", "70 00 05 00 00 00 00 0A 00 00 00 00 30 05 00 00", asc.FamilyIncompatibleMedium, false},
		{"G17b loss of streaming", "F0 00 03 00 00 27 18 0A 00 00 00 00 0C 09 00 00", asc.WriteErrorLossOfStreaming, false},
		{"G16 descriptor", "72 0B 00 00 00 00 00 0E 09 0C 00 00 00 03 00 00", scsi.KeyAbortedCommand, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ex := scsitest.Exchange{CDB: unhex("2A 00 00 00 3F 04 00 00 01 00"), Out: data,
				Status: scsi.CheckCondition, Sense: unhex(tt.sense)}
			err := command.Write10{LBA: 16132, Blocks: 1, Data: data}.Do(t.Context(), play(t, ex))
			assert.ErrorIs(t, err, tt.match)
			assert.Equal(t, tt.notTaken, exchange.IsCurrent(err, asc.LongWriteInProgress))
		})
	}
}

// steady is a drive that accepts every WRITE and reports its buffer, without
// allocating.
type steady struct{ reply []byte }

func (s steady) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.Dir == scsi.DataIn {
		return scsi.Result{N: copy(req.Data, s.reply)}, nil
	}
	return scsi.Result{N: len(req.Data)}, nil
}

func (steady) Limits() scsi.Limits { return scsi.Limits{} }

func (steady) Close() error { return nil }

// These two run thousands of times per disc; a garbage collection there could cause an
// underrun.
func TestNoAllocations(t *testing.T) {
	var tr scsi.Transport = steady{unhex(bufferR8)}
	data := make([]byte, 27*toc.SectorSize)
	ctx := t.Context()
	lba := toc.LBA(0)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		err := command.Write10{LBA: lba, Blocks: 27, Data: data}.Do(ctx, tr)
		require.NoError(t, err)
		lba += 27
	}), "WRITE(10)")
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		r, err := command.ReadBufferCapacity{}.Do(ctx, tr)
		if err != nil || r.Size != 0x131800 {
			t.Fatal(r, err)
		}
	}), "READ BUFFER CAPACITY")
}

func BenchmarkWrite10(b *testing.B) {
	var tr scsi.Transport = steady{}
	data := make([]byte, 27*toc.SectorSize)
	b.ReportAllocs()
	for b.Loop() {
		if err := (command.Write10{Blocks: 27, Data: data}).Do(b.Context(), tr); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadBufferCapacity(b *testing.B) {
	var tr scsi.Transport = steady{unhex(bufferR8)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (command.ReadBufferCapacity{}).Do(b.Context(), tr); err != nil {
			b.Fatal(err)
		}
	}
}
