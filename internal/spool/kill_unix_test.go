//go:build unix

package spool

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// helperDir makes the test binary act as a program that spools into that folder and then
// waits.
const helperDir = "REDBOOK_SPOOL_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		_, err := New(context.Background(), mixed(), &Options{Dir: dir})
		fmt.Println("spooled", err)
		time.Sleep(time.Minute)
		return
	}
	os.Exit(m.Run())
}

// A program killed while it has a spool leaves nothing in the folder.
func TestKilledProgramLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "spooled <nil>\n", line)
	require.NoError(t, cmd.Process.Kill())
	assert.Error(t, cmd.Wait())
	leftovers(t, dir)
}
