package lang

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"kilter/internal/base/fault"
)

//go:embed text/*.json
var files embed.FS

// A text is one wording, cut at its placeholders: literal, name, literal, ...
// so that filling it in is concatenation.
type text []string

// A message is what a key stands for: one wording, or one for "one" and one
// for all other counts.
type message struct {
	other  text
	one    text
	plural bool
}

// catalogues are the messages by language and key, read once.
var catalogues = sync.OnceValue(func() map[Lang]map[string]message {
	all, err := load()
	if err != nil {
		panic(err) // embedded at build time, and held by the catalogue test
	}
	return all
})

func load() (map[Lang]map[string]message, error) {
	all := map[Lang]map[string]message{}
	entries, err := files.ReadDir("text")
	if err != nil {
		return nil, fmt.Errorf("lang: list catalogues: %w", err)
	}
	for _, e := range entries {
		if err := loadFile(all, path.Join("text", e.Name())); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func loadFile(all map[Lang]map[string]message, name string) error {
	buf, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("lang: read %s: %w", name, err)
	}
	parsed, err := i18n.ParseMessageFileBytes(buf, name, map[string]i18n.UnmarshalFunc{"json": json.Unmarshal})
	if err != nil {
		return fmt.Errorf("lang: parse %s: %w", name, err)
	}
	l, ok := Parse(parsed.Tag.String())
	if !ok {
		return fmt.Errorf("lang: %s is in %s, which Kilter does not speak", name, parsed.Tag)
	}
	if all[l] == nil {
		all[l] = map[string]message{}
	}
	for _, m := range parsed.Messages {
		if _, twice := all[l][m.ID]; twice {
			return fmt.Errorf("lang: %s: key %s stands in two files", name, m.ID)
		}
		all[l][m.ID] = message{other: cut(m.Other), one: cut(m.One), plural: m.One != ""}
	}
	return nil
}

// cut splits "{{.n}} of {{.total}}" into "", "n", " of ", "total", "".
func cut(s string) text {
	if s == "" {
		return nil
	}
	var t text
	for {
		before, rest, found := strings.Cut(s, "{{.")
		name, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			return append(t, s)
		}
		t = append(t, before, strings.TrimSpace(name))
		s = after
	}
}

// Has reports whether the key is in the catalogue.
func (p *Printer) Has(key string) bool {
	_, ok := p.words[key]
	return ok
}

// T is the message of a key. Args are the values of its placeholders, as name
// and value in turn or as one map: T("list.hidden", "n", 14). An unknown key
// is shown as itself, so that the page stays usable and the gap is seen.
func (p *Printer) T(key string, args ...any) string {
	m, ok := p.words[key]
	if !ok {
		return key
	}
	if len(m.other) == 1 {
		return m.other[0]
	}
	return p.fill(m.other, args)
}

// N is the message of a key for a count; the placeholder n is the count.
func (p *Printer) N(key string, n int, args ...any) string {
	m, ok := p.words[key]
	if !ok {
		return key
	}
	t := m.other
	if m.plural && plural.Cardinal.MatchPlural(p.tag(), n, 0, 0, 0, 0) == plural.One {
		t = m.one
	}
	return p.fill(t, append(flatten(args), "n", p.Number(n)))
}

func (p *Printer) tag() language.Tag {
	if p.lang == Chinese {
		return language.SimplifiedChinese
	}
	return language.English
}

// flatten makes one map into name and value in turn.
func flatten(args []any) []any {
	if len(args) != 1 {
		return args[:len(args):len(args)]
	}
	named, ok := args[0].(map[string]any)
	if !ok {
		return nil
	}
	flat := make([]any, 0, 2*len(named)+2)
	for name, value := range named {
		flat = append(flat, name, value)
	}
	return flat
}

func (p *Printer) fill(t text, args []any) string {
	args = flatten(args)
	var b strings.Builder
	for i, piece := range t {
		if i%2 == 0 {
			b.WriteString(piece)
			continue
		}
		b.WriteString(p.value(piece, args))
	}
	return b.String()
}

// value writes the argument of a placeholder in the reader's way; a missing
// one is shown by its name.
func (p *Printer) value(name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v
		case int:
			return strconv.Itoa(v)
		case time.Time:
			return p.DateTime(v)
		case time.Duration:
			return p.Duration(v)
		case *fault.Fault:
			return p.Fault(v)
		default:
			return fmt.Sprint(v)
		}
	}
	return "{" + name + "}"
}

// Fault is a fault in the reader's words.
func (p *Printer) Fault(f *fault.Fault) string {
	if n, ok := f.Args["n"].(int); ok {
		return p.N(f.Key, n, f.Args)
	}
	return p.T(f.Key, f.Args)
}
