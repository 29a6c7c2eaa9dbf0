package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/record"
)

// Mails keeps the deliveries.
func (db *DB) Mails() notice.Ledger { return mails{db} }

type mails struct{ db *DB }

var mailCols = []string{"key", "person", "address", "name", "lang", "what", "about", "number", "title", "text", "staff", "board", "view", "entry", "n", "at", "due", "state", "tries", "reason", "message", "sent"}

func mailRefs(m *notice.Delivery) []any {
	return []any{
		&m.Key, refTo(&m.Person), &m.Address, &m.Name, &m.Lang, &m.What, &m.About, &m.Number, &m.Title, &m.Text, &m.Staff, &m.Board, &m.View, &m.Entry, &m.Count,
		at{&m.At},
		at{&m.Due},
		&m.State, &m.Tries, &m.Reason, &m.Message,
		at{&m.Sent},
	}
}

// Waiting lists deliveries due at a moment, oldest first.
func (s mails) Waiting(ctx context.Context, now time.Time, n int) ([]notice.Delivery, error) {
	var c clause
	c.and("(state = 'waiting' OR state = 'failed') AND due <= ?", at{&now})
	return s.read(ctx, c, " ORDER BY due, id", n)
}

// Ledger lists deliveries, newest first.
func (s mails) Ledger(ctx context.Context, state notice.State, before int64, limit int) ([]notice.Delivery, error) {
	var c clause
	if state != "" {
		c.and("state = ?", string(state))
	}
	if before != 0 {
		c.and("id < ?", before)
	}
	return s.read(ctx, c, " ORDER BY id DESC", limit)
}

func (s mails) read(ctx context.Context, c clause, order string, limit int) (out []notice.Delivery, err error) {
	q := `SELECT id, ` + strings.Join(mailCols, ", ") + ` FROM mail` + c.where() + order + c.text(" LIMIT ?", limit)
	rows, err := s.db.read.query(ctx, q, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: mail: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m notice.Delivery
		if err := rows.Scan(append([]any{&m.ID}, mailRefs(&m)...)...); err != nil {
			return nil, fmt.Errorf("store: mail: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Add puts one delivery in line.
func (s mails) Add(ctx context.Context, m *notice.Delivery) error {
	return s.db.in(ctx, func(t *tx) error { return t.mail(m) })
}

func (t *tx) mail(m *notice.Delivery) error {
	if _, err := t.exec(insertSQL("mail", mailCols, 1)+" ON CONFLICT (key) DO NOTHING", mailRefs(m)...); err != nil {
		return fmt.Errorf("store: mail: %w", err)
	}
	return nil
}

// Keep writes how a delivery went.
func (s mails) Keep(ctx context.Context, m notice.Delivery) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`UPDATE mail SET due = $2, state = $3, tries = $4, reason = $5, message = $6, sent = $7 WHERE id = $1`,
			m.ID, at{&m.Due}, string(m.State), m.Tries, m.Reason, m.Message, at{&m.Sent}); err != nil {
			return fmt.Errorf("store: mail: %w", err)
		}
		return nil
	})
}

// MailSecret is the secret of Message-IDs: the one given when there is none
// yet, else the one kept.
func (db *DB) MailSecret(ctx context.Context, fresh string) (secret string, err error) {
	err = db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO mail_secret (one, secret) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, fresh); err != nil {
			return err
		}
		return t.row(`SELECT secret FROM mail_secret WHERE one = 1`).Scan(&secret)
	})
	if err != nil {
		return "", fmt.Errorf("store: mail secret: %w", err)
	}
	return secret, nil
}

// Told reads the head of a record and, of some of its entries, the text that
// is for the requester.
func (s mails) Told(ctx context.Context, rec int64, entries []int64) (h record.Head, text string, err error) {
	h.ID = rec
	q := `SELECT r.kind, r.number, r.version, r.` + strings.Join(headCols, ", r.") + ` FROM record AS r WHERE r.id = $1`
	if err := s.db.read.row(ctx, q, rec).Scan(append([]any{&h.Kind, &h.Number, &h.Version}, headRefs(&h)...)...); err != nil {
		return h, "", fmt.Errorf("store: mail: %w", err)
	}
	var c clause
	c.and("record = ? AND public AND text <> ''", rec)
	c.conds = append(c.conds, in(&c, "id", entries))
	rows, err := s.db.read.query(ctx, `SELECT text FROM timeline`+c.where()+` ORDER BY id`, c.args...)
	if err != nil {
		return h, "", fmt.Errorf("store: mail: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return h, "", fmt.Errorf("store: mail: %w", err)
		}
		all = append(all, one)
	}
	return h, strings.Join(all, "\n\n"), rows.Err()
}
