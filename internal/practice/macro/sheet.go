package macro

import (
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Sheet describes macros as a kind of setting.
func Sheet(c record.ActionChecks) setting.Sheet {
	type D = Macro
	kinds := make([]string, len(record.Kinds))
	for i, k := range record.Kinds {
		kinds[i] = string(k)
	}
	s := setting.NewSheet[D](setting.Macro, 0,
		setting.ChoiceOf("practice", kinds, func(d *D) *record.Kind { return &d.Practice }).InList(),
		setting.SeveralOf("states", nil, func(d *D) *[]flow.State { return &d.States }),
		setting.RefsOf("teams", setting.Team, func(d *D) *[]people.TeamID { return &d.Teams }).InList(),
		setting.IntOf("order", 0, 9999, func(d *D) *int { return &d.Order }).InList(),
		record.ActionsOf("then", func(d *D) *[]record.Action { return &d.Then }),
	)
	s.Check = func(all *setting.All, f *setting.Form) error { return check(c, all, f) }
	return s
}

func check(c record.ActionChecks, all *setting.All, f *setting.Form) error {
	d := f.Doc.(*Macro)
	var many fault.Many
	if f.ID == 0 && len(all.Of(setting.Macro)) >= MostMacros {
		many = append(many, fault.New(fault.TooMuch, "macro.too_many").With("max", MostMacros))
	}
	if c.Ground != nil {
		if g, ok := c.Ground(d.Practice); ok {
			for _, st := range d.States {
				if !slices.Contains(g.States, st) {
					many = append(many, fault.At("states", "macro.no_state").With("state", string(st)))
				}
			}
		}
	}
	if len(d.Then) == 0 {
		many = append(many, fault.At("then", "rule.no_action"))
	}
	if err := many.Add(c.Check(all, "then", d.Practice, d.Then)); err != nil {
		return err
	}
	return many.Err()
}
