package burn

import "github.com/redbook-audio/redbook/mmc"

// Speed is a writing speed: SpeedX(16) is 16x. The zero value means no speed.
type Speed = mmc.Speed

// SpeedMax is the highest speed of drive and disc.
var SpeedMax = mmc.SpeedMax

// SpeedX returns a multiple of audio speed: SpeedX(16) is 16x.
func SpeedX(x float64) Speed { return mmc.SpeedX(x) }

// ParseSpeed parses "16x", "16", "4.5x" and "max". The error describes these forms.
func ParseSpeed(text string) (Speed, error) { return mmc.ParseSpeed(text) }
