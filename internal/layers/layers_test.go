package layers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports checks the module against the table.
func TestImports(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(mod), "module "+module+"\n"), "this is not the module's root: %s", root)

	files, err := scan(os.DirFS(root))
	require.NoError(t, err)
	constants, err := constantsOf(os.DirFS(root), "toc")
	require.NoError(t, err)
	assert.Contains(t, constants, "SectorSize")
	for _, broken := range check(files, constants) {
		t.Error(broken)
	}
	// An empty scan would pass as well.
	var dirs []string
	for _, f := range files {
		dirs = append(dirs, f.dir())
	}
	for _, dir := range []string{"scsi", "internal/scsitest", "toc", "pcm", "internal/power", "internal/layers"} {
		assert.Contains(t, dirs, dir)
	}
}

// ours makes import paths of our packages.
func ours(dirs ...string) []string {
	for i, dir := range dirs {
		dirs[i] = module + "/" + dir
	}
	return dirs
}

func TestCheckFindsViolations(t *testing.T) {
	tests := []struct {
		name string
		file file
		want string // part of the only violation; "" for none
	}{
		{"leaf imports a leaf", file{path: "toc/a.go", imports: ours("pcm")}, "toc may import of ours: nothing"},
		{"leaf knows files", file{path: "pcm/a.go", imports: []string{"os"}}, "pcm must not know this"},
		{"os is not os/exec", file{path: "scsi/a.go", imports: []string{"os"}}, ""},
		{"scsi runs programs", file{path: "scsi/a.go", imports: []string{"os/exec"}}, "must not know"},
		{"tests may know files", file{path: "toc/a_test.go", kind: internalTest, imports: []string{"os"}}, ""},
		{"mmc imports sim", file{path: "mmc/a.go", imports: ours("sim")}, "mmc may import of ours: internal/exchange scsi toc"},
		{"mmc imports its own", file{path: "mmc/a.go", imports: ours("scsi", "toc")}, ""},
		{"mmc imports a lower package of scsi", file{path: "mmc/a.go", imports: ours("scsi/host")}, "mmc may import"},
		{"a package's own internals", file{path: "tao/a.go", imports: ours("tao/internal/fifo")}, ""},
		{"another's internals", file{path: "tao/a.go", imports: ours("mmc/internal/x")}, "tao may import"},
		{"tao imports power", file{path: "tao/a.go", imports: ours("internal/power")}, "tao may import"},
		{"tao's tests import sim", file{path: "tao/a_test.go", kind: externalTest, imports: ours("sim", "internal/wav")}, ""},
		{"tao's internal tests import sim", file{path: "tao/a_test.go", kind: internalTest, imports: ours("sim")}, ""},
		{"sim imports mmc", file{path: "sim/a.go", imports: ours("mmc")}, "sim may import of ours: scsi toc internal/filelock"},
		{"sim imports scsitest", file{path: "sim/a.go", imports: ours("internal/scsitest")}, "sim may import"},
		{"sim's internal test imports mmc", file{path: "sim/a_test.go", kind: internalTest, imports: ours("mmc")}, "sim may import"},
		{"sim's internal test imports scsitest", file{path: "sim/a_test.go", kind: internalTest, imports: ours("internal/scsitest")}, "sim may import"},
		{"sim's external test imports mmc", file{path: "sim/a_test.go", kind: externalTest, imports: ours("sim", "mmc")}, "external tests of sim"},
		{"sim's external test", file{path: "sim/a_test.go", kind: externalTest, imports: ours("sim", "scsi", "internal/scsitest", "toc")}, ""},
		{"internal/iscsi imports sim", file{path: "internal/iscsi/a.go", imports: ours("sim")}, "internal/iscsi may import of ours: scsi"},
		{"internal/iscsi's external test", file{path: "internal/iscsi/a_test.go", kind: externalTest, imports: ours("internal/iscsi", "sim")}, ""},
		{"sim decodes sense", file{path: "sim/a.go", uses: []string{"scsi.ParseSense"}}, "sense and CDB code of its own"},
		{"sim borrows a code", file{path: "sim/a.go", uses: []string{"scsi.CodeWriteError"}}, "of its own"},
		{"sim is a transport", file{path: "sim/a.go", uses: []string{"scsi.Request", "scsi.Result", "scsi.CheckCondition", "scsi.TransportError"}}, ""},
		{"sim borrows a TOC", file{path: "sim/a.go", uses: []string{"toc.TOC"}}, "sim may use of toc only"},
		{"sim uses addresses", file{path: "sim/a.go", uses: []string{"toc.LBA", "toc.MSF", "toc.SectorSize"}}, ""},
		{"sim hides behind a dot", file{path: "sim/a.go", uses: []string{"toc.."}}, "sim may use of toc only"},
		{"sim's external test reads sense", file{path: "sim/a_test.go", kind: externalTest, uses: []string{"scsi.ParseSense"}}, ""},
		{"others may read sense", file{path: "mmc/a.go", uses: []string{"scsi.ParseSense"}}, ""},
		{"new package", file{path: "raw/a.go"}, "add it to the table"},
		{"new package below one", file{path: "mmc/pages/a.go"}, "add it to the table"},
		{"package at the top", file{path: "redbook.go", imports: ours("album", "burn")}, ""},
		{"the top imports a program", file{path: "redbook.go", imports: ours("cmd/redbook")}, "the package at the top may import of ours"},
		{"import of the top", file{path: "cmd/redbook/a.go", imports: []string{module}}, ""},
		{"the top from below", file{path: "burn/a.go", imports: []string{module}}, "burn may import of ours"},
		{"program", file{path: "cmd/redbook/a.go", imports: append(ours("tao", "sim", "internal/power"), "github.com/spf13/cobra")}, ""},
		{"example", file{path: "examples/burn/a.go", imports: ours("tao", "sim")}, ""},
		{"example program with internals", file{path: "examples/burn/a.go", imports: ours("internal/wav")}, "readers of an example"},
		{"example with internals", file{path: "album/example_test.go", kind: externalTest, imports: ours("internal/wav")}, "readers of an example"},
		{"example of an internal package", file{path: "internal/wav/example_test.go", kind: externalTest, imports: ours("internal/wav")}, ""},
		{"internal imports product", file{path: "internal/x/a.go", imports: ours("toc")}, "internal/x may import of ours: nothing"},
		{"codec in wav", file{path: "internal/wav/a.go", imports: []string{"github.com/mewkiz/flac"}}, "internal/wav may use only these modules of others: nothing"},
		{"codec in decode", file{path: "internal/decode/a.go", imports: []string{"github.com/mewkiz/flac"}}, ""},
		{"testify in the product", file{path: "toc/a.go", imports: []string{"github.com/stretchr/testify/assert"}}, "toc may use only"},
		{"testify in a test", file{path: "toc/a_test.go", kind: internalTest, imports: []string{"github.com/stretchr/testify/assert"}}, ""},
		{"purego everywhere", file{path: "internal/power/a_darwin.go", imports: []string{"github.com/ebitengine/purego"}}, "only in internal/iokit"},
		{"purego in a program", file{path: "cmd/redbook/a_darwin.go", imports: []string{"github.com/ebitengine/purego"}}, "only in internal/iokit"},
		{"purego where it belongs", file{path: "internal/iokit/a.go", imports: []string{"github.com/ebitengine/purego"}}, ""},
		{"purego for tests", file{path: "internal/iokit/iokittest/a.go", imports: []string{"github.com/ebitengine/purego"}}, ""},
		{"the frameworks in power", file{path: "internal/power/mac.go", imports: ours("internal/iokit")}, ""},
		{"tao imports burn", file{path: "tao/a.go", imports: ours("burn", "disc")}, ""},
		{"burn imports tao", file{path: "burn/a.go", imports: ours("tao")}, "burn may import"},
		{"the frameworks in tao", file{path: "tao/a.go", imports: ours("internal/iokit")}, "tao may import"},
		{"dbus in a Linux test", file{path: "internal/power/a_linux_test.go", kind: internalTest, imports: []string{"github.com/godbus/dbus/v5"}}, ""},
		{"dbus in any test", file{path: "internal/power/a_test.go", kind: internalTest, imports: []string{"github.com/godbus/dbus/v5"}}, "only in files that end in _linux.go"},
		{"module with a longer name", file{path: "internal/power/a.go", imports: []string{"golang.org/x/sysinfo"}}, "internal/power may use only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := check([]file{tt.file}, []string{"SectorSize"})
			if tt.want == "" {
				assert.Empty(t, broken)
				return
			}
			require.Len(t, broken, 1)
			assert.Contains(t, broken[0], tt.want)
			assert.Contains(t, broken[0], tt.file.path)
		})
	}
}

