package cmdb

import (
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Sheets describes classes, types of relations, trusted keys and what a centre arranges for
// the analysis of impact as settings: API and imports of settings work on them
// as on every other kind.
func Sheets() setting.Sheets {
	return setting.Sheets{classSheet(), relationSheet(), impactSheet(), sourcesSheet(), trustSheet()}
}

func classSheet() setting.Sheet {
	type D = ClassDoc
	s := setting.NewSheet[D](setting.ItemClass, 6,
		setting.BoolOf("abstract", func(d *D) *bool { return &d.Abstract }).InList(),
		setting.TextOf("icon", 40, func(d *D) *string { return &d.Icon }),
		setting.TableOf("attributes", func(d *D) *[]Attribute { return &d.Attributes }),
		setting.SeveralOf("identity", Rules, func(d *D) *[]string { return &d.Identity }),
		setting.SeveralOf("must", FieldNames, func(d *D) *[]string { return &d.Must }),
		setting.IntOf("audit", 1, 60, func(d *D) *int { return &d.Audit }).InList(),
	)
	s.Check = checkClass
	return s
}

// checkClass says what is wrong with a class in view of the whole model.
func checkClass(all *setting.All, f *setting.Form) error {
	d := f.Doc.(*ClassDoc)
	var many fault.Many
	held := all.Find(setting.ItemClass, f.ID)
	if held != nil && held.Code != f.Code {
		many = append(many, fault.At("code", "cmdb.code_fixed"))
	}
	m, err := ModelOf(all)
	if err != nil {
		return err
	}
	if held != nil && f.Retired && !held.Retired {
		joined, pointed := m.uses(Class(f.Code))
		if named := append(joined, pointed...); len(named) > 0 {
			many = append(many, fault.New(fault.Conflict, "setting.in_use").With("n", len(named)).With("by", strings.Join(named, ", ")))
		}
	}
	names := map[string]bool{}
	for n, a := range d.Attributes {
		row := fmt.Sprintf("attributes[%d].", n)
		if err := many.Add(a.check(row, m)); err != nil {
			return err
		}
		if names[a.Name] {
			many = append(many, fault.At(row+"name", "cmdb.attribute_twice").With("name", a.Name))
		}
		names[a.Name] = true
		// Items of all classes keep their attributes in one kind of document,
		// and a list may show them beside each other.
		for _, other := range m.Classes() {
			if b, ok := other.Find(a.Name); ok && other.Code != Class(f.Code) && b.Type != a.Type {
				many = append(many, fault.At(row+"type", "cmdb.attribute_other_type").With("name", a.Name).With("type", string(b.Type)).With("class", string(other.Code)))
				break
			}
		}
	}
	if len(d.Attributes) > 100 {
		many = append(many, fault.At("attributes", "cmdb.too_many_attributes").With("max", 100))
	}
	return many.Err()
}

func relationSheet() setting.Sheet {
	type D = RelationType
	s := setting.NewSheet[D](setting.RelationType, 0,
		setting.TextOf("back_en", 200, func(d *D) *string { return &d.Back.En }).InList(),
		setting.TextOf("back_zh", 200, func(d *D) *string { return &d.Back.Zh }),
		setting.SeveralOf[D, Class]("from", nil, func(d *D) *[]Class { return &d.From }),
		setting.SeveralOf[D, Class]("to", nil, func(d *D) *[]Class { return &d.To }),
		setting.IntOf("sources", 1, 10_000, func(d *D) *int { return &d.Sources }),
		setting.IntOf("targets", 1, 10_000, func(d *D) *int { return &d.Targets }),
		setting.ChoiceOf("suffers", Ends, func(d *D) *End { return &d.Suffers }).InList(),
		setting.ChoiceOf("effect", []string{string(Hard), string(Soft)}, func(d *D) *Effect { return &d.Effect }).InList(),
		setting.ChoiceOf("through", []string{string(ThroughDegraded), string(ThroughDown)}, func(d *D) *Through { return &d.Through }),
	)
	s.Check = func(all *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		var many fault.Many
		if held := all.Find(setting.RelationType, f.ID); held != nil && held.Code != f.Code {
			many = append(many, fault.At("code", "cmdb.code_fixed"))
		}
		m, err := ModelOf(all)
		if err != nil {
			return err
		}
		for _, end := range []struct {
			field string
			list  []Class
		}{{"from", d.From}, {"to", d.To}} {
			for _, c := range end.list {
				if m.Class(c) == nil {
					many = append(many, fault.At(end.field, "cmdb.no_such_class").With("class", string(c)))
				}
			}
		}
		if d.Back == (people.Text{}) {
			many = append(many, fault.At("back_en", "setting.required"))
		}
		return many.Err()
	}
	return s
}
