package request

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// patience bounds the reading of a definition that is not held in memory.
const patience = 2 * time.Second

// Definition is what a request was ordered under.
func (d *Desk) Definition(r *Request) (catalogue.Offering, error) {
	if held, ok := d.pinned.Load(r.Pin); ok {
		return held.(catalogue.Offering), nil
	}
	var o catalogue.Offering
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	doc, err := d.Shelf.Pinned(ctx, r.Pin)
	if err != nil {
		return o, err
	}
	if err := o.Read(doc); err != nil {
		return o, err
	}
	d.pinned.Store(r.Pin, o)
	return o, nil
}

// submitted asks those who must consent, or begins the work when nobody must.
func (d *Desk) submitted(s *sitting, r *Request) error {
	o, err := d.Definition(r)
	if err != nil {
		return err
	}
	due, err := d.stages(o, r)
	if err != nil {
		return err
	}
	if len(due) == 0 {
		return s.AsKilter(func() error {
			if err := s.Move(r, "pass", record.Input{}); err != nil {
				return err
			}
			return d.plan(s, r, o)
		})
	}
	return s.AsKilter(func() error {
		// Why it rests stands in the timeline, for the clocks.
		if err := s.Move(r, "seek", record.Input{Reason: string(ForApproval)}); err != nil {
			return err
		}
		return d.ask(s, r, due)
	})
}

// ask asks for the consents that are due. Whoever has written on the order has
// no say in it.
func (d *Desk) ask(s *sitting, r *Request, due []Staged) error {
	var stages []approval.Stage
	for _, st := range due {
		stages = append(stages, st.Stage)
	}
	wrote, err := d.wrote(s, r)
	if err != nil {
		return err
	}
	return s.Ask(r, stages, append(interested(r), wrote...)...)
}

// begin makes the plan of what everybody has consented to, as far as anybody
// had to.
func (d *Desk) begin(s *sitting, r *Request, o catalogue.Offering) error {
	for _, move := range []string{"grant", "plan"} {
		if err := s.Move(r, move, record.Input{}); err != nil {
			return err
		}
	}
	return d.plan(s, r, o)
}

// askedAgain asks for the consents anew where a cancelled request waits for
// them again: what was asked has been withdrawn, and whoever had consented had
// consented to what was then called off.
func (d *Desk) askedAgain(s *sitting, r *Request) error {
	if r.State != Awaiting {
		return nil
	}
	if open, err := s.Asking(r); err != nil || open != nil {
		return err
	}
	o, err := d.Definition(r)
	if err != nil {
		return err
	}
	due, err := d.stages(o, r)
	if err != nil {
		return err
	}
	return s.AsKilter(func() error { return d.ask(s, r, due) })
}

// Staged is a stage with those whom it would ask, and those whom it names in
// vain.
type Staged struct {
	approval.Stage
	Out []Unseated
}

// Unseated is a capacity that nobody decides in, or a person who cannot, with
// the reason.
type Unseated struct {
	Person people.ID // 0 when nobody is named
	As     catalogue.Capacity
	Why    Why
}

// Why is the reason why somebody named has no say.
type Why string

// The reasons.
const (
	Nobody     Why = "nobody"     // the capacity is filled by nobody
	Gone       Why = "gone"       // he is retired, or his account has ended
	Uncleared  Why = "uncleared"  // not cleared for the network of the service
	Ungranted  Why = "ungranted"  // no role of his lets him decide
	Interested Why = "interested" // he ordered it, has it or wrote it
)

// stages are those due for the answers of a request, with whom they ask.
func (d *Desk) stages(o catalogue.Offering, r *Request) ([]Staged, error) {
	var out []Staged
	for _, st := range o.Stages {
		if !o.Asked(st.When, r.Answers) {
			continue
		}
		one := Staged{Stage: approval.Stage{Name: st.Name, Rule: st.Rule, Quorum: st.Quorum, Apart: st.Apart, Days: st.Days, After: st.Remind}}
		for _, w := range st.Who {
			seats, none, err := d.City.Seats(r, w)
			if err != nil {
				return nil, err
			}
			one.Seats, one.Out = append(one.Seats, seats...), append(one.Out, none...)
		}
		out = append(out, one)
	}
	return out, nil
}