// TestScan covers the whole way from sources to violations.
func TestScan(t *testing.T) {
	source := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	root := fstest.MapFS{
		"toc/a.go":       source("package toc\nconst SectorSize = 2352\ntype TOC struct{}\n"),
		"sim/a.go":       source("package sim\nimport (\n\"" + module + "/mmc\"\nt \"" + module + "/toc\"\n)\nvar _ = mmc.X\nvar _ t.TOC\nvar _ = t.SectorSize\n"),
		"sim/a_linux.go": source("//go:build linux\n\npackage sim\nimport \"" + module + "/tao\"\nvar _ = tao.X\n"),
		"sim/in_test.go": source("package sim\nimport s \"" + module + "/scsi\"\nvar _ = s.ParseSense\n"),
		"sim/ex_test.go": source("package sim_test\nimport s \"" + module + "/scsi\"\nvar _ = s.ParseSense\n"),

		"sim/testdata/a.go": source("package broken\nimport \"" + module + "/mmc\"\n"),
		"_old/a.go":         source("this isn't Go"),
		".git/a.go":         source("this isn't Go"),
		"sim/readme.txt":    source("this isn't Go"),
	}
	files, err := scan(root)
	require.NoError(t, err)
	require.Len(t, files, 5)
	constants, err := constantsOf(root, "toc")
	require.NoError(t, err)
	assert.Equal(t, []string{"SectorSize"}, constants)
	assert.Equal(t, []string{
		"sim/a.go imports github.com/redbook-audio/redbook/mmc: sim may import of ours: scsi toc internal/filelock",
		"sim/a.go uses toc.TOC: sim may use of toc only LBA MSF Sectors Control ISRC MCN and constants",
		"sim/a_linux.go imports github.com/redbook-audio/redbook/tao: sim may import of ours: scsi toc internal/filelock",
		"sim/in_test.go uses scsi.ParseSense: sim has sense and CDB code of its own",
	}, check(files, constants))

	root["toc/bad.go"] = source("package toc\nfunc {")
	_, err = scan(root)
	assert.ErrorContains(t, err, "toc/bad.go")
	_, err = constantsOf(root, "toc")
	assert.ErrorContains(t, err, "toc/bad.go")
}
