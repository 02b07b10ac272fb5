package command

// Internals for the external tests.
const (
	FeatureProfileList = featureProfileList
)

type (
	FeatureData      = featureDecoder
	LoadingMechanism = loadingMechanism
)
