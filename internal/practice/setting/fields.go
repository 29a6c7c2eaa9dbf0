package setting

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kilter/internal/base/fault"
)

// Split takes a list apart as fields write it: joined by commas, nothing when
// empty.
func Split(list string) []string {
	var out []string
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// isCode reports whether a word is one that a code may be: letters, digits, and
// after the first of them . _ and -, at most sixty. It stands in addresses,
// tables and commands.
func isCode(word string) bool {
	n := 0
	for _, r := range word {
		if n++; !unicode.IsLetter(r) && !unicode.IsNumber(r) && (n == 1 || r != '.' && r != '_' && r != '-') {
			return false
		}
	}
	return n > 0 && n <= 60
}

func codeField() Attribute {
	return Attribute{
		Name: "code", Type: Word, Max: 60, Required: true, Listed: true,
		Get: func(f *Form) string { return f.Code },
		Set: func(f *Form, v string) error {
			if v = strings.TrimSpace(v); !isCode(v) {
				return fault.At("code", "setting.bad_code")
			}
			f.Code = v
			return nil
		},
	}
}

func nameField(name string, required bool) Attribute {
	at := func(f *Form) *string {
		if name == "name_zh" {
			return &f.Name.Zh
		}
		return &f.Name.En
	}
	return Attribute{
		Name: name, Type: Line, Max: 200, Required: required, Listed: true,
		Get: func(f *Form) string { return *at(f) },
		Set: func(f *Form, v string) (err error) {
			*at(f), err = line(name, v, 200)
			return err
		},
	}
}

func parentField(k Kind) Attribute {
	return Attribute{
		Name: "parent", Type: Ref, Kind: k,
		Get: func(f *Form) string { return decimal(f.Parent) },
		Set: func(f *Form, v string) (err error) {
			if v == "" {
				f.Parent = 0
				return nil
			}
			// Below 0 is a thing of the same import; see Lot.
			if f.Parent, err = strconv.ParseInt(v, 10, 64); err != nil {
				return fault.At("parent", "record.not_a_number")
			}
			return nil
		},
	}
}

func line(field, v string, most int) (string, error) {
	v = strings.Join(strings.Fields(v), " ")
	return v, short(field, v, most)
}

func short(field, v string, most int) error {
	if n := utf8.RuneCountInString(v); n > most {
		return fault.At(field, "record.too_long").With("max", most).With("length", n)
	}
	if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
		return fault.At(field, "record.not_text")
	}
	return nil
}

func decimal(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func id(field, v string) (int64, error) {
	if v == "" {
		return 0, nil
	}
	// Below 0 is a thing of the same import; see Lot.
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, fault.At(field, "record.not_a_number")
	}
	return n, nil
}

// TextOf is a text of at most so many characters: one line up to 500, several
// beyond.
func TextOf[D any](name string, most int, at func(*D) *string) Attribute {
	t := Line
	if most > 500 {
		t = Long
	}
	return Attribute{
		Name: name, Type: t, Max: most,
		Get: func(f *Form) string { return *at(f.Doc.(*D)) },
		Set: func(f *Form, v string) (err error) {
			if t == Line {
				v, err = line(name, v, most)
			} else {
				v = strings.ReplaceAll(v, "\r\n", "\n")
				err = short(name, v, most)
			}
			if err == nil {
				*at(f.Doc.(*D)) = v
			}
			return err
		},
	}
}

// IntOf is a whole number from low to high.
func IntOf[D any](name string, low, high int, at func(*D) *int) Attribute {
	return Attribute{
		Name: name, Type: Int, Max: high,
		Get: func(f *Form) string { return decimal(int64(*at(f.Doc.(*D)))) },
		Set: func(f *Form, v string) error {
			n := 0
			if v != "" {
				var err error
				if n, err = strconv.Atoi(v); err != nil {
					return fault.At(name, "record.not_a_number")
				}
				if n < low || n > high {
					return fault.At(name, "record.out_of_range").With("low", low).With("high", high)
				}
			}
			*at(f.Doc.(*D)) = n
			return nil
		},
	}
}

// BoolOf is a yes or no.
func BoolOf[D any](name string, at func(*D) *bool) Attribute {
	return Attribute{
		Name: name, Type: Bool,
		Get: func(f *Form) string {
			if *at(f.Doc.(*D)) {
				return "true"
			}
			return ""
		},
		Set: func(f *Form, v string) error {
			yes, ok := yes(v)
			if !ok {
				return fault.At(name, "record.not_yes_no")
			}
			*at(f.Doc.(*D)) = yes
			return nil
		},
	}
}

