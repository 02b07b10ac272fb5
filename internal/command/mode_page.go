package command

import (
	"fmt"

	"github.com/redbook-audio/redbook/internal/exchange"
)

// pageBytes checks that b is the wanted mode page with at least need bytes, and returns
// it without the bytes that follow.
func pageBytes(name string, b []byte, code byte, need int) ([]byte, error) {
	if len(b) < 2 {
		return nil, exchange.ShortReply(name, len(b), need)
	}
	if b[0]&0x7F != code {
		return nil, exchange.Implausible(name, "page code", fmt.Sprintf("%02Xh", b[0]&0x7F))
	}
	return exchange.Body(name, b, 2+int(b[1]), need)
}
