package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Waiting while the drive's buffer is full: the WRITE is first repeated at once, and then
// after increasing pauses. At 32x 27 ms make room for 128 KiB (Pioneer DVR-111 command
// manual, table 44).
const (
	resendStep = 2 * time.Millisecond
	resendMost = 27 * time.Millisecond
	// resendLimit bounds the repetitions: as long as a WRITE itself may take.
	resendLimit = 200 * time.Second
)

// How often a WRITE that the drive did not accept is sent again for reasons other than a
// full buffer.
const (
	lostWrites     = 3 // per burn: without a reply, and the next writable address hasn't moved
	timeoutsMost   = 5 // per burn: WRITEs that were carried out, but took too long
	doubtsMost     = 3 // per burn: WRITEs that were carried out but answered with an error
	attentionsMost = 4 // per WRITE: a reset is followed by more than one unit attention
)

// bufferEvery is how many WRITEs lie between two READ BUFFER CAPACITY commands. More than
// ten a second slow some drives down.
const bufferEvery = 64

// bufferState is whether the drive reports the fill of its buffer.
type bufferState uint8

const (
	bufferAsked   bufferState = iota // assumed until it refuses
	bufferUnknown                    // it doesn't: not asked again
)

// writeLoop is the WRITE loop. Nothing else sends or repeats WRITE.
type writeLoop struct {
	j        *Job
	chunk    int    // sectors of one WRITE
	silence  []byte // a chunk of digital silence
	lost     int    // WRITEs without a reply that were sent again
	timeouts int    // WRITEs that were carried out without a reply in time
	buffer   bufferState
	doubts   doubts
}

// stream writes the chunks of one track, beginning with first, and returns all chunks to the
// FIFO. The error is the source's, the drive's, or burn.ErrCanceled; accepted sectors are counted
// even with an error.
func (p *writeLoop) stream(ctx context.Context, feed *feeder, t *Task, first *chunk) error {
	for c, n := first, 1; ; n++ {
		if ctx.Err() != nil {
			feed.put(c)
			return Wrap(burn.PhaseWrite, t.Number, t.next(), Canceled(ctx))
		}
		err := p.write(t, c.data, c.audio)
		last, srcErr, hash := c.last, c.err, c.digest.Hash
		feed.put(c)
		switch {
		case err != nil:
			return err
		case srcErr != nil:
			return Wrap(burn.PhaseWrite, t.Number, t.next(), srcErr)
		case last:
			p.j.Row(t).Hash = hashText(hash)
			return nil
		}
		if n%bufferEvery == 0 {
			p.askBuffer()
			if err := p.j.seen.Failed(t.mark); err != nil {
				return Wrap(burn.PhaseWrite, t.Number, t.next(), err)
			}
		}
		p.j.m.tick()
		if c, err = feed.next(ctx, p.j.m.tick); err != nil {
			if ctx.Err() != nil {
				err = Canceled(ctx)
			}
			return Wrap(burn.PhaseWrite, t.Number, t.next(), err)
		}
	}
}

// write sends one WRITE and counts it if the drive accepted it. It doesn't allocate
// unless there is an error.
func (p *writeLoop) write(t *Task, data []byte, audio toc.Sectors) error {
	if len(data) == 0 {
		return nil
	}
	blocks := toc.Sectors(len(data) / toc.SectorSize)
	if err := p.send(t, command.Write10{LBA: t.next(), Blocks: uint16(blocks), Data: data}); err != nil {
		t.unsure = blocks
		return err
	}
	t.Sent += blocks
	t.music += audio
	p.j.m.cur.LastWritten = t.next() - 1
	return nil
}

// send sends one WRITE and settles it.
func (p *writeLoop) send(t *Task, cmd command.Write10) error {
	t.tried = true
	err := cmd.Do(p.j.calm, p.j.Drive.Transport())
	if err == nil {
		return nil
	}
	return Wrap(burn.PhaseWrite, t.Number, cmd.LBA, p.named(t, p.settle(t, cmd, err)))
}

// settle settles a WRITE that did not simply succeed. It is sent again only if the drive
// reports, in its reply or by its next writable address, that it did not accept it.
// Repeating an accepted WRITE would burn the audio twice.
func (p *writeLoop) settle(t *Task, cmd command.Write10, err error) error {
	deadline := p.j.Now().Add(resendLimit)
	d := dispute{t: t, cmd: cmd}
	for wait := time.Duration(0); err != nil; wait = min(wait+resendStep, resendMost) {
		if settled, result := p.rule(&d, err); settled {
			return result
		}
		if p.j.Now().After(deadline) {
			p.j.stuck = true
			return Name(fmt.Errorf("no progress for %s: %w", clock(resendLimit), err), burn.ErrTimeout, burn.ErrBusy)
		}
		if p.j.Sleep(wait) != nil {
			return fmt.Errorf("%w: %w", errHurried, err)
		}
		if changed := p.j.stillThere(); changed != nil {
			return fmt.Errorf("%w: %w", changed, err)
		}
		p.j.rep.Resends++
		err = cmd.Do(p.j.calm, p.j.Drive.Transport())
	}
	return nil
}

