package sla

import (
	"cmp"
	"slices"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
)

// Book is all agreements with their calendars, ready to be asked. It never
// changes; when the settings do, a new one is made.
type Book struct {
	calendars map[int64]*calendar.Calendar
	pages     []page // the most particular agreement first
}

// page is one agreement with its terms by priority.
type page struct {
	Agreement
	terms map[int][]Term
}

// NewBook puts agreements and calendars together. A nil calendar is round the
// clock. The error is a fault about an agreement that is not valid or names a
// calendar that is not there.
func NewBook(calendars map[int64]*calendar.Calendar, agreements []Agreement) (*Book, error) {
	b := &Book{calendars: calendars}
	for _, a := range agreements {
		if err := a.Validate(); err != nil {
			return nil, err
		}
		p := page{Agreement: a, terms: map[int][]Term{}}
		for _, t := range a.Targets {
			cal, ok := calendars[t.Calendar]
			if !ok {
				return nil, fault.At("calendar", "sla.calendar_missing").With("calendar", t.Calendar).With("agreement", a.NameEn)
			}
			p.terms[t.Priority] = append(p.terms[t.Priority], Term{
				Name: t.Clock, Target: time.Duration(t.Minutes) * time.Minute, Calendar: cal, Stops: a.stops(t.Clock), Warn: a.Warn, Agreement: a.ID,
			})
		}
		for _, terms := range p.terms {
			slices.SortFunc(terms, func(x, y Term) int {
				return cmp.Compare(slices.Index(Names, x.Name), slices.Index(Names, y.Name))
			})
		}
		b.pages = append(b.pages, p)
	}
	// One that names its services beats one for all, a newer one an older.
	slices.SortStableFunc(b.pages, func(x, y page) int {
		return cmp.Or(cmp.Compare(general(x), general(y)), y.From.Compare(x.From), cmp.Compare(x.ID, y.ID))
	})
	return b, nil
}

func general(p page) int {
	if len(p.Services) == 0 {
		return 1
	}
	return 0
}

// Terms are the promises to the customer for a record of that service and
// priority opened at that moment, and the agreement they come from: the one
// that names the service, else the one for every service; an agreement that
// says nothing on the priority is passed over. Without any there are no terms
// and the id is 0. The terms are shared and must not be changed.
func (b *Book) Terms(service int64, priority int, opened time.Time) ([]Term, int64) {
	return b.Under(SLA, 0, service, priority, opened)
}

// Ran is the agreement with the customer that a clock ran under of which that was not
// kept: the one that holds for a record of that service and priority opened at that
// moment, when it promises the very time that the clock measured. 0 when it does not:
// the agreement was another then.
func (b *Book) Ran(service int64, priority int, opened time.Time, clock Name, target time.Duration) int64 {
	terms, id := b.Terms(service, priority, opened)
	if slices.ContainsFunc(terms, func(t Term) bool { return t.Name == clock && t.Target == target }) {
		return id
	}
	return 0
}

// Under is Terms for any kind of agreement: what a team owes under its OLA, a
// supplier under its contract.
func (b *Book) Under(kind Kind, party, service int64, priority int, opened time.Time) ([]Term, int64) {
	if b == nil {
		return nil, 0
	}
	for _, p := range b.pages {
		if p.Kind != kind || p.Party != party || !p.valid(opened) || len(p.terms[priority]) == 0 {
			continue
		}
		if len(p.Services) == 0 || slices.Contains(p.Services, service) {
			return p.terms[priority], p.ID
		}
	}
	return nil, 0
}

// Agreement finds one by its id.
func (b *Book) Agreement(id int64) (Agreement, bool) {
	if b != nil {
		for _, p := range b.pages {
			if p.ID == id {
				return p.Agreement, true
			}
		}
	}
	return Agreement{}, false
}

// Calendar finds one by its id; nil is round the clock.
func (b *Book) Calendar(id int64) (*calendar.Calendar, bool) {
	if b == nil {
		return nil, false
	}
	c, ok := b.calendars[id]
	return c, ok
}

// Gap is a year whose official holidays a calendar lacks.
type Gap struct {
	Calendar int64
	Name     string
	Year     int
}

// Gaps lists what calendar.Warns has to say about each calendar at now.
func (b *Book) Gaps(now time.Time) []Gap {
	if b == nil {
		return nil
	}
	var out []Gap
	for id, c := range b.calendars {
		for _, y := range c.Warns(now) {
			out = append(out, Gap{Calendar: id, Name: c.Name, Year: y})
		}
	}
	slices.SortFunc(out, func(x, y Gap) int {
		return cmp.Or(cmp.Compare(x.Calendar, y.Calendar), cmp.Compare(x.Year, y.Year))
	})
	return out
}
