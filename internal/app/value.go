package app

import (
	"errors"
	"io/fs"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// fits says, by the tag "is" of a flag or argument, what is wrong with its
// value; nil when nothing is. It is asked before a command begins, so that
// nothing is half done because of a slip of the pen.
var fits = map[string]func(text string) *fault.Fault{
	"infile": readable, "outfile": writable, "outfolder": fillable, "filled": filled, "address": addressed,
}

// unfit reports the flags and arguments of a command line whose values cannot
// be meant, each by its name.
func unfit(line *kong.Context) error {
	var many fault.Many
	check := func(name string, v *kong.Value) {
		fit := fits[v.Tag.Get("is")]
		var all []string
		switch typed := v.Target.Interface().(type) {
		case string:
			all = []string{typed}
		case []string:
			all = typed
		}
		if fit == nil || !v.Set || len(all) == 1 && v.HasDefault && all[0] == v.Default {
			return
		}
		for _, text := range all {
			if f := fit(text); f != nil {
				f.Field = name
				many = append(many, f)
			}
		}
	}
	for _, f := range line.Flags() {
		check("--"+f.Name, f.Value)
	}
	for _, step := range line.Path {
		if step.Positional != nil {
			check("<"+step.Positional.Name+">", step.Positional)
		}
	}
	return many.Err()
}

// flagNamed gives faults about a field the name of the flag or argument that it
// came from; flagged says whether one of them is a flag.
func flagNamed(line *kong.Context, err error) (flagged bool) {
	for _, f := range fault.All(err) {
		for _, flag := range line.Flags() {
			if f.Field == flag.Name || flag.Short != 0 && f.Field == string(flag.Short) {
				f.Field = "--" + flag.Name
			}
		}
		for _, step := range line.Path {
			if p := step.Positional; p != nil && f.Field == p.Name {
				f.Field = "<" + p.Name + ">"
			}
		}
		flagged = flagged || strings.HasPrefix(f.Field, "--")
	}
	return flagged
}

// of names the flag or argument that an error without a field is about.
func of(name string, err error) error {
	for _, f := range fault.All(err) {
		if f.Field == "" {
			f.Field = name
		}
	}
	return err
}

func filled(text string) *fault.Fault {
	if strings.TrimSpace(text) == "" {
		return fault.At("", "cli.value_missing")
	}
	return nil
}

// readable is what a command reads; - is the standard input, where a command
// knows it.
func readable(text string) *fault.Fault {
	if f := filled(text); f != nil || text == "-" {
		return f
	}
	info, err := os.Stat(text)
	if err == nil && info.IsDir() {
		return fault.At("", "cli.file_is_folder").With("file", text)
	}
	if err == nil && info.Mode().IsRegular() { // opening anything else may wait
		var f *os.File
		if f, err = os.Open(text); err == nil {
			err = f.Close()
		}
	}
	return onDisk(text, err)
}

// writable is what a command writes: its folder is there and takes files.
func writable(text string) *fault.Fault {
	if f := filled(text); f != nil || text == "-" {
		return f
	}
	if info, err := os.Stat(text); err == nil && info.IsDir() {
		return fault.At("", "cli.file_is_folder").With("file", text)
	}
	return onDisk(text, taking(filepath.Dir(text)))
}

// taking tries whether a folder takes files.
func taking(folder string) error {
	f, err := os.CreateTemp(folder, ".kilter-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// fillable is a folder that a command fills and makes where it is missing, or a
// file in one that is there.
func fillable(text string) *fault.Fault {
	if f := filled(text); f != nil {
		return f
	}
	if info, err := os.Stat(text); err == nil && info.IsDir() {
		return onDisk(text, taking(text))
	}
	above := filepath.Dir(text)
	for _, err := os.Stat(above); errors.Is(err, fs.ErrNotExist) && above != filepath.Dir(above); _, err = os.Stat(above) {
		above = filepath.Dir(above)
	}
	return onDisk(text, taking(above))
}

// onDisk is a fault about a file that the system does not give, nil for none.
func onDisk(name string, err error) *fault.Fault {
	if err == nil {
		return nil
	}
	for _, r := range reasons {
		if errors.Is(err, r.is) {
			return fault.At("", r.key).With("file", name)
		}
	}
	return fault.At("", "cli.file_failed").With("file", name).With("why", err.Error())
}

// addressed is the address under which people reach Kilter.
func addressed(text string) *fault.Fault {
	u, err := url.Parse(text)
	if text != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "") {
		return fault.At("", "cli.not_a_url").With("text", text)
	}
	return nil
}

// mailAddress is an address that mail can come from.
func mailAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

// making are the commands that begin a database where there is none; a typing
// error in the address of another must not.
var making = []string{"serve", "demo", "migrate", "restore", "import", "user add", "version", "calendar", "analyze", "bundle key"}

// missing reports that a command would look into a database that is not there.
func missing(line *kong.Context, db string) error {
	path, lite := strings.CutPrefix(db, "sqlite:")
	command := line.Command()
	if !lite || path == "" || slices.ContainsFunc(making, func(m string) bool { return command == m || strings.HasPrefix(command, m+" ") }) {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return fault.At("--db", "cli.no_database").With("file", path)
	}
	return nil
}

// person finds whom an argument names by his code.
func (h *house) person(env *Env, code string) (people.Person, error) {
	p, err := h.db.PersonCoded(env.Context, code)
	return p, of("<code>", err)
}