// dispute is a WRITE that did not simply succeed.
type dispute struct {
	t          *Task
	cmd        command.Write10
	attentions int  // answers that were settled by the next writable address
	peeked     bool // it was sent again after only a peek
}

// rule applies the policy to a reply to the WRITE. Unless settled is true, the WRITE must be
// sent again.
func (p *writeLoop) rule(d *dispute, err error) (settled bool, result error) {
	switch decide(StepWrite, err) {
	case actAgain:
		result = p.tested(d, err)
		return result != nil, result
	case actPeek:
		taken, askErr := p.atEnd(d)(p.peek(d.t, d.cmd))
		if taken || askErr != nil {
			return true, p.taken(d, taken, err, askErr)
		}
		d.peeked = true
		result = p.tested(d, err)
		return result != nil, result
	case actAskNWA:
		return p.settleByNWA(d, err)
	case actAskPage:
		if d.attentions++; d.peeked || d.attentions > attentionsMost {
			return true, p.refuted(d, err)
		}
		taken, why := p.refused(d.t, d.cmd, err)
		switch {
		case why == nil:
			why = p.restore(d.t, d.cmd, err)
		case !errors.Is(why, burn.ErrSettingsLost):
			return true, p.refuted(d, err)
		}
		if taken && why == nil {
			return true, p.taken(d, true, err, nil)
		}
		return why != nil, why
	case actAskNWA2:
		return p.unanswered(d, err)
	case ActAskTaken:
		return true, p.refuted(d, err)
	}
	return true, err
}

// tested makes sure that the first WRITE of a track is still a test when it is sent again.
// The drive would reject the address of a later one.
func (p *writeLoop) tested(d *dispute, err error) error {
	if !p.j.Options.TestWrite || d.t.Sent > 0 {
		return nil
	}
	return p.restore(d.t, d.cmd, err)
}

// settleByNWA settles a WRITE by the drive's next writable address.
func (p *writeLoop) settleByNWA(d *dispute, err error) (settled bool, result error) {
	class := ClassOf(err)
	if class != ClassBusy {
		if d.attentions++; d.attentions > attentionsMost {
			return true, err
		}
	}
	ask := p.askNWAOnce
	if mute(err) {
		ask = p.askNWATwice // the drive hasn't reported that it did not accept the WRITE
	}
	taken, askErr := p.atEnd(d)(ask(d.t, d.cmd, class == ClassBusy))
	p.j.stuck = p.j.stuck || errors.Is(askErr, mmc.ErrNotReady)
	if taken || askErr != nil {
		return true, p.taken(d, taken, err, askErr)
	}
	// A test write without its settings would be a real one, whatever the reply.
	if class == ClassAttention || class == ClassChanged || p.j.Options.TestWrite {
		result = p.restore(d.t, d.cmd, err)
	}
	return result != nil, result
}

// mute reports whether an answer leaves open what became of the command: CHECK CONDITION
// without sense data, or with a sense key that reports no error or a recovered one.
func mute(err error) bool {
	se, ok := errors.AsType[*scsi.SenseError](err)
	return ok && !se.Deferred && se.Key <= scsi.KeyRecoveredError && se.Code.ASC() != asc.FamilyNotReady
}

// orNil returns nil for a WRITE that was accepted, else both errors.
func orNil(taken bool, err, askErr error) error {
	if taken {
		return nil
	}
	if askErr == nil {
		return err
	}
	return fmt.Errorf("%w (%w)", err, askErr)
}

// askNWAOnce asks for the next writable address. With earlier, an address before the WRITE also
// means not accepted: some drives don't count what is in their buffer, and they reject a
// WRITE to a wrong address (5/21/02). If the address is past the WRITE, askNWAOnce asks again.
func (p *writeLoop) askNWAOnce(t *Task, cmd command.Write10, earlier bool) (taken bool, err error) {
	nwa, err := p.j.NWA(t)
	switch {
	case err != nil:
		return false, err
	case nwa == cmd.LBA, earlier && nwa < cmd.LBA:
		return false, nil
	}
	return p.askNWATwice(t, cmd, false)
}

// peek asks for the next writable address once. Many drives don't answer before their buffer
// is empty, and waiting for that would cause an underrun.
func (p *writeLoop) peek(t *Task, cmd command.Write10) (taken bool, err error) {
	var ti command.TrackInformation
	for _, number := range p.j.aliases(t) {
		ti, err = command.ReadTrackInformation{Type: command.AddressTrack, Number: uint32(number)}.Do(p.j.calm, p.j.Drive.Transport())
		if ClassOf(err) != ClassRefused {
			break
		}
	}
	if nwa, ok := nextOf(t, ti); err != nil || !ok || nwa <= cmd.LBA {
		return false, nil
	}
	return p.askNWATwice(t, cmd, false)
}

// errVague matches the error for next writable addresses that don't exclude that the whole
// WRITE was accepted: two different ones, or one past its end.
var errVague = errors.New("vague")

