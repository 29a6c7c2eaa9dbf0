package web

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/base/lang"
	"kilter/internal/web/part"
)

// A day that cannot be read is blamed at its field, and comes back as it was typed;
// one that was left out is none.
func TestADayThatCannotBeReadIsBlamedAndKept(t *testing.T) {
	t.Parallel()
	words := lang.For(lang.English)
	f := &Form{Values: url.Values{"from": {" 2026-11-29 "}, "until": {"31.12.2026"}, "due": {"2026-02-30"}, "none": {" "}}}
	if d := f.Day(words, "from"); d.Format("2006-01-02") != "2026-11-29" || f.Wrong() {
		t.Error(d, f.fields)
	}
	if d := f.Day(words, "none"); !d.IsZero() || f.Wrong() {
		t.Error(d, f.fields)
	}
	for _, name := range []string{"until", "due"} {
		if d := f.Day(words, name); !d.IsZero() || !f.Wrong() {
			t.Error(name, d)
		}
		field := f.Field(part.Field{Name: name, Kind: part.Date})
		var out strings.Builder
		if err := part.Input(words, field).Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		if text := out.String(); len(field.Faults) != 1 || !strings.Contains(text, field.Faults[0]) || !strings.Contains(text, `type="text"`) || !strings.Contains(text, `value="`+f.Values.Get(name)+`"`) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// A number that cannot be read is blamed, and comes back as it was typed; one that was
// left out is none.
func TestANumberThatCannotBeReadIsBlamedAndKept(t *testing.T) {
	t.Parallel()
	words := lang.For(lang.English)
	f := &Form{Values: url.Values{"hours": {" 37.5 "}, "days": {"14"}, "none": {" "}, "many": {"a lot"}, "odd": {"NaN"}, "endless": {"1e999"}, "half": {"1.5"}}}
	if x, n := f.Number(words, "hours"), f.Count(words, "days"); x != 37.5 || n != 14 || f.Wrong() {
		t.Error(x, n, f.fields)
	}
	if x, n := f.Number(words, "none"), f.Count(words, "none"); !math.IsNaN(x) || n != 0 || f.Wrong() {
		t.Error(x, n, f.fields)
	}
	for _, name := range []string{"many", "odd", "endless"} {
		if x := f.Number(words, name); !math.IsNaN(x) || len(f.fields[name]) != 1 {
			t.Error(name, x, f.fields)
		}
	}
	if n := f.Count(words, "half"); n != 0 || len(f.fields["half"]) != 1 {
		t.Error(n, f.fields)
	}
	field := f.Field(part.Field{Name: "many", Kind: part.Number})
	if field.Value != "a lot" || len(field.Faults) != 1 {
		t.Error(field)
	}
}
