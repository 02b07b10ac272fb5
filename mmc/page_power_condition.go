package mmc

import (
	"encoding/binary"
	"time"
)

// PowerCondition is mode page 1Ah (MMC-5 chapter 7): when the drive goes to rest by
// itself.
//
//	3  b1 idle, b0 standby     4-7 idle timer     8-11 standby timer (100 ms)
type PowerCondition struct {
	Idle, Standby bool          // whether the timer counts
	IdleTimer     time.Duration // in steps of 100 ms
	StandbyTimer  time.Duration
}

// powerTick is the unit of both timers.
const powerTick = 100 * time.Millisecond

// Page composes the page; length is the drive's page length, at least 0Ah.
func (p PowerCondition) Page(length int) []byte {
	b := newPage(PagePowerCondition, length, 0x0A)
	b[3] = bit(p.Idle, 0x02) | bit(p.Standby, 0x01)
	binary.BigEndian.PutUint32(b[4:], powerTicks(p.IdleTimer))
	binary.BigEndian.PutUint32(b[8:], powerTicks(p.StandbyTimer))
	return b
}

func powerTicks(d time.Duration) uint32 {
	return uint32(min(max(d/powerTick, 0), 1<<32-1))
}

// UnmarshalBinary decodes the page from its page code on.
func (p *PowerCondition) UnmarshalBinary(b []byte) error {
	b, err := pageBytes("power condition page", b, PagePowerCondition, 12)
	if err != nil {
		return err
	}
	*p = PowerCondition{
		Idle:         b[3]&0x02 != 0,
		Standby:      b[3]&0x01 != 0,
		IdleTimer:    time.Duration(binary.BigEndian.Uint32(b[4:])) * powerTick,
		StandbyTimer: time.Duration(binary.BigEndian.Uint32(b[8:])) * powerTick,
	}
	return nil
}
