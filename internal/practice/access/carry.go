package access

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// RoleSheet describes roles as they are carried from one Kilter to another.
func RoleSheet(c *Catalogue) setting.Sheet {
	s := setting.NewSheet[Role](setting.Role, 0,
		setting.SeveralOf("grants", nil, func(d *Role) *[]string { return &d.Grants }),
		setting.BoolOf("asked", func(d *Role) *bool { return &d.Asked }),
		setting.SeveralOf("left", nil, func(d *Role) *[]string { return &d.Left }),
	)
	s.Check = func(_ *setting.All, f *setting.Form) error { return c.Check(f.Doc.(*Role).Grants) }
	return s
}

// SeparationSheet describes the centre's document about the three duties.
func SeparationSheet() setting.Sheet {
	return setting.DocumentSheet[Separation](setting.Centre, SeparationCode, nil)
}

// WithRights is the sheet of persons, with the rights they were given.
func WithRights(persons setting.Sheet) setting.Sheet {
	type P = people.Person
	roles := setting.RefsOf("roles", setting.Role, func(p *P) *[]int64 { return &p.Doc.Roles })
	reach := setting.ChoiceOf("reach", append([]string{""}, Reaches()...), func(p *P) *string { return &p.Doc.Reach })
	ends := setting.Attribute{
		Name: "ends", Type: setting.Line,
		Get: func(f *setting.Form) string {
			if t := f.Doc.(*P).Doc.Ends; !t.IsZero() {
				return t.UTC().Format(time.RFC3339Nano)
			}
			return ""
		},
		Set: func(f *setting.Form, v string) (err error) {
			p := f.Doc.(*P)
			if p.Doc.Ends = (time.Time{}); v == "" {
				return nil
			}
			if p.Doc.Ends, err = time.Parse(time.RFC3339Nano, v); err != nil {
				return fault.At("ends", "transfer.not_a_time")
			}
			return nil
		},
	}
	roles.Grant, reach.Grant, ends.Grant = "account.roles", "account.clear", "account.roles"
	persons.Fields = append(slices.Clone(persons.Fields), roles, reach, ends)
	return persons
}

// Breach is a rule about rights that a change would break: by whom or by what
// role, in which field.
type Breach struct {
	Kind  setting.Kind
	Code  string
	Fault *fault.Fault
}

// Breaches says which rules would be broken if these persons and roles became
// what they are here, with all settings as they would be: nobody holds too many
// duties, nobody widens his own rights, and somebody is left who can hand them
// out.
func (o *Office) Breaches(ctx context.Context, by people.Actor, all *setting.All, persons []people.Person, roles []*setting.Thing) ([]Breach, error) {
	held, err := o.Staff.Holders(ctx)
	if err != nil {
		return nil, err
	}
	b := &breaches{office: o, all: all, changed: map[people.ID]bool{}}
	before := slices.ContainsFunc(held, func(p people.Person) bool { return gives(o.Settings.All(), p.Doc.Roles) })
	for _, p := range persons {
		b.changed[p.ID] = true
		if p.ID == by.ID && by.ID != 0 {
			b.blame(setting.Human, p.Code, fault.At("roles", "access.own_rights"))
		}
	}
	after := slices.DeleteFunc(held, func(p people.Person) bool { return b.changed[p.ID] })
	for _, p := range persons {
		if !p.Retired {
			after = append(after, p)
		}
	}
	someone := false
	for _, p := range after {
		someone = someone || gives(all, p.Doc.Roles)
		if err := b.person(p, roles); err != nil {
			return nil, err
		}
	}
	if err := b.own(by, roles, after); err != nil {
		return nil, err
	}
	if before && !someone {
		if len(roles) > 0 {
			b.blame(setting.Role, roles[0].Code, fault.At("grants", "access.last_security"))
		} else {
			b.blame(setting.Human, persons[0].Code, fault.At("roles", "access.last_security"))
		}
	}
	return b.found, nil
}

// breaches gathers them.
type breaches struct {
	office  *Office
	all     *setting.All
	changed map[people.ID]bool
	found   []Breach
}

func (b *breaches) blame(k setting.Kind, code string, f *fault.Fault) {
	b.found = append(b.found, Breach{k, code, f})
}

// person looks at one holder's duties.
func (b *breaches) person(p people.Person, roles []*setting.Thing) error {
	g, err := Granted(b.all, p.Doc.Roles)
	if err != nil {
		return err
	}
	faults := fault.All(Apart(b.all, g))
	if len(faults) == 0 {
		return nil
	}
	if b.changed[p.ID] {
		b.blame(setting.Human, p.Code, faults[0])
		return nil
	}
	for _, r := range roles {
		if slices.Contains(p.Doc.Roles, r.ID) {
			b.blame(setting.Role, r.Code, fault.At("grants", "access.holder_duties").With("name", cmp.Or(p.Name, p.Code)))
			break
		}
	}
	return nil
}

// own looks whether whoever brings the roles holds one that grants more now.
func (b *breaches) own(by people.Actor, roles []*setting.Thing, after []people.Person) error {
	i := slices.IndexFunc(after, func(p people.Person) bool { return p.ID == by.ID && by.ID != 0 })
	if i < 0 {
		return nil
	}
	for _, r := range roles {
		if !slices.Contains(after[i].Doc.Roles, r.ID) {
			continue
		}
		was, now := Role{}, Role{}
		var err error
		if held := b.office.Settings.All().Find(setting.Role, r.ID); held != nil {
			if was, err = setting.Read[Role](*held); err != nil {
				return err
			}
		}
		if now, err = setting.Read[Role](*r); err != nil {
			return err
		}
		old := people.NewGrants(was.Grants...)
		if slices.ContainsFunc(now.Grants, func(g string) bool { return !old.Has(g) }) {
			b.blame(setting.Role, r.Code, fault.At("grants", "access.own_role"))
		}
	}
	return nil
}
