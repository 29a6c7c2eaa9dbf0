package record

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Errand is actions to be carried out on a record, with what is known about the
// world around it.
type Errand struct {
	Actions []Action
	Author  Author
	Label   string // what the rule is called: why a record is handed on, when nothing else says so
	Lang    string // in which texts are written
	// Link is the record that an action names, within the actor's scope.
	Link    func(ctx context.Context, by people.Actor, ref string) (Row, error)
	Members func(people.TeamID) []people.ID
	Ranked  func(h Head, rank string) []people.ID
	All     *setting.All // the settings, where things are looked up by code
}

// mostTold bounds how many members of a team one action notifies.
const mostTold = 100

// Carry carries actions out on a record, all of them or none, and says what
// they changed.
func (d *Desk[R]) Carry(ctx context.Context, by people.Actor, n Number, e Errand) (did []Change, err error) {
	_, err = d.One(ctx, by, n, Input{}, func(s *Sitting[R], r R) error {
		did, err = s.Carry(ctx, r, e)
		return err
	})
	return did, err
}

// Carry carries actions out in a sitting. An action that would change nothing
// does nothing.
func (s *Sitting[R]) Carry(ctx context.Context, r R, e Errand) ([]Change, error) {
	before := len(s.sheaf(r).Entries)
	held := s.author
	s.author = &e.Author
	defer func() { s.author = held }()
	for i, a := range e.Actions {
		if err := s.carryOne(ctx, r, e, a); err != nil {
			for _, f := range fault.All(err) {
				if f.Args["row"] == nil {
					f.With("row", i+1)
				}
			}
			return nil, err
		}
	}
	var did []Change
	for _, entry := range s.sheaf(r).Entries[before:] {
		for _, c := range entry.Changes {
			if c.Field != RuleField {
				did = append(did, c)
			}
		}
		if entry.Text != "" {
			_, verb, _ := strings.Cut(entry.Deed, ".")
			did = append(did, Change{Field: verb, Now: entry.Text})
		}
	}
	return did, nil
}

func (s *Sitting[R]) carryOne(ctx context.Context, r R, e Errand, a Action) error {
	switch a.Do {
	case Set:
		return s.carrySet(r, e, a)
	case Assign:
		return s.carryAssign(r, e, a)
	case Notify:
		return s.carryNotify(r, e, a)
	case AddJob:
		t := Task{Title: s.filled(r, e, a.Text), Team: a.Team, Owner: a.Person}
		if a.Hours > 0 {
			t.Due = s.Now.Add(time.Duration(a.Hours) * time.Hour)
		}
		return s.Plan(r, t)
	case Tie:
		return s.carryLink(ctx, r, e, a)
	case Follow:
		held, err := s.Followers(r)
		if err != nil || slices.Contains(held, a.Person) {
			return err
		}
		return s.Watch(r, a.Person)
	case Jot:
		return s.Say(r, Input{Text: s.filled(r, e, a.Text), Sure: true})
	}
	return fault.New(fault.Invalid, "action.unknown").With("choices", strings.Join(Doings, ", "))
}

func (s *Sitting[R]) carrySet(r R, e Errand, a Action) error {
	value := a.Value
	if f, ok := s.desk.Sheet.Find(a.Field); ok {
		var err error
		if value, err = Coded(e.All, f.Type, a.Field, value); err != nil {
			return err
		}
	}
	c := s.all(r, map[string]string{a.Field: value})[0]
	if c.Was == c.Now {
		return nil
	}
	return s.Edit(r, []Change{c}, Input{})
}

// Coded is the id of a thing that an action names by its code.
func Coded(all *setting.All, t Type, field, v string) (string, error) {
	kind, ok := codedKinds[t]
	if _, err := strconv.ParseInt(v, 10, 64); !ok || v == "" || err == nil || all == nil {
		return v, nil
	}
	held := all.Coded(kind, v)
	if held == nil || held.Retired {
		return "", fault.At(field, "action.no_thing").With("field", field).With("value", v)
	}
	return strconv.FormatInt(held.ID, 10), nil
}

var codedKinds = map[Type]setting.Kind{
	Team: setting.Team, Service: setting.Service, Department: setting.Department, Zone: setting.Zone, Category: setting.Category, Cause: setting.Cause, Offering: setting.Offering,
}

