package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
)

// OpGetEventStatusNotification is the operation code of GET EVENT STATUS NOTIFICATION.
const OpGetEventStatusNotification = 0x4A

// EventClass is a kind of event (MMC-5 6.7).
type EventClass uint8

// The event classes.
const (
	EventNone              EventClass = 0
	EventOperationalChange EventClass = 1
	EventPower             EventClass = 2
	EventExternalRequest   EventClass = 3
	EventMedia             EventClass = 4
	EventMultiHost         EventClass = 5
	EventDeviceBusy        EventClass = 6
)

// Mask gives the bit of the class in a class bitmap.
func (c EventClass) Mask() byte { return 1 << (c & 7) }

// GetEventStatusNotification polls for an event of the asked classes (MMC-5 6.7):
// one per call, the lowest class with something to tell. It doesn't disturb a
// running write; once a second is enough. Not every drive reports the removal of a
// disc here (Pioneer DVR-108 doesn't): TEST UNIT READY does.
//
//	byte 0    4A
//	     1    b0 polled = 1
//	     4    class bitmap: bit n is class n
//	     7-8  allocation length
type GetEventStatusNotification struct {
	Classes byte // EventMedia.Mask() and so on
}

var getEvent = spec{"GET EVENT STATUS NOTIFICATION", timeoutDefault}

// CDB gives the command descriptor block and its length.
func (c GetEventStatusNotification) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpGetEventStatusNotification
	cdb[1] = 0x01
	cdb[4] = c.Classes
	binary.BigEndian.PutUint16(cdb[7:], 8)
	return cdb, 10
}

// Do runs the command.
func (c GetEventStatusNotification) Do(ctx context.Context, t scsi.Transport) (EventStatus, error) {
	cdb, n := c.CDB()
	b, err := getEvent.in(ctx, t, cdb, n, make([]byte, 8))
	if err != nil {
		return EventStatus{}, err
	}
	var e EventStatus
	return e, e.UnmarshalBinary(b)
}

// MediaEvent is the event code of class EventMedia (MMC-5 6.7).
type MediaEvent uint8

// The media events.
const (
	MediaNoChange      MediaEvent = 0
	MediaEjectRequest  MediaEvent = 1 // somebody pressed the button
	MediaNew           MediaEvent = 2
	MediaRemoval       MediaEvent = 3
	MediaChanged       MediaEvent = 4
	MediaFormatDone    MediaEvent = 5
	MediaFormatRestart MediaEvent = 6
)

// EventStatus is a GET EVENT STATUS NOTIFICATION reply.
type EventStatus struct {
	Class     EventClass // class of this event; EventNone if the drive has none of those asked for
	Supported byte       // bitmap of the classes that the drive knows
	Event     [4]byte    // code, status and two class-specific bytes
}

// Media gives the event as a media event: what happened, whether a disc is in, and
// whether the tray is open. ok is false for other classes.
func (e EventStatus) Media() (code MediaEvent, present, open, ok bool) {
	if e.Class != EventMedia {
		return 0, false, false, false
	}
	return MediaEvent(e.Event[0] & 0x0F), e.Event[1]&0x02 != 0, e.Event[1]&0x01 != 0, true
}

// UnmarshalBinary decodes the reply.
//
//	0-1 length of what follows byte 1   2 b7 NEA, b2-0 class   3 supported   4-7 event
func (e *EventStatus) UnmarshalBinary(b []byte) error {
	if len(b) < 4 {
		return shortReply("event status", len(b), 4)
	}
	*e = EventStatus{Supported: b[3]}
	if b[2]&0x80 != 0 { // NEA: none of the classes is supported
		return nil
	}
	b, err := body("event status", b, max(4, total16(b, 0, 2)), 8)
	if err != nil {
		return err
	}
	e.Class = EventClass(b[2] & 0x07)
	e.Event = [4]byte(b[4:8])
	return nil
}
