package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

func (s *stock) lang() string { return string(s.Lang()) }

// itemName is what an item is called.
func (s *stock) itemName(i *cmdb.Item) string { return i.Name.In(s.lang()) }

// className is what a class is called.
func (s *stock) className(c cmdb.Class) string {
	if d := s.Model.Class(c); d != nil {
		return d.Name.In(s.lang())
	}
	return string(c)
}

// classIcons are the drawings of the classes; those below a class take its
// own when they have none.
var classIcons = map[string]string{
	"box": "box", "layers": "stack-2", "app": "app-window", "database": "database", "table": "table", "server": "server", "network": "network",
	"shield": "shield", "power": "plug", "monitor": "device-desktop", "printer": "printer", "link": "link", "disc": "disc", "key": "key",
	"file": "file-text", "building": "building", "rack": "layout-list", "user": "user", "cloud": "cloud", "phone": "phone", "clock": "clock",
}

func (s *stock) classIcon(c cmdb.Class) string {
	if d := s.Model.Class(c); d != nil && classIcons[d.Icon] != "" {
		return classIcons[d.Icon]
	}
	return "box"
}

// fieldLabel is what a field or an attribute is called.
func (s *stock) fieldLabel(c *cmdb.ClassDef, name string) string {
	if slices.Contains(cmdb.FieldNames, name) {
		return s.T("cmdb.field." + name)
	}
	if a, ok := s.attribute(c, name); ok {
		return a.Label(s.lang())
	}
	if key := "cmdb.field." + name; s.Has(key) {
		return s.T(key)
	}
	return name
}

// attribute finds an attribute of a class, or of any class when this one has
// none of that name: items change class, and their history remembers.
func (s *stock) attribute(c *cmdb.ClassDef, name string) (cmdb.Attribute, bool) {
	if c != nil {
		if a, ok := c.Find(name); ok {
			return a, true
		}
	}
	return s.Model.Attribute(name)
}

// itemState shows a state of an item as a pill.
func (s *stock) itemState(st cmdb.State) part.Status {
	look := map[cmdb.State]string{
		cmdb.Planned: "planned", cmdb.Ordered: "planned", cmdb.InStock: "wait", cmdb.Building: "wait", cmdb.Live: "work",
		cmdb.Maintenance: "pause", cmdb.Retired: "done", cmdb.Disposed: "closed",
	}[st]
	return part.Status{Word: s.T("cmdb.state." + string(st)), Look: look}
}

// shown writes the value of a field or an attribute for people.
func (s *stock) shown(c *cmdb.ClassDef, name, v string) string {
	if v == "" {
		return ""
	}
	switch name {
	case "class":
		return s.className(cmdb.Class(v))
	case "state":
		return s.T("cmdb.state." + v)
	case "owner":
		return s.personName(v)
	case "zone":
		return s.zoneName(people.ZoneID(idOf(v)))
	case "service", "department", "team":
		return s.Thing(idOf(v))
	case "criticality", "operator":
		if key := "cmdb." + name + "." + v; s.Has(key) {
			return s.T(key)
		}
		return v
	case "grade":
		return s.T("item.grade", "n", v)
	case "rto", "rpo":
		n, _ := strconv.Atoi(v) // what is no number is shown as none
		return s.Duration(time.Duration(n) * time.Minute)
	case "warranty":
		return s.day(v)
	}
	if slices.Contains(cmdb.FieldNames, name) {
		return v
	}
	a, ok := s.attribute(c, name)
	if !ok {
		return v
	}
	return s.attributeValue(a, v)
}

func (s *stock) attributeValue(a cmdb.Attribute, v string) string {
	switch a.Type {
	case cmdb.Date:
		return s.day(v)
	case cmdb.Person:
		return s.personName(v)
	case cmdb.Reference:
		return s.item(v)
	case cmdb.Choice:
		for _, o := range a.Choices {
			if o.Code == v {
				return people.Text{En: o.En, Zh: o.Zh}.In(s.lang())
			}
		}
	case cmdb.Number, cmdb.Money:
		return strings.TrimSpace(thousands(v) + " " + a.Unit)
	case cmdb.File:
		for _, f := range s.files {
			if idText(f.ID) == v {
				return f.Name
			}
		}
	}
	return v
}

// personName is the name of the person with that id.
func (s *stock) personName(v string) string {
	if n := s.sight.Name(people.ID(idOf(v))); n != "" {
		return n
	}
	return v
}

// zoneName is the name of a zone, unless the one who looks is not cleared for
// it: a history may lead there.
func (s *stock) zoneName(z people.ZoneID) string {
	if !s.By.Scope.Clears(z) {
		return s.T("item.hidden_zone")
	}
	return s.Thing(int64(z))
}

func (s *stock) day(v string) string {
	t, err := time.Parse(time.DateOnly, v)
	if err != nil {
		return v
	}
	return s.KeptDay(t)
}

