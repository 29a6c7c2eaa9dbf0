package access

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// first are the rooms that there were when roles did not remember yet what was
// decided about them; those of them that grew since have their deeds then.
var first = map[string][]string{
	"setting": nil, "directory": nil, "import": nil, "backup": nil, "demo": nil, "system": nil,
	"account": nil, "role": nil, "session": nil, "token": nil, "privacy": nil, "inspect": nil, "audit": nil,
	"people": nil, "report": nil, "view": nil, "template": nil, "routing": nil,
	"incident": nil, "contact": nil, "knowledge": {"knowledge.read"},
}

// Newer lists the deeds that the starter role of this code has and that nobody
// has decided about for this one: they were not among its starter's when it was
// last saved, mostly because Kilter did not know them yet. A role that remembers
// nothing was saved before roles did; for it these are the deeds of rooms that
// came later and of which it has nothing.
func (c *Catalogue) Newer(code string, r Role) []string {
	missing := c.missing(code, r.Grants)
	if r.Asked {
		return slices.DeleteFunc(missing, func(d string) bool { return slices.Contains(r.Left, d) })
	}
	return slices.DeleteFunc(missing, func(d string) bool {
		room := roomOf(d)
		then, old := first[room]
		if old && (then == nil || slices.Contains(then, d)) {
			return true
		}
		return slices.ContainsFunc(r.Grants, func(g string) bool { return roomOf(g) == room && !slices.Contains(then, g) })
	})
}

// missing lists the deeds of the starter role of this code that grants do not
// contain, sorted.
func (c *Catalogue) missing(code string, grants []string) []string {
	starter := people.NewGrants(starterGrants(code)...)
	has := people.NewGrants(grants...)
	return slices.DeleteFunc(slices.Clone(c.deeds), func(d string) bool { return !starter.Has(d) || has.Has(d) })
}

func starterGrants(code string) []string {
	for _, s := range StarterRoles() {
		if s.Code == code {
			return s.Grants
		}
	}
	return nil
}

// remembered is a role that somebody saves now: what its starter has and it has
// not was left out on purpose.
func (c *Catalogue) remembered(code string, grants []string) Role {
	return Role{Grants: grants, Asked: true, Left: c.missing(code, grants)}
}

// widened are grants with newer deeds among them: with the whole room where the
// starter has it whole and all of it is new, so that what comes later is in it.
func (c *Catalogue) widened(code string, grants, newer []string) []string {
	out := slices.DeleteFunc(slices.Clone(grants), func(g string) bool { return c.Check([]string{g}) != nil }) // what has gone is dropped
	whole := map[string]bool{}
	for _, g := range starterGrants(code) {
		room, all := strings.CutSuffix(g, ".*")
		if all && len(c.Room(room)) > 0 && !slices.ContainsFunc(c.Room(room), func(d string) bool { return !slices.Contains(newer, d) }) {
			whole[room] = true
			out = append(out, g)
		}
	}
	for _, d := range newer {
		if !whole[roomOf(d)] {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Outdated is a role in use that lacks newer deeds of its starter.
type Outdated struct {
	Role  *setting.Thing
	Deeds []string
}

// Outdated lists the roles in use that lack newer deeds.
func (o *Office) Outdated() ([]Outdated, error) {
	var out []Outdated
	for _, t := range o.Settings.All().Of(setting.Role) {
		doc, err := setting.Read[Role](*t)
		if err != nil {
			return nil, err
		}
		if newer := o.Catalogue.Newer(t.Code, doc); len(newer) > 0 && !t.Retired {
			out = append(out, Outdated{t, newer})
		}
	}
	return out, nil
}

// Renew gives a role the newer deeds of its starter; the same rules hold as when
// it is saved. One that lacks none is a Conflict.
func (o *Office) Renew(ctx context.Context, by people.Actor, t *setting.Thing) error {
	doc, err := setting.Read[Role](*t)
	if err != nil {
		return err
	}
	newer := o.Catalogue.Newer(t.Code, doc)
	if len(newer) == 0 {
		if err := by.May("role.edit"); err != nil {
			return err
		}
		return fault.New(fault.Conflict, "access.nothing_newer")
	}
	return o.SaveRole(ctx, by, t, o.Catalogue.widened(t.Code, doc.Grants, newer))
}
