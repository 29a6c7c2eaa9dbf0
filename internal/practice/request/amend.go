package request

import (
	"context"
	"maps"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Amends is the deed of answering the form of an order anew. The timeline keeps
// what every answer was, who changed it and when.
const Amends = "amend"

// AnswerField is what stands before the name of a question where the timeline
// names an answer as a field.
const AnswerField = "answers."

// open are the states in which an order can be answered anew: what everybody
// has consented to stays as it is.
var open = flow.At(Draft, Submitted, Awaiting)

// Amendment is an order as it is to be from now on.
type Amendment struct {
	Answers form.Answers // all of them
	Detail  string
}

// Amend answers the form of an order anew, under the definition it was ordered
// under. Whoever was asked to consent is asked again, for nobody has consented
// to what is written now. Faults of an answer are at "answers." and the name of
// the question.
func (d *Desk) Amend(ctx context.Context, by people.Actor, n record.Number, a Amendment, in record.Input) (*Request, error) {
	return d.One(ctx, by, n, in, func(s *sitting, r *Request) error {
		if err := s.May(Amends); err != nil {
			return err
		}
		return d.amend(ctx, s, r, a)
	})
}

// Amendable reports whether somebody may answer an order anew now.
func (d *Desk) Amendable(by people.Actor, r *Request) bool {
	return by.Can("request."+Amends) && corrects(by, r) && slices.Contains(open, r.State)
}

// corrects reports whether an order is somebody's own, or he edits those of
// others.
func corrects(by people.Actor, r *Request) bool {
	return by.ID == r.Requester || by.ID == r.For && r.For != 0 || by.Staff && by.Can("request.edit")
}

func (d *Desk) amend(ctx context.Context, s *sitting, r *Request, a Amendment) error {
	if !corrects(s.By, r) {
		return fault.New(fault.Denied, "request.only_requester")
	}
	if !slices.Contains(open, r.State) {
		return fault.New(fault.Conflict, "request.amend_too_late")
	}
	o, err := d.Definition(r)
	if err != nil {
		return err
	}
	var in record.Input
	answers, err := d.again(ctx, s.By, o, r, a.Answers, &in)
	if err != nil {
		return err
	}
	detail, _ := d.Sheet.Find("detail")
	if err := detail.Set(r, a.Detail); err != nil {
		return err
	}
	changes := differ(o.Questions, r.Answers, answers)
	r.Answers = answers
	if len(changes) == 0 && len(s.Pending(r)) == 0 {
		return nil
	}
	if err := s.Log(r, Amends, record.Entry{Public: true, Changes: changes}); err != nil {
		return err
	}
	if err := s.Bring(r, in.Files); err != nil {
		return err
	}
	return d.anew(s, r, o)
}

// again checks the answers of an order. What it named before it may go on
// naming, whoever corrects it.
func (d *Desk) again(ctx context.Context, by people.Actor, o catalogue.Offering, r *Request, given form.Answers, in *record.Input) (form.Answers, error) {
	may := d.refers(by)
	refers := func(t form.Type, field, id string) error {
		if q, ok := o.Questions.Find(field[len(AnswerField):]); ok && r.Answers[q.Name] == id || may == nil {
			return nil
		}
		return may(t, field, id)
	}
	answers, err := o.Questions.Accept(sameFiles(o.Questions, r.Answers, given), AnswerField, refers)
	if err != nil {
		return nil, err
	}
	fresh := slices.DeleteFunc(slices.Clone(o.Questions), func(q form.Question) bool { return answers[q.Name] == r.Answers[q.Name] })
	return d.files(ctx, by, fresh, answers, in)
}

// sameFiles are the answers given, where a file that was named before keeps its
// hash and its name.
func sameFiles(f form.Form, was, given form.Answers) form.Answers {
	out := maps.Clone(given)
	for _, q := range f {
		old, had := form.ParseFile(was[q.Name])
		if held, ok := form.ParseFile(given[q.Name]); q.Type == form.File && had && ok && held.ID == old.ID {
			out[q.Name] = was[q.Name]
		}
	}
	return out
}

// differ lists the answers that are others now, in the order of the form.
func differ(f form.Form, was, now form.Answers) []record.Change {
	var out []record.Change
	for _, q := range f {
		if was[q.Name] != now[q.Name] {
			out = append(out, record.Change{Field: AnswerField + q.Name, Was: was[q.Name], Now: now[q.Name]})
		}
	}
	return out
}

// anew asks again for the consents to what was changed while they were asked
// for; when none is needed any more, the work begins.
func (d *Desk) anew(s *sitting, r *Request, o catalogue.Offering) error {
	if r.State != Awaiting {
		return nil
	}
	if err := s.Withdraw(r); err != nil {
		return err
	}
	due, err := d.stages(o, r)
	if err != nil {
		return err
	}
	if len(due) > 0 {
		return d.ask(s, r, due)
	}
	return s.AsKilter(func() error { return d.begin(s, r, o) })
}

// wrote are those who have changed an order since it was placed: what they
// wrote they neither consent to nor, with four eyes, carry out.
func (d *Desk) wrote(s *sitting, r *Request) ([]people.ID, error) {
	past, err := s.Past(r)
	if err != nil {
		return nil, err
	}
	var out []people.ID
	for _, e := range append(slices.Clone(past), s.Written(r)...) {
		changed := e.Deed == "request."+Amends || slices.ContainsFunc(e.Changes, func(c record.Change) bool { return slices.Contains(decided, c.Field) && e.From == "" && e.To == "" })
		if changed && e.By != 0 && !slices.Contains(out, e.By) {
			out = append(out, e.By)
		}
	}
	return out, nil
}

// decided are the fields that consents are about, beside the answers.
var decided = []string{"detail", "for_whom"}

// edited keeps what was consented to as it is, and asks anew for the consent to
// what is being decided on.
func (d *Desk) edited(s *sitting, r *Request) error {
	for _, c := range s.Changed(r) {
		if !slices.Contains(decided, c.Field) {
			continue
		}
		if !r.Granted.IsZero() {
			return fault.At(c.Field, "request.amend_too_late")
		}
		o, err := d.Definition(r)
		if err != nil {
			return err
		}
		return d.anew(s, r, o)
	}
	return nil
}
