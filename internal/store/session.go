package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
)

// Sessions keeps sign-ins.
func (db *DB) Sessions() signin.Sessions { return sessions{db} }

type sessions struct{ db *DB }

const sessionSQL = `SELECT s.id, s.person, s.stage, s.started, s.seen, s.ends, s.address, s.agent, p.version, a.blocked
	FROM session AS s JOIN person AS p ON p.id = s.person JOIN account AS a ON a.person = s.person`

func scanSession(r row) (s signin.Session, err error) {
	err = r.Scan(&s.ID, &s.Person, &s.Stage, at{&s.Started}, at{&s.Seen}, at{&s.Ends}, &s.Address, &s.Agent, &s.PersonVersion, &s.Blocked)
	return s, err
}

// Start adds a session in place of the one before.
func (s sessions) Start(ctx context.Context, n signin.Session, before string, log ...audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		if before != "" {
			if _, err := t.exec(`DELETE FROM session WHERE id = $1`, before); err != nil {
				return fmt.Errorf("store: end session: %w", err)
			}
		}
		if _, err := t.exec(insertSQL("session", []string{"id", "person", "stage", "started", "seen", "ends", "address", "agent"}, 1),
			n.ID, int64(n.Person), string(n.Stage), at{&n.Started}, at{&n.Seen}, at{&n.Ends}, n.Address, n.Agent); err != nil {
			return fmt.Errorf("store: start session: %w", err)
		}
		return t.audit(log...)
	})
}

// Session reads one session.
func (s sessions) Session(ctx context.Context, id string) (signin.Session, error) {
	n, err := scanSession(s.db.read.row(ctx, sessionSQL+` WHERE s.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return n, fault.New(fault.Missing, "signin.again")
	}
	if err != nil {
		return n, fmt.Errorf("store: session: %w", err)
	}
	return n, nil
}

// Touch writes when sessions were last used.
func (s sessions) Touch(ctx context.Context, seen map[string]time.Time) error {
	if len(seen) == 0 {
		return nil
	}
	return s.db.in(ctx, func(t *tx) error {
		for id, when := range seen {
			if _, err := t.exec(`UPDATE session SET seen = $2 WHERE id = $1 AND seen < $2`, id, when.UnixMilli()); err != nil {
				return fmt.Errorf("store: touch session: %w", err)
			}
		}
		return nil
	})
}

// SessionsOf lists a person's sessions, everybody's when 0, latest first.
func (s sessions) SessionsOf(ctx context.Context, id people.ID) (out []signin.Session, err error) {
	var c clause
	if id != 0 {
		c.and("s.person = ?", int64(id))
	}
	rows, err := s.db.read.query(ctx, sessionSQL+c.where()+` ORDER BY s.seen DESC, s.id LIMIT 500`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: sessions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		n, err := scanSession(rows)
		if err != nil {
			return nil, fmt.Errorf("store: sessions: %w", err)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// End ends sessions of a person: the one named by only, else all but one.
func (s sessions) End(ctx context.Context, id people.ID, only, but string, log ...audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		var c clause
		c.and("person = ?", int64(id))
		if only != "" {
			c.and("id = ?", only)
		} else {
			c.and("id <> ?", but)
		}
		if _, err := t.exec(`DELETE FROM session`+c.where(), c.args...); err != nil {
			return fmt.Errorf("store: end sessions: %w", err)
		}
		return t.audit(log...)
	})
}

// Sweep forgets sessions that ended before a moment, and wrong tries long
// past.
func (s sessions) Sweep(ctx context.Context, before time.Time) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM session WHERE ends < $1`, before.UnixMilli()); err != nil {
			return fmt.Errorf("store: sweep sessions: %w", err)
		}
		if _, err := t.exec(`DELETE FROM try WHERE last < $1 AND until < $1`, before.Add(-forget).UnixMilli()); err != nil {
			return fmt.Errorf("store: sweep tries: %w", err)
		}
		return nil
	})
}

// Tokens keeps API tokens.
func (db *DB) Tokens() signin.Tokens { return tokens{db} }

type tokens struct{ db *DB }

const tokenSQL = `SELECT k.id, k.person, k.name, k.digest, k.grants, k.made, k.ends, k.seen, k.revoked, p.name, p.version, coalesce(a.blocked, 1 = 0)
	FROM api_token AS k JOIN person AS p ON p.id = k.person LEFT JOIN account AS a ON a.person = k.person`

func scanToken(r row) (k signin.Token, err error) {
	err = r.Scan(&k.ID, &k.Person, &k.Name, &k.Digest, stringList{&k.Grants}, at{&k.Made}, at{&k.Ends}, at{&k.Seen}, at{&k.Revoked}, &k.Owner, &k.PersonVersion, &k.Blocked)
	return k, err
}

// AddToken adds a token.
func (s tokens) AddToken(ctx context.Context, k *signin.Token, log ...audit.Row) error {
	grants, err := json.Marshal(k.Grants)
	if err != nil {
		return fmt.Errorf("store: token: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		if err := t.row(insertSQL("api_token", []string{"person", "name", "digest", "grants", "made", "ends"}, 1)+` RETURNING id`,
			int64(k.Person), k.Name, k.Digest, string(grants), at{&k.Made}, at{&k.Ends}).Scan(&k.ID); err != nil {
			return fmt.Errorf("store: add token: %w", err)
		}
		return t.audit(log...)
	})
}

// Token reads the token of a digest.
func (s tokens) Token(ctx context.Context, digest string) (signin.Token, error) {
	k, err := scanToken(s.db.read.row(ctx, tokenSQL+` WHERE k.digest = $1`, digest))
	if errors.Is(err, sql.ErrNoRows) {
		return k, fault.New(fault.Missing, "signin.bad_token")
	}
	if err != nil {
		return k, fmt.Errorf("store: token: %w", err)
	}
	return k, nil
}

// TokensOf lists a person's tokens, everybody's when 0, latest first.
func (s tokens) TokensOf(ctx context.Context, id people.ID) (out []signin.Token, err error) {
	var c clause
	if id != 0 {
		c.and("k.person = ?", int64(id))
	}
	rows, err := s.db.read.query(ctx, tokenSQL+c.where()+` ORDER BY k.id DESC LIMIT 500`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: tokens: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		k, err := scanToken(rows)
		if err != nil {
			return nil, fmt.Errorf("store: tokens: %w", err)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// RevokeToken ends a token.
func (s tokens) RevokeToken(ctx context.Context, id int64, now time.Time, log ...audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`UPDATE api_token SET revoked = $2 WHERE id = $1 AND revoked IS NULL`, id, now.UnixMilli())
		if err != nil {
			return fmt.Errorf("store: revoke token: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: revoke token: %w", err)
		} else if n == 0 {
			return fault.New(fault.Missing, "signin.no_such_token")
		}
		return t.audit(log...)
	})
}

// TouchTokens writes when tokens were last used.
func (s tokens) TouchTokens(ctx context.Context, seen map[int64]time.Time) error {
	if len(seen) == 0 {
		return nil
	}
	return s.db.in(ctx, func(t *tx) error {
		for id, when := range seen {
			if _, err := t.exec(`UPDATE api_token SET seen = $2 WHERE id = $1 AND (seen IS NULL OR seen < $2)`, id, when.UnixMilli()); err != nil {
				return fmt.Errorf("store: touch token: %w", err)
			}
		}
		return nil
	})
}