// interested are those who cannot consent: whoever ordered it, entered that for
// him, has it or wrote what is carried out.
func interested(r *Request) []people.ID {
	var out []people.ID
	for _, id := range []people.ID{r.Requester, r.Entered, r.For, r.Author} {
		if id != 0 && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// decided takes the request on when a decision has come to its end.
func (d *Desk) decided(s *sitting, r *Request) error {
	rounds, err := s.Rounds(r)
	if err != nil || r.State != Awaiting {
		return err
	}
	last := rounds[len(rounds)-1]
	switch last.Verdict {
	case approval.Approved:
		o, err := d.Definition(r)
		if err != nil {
			return err
		}
		return s.AsKilter(func() error { return d.begin(s, r, o) })
	case approval.Refused, approval.Lapsed:
		fields := map[string]string{"ended_as": string(Refused), "refusal": refusal(last)}
		if last.Verdict == approval.Lapsed {
			fields["ended_as"] = string(Lapsed)
		}
		return s.AsKilter(func() error { return s.Move(r, "reject", record.Input{Fields: fields}) })
	}
	return nil
}

// refusal is what was said by whoever said no, the last one last.
func refusal(r *approval.Round) string {
	out := ""
	for _, seat := range r.Stages[r.At].Seats {
		if seat.Answer != approval.No {
			continue
		}
		if out != "" {
			out += "\n"
		}
		out += seat.Reason
	}
	if all := []rune(out); len(all) > 2000 {
		out = string(all[:1999]) + "…"
	}
	return out
}

// plan makes the tasks that the definition has for these answers.
func (d *Desk) plan(s *sitting, r *Request, o catalogue.Offering) error {
	for _, t := range d.tasks(s.Now, o, r) {
		if err := s.Plan(r, t); err != nil {
			return err
		}
	}
	return nil
}

// tasks are those of the plan for the answers of a request, as they would be
// made at a moment.
func (d *Desk) tasks(now time.Time, o catalogue.Offering, r *Request) []record.Task {
	var out []record.Task
	for _, st := range steps(o, r) {
		t := record.Task{Title: st.Title.Both(), Team: st.Team, Step: st.Order, Plan: st.Name}
		if t.Team == 0 {
			t.Team = r.Team
		}
		for _, c := range st.Checks {
			t.Checks = append(t.Checks, record.Check{Text: c.Both()})
		}
		if st.Hours > 0 && d.City.Due != nil {
			t.Due = d.City.Due(now, st.Hours, r.Service)
		}
		out = append(out, t)
	}
	return out
}

func steps(o catalogue.Offering, r *Request) []catalogue.Step {
	var out []catalogue.Step
	for _, st := range o.Plan {
		if o.Asked(st.When, r.Answers) {
			out = append(out, st)
		}
	}
	slices.SortStableFunc(out, func(a, b catalogue.Step) int { return a.Order - b.Order })
	return out
}

// StepOf is what the definition says of a task; false when it is not of the
// plan.
func StepOf(o catalogue.Offering, t *record.Task) (catalogue.Step, bool) {
	i := slices.IndexFunc(o.Plan, func(s catalogue.Step) bool { return t.Plan != "" && s.Name == t.Plan })
	if i < 0 {
		return catalogue.Step{}, false
	}
	return o.Plan[i], true
}

// apart keeps those who consented from carrying out what they consented to
// (domain/mof, rules common to all).
func (d *Desk) apart(s *sitting, r *Request) error {
	rounds, err := s.Rounds(r)
	if err != nil {
		return err
	}
	for _, round := range rounds {
		if s.By.ID != 0 && slices.Contains(round.Took(), s.By.ID) {
			return fault.New(fault.Denied, "request.approver_executes")
		}
	}
	return nil
}

// complete holds back a request whose tasks are not all done or dropped.
func (d *Desk) complete(s *sitting, r *Request) error {
	held, err := s.Tasks(r)
	if err != nil {
		return err
	}
	for _, t := range held {
		if t.State == record.TaskOpen {
			return fault.New(fault.Conflict, "request.task_open").With("task", t.Title)
		}
	}
	return nil
}
