package directory

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

func offerings() setting.Sheet {
	type D = catalogue.Offering
	s := setting.NewSheet[D](setting.Offering, 0,
		stateOf(func(d *D) *catalogue.State { return &d.State }),
		setting.ChoiceOf("group", catalogue.Groups, func(d *D) *catalogue.Group { return &d.Group }).InList(),
		setting.RefOf("service", setting.Service, func(d *D) *int64 { return &d.Service }).InList(),
		setting.IntOf("hours", 0, 2000, func(d *D) *int { return &d.Hours }).InList(),
		setting.ChoiceOf("icon", catalogue.Icons, func(d *D) *string { return &d.Icon }),
		setting.TextOf("summary_en", 200, func(d *D) *string { return &d.Summary.En }),
		setting.TextOf("summary_zh", 200, func(d *D) *string { return &d.Summary.Zh }),
		setting.TextOf("description_en", 4000, func(d *D) *string { return &d.Description.En }),
		setting.TextOf("description_zh", 4000, func(d *D) *string { return &d.Description.Zh }),
		setting.TextOf("next_en", 1000, func(d *D) *string { return &d.Next.En }),
		setting.TextOf("next_zh", 1000, func(d *D) *string { return &d.Next.Zh }),
		setting.TextOf("cost_en", 200, func(d *D) *string { return &d.Cost.En }),
		setting.TextOf("cost_zh", 200, func(d *D) *string { return &d.Cost.Zh }),
		setting.ChoiceOf("audience", []string{"all", "staff", "departments"}, func(d *D) *catalogue.Audience { return &d.Audience }),
		setting.RefsOf("for", setting.Department, func(d *D) *[]people.DepartmentID { return &d.For }),
		setting.RefsOf("zones", setting.Zone, func(d *D) *[]people.ZoneID { return &d.Zones }),
		setting.TextOf("words", 300, func(d *D) *string { return &d.Words }),
		setting.TableOf("questions", func(d *D) *form.Form { return &d.Questions }),
		naming(setting.TableOf("stages", func(d *D) *[]catalogue.Stage { return &d.Stages }),
			setting.Inside{Path: "*.who.*.person", Kind: setting.Human}, setting.Inside{Path: "*.who.*.team", Kind: setting.Team}),
		naming(setting.TableOf("plan", func(d *D) *[]catalogue.Step { return &d.Plan }), setting.Inside{Path: "*.team", Kind: setting.Team}),
		setting.BoolOf("four_eyes", func(d *D) *bool { return &d.FourEyes }),
		setting.ChoiceOf("opens", catalogue.Openings, func(d *D) *catalogue.Opening { return &d.Opens }),
	)
	s.Check = checkOffering
	return s
}

// checkOffering holds that what is published can be ordered and fulfilled.
func checkOffering(_ *setting.All, f *setting.Form) error {
	d := f.Doc.(*catalogue.Offering)
	var many fault.Many
	if !f.Retired && (d.State == catalogue.Published || d.State == catalogue.Retiring) {
		for field, empty := range map[string]bool{"service": d.Service == 0, "hours": d.Hours == 0, "plan": len(d.Plan) == 0} {
			if empty {
				many = append(many, fault.At(field, "directory.offering_needs"))
			}
		}
	}
	if d.Audience == catalogue.Departments && len(d.For) == 0 {
		many = append(many, fault.At("for", "setting.required"))
	}
	if d.FourEyes && !slices.ContainsFunc(d.Plan, func(s catalogue.Step) bool { return s.Executes }) {
		many = append(many, fault.At("four_eyes", "directory.nothing_executes"))
	}
	if err := many.Add(d.Check()); err != nil {
		return err
	}
	slices.SortStableFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return many.Err()
}

// below spells out a department with those under it.
func (v *View) below(dep people.DepartmentID) []people.DepartmentID {
	var out []people.DepartmentID
	for _, id := range v.All.Below(int64(dep)) {
		out = append(out, people.DepartmentID(id))
	}
	return out
}

// Offering is one of the catalogue that a person may order now.
func (d *Directory) Offering(by people.Actor, id int64) (catalogue.Offering, *setting.Thing, bool) {
	v := d.View()
	o, ok := v.offerings[id]
	t := v.All.Find(setting.Offering, id)
	if !ok || t == nil || t.Retired {
		return o, nil, false
	}
	who, _ := d.Roll.Find(by.ID)
	return o, t, o.Offered(by, who.Department, v.below)
}

// Offerings lists what a person may order, in order of their code.
func (d *Directory) Offerings(by people.Actor) []*setting.Thing {
	var out []*setting.Thing
	for _, t := range d.View().All.Of(setting.Offering) {
		if _, _, ok := d.Offering(by, t.ID); ok {
			out = append(out, t)
		}
	}
	return out
}

// Offering is what is kept of an offering, in use or not; the zero value when
// there is none.
func (v *View) Offering(id int64) catalogue.Offering { return v.offerings[id] }

// Kept is an offering as it is kept, published or not; false when there is
// none.
func (d *Directory) Kept(id int64) (*setting.Thing, catalogue.Offering, bool) {
	v := d.View()
	o, ok := v.offerings[id]
	t := v.All.Find(setting.Offering, id)
	return t, o, ok && t != nil
}
