package exchange_test

import (
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// Short names for what tests of several packages share.
const (
	discBlank          = mmctest.DiscBlank
	discInformationCDB = mmctest.DiscInformationCDB
	modeSelectCDB      = mmctest.ModeSelectCDB
	modeSelectList     = mmctest.ModeSelectList
)

var (
	in                 = mmctest.In
	join               = mmctest.Join
	none               = mmctest.None
	out                = mmctest.Out
	play               = mmctest.Play
	rdi                = mmctest.ReadDiscInformation
	refused            = mmctest.Refused
	senseDeferredWrite = mmctest.SenseDeferredWrite
	senseInvalidOpcode = mmctest.SenseInvalidOpcode
	senseNothing       = mmctest.SenseNothing
	senseNothingBusy   = mmctest.SenseNothingBusy
	unhex              = mmctest.Hex
)
