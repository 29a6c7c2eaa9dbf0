// Package agenda fills the agenda of a management review in: what the period was
// like in which the service ran (how promises to customers and those between teams
// were kept, what broke and why, what operations and monitoring found, what users
// said), what is so now (who is there to do the work, what is planned, what the
// programme has open), and of a change that a review is about what it touches, how
// risky it was found and what it costs against what it is for.
//
// Each figure says in both languages what was counted, and leads to the very records.
// It is told only to who may read all that it was counted from, and what is so now is
// told of no day that is over.
package agenda

import (
	"context"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
	"kilter/internal/report/director"
)

// Records counts and lists what people find by a condition, and what is linked.
type Records interface {
	List(ctx context.Context, scope people.Scope, q record.Query) ([]record.Row, error)
	Count(ctx context.Context, scope people.Scope, q record.Query, most int) (int, error)
	Around(ctx context.Context, scope people.Scope, record int64) (record.Around, error)
}

// Kept reads what was kept in time of the months from one on.
type Kept interface {
	Promises(ctx context.Context, scope people.Scope, since time.Time) ([]director.Promises, error)
}

// Grades counts what users said when their cases were closed.
type Grades interface {
	Counts(ctx context.Context, scope people.Scope, by grade.Dimension, k record.Kind, from, to time.Time) ([]grade.Count, error)
}

// Plans lists the plans of recurring operations.
type Plans interface {
	Plans(by people.Actor) ([]*setting.Thing, error)
}

// Staff tells the hours of the staff, and which roles somebody holds.
type Staff interface {
	Staffing(ctx context.Context, by people.Actor) (*readiness.Staffing, error)
}

// Programmes reads improvement programmes.
type Programmes interface {
	List(ctx context.Context, by people.Actor) ([]programme.Programme, error)
	Look(ctx context.Context, by people.Actor, id int64) (*programme.View, error)
}

// Topology tells what an outage of items reaches.
type Topology interface {
	Impact(ctx context.Context, by people.Actor, q cmdb.Question) (*cmdb.Impact, error)
}

// Changes finds changes by their number.
type Changes interface {
	Find(ctx context.Context, by people.Actor, n record.Number) (*change.Change, error)
}

// Risks finds risks of the register by their number.
type Risks interface {
	Find(ctx context.Context, by people.Actor, n record.Number) (*risk.Risk, error)
}

// Maker fills agendas in. Every source is asked in the name of the reader.
type Maker struct {
	Shelf      review.Shelf
	Records    Records
	Teams      *Teams
	Kept       Kept
	Grades     Grades
	Plans      Plans
	Staff      Staff
	Programmes Programmes
	Topology   Topology
	Changes    Changes
	Risks      Risks
	Settings   func() *setting.All
	// Where reads a condition on records of a kind as its reader means it at a moment.
	Where func(by people.Actor, kind record.Kind, text string, now time.Time) (query.Node, error)
	Place func() *time.Location
	Now   func() time.Time
}

// figure is how a figure is told, and under which grant its reader reads all that
// it is of; now when it is of the state of now.
type figure struct {
	deed string
	now  bool
	tell func(*teller) (review.Told, error)
}

// figures are those that tell with the records behind them.
var figures = map[review.Figure]figure{
	review.Inside:    {deed: "incident.read", tell: (*teller).inside},
	review.Operated:  {deed: operation.DeedRead, tell: (*teller).operated},
	review.Monitored: {deed: "incident.read", tell: (*teller).monitored},
	review.Causes:    {deed: "incident.read", tell: (*teller).causes},
	review.Guides:    {deed: operation.DeedRead, now: true, tell: (*teller).guides},
	review.Staffing:  {deed: readiness.DeedRead, now: true, tell: (*teller).staffing},
	review.Results:   {deed: "incident.read", tell: (*teller).results},
	review.Breaches:  {deed: "incident.read", tell: (*teller).breaches},
	review.Grades:    {deed: "grade.read", tell: (*teller).grades},
	review.Planned:   {deed: "change.read", now: true, tell: (*teller).planned},
	review.Improve:   {deed: programme.DeedRead, now: true, tell: (*teller).improve},
	review.Impact:    {deed: "item.impact", now: true, tell: (*teller).impact},
	review.Weighed:   {deed: "risk.read", now: true, tell: (*teller).weighed},
	review.Cost:      {deed: "change.read", now: true, tell: (*teller).worth},
}

// Deed is the grant under which somebody reads all that a figure is counted from;
// "" for one that is not filled in here.
func Deed(f review.Figure) string { return figures[f].deed }

// Tell fills the figures of a review in, as of a moment, that a reader may read.
func (m *Maker) Tell(ctx context.Context, by people.Actor, r *review.Review, wanted []review.Figure, now time.Time) (map[review.Figure]review.Told, error) {
	const held = time.Hour // a review is held now, or was long ago
	t := &teller{Maker: m, ctx: ctx, by: by, r: r, now: now, p: r.Looks(now, m.Place()), past: now.Before(m.Now().Add(-held))}
	out := map[review.Figure]review.Told{}
	for _, f := range wanted {
		one, ok := figures[f]
		if !ok || !by.Can(one.deed) || one.now && t.past {
			continue
		}
		told, err := one.tell(t)
		if err != nil {
			return nil, err
		}
		out[f] = told
	}
	return out, nil
}

// teller fills the figures of one review in, for one reader.
type teller struct {
	*Maker
	ctx  context.Context
	by   people.Actor
	r    *review.Review
	now  time.Time
	p    review.Period
	past bool // the review was held on a day that is over: what holds now is not told of it
}
