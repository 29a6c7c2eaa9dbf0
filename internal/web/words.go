package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/catalogue"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// things are the settings that a field of a type names by id.
var things = map[record.Type]setting.Kind{
	record.Team: setting.Team, record.Service: setting.Service, record.Department: setting.Department,
	record.Zone: setting.Zone, record.Category: setting.Category, record.Cause: setting.Cause, record.Offering: setting.Offering, record.Model: setting.ChangeModel,
}

// state shows a state of the page's practice as a pill.
func (s *sight) state(st flow.State) part.Status { return s.StateOf(s.of.Kind, st) }

// label is what a field is called; x. names are the centre's own.
func (s *sight) label(name string) string {
	if code, ok := strings.CutPrefix(name, "x."); ok {
		if t := s.All.Coded(setting.Field, code); t != nil {
			return t.Label(string(s.Lang()))
		}
		return code
	}
	if link := "record.link." + name; !s.Has(s.of.deed("field."+name)) && s.Has(link) {
		return s.T(link) // an entry names links by their kind
	}
	return s.T(s.of.deed("field." + name))
}

// value writes a field's value for people; v is as the sheet writes it.
func (s *sight) value(name string, v string) string {
	if v == "" {
		return ""
	}
	if key := s.of.deed(name + "." + v); s.Has(key) {
		return s.T(key)
	}
	if strings.HasPrefix(name, "x.") {
		return s.ownValue(name[2:], v)
	}
	f, ok := s.of.find(name)
	if !ok {
		return v
	}
	switch f.Type {
	case record.Bool:
		return s.T("desk.yes")
	case record.Moment:
		return s.moment(v)
	case record.Person:
		id, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return v
		}
		return s.Name(people.ID(id))
	case record.Item:
		return s.item(v)
	case record.Items:
		var out []string
		for _, id := range setting.Split(v) {
			out = append(out, s.item(id))
		}
		return strings.Join(out, ", ")
	}
	if kind, ok := things[f.Type]; ok {
		return s.thingValue(kind, v)
	}
	return v
}

func (s *sight) thingValue(kind setting.Kind, v string) string {
	if id, err := strconv.ParseInt(v, 10, 64); err == nil {
		if t := s.All.Find(kind, id); t != nil {
			return t.Label(string(s.Lang()))
		}
	}
	if t := s.All.Coded(kind, v); t != nil {
		return t.Label(string(s.Lang()))
	}
	return v
}

func (s *sight) moment(v string) string {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return v
	}
	return s.DateTime(t)
}

func (s *sight) ownValue(code, v string) string {
	t := s.All.Coded(setting.Field, code)
	if t == nil {
		return v
	}
	doc, err := setting.Read[record.OwnField](*t)
	if err != nil {
		return v
	}
	switch doc.Type {
	case record.Bool:
		return s.T("desk.yes")
	case record.Moment:
		return s.moment(v)
	case record.Choice:
		for _, c := range doc.Choices {
			if c.Code == v {
				return people.Text{En: c.En, Zh: c.Zh}.In(string(s.Lang()))
			}
		}
	}
	return v
}

// Options are the things of a kind that may be chosen, and the one that is
// chosen even if it has been retired since.
func (s *Sight) Options(kind setting.Kind, chosen string) []part.Option {
	lang := string(s.Lang())
	var out []part.Option
	for _, t := range s.All.Of(kind) {
		value := strconv.FormatInt(t.ID, 10)
		if t.Retired && value != chosen || !catalogue.Cleared(s.By.Scope, t) || !changes.Cleared(s.All, s.By.Scope, t) {
			continue
		}
		if kind == setting.Category && s.parentOf(t) {
			continue // only the second level is chosen, under its group
		}
		o := part.Option{Value: value, Label: t.Label(lang)}
		switch {
		case t.Parent != 0:
			o.Group = s.Thing(t.Parent)
		case kind == setting.Cause && s.parentOf(t):
			o.Group = o.Label // the whole group can be chosen, too: ahead of what is below it
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b part.Option) int {
		switch {
		case a.Group != b.Group:
			return strings.Compare(a.Group, b.Group)
		case a.Label == a.Group:
			return -1
		case b.Label == b.Group:
			return 1
		}
		return strings.Compare(a.Label, b.Label)
	})
	return out
}

