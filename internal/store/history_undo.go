package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// touched holds for a case h whose record is more than the log told: somebody
// has worked on it, it is linked to another, or it was masked. Warnings of its
// clocks are not work.
const touched = `(EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = h.record AND t.deed <> 'incident.warn' AND coalesce(t.batch, 0) <> coalesce(h.told, h.import))
	OR EXISTS (SELECT 1 FROM link AS k WHERE k.source = h.record OR k.target = h.record)
	OR EXISTS (SELECT 1 FROM attachment AS f WHERE f.record = h.record) OR EXISTS (SELECT 1 FROM task AS j WHERE j.record = h.record)
	OR EXISTS (SELECT 1 FROM masked AS m WHERE m.record = h.record))`

// beside are the tables that hold what hangs on a record of history, in the
// order in which it can be taken away.
func (db *DB) beside() [][2]string {
	return [][2]string{{"notice", "record"}, {"timeline", "record"}, {"clock", "record"}, {"team_promise", "record"}, {"party", "record"}, {"search", db.indexed}}
}

func (t *tx) wipe(from [][2]string, ids []int64) error {
	for _, table := range from {
		var c clause
		c.conds = append(c.conds, in(&c, table[1], ids))
		if _, err := t.exec("DELETE FROM "+table[0]+c.where(), c.args...); err != nil {
			return fmt.Errorf("store: history: %s: %w", table[0], err)
		}
	}
	return nil
}

// Later finds the import that has to be taken back first.
func (a archive) Later(ctx context.Context, id int64) (later int64, err error) {
	err = a.db.read.row(ctx, `SELECT coalesce(max(h.told), 0) FROM history_case AS h
		WHERE h.told > $1 AND (h.import = $1 OR h.record IN (SELECT record FROM history_before WHERE import = $1))`, id).Scan(&later)
	if err != nil {
		return 0, fmt.Errorf("store: undo history: %w", err)
	}
	return later, nil
}

// Restore brings some records back to what they said before the import.
func (a archive) Restore(ctx context.Context, id int64) (n int, err error) {
	err = a.db.alone(ctx, func(t *tx) error {
		rows, err := t.query(`SELECT h.record FROM history_case AS h JOIN history_before AS b ON b.record = h.record AND b.import = $1
			WHERE h.told = $1 AND NOT `+touched+` ORDER BY h.record LIMIT 200`, id)
		if err != nil {
			return fmt.Errorf("store: undo history: %w", err)
		}
		ids, err := scanIDs(rows)
		if err != nil || len(ids) == 0 {
			return err
		}
		n = len(ids)
		wholes := make([]*record.Whole[*incident.Incident], n)
		for i, one := range ids {
			if wholes[i], err = t.before(id, one); err != nil {
				return err
			}
			if _, err := t.exec(`UPDATE history_case SET (hash, told, told_rows, in_target) = (SELECT b.hash, b.told, b.told_rows, b.in_target FROM history_before AS b
				WHERE b.import = $1 AND b.record = $2) WHERE record = $2`, id, one); err != nil {
				return fmt.Errorf("store: undo history: %w", err)
			}
			if _, err := t.exec(`DELETE FROM history_before WHERE import = $1 AND record = $2`, id, one); err != nil {
				return fmt.Errorf("store: undo history: %w", err)
			}
		}
		return a.db.incidents().reload(t, wholes)
	})
	return n, err
}

// before reads what a record said before an import told it anew.
func (t *tx) before(imported, id int64) (*record.Whole[*incident.Incident], error) {
	var text string
	if err := t.row(`SELECT whole FROM history_before WHERE import = $1 AND record = $2`, imported, id).Scan(&text); err != nil {
		return nil, fmt.Errorf("store: undo history: %w", err)
	}
	w := &record.Whole[*incident.Incident]{}
	if err := json.Unmarshal([]byte(text), w); err != nil {
		return nil, fmt.Errorf("store: undo history: record %d: %w", id, err)
	}
	return w, nil
}

