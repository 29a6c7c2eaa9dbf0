package record

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Errand is actions to be carried out on a record, with what is known about the
// world around it.
type Errand struct {
	Actions []Action
	Author  Author
	Label   string       // what the rule or macro is called: why a record is handed on, when nothing else says so
	Lang    string       // in which texts are written
	Batch   int64        // the bulk action it belongs to, for undo
	States  []flow.State // in which it is carried out; every state when nil
	// Link is the record that an action names, within the actor's scope.
	Link    func(ctx context.Context, by people.Actor, ref string) (Row, error)
	Members func(people.TeamID) []people.ID
	Ranked  func(h Head, rank string) []people.ID
	All     *setting.All // the settings, where things are looked up by code
	// Blanks are what placeholders stand for on a record, in Lang; number, title
	// and priority are known without it.
	Blanks func(h Head) map[string]string
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

// Carry carries actions out in a sitting, each by the deed that it is, under
// the grants of whoever sits. An action that would change nothing does nothing.
// A fault names the action, from 1, as row.
func (s *Sitting[R]) Carry(ctx context.Context, r R, e Errand) ([]Change, error) {
	if st := r.Common().State; len(e.States) > 0 && !slices.Contains(e.States, st) {
		return nil, fault.New(fault.Conflict, "action.not_in_state").With("state", string(st))
	}
	before := len(s.sheaf(r).Entries)
	held, batch := s.author, s.batch
	s.author, s.batch = &e.Author, e.Batch
	defer func() { s.author, s.batch = held, batch }()
	brought := map[string]string{} // fields for the move that follows
	for i, a := range e.Actions {
		if a.Me {
			a.Person = s.By.ID
		}
		along, err := s.along(r, e, a, e.Actions[i+1:], brought)
		if err == nil && !along {
			err = s.carryOne(ctx, r, e, a, brought)
		}
		if err != nil {
			return nil, inRow(err, i, a.Do)
		}
		if a.Do == Step {
			clear(brought)
		}
	}
	var did []Change
	for _, entry := range s.sheaf(r).Entries[before:] {
		for _, c := range entry.Changes {
			if !slices.Contains(AuthorFields, c.Field) {
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

// inRow says in which action something went wrong.
func inRow(err error, i int, do Doing) error {
	for _, f := range fault.All(err) {
		if f.Args["row"] == nil {
			f.With("row", i+1).With("do", string(do))
		}
	}
	return err
}

// along lets an action wait for the move that follows, when that asks for what
// it sets: the move brings it along, rather than that it is edited before.
func (s *Sitting[R]) along(r R, e Errand, a Action, then []Action, brought map[string]string) (bool, error) {
	i := slices.IndexFunc(then, func(t Action) bool { return t.Do == Step })
	if i < 0 || a.Do != Set && (a.Do != Assign || a.Team != 0 || i > 0) {
		return false, nil
	}
	m, err := s.desk.Flow.Find(r.Common().State, then[i].Value)
	if err != nil { // an action in between may lead there
		m, _ = s.desk.Flow.Named(then[i].Value)
	}
	field, value := "owner", number(int64(a.Person))
	if a.Do == Set {
		field = a.Field
	}
	if !slices.Contains(m.Asks, field) || a.Do == Assign && err != nil {
		return false, nil
	}
	if a.Do == Set {
		if value, err = s.coded(e, a); err != nil {
			return false, err
		}
	}
	brought[field] = value
	return true, nil
}

func (s *Sitting[R]) carryOne(ctx context.Context, r R, e Errand, a Action, brought map[string]string) error {
	text, unfilled := e.said(*r.Common(), a)
	switch a.Do {
	case Set:
		return s.carrySet(r, e, a)
	case Assign:
		return s.carryAssign(r, e, a)
	case Step:
		if !slices.Contains(s.desk.Ground().Moves, a.Value) {
			return fault.New(fault.Invalid, "action.no_move").With("value", a.Value).With("choices", strings.Join(s.desk.Ground().Moves, ", "))
		}
		return s.Move(r, a.Value, Input{Fields: maps.Clone(brought), Text: text})
	case Notify:
		return s.carryNotify(r, e, a)
	case AddJob:
		t := Task{Title: text, Team: a.Team, Owner: a.Person}
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
		return s.Say(r, Input{Text: text, Sure: true})
	case Answer:
		if unfilled != "" {
			return fault.At("text", "action.unfilled").With("name", unfilled)
		}
		return s.Say(r, Input{Text: text, Public: true, Sure: true})
	}
	return fault.New(fault.Invalid, "action.unknown").With("choices", Ground{}.doings())
}

func (s *Sitting[R]) carrySet(r R, e Errand, a Action) error {
	value, err := s.coded(e, a)
	if err != nil {
		return err
	}
	c := s.all(r, map[string]string{a.Field: value})[0]
	if c.Was == c.Now {
		return nil
	}
	return s.Edit(r, []Change{c}, Input{})
}

// coded is the value that an action sets, things by their ids.
func (s *Sitting[R]) coded(e Errand, a Action) (string, error) {
	if f, ok := s.desk.Sheet.Find(a.Field); ok {
		return Coded(e.All, f.Type, a.Field, a.Value)
	}
	return a.Value, nil
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
	Team: setting.Team, Service: setting.Service, Department: setting.Department, Zone: setting.Zone, Category: setting.Category, Cause: setting.Cause, Offering: setting.Offering, Model: setting.ChangeModel,
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
	text, _ := e.said(*h, a)
	for _, name := range []string{"assign", "reassign"} {
		m, err := s.desk.Flow.Find(h.State, name)
		if err != nil {
			continue
		}
		in := Input{Fields: fields}
		if m.Says != "" {
			in.Text = cmp.Or(text, e.Label)
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
	text, _ := e.said(*h, a)
	if s.By.ID != 0 { // a person says it himself
		return s.Say(r, Input{Text: text, Public: a.To == ToRequester, Mention: who, Sure: true})
	}
	return s.Log(r, Told, Entry{Text: text, Public: a.To == ToRequester, Changes: mentioned(who)})
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

// said is the text of an action with its placeholders filled in, and the first
// that is left standing because nothing is known for it.
func (e Errand) said(h Head, a Action) (text, unfilled string) {
	from := a.Text
	if (a.Do == Jot || a.Do == Answer) && a.Value != "" {
		from = e.canned(a.Value)
	}
	values := map[string]string{"number": h.Ref(), "title": h.Title, "state": string(h.State)}
	if h.Priority > 0 {
		values["priority"] = strconv.Itoa(h.Priority)
	}
	if e.Blanks != nil {
		maps.Copy(values, e.Blanks(h))
	}
	text = Fill(from.In(e.Lang), values)
	if m := blank.FindStringSubmatch(text); m != nil {
		unfilled = m[1]
	}
	return text, unfilled
}

// canned is the text that a code names; "" when it has been retired.
func (e Errand) canned(code string) people.Text {
	if e.All == nil {
		return people.Text{}
	}
	held := e.All.Coded(setting.Template, code)
	if held == nil || held.Retired {
		return people.Text{}
	}
	doc, err := setting.Read[Template](*held)
	if err != nil {
		return people.Text{}
	}
	return doc.Text
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
