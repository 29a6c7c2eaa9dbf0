package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
)

// ItemImports keeps the imports of items.
func (db *DB) ItemImports() cmdb.Imports { return itemImports{db} }

type itemImports struct{ db *DB }

// AddImport keeps a drafted plan, compressed.
func (s itemImports) AddImport(ctx context.Context, in *cmdb.Import, plan *cmdb.Plan) error {
	return s.db.in(ctx, func(t *tx) error {
		if in.Standing != "" {
			if _, err := t.exec(`DELETE FROM item_import WHERE standing = $1 AND state = $2`, in.Standing, string(cmdb.Drafted)); err != nil {
				return fmt.Errorf("store: replace draft: %w", err)
			}
		}
		return t.addImport(in, plan)
	})
}

func (t *tx) addImport(in *cmdb.Import, plan *cmdb.Plan) error {
	packed, err := packPlan(plan)
	if err != nil {
		return err
	}
	counts, err := json.Marshal(in.Counts)
	if err != nil {
		return fmt.Errorf("store: plan: %w", err)
	}
	seal := ""
	if in.Seal.Sequence != 0 {
		text, err := json.Marshal(in.Seal)
		if err != nil {
			return fmt.Errorf("store: plan: %w", err)
		}
		seal = string(text)
	}
	err = t.row(`INSERT INTO item_import (source, file, state, counts, plan, at, by_whom, name, seal, sequence, standing, done, done_by, progress) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id`,
		in.Source, in.File, string(in.State), string(counts), packed, at{&in.At}, orNull(in.By), in.Name, seal, in.Seal.Sequence, in.Standing, at{&in.Done}, orNull(in.Approved), in.Rows).Scan(&in.ID)
	if err != nil {
		return fmt.Errorf("store: add import: %w", err)
	}
	return nil
}

func packPlan(plan *cmdb.Plan) ([]byte, error) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(zip).Encode(plan), zip.Close()); err != nil {
		return nil, fmt.Errorf("store: plan: %w", err)
	}
	return packed.Bytes(), nil
}

func unpackPlan(packed []byte) (*cmdb.Plan, error) {
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("store: plan: %w", err)
	}
	p := &cmdb.Plan{}
	if err := json.NewDecoder(zip).Decode(p); err != nil {
		return nil, fmt.Errorf("store: plan: %w", err)
	}
	return p, nil
}

// SaveImport replaces what became of it.
func (s itemImports) SaveImport(ctx context.Context, in *cmdb.Import, was cmdb.Import) error {
	counts, err := json.Marshal(in.Counts)
	if err != nil {
		return fmt.Errorf("store: save import: %w", err)
	}
	trouble := ""
	if len(in.Trouble) > 0 {
		text, err := json.Marshal(in.Trouble)
		if err != nil {
			return fmt.Errorf("store: save import: %w", err)
		}
		trouble = string(text)
	}
	states := []any{string(was.State), string(was.State)}
	switch was.State {
	case cmdb.Broken:
		states[1] = string(cmdb.Running)
	case cmdb.Halfway:
		states[1] = string(cmdb.Undoing)
	}
	err = s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`UPDATE item_import SET state = $2, counts = $3, done = $4, done_by = $5, undone = $6, progress = $7, beat = $8, turn = $9, trouble = $10, standing = '' WHERE id = $1 AND turn = $11 AND state IN ($12, $13)`,
			append([]any{in.ID, string(in.State), string(counts), at{&in.Done}, orNull(in.Approved), at{&in.Undone}, in.Rows, at{&in.Beat}, in.Turn, trouble, was.Turn}, states...)...)
		if err != nil {
			return fmt.Errorf("store: save import: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "cmdb.import_not_draft").With("state", ""))
		}
		return nil
	})
	if err != nil && s.db.clash(err) { // the same bundle was approved in another import
		return fault.New(fault.Conflict, "cmdb.import_not_draft").With("state", "")
	}
	return err
}

const itemImportSQL = `SELECT id, source, file, state, counts, at, coalesce(by_whom, 0), name, done, coalesce(done_by, 0), undone, progress, beat, turn, trouble, seal FROM item_import`

func (s itemImports) list(ctx context.Context, q string, args ...any) (out []cmdb.Import, err error) {
	rows, err := s.db.read.query(ctx, itemImportSQL+q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: imports: %w", err)
	}
	err = scanAll(rows, func() error {
		var in cmdb.Import
		var counts, trouble, seal string
		if err := rows.Scan(&in.ID, &in.Source, &in.File, &in.State, &counts, at{&in.At}, &in.By, &in.Name, at{&in.Done}, &in.Approved, at{&in.Undone}, &in.Rows, at{&in.Beat}, &in.Turn, &trouble, &seal); err != nil {
			return fmt.Errorf("store: imports: %w", err)
		}
		err := json.Unmarshal([]byte(counts), &in.Counts)
		if trouble != "" {
			err = errors.Join(err, json.Unmarshal([]byte(trouble), &in.Trouble))
		}
		if seal != "" {
			err = errors.Join(err, json.Unmarshal([]byte(seal), &in.Seal))
		}
		out = append(out, in)
		return err
	})
	return out, err
}

// Import reads one.
func (s itemImports) Import(ctx context.Context, id int64) (cmdb.Import, error) {
	found, err := s.list(ctx, ` WHERE id = $1`, id)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.Missing, "cmdb.no_such_import").With("id", id)
	}
	if err != nil {
		return cmdb.Import{}, err
	}
	return found[0], nil
}

// Imports lists them.
func (s itemImports) Imports(ctx context.Context, q cmdb.ImportQuery) ([]cmdb.Import, error) {
	if q.Sealed != "" {
		return s.list(ctx, ` WHERE source = $1 AND sequence > 0 AND state IN ('running', 'broken', 'done') ORDER BY sequence DESC LIMIT $2`, q.Sealed, q.Limit)
	}
	return s.list(ctx, ` ORDER BY id DESC LIMIT $1`, q.Limit)
}

// PlanOf reads a plan.
func (s itemImports) PlanOf(ctx context.Context, id int64) (*cmdb.Plan, error) {
	var packed []byte
	if err := s.db.read.row(ctx, `SELECT plan FROM item_import WHERE id = $1`, id).Scan(&packed); err != nil {
		return nil, fmt.Errorf("store: plan: %w", err)
	}
	return unpackPlan(packed)
}

// Traces lists what an import changed.
func (s itemImports) Traces(ctx context.Context, id int64) ([]cmdb.Change, []cmdb.Relation, error) {
	history, err := items(s).changes(ctx, ` WHERE import = $1 ORDER BY id`, id)
	if err != nil {
		return nil, nil, err
	}
	c := &clause{}
	c.and("import = ?", id)
	ties, err := relations(s).list(ctx, c, "id")
	return history, ties, err
}

// changes reads rows of the history.
func (s items) changes(ctx context.Context, q string, args ...any) (out []cmdb.Change, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, `+strings.Join(historyCols, ", ")+` FROM item_history`+q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: item history: %w", err)
	}
	err = scanAll(rows, func() error {
		var h cmdb.Change
		if err := rows.Scan(&h.ID, &h.Item, at{&h.At}, refTo(&h.By), &h.Name, &h.Origin, &h.Field, &h.Was, &h.Became, &h.Because, refTo(&h.Import), refTo(&h.Batch)); err != nil {
			return fmt.Errorf("store: item history: %w", err)
		}
		out = append(out, h)
		return nil
	})
	return out, err
}
