package record

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// OwnField is a field that a centre added to a practice without a change of
// the schema: the document of a setting.Field. Its name is the code of the
// setting, and "x." + code where fields of both kinds stand together.
type OwnField struct {
	For      Kind         `json:"for"`
	Type     Type         `json:"type"`
	Choices  []OwnChoice  `json:"choices,omitempty"`
	Max      int          `json:"max,omitempty"`      // characters of a text, highest number
	Min      int          `json:"min,omitempty"`      // lowest number
	Required []string     `json:"required,omitempty"` // the moves that need it filled; "open" for registering
	Hidden   bool         `json:"hidden,omitempty"`   // for staff only
	Category []CategoryID `json:"category,omitempty"` // shown for these only; empty: always
	Help     people.Text  `json:"help,omitzero"`
}

// OwnChoice is one word that a field of the centre's own may hold.
type OwnChoice struct {
	Code string      `json:"code"`
	Name people.Text `json:"name"`
}

// OwnTypes are the types that a centre's own field may have.
var OwnTypes = []Type{Text, Long, Int, Choice, Bool, Moment}

// Own is a centre's own field with its name.
type Own struct {
	Code string
	Name people.Text
	OwnField
}

// OwnFields reads a practice's own fields out of the settings, in the order of
// their codes. Retired ones are left out: what they hold stays and is shown.
func OwnFields(all *setting.All, k Kind) ([]Own, error) {
	var out []Own
	for _, t := range all.Of(setting.Field) {
		if t.Retired {
			continue
		}
		doc, err := setting.Read[OwnField](*t)
		if err != nil {
			return nil, err
		}
		if doc.For == k {
			out = append(out, Own{t.Code, t.Name, doc})
		}
	}
	return out, nil
}

// CheckOwn checks a record's own fields for a move ("" for an edit, "open" for
// registering): known names, values of the right type, compulsory ones filled.
// Held are the values before; what did not change is not judged again, so that
// a field retired or narrowed later does not stop work.
func CheckOwn(fields []Own, values, held map[string]string, move string) error {
	var many fault.Many
	for name, v := range values {
		if v == held[name] {
			continue
		}
		i := slices.IndexFunc(fields, func(f Own) bool { return f.Code == name })
		if i < 0 {
			many = append(many, fault.At("x."+name, "record.no_such_field"))
			continue
		}
		if err := many.Add(fields[i].check(v)); err != nil {
			return err
		}
	}
	for _, f := range fields {
		if move != "" && values[f.Code] == "" && slices.Contains(f.Required, move) {
			many = append(many, fault.At("x."+f.Code, "record.required"))
		}
	}
	slices.SortFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return many.Err()
}

// check reads a value as the field's type writes it.
func (f Own) check(v string) error {
	if v == "" {
		return nil
	}
	at := "x." + f.Code
	switch f.Type {
	case Int:
		n, err := parse(at, strings.TrimPrefix(v, "-"))
		if strings.HasPrefix(v, "-") {
			n = -n
		}
		if err != nil {
			return err
		}
		if n < int64(f.Min) || f.Max != 0 && n > int64(f.Max) {
			return fault.At(at, "record.out_of_range").With("low", f.Min).With("high", f.Max)
		}
	case Choice:
		if !slices.ContainsFunc(f.Choices, func(c OwnChoice) bool { return c.Code == v }) {
			return fault.At(at, "record.not_a_choice").With("choices", f.codes())
		}
	case Bool:
		if v != "true" {
			return fault.At(at, "record.not_yes_no")
		}
	case Moment:
		if t, err := time.Parse(time.RFC3339, v); err != nil || t.Year() < 1970 || t.Year() > 2200 {
			return fault.At(at, "record.not_a_moment")
		}
	default:
		most := f.Max
		if most == 0 {
			most = map[Type]int{Text: 200, Long: 20_000}[f.Type]
		}
		if n := utf8.RuneCountInString(v); n > most {
			return fault.At(at, "record.too_long").With("max", most).With("length", n)
		}
		if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
			return fault.At(at, "record.not_text")
		}
	}
	return nil
}

func (f Own) codes() string {
	out := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		out[i] = c.Code
	}
	return strings.Join(out, ", ")
}
