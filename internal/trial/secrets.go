package trial

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Secrets are texts that must not leave this computer: the serial numbers found in the
// drive's replies, and names of its user's folders. They are removed wherever they appear,
// because drives repeat a serial number in vendor-specific places.
type Secrets struct {
	mu    sync.Mutex
	texts []string
	names string // of the drive: page 83h repeats them next to the serial number
}

// shortest is the minimum length of a text that is removed everywhere: shorter ones appear
// by chance.
const shortest = 4

// Add adds a text.
func (s *Secrets) Add(text string) {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7F })
	if len(text) < shortest || strings.Trim(text, text[:1]) == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(strings.ToLower(s.names), strings.ToLower(text)) {
		return // not a secret, and needed
	}
	if !slices.Contains(s.texts, text) {
		s.texts = append(s.texts, text)
		slices.SortStableFunc(s.texts, func(a, b string) int { return len(b) - len(a) })
	}
}

// AddWords adds the words with a digit in a device's path or identifier, because serial
// numbers have one: /dev/disk/by-id/usb-HL-DT-ST_DVDRAM_GH24_KX7Q2M9-0:0.
func (s *Secrets) AddWords(text string) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/-_:. ", r) }) {
		if len(w) >= 6 && strings.ContainsAny(w, "0123456789") {
			s.Add(w)
		}
	}
}

// learn adds the serial numbers in the answer to a command.
func (s *Secrets) learn(cdb, in []byte) {
	switch {
	case len(cdb) < 6:
	case cdb[0] == 0x12 && cdb[1]&1 != 0 && (cdb[2] == 0x80 || cdb[2] == 0x83):
		s.words(in[min(4, len(in)):], shortest)
	case cdb[0] == 0x12 && cdb[1]&1 == 0:
		s.mu.Lock()
		s.names = string(in[min(8, len(in)):min(36, len(in))])
		s.mu.Unlock()
		s.words(in[min(36, len(in)):min(56, len(in))], 8)
		s.words(in[min(96, len(in)):], 8)
	case cdb[0] == 0x46:
		for at := 8; at+4 <= len(in); at += 4 + int(in[at+3]) {
			if int(in[at])<<8|int(in[at+1]) == featureSerial {
				s.words(in[at+4:min(at+4+int(in[at+3]), len(in))], shortest)
			}
		}
	}
}

// word reports whether a byte can be part of a serial number.
var word = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[0-9A-Za-z._-]+`)
})

// words adds the words of some bytes that are long enough.
func (s *Secrets) words(b []byte, least int) {
	for _, w := range word().FindAll(b, -1) {
		if len(w) >= least {
			s.Add(string(w))
		}
	}
}

func (s *Secrets) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts)
}

// Text removes the secrets from a text, ignoring case.
func (s *Secrets) Text(text string) string {
	for _, secret := range s.list() {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
			continue
		}
		text = regexp.MustCompile("(?i)"+regexp.QuoteMeta(secret)).ReplaceAllLiteralString(text, strings.Repeat("x", len(secret)))
	}
	return text
}

// bytes zeroes the secrets in an answer: in plain form, with the bytes of each 16-bit word
// exchanged as in ATA texts, and in UTF-16.
func (s *Secrets) bytes(b []byte) {
	for _, secret := range s.list() {
		plain := []byte(secret)
		var wide, wideBig []byte
		for _, c := range plain {
			wide, wideBig = append(wide, c, 0), append(wideBig, 0, c)
		}
		for _, form := range [][]byte{plain, swapped(plain), swapped(append([]byte{' '}, plain...)), wide, wideBig} {
			for at := bytes.Index(b, form); at >= 0; at = bytes.Index(b, form) {
				clear(b[at : at+len(form)])
			}
		}
	}
}

// swapped exchanges the bytes of each word; an odd one at the end gets a blank.
func swapped(b []byte) []byte {
	b = slices.Clone(b)
	if len(b)%2 != 0 {
		b = append(b, ' ')
	}
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return b
}

// fields are the fields of a trace that are text: bytes in hexadecimal, and words.
var fields = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"([a-z_]+)":"((?:[^"\\]|\\.)*)"`)
})

// trace removes the secrets from the lines of a trace.
func (s *Secrets) trace(lines []byte) []byte {
	return fields().ReplaceAllFunc(lines, func(field []byte) []byte {
		m := fields().FindSubmatch(field)
		name, value := string(m[1]), m[2]
		switch name {
		case "time", "level", "msg":
			return field
		case "in", "out", "sense", "cdb":
			b, err := hex.DecodeString(string(value))
			if err != nil {
				b = nil // scsi.NewTrace writes nothing else
			}
			s.bytes(b)
			return fmt.Appendf(nil, `"%s":"%x"`, name, b)
		}
		var text string
		if err := json.Unmarshal(field[len(name)+3:], &text); err != nil {
			return fmt.Appendf(nil, `"%s":""`, name)
		}
		quoted, err := json.Marshal(s.Text(text))
		if err != nil {
			return fmt.Appendf(nil, `"%s":""`, name)
		}
		return fmt.Appendf(nil, `"%s":%s`, name, quoted)
	})
}