func yes(v string) (is, ok bool) {
	switch strings.ToLower(v) {
	case "true", "on", "1", "yes", "y", "x", "是", "有", "√":
		return true, true
	case "", "false", "off", "0", "no", "n", "否", "无":
		return false, true
	}
	return false, false
}

// ChoiceOf is one of a few words; the first is what a new thing has.
func ChoiceOf[D any, S ~string](name string, choices []string, at func(*D) *S) Attribute {
	return Attribute{
		Name: name, Type: Choice, Choices: choices,
		Get: func(f *Form) string {
			if v := string(*at(f.Doc.(*D))); v != "" {
				return v
			}
			return choices[0]
		},
		Set: func(f *Form, v string) error {
			if v == "" {
				v = choices[0]
			}
			if !slices.Contains(choices, v) {
				return fault.At(name, "record.not_a_choice").With("choices", strings.Join(choices, ", "))
			}
			*at(f.Doc.(*D)) = S(v)
			return nil
		},
	}
}

// SeveralOf is any number of a few words.
func SeveralOf[D any, S ~string](name string, choices []string, at func(*D) *[]S) Attribute {
	return Attribute{
		Name: name, Type: Several, Choices: choices,
		Get: func(f *Form) string {
			var out []string
			for _, v := range *at(f.Doc.(*D)) {
				out = append(out, string(v))
			}
			return strings.Join(out, ",")
		},
		Set: func(f *Form, v string) error {
			var out []S
			for _, word := range Split(v) {
				if len(choices) > 0 && !slices.Contains(choices, word) {
					return fault.At(name, "record.not_a_choice").With("choices", strings.Join(choices, ", "))
				}
				out = append(out, S(word))
			}
			*at(f.Doc.(*D)) = out
			return nil
		},
	}
}

// RefOf names one thing of a kind, by its id.
func RefOf[D any, N ~int64](name string, k Kind, at func(*D) *N) Attribute {
	return Attribute{
		Name: name, Type: Ref, Kind: k,
		Get: func(f *Form) string { return decimal(int64(*at(f.Doc.(*D)))) },
		Set: func(f *Form, v string) error {
			n, err := id(name, v)
			if err == nil {
				*at(f.Doc.(*D)) = N(n)
			}
			return err
		},
	}
}

// RefsOf names any number of things of a kind.
func RefsOf[D any, N ~int64](name string, k Kind, at func(*D) *[]N) Attribute {
	return Attribute{
		Name: name, Type: Refs, Kind: k,
		Get: func(f *Form) string {
			var out []string
			for _, n := range *at(f.Doc.(*D)) {
				out = append(out, decimal(int64(n)))
			}
			return strings.Join(out, ",")
		},
		Set: func(f *Form, v string) error {
			var out []N
			for _, part := range Split(v) {
				n, err := id(name, part)
				if err != nil {
					return err
				}
				if !slices.Contains(out, N(n)) {
					out = append(out, N(n))
				}
			}
			*at(f.Doc.(*D)) = out
			return nil
		},
	}
}

// PersonOf names a person, PersonsOf several.
func PersonOf[D any, N ~int64](name string, at func(*D) *N) Attribute {
	f := RefOf(name, "", at)
	f.Type = Person
	return f
}

// PersonsOf names several persons.
func PersonsOf[D any, N ~int64](name string, at func(*D) *[]N) Attribute {
	f := RefsOf(name, "", at)
	f.Type = Persons
	return f
}

// TableOf is a part of the document with a shape of its own, as JSON.
func TableOf[D, T any](name string, at func(*D) *T) Attribute {
	return Attribute{
		Name: name, Type: Table,
		Get: func(f *Form) string {
			text, err := json.Marshal(at(f.Doc.(*D)))
			if err != nil || slices.Contains([]string{"null", "{}", "[]"}, string(text)) {
				return ""
			}
			return string(text)
		},
		Set: func(f *Form, v string) error {
			var t T
			if v != "" {
				dec := json.NewDecoder(strings.NewReader(v))
				dec.DisallowUnknownFields()
				if err := dec.Decode(&t); err != nil {
					return fault.At(name, "setting.bad_table").With("why", err.Error())
				}
			}
			*at(f.Doc.(*D)) = t
			return nil
		},
	}
}

// Must is the field, compulsory.
func (f Attribute) Must() Attribute {
	f.Required = true
	return f
}

// InList is the field, with a column in the list of its kind.
func (f Attribute) InList() Attribute {
	f.Listed = true
	return f
}
