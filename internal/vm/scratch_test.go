package vm_test

import (
	"os"
	"testing"

	"github.com/redbook-audio/redbook/sim"
)

func TestScratch(t *testing.T) {
	g := boot(t)
	songs := g.album(t, "album", lengths...)
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	b, _ := os.ReadFile("/tmp/scratch.sh")
	os.WriteFile(g.shared+"/scratch.sh", b, 0o755)
	r := g.try(t, "cd /tmp; export dev="+s.device+" songs='"+files(songs)+"'; bash /vm/scratch.sh")
	t.Log(r.both(), r.usage)
	s.stop(t)
	tr, _ := os.ReadFile(s.trace)
	os.WriteFile("/tmp/scratch.trace", tr, 0o644)
}
