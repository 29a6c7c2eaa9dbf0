package change

import (
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/record"
)

// Outage is a major incident about a service, from when it was opened until it
// was resolved. Until is zero while it lasts.
type Outage struct {
	Head  record.Head
	Until time.Time
}

// Uptime is how long a service was agreed to be there within a span, and how much
// of that an outage took.
type Uptime struct{ Agreed, Out time.Duration }

// Share is the part of the agreed time in which there was no outage; false where
// no time was agreed.
func (u Uptime) Share() (float64, bool) {
	if u.Agreed <= 0 {
		return 0, false
	}
	return 1 - float64(u.Out)/float64(u.Agreed), true
}

func (u Uptime) plus(o Uptime) Uptime { return Uptime{u.Agreed + o.Agreed, u.Out + o.Out} }

// Available is how available a service was in the days before a change, in the
// first of those after it, and in all of them.
type Available struct {
	Service              record.ServiceID
	Before, First, After Uptime
}

// Lapses reports whether the days after were worse than those before.
func (a Available) Lapses() bool {
	was, before := a.Before.Share()
	is, after := a.After.Share()
	return before && after && is < was
}

// Avail measures how available services were around a change: their agreed
// hours less the minutes of outages in them, of which those that overlap count
// once. Hours are the working calendar of a service, nil being round the clock.
// Of the days after only what has passed is counted.
func (o *Outcome) Avail(services []record.ServiceID, outages []Outage, hours func(record.ServiceID) *calendar.Calendar) {
	o.Availability, o.Outages = nil, outages
	first := Span{o.After.From, o.After.From.Add(FirstDays)}
	for _, id := range services {
		var down []Span
		for _, out := range outages {
			if out.Head.Service != id {
				continue
			}
			end := out.Until
			if end.IsZero() || end.After(o.Until) {
				end = o.Until
			}
			down = append(down, Span{out.Head.Opened, end})
		}
		down = joined(down)
		work := hours(id)
		o.Availability = append(o.Availability, Available{
			Service: id, Before: uptime(work, down, o.Before, o.Until), First: uptime(work, down, first, o.Until), After: uptime(work, down, o.After, o.Until),
		})
	}
}

// Together is the availability of all services, each by its agreed time.
func (o *Outcome) Together() (all Available) {
	for _, a := range o.Availability {
		all.Before, all.First, all.After = all.Before.plus(a.Before), all.First.plus(a.First), all.After.plus(a.After)
	}
	return all
}

// uptime is measured within a span as far as it has passed.
func uptime(work *calendar.Calendar, down []Span, within Span, now time.Time) (u Uptime) {
	between := func(a, b time.Time) time.Duration {
		switch {
		case !b.After(a):
			return 0
		case work == nil:
			return b.Sub(a)
		}
		return work.Between(a, b)
	}
	if within.Until.After(now) {
		within.Until = now
	}
	u.Agreed = between(within.From, within.Until)
	for _, d := range down {
		from, until := d.From, d.Until
		if from.Before(within.From) {
			from = within.From
		}
		if until.After(within.Until) {
			until = within.Until
		}
		u.Out += between(from, until)
	}
	return u
}
