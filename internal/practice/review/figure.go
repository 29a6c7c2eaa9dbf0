package review

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Line is a part of a figure, and where the very records are that it is about.
type Line struct {
	Text people.Text `json:"text"`
	Link string      `json:"link,omitempty"`
}

// Told is a figure as it is filled in: what it says, of what time, and where the
// records are.
type Told struct {
	Says  people.Text
	Link  string
	Lines []Line
}

// Period is the time that figures look at; Until is not part of it.
type Period struct{ From, Until time.Time }

// Looks is the time that the figures of a review look at: the days of its period,
// both included, as far as they are over; without one the month before it, and of a
// service level review the quarter.
func (r *Review) Looks(now time.Time, place *time.Location) Period {
	p := Period{Until: now}
	if !r.Until.IsZero() {
		if end := day.End(r.Until, place); end.Before(now) {
			p.Until = end
		}
	}
	months := -1
	if r.Kind == Service {
		months = -3
	}
	if p.From = p.Until.AddDate(0, months, 0); !r.From.IsZero() {
		if begins := day.Begin(r.From, place); begins.Before(p.Until) {
			p.From = begins
		}
	}
	return p
}

// Caused is how many incidents of one cause were resolved in a period.
type Caused struct {
	Cause record.CauseID // 0: none was named
	N     int
}

// Unkept is the incidents of which a promise was broken in a period.
type Unkept struct {
	Broken []Broken
	// First are the numbers of the first of all, of each cause and under each agreement,
	// in their order.
	First []Hit
}

// Broken is how many incidents of one cause had promises broken under one agreement.
type Broken struct {
	Cause            record.CauseID // 0: none was named
	Agreement        int64          // 0: under none of Kilter's, or it was not kept
	Respond, Resolve bool           // which of the promises
	N                int
}

// Hit is one incident of which a promise was broken.
type Hit struct {
	Number    record.Number
	Cause     record.CauseID
	Agreement int64
}

// Ran is how many recurring operations of a kind came to the same end in a period.
type Ran struct {
	Kind     operation.Kind
	State    operation.State
	Late     bool // done after their time
	Deviated bool // something was not as it should be
	N        int
}

// Shelf reads what figures are made of, within a scope.
type Shelf interface {
	Causes(ctx context.Context, scope people.Scope, p Period) ([]Caused, error)
	// Broken counts what was broken, and names so many of each kind.
	Broken(ctx context.Context, scope people.Scope, p Period, most int) (*Unkept, error)
	Ran(ctx context.Context, scope people.Scope, p Period) ([]Ran, error)
}

// inner are the causes that lie with the centre itself where it has not said
// otherwise, by their codes in the catalogue that Kilter comes with.
var inner = []string{"hardware", "software", "configuration", "capacity", "change", "account", "data", "operation"}

// Inner is whether a cause that is part of no other lies with the centre itself; those
// below it do, too.
func Inner(cause *setting.Thing) (bool, error) {
	doc, err := setting.Read[catalogue.Cause](*cause)
	if err != nil {
		return false, err
	}
	switch doc.Lies {
	case catalogue.Inside, catalogue.Outside:
		return doc.Lies == catalogue.Inside, nil
	}
	return slices.Contains(inner, cause.Code), nil
}

// Above is the cause that a cause is part of, itself where none is above it; nil when it
// is not in the settings.
func Above(all *setting.All, cause record.CauseID) *setting.Thing {
	t := all.Find(setting.Cause, int64(cause))
	for t != nil && t.Parent != 0 {
		above := all.Find(setting.Cause, t.Parent)
		if above == nil {
			break
		}
		t = above
	}
	return t
}
