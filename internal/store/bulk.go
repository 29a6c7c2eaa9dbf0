package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Load writes whole records with their timelines as they happened elsewhere:
// from another tool's history, or made up for a demo. Nobody is told and no
// rule runs. All of the batch is written, or nothing; one audit row stands for
// it. A few hundred records a batch are a good size.
func (b book[R]) Load(ctx context.Context, batch []*record.Whole[R], log audit.Row) error {
	return b.db.alone(ctx, func(t *tx) error { return b.load(t, batch, log) })
}

func (b book[R]) load(t *tx, batch []*record.Whole[R], log audit.Row) error {
	p := &page[R]{book: b, t: t}
	if err := p.count(batch, log.At.Year()); err != nil {
		return err
	}
	for _, step := range []func([]*record.Whole[R]) error{p.heads, p.bodies, p.timelines, p.loadClocks, p.loadParties, p.loadGrades, p.loadRounds, p.indexAll} {
		if err := step(batch); err != nil {
			return err
		}
	}
	if err := t.audit(log); err != nil {
		return err
	}
	return p.tallyAll(batch)
}

// count gives the batch its numbers, in its order and without gaps. A record
// that is said to be opened in a later year than this one does not bring that
// year in for all that follow.
func (p *page[R]) count(batch []*record.Whole[R], most int) error {
	// A fresh row is made with nothing in it, so that the lock is the same
	// whether the kind is new or old.
	if _, err := p.t.exec(`INSERT INTO numbering (kind, year, next) VALUES ($1, 0, 0) ON CONFLICT (kind) DO UPDATE SET next = numbering.next`, string(p.kind)); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	var year, n int
	if err := p.t.row(`SELECT year, next FROM numbering WHERE kind = $1`, string(p.kind)).Scan(&year, &n); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	for _, w := range batch {
		h := w.Rec.Common()
		if y := min(h.Opened.Year(), most); y > year {
			year, n = y, 0
		}
		n++
		h.Kind, h.Number, h.Version = p.kind, record.NewNumber(year, n), 1
	}
	if _, err := p.t.exec(`UPDATE numbering SET year = $2, next = $3 WHERE kind = $1`, string(p.kind), year, n); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	return nil
}

// many inserts rows in as few statements as the limits of both engines allow,
// and returns the ids given when it is asked for them.
func (t *tx) many(table string, cols []string, rows [][]any, ids bool) (got []int64, err error) {
	most := max(1, t.args/len(cols))
	for chunk := range slices.Chunk(rows, most) {
		q := insertSQL(table, cols, len(chunk))
		args := slices.Concat(chunk...)
		if !ids {
			if _, err := t.exec(q, args...); err != nil {
				return nil, fmt.Errorf("store: load %s: %w", table, err)
			}
			continue
		}
		res, err := t.query(q+" RETURNING id", args...)
		if err != nil {
			return nil, fmt.Errorf("store: load %s: %w", table, err)
		}
		some, err := scanIDs(res)
		if err != nil {
			return nil, fmt.Errorf("store: load %s: %w", table, err)
		}
		slices.Sort(some)
		got = append(got, some...)
	}
	return got, nil
}

func (p *page[R]) heads(batch []*record.Whole[R]) error {
	cols := append([]string{"kind", "number", "version", "live", "extra"}, headCols...)
	rows := make([][]any, len(batch))
	for i, w := range batch {
		own, err := extra{w.Rec.Own()}.text()
		if err != nil {
			return fmt.Errorf("store: load: %w", err)
		}
		h := w.Rec.Common()
		rows[i] = append([]any{string(h.Kind), int64(h.Number), h.Version, w.Live, own}, headRefs(h)...)
	}
	ids, err := p.t.many("record", cols, rows, true)
	if err != nil {
		return err
	}
	for i, w := range batch {
		w.Rec.Common().ID = ids[i]
	}
	return nil
}

func (p *page[R]) bodies(batch []*record.Whole[R]) error {
	rows := make([][]any, len(batch))
	for i, w := range batch {
		rows[i] = append([]any{w.Rec.Common().ID}, p.refs(w.Rec)...)
	}
	_, err := p.t.many(p.table, append([]string{"id"}, p.cols...), rows, false)
	return err
}

func (p *page[R]) timelines(batch []*record.Whole[R]) error {
	var rows [][]any
	for _, w := range batch {
		for i := range w.Entries {
			e := &w.Entries[i]
			e.Record = w.Rec.Common().ID
			changes, err := changesText(e.Changes)
			if err != nil {
				return err
			}
			rows = append(rows, []any{e.Record, at{&e.At}, orNull(e.By), e.Deed, string(e.From), string(e.To), e.Reason, e.Text, e.Public, e.Irregular, changes, orNull(e.Batch)})
		}
	}
	_, err := p.t.many("timeline", timelineCols, rows, false)
	return err
}

func (p *page[R]) loadClocks(batch []*record.Whole[R]) error {
	var rows [][]any
	for _, w := range batch {
		for i := range w.Clocks {
			rows = append(rows, clockRow(w.Rec.Common().ID, &w.Clocks[i]))
		}
	}
	_, err := p.t.many("clock", clockCols, rows, false)
	return err
}

func (p *page[R]) loadParties(batch []*record.Whole[R]) error {
	var rows [][]any
	for _, w := range batch {
		h := w.Rec.Common()
		add := func(who people.ID, role string) {
			if who != 0 {
				rows = append(rows, []any{h.ID, int64(who), role})
			}
		}
		add(h.Requester, "requester")
		add(h.Owner, "owner")
		for _, who := range w.Watch {
			add(who, "watcher")
		}
	}
	_, err := p.t.many("party", []string{"record", "person", "role"}, rows, false)
	return err
}

func (p *page[R]) loadRounds(batch []*record.Whole[R]) error {
	for _, w := range batch {
		if err := p.t.rounds(w.Rec.Common().ID, w.Rounds); err != nil {
			return err
		}
	}
	return nil
}

func (p *page[R]) indexAll(batch []*record.Whole[R]) error {
	called := map[people.ID]string{}
	for _, w := range batch {
		s, h := &record.Sheaf[R]{Rec: w.Rec, Entries: w.Entries}, w.Rec.Common()
		if _, ok := called[h.Requester]; !ok {
			var err error
			if called[h.Requester], err = p.t.called(h.Requester); err != nil {
				return err
			}
		}
		if err := p.index(s, h, called[h.Requester]); err != nil {
			return err
		}
	}
	return nil
}

// tallyAll counts the batch.
func (p *page[R]) tallyAll(batch []*record.Whole[R]) error {
	sums := map[tallyKey]int64{}
	for _, w := range batch {
		p.db.count(sums, w.Rec.Common(), w.Live, w.Entries)
	}
	return p.t.addTally(sums)
}

// AddPersons adds persons, all or none. A code that is taken is a fault.
func (db *DB) AddPersons(ctx context.Context, persons []*people.Person, log ...audit.Row) error {
	err := db.in(ctx, func(t *tx) error {
		for _, p := range persons {
			if p.ID != 0 {
				return errors.New("store: a person that is to be added has an id")
			}
			if err := t.person(p); err != nil {
				return err
			}
		}
		return t.audit(log...)
	})
	if err != nil && db.clash(err) {
		return fault.At("code", "people.code_taken").With("code", "")
	}
	return err
}
