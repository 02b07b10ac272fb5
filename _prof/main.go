package main

import (
	"context"
	"os"
	"runtime/pprof"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

func main() {
	f, _ := os.Create("/tmp/c/cpu.prof")
	pprof.StartCPUProfile(f)
	for i := 0; i < 10; i++ {
		a, err := audio.Open(os.Args[1])
		if err != nil {
			panic(err)
		}
		var s pcm.Source = a
		if len(os.Args) > 2 {
			s, _ = pcm.ToCDDA(a)
		}
		if _, err := pcm.Check(context.Background(), s, nil); err != nil {
			panic(err)
		}
	}
	pprof.StopCPUProfile()
	f.Close()
}
