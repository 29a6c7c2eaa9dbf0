package record

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Type says what a field holds, and so how it is entered, shown and checked.
type Type string

// The types of fields. The reference types hold an id in decimal.
const (
	Text       Type = "text"    // one line
	Long       Type = "long"    // markdown
	Int        Type = "int"     // a whole number
	Choice     Type = "choice"  // one of Choices
	Bool       Type = "bool"    // "true" or ""
	Moment     Type = "moment"  // RFC 3339 in UTC
	Decimal    Type = "decimal" // a number; fields of the centre's own only
	Date       Type = "date"    // 2026-11-23; fields of the centre's own only
	Person     Type = "person"
	Team       Type = "team"
	Service    Type = "service"
	Department Type = "department"
	Zone       Type = "zone"
	Category   Type = "category"
	Item       Type = "item"
	Items      Type = "items" // several, their ids in decimal with commas between
	Cause      Type = "cause"
	Offering   Type = "offering" // of the service catalogue
	Model      Type = "model"    // of standard changes
	Record     Type = "record"   // a number such as INC-2026-00042
)

// Refers reports whether the type names a thing by its id.
func (t Type) Refers() bool {
	return slices.Contains([]Type{Person, Team, Service, Department, Zone, Category, Item, Cause, Offering, Model}, t)
}

// Field describes one field of a practice: forms, inline edit, the API, the
// timeline's changes and exports all come from it. Values are written as text
// at the border: ids in decimal, moments in RFC 3339, "" for none.
type Field[R any] struct {
	Name    string // what the API calls it; the label's key is kind.field.name
	Type    Type
	Choices []string
	Max     int    // longest text in characters
	Fixed   bool   // set by moves and rules only, never edited directly
	Grant   string // grant needed to edit it, beside kind.edit
	Keep    bool   // once filled it can be changed but not emptied
	Hidden  bool   // for staff only: requesters see neither it nor its changes
	Get     func(R) string
	Set     func(R, string) error
}

// Sheet lists the fields of a practice in the order they are shown.
type Sheet[R any] []Field[R]

// Find returns the field of that name.
func (s Sheet[R]) Find(name string) (Field[R], bool) {
	i := slices.IndexFunc(s, func(f Field[R]) bool { return f.Name == name })
	if i < 0 {
		return Field[R]{}, false
	}
	return s[i], true
}

// Fixed is a field that moves and rules set, and that nobody edits directly.
func Fixed[R any](f Field[R]) Field[R] {
	f.Fixed = true
	return f
}

// Fix is the sheet with the fields of these names fixed.
func (s Sheet[R]) Fix(names ...string) Sheet[R] {
	out := slices.Clone(s)
	for i, f := range out {
		f.Fixed = f.Fixed || slices.Contains(names, f.Name)
		out[i] = f
	}
	return out
}

// ForGuests is the sheet without the fields that are for staff only.
func (s Sheet[R]) ForGuests() Sheet[R] {
	return slices.DeleteFunc(slices.Clone(s), func(f Field[R]) bool { return f.Hidden })
}

// Values reads every field.
func (s Sheet[R]) Values(r R) []string {
	out := make([]string, len(s))
	for i, f := range s {
		out[i] = f.Get(r)
	}
	return out
}

// Diff lists the fields whose value is no longer the one in was.
func (s Sheet[R]) Diff(was []string, r R) []Change {
	var out []Change
	for i, f := range s {
		if now := f.Get(r); now != was[i] {
			out = append(out, Change{f.Name, was[i], now})
		}
	}
	return out
}

// HeadFields are the fields of the head that people fill in.
func HeadFields[R Body]() Sheet[R] {
	return Sheet[R]{
		TextField("title", 200, func(r R) *string { return &r.Common().Title }),
		RefField("requester", Person, func(r R) *people.ID { return &r.Common().Requester }),
		RefField("service", Service, func(r R) *ServiceID { return &r.Common().Service }),
		RefField("department", Department, func(r R) *people.DepartmentID { return &r.Common().Department }),
		RefField("zone", Zone, func(r R) *people.ZoneID { return &r.Common().Zone }),
		RefField("team", Team, func(r R) *people.TeamID { return &r.Common().Team }),
		RefField("owner", Person, func(r R) *people.ID { return &r.Common().Owner }),
	}
}

// TextField is a field of at most max characters: one line up to 500, markdown
// beyond.
func TextField[R any](name string, most int, at func(R) *string) Field[R] {
	t := Text
	if most > 500 {
		t = Long
	}
	return Field[R]{
		Name: name, Type: t, Max: most,
		Get: func(r R) string { return *at(r) },
		Set: func(r R, v string) error {
			if t == Text {
				v = strings.Join(strings.Fields(v), " ")
			}
			if n := utf8.RuneCountInString(v); n > most {
				return fault.At(name, "record.too_long").With("max", most).With("length", n)
			}
			if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
				return fault.At(name, "record.not_text")
			}
			*at(r) = v
			return nil
		},
	}
}

