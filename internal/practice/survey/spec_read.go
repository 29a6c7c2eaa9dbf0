package survey

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/fault"
)

// reading turns the parts of a written spec into a Spec and gathers what is
// wrong with them.
type reading struct {
	spec *Spec
	many fault.Many
}

func (r *reading) wrong(field, key string, args ...any) {
	f := fault.At(field, key)
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(args[i].(string), args[i+1])
	}
	r.many = append(r.many, f)
}

// plain is a scalar of YAML as text.
func plain(v any) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// number is a number that can be counted with: no infinite one, and none so
// great that sums of it are.
func number(v any) (float64, bool) {
	x, err := strconv.ParseFloat(plain(v), 64)
	return x, err == nil && math.Abs(x) <= greatest
}

// greatest is beyond any number of a survey.
const greatest = 1e12

// list reads one name, or a list of them.
func (r *reading) list(field string, v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			if _, nested := e.(yaml.MapSlice); nested || plain(e) == "" {
				r.wrong(field, "survey.spec.list")
				return nil
			}
			out = append(out, plain(e))
		}
		return out
	case yaml.MapSlice:
		r.wrong(field, "survey.spec.list")
		return nil
	}
	return []string{plain(v)}
}

// scales reads "7", "{from: 0, to: 10}", or either of them by form.
func (r *reading) scales(v any) {
	all := Scale{1, usualPoints}
	byForm := map[Form]Scale{}
	if m, ok := v.(yaml.MapSlice); ok && !has(m, "from") && !has(m, "to") {
		for _, e := range m {
			form := Form(plain(e.Key))
			if form != Outcome && !slices.Contains(asked, form) {
				r.wrong("scale", "survey.spec.form", "value", form)
				continue
			}
			byForm[form] = r.scale("scale."+plain(e.Key), e.Value)
		}
		if p, ok := byForm[Perceived]; ok {
			all = p
		}
	} else if v != nil {
		all = r.scale("scale", v)
	}
	r.spec.Scales = map[Form]Scale{}
	for _, f := range asked {
		r.spec.Scales[f] = all
	}
	maps.Copy(r.spec.Scales, byForm)
}

func has(m yaml.MapSlice, key string) bool { return part(m, key) != nil }

func part(m yaml.MapSlice, key string) any {
	for _, e := range m {
		if plain(e.Key) == key {
			return e.Value
		}
	}
	return nil
}

// most is the greatest number of points of a scale: percents.
const most = 101

func (r *reading) scale(field string, v any) Scale {
	s := Scale{Low: 1}
	var ok bool
	if m, both := v.(yaml.MapSlice); both {
		var okLow, okHigh bool
		s.Low, okLow = number(part(m, "from"))
		s.High, okHigh = number(part(m, "to"))
		ok = okLow && okHigh
	} else {
		s.High, ok = number(v)
	}
	if !ok || s.Points() < 2 || s.Points() > most || s.High-s.Low != float64(s.Points()-1) {
		r.wrong(field, "survey.spec.scale", "value", plain(v))
		return Scale{1, usualPoints}
	}
	return s
}

// dimensions reads "name: [items]" or "name: {items: [...], apart: true}".
func (r *reading) dimensions(v yaml.MapSlice) {
	for _, e := range v {
		d := Dimension{Name: plain(e.Key)}
		field := "dimensions." + d.Name
		items := e.Value
		if m, ok := e.Value.(yaml.MapSlice); ok {
			items = part(m, "items")
			d.Apart = plain(part(m, "apart")) == "true"
			for _, entry := range m {
				if k := plain(entry.Key); k != "items" && k != "apart" {
					r.wrong(field, "survey.spec.unknown", "value", k, "choices", "items, apart")
				}
			}
		}
		if d.Items = r.list(field, items); len(d.Items) == 0 {
			r.wrong(field, "survey.spec.no_items")
		}
		if d.Name == "" {
			r.wrong("dimensions", "survey.spec.no_name")
		}
		if slices.ContainsFunc(r.spec.Dimensions, func(o Dimension) bool { return o.Name == d.Name }) {
			r.wrong(field, "survey.spec.twice", "value", d.Name)
		}
		r.spec.Dimensions = append(r.spec.Dimensions, d)
	}
}

// items gives every item of the dimensions, and every further one, its columns.
func (r *reading) items(v any, patterns map[string]string) {
	for form, pattern := range patterns {
		if !slices.Contains(asked, Form(form)) {
			r.wrong("columns", "survey.spec.form", "value", form)
		} else if !strings.Contains(pattern, "{item}") {
			r.wrong("columns."+form, "survey.spec.pattern", "value", pattern)
		}
	}
	at := map[string]int{}
	add := func(name string, dimension int) {
		if i, there := at[name]; there {
			if dimension >= 0 {
				r.wrong("dimensions", "survey.spec.item_twice", "value", name, "first", r.spec.Dimensions[r.spec.Items[i].Dimension].Name)
			}
			return
		}
		at[name] = len(r.spec.Items)
		item := Item{Name: name, Dimension: dimension, Columns: map[Form]string{}}
		for form, pattern := range patterns {
			item.Columns[Form(form)] = strings.ReplaceAll(pattern, "{item}", name)
		}
		r.spec.Items = append(r.spec.Items, item)
	}
	for d, dim := range r.spec.Dimensions {
		for _, name := range dim.Items {
			add(name, d)
		}
	}
	own, listed := v.(yaml.MapSlice)
	if !listed {
		for _, name := range r.list("items", v) {
			add(name, -1)
		}
	}
	for _, e := range own {
		if plain(e.Key) == "" {
			r.wrong("items", "survey.spec.no_name")
			continue
		}
		add(plain(e.Key), -1)
		r.item(&r.spec.Items[at[plain(e.Key)]], e.Value)
	}
}

