package mmc_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// An unusable reply is requested again, twice; any other answer is final.
func TestAsk(t *testing.T) {
	good := in(discInformationCDB, discBlank)
	short, bridge := in(discInformationCDB, "00 20"), in(discInformationCDB, "00 20 00 01 01 01 01 00 00*22 55 53 42 53")
	for name, tt := range map[string]struct {
		script []scsitest.Exchange
		want   error
	}{
		"valid at once":         {join(good), nil},
		"valid the second time": {join(short, good), nil},
		"valid the third time":  {join(short, bridge, good), nil},
		"always short":          {join(bridge, bridge, short), mmc.ErrShortReply},
		"always implausible":    {join(short, short, bridge), mmc.ErrImplausible},
		"refused":               {join(rdi(senseInvalidOpcode)), asc.InvalidOpcode},
		"refused afterwards":    {join(short, rdi(senseDeferredWrite)), scsi.FamilyWriteError},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := mmc.Ask(t.Context(), play(t, tt.script...), mmc.ReadDiscInformation{})
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, decode[mmc.DiscInformation](t, unhex(discBlank)), got)
		})
	}
	assert.ErrorIs(t, mmc.ErrShortReply, io.ErrUnexpectedEOF)
	assert.NotErrorIs(t, mmc.ErrImplausible, io.ErrUnexpectedEOF)
	assert.EqualError(t, mmc.ErrShortReply, "the reply is too short")
	var d mmc.DiscInformation
	assert.EqualError(t, d.UnmarshalBinary(unhex("00 20")), "disc information: the reply has 2 bytes, 24 are needed")
}

// CHECK CONDITION without a reason isn't a failure by itself. After a WRITE only the
// caller can find out whether the data were accepted.
func TestSenseKeyZero(t *testing.T) {
	write := mmc.Write10{Blocks: 1, Data: make([]byte, 2352)}
	writeEx := scsitest.Exchange{CDB: unhex("2A 00 00 00 00 00 00 00 01 00"), Dir: scsi.DataOut}
	for _, tt := range []struct {
		name string
		ex   scsitest.Exchange
		do   func(scsi.Transport) error
		want error // of 0/00/00
	}{
		{"no data", none("35 02 00 00 00 00 00 00 00 00"),
			func(tr scsi.Transport) error { return mmc.SynchronizeCache{Immed: true}.Do(t.Context(), tr) }, nil},
		{"MODE SELECT", out(modeSelectCDB, modeSelectList), func(tr scsi.Transport) error {
			return mmc.ModeSelect10{Pages: unhex(modeSelectList)[8:]}.Do(t.Context(), tr)
		}, nil},
		{"a question", in(discInformationCDB, ""), func(tr scsi.Transport) error {
			_, err := mmc.ReadDiscInformation{}.Do(t.Context(), tr)
			return err
		}, mmc.ErrShortReply},
		{"WRITE", writeEx, func(tr scsi.Transport) error { return write.Do(t.Context(), tr) }, scsi.KeyNoSense},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := play(t, refused(tt.ex, senseNothing), refused(tt.ex, senseNothingBusy),
				refused(tt.ex, unhex("71 00 00 00 00 00 00 0A 00*10")), refused(tt.ex, unhex("00*18")))
			if err := tt.do(tr); tt.want == nil {
				assert.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, tt.want)
			}
			assert.ErrorIs(t, tt.do(tr), asc.OperationInProgress, "0/04/07 means busy")
			assert.ErrorIs(t, tt.do(tr), scsi.KeyNoSense, "a deferred error leaves this command unanswered")
			assert.ErrorIs(t, tt.do(tr), scsi.ErrSenseFormat, "undecodable sense data report nothing")
		})
	}
}

