package cmdb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Field is one that every item has. Values cross the border as text: ids in
// decimal, days as 2026-12-01, spans in minutes.
type Field struct {
	Name    string
	Kind    setting.Kind // of what it names; "" for none, Human for a person
	Choices []string
	get     func(*Item) string
	set     func(*Item, string) error
}

// FieldNames are the names of the fields every item has, in the order of forms.
var FieldNames = func() []string {
	var out []string
	for _, f := range Fields {
		out = append(out, f.Name)
	}
	return out
}()

// Fields are the fields every item has. The state is not among those that can
// be set: an item moves along its life.
var Fields = []Field{
	line("code", func(i *Item) *string { return &i.Code }),
	line("name_en", func(i *Item) *string { return &i.Name.En }),
	line("name_zh", func(i *Item) *string { return &i.Name.Zh }),
	word("class", nil, func(i *Item) *Class { return &i.Class }),
	word("state", texts(Life.States()), func(i *Item) *State { return &i.State }),
	names("zone", setting.Zone, func(i *Item) *people.ZoneID { return &i.Zone }),
	names("service", setting.Service, func(i *Item) *record.ServiceID { return &i.Service }),
	names("department", setting.Department, func(i *Item) *people.DepartmentID { return &i.Department }),
	names("owner", setting.Human, func(i *Item) *people.ID { return &i.Owner }),
	names("team", setting.Team, func(i *Item) *people.TeamID { return &i.Team }),
	line("room", func(i *Item) *string { return &i.Room }),
	line("serial", func(i *Item) *string { return &i.Serial }),
	word("criticality", texts(Criticalities), func(i *Item) *Criticality { return &i.Criticality }),
	{
		Name: "grade", Choices: []string{"1", "2", "3", "4", "5"},
		get: func(i *Item) string { return decimal(i.Grade) },
		set: func(i *Item, v string) error {
			n, err := strconv.Atoi("0" + v)
			if err != nil || n > 5 {
				return fault.At("grade", "cmdb.bad_grade")
			}
			i.Grade = n
			return nil
		},
	},
	word("operator", texts(Operators), func(i *Item) *Operator { return &i.Operator }),
	minutes("rto", func(i *Item) *time.Duration { return &i.RTO }),
	minutes("rpo", func(i *Item) *time.Duration { return &i.RPO }),
	{
		Name: "warranty",
		get: func(i *Item) string {
			if i.Warranty.IsZero() {
				return ""
			}
			return i.Warranty.UTC().Format(time.DateOnly)
		},
		set: func(i *Item, v string) error {
			v, err := Attribute{Name: "warranty", Type: Date}.Accept(v)
			if err != nil || v == "" {
				i.Warranty = time.Time{}
				return err
			}
			i.Warranty, err = time.Parse(time.DateOnly, v)
			return err
		},
	},
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func decimal[N ~int | ~int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

func line(name string, at func(*Item) *string) Field {
	return Field{
		Name: name,
		get:  func(i *Item) string { return *at(i) },
		set:  func(i *Item, v string) error { *at(i) = strings.Join(strings.Fields(v), " "); return nil },
	}
}

func word[S ~string](name string, choices []string, at func(*Item) *S) Field {
	return Field{
		Name: name, Choices: choices,
		get: func(i *Item) string { return string(*at(i)) },
		set: func(i *Item, v string) error {
			if v != "" && choices != nil && !slices.Contains(choices, v) {
				return fault.At(name, "record.not_a_choice").With("choices", strings.Join(choices, ", "))
			}
			*at(i) = S(v)
			return nil
		},
	}
}

func names[N ~int64](name string, k setting.Kind, at func(*Item) *N) Field {
	return Field{
		Name: name, Kind: k,
		get: func(i *Item) string { return decimal(*at(i)) },
		set: func(i *Item, v string) error {
			n, err := strconv.ParseInt("0"+v, 10, 64)
			if err != nil {
				return fault.At(name, "record.not_a_number")
			}
			*at(i) = N(n)
			return nil
		},
	}
}

func minutes(name string, at func(*Item) *time.Duration) Field {
	return Field{
		Name: name,
		get:  func(i *Item) string { return decimal(int64(*at(i) / time.Minute)) },
		set: func(i *Item, v string) error {
			n, err := strconv.ParseInt("0"+v, 10, 32)
			if err != nil {
				return fault.At(name, "record.not_a_number")
			}
			*at(i) = time.Duration(n) * time.Minute
			return nil
		},
	}
}

// byName finds a field every item has.
var byName = func() map[string]Field {
	out := map[string]Field{}
	for _, f := range Fields {
		out[f.Name] = f
	}
	return out
}()

// Get reads a field or an attribute by its name, "" when there is nothing.
func (i *Item) Get(name string) string {
	if f, ok := byName[name]; ok {
		return f.get(i)
	}
	return i.Extra[name]
}

// Set brings a value into a field or an attribute of the item's class.
func (i *Item) Set(m *Model, name, v string) error {
	v = strings.TrimSpace(v)
	if f, ok := byName[name]; ok {
		return f.set(i, v)
	}
	class := m.Class(i.Class)
	if class == nil {
		return fault.At("class", "cmdb.no_such_class")
	}
	a, ok := class.Find(name)
	if !ok {
		return fault.At(name, "cmdb.no_such_attribute").With("name", name).With("class", string(i.Class))
	}
	v, err := a.Accept(v)
	if err != nil {
		return err
	}
	i.put(name, v)
	return nil
}

// put writes an attribute into a document of the item's own, for copies of an
// item share the one they were copied from.
func (i *Item) put(name, v string) {
	extra := make(map[string]string, len(i.Extra)+1)
	for k, held := range i.Extra {
		if k != name {
			extra[k] = held
		}
	}
	if v != "" {
		extra[name] = v
	}
	i.Extra = extra
}

// Names lists the fields and attributes that items of a class have.
func (m *Model) Names(c Class) []string {
	out := slices.Clone(FieldNames)
	if d := m.Class(c); d != nil {
		for _, a := range d.All {
			out = append(out, a.Name)
		}
	}
	return out
}

// Change is a field that got another value: a row of an item's history. Field
// "" is the item itself coming into being.
type Change struct {
	ID      int64
	Item    record.ItemID
	At      time.Time
	By      people.ID
	Name    string // of who did it
	Origin  string // the source the value came from, "" by hand
	Field   string
	Was     string
	Became  string
	Because string
	Import  int64
	Batch   int64 // the bulk change it was part of
}

// Diff lists what differs between two states of an item.
func Diff(was, now *Item) []Change {
	var out []Change
	for _, f := range Fields {
		if a, b := f.get(was), f.get(now); a != b {
			out = append(out, Change{Field: f.Name, Was: a, Became: b})
		}
	}
	var keys []string
	for k := range was.Extra {
		keys = append(keys, k)
	}
	for k := range now.Extra {
		if _, ok := was.Extra[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if a, b := was.Extra[k], now.Extra[k]; a != b {
			out = append(out, Change{Field: k, Was: a, Became: b})
		}
	}
	return out
}