// Remove takes some of an import's records away, of those that nobody has
// touched since.
func (a archive) Remove(ctx context.Context, id int64) (n int, err error) {
	err = a.db.alone(ctx, func(t *tx) error {
		rows, err := t.query(`SELECT h.record FROM history_case AS h WHERE h.import = $1 AND NOT `+touched+` ORDER BY h.record LIMIT 500`, id)
		if err != nil {
			return fmt.Errorf("store: undo history: %w", err)
		}
		ids, err := scanIDs(rows)
		if err != nil || len(ids) == 0 {
			return err
		}
		n = len(ids)
		if err := errors.Join(t.untally(ids), t.withdraw(id, ids)); err != nil {
			return err
		}
		return t.wipe(append(a.db.beside(), [][2]string{{"history_before", "record"}, {"history_case", "record"}, {"incident", "id"}, {"record", "id"}}...), ids)
	})
	return n, err
}

// ofSource are this import and those of the same tool that were taken back
// before it: what one of them added and another still named goes with the last.
const ofSource = `SELECT id FROM history_import WHERE id = $1 OR undone IS NOT NULL AND source = (SELECT source FROM history_import WHERE id = $1)`

const leaves = `UPDATE setting SET retired = TRUE, version = version + 1, changed = $2
		WHERE NOT retired AND id IN (SELECT thing FROM history_made WHERE import IN (` + ofSource + `) AND kind <> 'person')
		AND id NOT IN (SELECT team FROM record WHERE team IS NOT NULL) AND id NOT IN (SELECT service FROM record WHERE service IS NOT NULL)
		AND id NOT IN (SELECT category FROM incident WHERE category IS NOT NULL)
		AND id NOT IN (SELECT parent FROM setting WHERE parent IS NOT NULL AND NOT retired)`

// orphans retire what an import added and no record names any more, first the
// leaves of a tree and then what stood above them.
var orphans = []string{
	leaves, leaves,
	`UPDATE person SET retired = TRUE, version = version + 1, changed = $2
		WHERE NOT retired AND id IN (SELECT thing FROM history_made WHERE import IN (` + ofSource + `) AND kind = 'person')
		AND id NOT IN (SELECT person FROM party) AND id NOT IN (SELECT by_whom FROM timeline WHERE by_whom IS NOT NULL)`,
}

// Close ends an undoing.
func (a archive) Close(ctx context.Context, id int64, now time.Time, log audit.Row) (kept int, err error) {
	err = a.db.alone(ctx, func(t *tx) error {
		if err := t.row(`SELECT (SELECT count(*) FROM history_case WHERE import = $1) + (SELECT count(*) FROM history_before WHERE import = $1)`, id).Scan(&kept); err != nil {
			return fmt.Errorf("store: undo history: %w", err)
		}
		for _, q := range orphans {
			if _, err := t.exec(q, id, at{&now}); err != nil {
				return fmt.Errorf("store: undo history: %w", err)
			}
		}
		if _, err := t.exec(`UPDATE setting_version SET version = version + 1 WHERE one = 1`); err != nil {
			return fmt.Errorf("store: settings version: %w", err)
		}
		for _, table := range []string{"history_import", "batch"} {
			if _, err := t.exec("UPDATE "+table+" SET undone = $2 WHERE id = $1", id, at{&now}); err != nil {
				return fmt.Errorf("store: undo history: %w", err)
			}
		}
		if err := t.numberOn(record.Incident); err != nil {
			return err
		}
		if err := t.withdrawn(id, at{&now}, &log); err != nil {
			return err
		}
		return t.audit(log)
	})
	return kept, err
}

// numberOn lets the numbers of a kind go on after the last record that is left,
// so that those of records taken away at the end are given again.
func (t *tx) numberOn(kind record.Kind) error {
	// The lock first: whoever registers meanwhile has done so, or waits.
	if _, err := t.exec(`UPDATE numbering SET next = next WHERE kind = $1`, string(kind)); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	var last record.Number
	if err := t.row(`SELECT coalesce(max(number), 0) FROM record WHERE kind = $1`, string(kind)).Scan(&last); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	if _, err := t.exec(`UPDATE numbering SET year = $2, next = $3 WHERE kind = $1`, string(kind), last.Year(), last.N()); err != nil {
		return fmt.Errorf("store: numbers: %w", err)
	}
	return nil
}
