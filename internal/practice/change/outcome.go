package change

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// How long before and after a change incidents are looked at, and how much of
// the time after is shown apart (domain/mof, section CHG).
const (
	Aftermath = 7 * 24 * time.Hour
	FirstDays = 72 * time.Hour
)

// Happened is an incident that was opened around a change.
type Happened struct {
	Head   record.Head
	Item   record.ItemID
	Caused bool // it names the change as its cause
}

// Witness lists the incidents around a change, the earliest first: those opened
// within a span, as far as a scope sees them; what was cancelled is left out.
type Witness interface {
	Happened(ctx context.Context, scope people.Scope, change int64, within Span) ([]Happened, error)
	// Outages lists the major incidents about some services that lasted at some
	// time within a span, as far as a scope sees them.
	Outages(ctx context.Context, scope people.Scope, services []record.ServiceID, within Span) ([]Outage, error)
}

// Outcome is what followed a change, measured from the records of today.
type Outcome struct {
	Before Span // the days before it was begun
	During Span // while it was carried out
	After  Span // the days after it ended
	Until  time.Time
	// Incidents on what the change touched, by when they were opened; First are
	// those of After in its first days.
	Preceding, Meanwhile, Following, First []Happened
	Caused                                 []Happened // of all these, and later ones, those that name it as their cause
	Touched                                int        // items that went down with those changed, themselves included
	Services                               []record.ServiceID
	Overrun                                time.Duration // past the end of the window
	Early                                  time.Duration // before it began
	Windowed                               bool
	Proposed                               Result
	Tasks                                  []*record.Task // of the change, with what was planned and what came of it
	Outages                                []Outage       // of the services, at some time from Before to After
	Availability                           []Available    // of the services, in their order
}

// Punctual counts the tasks that have a plan by how they went: as planned, begun
// late, ended late, and longer than planned; one may be counted as all three. Less
// than a minute is nothing.
type Punctual struct{ Planned, AsPlanned, BegunLate, EndedLate, Longer int }

// Punctual tells how the tasks went.
func (o *Outcome) Punctual() (p Punctual) {
	late := func(d *time.Duration, n *int) bool {
		if d == nil || *d < time.Minute {
			return false
		}
		*n++
		return true
	}
	for _, t := range o.Tasks {
		k := t.Kept(o.Until)
		if k.Start == nil && k.End == nil {
			continue
		}
		p.Planned++
		begun, ended, longer := late(k.Start, &p.BegunLate), late(k.End, &p.EndedLate), late(k.Longer, &p.Longer)
		if !begun && !ended && !longer {
			p.AsPlanned++
		}
	}
	return p
}

// Complete reports whether the days after are over.
func (o *Outcome) Complete() bool { return !o.Until.Before(o.After.Until) }

// Touches tells whether an incident is about what a change touched.
type Touches func(Happened) bool

// Measure tells what followed a change that was carried out, from the incidents
// around it. It is nil for one that was not.
func (c *Change) Measure(found []Happened, touches Touches, now time.Time) *Outcome {
	if c.Begun.IsZero() || c.Ended.IsZero() {
		return nil
	}
	o := &Outcome{Before: Span{c.Begun.Add(-Aftermath), c.Begun}, During: Span{c.Begun, c.Ended}, After: Span{c.Ended, c.Ended.Add(Aftermath)}, Until: now}
	first := c.Ended.Add(FirstDays)
	for _, h := range found {
		at := h.Head.Opened
		if h.Caused {
			o.Caused = append(o.Caused, h)
		}
		if !h.Caused && !touches(h) {
			continue
		}
		switch {
		case at.Before(o.Before.From) || !at.Before(o.After.Until):
		case at.Before(c.Begun):
			o.Preceding = append(o.Preceding, h)
		case at.Before(c.Ended):
			o.Meanwhile = append(o.Meanwhile, h)
		default:
			if o.Following = append(o.Following, h); at.Before(first) {
				o.First = append(o.First, h)
			}
		}
	}
	if o.Windowed = !c.Starts.IsZero() && c.Ends.After(c.Starts); o.Windowed {
		o.Overrun, o.Early = max(0, c.Ended.Sub(c.Ends)), max(0, c.Starts.Sub(c.Begun))
	}
	o.Proposed = c.proposes(o)
	return o
}

// proposes is the result that the facts speak for. Whoever reviews the change
// decides.
func (c *Change) proposes(o *Outcome) Result {
	switch {
	case c.WhyBackedOut != "":
		return TakenBack
	case c.WhyFailed != "":
		return Failed
	case len(o.Caused) > 0, len(o.Following) > len(o.Preceding):
		return Incidents
	case o.Overrun > 0:
		return Overran
	}
	return Success
}

// Down are the places that go down with some items, themselves included, in
// order.
func (s *Snapshot) Down(items []graph.Node) []graph.Node {
	if len(items) == 0 {
		return nil
	}
	r := s.reach(items)
	out := make([]graph.Node, 0, len(r.down))
	for _, h := range r.down {
		out = append(out, h.Node)
	}
	slices.Sort(out)
	return out
}