// askNWATwice asks for the next writable address twice and believes only the same answer. Past
// the WRITE means accepted; its own address, and with earlier one before it, means not
// accepted. Anything else is an error.
func (p *writeLoop) askNWATwice(t *Task, cmd command.Write10, earlier bool) (taken bool, err error) {
	first, err := p.j.NWA(t)
	if err != nil {
		return false, err
	}
	second, err := p.j.NWA(t)
	switch {
	case err != nil:
		return false, err
	case first == second && first == cmd.LBA+toc.LBA(cmd.Blocks):
		return true, nil
	case first == second && (first == cmd.LBA || earlier && first < cmd.LBA):
		return false, nil
	}
	err = wrongf(burn.ErrUnexpected, "the next writable address is %d", second)
	if first != second || first > cmd.LBA+toc.LBA(cmd.Blocks) {
		err = Name(err, errVague)
	}
	return false, err
}

// named adds a known cause to the error of a failed WRITE.
func (p *writeLoop) named(t *Task, err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, burn.ErrSettingsLost) && p.starved(t, err) {
		return Name(err, burn.ErrUnderrun)
	}
	return err
}

// starved reports whether err is a buffer underrun. Without protection a drive ends the track
// when its buffer is empty, and rejects the next WRITE with 5/21/02, 5/21/00, 5/24/00 (wodim)
// or 3/0C/09 (G14, G17). With protection a wrong address has another cause, for example a bus
// that sent a WRITE twice.
func (p *writeLoop) starved(t *Task, err error) bool {
	if errors.Is(err, asc.WriteErrorLossOfStreaming) {
		return true
	}
	wrongPlace := errors.Is(err, asc.InvalidAddressForWrite) || errors.Is(err, asc.LBAOutOfRange) ||
		errors.Is(err, asc.InvalidFieldInCDB)
	return wrongPlace && t.Sent > 0 && !p.j.BUFE()
}

// askBuffer reads the fill of the drive's buffer. Drives that don't report it aren't
// asked again. Errors are ignored; the witness keeps a deferred one.
func (p *writeLoop) askBuffer() {
	if p.buffer == bufferUnknown {
		return
	}
	b, err := command.ReadBufferCapacity{}.Do(p.j.calm, p.j.Drive.Transport())
	fill, ok := b.Fill()
	if err != nil || !ok {
		if ClassOf(err) == ClassRefused {
			p.buffer = bufferUnknown
		}
		return
	}
	p.j.m.cur.DriveBuffer = fill
	if p.j.rep.DriveMin < 0 || fill < p.j.rep.DriveMin {
		p.j.rep.DriveMin = fill
	}
}

// subBlock is the size of a block of the lead-in, and subBlocks the maximum number in one
// WRITE. libburn sends 341 and AccuDisc 640; fewer suit a small buffer in which each block may
// take as much room as a sector of audio.
const (
	subBlock  = 96
	subBlocks = 96
)

// ahead writes what precedes the audio of a track: the lead-in, and silence up to t.Start.
func (p *writeLoop) ahead(ctx context.Context, t *Task) error {
	if t.LeadIn != nil {
		if err := p.leadIn(ctx, t, t.LeadIn); err != nil {
			return err
		}
	}
	p.makeSilence()
	for t.Ahead > 0 {
		if ctx.Err() != nil {
			return Wrap(burn.PhaseWrite, t.Number, t.next(), Canceled(ctx))
		}
		part := min(t.Ahead, toc.Sectors(p.chunk))
		if err := p.send(t, command.Write10{LBA: t.next(), Blocks: uint16(part), Data: p.silence[:part.Bytes()]}); err != nil {
			return err
		}
		t.Ahead -= part
		t.before += part
	}
	return nil
}

// leadIn writes the lead-in. The blocks must continue from one WRITE to the next without a
// break: cdrdao 1.1.5 got this wrong, and its discs could not be read reliably.
func (p *writeLoop) leadIn(ctx context.Context, t *Task, l *LeadIn) error {
	n := toc.Sectors(min(subBlocks, p.chunk*toc.SectorSize/subBlock))
	buf := make([]byte, int(n)*subBlock)
	for done := toc.Sectors(0); done < l.Size; {
		at := l.Start + toc.LBA(done)
		if ctx.Err() != nil {
			return Wrap(burn.PhaseWrite, t.Number, at, Canceled(ctx))
		}
		part := min(n, l.Size-done)
		data := buf[:int(part)*subBlock]
		l.Read(data, done)
		if err := p.send(t, command.Write10{LBA: at, Blocks: uint16(part), Data: data}); err != nil {
			return err
		}
		done += part
		t.before += part
	}
	return nil
}

// makeSilence allocates the chunk of silence.
func (p *writeLoop) makeSilence() {
	if p.silence == nil {
		p.silence = make([]byte, p.chunk*toc.SectorSize)
	}
}

// Pad writes digital silence until the track has n sectors.
func (j *Job) Pad(t *Task, n toc.Sectors) error {
	p := &j.writing
	p.makeSilence()
	for t.Sent < n {
		part := min(n-t.Sent, toc.Sectors(p.chunk))
		if err := p.write(t, p.silence[:part.Bytes()], 0); err != nil {
			return err
		}
	}
	return nil
}
