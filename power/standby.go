package power

// LimitedByStandby reports whether the system ends what KeepAwake grants while it is still
// held. Windows does: on a computer with modern standby that runs on battery, power
// requests end five minutes after the sleep timeout (documentation of PowerSetRequest and
// of the phases of modern standby), and a burn that takes longer is cut short. false where
// the system has no such limit, or doesn't say.
func LimitedByStandby() bool { return limitedByStandby() }

// Offsets in what Windows answers (winbase.h, winnt.h). All of these members are bytes.
const (
	powerStatusSize   = 12 // SYSTEM_POWER_STATUS
	acLineStatus      = 0  // 0 on battery, 1 on mains, 255 unknown
	capabilitiesSize  = 76 // SYSTEM_POWER_CAPABILITIES
	alwaysOnConnected = 20 // AoAc: modern standby (S0 low power idle)
)

// endsOnBattery reads the two structures.
func endsOnBattery(status *[powerStatusSize]byte, capabilities *[capabilitiesSize]byte) bool {
	return status[acLineStatus] == 0 && capabilities[alwaysOnConnected] != 0
}
