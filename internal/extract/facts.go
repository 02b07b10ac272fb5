package extract

import (
	"github.com/redbook-audio/redbook/disc"
)

// audioTracks returns the complete audio tracks of a disc. An incomplete one has no known
// length, and drives don't read it.
func audioTracks(on *disc.Disc) []disc.Track {
	var list []disc.Track
	for _, t := range on.Tracks {
		if t.Control.Audio() && t.State == disc.TrackComplete && t.Origin != disc.Unknown {
			list = append(list, t)
		}
	}
	return list
}

// Unfinished returns the audio tracks of a disc that are not complete. Scan leaves them out.
func Unfinished(on *disc.Disc) []disc.Track {
	var list []disc.Track
	for _, t := range on.Tracks {
		if t.Control.Audio() && (t.State != disc.TrackComplete || t.Origin == disc.Unknown) {
			list = append(list, t)
		}
	}
	return list
}

func reported[T any](v T) disc.Fact[T] { return disc.Fact[T]{Value: v, Origin: disc.Reported} }

func unknown[T any](why error) disc.Fact[T] { return disc.Fact[T]{Err: why} }

func contradicted[T any](v T, why error) disc.Fact[T] {
	return disc.Fact[T]{Value: v, Origin: disc.Contradicted, Err: why}
}
