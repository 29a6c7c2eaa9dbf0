package store

import (
	"context"
	"encoding/json"
	"fmt"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Retell replaces what the records of known cases say, and keeps what stood
// there before with the import.
func (a archive) Retell(ctx context.Context, in *history.Import, cases []history.Filed[*incident.Incident], log audit.Row) error {
	return a.db.alone(ctx, func(t *tx) error {
		wholes := make([]*record.Whole[*incident.Incident], len(cases))
		for i, c := range cases {
			if err := t.keepBefore(in.ID, c.Whole.Rec.ID); err != nil {
				return err
			}
			if _, err := t.exec(`UPDATE history_case SET hash = $2, told = $3, told_rows = $4, in_target = $5 WHERE record = $1`,
				c.Whole.Rec.ID, c.Hash, in.ID, c.Rows, c.InTarget); err != nil {
				return fmt.Errorf("store: history: %w", err)
			}
			wholes[i] = c.Whole
		}
		if err := a.db.incidents().reload(t, wholes); err != nil {
			return err
		}
		return t.audit(log)
	})
}

// keepBefore writes down what a record says now. An import that tells it
// several times keeps what stood there before the first.
func (t *tx) keepBefore(imported, id int64) error {
	b := t.db.incidents()
	w, err := b.whole(t, id)
	if err != nil {
		return err
	}
	text, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("store: history: record %d: %w", id, err)
	}
	if _, err := t.exec(`INSERT INTO history_before (import, record, hash, told, told_rows, in_target, whole)
		SELECT $1, record, hash, told, told_rows, in_target, $3 FROM history_case WHERE record = $2 ON CONFLICT (import, record) DO NOTHING`,
		imported, id, string(text)); err != nil {
		return fmt.Errorf("store: history: %w", err)
	}
	return nil
}

// whole reads a record with all that was loaded with it.
func (b book[R]) whole(t *tx, id int64) (w *record.Whole[R], err error) {
	var n record.Number
	if err := t.row(`SELECT number FROM record WHERE id = $1`, id).Scan(&n); err != nil {
		return nil, fmt.Errorf("store: history: record %d: %w", id, err)
	}
	p := &page[R]{book: b, t: t}
	w = &record.Whole[R]{}
	if w.Rec, err = p.Lock(people.Everything(), n); err != nil {
		return nil, err
	}
	if w.Entries, err = p.Timeline(id); err != nil {
		return nil, err
	}
	for i := range w.Entries { // who it was is known by his id
		w.Entries[i].ID, w.Entries[i].Name = 0, ""
	}
	if err := t.row(`SELECT live FROM record WHERE id = $1`, id).Scan(&w.Live); err != nil {
		return nil, fmt.Errorf("store: history: record %d: %w", id, err)
	}
	clocks, err := p.Clocks(id)
	if err != nil {
		return nil, err
	}
	for _, c := range clocks {
		timed := record.Timed{Clock: c}
		if err := t.row(`SELECT next_warn FROM clock WHERE record = $1 AND name = $2`, id, string(c.Name)).Scan(at{&timed.NextAt}); err != nil {
			return nil, fmt.Errorf("store: history: record %d: %w", id, err)
		}
		w.Clocks = append(w.Clocks, timed)
	}
	w.Watch, err = p.Followers(id)
	return w, err
}

// reload writes whole records over those that are there, under their numbers.
func (b book[R]) reload(t *tx, batch []*record.Whole[R]) error {
	p := &page[R]{book: b, t: t}
	ids := make([]int64, len(batch))
	for i, w := range batch {
		ids[i] = w.Rec.Common().ID
	}
	if err := t.untally(ids); err != nil {
		return err
	}
	if err := t.wipe(b.db.beside(), ids); err != nil {
		return err
	}
	for _, w := range batch {
		if err := p.overwrite(w); err != nil {
			return err
		}
	}
	for _, step := range []func([]*record.Whole[R]) error{p.timelines, p.loadClocks, p.loadParties, p.indexAll, p.tallyAll} {
		if err := step(batch); err != nil {
			return err
		}
	}
	return nil
}

func (p *page[R]) overwrite(w *record.Whole[R]) error {
	h := w.Rec.Common()
	h.Kind = p.kind
	if err := p.t.row(`SELECT number, version + 1 FROM record WHERE id = $1`, h.ID).Scan(&h.Number, &h.Version); err != nil {
		return fmt.Errorf("store: history: record %d: %w", h.ID, err)
	}
	own, err := extra{w.Rec.Own()}.text()
	if err != nil {
		return fmt.Errorf("store: extra fields: %w", err)
	}
	q := updateSQL("record", append([]string{"version", "live", "extra"}, headCols...))
	if _, err := p.t.exec(q, append([]any{h.ID, h.Version, w.Live, own}, headRefs(h)...)...); err != nil {
		return fmt.Errorf("store: save %s: %w", h.Ref(), err)
	}
	if _, err := p.t.exec(updateSQL(p.table, p.cols), append([]any{h.ID}, p.refs(w.Rec)...)...); err != nil {
		return fmt.Errorf("store: save %s: %w", h.Ref(), err)
	}
	return nil
}
