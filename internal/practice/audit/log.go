package audit

import (
	"context"
	"iter"
	"time"

	"kilter/internal/practice/people"
)

// Filter narrows the audit log; a zero field narrows nothing.
type Filter struct {
	From, To time.Time // from inclusive, to exclusive
	Actor    people.ID
	Name     string // part of the actor's name
	Deed     string // a deed, or a room of deeds with a dot at its end: "incident."
	Object   string
	Result   Result
	Via      people.Via
	Address  string
	After    Place // the last row of the page before; rows come newest first
	Limit    int   // rows, at most 500
}

// Place is a row's place in a page.
type Place struct {
	At time.Time
	ID int64
}

// Store keeps the log.
type Store interface {
	Pen
	Rows(ctx context.Context, f Filter) ([]Row, error)
	// Sealed walks the chain from its first row on.
	Sealed(ctx context.Context) iter.Seq2[Row, error]
	Head(ctx context.Context) (Head, error)
	// Seal links up to most unsealed rows to the chain, and says how many.
	// Nodes that seal at once take turns.
	Seal(ctx context.Context, now time.Time, most int) (int, error)
	// Exported is the head last carried out to a target; zero when none was.
	// Export keeps that it was.
	Exported(ctx context.Context, target string) (Head, error)
	Export(ctx context.Context, target string, h Head) error
}

// Log is the audit log as the audit administrator, and nobody else, reads it.
// Reading it is a deed like any other and stands in it.
type Log struct {
	Store Store
	Now   func() time.Time
}

// batch is how many rows are sealed in one transaction.
const batch = 500

// Seal seals all rows that wait; a duty calls it every second.
func (l *Log) Seal(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := l.Store.Seal(ctx, l.Now(), batch)
		total += n
		if err != nil || n < batch {
			return total, err
		}
	}
}

// Read reads a page of the log, newest first.
func (l *Log) Read(ctx context.Context, by people.Actor, f Filter) ([]Row, error) {
	now := l.Now()
	if err := Ask(ctx, l.Store, by, now, "audit.read", "audit"); err != nil {
		return nil, err
	}
	rows, err := l.Store.Rows(ctx, f)
	if err != nil {
		return nil, err
	}
	if f.After.ID != 0 { // one row for a reading, not one for each of its pages
		return rows, nil
	}
	row := By(by, now, "audit.read", "audit")
	row.Detail = f.detail()
	return rows, l.Store.Note(ctx, row)
}

// Verify walks the whole chain and compares it with the heads carried out.
func (l *Log) Verify(ctx context.Context, by people.Actor, exported []Head) (Report, error) {
	now := l.Now()
	if err := Ask(ctx, l.Store, by, now, "audit.verify", "audit"); err != nil {
		return Report{}, err
	}
	own, err := l.Store.Head(ctx)
	if err != nil {
		return Report{}, err
	}
	rep, err := Verify(l.Store.Sealed(ctx), own, exported)
	if err != nil {
		return rep, err
	}
	row := By(by, now, "audit.verify", "audit")
	row.Detail = Detail("rows", rep.Rows, "findings", len(rep.Findings), "heads", len(exported))
	return rep, l.Store.Note(ctx, row)
}

// All walks the rows of a filter, oldest page last, for an export.
func (l *Log) All(ctx context.Context, by people.Actor, f Filter) (iter.Seq2[Row, error], error) {
	now := l.Now()
	if err := Ask(ctx, l.Store, by, now, "audit.export", "audit"); err != nil {
		return nil, err
	}
	row := By(by, now, "audit.export", "audit")
	row.Detail = f.detail()
	if err := l.Store.Note(ctx, row); err != nil {
		return nil, err
	}
	f.Limit = 500
	return func(yield func(Row, error) bool) {
		for {
			rows, err := l.Store.Rows(ctx, f)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
			if len(rows) < f.Limit {
				return
			}
			last := rows[len(rows)-1]
			f.After = Place{last.At, last.ID}
		}
	}, nil
}

// Due is the head to be carried out to a target: ok is false when one was in
// the day before now, or when nothing new was sealed since.
func (l *Log) Due(ctx context.Context, target string) (h Head, ok bool, err error) {
	if h, err = l.Store.Head(ctx); err != nil || h.Seq == 0 {
		return h, false, err
	}
	last, err := l.Store.Exported(ctx, target)
	if err != nil || last.Seq == h.Seq {
		return h, false, err
	}
	now := l.Now()
	if !last.At.IsZero() && now.Sub(last.At) < 24*time.Hour {
		return h, false, nil
	}
	h.At = now.UTC()
	return h, true, nil
}

// Carried notes that a head has reached its target.
func (l *Log) Carried(ctx context.Context, target string, h Head) error {
	if err := l.Store.Export(ctx, target, h); err != nil {
		return err
	}
	row := By(people.System(people.ViaJob), l.Now(), "audit.export_head", "audit")
	row.Detail = Detail("target", target, "seq", h.Seq)
	return l.Store.Note(ctx, row)
}

func (f Filter) detail() string {
	var pairs []any
	add := func(name, value string) {
		if value != "" {
			pairs = append(pairs, name, value)
		}
	}
	for name, t := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !t.IsZero() {
			add(name, t.UTC().Format(time.RFC3339))
		}
	}
	add("name", f.Name)
	add("deed", f.Deed)
	add("object", f.Object)
	add("result", string(f.Result))
	add("via", string(f.Via))
	add("address", f.Address)
	if f.Actor != 0 {
		pairs = append(pairs, "actor", int64(f.Actor))
	}
	if len(pairs) == 0 {
		return ""
	}
	return Detail(pairs...)
}
