package exchange_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
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
		"always short":          {join(bridge, bridge, short), exchange.ErrShortReply},
		"always implausible":    {join(short, short, bridge), exchange.ErrImplausible},
		"refused":               {join(rdi(senseInvalidOpcode)), asc.InvalidOpcode},
		"refused afterwards":    {join(short, rdi(senseDeferredWrite)), asc.FamilyWriteError},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := exchange.Ask(t.Context(), play(t, tt.script...), command.ReadDiscInformation{})
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, mmctest.Decode[command.DiscInformation](t, unhex(discBlank)), got)
		})
	}
	assert.ErrorIs(t, exchange.ErrShortReply, io.ErrUnexpectedEOF)
	for _, err := range []error{exchange.ErrShortReply, exchange.ErrImplausible, exchange.ShortReply("x", 1, 2), exchange.Implausible("x", "y", 3)} {
		assert.ErrorIs(t, err, mmc.ErrBadReply)
		assert.True(t, exchange.Unusable(err))
	}
	assert.False(t, exchange.Unusable(io.ErrUnexpectedEOF))
	assert.NotErrorIs(t, exchange.ErrImplausible, io.ErrUnexpectedEOF)
	assert.EqualError(t, exchange.ErrShortReply, "the reply is too short")
	var d command.DiscInformation
	assert.EqualError(t, d.UnmarshalBinary(unhex("00 20")), "disc information: the reply has 2 bytes, 24 are needed")
}

// CHECK CONDITION without a reason isn't a failure by itself. After a WRITE only the
// caller can find out whether the data were accepted.
func TestSenseKeyZero(t *testing.T) {
	write := command.Write10{Blocks: 1, Data: make([]byte, 2352)}
	writeEx := scsitest.Exchange{CDB: unhex("2A 00 00 00 00 00 00 00 01 00"), Dir: scsi.DataOut}
	for _, tt := range []struct {
		name string
		ex   scsitest.Exchange
		do   func(scsi.Transport) error
		want error // of 0/00/00
	}{
		{"no data", none("35 02 00 00 00 00 00 00 00 00"),
			func(tr scsi.Transport) error { return command.SynchronizeCache{Immed: true}.Do(t.Context(), tr) }, nil},
		{"MODE SELECT", out(modeSelectCDB, modeSelectList), func(tr scsi.Transport) error {
			return command.ModeSelect10{Pages: unhex(modeSelectList)[8:]}.Do(t.Context(), tr)
		}, nil},
		{"a question", in(discInformationCDB, ""), func(tr scsi.Transport) error {
			_, err := command.ReadDiscInformation{}.Do(t.Context(), tr)
			return err
		}, exchange.ErrShortReply},
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
			assert.ErrorContains(t, tt.do(tr), "response code 00h", "undecodable sense data report nothing")
		})
	}
}
