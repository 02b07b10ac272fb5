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

// login is the login phase (RFC 7143 6.3): requests and responses alternate until
// the initiator asks for the full feature phase. An error is why there is no session.
func (c *conn) login() error {
	if err := c.nc.SetDeadline(time.Now().Add(loginTime)); err != nil {
		return err
	}
	stage, first := -1, true
	var text []byte
	for {
		p, err := readPDU(c.r, c.maxRecv)
		if err != nil {
			return err
		}
		if p.opcode() != opLoginRequest {
			if !first {
				_ = c.loginReply(p, loginWrongRequest, 0, nil)
			}
			return fmt.Errorf("opcode %02Xh before login: %w", p.opcode(), loginWrongRequest)
		}
		if text = append(text, p.data...); len(text) > maxText {
			return c.refuseLogin(p, loginInitiator)
		}
		if p.flags()&flagContinue != 0 { // the text goes on: an empty answer asks for more (RFC 7143 6.2)
			if err := c.loginReply(p, loginOK, p.flags()&0x0C, nil); err != nil {
				return err
			}
			continue
		}
		reply, status := c.loginStep(p, text, &stage, first)
		if status != loginOK {
			return c.refuseLogin(p, status)
		}
		if err := c.loginReply(p, loginOK, stageFlags(p.flags()), reply); err != nil {
			return err
		}
		if stage == stageFullFeature {
			c.settle()
			return c.nc.SetDeadline(time.Time{})
		}
		text, first = nil, false
	}
}

// loginStep takes one complete request and composes the text of its answer. stage
// is where the login stands, and is moved on.
func (c *conn) loginStep(p *pdu, text []byte, stage *int, first bool) ([]byte, loginStatus) {
	if first {
		if p.header[3] > 0 { // Version-min
			return nil, loginVersion
		}
		c.isid = [6]byte(p.header[8:14])
		c.cid = binary.BigEndian.Uint16(p.header[20:])
		c.expCmdSN = p.u32(offCmdSN)
		if binary.BigEndian.Uint16(p.header[14:]) != 0 { // one connection per session, and no second life
			return nil, loginNoSession
		}
	}
	if !nextStage(p.flags(), stage) {
		return nil, loginInitiator
	}
	reply, status := c.negotiate(text)
	if status == loginOK && first {
		status = c.identify()
	}
	if status != loginOK {
		return nil, status
	}
	if c.leading && !c.discovery { // told once, in the first answer (RFC 7143 13.9)
		reply = appendText(reply, "TargetPortalGroupTag", portalGroup)
		c.leading = false
	}
	if *stage == stageFullFeature && !c.t.reinstate(c, loginTime/2) {
		return nil, loginUnavailable
	}
	return reply, loginOK
}

// nextStage checks the stages in byte 1 of a request against where the login
// stands, and goes where its T bit leads (RFC 7143 11.12.3).
func nextStage(flags byte, stage *int) bool {
	current, next := int(flags>>2&3), int(flags&3)
	if current > stageOperational || (*stage >= 0 && current != *stage) {
		return false
	}
	*stage = current
	if flags&flagFinal == 0 {
		return true
	}
	if next <= current || next == 2 {
		return false
	}
	*stage = next
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
func (c *conn) negotiate(text []byte) ([]byte, loginStatus) {
	pairs, err := parseText(text)
	if err != nil {
		return nil, loginInitiator
	}
	var reply []byte
	for _, kv := range pairs {
		value := c.params.answer(kv.key, kv.value)
		switch {
		case kv.key == "AuthMethod" && value == reject:
			return nil, loginAuth
		case kv.key == "SessionType" && kv.value != "Normal" && kv.value != "Discovery":
			return nil, loginSessionType
		case value != "":
			reply = appendText(reply, kv.key, value)
		}
	}
	// Many short keys can make an answer that doesn't fit into one PDU.
	if len(reply) > min(c.maxSend, defaultMaxRecv)-64 {
		return nil, loginInitiator
	}
	return reply, loginOK
}

// identify checks the names, which belong into the first request (RFC 7143 6.3.1).
func (c *conn) identify() loginStatus {
	switch {
	case c.initiator == "" || len(c.initiator) > 223:
		return loginMissing
	case c.discovery:
		return loginOK
	case c.target == "":
		return loginMissing
	case c.target != c.t.name:
		return loginNotFound
	}
	return loginOK
}

func (c *conn) refuseLogin(p *pdu, status loginStatus) error {
	return errors.Join(status, c.loginReply(p, status, 0, nil))
}

// loginReply sends a Login Response (RFC 7143 11.13).
func (c *conn) loginReply(p *pdu, status loginStatus, flags byte, text []byte) error {
	h := p.reply(opLoginResponse)
	h[1] = flags
	copy(h[8:14], p.header[8:14])
	binary.BigEndian.PutUint16(h[14:], c.tsih)
	binary.BigEndian.PutUint16(h[36:], uint16(status))
	if status != loginOK {
		text = nil
	}
	return c.send(h, text, statNext)
}
