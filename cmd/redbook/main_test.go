package main

import (
	"flag"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts in testdata/script run the program as a separate process: this test binary
// under the name redbook, with hooks that an environment variable selects (hooks_test.go).
func TestMain(m *testing.M) {
	// Heaps are small here, and collecting garbage took a fifth of the time.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(512 << 20)
	// Scripts wait for the disk, where discs and journals are made durable: more of them than
	// processors keep the processors busy. -parallel on the command line wins.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"redbook": func() { os.Exit(realMain(testHooks())) },
	})
}

type commands = map[string]func(*testscript.TestScript, bool, []string)

// withSounds adds the commands that make audio files.
func withSounds(c commands) commands {
	maps.Copy(c, soundCommands)
	return c
}

func TestScripts(t *testing.T) {
	// A burn in another test of this process ignores SIGHUP, and programs inherit that.
	// Only Notify undoes it, as long as it is in effect.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	printed := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: withSounds(commands{
			"exit":   exitCommand,
			"wav":    wavCommand,
			"album":  albumCommand,
			"badwav": badWAVCommand,
			"same":   sameCommand,
			"json":   jsonCommand,
			"until":  untilCommand,
			"term":   termCommand,
			"portal": portalCommand,
		}),
		Setup: func(env *testscript.Env) error {
			env.Setenv("REDBOOK_DEVICE", "")
			// Every script has its own folder for state.
			for _, name := range []string{"XDG_STATE_HOME", "LOCALAPPDATA"} {
				env.Setenv(name, filepath.Join(env.WorkDir, ".state"))
			}
			printed := filepath.Join(printed, filepath.Base(env.WorkDir))
			env.Setenv("REDBOOK_TEST_JSON", printed)
			env.Defer(func() {
				if err := notedJSON(printed); err != nil {
					env.T().Fatal(err)
				}
			})
			// With the race detector every program sleeps a second before it exits.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
	})
}
