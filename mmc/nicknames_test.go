package mmc_test

import (
	"github.com/redbook-audio/redbook/internal/mmctest"
)

// Short names for what tests of several packages share.
const (
	inquiryCDB  = mmctest.InquiryCDB
	inquiryTSST = mmctest.InquiryTSST
)

var (
	in                 = mmctest.In
	open               = mmctest.Open
	play               = mmctest.Play
	refused            = mmctest.Refused
	senseInvalidOpcode = mmctest.SenseInvalidOpcode
	unhex              = mmctest.Hex
	wantCDB            = mmctest.WantCDB
)
