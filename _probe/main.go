package main

import (
	"bufio"
	"context"
	"crypto/md5"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		p := in.Text()
		fmt.Printf("%s\t%s\n", p, one(p))
	}
}

func one(p string) string {
	f, err := audio.OpenContext(context.Background(), p)
	if err != nil {
		return "ERR\t" + strings.ReplaceAll(strings.TrimPrefix(err.Error(), p+": "), "\n", " / ")
	}
	r, err := pcm.Open(f)
	if err != nil {
		return "ERR\t" + err.Error()
	}
	defer r.Close()
	h := md5.New()
	if _, err := io.Copy(h, r); err != nil {
		return "ERR\t" + strings.ReplaceAll(strings.TrimPrefix(err.Error(), p+": "), "\n", " / ")
	}
	note := f.Note()
	if f.Concealed() > 0 {
		note += fmt.Sprintf(" [%d concealed]", f.Concealed())
	}
	return fmt.Sprintf("OK\t%s via %q %v %d frames %.3f s md5 %x\tnote=%s", f.Kind(), f.Via(), f.Format(), f.Frames(), float64(f.Frames())/float64(f.Format().SampleRate), h.Sum(nil)[:4], note)
}
