package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
)

// setting is an option that the user can set permanently, in a file or by an environment
// variable. A flag on the command line overrides both.
type setting struct {
	name     string
	flag     string   // "" if it has none
	commands []string // commands to which it applies; nil: all that use a drive
	check    func(text string) error
	usage    string
}

// settings are all settings. Flags that need a decision for each disc, such as --append
// and --yes, are not among them.
var settings = []setting{
	{"device", "device", nil, anyText, "the drive"},
	{"speed", "speed", []string{"burn"}, func(text string) error { _, err := speedOf(text); return err }, "how fast to write"},
	{"mode", "mode", []string{"burn"}, oneOf(modeAuto, modeTAO, modeSAO), "how to record"},
	{"verify", "verify", []string{"burn"}, oneOf("none", "quick", "full"), "how much to read back after a burn"},
	{"eject", "eject", []string{"burn"}, oneOf("true", "false"), "open the tray after a burn"},
	{"bell", "bell", []string{"burn", "copy", "resume", "verify", "read", "blank", "try"}, oneOf("true", "false"), "ring the bell of the terminal when done"},
	{"fifo", "fifo", []string{"burn"}, func(text string) error { _, err := parseFIFO("fifo", text); return err }, "size of the buffer"},
	{"spool", "spool", []string{"burn", "verify"}, aFolder, "folder for temporary files"},
	{"report_folder", "", []string{"burn"}, aFolder, "folder that gets a report of every burn"},
}

// variable returns the environment variable of a setting.
func (s *setting) variable() string { return "REDBOOK_" + strings.ToUpper(s.name) }

// prefix puts the name of the setting before an error, unless the error begins with it.
func (s *setting) prefix() string {
	if s.name == "speed" || s.name == "fifo" {
		return ""
	}
	return s.name + ": "
}

func anyText(string) error { return nil }

func oneOf(words ...string) func(string) error {
	return func(text string) error {
		if slices.Contains(words, text) {
			return nil
		}
		return fmt.Errorf("%q is not one of %s", text, strings.Join(words, ", "))
	}
}

func aFolder(text string) error {
	if !isFolder(text) {
		return fmt.Errorf("the folder %s does not exist", text)
	}
	return nil
}

// inForce is a setting in effect and its source.
type inForce struct {
	Name  string `json:"name"`
	Value string `json:"value"` // "" if nothing sets it
	From  string `json:"from"`  // default, a file, or an environment variable
	Usage string `json:"usage"`
}

// configDoc is redbook config --json.
type configDoc struct {
	File     string    `json:"file"`
	Exists   bool      `json:"exists"`
	Settings []inForce `json:"settings"`
}

// configCommand shows the settings.
func configCommand(a *app) *cobra.Command {
	cmd := a.command("config", "Show the settings in effect and where each comes from", "", noArgs, func(context.Context, []string) error {
		path := a.config.file()
		values, err := a.config.read()
		if err != nil {
			return err
		}
		_, statErr := os.Stat(path)
		doc := configDoc{File: path, Exists: statErr == nil, Settings: values}
		if a.flags.json {
			return a.data.document("config", doc)
		}
		return a.data.sentences(configText(&doc))
	})
	cmd.Long = "Shows the settings in effect and where each comes from. A flag on the command line overrides\n" +
		"an environment variable, which overrides the settings file. The file is TOML:\n\n" +
		"  device = \"/dev/sr0\"\n  speed = \"16x\"\n  verify = \"full\"\n  eject = true\n\nThe settings:\n\n" + settingsText()
	return cmd
}

// settingsText lists the settings and their variables.
func settingsText() string {
	var lines []string
	for _, s := range settings {
		lines = append(lines, fmt.Sprintf("  %-14s  %-21s  %s", s.name, s.variable(), s.usage))
	}
	return strings.Join(lines, "\n")
}

func configText(doc *configDoc) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range doc.Settings {
		value := s.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Name, oneLine(value), oneLine(s.From), s.Usage)
	}
	_ = w.Flush() // into a strings.Builder
	switch {
	case doc.File == "":
		b.WriteString("This system names no folder for a settings file; REDBOOK_CONFIG can name the file.\n")
	case !doc.Exists:
		fmt.Fprintf(&b, "The settings file %s does not exist.\n", doc.File)
	}
	return b.String()
}

// config reads the settings.
type config struct {
	env          func(string) string
	dir          func() (string, error) // the folder for settings of programs; nil if there is none
	device       string                 // name of the settings file, if the environment names another
	reportFolder string
}

// file returns the path of the settings file: the one in REDBOOK_CONFIG, or the one in the
// system's folder for settings; "" if there is none.
func (c *config) file() string {
	if path := c.env("REDBOOK_CONFIG"); path != "" {
		return path
	}
	if c.dir == nil {
		return ""
	}
	dir, err := c.dir()
	if err != nil {
		return "" // without a home folder nothing can be stored there
	}
	return filepath.Join(dir, "redbook", "config.toml")
}

