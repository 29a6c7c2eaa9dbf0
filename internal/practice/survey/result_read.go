package survey

import (
	"encoding/json"
	"slices"
	"strings"
)

// pairKey begins the key of a comparison of two groups.
const pairKey = "two_sample_"

// UnmarshalJSON reads what MarshalJSON wrote. The order of dimensions and of
// items is not in it: who needs it keeps it beside.
func (r *Result) UnmarshalJSON(text []byte) error {
	type bare Result
	if err := json.Unmarshal(text, (*bare)(r)); err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	r.Pairs = map[string]*Pair{}
	for key, part := range all {
		if !strings.HasPrefix(key, pairKey) {
			continue
		}
		p := new(Pair)
		if err := json.Unmarshal(part, p); err != nil {
			return err
		}
		r.Pairs[key] = p
	}
	return nil
}

// UnmarshalJSON reads the axes under their names.
func (g *IPA) UnmarshalJSON(text []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	read := func(key string, into any) (err error) {
		if part, ok := all[key]; ok {
			err = json.Unmarshal(part, into)
			delete(all, key)
		}
		return err
	}
	items := map[Label]map[string]json.RawMessage{}
	for _, step := range []func() error{
		func() error { return read("x_performance", &g.X) },
		func() error { return read("y_importance", &g.Y) },
		func() error { return read("cross_by", &g.By) },
		func() error { return read("cross_"+g.X, &g.CrossX) },
		func() error { return read("cross_"+g.Y, &g.CrossY) },
		func() error { return read("items", &items) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	g.Items, g.Lists = map[Label]*IPAItem{}, map[string][]Label{}
	for name, parts := range items {
		i := new(IPAItem)
		for key, into := range map[string]any{g.X: &i.X, g.Y: &i.Y, "quadrant": &i.Quadrant, "borderline": &i.Borderline, "priority": &i.Priority} {
			if err := json.Unmarshal(parts[key], into); err != nil {
				return err
			}
		}
		g.Items[name] = i
	}
	for name, part := range all {
		var list []Label
		if err := json.Unmarshal(part, &list); err != nil {
			return err
		}
		g.Lists[name] = slices.Clip(list)
	}
	return nil
}