func (s *Sight) parentOf(t *setting.Thing) bool { return len(s.All.Below(t.ID)) > 1 }

// ask makes a form's question of a field.
func (s *sight) ask(f question, value string) part.Field {
	out := part.Field{Name: f.Name, Label: s.label(f.Name), Value: value, Max: f.Max}
	switch f.Type {
	case record.Long:
		out.Kind = part.Long
	case record.Bool:
		out.Kind = part.Toggle
	case record.Person:
		out.Kind, out.Load = part.Choose, "/people"
		if id, err := strconv.ParseInt(value, 10, 64); err == nil && id != 0 {
			out.Options = []part.Option{{Value: value, Label: s.Name(people.ID(id))}}
		}
	case record.Item:
		out.Kind, out.Load = part.Choose, "/items"
		if value != "" {
			out.Options = []part.Option{{Value: value, Label: s.item(value)}}
		}
	case record.Items:
		out.Kind, out.Load, out.Many = part.Choose, "/items", true
		for _, id := range setting.Split(value) {
			out.Values, out.Options = append(out.Values, id), append(out.Options, part.Option{Value: id, Label: s.item(id)})
		}
	case record.Model:
		out.Kind = part.Choice
		if s.of.Models != nil {
			out.Options = s.of.Models(s, value)
		}
	case record.Choice:
		out.Kind, out.Options = part.Choice, s.choices(f.Name, f.Choices)
	case record.Int:
		if s.Has(s.of.deed(f.Name + ".1")) {
			out.Kind, out.Options = part.Choice, s.choices(f.Name, []string{"1", "2", "3", "4", "5"})
		} else {
			out.Kind, out.Narrow = part.Number, true
		}
	case record.Record:
		out.Hint = "INC-" + strconv.Itoa(s.Now.Year()) + "-00042"
	case record.Moment:
		out.Kind, out.Narrow = part.DateTime, true
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			out.Value = t.In(s.Zone()).Format("2006-01-02T15:04")
		}
	}
	if kind, ok := things[f.Type]; ok && f.Type != record.Model {
		out.Kind, out.Options = part.Choice, s.Options(kind, value)
		if len(out.Options) > 12 {
			out.Kind = part.Choose
		}
	}
	return out
}

func (s *sight) choices(name string, codes []string) []part.Option {
	var out []part.Option
	for _, c := range codes {
		if key := s.of.deed(name + "." + c); s.Has(key) {
			out = append(out, part.Option{Value: c, Label: s.T(key)})
		}
	}
	return out
}

// askOwn makes a form's question of a field of the centre's own.
func (s *sight) askOwn(f record.Own, value string) part.Field {
	out := part.Field{Name: "x." + f.Code, Label: f.Name.In(string(s.Lang())), Help: f.Help.In(string(s.Lang())), Value: value}
	switch f.Type {
	case record.Long:
		out.Kind = part.Long
	case record.Bool:
		out.Kind = part.Toggle
	case record.Int, record.Decimal:
		out.Kind, out.Narrow = part.Number, true
	case record.Date:
		out.Kind, out.Narrow = part.Date, true
	case record.Moment:
		out.Kind, out.Narrow = part.DateTime, true
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			out.Value = t.In(s.Zone()).Format("2006-01-02T15:04")
		}
	case record.Choice:
		out.Kind = part.Choice
		for _, c := range f.Choices {
			out.Options = append(out.Options, part.Option{Value: c.Code, Label: people.Text{En: c.En, Zh: c.Zh}.In(string(s.Lang()))})
		}
	}
	return out
}

// answer reads what was typed into a field of a type, in the written form of
// the sheet.
func (s *sight) answer(t record.Type, typed string) string {
	if t != record.Moment || typed == "" {
		return typed
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", typed, s.Zone())
	if err != nil {
		return typed // the sheet says what is wrong with it
	}
	return at.UTC().Format(time.RFC3339)
}

// item is the name of a configuration item, its number when it is not his to
// see.
func (s *sight) item(v string) string {
	id := idOf(v)
	if s.desk.Items == nil || id == 0 {
		return v
	}
	found, err := s.desk.Items.Find(s.ctx, s.scope(), record.ItemID(id))
	if err != nil || len(found) == 0 {
		return v
	}
	return found[0].Code + " " + found[0].Name.In(string(s.Lang()))
}
