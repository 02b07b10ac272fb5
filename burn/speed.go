package burn

import "github.com/redbook-audio/redbook/mmc"

// Speed is a writing speed: SpeedX(16) is 16x. The zero value is no speed.
type Speed = mmc.Speed

// SpeedMax stands for the fastest that drive and disc can do.
var SpeedMax = mmc.SpeedMax

// SpeedX returns a multiple of audio speed: SpeedX(16) is 16x.
func SpeedX(x float64) Speed { return mmc.SpeedX(x) }

// ParseSpeed understands "16x", "16", "4.5x" and "max". An error says so.
func ParseSpeed(text string) (Speed, error) { return mmc.ParseSpeed(text) }
