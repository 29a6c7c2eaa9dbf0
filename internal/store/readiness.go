package store

import (
	"context"
	"encoding/json"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/readiness"
)

// Readiness keeps what is recorded of processes and their people.
func (db *DB) Readiness() readiness.Store { return readinessShelf{db} }

type readinessShelf struct{ db *DB }

func readinessFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: readiness: %w", err)
}

// Processes lists those that are recorded.
func (s readinessShelf) Processes(ctx context.Context) (out []readiness.Process, err error) {
	rows, err := s.db.read.query(ctx, `SELECT doc, version FROM readiness_process ORDER BY id`)
	if err == nil {
		err = scanAll(rows, func() error {
			var p readiness.Process
			var doc string
			if err := rows.Scan(&doc, &p.Version); err != nil {
				return err
			}
			out = append(out, p)
			return json.Unmarshal([]byte(doc), &out[len(out)-1])
		})
	}
	return out, readinessFault(err)
}

// KeepProcess adds one, or replaces the version that it carries.
func (s readinessShelf) KeepProcess(ctx context.Context, p *readiness.Process, log audit.Row) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return readinessFault(err)
	}
	return readinessFault(s.db.in(ctx, func(t *tx) error {
		was := p.Version
		p.Version++
		q := `UPDATE readiness_process SET doc = $2, version = $3 WHERE process = $1 AND version = $4`
		args := []any{string(p.Process), string(doc), p.Version, was}
		if was == 0 {
			q, args = `INSERT INTO readiness_process (process, doc, version) VALUES ($1, $2, $3) ON CONFLICT (process) DO NOTHING`, args[:3]
		}
		if err := t.one(q, args...); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// Persons lists what is recorded of people.
func (s readinessShelf) Persons(ctx context.Context) (out []readiness.Person, err error) {
	rows, err := s.db.read.query(ctx, `SELECT person, doc, version FROM readiness_person ORDER BY person`)
	if err == nil {
		err = scanAll(rows, func() error {
			var p readiness.Person
			var doc string
			if err := rows.Scan(&p.Person, &doc, &p.Version); err != nil {
				return err
			}
			out = append(out, p)
			return json.Unmarshal([]byte(doc), &out[len(out)-1])
		})
	}
	return out, readinessFault(err)
}

// KeepPerson adds one, or replaces the version that it carries.
func (s readinessShelf) KeepPerson(ctx context.Context, p *readiness.Person, log audit.Row) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return readinessFault(err)
	}
	return readinessFault(s.db.in(ctx, func(t *tx) error {
		was := p.Version
		p.Version++
		q := `UPDATE readiness_person SET doc = $2, version = $3 WHERE person = $1 AND version = $4`
		args := []any{int64(p.Person), string(doc), p.Version, was}
		if was == 0 {
			q, args = `INSERT INTO readiness_person (person, doc, version) VALUES ($1, $2, $3) ON CONFLICT (person) DO NOTHING`, args[:3]
		}
		if err := t.one(q, args...); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

var pulseCols = []string{"opens", "ends", "closed", "made", "made_by", "version"}

// Pulses lists the rounds, the newest first.
func (s readinessShelf) Pulses(ctx context.Context) (out []readiness.Pulse, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, opens, ends, closed, made, made_by, version FROM readiness_pulse ORDER BY id DESC`)
	if err == nil {
		err = scanAll(rows, func() error {
			var p readiness.Pulse
			err := rows.Scan(&p.ID, at{&p.From}, at{&p.To}, at{&p.Closed}, at{&p.Made}, refTo(&p.MadeBy), &p.Version)
			out = append(out, p)
			return err
		})
	}
	return out, readinessFault(err)
}

// KeepPulse adds one when its id is 0, else replaces the version that it carries.
func (s readinessShelf) KeepPulse(ctx context.Context, p *readiness.Pulse, log audit.Row) error {
	return readinessFault(s.db.in(ctx, func(t *tx) error {
		was := p.Version
		p.Version++
		args := []any{at{&p.From}, at{&p.To}, at{&p.Closed}, at{&p.Made}, refTo(&p.MadeBy), p.Version}
		if p.ID == 0 {
			if err := t.row(insertSQL("readiness_pulse", pulseCols, 1)+" RETURNING id", args...).Scan(&p.ID); err != nil {
				return err
			}
			return t.audit(log)
		}
		q := updateSQL("readiness_pulse", pulseCols) + fmt.Sprintf(" AND version = $%d", len(pulseCols)+2)
		if err := t.one(q, append(append([]any{p.ID}, args...), was)...); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// Given lists the processes for which somebody has answered.
func (s readinessShelf) Given(ctx context.Context, pulse int64, who people.ID) (out []maturity.Process, err error) {
	rows, err := s.db.read.query(ctx, `SELECT process FROM readiness_given WHERE pulse = $1 AND person = $2 ORDER BY process`, pulse, int64(who)) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, readinessFault(err)
	}
	err = scanAll(rows, func() error {
		var p maturity.Process
		err := rows.Scan(&p)
		out = append(out, p)
		return err
	})
	return out, readinessFault(err)
}

// Give adds answers to the sums of a process, once for each person.
func (s readinessShelf) Give(ctx context.Context, pulse int64, who people.ID, p maturity.Process, sum int) error {
	return readinessFault(s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`INSERT INTO readiness_given (pulse, person, process) SELECT r.id, $2, $3 FROM readiness_pulse AS r WHERE r.id = $1 AND r.closed IS NULL
			ON CONFLICT (pulse, person, process) DO NOTHING`, pulse, int64(who), string(p))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "readiness.given")
			}
			return err
		}
		_, err = t.exec(`INSERT INTO readiness_tally (pulse, process, n, total) VALUES ($1, $2, 1, $3)
			ON CONFLICT (pulse, process) DO UPDATE SET n = readiness_tally.n + 1, total = readiness_tally.total + excluded.total`, pulse, string(p), sum)
		return err
	}))
}

// Tallies are the sums of a round.
func (s readinessShelf) Tallies(ctx context.Context, pulse int64) (out []readiness.Tally, err error) {
	rows, err := s.db.read.query(ctx, `SELECT process, n, total FROM readiness_tally WHERE pulse = $1 ORDER BY process`, pulse)
	if err == nil {
		err = scanAll(rows, func() error {
			var t readiness.Tally
			err := rows.Scan(&t.Process, &t.N, &t.Sum)
			out = append(out, t)
			return err
		})
	}
	return out, readinessFault(err)
}
