package rule

import (
	"context"
	"strconv"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// The bounds of one turn: how many waits are looked at, and how many records a
// daily rule goes through.
const (
	mostWaits = 200
	mostDaily = 5000
	pageDaily = 200
)

// Turn considers rules whose time has come; more says that more is waiting.
func (e *Engine) Turn(ctx context.Context, now time.Time) (more bool, err error) {
	b, err := e.book()
	if err != nil {
		return false, err
	}
	waits, err := e.Traces.Due(ctx, now, mostWaits)
	if err != nil {
		return false, err
	}
	for _, w := range waits {
		if err := e.wait(ctx, b, w); err != nil {
			return false, err
		}
		if err := e.Traces.Waited(ctx, w.ID); err != nil {
			return false, err
		}
	}
	for _, r := range b.daily {
		if err := e.day(ctx, r, now); err != nil {
			return false, err
		}
	}
	return len(waits) == mostWaits, nil
}

// wait considers a rule on a record some time after a deed. A rule that was
// switched off, retired or made to wait for something else meanwhile does not
// want it any more.
func (e *Engine) wait(ctx context.Context, b *book, w Wait) error {
	r := b.rules[w.Rule]
	if r == nil || r.When != After && r.When != InState {
		return nil
	}
	deed := record.Entry{ID: w.Entry, Record: w.Record, Deed: w.Deed}
	if r.When == InState {
		past, err := e.Ledger.Timeline(ctx, w.Record, false)
		if err != nil {
			return err
		}
		if left(past, w.Entry) {
			return e.Traces.Missed(ctx, Missed{
				Record: w.Record, Cause: OfTime(w.Entry) + Cause("."+number(r.ID)), Deed: w.Deed, At: e.Now(),
				Misses: []Miss{{Rule: r.ID, Version: r.Version, Why: Gone}},
			})
		}
	}
	return e.consider(ctx, []*ready{r}, w.Kind, w.Number, OfTime(w.Entry), deed)
}

// left reports whether the record left the state into which an entry took it.
func left(past []record.Entry, entry int64) bool {
	after := false
	for _, p := range past {
		if after && p.To != "" && p.From != p.To {
			return true
		}
		after = after || p.ID == entry
	}
	return false
}

// day considers a daily rule on every open record for which its condition
// holds, once a day.
func (e *Engine) day(ctx context.Context, r *ready, now time.Time) error {
	minutes, ok := clock(r.At)
	here := now.In(e.Place())
	today := here.Format(time.DateOnly)
	if !ok || r.broken != nil || here.Hour()*60+here.Minute() < minutes {
		return nil
	}
	all, err := e.Traces.Standings(ctx)
	if err != nil {
		return err
	}
	s := all[r.ID]
	if s.Day == today || s.Version == r.Version && !s.Aside.IsZero() {
		return nil
	}
	where, err := r.cond.list(now)
	if err != nil {
		return err
	}
	seen, q := 0, record.Query{Kind: r.Practice, Where: query.All(where, query.Is("open", "true")), Order: record.Oldest, Limit: pageDaily, Now: now, Inner: true}
	for seen < mostDaily {
		rows, err := e.Ledger.List(ctx, people.Everything(), q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := e.daily(ctx, r, row, OfDay(here)); err != nil {
				return err
			}
		}
		seen += len(rows)
		if len(rows) < pageDaily {
			break
		}
		last := rows[len(rows)-1]
		q.After = record.Cursor{Value: last.Opened.UnixMilli(), ID: last.ID}
	}
	if seen >= mostDaily {
		e.Log.Warn("a daily rule met more records than it may go through; the rest waits for tomorrow", "rule", r.Code, "records", seen)
	}
	if all, err = e.Traces.Standings(ctx); err != nil {
		return err
	}
	if s = all[r.ID]; s.Rule == 0 {
		s = Standing{Rule: r.ID, Version: r.Version}
	}
	s.Day = today
	return e.Traces.Stand(ctx, s)
}

// daily considers a daily rule on one record. What does not fire leaves no
// trace: every open record would have a row for every day.
func (e *Engine) daily(ctx context.Context, r *ready, row record.Row, cause Cause) error {
	desk := e.Desks[r.Practice]
	pic, err := desk.See(ctx, people.Everything(), row.Number)
	if err != nil {
		return settled(err)
	}
	all, err := e.Traces.Standings(ctx)
	if err != nil {
		return err
	}
	why, _, err := e.withheld(ctx, r, pic, record.Entry{}, record.Author{}, all[r.ID])
	if err != nil || why != "" {
		return err
	}
	run := Run{Rule: r.ID, Version: r.Version, Record: pic.ID, Kind: r.Practice, Number: row.Number, Cause: cause, Depth: 1}
	return e.fire(ctx, desk, r, run, all[r.ID])
}

// list is the condition as a list's, as far as the database can evaluate it.
func (c *Condition) list(now time.Time) (query.Node, error) {
	if c.prog != nil || !c.timed {
		return c.node, nil
	}
	k := c.world.Means
	k.Now = now
	return c.world.Fields.Resolve(c.node, k)
}
