package mp3

// Read fills dst with as many samples as there are, for tests that need that many.
func (d *Decoder) Read(dst []float32) (n int, err error) {
	ch := d.info.Channels
	dst = dst[:len(dst)/ch*ch]
	for n < len(dst) {
		if len(d.have) == 0 {
			if d.have, err = d.Next(); err != nil {
				break
			}
		}
		m := copy(dst[n:], d.have)
		d.have = d.have[m:]
		n += m
	}
	if n > 0 {
		return n, nil
	}
	return 0, err
}
