package operation

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// The deeds: reading runs, and writing down what came of them.
const (
	DeedRead = "operation.read"
	DeedWork = "operation.work"
)

// Query asks for a list of runs.
type Query struct {
	Plan  int64
	Open  bool      // due, or missed since; else all, the newest first
	Since time.Time // of what was missed
	Teams []people.TeamID
	To    time.Time // to be done before; zero: whenever
	Limit int
}

// Store keeps runs. Whose team or network the scope does not cover is Missing.
type Store interface {
	// Add adds runs that are not there yet, by plan and planned moment.
	Add(ctx context.Context, runs []Run) (added int, err error)
	Find(ctx context.Context, scope people.Scope, id int64) (*Run, error)
	List(ctx context.Context, scope people.Scope, q Query) ([]Run, error)
	// Save replaces the version that the run carries; a newer one is a Conflict.
	Save(ctx context.Context, r *Run, log audit.Row) error
	// Miss marks the runs that were not done until a moment.
	Miss(ctx context.Context, now time.Time) error
}

// Room is where operations are planned ahead and carried out.
type Room struct {
	Store    Store
	Settings func() *setting.All
	Calendar func(id int64) *calendar.Calendar // 0: the centre's usual one; nil: every day is worked
	Now      func() time.Time
	// Together makes one transaction of what is done within.
	Together func(context.Context, func(context.Context) error) error
	// Raise makes an incident of what deviates: its number.
	Raise func(ctx context.Context, by people.Actor, r *Run) (ref string, err error)
	// Find looks up items by their codes, those in zones that an actor is cleared
	// for; nil where there are none.
	Find func(ctx context.Context, by people.Actor, codes ...string) ([]Item, error)
	// Ended is told of what was carried out or left out, in the same transaction;
	// nil where nobody wants to know.
	Ended func(ctx context.Context, by people.Actor, r *Run) error
}

// Ahead is how long before it is due a run is made, so that everybody sees what
// tomorrow brings.
const Ahead = 36 * time.Hour

// behind is how far back runs are made that no node has made in time.
const behind = 3 * 24 * time.Hour

// Make makes the runs that are due soon, each once, and marks those that were
// missed; a duty calls it.
func (m *Room) Make(ctx context.Context, now time.Time) error {
	var runs []Run
	for _, t := range m.Settings().Of(setting.Operation) {
		if t.Retired {
			continue
		}
		p, err := setting.Read[Plan](*t)
		if err != nil {
			return err
		}
		dates, err := m.dates(p, now.Add(-behind), now.Add(Ahead))
		if err != nil {
			return err
		}
		for _, d := range dates {
			if d.At.IsZero() || d.At.Before(t.Changed) {
				continue // nobody works then, or the plan is younger
			}
			runs = append(runs, p.run(t, d))
		}
	}
	if len(runs) > 0 {
		if _, err := m.Store.Add(ctx, runs); err != nil {
			return err
		}
	}
	return m.Store.Miss(ctx, now)
}

func (p Plan) run(t *setting.Thing, d recur.Date) Run {
	r := Run{
		Plan: t.ID, Name: t.Name, Kind: p.Kind, Planned: d.Planned, At: d.At, By: d.At.Add(time.Duration(p.Target) * time.Minute),
		Team: p.Team, Network: p.Network, State: Due,
	}
	for _, l := range p.Lines {
		r.Results = append(r.Results, Result{Line: l})
	}
	return r
}

func (m *Room) dates(p Plan, from, to time.Time) ([]recur.Date, error) {
	spec, err := p.Spec(m.Calendar(p.Calendar))
	if err != nil {
		return nil, err
	}
	return spec.Dates(from, to)
}

// PreviewDays is how far a preview looks ahead.
const PreviewDays = 90

// Preview lists when a plan is due in the next days, and what is moved or left
// out and why.
func (m *Room) Preview(_ context.Context, by people.Actor, plan int64) (*setting.Thing, Plan, []recur.Date, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, Plan{}, nil, err
	}
	t := m.Settings().Find(setting.Operation, plan)
	if t == nil {
		return nil, Plan{}, nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Operation)).With("id", plan)
	}
	p, err := setting.Read[Plan](*t)
	if err != nil {
		return nil, p, nil, err
	}
	if !Cleared(m.Settings(), by.Scope, t) {
		return nil, Plan{}, nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Operation)).With("id", plan)
	}
	now := m.Now()
	dates, err := m.dates(p, now, now.AddDate(0, 0, PreviewDays))
	return t, p, dates, err
}

