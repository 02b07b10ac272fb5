package layers

// module is the path that all our packages start with.
const module = "github.com/redbook-audio/redbook"

// row lists the allowed imports of a package, apart from the standard library.
type row struct {
	ours   string // of our packages; "*" for all
	others string // modules of others, outside tests; tests may use any
	never  string // of the standard library
}

// table is the import table of docs/internals/design.md. A name that ends in "/" covers
// everything below it.
var table = map[string]row{
	top:                         {ours: "album audio burn cdtext disc internal/engine internal/extract internal/inspect internal/image journal mmc pcm power rip sao scsi scsi/host sim tao toc internal/asc internal/cuesheet internal/cue internal/placing internal/decode internal/convert internal/command internal/sessionatonce internal/trackatonce internal/unit"}, // package redbook
	"toc":                       {never: "os net syscall unsafe"},
	"internal/placing":          {ours: "toc", never: "os net syscall unsafe"},
	"pcm":                       {never: "os net syscall unsafe"},
	"internal/reading":          {ours: "pcm", others: "github.com/cespare/xxhash", never: "os net syscall unsafe"},
	"internal/speaker":          {never: "os net syscall unsafe"},
	"internal/convert":          {ours: "pcm internal/speaker", never: "os net syscall unsafe"},
	"scsi":                      {others: "github.com/cespare/xxhash", never: "net syscall unsafe os/exec"},
	"internal/asc":              {ours: "scsi", never: "os net syscall unsafe"},
	"power":                     {ours: "internal/iokit", others: "github.com/godbus/dbus golang.org/x/sys"},
	"internal/spool":            {ours: "pcm internal/pool internal/convert internal/reading", others: "golang.org/x/sys"},
	"internal/wav":              {ours: "pcm internal/regular"},
	"audio":                     {never: "os net syscall unsafe"},
	"internal/decode":           {ours: "audio pcm internal/wav internal/regular internal/speaker", others: "*"},
	"internal/decode/internal/": {},
	"album":                     {ours: "audio internal/cue internal/placing pcm toc internal/pool internal/regular internal/spool internal/wav internal/decode internal/convert", others: "golang.org/x/text"},
	"internal/cue":              {ours: "toc", others: "golang.org/x/text"},
	"cdtext":                    {ours: "toc", others: "golang.org/x/text", never: "os net syscall unsafe"},
	"internal/leadin":           {ours: "cdtext toc", never: "os net syscall unsafe"},
	"internal/image":            {ours: "cdtext internal/cue rip toc pcm internal/regular internal/wav internal/convert", others: "golang.org/x/text"},
	"scsi/host":                 {ours: "scsi internal/iokit", others: "golang.org/x/sys github.com/godbus/dbus"},
	"internal/scsitest":         {ours: "scsi internal/asc", others: "github.com/cespare/xxhash"},
	"internal/exchange":         {ours: "scsi toc internal/asc", never: "os net syscall unsafe"},
	"mmc":                       {ours: "internal/exchange scsi toc", never: "os net syscall unsafe"},
	"internal/command":          {ours: "internal/exchange mmc scsi toc", never: "os net syscall unsafe"},
	"internal/unit":             {ours: "internal/command internal/exchange mmc scsi internal/asc", never: "os net syscall unsafe"},
	"internal/cuesheet":         {ours: "toc internal/placing internal/command", never: "os net syscall unsafe"},
	"internal/sessionatonce":    {ours: "burn internal/notekind cdtext internal/engine internal/leadin mmc toc pcm internal/cuesheet internal/placing internal/command internal/unit", never: "os net syscall unsafe"},
	"sao":                       {ours: "burn internal/engine internal/placing internal/sessionatonce mmc toc pcm", never: "os net syscall unsafe"},
	"sim":                       {ours: "scsi toc internal/filelock", others: "golang.org/x/sys github.com/cespare/xxhash"},
	"internal/iscsi":            {ours: "scsi internal/asc"},
	"internal/iscsi/iscsitest":  {ours: "scsi"},
	"disc":                      {ours: "mmc toc", never: "os net syscall unsafe"},
	"internal/inspect":          {ours: "disc internal/asc internal/placing mmc scsi toc pcm internal/command internal/unit", never: "os net syscall unsafe"},
	"rip":                       {ours: "cdtext disc toc", never: "os net syscall unsafe"},
	"internal/extract":          {ours: "burn cdtext disc internal/inspect internal/placing internal/spool mmc pcm rip scsi internal/asc toc internal/command internal/unit", never: "net syscall unsafe"},
	"burn":                      {ours: "disc mmc toc pcm", never: "os net syscall unsafe"},
	"internal/notekind":         {ours: "burn", never: "os net syscall unsafe"},
	"internal/engine":           {ours: "burn internal/notekind disc mmc scsi toc pcm internal/asc internal/placing internal/convert internal/reading internal/inspect internal/command internal/unit", never: "net syscall"},
	"internal/trackatonce":      {ours: "burn internal/notekind internal/engine mmc toc internal/placing internal/command internal/unit", never: "net syscall"},
	"tao":                       {ours: "burn disc internal/engine internal/inspect internal/trackatonce mmc toc pcm internal/placing internal/command internal/unit", never: "net syscall"},
	"journal":                   {ours: "burn disc internal/engine internal/filelock toc"},
	"internal/jobdir":           {ours: "internal/filelock journal"},
	"internal/filelock":         {others: "golang.org/x/sys"},
	"internal/response":         {ours: "pcm internal/sine internal/cputime internal/convert"},                // the tool that measures for docs/internals/resampler.md
	"internal/speed":            {ours: "internal/decode pcm internal/cputime internal/convert"},              // the tool that measures for docs/internals/performance.md
	"internal/sweep":            {ours: "*"},                                                                  // only tests: the engine against the simulated drive
	"internal/trial":            {ours: "scsi internal/asc", others: "github.com/cespare/xxhash"},             // the questions and the archive of redbook try
	"internal/record":           {ours: "internal/decode", others: "golang.org/x/sys github.com/rivo/uniseg"}, // the tool of make recording
	"internal/mutate":           {},                                                                           // the tool of make mutate
	"internal/iokit":            {others: "github.com/ebitengine/purego"},                                     // the frameworks of macOS
	// Shared by tests of several packages; not shipped.
	"internal/mmctest":         {ours: "internal/scsitest mmc scsi internal/asc", others: "github.com/stretchr/testify"},
	"internal/dbustest":        {others: "github.com/godbus/dbus github.com/stretchr/testify"},
	"internal/iokit/iokittest": {ours: "internal/iokit", others: "github.com/ebitengine/purego github.com/stretchr/testify"},
	"internal/":                {},
	"cmd/":                     {ours: "*", others: "*"},
	"docs":                     {},
	"examples/":                {ours: "*", others: "*"},
}

// simTests are the only packages of ours that the external tests of sim may import, besides
// sim: the drive's bytes are checked against bytes from outside, never by our own host
// side.
const simTests = "sim scsi internal/scsitest toc internal/race"

// simForbidden are the names of package scsi that decode the bytes received by a host, or
// name them. A simulated drive with sense data and CDBs from there would agree with every
// mistake in them. A trailing * matches any ending.
const simForbidden = "Sense* ParseSense NewSenseError StatusError Exec Key* Code* ASC NewTrace"

// simTOC are the names of package toc that sim may use: values with the same meaning on
// both sides of the wire. Constants are allowed too.
const simTOC = "LBA MSF Sectors Control ISRC MCN"

// onlyOn are modules that don't build, or don't belong, everywhere: the file name must end
// like this.
var onlyOn = map[string]string{
	"github.com/godbus/dbus": "_linux.go",
}

// onlyIn are modules for a single folder and those below it. purego needs a compiler flag
// on FreeBSD, and links Linux programs dynamically: TestLinuxIsStatic checks that it isn't
// in one.
var onlyIn = map[string]string{
	"github.com/ebitengine/purego": "internal/iokit",
}
