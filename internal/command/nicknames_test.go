package command_test

import (
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// Short names for what tests of several packages share.
const (
	atipTDK            = mmctest.ATIPTDK
	atipCDB            = mmctest.ATIPCDB
	atipCMC            = mmctest.ATIPCMC
	configurationNEC   = mmctest.ConfigurationNEC
	discAppendable     = mmctest.DiscAppendable
	discBlank          = mmctest.DiscBlank
	discClosed         = mmctest.DiscClosed
	discInformationCDB = mmctest.DiscInformationCDB
	discXA             = mmctest.DiscXA
	mode2AHead         = mmctest.Mode2AHead
	modeReply05        = mmctest.ModeReply05
	modeReplyBlocked   = mmctest.ModeReplyBlocked
	modeSelectCDB      = mmctest.ModeSelectCDB
	modeSelectList     = mmctest.ModeSelectList
	page05Plextor      = mmctest.Page05Plextor
	page2AMMC1         = mmctest.Page2AMMC1
	page2APlextor      = mmctest.Page2APlextor
	page2ASony         = mmctest.Page2ASony
	page2AUSBX         = mmctest.Page2AUSBX
	performanceCDB     = mmctest.PerformanceCDB
	performanceLG      = mmctest.PerformanceLG
	profileCDB         = mmctest.ProfileCDB
)

var (
	in                 = mmctest.In
	join               = mmctest.Join
	noFeatures         = mmctest.NoFeatures
	none               = mmctest.None
	open               = mmctest.Open
	out                = mmctest.Out
	play               = mmctest.Play
	recovered          = mmctest.Recovered
	refused            = mmctest.Refused
	senseChanged       = mmctest.SenseChanged
	senseInvalidField  = mmctest.SenseInvalidField
	senseInvalidOpcode = mmctest.SenseInvalidOpcode
	senseLongWrite     = mmctest.SenseLongWrite
	senseNoDisc        = mmctest.SenseNoDisc
	speedsOf           = mmctest.SpeedsOf
	unhex              = mmctest.Hex
	wantCDB            = mmctest.WantCDB
	withByte           = mmctest.WithByte
)
