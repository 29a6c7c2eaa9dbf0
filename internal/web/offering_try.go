package web

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/web/part"
)

// trial is the form as a person sees it, and what his order would bring about.
type trial struct {
	typed  *Form // the whole page as it was sent, nil before
	run    bool
	Faults *Form // of whom it is for, and of the answers
	Who    part.Field
	For    part.Field
	Person people.ID
	Asked  []asking
	Fields []part.Field
	Result *request.Rehearsal
	names  map[people.ID]string
}

func (t *trial) wrong() bool { return t != nil && t.Faults != nil && t.Faults.Wrong() }

func (t *trial) fields() []part.Field {
	if t == nil {
		return nil
	}
	return append([]part.Field{t.Who, t.For}, t.Fields...)
}

func (t *trial) whole() []string {
	if t == nil || t.Faults == nil {
		return nil
	}
	return t.Faults.Whole(t.fields())
}

// preview makes the form as the chosen person sees it, with the answers so far,
// and runs it when that was asked.
func (s *Settings) preview(v *designPage, r *http.Request) error {
	t := v.Try
	if t == nil {
		t = &trial{}
		v.Try = t
	}
	(&rowReader{}).read(v.Root, &v.Doc) // what cannot be read is said where it stands
	if t.Person = v.tried("requester"); t.Person == 0 {
		t.Person = v.By.ID
	}
	who, err := s.Persons.Person(r.Context(), t.Person)
	if fault.Is(err, fault.Missing) {
		who, err = people.Person{}, nil // said below, by the run
	}
	if err != nil {
		return err
	}
	t.Faults = &Form{}
	given := v.given(who)
	if t.run {
		if err := s.rehearse(v, given); err != nil {
			return err
		}
	}
	w := whom{ctx: r.Context(), orders: &s.Orders, dir: s.Directory, lang: v.code(), by: v.By, person: t.Person}
	a := w.asker(v.Printer, v.Doc.Questions, t.Faults)
	a.Given = given
	if t.Asked, t.Fields, err = a.fill(); err != nil {
		return err
	}
	for i := range t.Asked { // the preview takes no files, and holds nobody up
		f := &t.Asked[i].Field
		f.Attrs = templAttrs()
		if f.Kind == part.File {
			f.Attrs["disabled"] = true
		}
		t.Asked[i].Held = form.Stored{}
	}
	t.Who = v.personField("requester", t.Person)
	t.For = v.personField("for_whom", v.tried("for_whom"))
	return nil
}

func (v *designPage) personField(name string, id people.ID) part.Field {
	f := part.Field{Name: name, Label: v.T("offering.try." + name), Help: v.T("offering.try." + name + ".help"), Kind: part.Choose, Load: "/settings/find/person", Value: figure(id), Plain: true}
	f.Options = v.personOptions([]string{f.Value})
	return v.Try.Faults.Field(f)
}

// given are the answers of the preview: as typed, else what the form begins
// with for that person.
func (v *designPage) given(who people.Person) form.Answers {
	out := filledFor(v.Doc.Questions, who, v.Now.In(v.Zone()).Format(time.DateOnly))
	typed := v.Try.typed
	if typed == nil || typed.Get("tried") != figure(v.Try.Person) {
		return out // somebody else is asked now: his defaults
	}
	a := asker{Questions: v.Doc.Questions, Form: typed}
	for name, answer := range a.given() {
		q, _ := v.Doc.Questions.Find(name)
		if answer != "" || typed.Values.Has("answers."+name) || typed.Values.Has("asked."+name) || q.Type == form.Table {
			out[name] = answer
		}
	}
	return out
}

// rehearse runs the definition as it is typed.
func (s *Settings) rehearse(v *designPage, given form.Answers) error {
	t := v.Try
	answers := form.Answers{}
	for name, a := range given {
		answers[name] = a
	}
	request.Stand(v.Doc.Questions, answers)
	offer := request.Offer{Offering: v.Doc, ID: v.Held.ID, Name: v.Held.Name}
	order := request.Order{Offering: v.Held.ID, Answers: answers, Requester: t.Person, Input: record.Input{Fields: map[string]string{"for_whom": figure(v.tried("for_whom"))}}}
	got, err := s.Orders.Desk.Rehearse(v.By, offer, order)
	if err != nil {
		return t.Faults.Blame(v.Printer, err)
	}
	t.Result, t.names = got, map[people.ID]string{}
	var ids []string
	for _, st := range got.Stages {
		for _, seat := range st.Seats {
			ids = append(ids, seat.Person.String())
		}
		for _, out := range st.Out {
			ids = append(ids, out.Person.String())
		}
	}
	for _, id := range got.Apart {
		ids = append(ids, id.String())
	}
	for _, o := range v.personOptions(ids) {
		t.names[people.ID(idOf(o.Value))] = o.Label
	}
	return nil
}

// stuck says why the order would be refused, "" when it would not.
func (v *designPage) stuck() string {
	if all := fault.All(v.Try.Result.Stuck); len(all) > 0 {
		return v.Fault(all[0])
	}
	return ""
}

// when is a moment of the test run, or that there is none.
func (v *designPage) when(at time.Time) string {
	if at.IsZero() {
		return v.T("offering.try.no_end")
	}
	return v.DateTime(at)
}

// unseated says who is named in vain, and why.
func (v *designPage) unseated(u request.Unseated) string {
	as := v.T("offering.as." + string(u.As))
	if u.Person == 0 {
		return v.T("offering.why."+string(u.Why), "as", as)
	}
	return v.T("offering.why."+string(u.Why), "as", as, "name", v.Try.names[u.Person])
}

func (v *designPage) taskTurn(t record.Task) string {
	if t.Step == 0 {
		return v.T("offering.any_time")
	}
	return v.T("offering.step", "n", strconv.Itoa(t.Step))
}

// executes tells whether a task of the plan is the one that the author must not
// do.
func (v *designPage) executes(t record.Task) bool {
	st, ok := request.StepOf(v.Doc, &t)
	return ok && st.Executes && v.Doc.FourEyes
}
