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
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Approvals reads decisions across practices.
func (db *DB) Approvals() record.Approvals { return approvals{db} }

type approvals struct{ db *DB }

var roundCols = []string{"record", "opened", "closed", "verdict", "stage", "next", "barred", "stages"}

const (
	roundsSQL   = `SELECT id, record, opened, closed, verdict, stage, barred, stages FROM approval WHERE record = $1 ORDER BY id`
	deputiesSQL = `SELECT person, deputy, since, until FROM deputy WHERE until > $1`
)

// Rounds reads the decisions of a record within its sitting.
func (p *page[R]) Rounds(id int64) ([]*approval.Round, error) {
	rows, err := p.t.query(roundsSQL, id)
	return scanRounds(rows, err)
}

// Deputies lists the arrangements in force at a moment.
func (p *page[R]) Deputies(now time.Time) ([]approval.Deputy, error) {
	rows, err := p.t.query(deputiesSQL+` AND since <= $1`, at{&now})
	return scanDeputies(rows, err)
}

// rounds writes down decisions and whose answers they wait for.
func (t *tx) rounds(id int64, rounds []*approval.Round) error {
	for _, r := range rounds {
		r.Record = id
		barred, err1 := json.Marshal(r.Barred)
		stages, err2 := json.Marshal(r.Stages)
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("store: approval: %w", err)
		}
		next := r.Next()
		args := []any{id, at{&r.Opened}, at{&r.Closed}, string(r.Verdict), r.At, at{&next}, string(barred), string(stages)}
		var err error
		if r.ID == 0 {
			err = t.row(insertSQL("approval", roundCols, 1)+" RETURNING id", args...).Scan(&r.ID)
		} else {
			_, err = t.exec(updateSQL("approval", roundCols), append([]any{r.ID}, args...)...)
		}
		if err != nil {
			return fmt.Errorf("store: approval: %w", err)
		}
		if _, err := t.exec(`DELETE FROM approval_waiting WHERE approval = $1`, r.ID); err != nil {
			return fmt.Errorf("store: approval: %w", err)
		}
		for _, who := range r.Waiting() {
			if _, err := t.exec(`INSERT INTO approval_waiting (person, approval, record, since) VALUES ($1, $2, $3, $4)`, int64(who), r.ID, id, at{&r.Now().Opened}); err != nil {
				return fmt.Errorf("store: approval: %w", err)
			}
		}
	}
	return nil
}

// Rounds lists the decisions of a record, oldest first.
func (a approvals) Rounds(ctx context.Context, id int64) ([]*approval.Round, error) {
	rows, err := a.db.read.query(ctx, roundsSQL, id)
	return scanRounds(rows, err)
}