// RefField is a field that names a thing by its id.
func RefField[R any, N ~int64](name string, t Type, at func(R) *N) Field[R] {
	return Field[R]{
		Name: name, Type: t,
		Get: func(r R) string { return number(int64(*at(r))) },
		Set: func(r R, v string) error {
			n, err := parse(name, v)
			*at(r) = N(n)
			return err
		},
	}
}

// IntField is a whole number from low to high; 0 means not set.
func IntField[R any, N ~int](name string, low, high int, at func(R) *N) Field[R] {
	return Field[R]{
		Name: name, Type: Int,
		Get: func(r R) string { return number(int64(*at(r))) },
		Set: func(r R, v string) error {
			n, err := parse(name, v)
			if err == nil && n != 0 && (n < int64(low) || n > int64(high)) {
				err = fault.At(name, "record.out_of_range").With("low", low).With("high", high)
			}
			if err != nil {
				return err
			}
			*at(r) = N(n)
			return nil
		},
	}
}

// ChoiceField is one of a few words, or none.
func ChoiceField[R any, S ~string](name string, choices []string, at func(R) *S) Field[R] {
	return Field[R]{
		Name: name, Type: Choice, Choices: choices,
		Get: func(r R) string { return string(*at(r)) },
		Set: func(r R, v string) error {
			if v != "" && !slices.Contains(choices, v) {
				return fault.At(name, "record.not_a_choice").With("choices", strings.Join(choices, ", "))
			}
			*at(r) = S(v)
			return nil
		},
	}
}

// BoolField is a yes or no.
func BoolField[R any](name string, at func(R) *bool) Field[R] {
	return Field[R]{
		Name: name, Type: Bool,
		Get: func(r R) string {
			if *at(r) {
				return "true"
			}
			return ""
		},
		Set: func(r R, v string) error {
			switch v {
			case "true", "on", "1":
				*at(r) = true
			case "", "false", "off", "0":
				*at(r) = false
			default:
				return fault.At(name, "record.not_yes_no")
			}
			return nil
		},
	}
}

// MomentField is a point in time.
func MomentField[R any](name string, at func(R) *time.Time) Field[R] {
	return Field[R]{
		Name: name, Type: Moment,
		Get: func(r R) string {
			if at(r).IsZero() {
				return ""
			}
			return at(r).UTC().Format(time.RFC3339)
		},
		Set: func(r R, v string) error {
			if v == "" {
				*at(r) = time.Time{}
				return nil
			}
			t, err := time.Parse(time.RFC3339, v)
			if err != nil || t.Year() < 1970 || t.Year() > 2200 {
				return fault.At(name, "record.not_a_moment")
			}
			*at(r) = t.UTC()
			return nil
		},
	}
}

// mostItems bounds how many items a field of several holds.
const mostItems = 200

// ItemsField names several items, each once, in the order of their ids.
func ItemsField[R any](name string, at func(R) *[]ItemID) Field[R] {
	return Field[R]{
		Name: name, Type: Items, Max: 20 * mostItems,
		Get: func(r R) string {
			ids := make([]string, len(*at(r)))
			for i, id := range *at(r) {
				ids[i] = number(int64(id))
			}
			return strings.Join(ids, ",")
		},
		Set: func(r R, v string) error {
			var ids []ItemID
			for _, part := range setting.Split(v) {
				n, err := parse(name, part)
				if err != nil || n == 0 {
					return fault.At(name, "record.not_a_number")
				}
				ids = append(ids, ItemID(n))
			}
			slices.Sort(ids)
			if ids = slices.Compact(ids); len(ids) > mostItems {
				return fault.At(name, "record.too_many_items").With("max", mostItems)
			}
			*at(r) = ids
			return nil
		},
	}
}

// RecordField names a record of a kind by its number, INC-2026-00042. Whether
// it exists and may be seen is for the practice to say, which locks it.
func RecordField[R any](name string, k Kind, at func(R) *Number) Field[R] {
	return Field[R]{
		Name: name, Type: Record,
		Get: func(r R) string {
			if *at(r) == 0 {
				return ""
			}
			return Ref(k, *at(r))
		},
		Set: func(r R, v string) error {
			if v == "" {
				*at(r) = 0
				return nil
			}
			kind, n, err := ParseRef(v)
			if err != nil || kind != k {
				return fault.At(name, "record.no_such").With("ref", v)
			}
			*at(r) = n
			return nil
		},
	}
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func parse(field, v string) (int64, error) {
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.At(field, "record.not_a_number")
	}
	return n, nil
}
