package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Archive keeps the history that is brought in from other tools.
func (db *DB) Archive() history.Archive[*incident.Incident] { return archive{db} }

// Shelf finds past imports and takes them back.
func (db *DB) Shelf() history.Shelf { return archive{db} }

type archive struct{ db *DB }

// Begin gives the import its number, the next of all batches.
func (a archive) Begin(ctx context.Context, in *history.Import) error {
	return a.db.in(ctx, func(t *tx) error {
		if err := t.row(`INSERT INTO batch (kind, deed, by_whom, at, loud) VALUES ($1, 'import', $2, $3, FALSE) RETURNING id`,
			string(record.Incident), orNull(in.By), at{&in.At}).Scan(&in.ID); err != nil {
			return fmt.Errorf("store: history: %w", err)
		}
		if _, err := t.exec(`INSERT INTO history_import (id, source, file, map, at, by_whom, done, result) VALUES ($1, $2, $3, $4, $5, $6, FALSE, '')`,
			in.ID, in.Source, in.File, in.Map, at{&in.At}, orNull(in.By)); err != nil {
			return fmt.Errorf("store: history: %w", err)
		}
		return nil
	})
}

// Known finds cases by source and key, and asks of those that are told
// differently now whether somebody has worked on their records.
func (a archive) Known(ctx context.Context, source string, hashes map[string]string) (map[string]history.Held, error) {
	out := map[string]history.Held{}
	for chunk := range chunks(slices.Sorted(maps.Keys(hashes)), 500) {
		args := []any{source}
		for _, key := range chunk {
			args = append(args, key)
		}
		q := `SELECT h.code, h.record, h.hash, h.told_rows, FALSE FROM history_case AS h WHERE h.source = $1 AND h.code IN (` + marks(2, len(chunk)) + `)`
		if err := a.known(ctx, q, args, out); err != nil {
			return nil, fmt.Errorf("store: history: %w", err)
		}
	}
	var differ []string
	for key, held := range out {
		if held.Hash != hashes[key] {
			differ = append(differ, key)
		}
	}
	for chunk := range chunks(differ, 500) {
		args := []any{source}
		for _, key := range chunk {
			args = append(args, key)
		}
		q := `SELECT h.code, h.record, h.hash, h.told_rows, TRUE FROM history_case AS h WHERE h.source = $1 AND h.code IN (` + marks(2, len(chunk)) + `) AND ` + touched
		if err := a.known(ctx, q, args, out); err != nil {
			return nil, fmt.Errorf("store: history: %w", err)
		}
	}
	return out, nil
}

func (a archive) known(ctx context.Context, q string, args []any, out map[string]history.Held) (err error) {
	rows, err := a.db.read.query(ctx, q, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var code string
		var held history.Held
		if err := rows.Scan(&code, &held.Record, &held.Hash, &held.Rows, &held.Touched); err != nil {
			return err
		}
		out[code] = held
	}
	return rows.Err()
}

// File writes cases with their records in one transaction, so that a record
// is never there without being known again.
func (a archive) File(ctx context.Context, in *history.Import, cases []history.Filed[*incident.Incident], log audit.Row) error {
	batch := make([]*record.Whole[*incident.Incident], len(cases))
	for i, c := range cases {
		batch[i] = c.Whole
	}
	err := a.db.alone(ctx, func(t *tx) error {
		if err := a.db.incidents().load(t, batch, log); err != nil {
			return err
		}
		rows := make([][]any, len(cases))
		for i, c := range cases {
			rows[i] = []any{c.Whole.Rec.ID, in.ID, in.Source, c.Key, c.Hash, c.Rows, c.InTarget}
		}
		_, err := t.many("history_case", []string{"record", "import", "source", "code", "hash", "told_rows", "in_target"}, rows, false)
		return err
	})
	if err != nil && a.db.clash(err) {
		return fault.New(fault.Conflict, "history.running").With("source", in.Source)
	}
	return err
}

// Made notes down what was added to the settings.
func (a archive) Made(ctx context.Context, in *history.Import, kind setting.Kind, ids []int64) error {
	return a.db.in(ctx, func(t *tx) error {
		rows := make([][]any, len(ids))
		for i, id := range ids {
			rows[i] = []any{in.ID, string(kind), id}
		}
		_, err := t.many("history_made", []string{"import", "kind", "thing"}, rows, false)
		return err
	})
}

// End writes down how an import ended.
func (a archive) End(ctx context.Context, in *history.Import, log audit.Row) error {
	result, err := json.Marshal(in.Result)
	if err != nil {
		return fmt.Errorf("store: history: %w", err)
	}
	return a.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`UPDATE history_import SET done = $2, result = $3 WHERE id = $1`, in.ID, in.Done, string(result)); err != nil {
			return fmt.Errorf("store: history: %w", err)
		}
		return t.audit(log)
	})
}

const importSQL = `SELECT h.id, h.source, h.file, h.map, h.at, h.by_whom, coalesce(p.name, ''), h.done, h.undone, h.result
	FROM history_import AS h LEFT JOIN person AS p ON p.id = h.by_whom`

func scanImport(row interface{ Scan(...any) error }) (in history.Import, err error) {
	var result string
	if err := row.Scan(&in.ID, &in.Source, &in.File, &in.Map, at{&in.At}, refTo(&in.By), &in.Name, &in.Done, at{&in.Undone}, &result); err != nil {
		return in, err
	}
	if result != "" {
		err = json.Unmarshal([]byte(result), &in.Result)
	}
	return in, err
}

// Imports lists the imports, newest first.
func (a archive) Imports(ctx context.Context, limit int) (out []history.Import, err error) {
	rows, err := a.db.read.query(ctx, importSQL+` ORDER BY h.id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("store: history: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		in, err := scanImport(rows)
		if err != nil {
			return nil, fmt.Errorf("store: history: %w", err)
		}
		out = append(out, in)
	}
	return out, rows.Err()
}

// Import reads one.
func (a archive) Import(ctx context.Context, id int64) (history.Import, error) {
	in, err := scanImport(a.db.read.row(ctx, importSQL+` WHERE h.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return in, fault.New(fault.Missing, "history.no_such_import").With("id", id)
	}
	if err != nil {
		return in, fmt.Errorf("store: history: %w", err)
	}
	return in, nil
}
