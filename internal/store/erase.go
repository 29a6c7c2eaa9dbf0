package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// A word that masking took out of a text is still in the files of the database.
// In SQLite's, segments of the full-text index keep it until they are merged,
// and pages that became free keep what they held: erasing merges the index,
// fills the free pages with zeros and empties the write-ahead log, a small
// transaction at a time, and goes on where it was after a restart. Inside pages
// that are in use SQLite overwrites at once (secure_delete in liteDSN).
// PostgreSQL keeps rows that were replaced until a table is vacuumed, values in
// the statistics of its planner, and a word for ever as an empty key of a GIN
// index: erasing vacuums and analyses the tables and builds that index anew
// beside the old one, while everybody reads and writes.

// Stages of erasing.
const (
	eraseAsked = ""      // nothing done yet
	eraseMerge = "merge" // the index is being merged
	eraseFill  = "fill"  // free pages are being filled
	eraseEmpty = "empty" // what filled them goes
	eraseLog   = "log"   // the log is emptied

	eraseVacuum = "vacuum" // PostgreSQL: tables are vacuumed
	eraseIndex  = "index"  // and the full-text index is built anew
)

// erasePages is how many pages one transaction of erasing writes: other writers
// wait for no longer than that.
const erasePages = 256

// askErase remembers, in the transaction that masks, that words must go.
func (t *tx) askErase() error {
	if _, err := t.exec(`INSERT INTO erasing (one, asked, doing, stage) VALUES (1, 1, 0, $1)
		ON CONFLICT (one) DO UPDATE SET asked = erasing.asked + 1`, eraseAsked); err != nil {
		return fmt.Errorf("store: erase: %w", err)
	}
	return nil
}

// Erase takes one step. More says that the next can follow at once; what was
// asked for meanwhile is begun anew afterwards.
func (m mask) Erase(ctx context.Context) (more bool, err error) {
	if more, err := m.look(ctx); more || err != nil {
		return more, err
	}
	var stage string
	err = m.db.read.row(ctx, `SELECT stage FROM erasing WHERE one = 1`).Scan(&stage)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store: erase: %w", err)
	}
	if stage == eraseLog && m.db.name == "sqlite" {
		if busy, err := m.db.emptyLog(ctx); err != nil || busy {
			return false, err // somebody reads what is in it: later
		}
	}
	if m.db.name == "postgres" {
		if err := m.db.tidy(ctx, stage); err != nil {
			return false, err
		}
	}
	err = m.db.alone(ctx, func(t *tx) error {
		next, err := t.eraseStep(stage)
		if err != nil {
			return fmt.Errorf("store: erase: %w", err)
		}
		more, err = t.eraseOn(stage, next)
		return err
	})
	return more, err
}

// eraseOn writes down how far erasing is; done, unless it was asked for again.
func (t *tx) eraseOn(stage, next string) (more bool, err error) {
	q := `UPDATE erasing SET stage = $1 WHERE one = 1`
	if stage == eraseAsked {
		q = `UPDATE erasing SET stage = $1, doing = asked WHERE one = 1`
	}
	if _, err := t.exec(q, next); err != nil {
		return false, fmt.Errorf("store: erase: %w", err)
	}
	if next != eraseAsked {
		return true, nil
	}
	if _, err := t.exec(`DELETE FROM erasing WHERE doing = asked`); err != nil {
		return false, fmt.Errorf("store: erase: %w", err)
	}
	var left int
	err = t.row(`SELECT count(*) FROM erasing`).Scan(&left)
	return left > 0, err
}

// eraseStep does a part of a stage and names the stage of the next step.
func (t *tx) eraseStep(stage string) (next string, err error) {
	if t.db.name == "postgres" { // what it does there cannot be done in a transaction, see tidy
		return map[string]string{eraseAsked: eraseVacuum, eraseVacuum: eraseIndex}[stage], nil
	}
	switch stage {
	case eraseAsked: // a negative number puts all segments up for merging
		return eraseMerge, t.merge(-erasePages)
	case eraseMerge:
		var before, after int64
		if err := t.row(`SELECT total_changes()`).Scan(&before); err != nil {
			return "", err
		}
		if err := t.merge(erasePages); err != nil {
			return "", err
		}
		if err := t.row(`SELECT total_changes()`).Scan(&after); err != nil {
			return "", err
		}
		if after-before < 2 { // as FTS5 says that nothing is left to merge
			return eraseFill, nil
		}
		return eraseMerge, nil
	case eraseFill:
		return t.fill()
	case eraseEmpty:
		res, err := t.exec(`DELETE FROM erase_fill WHERE id = (SELECT min(id) FROM erase_fill)`)
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return eraseEmpty, err
		}
		return eraseLog, nil
	}
	return eraseAsked, nil
}

func (t *tx) merge(pages int) error {
	_, err := t.exec(`INSERT INTO search (search, rank) VALUES ('merge', $1)`, pages)
	return err
}

// fill takes up to erasePages free pages into use, full of zeros.
func (t *tx) fill() (next string, err error) {
	var free, size int64
	if err := t.row(`PRAGMA freelist_count`).Scan(&free); err != nil {
		return "", err
	}
	if err := t.row(`PRAGMA page_size`).Scan(&size); err != nil {
		return "", err
	}
	if n := min(free, erasePages); n > 0 { // four bytes of each page name the next
		if _, err := t.exec(`INSERT INTO erase_fill (data) VALUES (zeroblob($1))`, n*(size-4)); err != nil {
			return "", err
		}
	}
	if free > erasePages {
		return eraseFill, nil
	}
	return eraseEmpty, nil
}

// tidy is a stage of erasing in PostgreSQL. An index that a crash left half
// built is dropped first.
func (db *DB) tidy(ctx context.Context, stage string) error {
	var do []string
	switch stage {
	case eraseVacuum:
		names := make([]string, len(shelves))
		for i, s := range shelves {
			names[i] = s.table
		}
		do = []string{"VACUUM (ANALYZE) " + strings.Join(names, ", "), "VACUUM search, person_word, item_word, answer, upload, history_upload, history_upload_chunk, veil"}
	case eraseIndex:
		do = []string{"DROP INDEX IF EXISTS search_words_ccnew", "DROP INDEX IF EXISTS search_words_ccold", "REINDEX INDEX CONCURRENTLY search_words"}
	}
	for _, q := range do {
		if _, err := db.write.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("store: erase: %w", err)
		}
	}
	return nil
}

// emptyLog carries the write-ahead log into the file and cuts it to nothing.
func (db *DB) emptyLog(ctx context.Context) (busy bool, err error) {
	var wait, log, done int
	if err := db.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&wait, &log, &done); err != nil {
		return false, fmt.Errorf("store: empty the log: %w", err)
	}
	return wait != 0, nil
}
