package signin

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// The groups of whom a second factor can be demanded, each holding the one
// before it.
const (
	Nobody         = "nobody"
	Administrators = "administrators"
	StaffOnly      = "staff"
	Everybody      = "everybody"
)

// Groups lists them.
func Groups() []string { return []string{Nobody, Administrators, StaffOnly, Everybody} }

// Bound is between which figures a rule can be set.
type Bound struct {
	Field    string
	Min, Max int
	At       func(*Rules) *int
}

// Bounds are the bounds of the rules that are figures. The least length is that
// of NIST SP 800-63B (eight characters) for a password with a lockout; the wait
// is at most a day, so that nobody can be kept out for ever by others' guesses.
func Bounds() []Bound {
	return []Bound{
		{"shortest", 8, 64, func(r *Rules) *int { return &r.Shortest }},
		{"history", 0, 24, func(r *Rules) *int { return &r.History }},
		{"max_days", 0, 3650, func(r *Rules) *int { return &r.MaxDays }},
		{"tries", 3, 20, func(r *Rules) *int { return &r.Tries }},
		{"wait_secs", 10, 3600, func(r *Rules) *int { return &r.WaitSecs }},
		{"max_secs", 60, 86400, func(r *Rules) *int { return &r.MaxSecs }},
		{"idle_mins", 5, 1440, func(r *Rules) *int { return &r.IdleMins }},
		{"max_hours", 1, 168, func(r *Rules) *int { return &r.MaxHours }},
	}
}

// Check reports what is wrong with rules.
func (r Rules) Check() error {
	var many fault.Many
	for _, b := range Bounds() {
		if n := *b.At(&r); n < b.Min || n > b.Max {
			_ = many.Add(fault.At(b.Field, "signin.rule_bounds").With("min", b.Min).With("max", b.Max)) // a fault adds without error
		}
	}
	if r.MaxSecs < r.WaitSecs {
		_ = many.Add(fault.At("max_secs", "signin.rule_wait")) // as above
	}
	if !slices.Contains(Groups(), r.Factor) {
		_ = many.Add(fault.At("factor", "people.no_such_choice")) // as above
	}
	return many.Err()
}

// SetRules arranges how people sign in; it holds for sessions that are open
// too, passwords and second factors are asked for at the next sign-in.
func (d *Door) SetRules(ctx context.Context, by people.Actor, r Rules) error {
	now, object := d.Now(), "centre:"+RulesCode
	if err := audit.Ask(ctx, d.Pen, by, now, "account.rules", object); err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	was, err := d.Rules()
	if err != nil {
		return err
	}
	t := setting.Thing{Kind: setting.Centre, Code: RulesCode, Name: people.Text{En: "Signing in", Zh: "登录规则"}}
	if held := d.Settings.All().Coded(setting.Centre, RulesCode); held != nil {
		t = *held
	}
	if err := setting.Write(&t, r); err != nil {
		return err
	}
	t.Changed = now
	row := audit.By(by, now, "account.rules", object)
	row.Detail = audit.Detail("was", was, "now", r)
	return d.Settings.Save(ctx, &t, row)
}

// RulesSheet describes the rules as they are carried from one Kilter to
// another.
func RulesSheet() setting.Sheet {
	return setting.DocumentSheet(setting.Centre, RulesCode, func(_ *setting.All, r Rules) error { return r.Check() })
}
