package iscsi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Stages of a login (RFC 7143 11.12.3).
const (
	stageSecurity    = 0
	stageOperational = 1
	stageFullFeature = 3
)

// loginStatus is Status-Class and Status-Detail of a Login Response (RFC 7143 11.13.5).
type loginStatus uint16

const (
	loginOK           loginStatus = 0x0000
	loginInitiator    loginStatus = 0x0200
	loginAuth         loginStatus = 0x0201
	loginNotFound     loginStatus = 0x0203
	loginVersion      loginStatus = 0x0205
	loginMissing      loginStatus = 0x0207
	loginSessionType  loginStatus = 0x0209
	loginNoSession    loginStatus = 0x020A
	loginWrongRequest loginStatus = 0x020B
	loginUnavailable  loginStatus = 0x0301
)

var loginText = map[loginStatus]string{
	loginInitiator:    "initiator error",
	loginAuth:         "it wants an authentication that isn't None",
	loginNotFound:     "it asks for a target of another name",
	loginVersion:      "it speaks no version 0 of the protocol",
	loginMissing:      "a parameter is missing",
	loginSessionType:  "unknown type of session",
	loginNoSession:    "it wants to join a session that doesn't exist",
	loginWrongRequest: "request that is invalid during login",
	loginUnavailable:  "the session that it takes over is still busy",
}

func (s loginStatus) Error() string {
	return fmt.Sprintf("login refused: %s (%04Xh)", loginText[s], uint16(s))
}

// loginPhase is the login of one connection (RFC 7143 6.3).
type loginPhase struct {
	*conn
	stage int  // -1 before the first request
	first bool // no request has been answered yet
}

// login runs the login phase: requests and responses alternate until the initiator asks
// for the full feature phase. The error is the reason for not starting a session.
func (c *conn) login() error {
	l := loginPhase{conn: c, stage: -1, first: true}
	return l.run()
}

func (l *loginPhase) run() error {
	if err := l.nc.SetDeadline(time.Now().Add(loginTime)); err != nil {
		return err
	}
	var text []byte
	for {
		p, err := readPDU(l.r, l.maxRecv)
		if err != nil {
			return err
		}
		if p.opcode() != opLoginRequest {
			if !l.first {
				_ = l.reply(p, loginWrongRequest, 0, nil)
			}
			return fmt.Errorf("opcode %02Xh before login: %w", p.opcode(), loginWrongRequest)
		}
		if text = append(text, p.data...); len(text) > maxText {
			return l.refuse(p, loginInitiator)
		}
		if p.flags()&flagContinue != 0 { // the text continues: an empty answer asks for more (RFC 7143 6.2)
			if err := l.reply(p, loginOK, p.flags()&0x0C, nil); err != nil {
				return err
			}
			continue
		}
		reply, status := l.step(p, text)
		if status != loginOK {
			return l.refuse(p, status)
		}
		if err := l.reply(p, loginOK, stageFlags(p.flags()), reply); err != nil {
			return err
		}
		if l.stage == stageFullFeature {
			l.settle()
			return l.nc.SetDeadline(time.Time{})
		}
		text, l.first = nil, false
	}
}

// step takes one complete request, moves the stage on and composes the text of the answer.
func (l *loginPhase) step(p *pdu, text []byte) ([]byte, loginStatus) {
	if l.first {
		if p.header[3] > 0 { // Version-min
			return nil, loginVersion
		}
		l.isid = [6]byte(p.header[8:14])
		l.cid = binary.BigEndian.Uint16(p.header[20:])
		l.expCmdSN = p.u32(offCmdSN)
		if binary.BigEndian.Uint16(p.header[14:]) != 0 { // one connection per session, and no reinstatement of it
			return nil, loginNoSession
		}
	}
	if !l.advance(p.flags()) {
		return nil, loginInitiator
	}
	reply, status := l.negotiate(text)
	if status == loginOK && l.first {
		status = l.identify()
	}
	if status != loginOK {
		return nil, status
	}
	if l.leading && !l.discovery { // sent once, in the first answer (RFC 7143 13.9)
		reply = appendText(reply, "TargetPortalGroupTag", portalGroup)
		l.leading = false
	}
	if l.stage == stageFullFeature && !l.t.reinstate(l.conn, loginTime/2) {
		return nil, loginUnavailable
	}
	return reply, loginOK
}

// advance checks the stages in byte 1 of a request against the current stage, and moves on
// if its T bit is set (RFC 7143 11.12.3).
func (l *loginPhase) advance(flags byte) bool {
	current, next := int(flags>>2&3), int(flags&3)
	if current > stageOperational || (l.stage >= 0 && current != l.stage) {
		return false
	}
	l.stage = current
	if flags&flagFinal == 0 {
		return true
	}
	if next <= current || next == 2 {
		return false
	}
	l.stage = next
	return true
}

// stageFlags are T, CSG and NSG of an answer; without T there is no next stage.
func stageFlags(flags byte) byte {
	if flags&flagFinal == 0 {
		return flags & 0x0C
	}
	return flags & 0x8F
}

// negotiate answers all keys of one request.
func (l *loginPhase) negotiate(text []byte) ([]byte, loginStatus) {
	pairs, err := parseText(text)
	if err != nil {
		return nil, loginInitiator
	}
	var reply []byte
	for _, kv := range pairs {
		value := l.params.answer(kv.key, kv.value)
		switch {
		case kv.key == "AuthMethod" && value == reject:
			return nil, loginAuth
		case kv.key == "SessionType" && kv.value != "Normal" && kv.value != "Discovery":
			return nil, loginSessionType
		case value != "":
			reply = appendText(reply, kv.key, value)
		}
	}
	// The answer to many short keys may not fit into one PDU.
	if len(reply) > min(l.maxSend, defaultMaxRecv)-64 {
		return nil, loginInitiator
	}
	return reply, loginOK
}

// identify checks the names, which must be in the first request (RFC 7143 6.3.1).
func (l *loginPhase) identify() loginStatus {
	switch {
	case l.initiator == "" || len(l.initiator) > 223:
		return loginMissing
	case l.discovery:
		return loginOK
	case l.target == "":
		return loginMissing
	case l.target != l.t.name:
		return loginNotFound
	}
	return loginOK
}

func (l *loginPhase) refuse(p *pdu, status loginStatus) error {
	return errors.Join(status, l.reply(p, status, 0, nil))
}

// reply sends a Login Response (RFC 7143 11.13).
func (l *loginPhase) reply(p *pdu, status loginStatus, flags byte, text []byte) error {
	h := p.reply(opLoginResponse)
	h[1] = flags
	copy(h[8:14], p.header[8:14])
	binary.BigEndian.PutUint16(h[14:], l.tsih)
	binary.BigEndian.PutUint16(h[36:], uint16(status))
	if status != loginOK {
		text = nil
	}
	return l.send(h, text, statNext)
}
