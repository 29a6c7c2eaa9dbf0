package view

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// MostCounted is where a live count stops: "1000+".
const MostCounted = 1000

// countFor is how long a count is good, so that many looks cost one.
const countFor = 2 * time.Second

// counts remembers live counts for a moment.
type counts struct {
	mu   sync.Mutex
	held map[string]counted
}

type counted struct {
	n     int
	until time.Time
}

// Query is the list a view shows its reader.
func (v *Views) Query(by people.Actor, w View) (record.Query, error) {
	where, err := v.Fields(w.Kind).Read(w.Doc.Query, v.Means(by))
	return record.Query{Kind: w.Kind, Where: where, Order: w.Order, Now: v.Now(), Inner: by.Staff}, err
}

// Count is how many records a view shows its reader now, at most MostCounted
// and one: more than that reads "1000+". It is at most two seconds old.
func (v *Views) Count(ctx context.Context, by people.Actor, w View) (int, error) {
	key := fmt.Sprintf("%s|%s|%d|%v|%+v", w.Kind, w.Doc.Query, by.ID, by.Teams, by.Scope)
	now := v.Now()
	v.mu.Lock()
	c, ok := v.held[key]
	v.mu.Unlock()
	if ok && now.Before(c.until) {
		return c.n, nil
	}
	q, err := v.Query(by, w)
	if err != nil {
		return 0, err
	}
	count := v.Ledger.Count
	if w.Kind == Item {
		count = func(ctx context.Context, _ people.Scope, q record.Query, most int) (int, error) {
			return v.Items(ctx, by, q.Where, most)
		}
	}
	n, err := count(ctx, by.Scope, q, MostCounted+1)
	if err != nil {
		return 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held == nil || len(v.held) > 10_000 {
		v.held = map[string]counted{}
	}
	v.held[key] = counted{n, now.Add(countFor)}
	return n, nil
}

// Errand is one thing a person has to look at today: how much of it there is,
// the first of it, and the condition that lists exactly it.
type Errand struct {
	Code  string // the name is the text "view.day.CODE"
	Query string
	Order record.Order
	N     int // at most MostCounted and one
	Rows  []record.Row
}

// errands are what a day consists of.
var errands = []Errand{
	{Code: "late", Query: "open:yes owner:me due:<now", Order: record.SoonDue},
	{Code: "breaching", Query: "open:yes owner:me due:now..now+4h", Order: record.SoonDue},
	{Code: "to_accept", Query: "owner:me state:assigned", Order: record.SoonDue},
	{Code: "working", Query: "owner:me state:in_progress", Order: record.SoonDue},
	{Code: "to_assign", Query: "team:my-teams owner:none open:yes", Order: record.Priority},
	{Code: "waiting", Query: "owner:me state:pending", Order: record.SoonDue},
	{Code: "to_confirm", Query: "requester:me state:resolved", Order: record.Latest},
	{Code: "watched", Query: "open:yes watcher:me", Order: record.Latest},
}

// Day is what waits for a person today, each with its first rows; a record
// stands only among those of the first errand it belongs to.
func (v *Views) Day(ctx context.Context, by people.Actor, k record.Kind, rows int) ([]Errand, error) {
	out := make([]Errand, len(errands))
	given := map[int64]bool{}
	for i, e := range errands {
		w := View{Doc: Doc{Kind: k, Query: e.Query, Order: e.Order}}
		var err error
		if e.N, err = v.Count(ctx, by, w); err != nil {
			return nil, err
		}
		q, err := v.Query(by, w)
		if err != nil {
			return nil, err
		}
		if q.Limit, q.Timed = rows+len(given), true; e.N > 0 && rows > 0 {
			if e.Rows, err = v.Ledger.List(ctx, by.Scope, q); err != nil {
				return nil, err
			}
		}
		e.Rows = slices.DeleteFunc(e.Rows, func(r record.Row) bool { return given[r.ID] })
		e.Rows = e.Rows[:min(rows, len(e.Rows))]
		for _, r := range e.Rows {
			given[r.ID] = true
		}
		out[i] = e
	}
	return out, nil
}