func TestImmedFirst(t *testing.T) {
	const immed, whole = "A1 11 00 00 00 00 00 00 00 00 00 00", "A1 01 00 00 00 00 00 00 00 00 00 00"
	for name, tt := range map[string]struct {
		script []scsitest.Exchange
		done   bool
		want   error
	}{
		"taken":                       {join(none(immed)), false, nil},
		"refused, 5/24/00":            {join(refused(none(immed), senseInvalidField), none(whole)), true, nil},
		"refused, 2/00/00 (BH14NS48)": {join(refused(none(immed), senseNoReasonAtAll), none(whole)), true, nil},
		"refused both times":          {join(refused(none(immed), senseInvalidField), refused(none(whole), senseInvalidField)), true, asc.InvalidFieldInCDB},
		"another refusal":             {join(refused(none(immed), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 30 05"))), false, scsi.FamilyIncompatibleMedium},
		"busy":                        {join(refused(none(immed), senseBusy)), false, asc.OperationInProgress},
		"2/24/00 has another meaning": {join(refused(none(immed), unhex("70 00 02 00 00 00 00 0A 00 00 00 00 24 00"))), false, scsi.KeyNotReady},
		"and so does 3/00/00":         {join(refused(none(immed), unhex("70 00 03 00 00 00 00 0A 00 00 00 00 00 00"))), false, scsi.KeyMediumError},
		"deferred, 5/24/00":           {join(refused(none(immed), unhex("71 00 05 00 00 00 00 0A 00 00 00 00 24 00"))), false, scsi.KeyIllegalRequest},
		"deferred, 2/00/00":           {join(refused(none(immed), unhex("71 00 02 00 00 00 00 0A 00 00 00 00 00 00"))), false, scsi.KeyNotReady},
	} {
		t.Run(name, func(t *testing.T) {
			tr := play(t, tt.script...)
			done, err := mmc.ImmedFirst(func(immed bool) error {
				return mmc.Blank{Type: mmc.BlankMinimal, Immed: immed}.Do(t.Context(), tr)
			})
			assert.Equal(t, tt.done, done)
			if tt.want == nil {
				assert.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, tt.want)
			}
		})
	}
}

// Questions with a second source must not lose a deferred error.
func TestDeferredErrorsAreNoRefusals(t *testing.T) {
	deferred := unhex("71 00 05 00 00 00 00 0A 00 00 00 00 72 03 00 00")
	one := func(code string) scsitest.Exchange {
		return refused(in("46 02 "+code+" 00 00 00 00 08 00", ""), deferred)
	}
	wspd := feature("01 07", "01 07 11 04 02 00 00 00")
	for name, tt := range map[string]struct {
		script []scsitest.Exchange
		ask    func(*mmc.Drive) error
	}{
		"CanTAO":                 {join(one("00 2D")), func(d *mmc.Drive) error { _, err := d.CanTAO(t.Context()); return err }},
		"CanTAO, page":           {join(noFeatures("00 2D"), refused(in(mode2AHead, ""), deferred)), func(d *mmc.Drive) error { _, err := d.CanTAO(t.Context()); return err }},
		"CanLoad":                {join(one("00 03")), func(d *mmc.Drive) error { _, err := d.CanLoad(t.Context()); return err }},
		"WriteSpeeds":            {join(one("01 07")), func(d *mmc.Drive) error { _, err := d.WriteSpeeds(t.Context()); return err }},
		"WriteSpeeds, speeds":    {join(wspd, refused(in(performanceCDB, ""), deferred)), func(d *mmc.Drive) error { _, err := d.WriteSpeeds(t.Context()); return err }},
		"MediaType":              {join(refused(in(profileCDB, ""), deferred)), func(d *mmc.Drive) error { _, err := d.MediaType(t.Context()); return err }},
		"MediaType, information": {join(in(profileCDB, "00 00 00 04 00 00 00 08"), rdi(deferred)), func(d *mmc.Drive) error { _, err := d.MediaType(t.Context()); return err }},
		"MediaType, not ready":   {join(in(profileCDB, "00 00 00 04 00 00 00 08"), rdi(senseDeferredBusy)), func(d *mmc.Drive) error { _, err := d.MediaType(t.Context()); return err }},
		"page 05h":               {join(refused(in(mode05CDB, ""), deferred)), func(d *mmc.Drive) error { return d.SetWriteParameters(t.Context(), mmc.WriteParameters{}) }},
		"Eject":                  {join(refused(none(ejectCDB), unhex("71 00 06 00 00 00 00 0A 00 00 00 00 28 00"))), func(d *mmc.Drive) error { return d.Eject(t.Context()) }},
		"WaitIdle":               {join(tur(nil), rdi(deferred)), func(d *mmc.Drive) error { return d.WaitIdle(t.Context(), mmc.WaitOptions{}) }},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := open(t, tt.script...)
			var sense *scsi.SenseError
			require.ErrorAs(t, tt.ask(d), &sense)
			assert.True(t, sense.Deferred)
		})
	}
}