// Ahead lists when a plan is due in the next days, kept or not yet.
func (m *Room) Ahead(p Plan) ([]recur.Date, error) {
	now := m.Now()
	return m.dates(p, now, now.AddDate(0, 0, PreviewDays))
}

// Plans lists the plans in use that somebody may know of.
func (m *Room) Plans(by people.Actor) ([]*setting.Thing, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	var out []*setting.Thing
	for _, t := range m.Settings().Of(setting.Operation) {
		if !t.Retired && Cleared(m.Settings(), by.Scope, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

// missedDays is how long a run that was missed stands among those to be done.
const missedDays = 14

// List lists runs.
func (m *Room) List(ctx context.Context, by people.Actor, q Query) ([]Run, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	q.Since = m.Now().AddDate(0, 0, -missedDays)
	return m.Store.List(ctx, by.Scope, q)
}

// Read reads a run.
func (m *Room) Read(ctx context.Context, by people.Actor, id int64) (*Run, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Find(ctx, by.Scope, id)
}

// change does something to a run and keeps it.
func (m *Room) change(ctx context.Context, by people.Actor, id, version int64, deed string, do func(*Run, time.Time) error) (*Run, error) {
	if err := by.May(DeedWork); err != nil {
		return nil, err
	}
	r, err := m.Store.Find(ctx, by.Scope, id)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != r.Version {
		return nil, fault.New(fault.Stale, "record.stale").With("version", r.Version)
	}
	now := m.Now().UTC().Truncate(time.Millisecond)
	if err := do(r, now); err != nil {
		return nil, err
	}
	row := audit.By(by, now, DeedWork, "operation:"+strconv.FormatInt(id, 10))
	row.Detail = deed
	return r, m.Store.Save(ctx, r, row)
}

// Finish writes down what was found.
func (m *Room) Finish(ctx context.Context, by people.Actor, id int64, f Found) (*Run, error) {
	return m.end(ctx, by, id, f.Version, "finish", func(r *Run, now time.Time) error { return r.Finish(now, by.ID, f) })
}

// end changes a run so that it is over, and tells who wants to know.
func (m *Room) end(ctx context.Context, by people.Actor, id, version int64, deed string, do func(*Run, time.Time) error) (r *Run, err error) {
	err = m.Together(ctx, func(ctx context.Context) error {
		if r, err = m.change(ctx, by, id, version, deed, do); err != nil || m.Ended == nil {
			return err
		}
		return m.Ended(ctx, by, r)
	})
	return r, err
}

// Leave skips a run, with the reason.
func (m *Room) Leave(ctx context.Context, by people.Actor, id int64, why string) (*Run, error) {
	return m.end(ctx, by, id, 0, "skip", func(r *Run, now time.Time) error { return r.Leave(now, by.ID, why) })
}

// Take makes the actor the one who does it.
func (m *Room) Take(ctx context.Context, by people.Actor, id int64) (*Run, error) {
	return m.change(ctx, by, id, 0, "take", func(r *Run, _ time.Time) error { return r.Take(by.ID) })
}

// Report makes an incident of the deviations of a run, once.
func (m *Room) Report(ctx context.Context, by people.Actor, id int64) (*Run, error) {
	var out *Run
	err := m.Together(ctx, func(ctx context.Context) (err error) {
		out, err = m.change(ctx, by, id, 0, "report", func(r *Run, _ time.Time) (err error) {
			if r.Deviations() == 0 || r.Incident != "" {
				return fault.New(fault.Conflict, "operation.nothing_to_report")
			}
			r.Incident, err = m.Raise(ctx, by, r)
			return err
		})
		return err
	})
	return out, err
}

func number(n int) string { return strconv.Itoa(n) }

// Texts are the deviations of a run in words, for the incident they become.
func (r *Run) Texts(lang string) []string {
	var out []string
	for _, l := range r.Results {
		if l.Verdict == Deviant {
			out = append(out, l.Text.In(lang)+": "+l.Note)
		}
	}
	return slices.Clip(out)
}
