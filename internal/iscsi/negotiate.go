package iscsi

import (
	"slices"
	"strconv"
	"strings"
)

// The target's values in a negotiation. The first burst holds 63504 bytes, the usual
// WRITE of an audio burner, so such a command needs no R2T.
const (
	ourMaxRecv    = 256 << 10
	ourMaxBurst   = 256 << 10
	ourFirstBurst = 256 << 10

	defaultMaxRecv = 8192 // until a side declares its own (RFC 7143 13.12)
	portalGroup    = "1"
)

// params is what a connection has agreed on. (RFC 7143 chapter 13)
type params struct {
	initiator string
	target    string
	discovery bool
	leading   bool // TargetPortalGroupTag has not been sent yet

	maxSend       int // the initiator's MaxRecvDataSegmentLength
	maxRecv       int // ours; 8192 until declared
	maxBurst      int
	firstBurst    int
	initialR2T    bool
	immediateData bool
}

// defaultParams holds the values for keys that are not negotiated.
func defaultParams() params {
	return params{
		leading: true,
		maxSend: defaultMaxRecv, maxRecv: defaultMaxRecv,
		maxBurst: 256 << 10, firstBurst: 64 << 10,
		initialR2T: true, immediateData: true,
	}
}

// The constants that a responder returns instead of a value (RFC 7143 6.2).
const (
	reject        = "Reject"
	notUnderstood = "NotUnderstood"
)

// answer handles one key that the initiator offers during login and returns the value to
// reply with; "" means that the key is a declaration and needs no reply.
func (p *params) answer(key, value string) string {
	switch key {
	case "InitiatorName":
		p.initiator = value
	case "InitiatorAlias":
	case "TargetName":
		p.target = value
	case "SessionType":
		p.discovery = value == "Discovery"
	case "AuthMethod":
		return choose(value, "None")
	case "HeaderDigest", "DataDigest":
		return choose(value, "None")
	case "TaskReporting":
		return choose(value, "RFC3720")
	case "InitialR2T", "ImmediateData", "DataPDUInOrder", "DataSequenceInOrder":
		return p.answerBool(key, value)
	case "IFMarker", "OFMarker": // obsolete, yet never NotUnderstood (RFC 7143 13.25)
		return "No"
	case "IFMarkInt", "OFMarkInt":
		return reject
	default:
		return p.answerNumber(key, value)
	}
	return ""
}

// choose picks our only value from a list in the initiator's order.
func choose(list, ours string) string {
	if slices.Contains(strings.Split(list, ","), ours) {
		return ours
	}
	return reject
}

// answerBool negotiates the keys whose result is an OR (a request for order wins) or, for
// ImmediateData, an AND.
func (p *params) answerBool(key, value string) string {
	v, ok := parseBool(value)
	if !ok {
		return reject
	}
	switch key {
	case "InitialR2T": // OR with our No
		p.initialR2T = v
	case "ImmediateData": // AND with our Yes
		p.immediateData = v
	default:
		// DataPDUInOrder, DataSequenceInOrder: OR with our Yes, so offsets only increase.
		v = true
	}
	return formatBool(v)
}

// answerNumber negotiates the numerical keys; for nearly all the smaller value wins.
func (p *params) answerNumber(key, value string) string {
	const segment = 1<<24 - 1 // largest length of a burst or a segment
	number := func(lo, hi int, settle func(v int) int) string {
		v, ok := parseNumber(value, lo, hi)
		if !ok {
			return reject
		}
		return strconv.Itoa(settle(v))
	}
	least := func(ours int) func(int) int { return func(v int) int { return min(v, ours) } }
	switch key {
	case "MaxRecvDataSegmentLength": // each side declares; our value is part of the answers
		return number(512, segment, func(v int) int { p.maxSend = v; p.maxRecv = ourMaxRecv; return ourMaxRecv })
	case "MaxBurstLength":
		return number(512, segment, func(v int) int { p.maxBurst = min(v, ourMaxBurst); return p.maxBurst })
	case "FirstBurstLength":
		return number(512, segment, func(v int) int { p.firstBurst = min(v, ourFirstBurst); return p.firstBurst })
	case "MaxConnections", "MaxOutstandingR2T":
		return number(1, 65535, least(1))
	case "DefaultTime2Wait": // the larger wins; we need no waiting time
		return number(0, 3600, func(v int) int { return v })
	case "DefaultTime2Retain": // a task doesn't survive its connection here
		return number(0, 3600, least(0))
	case "ErrorRecoveryLevel":
		return number(0, 2, least(0))
	}
	return notUnderstood
}

// settle makes the values consistent: a first burst is a burst.
func (p *params) settle() { p.firstBurst = min(p.firstBurst, p.maxBurst) }