// thousands sets the digits of a decimal in groups.
func thousands(v string) string {
	whole, rest, _ := strings.Cut(v, ".")
	sign := strings.HasPrefix(whole, "-")
	whole = strings.TrimPrefix(whole, "-")
	for n := len(whole) - 3; n > 0; n -= 3 {
		whole = whole[:n] + "," + whole[n:]
	}
	if sign {
		whole = "-" + whole
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}

// question makes a form's question of a field or an attribute.
func (s *stock) question(c *cmdb.ClassDef, name, value string) part.Field {
	out := part.Field{Name: name, Label: s.fieldLabel(c, name), Value: value}
	switch name {
	case "class":
		out.Kind, out.Options = part.Choose, s.classOptions(cmdb.Class(value))
		return out
	case "zone":
		return s.among(out, setting.Zone)
	case "service":
		return s.among(out, setting.Service)
	case "department":
		return s.among(out, setting.Department)
	case "team":
		return s.among(out, setting.Team)
	case "owner":
		return s.asksPerson(out)
	case "grade":
		out.Kind = part.Choice
		for _, n := range []string{"1", "2", "3", "4", "5"} {
			out.Options = append(out.Options, part.Option{Value: n, Label: s.T("item.grade", "n", n)})
		}
		return out
	case "state":
		return coded(s, out, "cmdb.state.", cmdb.Life.States())
	case "criticality":
		return coded(s, out, "cmdb.criticality.", cmdb.Criticalities)
	case "operator":
		return coded(s, out, "cmdb.operator.", cmdb.Operators)
	case "warranty":
		out.Kind, out.Narrow = part.Date, true
		return out
	case "rto", "rpo":
		out.Kind, out.Narrow = part.Number, true
		return out
	}
	if slices.Contains(cmdb.FieldNames, name) {
		out.Max = 200
		return out
	}
	if a, ok := s.attribute(c, name); ok {
		return s.asksAttribute(out, a)
	}
	return out
}

// coded offers the values of a field that has few.
func coded[S ~string](s *stock, out part.Field, key string, codes []S) part.Field {
	out.Kind = part.Choice
	for _, c := range codes {
		out.Options = append(out.Options, part.Option{Value: string(c), Label: s.T(key + string(c))})
	}
	return out
}

func (s *stock) among(out part.Field, kind setting.Kind) part.Field {
	out.Kind, out.Options = part.Choice, s.Options(kind, out.Value)
	if len(out.Options) > 12 {
		out.Kind = part.Choose
	}
	return out
}

func (s *stock) asksPerson(out part.Field) part.Field {
	out.Kind, out.Load = part.Choose, "/people"
	if out.Value != "" {
		out.Options = []part.Option{{Value: out.Value, Label: s.personName(out.Value)}}
	}
	return out
}

func (s *stock) asksItem(out part.Field) part.Field {
	out.Kind, out.Load = part.Choose, "/items"
	if out.Value != "" {
		out.Options = []part.Option{{Value: out.Value, Label: s.item(out.Value)}}
	}
	return out
}

func (s *stock) asksAttribute(out part.Field, a cmdb.Attribute) part.Field {
	out.Unit = a.Unit
	switch a.Type {
	case cmdb.Number, cmdb.Money:
		out.Kind, out.Narrow = part.Number, true
	case cmdb.Date:
		out.Kind, out.Narrow = part.Date, true
	case cmdb.Choice:
		out.Kind = part.Choice
		for _, o := range a.Choices {
			out.Options = append(out.Options, part.Option{Value: o.Code, Label: people.Text{En: o.En, Zh: o.Zh}.In(s.lang())})
		}
	case cmdb.Person:
		return s.asksPerson(out)
	case cmdb.Reference:
		return s.asksItem(out)
	case cmdb.IP:
		out.Hint = "10.1.2.3 10.1.2.4"
	case cmdb.MAC:
		out.Hint = "00:11:22:aa:bb:cc"
	case cmdb.File:
		out.Kind = part.Choice
		for _, f := range s.files {
			out.Options = append(out.Options, part.Option{Value: idText(f.ID), Label: f.Name})
		}
	default:
		if out.Max = a.Max; out.Max == 0 {
			out.Max = 500
		}
		if out.Max > 500 {
			out.Kind = part.Long
		}
	}
	return out
}

// classOptions are the classes an item can have, under the classes that group
// them.
func (s *stock) classOptions(chosen cmdb.Class) []part.Option {
	var out []part.Option
	for _, d := range s.Model.Classes() {
		if d.Abstract || d.Retired && d.Code != chosen {
			continue
		}
		o := part.Option{Value: string(d.Code), Label: d.Name.In(s.lang())}
		if p := s.Model.Class(d.Parent); p != nil && p.Parent != "" {
			o.Group = p.Name.In(s.lang())
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b part.Option) int {
		if c := strings.Compare(a.Group, b.Group); c != 0 {
			return c
		}
		return strings.Compare(a.Label, b.Label)
	})
	return out
}

// itemRef is the id of the item that a reference names, 0 when it is none that
// the one who looks may see.
func (s *stock) itemRef(v string) record.ItemID {
	found, err := s.c.CMDB.Items.Find(s.ctx, s.scope(), record.ItemID(idOf(v)))
	if err != nil || len(found) == 0 {
		return 0
	}
	return found[0].ID
}
