package view

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Alerting lists the saved views, of whatever reach, that tell their readers
// when they show more than a number.
func (v *Views) Alerting() ([]View, error) {
	var out []View
	for _, t := range v.Keeper.All().Of(setting.View) {
		one, err := read(t)
		if err != nil {
			return nil, err
		}
		if !t.Retired && one.Doc.Alert > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

// Hears reports whether a view alerts a person: it is one of his, he works on
// records of its kind, and he has it in his rail. Taking it off the rail ends
// the alerts without taking the view from anybody.
func Hears(p people.Person, by people.Actor, w View) bool {
	rail := strings.Fields(p.Doc.Prefs[railPref(w.Kind)])
	return by.Staff && by.Can(string(w.Kind)+".read") && has(by, w.Doc) && Pinned(rail, w.Code, w.Pin)
}

// Above reports whether a view shows its reader more records than its number.
// It counts no further than that.
func (v *Views) Above(ctx context.Context, by people.Actor, w View) (bool, error) {
	q, err := v.Query(by, w)
	if err != nil {
		return false, err
	}
	n, err := v.Ledger.Count(ctx, by.Scope, q, w.Doc.Alert+1)
	return n > w.Doc.Alert, err
}

// Named finds saved views by their ids, for whoever still has them.
func (v *Views) Named(by people.Actor, ids []int64) (map[int64]View, error) {
	out := map[int64]View{}
	for _, t := range v.Keeper.All().Of(setting.View) {
		if t.Retired || !slices.Contains(ids, t.ID) {
			continue
		}
		one, err := read(t)
		if err != nil {
			return nil, err
		}
		if has(by, one.Doc) {
			out[t.ID] = one
		}
	}
	return out, nil
}
