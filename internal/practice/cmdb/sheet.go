package cmdb

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Sheets describes classes, types of relations and what a centre arranges for
// the analysis of impact as settings: API and imports of settings work on them
// as on every other kind.
func Sheets() setting.Sheets { return setting.Sheets{classSheet(), relationSheet(), impactSheet()} }

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
	if held := all.Find(setting.ItemClass, f.ID); held != nil && held.Code != f.Code {
		many = append(many, fault.At("code", "cmdb.code_fixed"))
	}
	m, err := ModelOf(all)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, a := range d.Attributes {
		if err := many.Add(a.check("attributes", m)); err != nil {
			return err
		}
		if names[a.Name] {
			many = append(many, fault.At("attributes", "cmdb.attribute_twice").With("name", a.Name))
		}
		names[a.Name] = true
		// Items of all classes keep their attributes in one kind of document,
		// and a list may show them beside each other.
		for _, other := range m.Classes() {
			if b, ok := other.Find(a.Name); ok && other.Code != Class(f.Code) && b.Type != a.Type {
				many = append(many, fault.At("attributes", "cmdb.attribute_other_type").With("name", a.Name).With("type", string(b.Type)).With("class", string(other.Code)))
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

// Plant makes settings of the starter model, so that they can be changed:
// those whose code is not there yet.
func Plant(all *setting.All) []*setting.Thing {
	var out []*setting.Thing
	held := map[int64]int64{}
	for _, t := range Starter() {
		if old := all.Coded(t.Kind, t.Code); old != nil {
			held[t.ID] = old.ID
			continue
		}
		if id, ok := held[t.Parent]; ok {
			t.Parent = id
		}
		out = append(out, &t)
	}
	return out
}

// Touch is what a change of a class would touch.
type Touch struct {
	Classes []Class        // the class and all below it, which inherit
	Items   int            // of these classes, whether seen by the actor or not
	Added   []string       // attributes
	Dropped map[string]int // attributes that go, with the number of items that have a value
	Unfit   map[string]int // attributes, with the number of items whose value would no longer be accepted
	Barred  int            // items of the class itself, when it becomes one that only groups others
}

// Preview says what a changed document of a class would touch. Nothing
// changes: values that a class no longer knows stay where they are, unseen.
func (d *Desk) Preview(ctx context.Context, by people.Actor, code Class, doc ClassDoc) (Touch, error) {
	if err := by.May(setting.Deed(setting.ItemClass)); err != nil {
		return Touch{}, err
	}
	t := Touch{Dropped: map[string]int{}, Unfit: map[string]int{}}
	c := d.Model().Class(code)
	if c == nil {
		for _, a := range doc.Attributes {
			t.Added = append(t.Added, a.Name)
		}
		return t, nil
	}
	t.Classes = c.Below
	now := map[string]Attribute{}
	for _, a := range doc.Attributes {
		now[a.Name] = a
		if !slices.ContainsFunc(c.Attributes, func(b Attribute) bool { return b.Name == a.Name }) {
			t.Added = append(t.Added, a.Name)
		}
	}
	return t, d.Items.Walk(ctx, func(i *Item) error {
		if !slices.Contains(c.Below, i.Class) {
			return nil
		}
		t.Items++
		if doc.Abstract && i.Class == code {
			t.Barred++
		}
		for _, a := range c.Attributes {
			v := i.Extra[a.Name]
			b, stays := now[a.Name]
			switch {
			case v == "":
			case !stays:
				t.Dropped[a.Name]++
			default:
				if w, err := b.Accept(v); err != nil || !strings.EqualFold(w, v) {
					t.Unfit[a.Name]++
				}
			}
		}
		return nil
	})
}
