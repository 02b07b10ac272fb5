package power

// LimitedByStandby reports whether the system may end the effect of KeepAwake before
// Release. Windows does: on a computer with modern standby that runs on battery, power
// requests end five minutes after the sleep timeout (documentation of PowerSetRequest and
// of the phases of modern standby), and a longer burn is cut short. It returns false if
// the system has no such limit, or doesn't report it.
func LimitedByStandby() bool { return limitedByStandby() }

// Offsets in the structures of Windows (winbase.h, winnt.h). All of these members are
// bytes.
const (
	powerStatusSize   = 12 // SYSTEM_POWER_STATUS
	acLineStatus      = 0  // 0 on battery, 1 on mains, 255 unknown
	capabilitiesSize  = 76 // SYSTEM_POWER_CAPABILITIES
	alwaysOnConnected = 20 // AoAc: modern standby (S0 low power idle)
)

// endsOnBattery decodes the two structures.
func endsOnBattery(status *[powerStatusSize]byte, capabilities *[capabilitiesSize]byte) bool {
	return status[acLineStatus] == 0 && capabilities[alwaysOnConnected] != 0
}
