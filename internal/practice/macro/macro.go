// Package macro holds macros: lists of actions under a name, which a person
// carries out on a record or on many with one press. They are the actions of
// rules and templates; each is an ordinary deed of the desk, in the name and
// under the grants of whoever runs the macro, all of them or none.
package macro

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Macro is the document of one macro.
type Macro struct {
	Practice record.Kind     `json:"practice"`
	States   []flow.State    `json:"states,omitempty"` // in which it is offered; none is every state
	Teams    []people.TeamID `json:"teams,omitempty"`  // whose members are offered it; none is everybody
	Order    int             `json:"order,omitempty"`  // place in the list
	Then     []record.Action `json:"then,omitempty"`
}

// MostMacros is how many a centre may have.
const MostMacros = 300

// Deed is the grant of running macros on records of a practice; each action
// needs its own beside it.
func Deed(k record.Kind) string { return string(k) + ".macro" }

// Known is a macro with what it is called.
type Known struct {
	Code    string
	Version int64
	Name    people.Text
	Macro
}

// Tells reports whether somebody is told something by it, which a quiet bulk
// action must not swallow and nobody can take back.
func (m Macro) Tells() bool {
	return slices.ContainsFunc(m.Then, func(a record.Action) bool { return a.Do == record.Notify || a.Do == record.Answer })
}

// fits reports whether it is offered in a state; "" is any.
func (m Macro) fits(st flow.State) bool {
	return st == "" || len(m.States) == 0 || slices.Contains(m.States, st)
}

// offers reports whether it is for somebody.
func (m Macro) offers(by people.Actor) bool {
	return len(m.Teams) == 0 || slices.ContainsFunc(m.Teams, func(t people.TeamID) bool { return slices.Contains(by.Teams, t) })
}

// Desk is the desk of a practice, as macros use it.
type Desk interface {
	See(ctx context.Context, scope people.Scope, n record.Number) (record.Picture, error)
	Preview(ctx context.Context, by people.Actor, a record.Act, ns []record.Number) ([]record.Outcome, error)
	Bulk(ctx context.Context, by people.Actor, a record.Act, ns []record.Number) (int64, []record.Outcome, error)
	Single(ctx context.Context, by people.Actor, a record.Act, n record.Number) (int64, record.Outcome, error)
	Carry(ctx context.Context, by people.Actor, n record.Number, e record.Errand) ([]record.Change, error)
	Ground() record.Ground
}

// Room is where macros are offered and run.
type Room struct {
	Settings func() *setting.All
	Desks    map[record.Kind]Desk
	// World is an errand of somebody without its actions: what is known about the
	// world around it.
	World func(by people.Actor) record.Errand
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
}

// Offered lists what somebody is offered on records of a practice in a state,
// in the order of the list; with no state in any.
func (r *Room) Offered(by people.Actor, k record.Kind, st flow.State) ([]Known, error) {
	if err := by.May(Deed(k)); err != nil {
		return nil, err
	}
	var out []Known
	for _, t := range r.Settings().Of(setting.Macro) {
		if t.Retired {
			continue
		}
		m, err := setting.Read[Macro](*t)
		if err != nil {
			return nil, err
		}
		if m.Practice == k && m.fits(st) && m.offers(by) {
			out = append(out, Known{t.Code, t.Version, t.Name, m})
		}
	}
	slices.SortStableFunc(out, func(a, b Known) int {
		if a.Order != b.Order {
			return a.Order - b.Order
		}
		return strings.Compare(a.Code, b.Code)
	})
	return out, nil
}

// On lists what somebody is offered on a record that he sees.
func (r *Room) On(ctx context.Context, by people.Actor, k record.Kind, n record.Number) ([]Known, error) {
	desk, err := r.desk(by, k)
	if err != nil {
		return nil, err
	}
	pic, err := desk.See(ctx, by.Scope, n)
	if err != nil {
		return nil, err
	}
	return r.Offered(by, k, pic.State)
}

