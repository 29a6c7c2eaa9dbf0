package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// reindexPart is how many records one transaction of a rebuild takes: writers
// wait for no longer than that.
const reindexPart = 200

// Reindex builds the full-text index anew from the records, while others read
// and write, and tells after each part how many records it has done. A restore
// ends with it, for backups leave the index out.
func (db *DB) Reindex(ctx context.Context, progress func(done int)) error {
	var last int64
	for done := 0; ; {
		n, err := db.reindexAfter(ctx, &last)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.Analyze(ctx)
		}
		if done += n; progress != nil {
			progress(done)
		}
	}
}

// reindexPerson builds the entries of a person's records anew: after his name
// changed or was masked.
func (t *tx) reindexPerson(who people.ID) error {
	rows, err := t.query(`SELECT id FROM record WHERE requester = $1 ORDER BY id`, int64(who))
	if err != nil {
		return fmt.Errorf("store: reindex: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return fmt.Errorf("store: reindex: %w", err)
	}
	for _, id := range ids {
		if err := t.reindex(id); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) reindexAfter(ctx context.Context, last *int64) (n int, err error) {
	err = db.alone(ctx, func(t *tx) error {
		rows, err := t.query(`SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT $2`, *last, reindexPart)
		if err != nil {
			return fmt.Errorf("store: reindex: %w", err)
		}
		ids, err := scanIDs(rows)
		if err != nil {
			return fmt.Errorf("store: reindex: %w", err)
		}
		for _, id := range ids {
			if err := t.reindex(id); err != nil {
				return err
			}
			*last = id
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// reindex writes the words of one record, read from its tables. The row is
// locked first, so that a change meanwhile is not undone.
func (t *tx) reindex(id int64) error {
	var x prose
	var kind record.Kind
	var h record.Head
	if err := t.row(`SELECT r.title, r.kind, r.requester, r.owner, r.team, r.department, r.zone FROM record AS r WHERE r.id = $1`+t.db.lock, id).
		Scan(&x.title, &kind, refTo(&h.Requester), refTo(&h.Owner), refTo(&h.Team), refTo(&h.Department), refTo(&h.Zone)); err != nil {
		return fmt.Errorf("store: reindex: %w", err)
	}
	x.seen = seenBy(&h)
	if b, ok := bodyTables[kind]; ok && len(b.words) > 0 {
		var text string
		if err := t.row("SELECT "+strings.Join(b.words, " || '\n' || ")+" FROM "+b.name+" WHERE id = $1", id).Scan(&text); err != nil {
			return fmt.Errorf("store: reindex: %w", err)
		}
		x.said = append(x.said, text)
	}
	var err error
	if x.who, err = t.called(h.Requester); err != nil {
		return err
	}
	if err := errors.Join(t.spoken(id, &x), t.db.keep(t, id, x.texts(), true)); err != nil {
		return fmt.Errorf("store: reindex: %w", err)
	}
	return nil
}
