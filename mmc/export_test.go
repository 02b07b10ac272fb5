package mmc

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
)

// Internals for the external tests.
const (
	DefaultIdleTimeout   = defaultIdleTimeout
	DefaultReadyTimeout  = defaultReadyTimeout
	FeatureCDTrackAtOnce = featureCDTrackAtOnce
	FeatureProfileList   = featureProfileList
	LoadTray             = loadTray
	MediaDVDROM          = mediaDVDROM
	MaxSpeedKBps         = maxSpeedKBps
	ProfileCDR           = profileCDR
)

type (
	CDMastering       = cdMastering
	CDRead            = cdRead
	CDTrackAtOnce     = cdTrackAtOnce
	FeatureData       = featureDecoder
	LoadingMechanism  = loadingMechanism
	RealTimeStreaming = realTimeStreaming
	RemovableMedium   = removableMedium
)

var (
	ImmedFirst = immedFirst
)

func Ask[R any](ctx context.Context, t scsi.Transport, q question[R]) (R, error) {
	return ask(ctx, t, q)
}

func Lookup[T any, P interface {
	*T
	featureDecoder
}](c Configuration) (T, bool, bool) {
	return lookup[T, P](c)
}
