package sim

import "github.com/redbook-audio/redbook/toc"

// sao is session-at-once. Hosts select it to ask for its address; since there is
// no SEND CUE SHEET it never gets as far as a WRITE.
type sao struct {
	*recorder
}

func (s *sao) nwa() toc.LBA { return s.nextStart() - toc.PregapSectors }

func (s *sao) write(*call, toc.LBA, int) sense { return senseSequence }

func (s *sao) reserve(uint32) sense { return senseSequence }

func (s *sao) flushed() sense { return senseGood }
