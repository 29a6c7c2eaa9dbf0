package cmdb

import (
	"maps"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// mostSources is how many sources an order can name.
const mostSources = 100

// sourcesSheet describes the centre's document about which source is believed
// more. Orders are written as people write them: one source a line, the most
// trusted first, and one line a field that has an order of its own.
func sourcesSheet() setting.Sheet {
	type D = Precedence
	return precedenceDocument.Sheet(func(all *setting.All, d *D) error { return d.check(all) },
		setting.Attribute{
			Name: "order", Type: setting.Long, Max: 4000,
			Get: func(f *setting.Form) string { return strings.Join(f.Doc.(*D).Order, "\n") },
			Set: func(f *setting.Form, v string) error {
				order, err := readOrder("order", v)
				f.Doc.(*D).Order = order
				return err
			},
		},
		setting.Attribute{
			Name: "fields", Type: setting.Long, Max: 20_000,
			Get: func(f *setting.Form) string { return writeOrders(f.Doc.(*D).Fields) },
			Set: func(f *setting.Form, v string) error {
				orders, err := readOrders(v)
				f.Doc.(*D).Fields = orders
				return err
			},
		},
		setting.IntOf("absent", 1, 1000, func(d *D) *int { return &d.Absent }),
	)
}

// readOrder reads sources, the most trusted first: one a line, or with commas.
func readOrder(field, text string) (out []string, err error) {
	for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == ',' || r == '，' || r == '、' }) {
		name = strings.TrimSpace(name)
		switch {
		case name == "":
			continue
		case len([]rune(name)) > 60:
			return nil, fault.At(field, "record.too_long").With("length", len([]rune(name))).With("max", 60)
		case slices.Contains(out, name):
			return nil, fault.At(field, "cmdb.source_twice").With("source", name)
		case len(out) == mostSources:
			return nil, fault.At(field, "cmdb.too_many_sources").With("max", mostSources)
		}
		out = append(out, name)
	}
	return out, nil
}

// readOrders reads lines "field: source, source".
func readOrders(text string) (map[string][]string, error) {
	var out map[string][]string
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, rest, ok := strings.Cut(strings.Replace(line, "：", ":", 1), ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fault.At("fields", "cmdb.bad_order").With("line", n)
		}
		if _, twice := out[name]; twice {
			return nil, fault.At("fields", "cmdb.field_twice").With("name", name)
		}
		order, err := readOrder("fields", rest)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[name] = order
	}
	return out, nil
}

func writeOrders(orders map[string][]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(orders)) {
		b.WriteString(name + ": " + strings.Join(orders[name], ", ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// check says which field of the document no item has.
func (p Precedence) check(all *setting.All) error {
	model, err := ModelOf(all)
	if err != nil {
		return nil // the model says what is wrong with itself
	}
	for _, name := range slices.Sorted(maps.Keys(p.Fields)) {
		if name != RelationField && !slices.Contains(FieldNames, name) && !model.known(name) {
			return fault.At("fields", "cmdb.no_field").With("name", name)
		}
	}
	return nil
}
