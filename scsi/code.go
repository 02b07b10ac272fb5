package scsi

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// asc.txt has a line for each code of optical drives: four hex digits and the text that
// a user sees.
//
//go:embed asc.txt
var ascText string

// codeText is asc.txt, parsed on first use.
var codeText = sync.OnceValue(func() map[Code]string {
	texts := map[Code]string{}
	for line := range strings.Lines(ascText) {
		digits, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if code, err := strconv.ParseUint(digits, 16, 16); err == nil {
			texts[Code(code)] = text
		}
	}
	return texts
})