// read returns every setting that is in effect. Unknown settings and bad values are usage
// errors.
func (c *config) read() ([]inForce, error) {
	path := c.file()
	if path != "" && path == c.env("REDBOOK_CONFIG") {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return nil, fail(exitUsage, "Correct or unset REDBOOK_CONFIG.", "REDBOOK_CONFIG: %s: %w", path, fs.ErrNotExist)
		}
	}
	file, lines, err := readConfigFile(path)
	if err != nil {
		return nil, err
	}
	list := make([]inForce, len(settings))
	for i, s := range settings {
		list[i] = inForce{Name: s.name, From: "default", Usage: s.usage}
		where := s.variable()
		if value, ok := file[s.name]; ok {
			list[i].Value, list[i].From = value, path
			where = fmt.Sprintf("%s: line %d", path, lines[s.name])
		}
		if value := c.env(s.variable()); value != "" {
			list[i].Value, list[i].From = value, s.variable()
			where = s.variable()
		}
		if list[i].Value == "" {
			continue
		}
		if err := s.check(list[i].Value); err != nil {
			return nil, fail(exitUsage, "To list the settings: redbook config --help", "%s: %s%w", where, s.prefix(), unprefixed(err))
		}
	}
	return list, nil
}

// unprefixed returns the error inside a usage failure.
func unprefixed(err error) error {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.err
	}
	return err
}

// readConfigFile reads the file; a file that doesn't exist sets nothing. lines has
// the line of each setting.
func readConfigFile(path string) (values map[string]string, lines map[string]int, err error) {
	if path == "" {
		return nil, nil, nil
	}
	var raw map[string]any
	text, err := readUpTo(path, maxConfig)
	if err == nil {
		err = toml.Unmarshal(text, &raw)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // HOME=/dev/null, as for some services
		return nil, nil, nil
	}
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		return nil, nil, fail(exitUsage, "The file is TOML, with lines such as: speed = \"16x\"", "%s: line %d: %s", path, parse.Position.Line, parse.Message)
	}
	if err != nil {
		return nil, nil, fail(exitUsage, "", "settings: %w", err)
	}
	values, lines = map[string]string{}, map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		value := raw[name]
		lines[name] = lineOfSetting(text, name)
		if !slices.ContainsFunc(settings, func(s setting) bool { return s.name == name }) {
			return nil, nil, fail(exitUsage, "To list the settings: redbook config --help", "%s: line %d: %s is not a setting", path, lines[name], name)
		}
		switch v := value.(type) {
		case string:
			values[name] = v
		case bool:
			values[name] = strconv.FormatBool(v)
		case int64:
			values[name] = strconv.FormatInt(v, 10)
		default:
			return nil, nil, fail(exitUsage, "", "%s: line %d: %s: must be a text, a whole number, or true or false", path, lines[name], name)
		}
	}
	return values, lines, nil
}

// maxConfig is the size in bytes that no settings file exceeds.
const maxConfig = 1 << 20

// readUpTo reads a file, or a pipe, that must not be longer than limit bytes.
func readUpTo(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s: too long", path)
	}
	return text, errors.Join(err, f.Close())
}

// lineOfSetting is the line of a TOML file that sets name, or begins the table of that name.
func lineOfSetting(text []byte, name string) int {
	at := regexp.MustCompile(`(?m)^[\t ]*\[*[\t ]*["']?` + regexp.QuoteMeta(name) + `\b`).FindIndex(text)
	if at == nil {
		return 1
	}
	return 1 + bytes.Count(text[:at[1]], []byte("\n"))
}

// sessionFlags need a particular recording mode: they override a mode in the settings.
var sessionFlags = []string{"gapless", "pause", "cd-text", "no-close"}

// apply sets the flags of a command that the command line doesn't set.
func (c *config) apply(cmd *cobra.Command) error {
	if cmd.Parent() != cmd.Root() || slices.Contains([]string{"version", "help", "completion", "man", "config", "doctor", "sim"}, cmd.Name()) {
		return nil
	}
	values, err := c.read()
	if err != nil {
		return err
	}
	for i, s := range settings {
		value := values[i].Value
		if value == "" || s.commands != nil && !slices.Contains(s.commands, cmd.Name()) {
			continue
		}
		if s.name == "report_folder" {
			c.reportFolder = value
			continue
		}
		if cmd.Flags().Changed(s.flag) || s.name == "mode" && slices.ContainsFunc(sessionFlags, cmd.Flags().Changed) {
			continue
		}
		if err := cmd.Flags().Set(s.flag, value); err != nil { // as if it were given: redbook resume repeats it
			return fail(exitUsage, "", "%s: %s: %w", values[i].From, s.name, err)
		}
		if s.name == "device" {
			c.device = value
		}
	}
	return nil
}

// reportName returns a name for a report in the folder of the settings, made of the album
// and the time. A name that exists gets a number.
func reportName(folder, title, stamp string) string {
	base := "redbook-" + stamp
	if clean := fileName(title); clean != "" {
		base = clean + "-" + stamp
	}
	path := filepath.Join(folder, base+".html")
	if _, err := os.Lstat(path); err == nil {
		return freeName(path)
	}
	return path
}

// maxFileName is how many letters of a title a file name contains.
const maxFileName = 60

// fileName converts a title to a name that every file system accepts.
func fileName(title string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' || r == '\uFFFD' {
			return '_'
		}
		return r
	}, oneLine(title))
	letters := []rune(strings.Trim(clean, " ."))
	return strings.TrimRight(string(letters[:min(len(letters), maxFileName)]), " .")
}
