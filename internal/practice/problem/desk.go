package problem

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where problems are raised, analysed and brought to their end.
type Desk struct {
	*record.Desk[*Problem]
	City   City
	Ledger record.Ledger
	Shelf  Shelf

	Facts     Facts // what candidates are found in, and where they are kept
	Counts    Counts
	Proposals Proposals
	Pen       audit.Pen // set with Proposals
	Studies   Analyses
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
}

// City is what the desk asks about the city around it; a function left out
// answers that nothing is known.
type City struct {
	Priority func(impact, urgency Level) int      // by the centre's matrix; 0 while either is not said
	Zone     func(record.ServiceID) people.ZoneID // the network a service runs in
	Workdays func(time.Time, int) time.Time       // a moment so many working days later
	Above    func(int64) int64                    // the main group of a cause or a category, or itself
}

type sitting = record.Sitting[*Problem]

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Problem], city City, ledger record.Ledger, shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, City: city, Ledger: ledger, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Problem, Flow, Sheet()
	d.Rules.Settle, d.Rules.Then = d.settle, d.then
	return d
}

// Raise opens a problem in the name of whoever saw it. What is not said about
// the network follows from the service.
func (d *Desk) Raise(ctx context.Context, by people.Actor, in record.Input) (*Problem, error) {
	p := new(Problem)
	return p, d.Sit(ctx, by, func(s *sitting) error { return d.raise(s, p, in) })
}

func (d *Desk) raise(s *sitting, p *Problem, in record.Input) error {
	p.Requester, p.Source = s.By.ID, Proactive
	in.Fields = maps.Clone(in.Fields)
	if id, err := strconv.ParseInt(in.Fields["service"], 10, 64); err == nil && in.Fields["zone"] == "" && d.City.Zone != nil {
		if zone := d.City.Zone(record.ServiceID(id)); zone != 0 && s.By.Scope.Clears(zone) {
			in.Fields["zone"] = strconv.FormatInt(int64(zone), 10)
		}
	}
	return s.Open(p, in)
}

// Follow notes that a problem is another one come back.
func (d *Desk) Follow(ctx context.Context, by people.Actor, n record.Number, past *record.Head) (*Problem, error) {
	return d.One(ctx, by, n, record.Input{}, func(s *sitting, p *Problem) error {
		s.Relate(p.Common(), past, "follows")
		return s.Log(p, "relate", record.Entry{Changes: []record.Change{{Field: "follows", Now: past.Ref()}}})
	})
}

// Told notes on a problem that an incident was put down to it, once for each.
// One that is being watched has come back with it. Kilter calls it.
func (d *Desk) Told(ctx context.Context, n record.Number, ref, title string) error {
	_, err := d.One(ctx, people.System(people.ViaJob), n, record.Input{}, func(s *sitting, p *Problem) error {
		past, err := s.Past(p)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(past, func(e record.Entry) bool { return e.Deed == "problem.incident" && e.Reason == ref }) {
			return nil
		}
		if err := s.Log(p, "incident", record.Entry{Reason: ref, Text: title}); err != nil || p.State != Verifying {
			return err
		}
		return s.Move(p, "recur", record.Input{Text: ref + " " + title})
	})
	return err
}

// Reconsider takes up again what was deferred until a day that has come: a risk
// is borne no longer than was agreed. A duty calls it as often as it likes.
func (d *Desk) Reconsider(ctx context.Context) error {
	due, err := d.Shelf.ToReview(ctx, d.Now())
	if err != nil {
		return err
	}
	for _, n := range due {
		_, err := d.One(ctx, people.System(people.ViaJob), n, record.Input{}, func(s *sitting, p *Problem) error {
			if p.State != Deferred || p.ReviewOn.IsZero() || p.ReviewOn.After(s.Now) {
				return nil // somebody has looked at it meanwhile
			}
			return s.Move(p, "reconsider", record.Input{Text: p.Risk})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settle derives the priority.
func (d *Desk) settle(p *Problem) error {
	if d.City.Priority != nil {
		p.Priority = d.City.Priority(p.Impact, p.Urgency)
	}
	return nil
}

// then is what follows a deed in the same sitting, and what of it depends on
// who does it and when.
func (d *Desk) then(s *sitting, p *Problem, deed string, _ record.Input) error {
	switch deed {
	case "accept_risk":
		if !p.ReviewOn.After(s.Now) {
			return fault.At("review_on", "problem.review_in_past")
		}
		p.AcceptedBy = s.By.ID
	case "defer":
		// Who bears a risk and who stops the work on it are two people.
		if p.AcceptedBy == s.By.ID {
			return fault.New(fault.Conflict, "problem.own_risk")
		}
	case "resolve":
		if s.Now.Before(p.WatchUntil) {
			return fault.New(fault.Conflict, "problem.still_watched").With("until", p.WatchUntil)
		}
	}
	return nil
}

// Next lists the moves that a person may make now: the buttons of the page.
func (d *Desk) Next(by people.Actor, p *Problem) []flow.Move[*Problem] {
	var out []flow.Move[*Problem]
	for _, m := range d.Flow.From(p.State) {
		if by.Can("problem."+m.Name) && offered(p, m.Name) {
			out = append(out, m)
		}
	}
	return out
}

// offered leaves out moves whose needs cannot hold whatever is filled in.
func offered(p *Problem, move string) bool {
	switch move {
	case "withdraw":
		return !p.Published.IsZero()
	case "publish":
		return p.Published.IsZero()
	case "defer":
		return p.AcceptedBy != 0
	case "close":
		return !p.Major || p.Review != ""
	}
	return true
}

// unless is the need that something is not so, for reasons that no field of
// the form can mend.
func unless(so func(*Problem) bool, key string) flow.Need[*Problem] {
	return func(p *Problem) error {
		if so(p) {
			return fault.New(fault.Conflict, key)
		}
		return nil
	}
}
