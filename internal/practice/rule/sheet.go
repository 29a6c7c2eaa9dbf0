package rule

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Checks is what saving a rule is checked against; a function left out knows
// nothing and lets everything pass.
type Checks struct {
	Desk   func(record.Kind) Desk
	World  func(all *setting.All, k record.Kind) World
	Fields func(record.Kind) query.Fields
	Person func(people.ID) bool // is there one, and in use
}

// Sheet describes rules as a kind of setting.
func Sheet(c Checks) setting.Sheet {
	type D = Rule
	kinds := make([]string, len(record.Kinds))
	for i, k := range record.Kinds {
		kinds[i] = string(k)
	}
	s := setting.NewSheet[D](setting.Rule, 0,
		setting.ChoiceOf("practice", kinds, func(d *D) *record.Kind { return &d.Practice }).InList(),
		setting.BoolOf("on", func(d *D) *bool { return &d.On }).InList(),
		setting.IntOf("order", 0, 9999, func(d *D) *int { return &d.Order }).InList(),
		setting.ChoiceOf("when", []string{string(OnDeed), string(After), string(InState), string(Daily)}, func(d *D) *When { return &d.When }).InList(),
		setting.SeveralOf("deeds", nil, func(d *D) *[]string { return &d.Deeds }),
		setting.TextOf("state", 40, func(d *D) *string { return &d.State }),
		setting.IntOf("hours", 0, 24*365, func(d *D) *int { return &d.Hours }),
		setting.TextOf("at", 5, func(d *D) *string { return &d.At }),
		setting.ChoiceOf("language", []string{string(Query), string(Expr)}, func(d *D) *Language { return &d.Language }),
		setting.TextOf("if", MostCondition, func(d *D) *string { return &d.If }),
		record.ActionsOf("then", func(d *D) *[]record.Action { return &d.Then }),
	)
	s.Check = func(all *setting.All, f *setting.Form) error { return c.check(all, f) }
	return s
}

// check reports all that is wrong with a rule.
func (c Checks) check(all *setting.All, f *setting.Form) error {
	d := f.Doc.(*Rule)
	var many fault.Many
	if f.ID == 0 && len(all.Of(setting.Rule)) >= MostRules {
		many = append(many, fault.New(fault.TooMuch, "rule.too_many").With("max", MostRules))
	}
	for _, err := range []error{c.when(d), c.condition(all, d), c.actions(all, d)} {
		if err := many.Add(err); err != nil {
			return err
		}
	}
	return many.Err()
}

// when checks what the rule is considered on.
func (c Checks) when(d *Rule) error {
	var many fault.Many
	if d.When == OnDeed || d.When == After {
		if len(d.Deeds) == 0 {
			many = append(many, fault.At("deeds", "rule.no_deed"))
		}
		if c.Desk != nil && c.Desk(d.Practice) != nil {
			known := c.Desk(d.Practice).Deeds()
			for _, deed := range d.Deeds {
				if !slices.Contains(known, deed) {
					many = append(many, fault.At("deeds", "rule.unknown_deed").With("deed", deed).With("near", query.Nearest(deed, known)).With("choices", strings.Join(known, ", ")))
				}
			}
		}
	}
	if d.When == InState && !c.knows(d) {
		many = append(many, fault.At("state", "rule.no_state"))
	}
	if (d.When == After || d.When == InState) && d.Hours < 1 {
		many = append(many, fault.At("hours", "rule.no_hours"))
	}
	if _, ok := clock(d.At); d.When == Daily && !ok {
		many = append(many, fault.At("at", "rule.no_time"))
	}
	return many.Err()
}

// knows reports whether the practice has the state.
func (c Checks) knows(d *Rule) bool {
	if c.Fields == nil {
		return d.State != ""
	}
	f, _ := c.Fields(d.Practice).Find("state")
	return slices.ContainsFunc(f.Choices, func(o query.Option) bool { return o.Code == d.State })
}

func (c Checks) condition(all *setting.All, d *Rule) error {
	if c.World == nil {
		return nil
	}
	_, err := Compile(d.Language, d.If, c.World(all, d.Practice))
	for _, f := range fault.All(err) {
		f.Field = "if"
	}
	return err
}

func (c Checks) actions(all *setting.All, d *Rule) error {
	if len(d.Then) == 0 {
		return fault.At("then", "rule.no_action")
	}
	acts := record.ActionChecks{Person: c.Person, Ground: func(k record.Kind) (record.Ground, bool) {
		if c.Desk == nil || c.Desk(k) == nil {
			return record.Ground{}, false
		}
		return Ground(c.Desk(k)), true
	}}
	return acts.Check(all, "then", d.Practice, d.Then)
}

// Ground is what the actions of rules can name: Kilter carries them out, whom
// nobody mistakes for the one who answers the requester.
func Ground(d Desk) record.Ground {
	g := d.Ground()
	g.Not, g.Nobody = []record.Doing{record.Answer}, true
	return g
}
