package app

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// tongue is the language of this terminal, known before anything is parsed: by
// flag, environment, configuration file, or the system's own.
func tongue(args []string, file settingsFile) lang.Lang {
	flag := ""
	for i, a := range args {
		name, v, given := strings.Cut(a, "=")
		if name != "--lang" && name != "--language" {
			continue
		}
		if flag = v; !given && i+1 < len(args) {
			flag = args[i+1]
		}
	}
	for _, code := range []string{flag, os.Getenv("KILTER_LANG"), os.Getenv("KILTER_LANGUAGE"), file.text("lang"), file.text("language"), os.Getenv("LC_ALL"), os.Getenv("LANG")} {
		if l, ok := lang.Parse(strings.SplitN(code, ".", 2)[0]); ok {
			return l
		}
	}
	return lang.English
}

// translate puts words in the place of the keys that the commands have for
// their help.
func translate(p *kong.Kong, w *lang.Printer) error {
	word := func(help *string) {
		if strings.HasPrefix(*help, "cli.") {
			*help = w.T(*help)
		}
	}
	p.Model.HelpFlag.Help = w.T("cli.help")
	return kong.Visit(p.Model, func(at kong.Visitable, next kong.Next) error {
		switch n := at.(type) {
		case *kong.Application:
			word(&n.Help)
			for _, v := range n.Positional {
				word(&v.Help)
			}
		case *kong.Node:
			word(&n.Help)
			for _, v := range n.Positional {
				word(&v.Help)
			}
		case *kong.Value:
			word(&n.Help)
		case *kong.Flag:
			word(&n.Help)
		}
		return next(nil)
	})
}

// more is the last line that kong writes below a list of commands.
var more = regexp.MustCompile(`^Run "(.*) --help" for more information on a command\.$`)

// helpIn prints help with its headings in the reader's language.
func helpIn(w *lang.Printer) kong.HelpPrinter {
	return func(o kong.HelpOptions, ctx *kong.Context) error {
		out := ctx.Stdout
		var b bytes.Buffer
		ctx.Stdout = &b
		err := kong.DefaultHelpPrinter(o, ctx)
		ctx.Stdout = out
		if err != nil {
			return err
		}
		lines := strings.SplitAfter(b.String(), "\n")
		for i, line := range lines {
			text := strings.TrimSuffix(line, "\n")
			if rest, ok := strings.CutPrefix(text, "Usage: "); ok {
				text = w.T("cli.usage", "command", rest)
			} else if at := slices.Index([]string{"Arguments:", "Flags:", "Commands:"}, text); at >= 0 {
				text = w.T([]string{"cli.arguments", "cli.flags", "cli.commands"}[at])
			} else if m := more.FindStringSubmatch(text); m != nil {
				text = w.T("cli.more", "command", m[1])
			}
			lines[i] = text + line[len(strings.TrimSuffix(line, "\n")):]
		}
		_, err = out.Write([]byte(strings.Join(lines, "")))
		return err
	}
}

// misunderstood are the ways in which kong does not understand a command line,
// and what we say then; the groups are a and b.
var misunderstood = []struct {
	form *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^unknown flag (\S+)$`), "cli.unknown_flag"},
	{regexp.MustCompile(`^unexpected flag argument "(.*)"$`), "cli.unexpected"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "cli.unexpected"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "cli.missing_flags"},
	{regexp.MustCompile(`^expected one of (.+)$`), "cli.missing_command"},
	{regexp.MustCompile(`^expected "(.+)"$`), "cli.missing_argument"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "cli.missing_argument"},
	{regexp.MustCompile(`^(--\S+) and (--\S+) can't be used together$`), "cli.not_together"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)? must be one of (.+) but got ".*"$`), "cli.not_one_of"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: missing value.*$`), "cli.no_value"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: expected .* but got "EOL".*$`), "cli.no_value"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: expected duration but got "([^"]*)".*$`), "cli.bad_duration"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: expected a valid \d+ bit int but got "([^"]*)".*$`), "cli.bad_number"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: expected "<key>=<value>" but got "([^"]*)".*$`), "cli.bad_pair"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: parsing time "([^"]*)".*$`), "cli.bad_date"},
	{regexp.MustCompile(`^(\S+?)(?:=\S+)?: (?:expected|bool value must|invalid map).* but got "([^"]*)".*$`), "cli.bad_value"},
}

var meant = regexp.MustCompile(`^(.*), did you mean (?:one of )?(.*)\?$`)

// usage says what of a command line was not understood, in a sentence of ours.
func usage(w *lang.Printer, err error) string {
	text, perhaps := err.Error(), func(said string) string { return said }
	if m := meant.FindStringSubmatch(text); m != nil {
		text = m[1]
		perhaps = func(said string) string { return w.T("cli.perhaps", "said", said, "words", m[2]) }
	}
	for _, u := range misunderstood {
		if m := u.form.FindStringSubmatch(text); m != nil {
			args := []any{"a", m[1]}
			if len(m) > 2 {
				args = append(args, "b", m[2])
			}
			return perhaps(w.T(u.key, args...))
		}
	}
	return perhaps(w.T("cli.not_understood", "why", text))
}

// misread is a command line or configuration that was not understood.
func misread(key string, args ...any) *fault.Fault {
	f := fault.New(fault.Invalid, key)
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(args[i].(string), args[i+1])
	}
	return f
}
