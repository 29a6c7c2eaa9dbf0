package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
)

// Requests keeps the service requests.
func (db *DB) Requests() record.Store[*request.Request] { return db.requests() }

func (db *DB) requests() book[*request.Request] {
	return book[*request.Request]{
		db: db, kind: record.Request, table: "request",
		cols: []string{
			"offering", "pin", "answers", "detail", "for_whom", "entered", "author", "hours", "waiting", "outside", "refusal", "ended_as",
			"outcome", "disputed", "submitted", "granted", "accepted", "fulfilled", "closed", "rating",
		},
		fresh: func() *request.Request { return new(request.Request) },
		refs: func(r *request.Request) []any {
			return []any{
				&r.Offering, &r.Pin,
				answered{&r.Answers},
				&r.Detail, refTo(&r.For), refTo(&r.Entered), refTo(&r.Author), &r.Hours, &r.Waiting, &r.Outside, &r.Refusal, &r.EndedAs,
				&r.Outcome, &r.Disputed,
				at{&r.Submitted},
				at{&r.Granted},
				at{&r.Accepted},
				at{&r.Fulfilled},
				at{&r.Closed},
				&r.Rating,
			}
		},
	}
}

// answered is the column of what a form was answered.
type answered struct{ a *form.Answers }

func (a answered) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("store: answers from %T", v)
	}
	*a.a = nil
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), a.a)
}

// Value writes the answers; none is the empty text.
func (a answered) Value() (driver.Value, error) {
	if len(*a.a) == 0 {
		return "", nil
	}
	b, err := json.Marshal(*a.a)
	return string(b), err
}

// RequestShelf keeps what only request fulfilment needs.
func (db *DB) RequestShelf() request.Shelf { return requestShelf{db} }

type requestShelf struct{ db *DB }

// Pin keeps a definition under its hash.
func (s requestShelf) Pin(ctx context.Context, hash string, doc []byte) error {
	err := s.db.in(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO pinned (hash, doc) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, hash, string(doc))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: pin: %w", err)
	}
	return nil
}

// Pinned reads the definition of a hash.
func (s requestShelf) Pinned(ctx context.Context, hash string) ([]byte, error) {
	var doc string
	if err := s.db.read.row(ctx, `SELECT doc FROM pinned WHERE hash = $1`, hash).Scan(&doc); err != nil {
		return nil, fmt.Errorf("store: pinned %s: %w", hash, err)
	}
	return []byte(doc), nil
}

// Silent lists requests fulfilled before a moment that nobody confirmed.
func (s requestShelf) Silent(ctx context.Context, before time.Time, limit int) ([]record.Number, error) {
	return s.db.numbers(ctx, `SELECT r.number FROM request AS b JOIN record AS r ON r.id = b.id
		WHERE b.fulfilled IS NOT NULL AND b.closed IS NULL AND b.fulfilled <= $1 AND r.state = 'fulfilled' ORDER BY b.fulfilled LIMIT $2`, at{&before}, limit)
}

// Uses counts the requests of an offering by their definition.
func (s requestShelf) Uses(ctx context.Context, scope people.Scope, offering int64) (out []request.Use, err error) {
	var c clause
	c.and("b.offering = ?", offering)
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT b.pin, SUM(CASE WHEN b.closed IS NULL THEN 1 ELSE 0 END), COUNT(*), MIN(r.opened), MAX(r.opened)
		FROM request AS b JOIN record AS r ON r.id = b.id`+c.where()+` GROUP BY b.pin ORDER BY MAX(r.opened) DESC, b.pin`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: uses: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var u request.Use
		if err := rows.Scan(&u.Pin, &u.Running, &u.All, at{&u.Since}, at{&u.Last}); err != nil {
			return nil, fmt.Errorf("store: uses: %w", err)
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

// Stored is a file that a person has brought.
func (s requestShelf) Stored(ctx context.Context, by people.ID, file int64, field string) (form.Stored, error) {
	out := form.Stored{ID: file}
	err := s.db.read.row(ctx, `SELECT f.sha256 FROM file AS f JOIN file_holder AS h ON h.file = f.id AND h.person = $2 WHERE f.id = $1`, file, int64(by)).Scan(&out.SHA256)
	if errors.Is(err, sql.ErrNoRows) {
		return out, fault.At(field, "record.no_such_file")
	}
	if err != nil {
		return out, fmt.Errorf("store: file: %w", err)
	}
	return out, nil
}
