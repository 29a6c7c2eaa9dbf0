package request

import (
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Rehearsal is what an order would bring about, worked out by the very rules
// that carry it out, and written nowhere.
type Rehearsal struct {
	Stages []Staged      // with the moments at which each would be asked and lapse, if everybody took all his time
	Idle   []people.Text // names of stages that these answers do not need
	Stuck  error         // why the order would be refused: nobody could grant it
	Tasks  []record.Task // as they would be made if everybody consented at once
	Zone   people.ZoneID
	Team   people.TeamID
	Due    time.Time   // what would be promised, if everybody consented at once; zero is no promise
	Apart  []people.ID // who could not carry out the tasks that execute
}

// Rehearse works out what an order of an offering, published or not, would
// bring about. Faults are those of the answers, as Place has them; nothing is
// written.
func (d *Desk) Rehearse(by people.Actor, offer Offer, o Order) (*Rehearsal, error) {
	if err := by.May(setting.Deed(setting.Offering)); err != nil {
		return nil, err
	}
	r := &Request{Offering: o.Offering, Hours: offer.Hours, Author: o.Author}
	if r.Requester = o.Requester; r.Requester == 0 {
		return nil, fault.At("requester", "record.required")
	}
	n, _ := strconv.ParseInt(o.Fields["for_whom"], 10, 64) // 0 is nobody else
	r.For = people.ID(n)
	var many fault.Many
	for field, id := range map[string]people.ID{"requester": r.Requester, "author": o.Author, "for_whom": r.For} {
		if id == 0 {
			continue
		}
		if err := many.Add(d.person(by, field, id)); err != nil {
			return nil, err
		}
	}
	answers, err := offer.Questions.Accept(o.Answers, "answers.", d.refers(by))
	if err := many.Add(err); err != nil {
		return nil, err
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	r.Answers = answers
	d.place(r, offer)
	out := &Rehearsal{Zone: r.Zone, Team: r.Team}
	if out.Stages, err = d.stages(offer.Offering, r); err != nil {
		return nil, err
	}
	for _, st := range offer.Stages {
		if !offer.Asked(st.When, answers) {
			out.Idle = append(out.Idle, st.Name)
		}
	}
	now := d.Now()
	if err := out.ask(now, d.Rules.Decides, interested(r)); err != nil {
		return nil, err
	}
	out.Tasks = d.tasks(now, offer.Offering, r)
	if r.Hours > 0 && d.City.Due != nil {
		out.Due = d.City.Due(now, r.Hours, r.Service)
	}
	if offer.FourEyes {
		out.Apart = slices.Compact(slices.Sorted(slices.Values([]people.ID{r.Author, r.Requester})))
	}
	return out, nil
}

// ask finds out whether the stages could be granted, who would be left out
// because he is interested, and when each would be asked at the latest.
func (h *Rehearsal) ask(now time.Time, t approval.Terms, barred []people.ID) error {
	if len(h.Stages) == 0 {
		return nil
	}
	var stages []approval.Stage
	for _, st := range h.Stages {
		stages = append(stages, st.Stage)
	}
	round, err := approval.Begin(now, stages, barred, t)
	if err != nil && fault.All(err) == nil {
		return err
	}
	h.Stuck = err
	at := now
	for i := range h.Stages {
		st := &h.Stages[i]
		for _, s := range st.Seats {
			if slices.Contains(barred, s.Person) {
				st.Out = append(st.Out, Unseated{s.Person, catalogue.Capacity(s.As), Interested})
			}
		}
		st.Seats = slices.DeleteFunc(st.Seats, func(s approval.Seat) bool { return slices.Contains(barred, s.Person) })
		if round != nil {
			st.Seats = round.Stages[i].Seats
		}
		st.Opened = at
		if st.Days > 0 && t.Due != nil {
			st.Due = t.Due(at, st.Days)
			at = st.Due
		}
	}
	return nil
}

// Stand fills answers that only a real order can give: a file is taken for
// brought, so that a rehearsal does not ask for it.
func Stand(f form.Form, given form.Answers) {
	for _, q := range f {
		if q.Type == form.File {
			given[q.Name] = form.Stored{ID: 1, Name: "-"}.Text()
		}
	}
}
