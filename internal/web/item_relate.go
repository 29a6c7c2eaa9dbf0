package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// relateAsk asks how an item stands to another.
func (s *stock) relateAsk(r *http.Request, form *Form) (*cmdb.Item, *askPage, error) {
	i, err := s.one(r)
	if err != nil {
		return nil, nil, err
	}
	if err := s.By.May(cmdb.DeedRelate); err != nil {
		return nil, nil, err
	}
	_, groups, err := s.c.CMDB.Related(s.ctx, s.By, i.ID)
	if err != nil {
		return nil, nil, err
	}
	p := &askPage{sight: s.sight, ID: "relate", Heading: s.T("item.relate_of", "code", i.Code), Action: ItemHref(i.ID) + "/relate", Send: s.T("item.relate"), Icon: "link", Form: form}
	way := part.Field{Name: "type", Label: s.T("item.relation"), Kind: part.Choose, Required: true, Options: s.tieChoices(i.Class), Help: s.T("item.relation_help", "code", i.Code)}
	other := part.Field{Name: "other", Label: s.T("item.other"), Kind: part.Choose, Load: "/items", Required: true}
	if form != nil {
		other.Value = form.Get("other")
	}
	other = s.asksItem(other)
	gate := coded(s, part.Field{Name: "gate", Label: s.T("item.gate"), Help: s.T("item.gate_help")}, "cmdb.gate.", cmdb.Gates[1:])
	p.Fields = form.Fields(way, other, gate)
	if len(groups) > 0 {
		g := part.Field{Name: "group", Label: s.T("item.redundancy"), Kind: part.Choice, Help: s.T("item.redundancy_help")}
		for _, one := range groups {
			g.Options = append(g.Options, part.Option{Value: idText(one.ID), Label: one.Name.In(s.lang())})
		}
		p.Fields = append(p.Fields, form.Fields(g, part.Field{Name: "share", Label: s.T("item.share"), Kind: part.Number, Narrow: true, Unit: "%"})...)
	}
	p.Fields = append(p.Fields, form.Field(part.Field{Name: "note", Label: s.T("item.note"), Max: 500}))
	return i, p, nil
}

func (c *Configuration) relateForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	_, p, err := s.relateAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) relate(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	i, p, err := s.relateAsk(r, form)
	if err != nil {
		return err
	}
	in, err := tieIn(i.ID, form)
	if err == nil {
		_, err = c.CMDB.Relate(r.Context(), s.By, in)
	}
	if err != nil {
		return p.refused(w, r, ofOther(err, in.Target == i.ID))
	}
	return s.done(w, r, i.ID, part.Toast{Text: s.T("item.related", "code", i.Code, "other", s.item(form.Get("other"))), Icon: "link"})
}

// tieIn reads a relation out of the form; the item stands at one of its ends.
func tieIn(id record.ItemID, form *Form) (cmdb.Relation, error) {
	way, kind, _ := strings.Cut(form.Get("type"), ":")
	other := record.ItemID(idOf(form.Get("other")))
	in := cmdb.Relation{Source: id, Target: other, Type: kind, Gate: cmdb.Gate(form.Get("gate")), Group: cmdb.GroupID(idOf(form.Get("group"))), Note: form.Get("note")}
	if way == "back" {
		in.Source, in.Target = other, id
	}
	var many fault.Many
	if kind == "" {
		many = append(many, fault.At("type", "record.required"))
	}
	if other == 0 {
		many = append(many, fault.At("other", "record.required"))
	}
	if share := form.Get("share"); share != "" {
		n, err := strconv.Atoi(share)
		if err != nil {
			many = append(many, fault.At("share", "record.not_a_number"))
		}
		in.Share = n
	}
	if len([]rune(in.Note)) > 500 {
		many = append(many, fault.At("note", "record.too_long").With("max", 500).With("length", len([]rune(in.Note))))
	}
	return in, many.Err()
}

// ofOther lays the faults about the ends of a relation to the fields of the
// form: the other end is what was chosen, this one the way it stands.
func ofOther(err error, isTarget bool) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	var many fault.Many
	for _, f := range all {
		one := *f
		switch {
		case one.Field == "source" && !isTarget, one.Field == "target" && isTarget:
			one.Field = "type"
		case one.Field == "source", one.Field == "target":
			one.Field = "other"
		}
		many = append(many, &one)
	}
	return many.Err()
}

