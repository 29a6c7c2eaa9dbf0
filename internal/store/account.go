package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
)

// Accounts keeps how people prove who they are.
func (db *DB) Accounts() signin.Store { return accounts{db} }

type accounts struct{ db *DB }

// strings as a JSON list in a text column.
type stringList struct{ s *[]string }

func (l stringList) text() (string, error) {
	if len(*l.s) == 0 {
		return "", nil
	}
	b, err := json.Marshal(*l.s)
	return string(b), err
}

func (l stringList) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("store: list from %T", v)
	}
	*l.s = nil
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), l.s)
}

var accountCols = []string{"password", "password_set", "change_due", "blocked", "why", "secret", "pending", "step", "recovery", "past", "last_in", "opened", "version"}

// accountSQL reads a person with his account; one without has version 0.
var accountSQL = `SELECT p.id, p.version, p.changed, p.doc, p.` + strings.Join(personCols, ", p.") + `,
	coalesce(a.password, ''), a.password_set, coalesce(a.change_due, 1 = 0), coalesce(a.blocked, 1 = 0), coalesce(a.why, ''),
	coalesce(a.secret, ''), coalesce(a.pending, ''), coalesce(a.step, 0), coalesce(a.recovery, ''), coalesce(a.past, ''),
	a.last_in, a.opened, coalesce(a.version, 0)
	FROM person AS p LEFT JOIN account AS a ON a.person = p.id`

func scanAccount(r row, who any) (p people.Person, a signin.Account, err error) {
	var doc string
	refs := append([]any{&p.ID, &p.Version, at{&p.Changed}, &doc}, personRefs(&p)...)
	refs = append(refs, &a.Password, at{&a.Set}, &a.Change, &a.Blocked, &a.Why, &a.Secret, &a.Pending, &a.Step,
		stringList{&a.Recovery}, stringList{&a.Past}, at{&a.Last}, at{&a.Opened}, &a.Version)
	err = r.Scan(refs...)
	if errors.Is(err, sql.ErrNoRows) {
		return p, a, fault.New(fault.Missing, "people.no_such").With("id", who)
	}
	if err == nil {
		err = json.Unmarshal([]byte(doc), &p.Doc)
	}
	if err != nil {
		return p, a, fmt.Errorf("store: account: %w", err)
	}
	a.Person = p.ID
	return p, a, nil
}

// Known finds a person with an account by his sign-in name in any case.
func (s accounts) Known(ctx context.Context, name string) (people.Person, signin.Account, error) {
	return scanAccount(s.db.read.row(ctx, accountSQL+` WHERE lower(p.code) = lower($1) AND a.version > 0 ORDER BY p.id LIMIT 1`, name), "")
}

// Account reads a person and his account.
func (s accounts) Account(ctx context.Context, id people.ID) (people.Person, signin.Account, error) {
	return scanAccount(s.db.read.row(ctx, accountSQL+` WHERE p.id = $1`, int64(id)), id)
}

// Locked are the persons whose accounts are locked.
func (db *DB) Locked(ctx context.Context) (map[people.ID]bool, error) {
	out := map[people.ID]bool{}
	rows, err := db.read.query(ctx, `SELECT person FROM account WHERE blocked`) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var id people.ID
			err := rows.Scan(&id)
			out[id] = true
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: locked accounts: %w", err)
	}
	return out, nil
}

// SaveAccount adds the account when its version is 0, else replaces that
// version.
func (s accounts) SaveAccount(ctx context.Context, a *signin.Account, log ...audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		if err := t.account(a); err != nil {
			return err
		}
		return t.audit(log...)
	})
}

