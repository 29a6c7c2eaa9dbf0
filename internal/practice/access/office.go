package access

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Staff keeps the persons whose rights are administered.
type Staff interface {
	Persons
	SavePerson(ctx context.Context, p *people.Person, log ...audit.Row) error
	Holders(ctx context.Context) ([]people.Person, error) // persons in office who hold any role
}

// Office is where the security administrator hands out roles, reach and
// clearance.
type Office struct {
	Staff     Staff
	Settings  *setting.Keeper
	Catalogue *Catalogue
	Pen       audit.Pen
	Now       func() time.Time
}

// Rights are what the security administrator gives a person.
type Rights struct {
	Roles   []int64
	Reach   string
	Cleared []people.ZoneID
	Ends    time.Time // the account's last moment; zero: none
}

// RightsOf are the rights a person has.
func RightsOf(p people.Person) Rights {
	return Rights{Roles: p.Doc.Roles, Reach: p.Doc.Reach, Cleared: p.Doc.Cleared, Ends: p.Doc.Ends}
}

// SetRights gives a person rights in place of those he has. Nobody gives
// rights to himself.
func (o *Office) SetRights(ctx context.Context, by people.Actor, id people.ID, version int64, r Rights) error {
	p, err := o.Staff.Person(ctx, id)
	if err != nil {
		return err
	}
	if version != 0 && version != p.Version {
		return fault.New(fault.Conflict, "people.changed_meanwhile")
	}
	was := RightsOf(p)
	if err := o.mayGive(ctx, by, p, was, r); err != nil {
		return err
	}
	all := o.Settings.All()
	if err := o.fit(all, was, r); err != nil {
		return err
	}
	p.Doc.Roles, p.Doc.Reach, p.Doc.Cleared, p.Doc.Ends = r.Roles, r.Reach, r.Cleared, r.Ends
	if err := o.keepOne(ctx, all, p); err != nil {
		return err
	}
	now := o.Now()
	p.Changed = now
	row := audit.By(by, now, "account.roles", object(id))
	row.Detail = audit.Detail("was", written(all, was), "now", written(all, r))
	return o.Staff.SavePerson(ctx, &p, row)
}

func (o *Office) mayGive(ctx context.Context, by people.Actor, p people.Person, was, r Rights) error {
	deeds := []string{"account.roles"}
	if was.Reach != r.Reach || !slices.Equal(was.Cleared, r.Cleared) {
		deeds = append(deeds, "account.clear")
	}
	for _, deed := range deeds {
		if err := audit.Ask(ctx, o.Pen, by, o.Now(), deed, object(p.ID)); err != nil {
			return err
		}
	}
	if by.ID == p.ID {
		return audit.Refuse(ctx, o.Pen, audit.By(by, o.Now(), "account.roles", object(p.ID)), fault.New(fault.Denied, "access.own_rights"))
	}
	return nil
}

// fit reports what is wrong with rights as such, in the place of others. A zone
// that is no longer in use may stay, but is not given anew.
func (o *Office) fit(all *setting.All, was, r Rights) error {
	var many fault.Many
	for _, id := range r.Roles {
		if t := all.Find(setting.Role, id); t == nil || t.Retired {
			_ = many.Add(fault.At("roles", "access.no_such_role")) // a fault adds without error
		}
	}
	if !slices.Contains(Reaches(), r.Reach) && r.Reach != "" {
		_ = many.Add(fault.At("reach", "access.no_such_reach"))
	}
	for _, z := range r.Cleared {
		if t := all.Find(setting.Zone, int64(z)); t == nil || t.Retired && !slices.Contains(was.Cleared, z) {
			_ = many.Add(fault.At("cleared", "access.no_such_zone"))
		}
	}
	grants, err := Granted(all, r.Roles)
	if err != nil {
		return err
	}
	if err := many.Add(Apart(all, grants)); err != nil {
		return err
	}
	return many.Err()
}

// keepOne refuses to take the last security administrator's office away, for
// then nobody could give it to anybody.
func (o *Office) keepOne(ctx context.Context, all *setting.All, changed people.Person) error {
	holders, err := o.Staff.Holders(ctx)
	if err != nil {
		return err
	}
	found, before := false, false
	for _, h := range holders {
		if h.ID == changed.ID {
			before = before || gives(all, h.Doc.Roles)
			h = changed
		}
		found = found || gives(all, h.Doc.Roles)
	}
	if before && !found {
		return fault.At("roles", "access.last_security")
	}
	return nil
}

// gives reports whether the roles allow handing out roles.
func gives(all *setting.All, roles []int64) bool {
	g, err := Granted(all, roles)
	return err == nil && g.Has("account.roles")
}

// SaveRole adds a role or changes one. Nobody widens a role that he holds
// himself, and no holder of the role may come to hold too many duties by it.
func (o *Office) SaveRole(ctx context.Context, by people.Actor, t *setting.Thing, grants []string) error {
	now, what := o.Now(), "role:"+t.Code
	if err := audit.Ask(ctx, o.Pen, by, now, "role.edit", what); err != nil {
		return err
	}
	var many fault.Many
	if t.Code == "" {
		_ = many.Add(fault.At("code", "record.required")) // a fault adds without error
	}
	if t.Name.En == "" && t.Name.Zh == "" {
		_ = many.Add(fault.At("name", "record.required"))
	}
	grants = slices.Clone(grants)
	slices.Sort(grants)
	grants = slices.Compact(grants)
	if err := many.Add(o.Catalogue.Check(grants)); err != nil {
		return err
	}
	if err := many.Err(); err != nil {
		return err
	}
	all, was := o.Settings.All(), Role{}
	if held := all.Find(setting.Role, t.ID); held != nil {
		var err error
		if was, err = setting.Read[Role](*held); err != nil {
			return err
		}
	}
	if err := o.widens(ctx, by, all, t, was, grants); err != nil {
		return err
	}
	t.Kind, t.Changed = setting.Role, now
	if err := setting.Write(t, o.Catalogue.remembered(t.Code, grants)); err != nil {
		return err
	}
	row := audit.By(by, now, "role.edit", what)
	row.Detail = audit.Detail("was", was.Grants, "now", grants, "retired", t.Retired)
	return o.Settings.Save(ctx, t, row)
}

