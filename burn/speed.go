package burn

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
