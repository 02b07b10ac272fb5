package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// answers has an answer of each class that has a row.
var answers = map[engine.Class]scsitest.Fault{
	engine.ClassDone:       says(0, 0, 0),
	engine.ClassBufferFull: says(2, 0x04, 0x08),
	engine.ClassWorking:    says(2, 0x04, 0x07),
	engine.ClassBusy:       says(2, 0x04, 0x00),
	engine.ClassAttention:  says(6, 0x2A, 0x01),
	engine.ClassChanged:    says(6, 0x28, 0x00),
	engine.ClassMadeGood:   saysOfBefore(1, 0x0C, 0x01),
	engine.ClassDeferred:   saysOfBefore(3, 0x0C, 0x00),
	engine.ClassRefused:    says(5, 0x24, 0x00),
	engine.ClassNoMedium:   says(2, 0x3A, 0x00),
	engine.ClassAborted:    says(0xB, 0x47, 0x00),
	engine.ClassFailed:     says(3, 0x02, 0xFF),
	engine.ClassUnanswered: scsitest.TransportFault(scsi.SentUnknown, nil),
	engine.ClassUnsent:     scsitest.TransportFault(scsi.SentNo, nil),
}

// stepJob is a job in which a step occurs: its command, the number of them to pass first, and
// the drive.
type stepJob struct {
	op          byte
	skip        int
	personality string
	media       sim.Media
	method      engine.Method
	reserve     burn.ReservePolicy
	lose        bool // the fault is that the drive has lost its settings
	took        bool // the command was carried out
}

var stepJobs = map[engine.Step]stepJob{
	engine.StepSet:          {op: command.OpModeSelect10, skip: 3, personality: "modern", media: sim.CDR80, method: trackatonce.Method()},
	engine.StepWrite:        {op: command.OpWrite10, skip: 5, personality: "modern", media: sim.CDR80, method: trackatonce.Method()},
	engine.StepFlush:        {op: command.OpSynchronizeCache, personality: "modern", media: sim.CDR80, method: trackatonce.Method()},
	engine.StepCloseTrack:   {op: command.OpCloseTrackSession, personality: "sync-leaves-open", media: sim.CDR80, method: trackatonce.Method()},
	engine.StepCloseSession: {op: command.OpCloseTrackSession, personality: "modern", media: sim.CDR80, method: trackatonce.Method()},
	engine.StepBlank:        {op: command.OpBlank, personality: "modern", media: sim.CDRW80},
	engine.StepReserve:      {op: command.OpReserveTrack, personality: "modern", media: sim.CDR80, method: trackatonce.Method(), reserve: burn.ReserveAlways},
	engine.StepCueSheet:     {op: command.OpSendCueSheet, personality: "modern", media: sim.CDR80, method: sessionatonce.Method(nil, false)},
}

// run runs the job, with a fault if that isn't nil, and returns how often its command was
// sent.
func (s stepJob) run(t *testing.T, fault *scsitest.Fault) (sent int, err error) {
	t.Helper()
	b := newBench(t, s.personality, s.media)
	if s.method == nil {
		b.burn(t, nil)
	}
	if fault != nil && s.lose {
		b.beforeWrite(s.skip, func() { b.otherPage(t) })
		fault = nil
	}
	if fault != nil {
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(s.op), Skip: s.skip, After: s.took, Fault: *fault})
	}
	if s.method == nil {
		_, err = engine.Blank(t.Context(), b.drive, nil)
	} else {
		_, err = engine.Burn(t.Context(), b.drive, album(), &burn.Options{Reserve: s.reserve}, s.method)
	}
	return b.sent(s.op), err
}

// Each row of the policy makes a difference: with it, a command that was once answered in this
// way is sent again, and the job succeeds; without it, the command isn't sent again. A
// deferred error is settled by reading back.
func TestEveryRowMakesADifference(t *testing.T) {
	for _, row := range engine.Rows() {
		t.Run(fmt.Sprintf("step %d class %d", row.Step, row.Class), func(t *testing.T) {
			job, has := stepJobs[row.Step]
			require.True(t, has)
			fault, has := answers[row.Class]
			require.True(t, has)
			job.lose = row.Step == engine.StepWrite && row.Class == engine.ClassRefused // otherwise a refusal is final
			job.took = row.Step == engine.StepWrite && (row.Class == engine.ClassFailed || row.Class == engine.ClassNoMedium || row.Class == engine.ClassDeferred)
			plain, err := job.run(t, nil)
			require.NoError(t, err)
			sent, err := job.run(t, &fault)
			switch {
			case job.took:
				require.NoError(t, err)
				require.Equal(t, plain, sent, "the burn continues after it")
			default:
				require.NoError(t, err)
				require.Equal(t, plain+1, sent)
			}
			defer engine.SwitchOff(row)()
			less, _ := job.run(t, &fault)
			require.Less(t, less, sent, "the row has no effect")
		})
	}
}
