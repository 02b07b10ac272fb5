package sim

import "github.com/redbook-audio/redbook/scsi"

// call is the command being carried out.
type call struct {
	req  *scsi.Request
	cdb  *[16]byte
	n    int   // bytes transferred
	over int   // bytes that didn't fit into the host's buffer
	lost error // why no status is returned
}

// reply sends data to the host: no more than the allocation length and the host's
// buffer allow, which is never an error (SPC-4 4.3.5.6).
func (c *call) reply(b []byte, alloc int) sense {
	b = b[:min(len(b), alloc)]
	c.n = copy(c.req.Data, b)
	c.over = len(b) - c.n
	return senseGood
}
