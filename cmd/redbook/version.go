package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionInfo is what `redbook version` prints.
type versionInfo struct {
	Module   string `json:"module"`
	Release  string `json:"release"`            // module version, "(devel)" for a build of a work tree
	Revision string `json:"revision,omitempty"` // commit
	Time     string `json:"time,omitempty"`     // of the commit, RFC 3339
	Modified bool   `json:"modified"`           // the work tree had changes that aren't in the commit
	Go       string `json:"go"`
	Platform string `json:"platform"` // such as linux/amd64
}

// versionCommand prints which build this is, for bug reports.
func versionCommand(a *app) *cobra.Command {
	return a.command("version", "Print the version", "", noArgs, func(context.Context, []string) error {
		v := readVersion(debug.ReadBuildInfo())
		if a.flags.json {
			return a.data.document("version", v)
		}
		revision := ""
		if v.Revision != "" {
			revision = ", revision " + v.Revision
			if v.Modified {
				revision += " with changes"
			}
		}
		return a.data.print("redbook %s%s (%s, %s)\n", v.Release, revision, v.Go, v.Platform)
	})
}

// printRelease is redbook --version.
func (r *results) printRelease() error {
	v := readVersion(debug.ReadBuildInfo())
	if r.flags.json {
		return r.document("version", v)
	}
	return r.print("redbook version %s\n", v.Release)
}

// readVersion reads what the toolchain recorded in the binary.
func readVersion(info *debug.BuildInfo, ok bool) versionInfo {
	v := versionInfo{
		Module:   "github.com/redbook-audio/redbook",
		Release:  "(devel)",
		Go:       runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Release = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}
