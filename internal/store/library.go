package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
)

// Library keeps the definitive software library and the definitive hardware
// store.
func (db *DB) Library() release.Store { return library{db} }

type library struct{ db *DB }

var (
	entryOf    = []string{"name", "version", "sha256", "licence", "source", "place", "zone", "note", "state", "by_whom", "at", "judge", "judged", "why", "row_version"}
	spareCols  = []string{"name", "model", "place", "zone", "least", "pieces", "row_version"}
	shiftMoves = []string{"spare", "pieces", "why", "ref", "by_whom", "at"}
)

func entryRefs(e *release.Entry) []any {
	return []any{
		&e.Name, &e.Version, &e.Digest, &e.Licence, &e.Source, &e.Place, &e.Zone, &e.Note, &e.State,
		refTo(&e.By),
		at{&e.At},
		refTo(&e.Judge),
		at{&e.Judged},
		&e.Why, &e.Changed,
	}
}

// rowsOf is the condition that a scope is cleared for a row's network.
func (c *clause) rowsOf(s people.Scope, col string) {
	if s.AllZones {
		return
	}
	cond := col + " = 0"
	if len(s.Cleared) > 0 {
		cond += " OR " + in(c, col, s.Cleared)
	}
	c.conds = append(c.conds, "("+cond+")")
}

// Entries lists those that are wanted.
func (l library) Entries(ctx context.Context, scope people.Scope, w release.Wanted) (out []release.Entry, err error) {
	var c clause
	if w.IDs != nil {
		c.conds = append(c.conds, in(&c, "e.id", w.IDs))
	}
	if w.State != "" {
		c.and("e.state = ?", string(w.State))
	}
	if word := strings.TrimSpace(w.Word); word != "" {
		c.and("lower(e.name || ' ' || e.version || ' ' || e.source || ' ' || e.sha256) LIKE ? ESCAPE '!'", "%"+like(word)+"%")
	}
	c.rowsOf(scope, "e.zone")
	rows, err := l.db.read.query(ctx, "SELECT e.id, e."+strings.Join(entryOf, ", e.")+" FROM library_entry AS e"+c.where()+c.text(" ORDER BY e.name, e.id DESC LIMIT ?", w.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var e release.Entry
			err := rows.Scan(append([]any{&e.ID}, entryRefs(&e)...)...)
			out = append(out, e)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: library: %w", err)
	}
	return out, nil
}

// KeepEntry adds one, or replaces the version it carries.
func (l library) KeepEntry(ctx context.Context, e *release.Entry, log audit.Row) error {
	return l.db.in(ctx, func(t *tx) error {
		was := e.Changed
		e.Changed++
		if e.ID == 0 {
			err := t.row(insertSQL("library_entry", entryOf, 1)+" ON CONFLICT (zone, name, version) WHERE state <> 'refused' DO NOTHING RETURNING id", entryRefs(e)...).Scan(&e.ID)
			if errors.Is(err, sql.ErrNoRows) {
				return fault.New(fault.Conflict, "release.entry_there").With("entry", e.Label())
			}
			if err != nil {
				return fmt.Errorf("store: library: %w", err)
			}
			log.Object = fmt.Sprintf("entry:%d", e.ID)
			return t.audit(log)
		}
		args := append(append([]any{e.ID}, entryRefs(e)...), was)
		return t.replace(updateSQL("library_entry", entryOf)+fmt.Sprintf(" AND row_version = $%d", len(args)), args, log)
	})
}

// replace changes one row of a certain version, or nothing.
func (t *tx) replace(q string, args []any, log audit.Row) error {
	res, err := t.exec(q, args...)
	if err != nil {
		return fmt.Errorf("store: library: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, fault.New(fault.Conflict, "release.changed_meanwhile"))
	}
	return t.audit(log)
}

func spareRefs(s *release.Spare) []any {
	return []any{&s.Name, &s.Model, &s.Place, &s.Zone, &s.Least, &s.Pieces, &s.Changed}
}

// Spares lists the stock, or one of it.
func (l library) Spares(ctx context.Context, scope people.Scope, id int64) (out []release.Spare, err error) {
	var c clause
	if id != 0 {
		c.and("s.id = ?", id)
	}
	c.rowsOf(scope, "s.zone")
	rows, err := l.db.read.query(ctx, "SELECT s.id, s."+strings.Join(spareCols, ", s.")+" FROM spare AS s"+c.where()+c.text(" ORDER BY s.name, s.id LIMIT ?", release.MostEntries), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var s release.Spare
			err := rows.Scan(append([]any{&s.ID}, spareRefs(&s)...)...)
			out = append(out, s)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: hardware store: %w", err)
	}
	return out, nil
}

// KeepSpare adds one, or replaces the version it carries.
func (l library) KeepSpare(ctx context.Context, s *release.Spare, log audit.Row) error {
	return l.db.in(ctx, func(t *tx) error {
		was := s.Changed
		s.Changed++
		if s.ID == 0 {
			if err := t.row(insertSQL("spare", spareCols, 1)+" RETURNING id", spareRefs(s)...).Scan(&s.ID); err != nil {
				return fmt.Errorf("store: hardware store: %w", err)
			}
			log.Object = fmt.Sprintf("spare:%d", s.ID)
			return t.audit(log)
		}
		// How many are there is not written: movements may have changed it.
		return t.replace(`UPDATE spare SET name = $2, model = $3, place = $4, zone = $5, least = $6, row_version = $7 WHERE id = $1 AND row_version = $8`,
			[]any{s.ID, s.Name, s.Model, s.Place, s.Zone, s.Least, s.Changed, was}, log)
	})
}

// Shift moves pieces; fewer than none there never are.
func (l library) Shift(ctx context.Context, m *release.Movement, log audit.Row) error {
	return l.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`UPDATE spare SET pieces = pieces + $2, row_version = row_version + 1 WHERE id = $1 AND pieces + $2 >= 0`, m.Spare, m.Pieces)
		if err != nil {
			return fmt.Errorf("store: hardware store: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Conflict, "release.not_so_many"))
		}
		if err := t.row(insertSQL("spare_movement", shiftMoves, 1)+" RETURNING id", m.Spare, m.Pieces, m.Why, m.Ref, refTo(&m.By), at{&m.At}).Scan(&m.ID); err != nil {
			return fmt.Errorf("store: hardware store: %w", err)
		}
		return t.audit(log)
	})
}

// mostMovements bounds how many of one spare are shown.
const mostMovements = 200

// Movements lists those of a spare, the newest first.
func (l library) Movements(ctx context.Context, spare int64) (out []release.Movement, err error) {
	rows, err := l.db.read.query(ctx, "SELECT id, "+strings.Join(shiftMoves, ", ")+" FROM spare_movement WHERE spare = $1 ORDER BY id DESC LIMIT $2", spare, mostMovements)
	if err == nil {
		err = scanAll(rows, func() error {
			var m release.Movement
			err := rows.Scan(&m.ID, &m.Spare, &m.Pieces, &m.Why, &m.Ref, refTo(&m.By), at{&m.At})
			out = append(out, m)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: hardware store: %w", err)
	}
	return out, nil
}
