package unit_test

import (
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// Short names for what tests of several packages share.
const (
	atipCDB            = mmctest.ATIPCDB
	atipCMC            = mmctest.ATIPCMC
	atipTDK            = mmctest.ATIPTDK
	configurationNEC   = mmctest.ConfigurationNEC
	discAppendable     = mmctest.DiscAppendable
	discBlank          = mmctest.DiscBlank
	discClosed         = mmctest.DiscClosed
	discInformationCDB = mmctest.DiscInformationCDB
	inquiryCDB         = mmctest.InquiryCDB
	inquiryTSST        = mmctest.InquiryTSST
	mode05CDB          = mmctest.Mode05CDB
	mode2AHead         = mmctest.Mode2AHead
	mode2APlextor      = mmctest.Mode2APlextor
	modeReply05        = mmctest.ModeReply05
	modeSelectCDB      = mmctest.ModeSelectCDB
	modeSelectList     = mmctest.ModeSelectList
	page2AMMC1         = mmctest.Page2AMMC1
	page2APlextor      = mmctest.Page2APlextor
	performanceCDB     = mmctest.PerformanceCDB
	performanceLG      = mmctest.PerformanceLG
	profileCDB         = mmctest.ProfileCDB
	turCDB             = mmctest.TestUnitReadyCDB
)

var (
	in                     = mmctest.In
	join                   = mmctest.Join
	noFeatures             = mmctest.NoFeatures
	none                   = mmctest.None
	notReady               = mmctest.NotReady
	open                   = mmctest.Open
	out                    = mmctest.Out
	play                   = mmctest.Play
	rdi                    = mmctest.ReadDiscInformation
	recovered              = mmctest.Recovered
	refused                = mmctest.Refused
	senseBecomingReady     = mmctest.SenseBecomingReady
	senseBusy              = mmctest.SenseBusy
	senseChanged           = mmctest.SenseChanged
	senseDeferredBusy      = mmctest.SenseDeferredBusy
	senseDeferredRecovered = mmctest.SenseDeferredRecovered
	senseDeferredWrite     = mmctest.SenseDeferredWrite
	senseInvalidField      = mmctest.SenseInvalidField
	senseInvalidOpcode     = mmctest.SenseInvalidOpcode
	senseLongWrite         = mmctest.SenseLongWrite
	senseNoDisc            = mmctest.SenseNoDisc
	senseNoReasonAtAll     = mmctest.SenseNoReasonAtAll
	senseNothing           = mmctest.SenseNothing
	senseNothingBusy       = mmctest.SenseNothingBusy
	senseReset             = mmctest.SenseReset
	senseTrayOpen          = mmctest.SenseTrayOpen
	senseWriteError        = mmctest.SenseWriteError
	speedsOf               = mmctest.SpeedsOf
	startCDB               = mmctest.StartCDB
	startWaitCDB           = mmctest.StartWaitCDB
	unhex                  = mmctest.Hex
)
