package view

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// People keeps what a person has arranged for himself.
type People interface {
	Person(ctx context.Context, id people.ID) (people.Person, error)
	SavePerson(ctx context.Context, p *people.Person, log ...audit.Row) error
}

// mostArranged bounds how many views a rail names.
const mostArranged = 100

// railPref is the preference that holds the order of a person's rail.
func railPref(k record.Kind) string { return "rail." + string(k) }

// Rail is the order in which a person has his views of a kind: their codes; a
// minus before one takes it off the rail. Views it does not name stand behind
// those it does. Nobody's rail is empty until he arranges it.
func (v *Views) Rail(ctx context.Context, who people.ID, k record.Kind) ([]string, error) {
	if v.People == nil || who == 0 {
		return nil, nil
	}
	p, err := v.People.Person(ctx, who)
	if err != nil {
		return nil, err
	}
	return strings.Fields(p.Doc.Prefs[railPref(k)]), nil
}

// Arrange keeps the order of a person's own rail.
func (v *Views) Arrange(ctx context.Context, by people.Actor, k record.Kind, codes []string) error {
	if v.People == nil || by.ID == 0 || len(codes) > mostArranged {
		return fault.New(fault.Missing, "view.no_such")
	}
	for _, c := range codes {
		if len(c) > 60 || strings.ContainsFunc(c, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return fault.New(fault.Missing, "view.no_such")
		}
	}
	p, err := v.People.Person(ctx, by.ID)
	if err != nil {
		return err
	}
	prefs := people.Prefs{}
	for name, value := range p.Doc.Prefs {
		prefs[name] = value
	}
	prefs[railPref(k)] = strings.Join(codes, " ")
	p.Doc.Prefs, p.Changed = prefs, v.Now()
	return v.People.SavePerson(ctx, &p, audit.By(by, v.Now(), "view.arrange", "rail:"+string(k)))
}

// Pinned reports whether a view stands on a rail: as its owner arranged, else
// as its maker meant it.
func Pinned(rail []string, code string, usual bool) bool {
	switch {
	case slices.Contains(rail, "-"+code):
		return false
	case slices.Contains(rail, code):
		return true
	}
	return usual
}

// Shift moves a view one place up (-1) or down (1) among codes.
func Shift(codes []string, code string, by int) []string {
	out := slices.Clone(codes)
	i := slices.IndexFunc(out, func(c string) bool { return strings.TrimPrefix(c, "-") == code })
	if j := i + by; i >= 0 && j >= 0 && j < len(out) {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// MayKeep reports whether a person may change and retire a view.
func MayKeep(by people.Actor, w View) bool { return w.ID != 0 && mayKeep(by, w.Doc) == nil }