// desk is that of a practice, for somebody who may read its records.
func (r *Room) desk(by people.Actor, k record.Kind) (Desk, error) {
	for _, deed := range []string{string(k) + ".read", Deed(k)} {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	if desk := r.Desks[k]; desk != nil {
		return desk, nil
	}
	return nil, fault.New(fault.Missing, "macro.no_such")
}

// Find is a macro that somebody is offered, by its code; to whom it is not
// offered it is missing.
func (r *Room) Find(by people.Actor, k record.Kind, code string) (Known, error) {
	all, err := r.Offered(by, k, "")
	if err != nil {
		return Known{}, err
	}
	i := slices.IndexFunc(all, func(m Known) bool { return m.Code == code })
	if i < 0 {
		return Known{}, fault.New(fault.Missing, "macro.no_such").With("macro", code)
	}
	return all[i], nil
}

// Act is a macro as something that is done to records: in somebody's name, or
// refused because it is not offered to him.
func (r *Room) Act(by people.Actor, k record.Kind, code string) (record.Act, error) {
	m, err := r.Find(by, k, code)
	if err != nil {
		return record.Act{}, err
	}
	e := r.World(by)
	e.Actions, e.States, e.Label = m.Then, m.States, m.Name.In(e.Lang)
	e.Author = record.Author{By: record.MacroField, Code: m.Code, Version: m.Version}
	return record.Act{Does: &e, Loud: m.Tells()}, nil
}

// Template is a template for new records that somebody is offered, by its code,
// and what is done to a record after it was registered with it; nil for nothing.
func (r *Room) Template(by people.Actor, k record.Kind, code string) (record.Canned, *record.Errand, error) {
	all, err := record.Templates(r.Settings(), k, record.UseForm, by.Teams)
	if err != nil {
		return record.Canned{}, nil, err
	}
	i := slices.IndexFunc(all, func(t record.Canned) bool { return t.Code == code })
	if i < 0 {
		return record.Canned{}, nil, fault.At("template", "template.no_such").With("template", code)
	}
	t := all[i]
	if len(t.Then) == 0 {
		return t, nil, nil
	}
	e := r.World(by)
	e.Actions, e.Label = t.Then, t.Name.In(e.Lang)
	e.Author = record.Author{By: record.TemplateField, Code: t.Code, Version: t.Version}
	return t, &e, nil
}

// Registering registers a record and does to it what a template says, in one
// transaction: what is refused of it lets nothing be registered. With nothing
// to do after it, it only registers.
func (r *Room) Registering(ctx context.Context, by people.Actor, k record.Kind, after *record.Errand, register func(context.Context) (record.Number, error)) error {
	if after == nil {
		_, err := register(ctx)
		return err
	}
	return r.Together(ctx, func(ctx context.Context) error {
		n, err := register(ctx)
		if err != nil {
			return err
		}
		_, err = r.Desks[k].Carry(ctx, by, n, *after)
		return err
	})
}

// Preview says what a macro would do to records, one by one, and does nothing:
// what would change, or which action is refused and why.
func (r *Room) Preview(ctx context.Context, by people.Actor, k record.Kind, code string, ns ...record.Number) ([]record.Outcome, error) {
	desk, err := r.desk(by, k)
	if err != nil {
		return nil, err
	}
	act, err := r.Act(by, k, code)
	if err != nil {
		return nil, err
	}
	return desk.Preview(ctx, by, act, ns)
}

// Run carries a macro out on a record, all of it or nothing. The number undoes
// it; 0 when whoever ran it may take nothing back.
func (r *Room) Run(ctx context.Context, by people.Actor, k record.Kind, code string, n record.Number) (int64, record.Outcome, error) {
	desk, err := r.desk(by, k)
	if err != nil {
		return 0, record.Outcome{}, err
	}
	act, err := r.Act(by, k, code)
	if err != nil {
		return 0, record.Outcome{}, err
	}
	return desk.Single(ctx, by, act, n)
}