// partAsk asks whether a relation really ends.
func (s *stock) partAsk(r *http.Request) (*cmdb.Item, cmdb.Relation, *askPage, error) {
	i, err := s.one(r)
	if err != nil {
		return nil, cmdb.Relation{}, nil, err
	}
	if err := s.By.May(cmdb.DeedRelate); err != nil {
		return nil, cmdb.Relation{}, nil, err
	}
	t, err := s.c.CMDB.Relation(s.ctx, s.By, cmdb.RelationID(number(r.PathValue("id"))))
	if err == nil && t.Source != i.ID && t.Target != i.ID {
		err = fault.New(fault.Missing, "cmdb.no_such_relation").With("id", int64(t.ID))
	}
	p := &askPage{
		sight: s.sight, ID: "part", Heading: s.T("item.part"), Action: ItemHref(i.ID) + "/part/" + r.PathValue("id"), Send: s.T("item.part"), Icon: "link-off", Look: part.Danger,
	}
	return i, t, p, err
}

func (c *Configuration) partForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	_, t, p, err := s.partAsk(r)
	if err != nil {
		return err
	}
	kind := s.Model.Type(t.Type)
	p.Said = s.T("item.part_ask", "source", s.item(idText(t.Source)), "does", s.tieLabel(kind, cmdb.Related{Relation: t}), "target", s.item(idText(t.Target)))
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) part(w http.ResponseWriter, r *http.Request, s *stock) error {
	i, t, _, err := s.partAsk(r)
	if err != nil {
		return err
	}
	if err := c.CMDB.Part(r.Context(), s.By, t.ID); err != nil {
		return err
	}
	return s.done(w, r, i.ID, part.Toast{Text: s.T("item.parted"), Icon: "link-off"})
}

// groupAsk asks about a redundancy of an item; "new" is one that is to be.
func (s *stock) groupAsk(r *http.Request, form *Form) (*cmdb.Item, cmdb.Group, *askPage, error) {
	i, err := s.one(r)
	if err != nil {
		return nil, cmdb.Group{}, nil, err
	}
	if err := s.By.May(cmdb.DeedRelate); err != nil {
		return nil, cmdb.Group{}, nil, err
	}
	id := r.PathValue("id")
	g := cmdb.Group{Item: i.ID, Need: 1}
	if id != "new" {
		_, groups, err := s.c.CMDB.Related(s.ctx, s.By, i.ID)
		if err != nil {
			return nil, g, nil, err
		}
		n := slices.IndexFunc(groups, func(g cmdb.Group) bool { return g.ID == cmdb.GroupID(number(id)) })
		if n < 0 {
			return nil, g, nil, fault.New(fault.Missing, "cmdb.no_such_group").With("id", id)
		}
		g = groups[n]
	}
	p := &askPage{sight: s.sight, ID: "group", Heading: s.T("item.redundancy_of", "code", i.Code), Action: ItemHref(i.ID) + "/group/" + id, Send: s.T("desk.save"), Icon: "check", Form: form}
	p.Fields = form.Fields(
		part.Field{Name: "name_en", Label: s.T("cmdb.field.name_en"), Value: g.Name.En, Max: 200},
		part.Field{Name: "name_zh", Label: s.T("cmdb.field.name_zh"), Value: g.Name.Zh, Max: 200},
		part.Field{Name: "need", Label: s.T("item.need"), Help: s.T("item.need_help"), Kind: part.Number, Narrow: true, Required: true, Value: strconv.Itoa(g.Need)},
		part.Field{Name: "least", Label: s.T("item.least"), Help: s.T("item.least_help"), Kind: part.Number, Narrow: true, Unit: "%", Value: countText(g.Least)},
	)
	if g.ID != 0 {
		p.Fields = append(p.Fields, form.Field(part.Field{Name: "end", Label: s.T("item.group_end"), Help: s.T("item.group_end_help"), Kind: part.Toggle}))
	}
	return i, g, p, nil
}

// countText writes a number, none for 0.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (c *Configuration) groupForm(w http.ResponseWriter, r *http.Request, s *stock) error {
	_, _, p, err := s.groupAsk(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (c *Configuration) group(w http.ResponseWriter, r *http.Request, s *stock) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	i, g, p, err := s.groupAsk(r, form)
	if err != nil {
		return err
	}
	var many fault.Many
	g.Name = people.Text{En: form.Get("name_en"), Zh: form.Get("name_zh")}
	for _, n := range []struct {
		field string
		to    *int
	}{{"need", &g.Need}, {"least", &g.Least}} {
		v, err := strconv.Atoi("0" + form.Get(n.field))
		if err != nil {
			many = append(many, fault.At(n.field, "record.not_a_number"))
		}
		*n.to = v
	}
	if form.Get("end") != "" {
		g.Until = s.Now.Add(time.Millisecond) // the desk says when
	}
	err = many.Err()
	if err == nil {
		_, err = c.CMDB.Group(r.Context(), s.By, g)
	}
	if err != nil {
		return p.refused(w, r, err)
	}
	return s.done(w, r, i.ID, part.Toast{Text: s.T("item.group_saved", "name", g.Name.In(s.lang())), Icon: "check"})
}
