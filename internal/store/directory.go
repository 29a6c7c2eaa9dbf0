package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// chunks cuts a list into pieces that fit the placeholders of one statement.
func chunks[T any](list []T, n int) iter.Seq[[]T] { return slices.Chunk(list, n) }

// Put writes a lot: things, persons among them, the import they belong to and
// the audit rows, all or none.
func (s settings) Put(ctx context.Context, lot *setting.Lot) error {
	var last string
	err := s.db.in(ctx, func(t *tx) error {
		given := map[int64]int64{} // numbers of the lot -> ids
		if lot.Settle != nil {
			if err := t.bare(lot, given); err != nil {
				return err
			}
		}
		for i, thing := range lot.Things {
			last = thing.Code
			if id, ok := given[thing.Parent]; ok && thing.Parent < 0 {
				thing.Parent = id
			}
			was := thing.ID
			if err := t.thing(thing); err != nil {
				return err
			}
			if was < 0 {
				given[was] = thing.ID
			}
			if b := lot.Batch; b != nil && b.ID == 0 && i < len(b.Rows) {
				b.Rows[i].ID, b.Rows[i].Version = thing.ID, thing.Version
			}
		}
		if lot.Batch != nil {
			if err := t.batch(lot.Batch); err != nil {
				return err
			}
		}
		return t.audit(lot.Audit...)
	})
	if err != nil && s.db.clash(err) {
		return fault.At("code", "setting.code_taken").With("code", last)
	}
	return err
}

// bare adds the new things of a lot without their documents, for these name
// each other, and has the documents settled.
func (t *tx) bare(lot *setting.Lot, given map[int64]int64) error {
	for _, thing := range lot.Things {
		if thing.ID >= 0 {
			continue
		}
		b, err := thing.Bare()
		if err != nil {
			return err
		}
		if err := t.thing(b); err != nil {
			return err
		}
		given[thing.ID] = b.ID
		thing.ID, thing.Version = b.ID, b.Version
	}
	return lot.Settle(given)
}

func (t *tx) thing(s *setting.Thing) error {
	if s.Kind != setting.Human {
		return t.setting(s)
	}
	p, err := s.ToPerson()
	if err != nil {
		return err
	}
	if err := t.person(&p); err != nil {
		return err
	}
	s.ID, s.Version = int64(p.ID), p.Version
	return nil
}

func (t *tx) batch(b *setting.Batch) error {
	if b.ID != 0 {
		_, err := t.exec(`UPDATE setting_import SET undone = $2 WHERE id = $1`, b.ID, at{&b.Undone})
		if err != nil {
			return fmt.Errorf("store: import: %w", err)
		}
		return nil
	}
	rows, err := json.Marshal(b.Rows)
	if err != nil {
		return fmt.Errorf("store: import: %w", err)
	}
	q := insertSQL("setting_import", []string{"at", "by_whom", "name", "kind", "file", "added", "changed", "undone", "things"}, 1) + " RETURNING id"
	if err := t.row(q, at{&b.At}, orNull(b.By), b.Name, string(b.Kind), b.File, b.Added, b.Changed, at{&b.Undone}, string(rows)).Scan(&b.ID); err != nil {
		return fmt.Errorf("store: import: %w", err)
	}
	return nil
}

const batchSQL = `SELECT id, at, by_whom, name, kind, file, added, changed, undone`

// Batches lists the imports, newest first, without their rows.
func (s settings) Batches(ctx context.Context, limit int) (out []setting.Batch, err error) {
	rows, err := s.db.read.query(ctx, batchSQL+` FROM setting_import ORDER BY id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("store: imports: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b setting.Batch
		if err := rows.Scan(batchRefs(&b)...); err != nil {
			return nil, fmt.Errorf("store: imports: %w", err)
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

func batchRefs(b *setting.Batch) []any {
	return []any{&b.ID, at{&b.At}, refTo(&b.By), &b.Name, &b.Kind, &b.File, &b.Added, &b.Changed, at{&b.Undone}}
}

// Batch reads one import with its rows.
func (s settings) Batch(ctx context.Context, id int64) (b setting.Batch, err error) {
	var things string
	err = s.db.read.row(ctx, batchSQL+`, things FROM setting_import WHERE id = $1`, id).Scan(append(batchRefs(&b), &things)...)
	if errors.Is(err, sql.ErrNoRows) {
		return b, fault.New(fault.Missing, "setting.no_such_import").With("id", id)
	}
	if err != nil {
		return b, fmt.Errorf("store: import %d: %w", id, err)
	}
	if err := json.Unmarshal([]byte(things), &b.Rows); err != nil {
		return b, fmt.Errorf("store: import %d: %w", id, err)
	}
	return b, nil
}

// Humans reads persons as things, by id or by code.
func (s settings) Humans(ctx context.Context, ids []int64, codes []string) ([]*setting.Thing, error) {
	found, err := s.db.personsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for chunk := range chunks(codes, 500) {
		args := make([]any, len(chunk))
		for i, code := range chunk {
			args[i] = code
		}
		more, err := s.db.persons(ctx, personSQL+" WHERE p.code IN ("+marks(1, len(args))+")", args...)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	out := make([]*setting.Thing, len(found))
	for i, p := range found {
		if out[i], err = setting.OfPerson(p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Named reads the persons in use with one of these names.
func (s settings) Named(ctx context.Context, names []string) ([]*setting.Thing, error) {
	var out []*setting.Thing
	for chunk := range chunks(names, 500) {
		args := make([]any, len(chunk))
		for i, n := range chunk {
			args[i] = n
		}
		found, err := s.db.persons(ctx, personSQL+" WHERE NOT p.retired AND p.name IN ("+marks(1, len(args))+")", args...)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			t, err := setting.OfPerson(p)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// Staffed counts the persons in use that name the department or post.
func (s settings) Staffed(ctx context.Context, k setting.Kind, id int64) (n int, err error) {
	col := map[setting.Kind]string{setting.Department: "department", setting.Post: "post"}[k]
	if col == "" {
		return 0, nil
	}
	if err := s.db.read.row(ctx, `SELECT count(*) FROM person WHERE NOT retired AND `+col+` = $1`, id).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: staffed: %w", err)
	}
	return n, nil
}

var _ people.Register = (*DB)(nil)
