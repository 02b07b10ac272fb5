package burn

import "github.com/redbook-audio/redbook/mmc"

// Speed is a writing speed: SpeedX(16) is 16x. The zero value means no speed.
type Speed = mmc.Speed

// SpeedMax is the highest speed of drive and disc.
var SpeedMax = mmc.SpeedMax

// SpeedX returns a multiple of audio speed: SpeedX(16) is 16x.
func SpeedX(x float64) Speed { return mmc.SpeedX(x) }

// ParseSpeed parses a speed such as "16x", "16", "4.5x" or "max"; "" is SpeedMax.
// The error names the forms.
func ParseSpeed(text string) (Speed, error) { return mmc.ParseSpeed(text) }

// Adjustment reports what SetWriteSpeed had to change (the success codes
// S_IMAPI_SPEEDADJUSTED, ROTATIONADJUSTED and BOTHADJUSTED).
type Adjustment uint8

// The adjustments; both together are possible.
const (
	SpeedAdjusted    Adjustment = 1 << iota // 00AA0004
	RotationAdjusted                        // 00AA0005
)

// HRESULT returns IMAPI's success code: S_OK, or one of 00AA0004 to 00AA0006.
func (a Adjustment) HRESULT() uint32 {
	switch a {
	case SpeedAdjusted:
		return 0x00AA0004
	case RotationAdjusted:
		return 0x00AA0005
	case SpeedAdjusted | RotationAdjusted:
		return 0x00AA0006
	}
	return 0
}
