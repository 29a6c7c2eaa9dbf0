package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Notices keeps what people have been told.
func (db *DB) Notices() notice.Store { return notices{db} }

type notices struct{ db *DB }

var noticeCols = []string{"person", "record", "entry", "what", "at", "bell", "mail", "board"}

// Add keeps notices, each once.
func (s notices) Add(ctx context.Context, ns []notice.Notice) error {
	return s.db.in(ctx, func(t *tx) error {
		for _, n := range ns {
			if _, err := t.exec(insertSQL("notice", noticeCols, 1)+" ON CONFLICT (person, entry) DO NOTHING",
				int64(n.To), n.Record, n.Entry, string(n.What), at{&n.At}, n.Bell, at{&n.Mail}, n.Board); err != nil {
				return fmt.Errorf("store: notice: %w", err)
			}
		}
		return nil
	})
}

// told narrows to the records that a person sees, and those that meet a
// condition and whose zone he is cleared for: the ones of the notice board.
func (c *clause) told(d dialect, s people.Scope, board string, args ...any) {
	var seen, posted clause
	seen.args, seen.conds = c.args, nil
	seen.scope(d, s)
	if len(seen.conds) == 0 {
		return
	}
	posted.args = seen.args
	posted.and(board, args...)
	if cleared := posted.zoned(s); cleared != "" {
		posted.conds = append(posted.conds, cleared)
	}
	c.args = posted.args
	c.conds = append(c.conds, "(("+strings.Join(seen.conds, " AND ")+") OR ("+strings.Join(posted.conds, " AND ")+"))")
}

// Unread counts the records about which a person has unread notices and that
// he still sees, and his alerts that he has not read.
func (s notices) Unread(ctx context.Context, scope people.Scope, who people.ID) (records, alerts int, err error) {
	var c clause
	alerted := c.text("(SELECT count(*) FROM alert AS a WHERE a.person = ? AND a.bell AND a.read IS NULL)", int64(who))
	c.and("r.id IN (SELECT n.record FROM notice AS n WHERE n.person = ? AND n.read IS NULL AND n.bell)", int64(who))
	c.told(s.db.dialect, scope, "r.id IN (SELECT n.record FROM notice AS n WHERE n.person = ? AND n.read IS NULL AND n.bell AND n.board)", int64(who))
	if err := s.db.read.row(ctx, "SELECT count(*), "+alerted+" FROM record AS r"+c.where(), c.args...).Scan(&records, &alerts); err != nil {
		return 0, 0, fmt.Errorf("store: unread notices: %w", err)
	}
	return records, alerts, nil
}

// List gives a person's notices by record, newest first.
func (s notices) List(ctx context.Context, scope people.Scope, who people.ID, limit int) (out []notice.Group, err error) {
	var c clause
	recent := c.text(`SELECT n.record, max(n.id) AS newest, count(*) FILTER (WHERE n.read IS NULL) AS unread FROM notice AS n WHERE n.person = ? AND n.bell GROUP BY n.record`, int64(who))
	c.told(s.db.dialect, scope, "n.board")
	q := strings.Replace(rowSQL, "FROM record AS r", `, n.id, n.entry, n.what, n.at, n.read, n.board, g.unread, t.deed, t.public, coalesce(w.name, '')
		FROM (`+recent+`) AS g JOIN notice AS n ON n.id = g.newest JOIN timeline AS t ON t.id = n.entry JOIN record AS r ON r.id = n.record
		LEFT JOIN person AS w ON w.id = t.by_whom`, 1)
	rows, err := s.db.read.query(ctx, q+c.where()+c.text(" ORDER BY n.id DESC LIMIT ?", min(max(limit, 1), 200)), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: notices: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var g notice.Group
		r := &g.Row
		refs := append([]any{&r.ID, &r.Kind, &r.Number, &r.Version, &r.Live}, headRefs(&r.Head)...)
		refs = append(refs, &r.RequesterName, &r.OwnerName, &g.ID, &g.Entry, &g.What, at{&g.At}, at{&g.Read}, &g.Board, &g.Unread, &g.Deed, &g.Public, &g.ByName)
		if err := rows.Scan(refs...); err != nil {
			return nil, fmt.Errorf("store: notices: %w", err)
		}
		g.To, g.Record, g.Bell = who, r.ID, true
		if g.Board {
			g.Row, g.ByName = record.Row{Head: record.Head{ID: r.ID, Kind: r.Kind, Number: r.Number}}, ""
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// Read marks notices as read.
func (s notices) Read(ctx context.Context, who people.ID, rec int64, now time.Time) error {
	if _, err := s.db.write.ExecContext(ctx, `UPDATE notice SET read = $3 WHERE person = $1 AND (record = $2 OR $2 = 0) AND read IS NULL`, int64(who), rec, at{&now}); err != nil {
		return fmt.Errorf("store: read notices: %w", err)
	}
	return nil
}

// Unsent gives notices that may be mailed and have not been.
func (s notices) Unsent(ctx context.Context, now time.Time, n int) (out []notice.Notice, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, person, record, entry, what, at, bell, mail FROM notice
		WHERE mail IS NOT NULL AND sent IS NULL AND read IS NULL AND mail <= $1 ORDER BY mail, id LIMIT $2`, at{&now}, n)
	if err != nil {
		return nil, fmt.Errorf("store: unsent notices: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m notice.Notice
		if err := rows.Scan(&m.ID, refTo(&m.To), &m.Record, &m.Entry, &m.What, at{&m.At}, &m.Bell, at{&m.Mail}); err != nil {
			return nil, fmt.Errorf("store: unsent notices: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Sent marks a notice as handed to the mail.
func (s notices) Sent(ctx context.Context, id int64, now time.Time) error {
	if _, err := s.db.write.ExecContext(ctx, `UPDATE notice SET sent = $2 WHERE id = $1`, id, at{&now}); err != nil {
		return fmt.Errorf("store: sent notice: %w", err)
	}
	return nil
}