func scanRounds(rows *sql.Rows, err error) (out []*approval.Round, _ error) {
	if err != nil {
		return nil, fmt.Errorf("store: approvals: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r := new(approval.Round)
		var barred, stages string
		if err := rows.Scan(&r.ID, &r.Record, at{&r.Opened}, at{&r.Closed}, &r.Verdict, &r.At, &barred, &stages); err != nil {
			return nil, fmt.Errorf("store: approvals: %w", err)
		}
		if err := errors.Join(json.Unmarshal([]byte(barred), &r.Barred), json.Unmarshal([]byte(stages), &r.Stages)); err != nil {
			return nil, fmt.Errorf("store: approval %d: %w", r.ID, err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func scanDeputies(rows *sql.Rows, err error) (out []approval.Deputy, _ error) {
	if err != nil {
		return nil, fmt.Errorf("store: deputies: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var d approval.Deputy
		if err := rows.Scan(&d.Person, &d.Deputy, at{&d.From}, at{&d.Until}); err != nil {
			return nil, fmt.Errorf("store: deputies: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// Waiting lists the records on which one of the persons has not answered yet.
func (a approvals) Waiting(ctx context.Context, scope people.Scope, persons []people.ID, limit int) (out []record.Row, err error) {
	if len(persons) == 0 {
		return nil, nil
	}
	var c clause
	args := make([]any, len(persons))
	for i, p := range persons {
		args[i] = int64(p)
	}
	c.and("r.id IN (SELECT w.record FROM approval_waiting AS w WHERE w.person IN (?"+strings.Repeat(", ?", len(persons)-1)+"))", args...)
	c.scope(a.db.dialect, scope)
	rows, err := a.db.read.query(ctx, `SELECT r.id, r.kind, r.number, r.version, r.`+strings.Join(headCols, ", r.")+`, p.name FROM record AS r LEFT JOIN person AS p ON p.id = r.requester`+
		c.where()+c.text(" ORDER BY r.opened, r.id LIMIT ?", limit), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: waiting: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r := record.Row{Live: true}
		var who sql.NullString
		refs := append([]any{&r.ID, &r.Kind, &r.Number, &r.Version}, headRefs(&r.Head)...)
		if err := rows.Scan(append(refs, &who)...); err != nil {
			return nil, fmt.Errorf("store: waiting: %w", err)
		}
		r.RequesterName = who.String
		out = append(out, r)
	}
	return out, rows.Err()
}

// Due lists the decisions that want to be tended by a moment.
func (a approvals) Due(ctx context.Context, by time.Time, limit int) (out []record.Pending, err error) {
	rows, err := a.db.read.query(ctx, `SELECT r.kind, r.number FROM approval AS a JOIN record AS r ON r.id = a.record WHERE a.next IS NOT NULL AND a.next <= $1 ORDER BY a.next LIMIT $2`, at{&by}, limit)
	if err != nil {
		return nil, fmt.Errorf("store: approvals due: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p record.Pending
		if err := rows.Scan(&p.Kind, &p.Number); err != nil {
			return nil, fmt.Errorf("store: approvals due: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Deputies lists the arrangements of a person that have not ended.
func (a approvals) Deputies(ctx context.Context, person people.ID, now time.Time) ([]approval.Deputy, error) {
	rows, err := a.db.read.query(ctx, deputiesSQL+` AND ($2 = 0 OR person = $2 OR deputy = $2) ORDER BY since, person`, at{&now}, int64(person))
	return scanDeputies(rows, err)
}

// Stand keeps one person's arrangement in place of the one he had.
func (a approvals) Stand(ctx context.Context, d approval.Deputy, log audit.Row) error {
	return a.db.in(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO deputy (person, deputy, since, until) VALUES ($1, $2, $3, $4)
			ON CONFLICT (person) DO UPDATE SET deputy = excluded.deputy, since = excluded.since, until = excluded.until`, int64(d.Person), int64(d.Deputy), at{&d.From}, at{&d.Until})
		if err != nil {
			return fmt.Errorf("store: deputy: %w", err)
		}
		return t.audit(log)
	})
}

// Unstand ends the arrangement of a person.
func (a approvals) Unstand(ctx context.Context, person people.ID, log audit.Row) error {
	return a.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM deputy WHERE person = $1`, int64(person)); err != nil {
			return fmt.Errorf("store: deputy: %w", err)
		}
		return t.audit(log)
	})
}

var linkCols = []string{"hash", "person", "record", "round", "stage", "subject", "expires"}

// KeepLink keeps a link of a mail in place of those before it.
func (a approvals) KeepLink(ctx context.Context, l approval.Link, now time.Time) error {
	const month = 30 * 24 * time.Hour
	old := now.Add(-month)
	return a.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM approval_link WHERE expires < $1 OR (person = $2 AND round = $3 AND used IS NULL)`, at{&old}, int64(l.Person), l.Round); err != nil {
			return fmt.Errorf("store: link: %w", err)
		}
		if _, err := t.exec(insertSQL("approval_link", linkCols, 1), l.Hash, int64(l.Person), l.Record, l.Round, l.Stage, l.Subject, at{&l.Expires}); err != nil {
			return fmt.Errorf("store: link: %w", err)
		}
		return nil
	})
}

// Link finds a link by its hash, with the kind and number of its record.
func (a approvals) Link(ctx context.Context, hash string) (l approval.Link, r record.Row, _ error) {
	l.Hash = hash
	err := a.db.read.row(ctx, `SELECT l.person, l.record, l.round, l.stage, l.subject, l.expires, l.used, r.kind, r.number FROM approval_link AS l JOIN record AS r ON r.id = l.record WHERE l.hash = $1`, hash).
		Scan(refTo(&l.Person), &l.Record, &l.Round, &l.Stage, &l.Subject, at{&l.Expires}, at{&l.Used}, &r.Kind, &r.Number)
	if errors.Is(err, sql.ErrNoRows) {
		return l, r, fault.New(fault.Missing, "approval.no_link")
	}
	if err != nil {
		return l, r, fmt.Errorf("store: link: %w", err)
	}
	return l, r, nil
}

// UseLink notes that a link was used.
func (a approvals) UseLink(ctx context.Context, hash string, now time.Time, log audit.Row) error {
	return a.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`UPDATE approval_link SET used = $2 WHERE hash = $1 AND used IS NULL`, hash, at{&now}); err != nil {
			return fmt.Errorf("store: link: %w", err)
		}
		return t.audit(log)
	})
}
