package catalogue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Field is one that a centre defines for itself on the records of a practice.
// It is named by its setting's code and labelled by the setting's names.
type Field struct {
	Practice string      `json:"practice"`
	Type     FieldType   `json:"type,omitempty"`
	Choices  []Choice    `json:"choices,omitempty"`
	Max      int         `json:"max,omitempty"`  // longest text; 0 is 500, or 20,000 for a long one
	Must     []string    `json:"must,omitempty"` // moves before which it must be filled; "open" is registering
	Order    int         `json:"order,omitempty"`
	Help     people.Text `json:"help,omitzero"`
	Public   bool        `json:"public,omitempty"` // on the requester's form, too
}

// FieldType says what a centre's own field holds.
type FieldType string

// The types; any other is a line of text.
const (
	FieldLong   FieldType = "long"
	FieldNumber FieldType = "number"
	FieldChoice FieldType = "choice"
	FieldYes    FieldType = "yes"
	FieldDate   FieldType = "date"
)

// Choice is one value of a field of choices.
type Choice struct {
	Code string `json:"code"`
	En   string `json:"en"`
	Zh   string `json:"zh"`
}

// Label is the choice in the reader's language.
func (c Choice) Label(lang string) string { return people.Text{En: c.En, Zh: c.Zh}.In(lang) }

// Accept checks a value as it is to be stored; field is what a fault names.
func (f Field) Accept(field, v string) error {
	if v == "" {
		return nil
	}
	most := f.Max
	switch f.Type {
	case FieldNumber:
		if _, err := strconv.ParseFloat(v, 64); err != nil || strings.ContainsAny(v, "nNxXpPiI_") {
			return fault.At(field, "record.not_a_number")
		}
		return nil
	case FieldChoice:
		if !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Code == v }) {
			return fault.At(field, "record.not_a_choice").With("choices", f.codes())
		}
		return nil
	case FieldYes:
		if v != "true" {
			return fault.At(field, "record.not_yes_no")
		}
		return nil
	case FieldDate:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return fault.At(field, "catalogue.not_a_date")
		}
		return nil
	case FieldLong:
		if most == 0 {
			most = 20_000
		}
	default:
		if strings.ContainsAny(v, "\r\n") {
			return fault.At(field, "record.not_text")
		}
	}
	if most == 0 {
		most = 500
	}
	if n := utf8.RuneCountInString(v); n > most {
		return fault.At(field, "record.too_long").With("max", most).With("length", n)
	}
	if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
		return fault.At(field, "record.not_text")
	}
	return nil
}

func (f Field) codes() string {
	out := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		out[i] = c.Code
	}
	return strings.Join(out, ", ")
}

// Check says what is wrong with the definition.
func (f Field) Check() error {
	var many fault.Many
	if f.Type == FieldChoice && len(f.Choices) == 0 {
		many = append(many, fault.At("choices", "catalogue.no_choices"))
	}
	seen := map[string]bool{}
	for i, c := range f.Choices {
		if c.Code == "" || c.En == "" && c.Zh == "" {
			many = append(many, fault.At("choices", "catalogue.bad_choice").With("row", fmt.Sprint(i+1)))
		}
		if seen[c.Code] {
			many = append(many, fault.At("choices", "catalogue.choice_twice").With("code", c.Code))
		}
		seen[c.Code] = true
	}
	return many.Err()
}