func (t *tx) account(a *signin.Account) error {
	recovery, err := stringList{&a.Recovery}.text()
	if err != nil {
		return fmt.Errorf("store: account: %w", err)
	}
	past, err := stringList{&a.Past}.text()
	if err != nil {
		return fmt.Errorf("store: account: %w", err)
	}
	args := []any{int64(a.Person), a.Password, at{&a.Set}, a.Change, a.Blocked, a.Why, a.Secret, a.Pending, a.Step, recovery, past, at{&a.Last}, at{&a.Opened}, a.Version + 1}
	q := insertSQL("account", append([]string{"person"}, accountCols...), 1) + ` ON CONFLICT (person) DO NOTHING`
	if a.Version > 0 {
		q = strings.Replace(updateSQL("account", accountCols), "WHERE id =", "WHERE person =", 1) + fmt.Sprintf(" AND version = $%d", len(accountCols)+2)
		args = append(args, a.Version)
	}
	res, err := t.exec(q, args...)
	if err != nil {
		return fmt.Errorf("store: save account: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return fmt.Errorf("store: save account: %w", err)
	} else if n != 1 {
		return fault.New(fault.Conflict, "people.changed_meanwhile")
	}
	a.Version++
	return nil
}

// forget is how long wrong tries count.
const forget = 24 * time.Hour

// Try counts a try unless the key is locked. The row is written first, so
// that tries side by side wait for each other and are all counted.
func (s accounts) Try(ctx context.Context, key string, now time.Time, wait func(int) time.Duration) (locked time.Time, err error) {
	err = s.db.in(ctx, func(t *tx) error {
		var n int
		var until int64
		if err := t.row(`
			INSERT INTO try (name, n, last, until) VALUES ($1, 1, $2, 0)
			ON CONFLICT (name) DO UPDATE SET last = excluded.last,
				n = CASE WHEN try.until > excluded.last THEN try.n WHEN try.last < $3 THEN 1 ELSE try.n + 1 END
			RETURNING n, until`, key, now.UnixMilli(), now.Add(-forget).UnixMilli()).Scan(&n, &until); err != nil {
			return fmt.Errorf("store: try: %w", err)
		}
		if until > now.UnixMilli() {
			locked = time.UnixMilli(until).UTC()
			return nil
		}
		if w := wait(n); w > 0 {
			if _, err := t.exec(`UPDATE try SET until = $2 WHERE name = $1`, key, now.Add(w).UnixMilli()); err != nil {
				return fmt.Errorf("store: try: %w", err)
			}
		}
		return nil
	})
	return locked, err
}

// Forgive forgets the wrong tries of a key.
func (s accounts) Forgive(ctx context.Context, key string) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM try WHERE name = $1`, key); err != nil {
			return fmt.Errorf("store: forgive: %w", err)
		}
		return nil
	})
}

// Accounts counts them.
func (s accounts) Accounts(ctx context.Context) (n int, err error) {
	if err := s.db.read.row(ctx, `SELECT count(*) FROM account`).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: accounts: %w", err)
	}
	return n, nil
}

// Offer keeps the digest of the set-up token in place of the one before.
func (s accounts) Offer(ctx context.Context, digest string, ends time.Time) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO setup (one, digest, ends, used) VALUES (1, $1, $2, $3)
			ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, ends = excluded.ends, used = excluded.used`, digest, ends.UnixMilli(), false); err != nil {
			return fmt.Errorf("store: offer set-up: %w", err)
		}
		return nil
	})
}

// Found uses the set-up token up and adds the founders.
func (s accounts) Found(ctx context.Context, digest string, now time.Time, founders []signin.Founder, log ...audit.Row) error {
	err := s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`UPDATE setup SET used = $1 WHERE one = 1 AND digest = $2 AND ends > $3 AND used = $4 AND NOT EXISTS (SELECT 1 FROM account)`, true, digest, now.UnixMilli(), false)
		if err != nil {
			return fmt.Errorf("store: set up: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: set up: %w", err)
		} else if n != 1 {
			return fault.New(fault.Unknown, "signin.bad_setup")
		}
		for i := range founders {
			f := &founders[i]
			if err := t.person(&f.Person); err != nil {
				return err
			}
			f.Account.Person = f.Person.ID
			if err := t.account(&f.Account); err != nil {
				return err
			}
		}
		return t.audit(log...)
	})
	if err != nil && s.db.clash(err) {
		return fault.At("code", "people.code_taken").With("code", "")
	}
	return err
}

// Holders lists the persons in office who hold any role.
func (db *DB) Holders(ctx context.Context) ([]people.Person, error) {
	return db.persons(ctx, personSQL+` WHERE NOT p.retired AND p.doc LIKE '%"roles":[%' ORDER BY p.id`)
}

// PersonCoded reads the person with a personnel number or sign-in name, in
// any case.
func (db *DB) PersonCoded(ctx context.Context, code string) (people.Person, error) {
	found, err := db.persons(ctx, personSQL+` WHERE lower(p.code) = lower($1) ORDER BY p.id LIMIT 1`, code)
	if err != nil {
		return people.Person{}, err
	}
	if len(found) == 0 {
		return people.Person{}, fault.New(fault.Missing, "people.no_such").With("id", code)
	}
	return found[0], nil
}

// Note writes audit rows that belong to no other change.
func (db *DB) Note(ctx context.Context, rows ...audit.Row) error {
	if t := db.joined(ctx); t != nil {
		return t.note(rows...)
	}
	return db.in(ctx, func(t *tx) error { return t.audit(rows...) })
}

// ListAccounts lists accounts in order of sign-in names.
func (s accounts) ListAccounts(ctx context.Context, q signin.Query) (out []signin.Listed, err error) {
	var c clause
	if !q.Without {
		c.and("a.version > 0")
	}
	if q.Text != "" {
		text := "%" + like(q.Text) + "%"
		c.and("(lower(p.code) LIKE ? ESCAPE '!' OR lower(p.name) LIKE ? ESCAPE '!')", text, text)
	}
	if q.After != "" {
		c.and("p.code > ?", q.After)
	}
	rows, err := s.db.read.query(ctx, accountSQL+c.where()+" ORDER BY p.code"+c.text(" LIMIT ?", min(max(q.Limit, 1), 500)), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: accounts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		p, a, err := scanAccount(rows, "")
		if err != nil {
			return nil, err
		}
		out = append(out, signin.Listed{Person: p, Account: a})
	}
	return out, rows.Err()
}
