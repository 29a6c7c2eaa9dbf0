package handbook

import (
	"context"
	"errors"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Drift is where what runs and what is done differ from an approved chapter.
type Drift struct {
	*View
	Shot        *Snapshot // nil when the chapter was never approved
	Differences []Difference
	Held        []Held
	Share       float64 // below it, behaviour drifts
	Due         bool    // the chapter should have been looked at again
}

// Drifts reports whether anything differs.
func (d *Drift) Drifts() bool {
	return len(d.Differences) > 0 || slices.ContainsFunc(d.Held, d.Loose)
}

// Loose reports whether too few cases of a flow go by the book.
func (d *Drift) Loose(h Held) bool {
	share, ok := h.Share()
	return ok && share < d.Share
}

// Drift holds a chapter to what runs now, and to the event log of last night.
func (m *Room) Drift(ctx context.Context, by people.Actor, code string) (*Drift, error) {
	v, err := m.Find(ctx, by, code)
	if err != nil {
		return nil, err
	}
	p := m.Policy()
	out := &Drift{View: v, Share: float64(p.Share) / 100}
	if e := v.Edition; e != nil {
		out.Due = m.now().After(e.Decided.AddDate(0, p.Months, 0))
		if out.Shot, err = m.Store.Shot(ctx, e.ID); err != nil {
			return nil, err
		}
	}
	if out.Shot != nil {
		out.Differences = out.Shot.Since(m.Shoot(&v.Chapter).Facts)
		out.Differences = m.shown(by, out.Differences)
	}
	if m.Log == nil {
		return out, nil
	}
	var flows []string
	for _, name := range v.Runs {
		if _, ok := m.Kinds[name]; ok {
			flows = append(flows, name)
		}
	}
	out.Held, err = m.Log.Held(ctx, by.Scope, flows)
	return out, err
}

// shown are the differences that somebody may know of, without what he may not
// read of them.
func (m *Room) shown(by people.Actor, all []Difference) []Difference {
	if m.Shows == nil {
		return all
	}
	var out []Difference
	for _, d := range all {
		known, read := m.Shows(by, d.Fact)
		if !known {
			continue
		}
		if !read && d.Name != "" { // of a setting that came or went there is no more to tell
			d.Was, d.Value, d.Hidden = "", "", true
		}
		out = append(out, d)
	}
	return out
}

// Cases lists the cases behind a breach, as far as somebody sees them.
func (m *Room) Cases(ctx context.Context, by people.Actor, code, flow string, b Breach, after int64, limit int) (*View, []Case, error) {
	v, err := m.Find(ctx, by, code)
	if err != nil {
		return nil, nil, err
	}
	kind, ok := m.Kinds[flow]
	if !ok || m.Log == nil || !slices.Contains(v.Runs, flow) {
		return nil, nil, fault.New(fault.Missing, "handbook.no_cycle").With("name", flow)
	}
	if err := by.May(string(kind) + ".read"); err != nil {
		return nil, nil, err
	}
	all, err := m.Log.Cases(ctx, by.Scope, flow, b, after, limit)
	return v, all, err
}

// Nightly holds the event log to the flows, each that was not held in the last
// hours.
func (m *Room) Nightly(ctx context.Context) error {
	const night = 20 * time.Hour
	since := m.now().AddDate(0, 0, -m.Policy().Window)
	var all error
	for i := range m.Book.Flows {
		c := &m.Book.Flows[i]
		kind, ok := m.Kinds[c.Name]
		if !ok {
			continue
		}
		last, err := m.Log.Last(ctx, c.Name)
		if err == nil && m.now().Sub(last) >= night {
			err = m.Log.Hold(ctx, c.Name, kind, c.Paths(), since, m.now())
		}
		all = errors.Join(all, err)
	}
	return all
}