// carryAssign hands the record to a team or person by the move that does so
// from where it is; where none asks for them, it edits the fields.
func (s *Sitting[R]) carryAssign(r R, e Errand, a Action) error {
	h := r.Common()
	if (a.Team == 0 || a.Team == h.Team) && (a.Person == 0 || a.Person == h.Owner) {
		return nil
	}
	fields := map[string]string{"team": number(int64(cmp.Or(a.Team, h.Team)))}
	if a.Person != 0 {
		fields["owner"] = number(int64(a.Person))
	}
	for _, name := range []string{"assign", "reassign"} {
		m, err := s.desk.Flow.Find(h.State, name)
		if err != nil {
			continue
		}
		in := Input{Fields: fields}
		if m.Says != "" {
			in.Text = cmp.Or(s.filled(r, e, a.Text), e.Label)
		}
		return s.Move(r, name, in)
	}
	return s.Edit(r, s.all(r, fields), Input{})
}

// Told is the deed by which somebody is told something, after the kind and a
// dot; the entry names whom as persons are mentioned.
const Told = "tell"

func (s *Sitting[R]) carryNotify(r R, e Errand, a Action) error {
	h := r.Common()
	var who []people.ID
	switch a.To {
	case ToPerson:
		who = []people.ID{a.Person}
	case ToOwner:
		if who = []people.ID{h.Owner}; h.Owner == 0 && e.Members != nil {
			who = e.Members(h.Team)
		}
	case ToTeam:
		if e.Members != nil {
			who = e.Members(a.Team)
		}
	case ToManager:
		if e.Ranked != nil {
			who = e.Ranked(*h, "manager")
		}
	case ToRequester:
		who = []people.ID{h.Requester}
	}
	who = slices.DeleteFunc(slices.Clone(who), func(id people.ID) bool { return id == 0 })
	if len(who) == 0 {
		return nil
	}
	who = who[:min(len(who), mostTold)]
	text := Entry{Text: s.filled(r, e, a.Text), Public: a.To == ToRequester, Changes: mentioned(who)}
	return s.Log(r, Told, text)
}

func (s *Sitting[R]) carryLink(ctx context.Context, r R, e Errand, a Action) error {
	if e.Link == nil {
		return fault.New(fault.Invalid, "action.no_record").With("value", a.Value)
	}
	other, err := e.Link(ctx, s.By, a.Value)
	if err != nil {
		return err
	}
	if other.ID == r.Common().ID {
		return nil
	}
	past, err := s.Past(r)
	if err != nil {
		return err
	}
	c := Change{Field: "relates", Now: other.Ref()}
	if slices.ContainsFunc(past, func(p Entry) bool { return slices.Contains(p.Changes, c) }) {
		return nil
	}
	s.Relate(r.Common(), &other.Head, c.Field)
	return s.Log(r, "relate", Entry{Changes: []Change{c}})
}

// filled is a text of an action with its placeholders filled in.
func (s *Sitting[R]) filled(r R, e Errand, t people.Text) string {
	h := r.Common()
	return Fill(t.In(e.Lang), map[string]string{"number": h.Ref(), "title": h.Title, "priority": strconv.Itoa(h.Priority), "state": string(h.State)})
}

// Settable lists what actions may set on records of this desk.
func (d *Desk[R]) Settable() []Settable {
	var out []Settable
	for _, f := range d.Sheet {
		if !f.Fixed && f.Name != "team" && f.Name != "owner" && f.Type != Item && f.Type != Person && f.Type != Record {
			out = append(out, Settable{Name: f.Name, Type: f.Type, Choices: f.Choices, Grant: f.Grant})
		}
	}
	if d.Own == nil {
		return out
	}
	for _, o := range d.Own() {
		s := Settable{Name: "x." + o.Code, Type: o.Type}
		for _, c := range o.Choices {
			s.Choices = append(s.Choices, c.Code)
		}
		out = append(out, s)
	}
	return out
}

// TypeOf says what a field holds; "" when there is none of that name.
func (d *Desk[R]) TypeOf(field string) Type {
	f, _ := d.Sheet.Find(field)
	return f.Type
}

// Deeds lists what may happen to a record of this desk, as its timeline has it,
// without the kind.
func (d *Desk[R]) Deeds() []string {
	out := append([]string{"open", "edit", "reply", "note", "relate", "task_add", "task_work", "watch"}, d.Flow.Names()...)
	if d.Rules.Decides.Due != nil {
		out = append(out, Consents, Declines)
	}
	if d.Rules.Terms != nil {
		out = append(out, "warn")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Remark writes down something of Kilter's own on a record.
func (d *Desk[R]) Remark(ctx context.Context, by people.Actor, n Number, deed string, e Entry) error {
	_, err := d.One(ctx, by, n, Input{}, func(s *Sitting[R], r R) error { return s.Log(r, deed, e) })
	return err
}