// widens looks at everybody who holds the role.
func (o *Office) widens(ctx context.Context, by people.Actor, all *setting.All, t *setting.Thing, was Role, grants []string) error {
	if t.ID == 0 {
		return Apart(all, people.NewGrants(grants...))
	}
	holders, err := o.Staff.Holders(ctx)
	if err != nil {
		return err
	}
	old, after := people.NewGrants(was.Grants...), map[bool]bool{}
	for _, h := range holders {
		if !slices.Contains(h.Doc.Roles, t.ID) {
			after[gives(all, h.Doc.Roles)] = true
			continue
		}
		if h.ID == by.ID && slices.ContainsFunc(grants, func(g string) bool { return !old.Has(g) }) {
			return audit.Refuse(ctx, o.Pen, audit.By(by, o.Now(), "role.edit", "role:"+t.Code), fault.New(fault.Denied, "access.own_role"))
		}
		others := slices.DeleteFunc(slices.Clone(h.Doc.Roles), func(id int64) bool { return id == t.ID })
		g, err := Granted(all, others)
		if err != nil {
			return err
		}
		if !t.Retired {
			for _, grant := range grants {
				g[grant] = struct{}{}
			}
		}
		if err := Apart(all, g); err != nil {
			return fault.At("grants", "access.holder_duties").With("name", h.Name)
		}
		after[g.Has("account.roles")] = true
	}
	if !after[true] && old.Has("account.roles") {
		return fault.At("grants", "access.last_security")
	}
	return nil
}

// Separate sets whether one person may hold two of the three duties.
func (o *Office) Separate(ctx context.Context, by people.Actor, two bool) error {
	now := o.Now()
	if err := audit.Ask(ctx, o.Pen, by, now, "role.edit", "centre:"+SeparationCode); err != nil {
		return err
	}
	all := o.Settings.All()
	if !two {
		holders, err := o.Staff.Holders(ctx)
		if err != nil {
			return err
		}
		for _, h := range holders {
			g, err := Granted(all, h.Doc.Roles)
			if err != nil {
				return err
			}
			if len(held(g)) > 1 {
				return fault.At("two", "access.still_two").With("name", h.Name)
			}
		}
	}
	return SaveSeparation(ctx, o.Settings, by, now, two)
}

// SaveSeparation writes the centre's setting; the first start calls it with
// what its founders chose.
func SaveSeparation(ctx context.Context, k *setting.Keeper, by people.Actor, now time.Time, two bool) error {
	t := setting.Thing{Kind: setting.Centre, Code: SeparationCode, Name: people.Text{En: "Separation of duties", Zh: "三员分立"}}
	if held := k.All().Coded(setting.Centre, SeparationCode); held != nil {
		t = *held
	}
	if err := setting.Write(&t, Separation{Two: two}); err != nil {
		return err
	}
	t.Changed = now
	row := audit.By(by, now, "role.edit", "centre:"+SeparationCode)
	row.Detail = audit.Detail("two", two)
	return k.Save(ctx, &t, row)
}

// Seed adds the starter roles to a centre that has none.
func Seed(ctx context.Context, k *setting.Keeper, now time.Time) error {
	if len(k.All().Of(setting.Role)) > 0 {
		return nil
	}
	things, err := Things()
	if err != nil {
		return err
	}
	for i := range things {
		things[i].Changed = now
		row := audit.By(people.System(people.ViaJob), now, "role.edit", "role:"+things[i].Code)
		err := k.Save(ctx, &things[i], row)
		if err != nil && !fault.Is(err, fault.Invalid) { // another node was faster
			return err
		}
	}
	return nil
}

// DutiesOf names the duties a person's roles give him.
func DutiesOf(all *setting.All, p people.Person) ([]string, error) {
	g, err := Granted(all, p.Doc.Roles)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range held(g) {
		out = append(out, string(d))
	}
	return out, nil
}

// written is rights as the audit log keeps them.
func written(all *setting.All, r Rights) map[string]any {
	codes := make([]string, 0, len(r.Roles))
	for _, id := range r.Roles {
		if t := all.Find(setting.Role, id); t != nil {
			codes = append(codes, t.Code)
		}
	}
	zones := make([]string, 0, len(r.Cleared))
	for _, id := range r.Cleared {
		if t := all.Find(setting.Zone, int64(id)); t != nil {
			zones = append(zones, t.Code)
		}
	}
	out := map[string]any{"roles": codes, "reach": r.Reach, "zones": zones}
	if !r.Ends.IsZero() {
		out["ends"] = r.Ends.UTC().Format(time.RFC3339)
	}
	return out
}

func object(id people.ID) string { return "person:" + strconv.FormatInt(int64(id), 10) }
