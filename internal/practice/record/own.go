package record

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/setting"
)

// OwnField is a field that a centre added to a practice without a change of
// the schema, as the document of a setting.Field keeps it (catalogue.Field is
// its editor's view). Its name is the code of the setting, and "x." + code
// where fields of both kinds stand together.
type OwnField struct {
	For      Kind        `json:"practice"`
	Type     Type        `json:"type,omitempty"`
	Choices  []OwnChoice `json:"choices,omitempty"`
	Max      int         `json:"max,omitempty"`  // characters of a text; 0 is 500, or 20,000 for a long one
	Required []string    `json:"must,omitempty"` // the moves that need it filled; "open" for registering
	Order    int         `json:"order,omitempty"`
	Public   bool        `json:"public,omitempty"` // for the requester too
	Help     people.Text `json:"help,omitzero"`
}

// OwnChoice is one word that a field of the centre's own may hold.
type OwnChoice struct {
	Code string `json:"code"`
	En   string `json:"en"`
	Zh   string `json:"zh"`
}

// Own is a centre's own field with its name.
type Own struct {
	Code string
	Name people.Text
	OwnField
	Hidden bool // for staff only
}

// OwnFields reads a practice's own fields out of the settings, in the order of
// its form. Retired ones are left out: what they hold stays and is shown.
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
		switch doc.Type {
		case "":
			doc.Type = Text
		case "number":
			doc.Type = Decimal
		case "yes":
			doc.Type = Bool
		}
		if doc.For == k {
			out = append(out, Own{t.Code, t.Name, doc, !doc.Public})
		}
	}
	slices.SortStableFunc(out, func(a, b Own) int { return a.Order - b.Order })
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
	case Decimal:
		if _, ok := query.ParseDecimal(v); !ok {
			return fault.At(at, "record.not_a_decimal").With("max", query.LongestDecimal)
		}
	case Choice:
		if !slices.ContainsFunc(f.Choices, func(c OwnChoice) bool { return c.Code == v }) {
			return fault.At(at, "record.not_a_choice").With("choices", f.codes())
		}
	case Bool:
		if v != "true" {
			return fault.At(at, "record.not_yes_no")
		}
	case Date:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return fault.At(at, "record.not_a_date")
		}
	default:
		most := f.Max
		if most == 0 {
			most = map[Type]int{Text: 500, Long: 20_000}[f.Type]
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