// item reads what is particular of one item.
func (r *reading) item(item *Item, v any) {
	field := "items." + item.Name
	if v == nil {
		return
	}
	parts, ok := v.(yaml.MapSlice)
	if !ok {
		r.wrong(field, "survey.spec.item")
		return
	}
	for _, p := range parts {
		switch key := Form(plain(p.Key)); {
		case key == "reverse":
			item.Reverse = plain(p.Value) == "true"
		case !slices.Contains(asked, key):
			r.wrong(field, "survey.spec.unknown", "value", key, "choices", "E, P, I, S, M, reverse")
		case plain(p.Value) == "":
			delete(item.Columns, key) // not asked in this form
		default:
			item.Columns[key] = plain(p.Value)
		}
	}
}

// weights reads a pattern with {dimension}, or by dimension a column or a fixed
// number.
func (r *reading) weights(v any) {
	switch v := v.(type) {
	case nil:
	case yaml.MapSlice:
		for _, e := range v {
			name := plain(e.Key)
			i := slices.IndexFunc(r.spec.Dimensions, func(d Dimension) bool { return d.Name == name })
			if i < 0 {
				r.wrong("weights", "survey.spec.no_dimension", "value", name)
				continue
			}
			r.weight(&r.spec.Dimensions[i], e.Value)
		}
		r.wholeWeights(len(v))
	default:
		pattern := plain(v)
		if !strings.Contains(pattern, "{dimension}") {
			r.wrong("weights", "survey.spec.weights", "value", pattern)
		}
		for i, d := range r.spec.Dimensions {
			if !d.Apart {
				r.spec.Dimensions[i].Weight = strings.ReplaceAll(pattern, "{dimension}", d.Name)
			}
		}
	}
}

// weight reads that of one dimension. A number is a weight, whatever its sign: a
// column of that name would hide what is meant.
func (r *reading) weight(d *Dimension, v any) {
	field := "weights." + d.Name
	if _, err := strconv.ParseFloat(plain(v), 64); err != nil {
		if d.Weight = plain(v); d.Weight == "" {
			r.wrong(field, "survey.spec.no_column")
		}
		return
	}
	x, ok := number(v)
	if !ok || x < 0 {
		r.wrong(field, "survey.spec.weight_negative", "value", plain(v))
		return
	}
	d.Fixed, d.fixed = x, true
}

// wholeWeights asks for a weight of every dimension that counts, all columns or
// all numbers, of which one is more than nothing.
func (r *reading) wholeWeights(said int) {
	columns, fixed, counted, sum := 0, 0, 0, 0.0
	for _, d := range r.spec.Dimensions {
		if d.Apart {
			continue
		}
		counted++
		columns += one(d.Weight != "")
		fixed += one(d.fixed)
		sum += d.Fixed
	}
	switch {
	case len(r.many) > 0: // of that first
	case columns != counted && fixed != counted:
		r.wrong("weights", "survey.spec.weights_part")
	case fixed > 0 && !(sum > 0) && said > 0:
		r.wrong("weights", "survey.spec.weights_nothing")
	}
}

// groups reads "name: column" or "name: {column:, values:, compare:,
// population:}".
func (r *reading) groups(v yaml.MapSlice) {
	for _, e := range v {
		g := Group{Name: plain(e.Key), Column: plain(e.Value)}
		field := "groups." + g.Name
		if m, ok := e.Value.(yaml.MapSlice); ok {
			g.Column = ""
			for _, p := range m {
				switch key := plain(p.Key); key {
				case "column":
					g.Column = plain(p.Value)
				case "compare":
					g.Compare = r.list(field+".compare", p.Value)
				case "values":
					g.Values = r.values(field+".values", p.Value)
				case "population":
					g.Population = r.populations(field, p.Value)
				default:
					r.wrong(field, "survey.spec.unknown", "value", key, "choices", "column, values, compare, population")
				}
			}
		}
		if g.Column == "" {
			r.wrong(field, "survey.spec.no_column")
		}
		if n := len(g.Compare); n == 1 {
			r.wrong(field+".compare", "survey.spec.compare")
		}
		for _, name := range g.Compare {
			if len(g.Values) > 0 && !slices.ContainsFunc(g.Values, func(v Value) bool { return v.Called == name }) {
				r.wrong(field+".compare", "survey.spec.no_group", "value", name)
			}
		}
		r.spec.Groups = append(r.spec.Groups, g)
	}
}

// values reads "entry: name".
func (r *reading) values(field string, v any) (out []Value) {
	m, ok := v.(yaml.MapSlice)
	if !ok {
		r.wrong(field, "survey.spec.pairs")
	}
	for _, x := range m {
		if plain(x.Value) == "" {
			r.wrong(field, "survey.spec.no_name")
		}
		out = append(out, Value{plain(x.Key), plain(x.Value)})
	}
	return out
}

func (r *reading) populations(field string, v any) map[string]int {
	out := map[string]int{}
	m, ok := v.(yaml.MapSlice)
	if !ok {
		r.wrong(field+".population", "survey.spec.pairs")
	}
	for _, e := range m {
		n, err := strconv.Atoi(plain(e.Value))
		if err != nil || n < 0 {
			r.wrong(field+".population", "survey.spec.number", "value", plain(e.Value))
		}
		out[plain(e.Key)] = n
	}
	return out
}
