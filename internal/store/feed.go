package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Waiting reads the oldest news of the outbox, at most n.
func (db *DB) Waiting(ctx context.Context, n int) ([]record.News, error) {
	q := `SELECT w.id, t.id, t.record, t.at, t.by_whom, t.deed, t.was, t.became, t.reason, t.text, t.public, t.irregular, t.changes, t.batch,
		r.kind, r.number, r.version, r.` + strings.Join(headCols, ", r.") + `
		FROM outbox AS w JOIN timeline AS t ON t.id = w.entry JOIN record AS r ON r.id = w.record ORDER BY w.id LIMIT $1`
	rows, err := db.read.query(ctx, q, n)
	if err != nil {
		return nil, fmt.Errorf("store: outbox: %w", err)
	}
	news, err := scanWaiting(rows)
	if err != nil {
		return nil, fmt.Errorf("store: outbox: %w", err)
	}
	return news, db.parties(ctx, news)
}

func scanWaiting(rows *sql.Rows) (out []record.News, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w record.News
		var changes string
		e, h := &w.Entry, &w.Head
		refs := append([]any{&w.Outbox, &e.ID, &e.Record, at{&e.At}, refTo(&e.By), &e.Deed, &e.From, &e.To, &e.Reason, &e.Text, &e.Public, &e.Irregular, &changes, refTo(&e.Batch), &h.Kind, &h.Number, &h.Version}, headRefs(h)...)
		if err := rows.Scan(refs...); err != nil {
			return nil, err
		}
		h.ID = e.Record
		if changes != "" {
			if err := json.Unmarshal([]byte(changes), &e.Changes); err != nil {
				return nil, err
			}
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// parties adds to news who has to do with their records.
func (db *DB) parties(ctx context.Context, news []record.News) (err error) {
	if len(news) == 0 {
		return nil
	}
	ids := make([]int64, len(news))
	for i, w := range news {
		ids[i] = w.Head.ID
	}
	var c clause
	c.conds = append(c.conds, in(&c, "record", ids))
	rows, err := db.read.query(ctx, `SELECT record, person, role FROM party`+c.where()+` ORDER BY record, person, role`, c.args...)
	if err != nil {
		return fmt.Errorf("store: parties: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	of := map[int64][]record.Party{}
	for rows.Next() {
		var id int64
		var p record.Party
		if err := rows.Scan(&id, &p.Person, &p.Role); err != nil {
			return fmt.Errorf("store: parties: %w", err)
		}
		of[id] = append(of[id], p)
	}
	for i := range news {
		news[i].Parties = of[news[i].Head.ID]
	}
	return rows.Err()
}

var feedCols = []string{"record", "kind", "number", "deed", "at", "by_whom", "public", "requester", "owner", "team", "department", "zone", "watchers", "state", "priority"}

// Carried takes news off the outbox and puts them on the feed, in one
// transaction. Only the leader calls it, so the feed's numbers grow in the
// order in which they become visible.
func (db *DB) Carried(ctx context.Context, news []record.News) error {
	return db.in(ctx, func(t *tx) error {
		ids := make([]int64, len(news))
		for i, w := range news {
			ids[i] = w.Outbox
		}
		var c clause
		c.conds = append(c.conds, in(&c, "id", ids))
		rows, err := t.query("DELETE FROM outbox"+c.where()+" RETURNING id", c.args...)
		if err != nil {
			return fmt.Errorf("store: carried: %w", err)
		}
		taken, err := scanIDs(rows)
		if err != nil {
			return fmt.Errorf("store: carried: %w", err)
		}
		var lines [][]any
		for _, w := range news {
			if slices.Contains(taken, w.Outbox) { // else another node was faster
				lines = append(lines, line(w))
			}
		}
		_, err = t.many("feed", feedCols, lines, false)
		return err
	})
}

// line is a piece of news as a row of the feed.
func line(w record.News) []any {
	h, e := w.Head, w.Entry
	var watchers []string
	for _, p := range w.Parties {
		if p.Role == "watcher" {
			watchers = append(watchers, fmt.Sprint(p.Person))
		}
	}
	return []any{
		h.ID, string(h.Kind), int64(h.Number), e.Deed,
		at{&e.At},
		int64(e.By), e.Public, int64(h.Requester), int64(h.Owner), int64(h.Team),
		int64(h.Department), int64(h.Zone), strings.Join(watchers, " "), string(h.State), h.Priority,
	}
}

// Feed reads the happenings that live pages follow.
func (db *DB) Feed() record.Feed { return feed{db} }

type feed struct{ db *DB }

// After reads happenings behind seq, oldest first.
func (f feed) After(ctx context.Context, seq int64, n int) (out []record.Happening, err error) {
	rows, err := f.db.read.query(ctx, `SELECT seq, `+strings.Join(feedCols, ", ")+` FROM feed WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, n)
	if err != nil {
		return nil, fmt.Errorf("store: feed: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var h record.Happening
		var watchers string
		s := &h.Seen
		if err := rows.Scan(&h.Seq, &h.Record, &h.Kind, &h.Number, &h.Deed, at{&h.At}, &h.By, &h.Public, &s.Requester, &s.Owner, &s.Team, &s.Department, &s.Zone, &watchers, &h.State, &h.Priority); err != nil {
			return nil, fmt.Errorf("store: feed: %w", err)
		}
		for w := range strings.FieldsSeq(watchers) {
			var id people.ID
			if _, err := fmt.Sscan(w, &id); err != nil {
				return nil, fmt.Errorf("store: feed: watcher %q: %w", w, err)
			}
			s.Watchers = append(s.Watchers, id)
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// Last is the newest seq.
func (f feed) Last(ctx context.Context) (seq int64, err error) {
	if err := f.db.read.row(ctx, `SELECT coalesce(max(seq), 0) FROM feed`).Scan(&seq); err != nil {
		return 0, fmt.Errorf("store: feed: %w", err)
	}
	return seq, nil
}

// TrimFeed forgets happenings older than a moment: nobody resumes that late.
func (db *DB) TrimFeed(ctx context.Context, before time.Time) error {
	return db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM feed WHERE at < $1`, at{&before}); err != nil {
			return fmt.Errorf("store: feed: %w", err)
		}
		return nil
	})
}
