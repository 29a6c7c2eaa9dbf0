package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/record"
)

// untally takes records that were loaded whole off the counters again, on the
// days on which they counted.
func (t *tx) untally(ids []int64) error {
	entries, err := t.deeds(ids)
	if err != nil {
		return fmt.Errorf("store: tally: %w", err)
	}
	var c clause
	c.conds = append(c.conds, in(&c, "r.id", ids))
	rows, err := t.query(rowSQL+c.where(), c.args...)
	if err != nil {
		return fmt.Errorf("store: tally: %w", err)
	}
	list, err := scanRows(rows)
	if err != nil {
		return err
	}
	sums := map[tallyKey]int64{}
	for _, r := range list {
		t.db.count(sums, &r.Head, r.Live, entries[r.ID])
	}
	for k, n := range sums {
		if _, err := t.exec(insertSQL("tally_delta", tallyCols, 1), k.args(-n)...); err != nil {
			return fmt.Errorf("store: tally: %w", err)
		}
	}
	return nil
}

// deeds reads of some timelines what counters ask.
func (t *tx) deeds(ids []int64) (out map[int64][]record.Entry, err error) {
	var c clause
	c.conds = append(c.conds, in(&c, "record", ids))
	rows, err := t.query("SELECT record, at, deed, changes FROM timeline"+c.where()+" ORDER BY record, at, id", c.args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[int64][]record.Entry{}
	for rows.Next() {
		var e record.Entry
		var when time.Time
		var changes string
		if err := rows.Scan(&e.Record, at{&when}, &e.Deed, &changes); err != nil {
			return nil, err
		}
		if e.At = when; changes != "" {
			if err := json.Unmarshal([]byte(changes), &e.Changes); err != nil {
				return nil, err
			}
		}
		out[e.Record] = append(out[e.Record], e)
	}
	return out, rows.Err()
}
