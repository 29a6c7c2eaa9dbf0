package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/report/evidence"
)

// Evidence measures what the records say of the statements of maturity, and
// keeps what was measured.
func (db *DB) Evidence() Evidence { return Evidence{db} }

// Evidence is the store of what was measured.
type Evidence struct{ db *DB }

func millis(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

func evidenceFault(q evidence.Query, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: evidence %s: %w", q.ID, err)
}

// Sum measures a metric. The whole centre is counted, but for the zones that the
// scope does not clear.
func (s Evidence) Sum(ctx context.Context, scope people.Scope, q evidence.Query) (evidence.Sums, error) {
	if read := readMeasures[q.ID]; read != nil {
		whole := people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared}
		rows, err := read(s, ctx, whole, q)
		if err != nil {
			return evidence.Sums{}, err
		}
		sums, err := s.readSum(ctx, q, rows)
		return sums, evidenceFault(q, err)
	}
	m, ok := measureOf(q)
	if !ok {
		return evidence.Sums{}, evidenceFault(q, errors.New("nothing measures it"))
	}
	var c clause
	c.conds = append(c.conds, m.among)
	if !q.Of.Zoneless() {
		c.scope(s.db.dialect, people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared})
	}
	switch q.Shape {
	case evidence.Age:
		return s.age(ctx, q, m, c)
	case evidence.Hours:
		return s.median(ctx, q, m, c)
	}
	var out evidence.Sums
	err := s.db.read.row(ctx, "SELECT count(*), coalesce(sum(CASE WHEN "+m.counts+" THEN 1 ELSE 0 END), 0) FROM "+m.from+c.where(), c.args...).Scan(&out.Denominator, &out.Numerator)
	return out.Shaped(q.Shape), evidenceFault(q, err)
}

func (s Evidence) age(ctx context.Context, q evidence.Query, m measure, c clause) (out evidence.Sums, err error) {
	var last sql.NullInt64
	err = s.db.read.row(ctx, "SELECT count(*), max("+m.value+") FROM "+m.from+c.where(), c.args...).Scan(&out.Denominator, &last)
	if out.Numerator, out.Known = out.Denominator, last.Valid; last.Valid {
		out.Value = math.Floor(q.Now.Sub(time.UnixMilli(last.Int64)).Hours() / 24) // whole days
	}
	return out, evidenceFault(q, err)
}

func (s Evidence) median(ctx context.Context, q evidence.Query, m measure, c clause) (out evidence.Sums, err error) {
	rows, err := s.db.read.query(ctx, "SELECT "+m.value+" AS v FROM "+m.from+c.where()+" ORDER BY v", c.args...)
	if err != nil {
		return out, evidenceFault(q, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var all []int64
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return out, evidenceFault(q, err)
		}
		all = append(all, v)
	}
	if n := len(all); n > 0 {
		out.Known, out.Numerator, out.Denominator = true, n, n
		out.Value = (time.Duration(all[(n-1)/2]+all[n/2]) * time.Millisecond / 2).Hours()
	}
	return out, evidenceFault(q, rows.Err())
}

// Rows lists what is behind a metric, in the order of ids, within a scope.
func (s Evidence) Rows(ctx context.Context, scope people.Scope, q evidence.Query, of evidence.Slice) (out []evidence.Row, err error) {
	if read := readMeasures[q.ID]; read != nil {
		if out, err = read(s, ctx, scope, q); err != nil {
			return nil, err
		}
		return slice(out, of), nil
	}
	m, ok := measureOf(q)
	if !ok {
		return nil, evidenceFault(q, errors.New("nothing measures it"))
	}
	cols := "r.kind, r.number, r.title, r.title, r.title"
	switch q.Of {
	case evidence.Item:
		cols = "'item', 0, r.code, r.name_en, r.name_zh"
	case evidence.Operation:
		cols = "'operation', 0, r.name_en, r.name_en, r.name_zh"
	case evidence.Survey:
		cols = "'survey', 0, r.name_en, r.name_en, r.name_zh"
	case evidence.Review:
		cols = "'review', 0, r.name_en, r.name_en, r.name_zh"
	case evidence.Meeting: // it is called by its day
		cols = "'cab', r.starts, '', '', ''"
	case evidence.Step: // it is called by its process and level, and stands in its programme
		cols = "'roadmap', r.programme, r.process, p.name_en, p.name_zh"
	}
	var c clause
	c.conds = append(c.conds, m.among)
	if counts := "(" + m.counts + ")"; of.Counts {
		c.conds = append(c.conds, counts)
	} else {
		c.conds = append(c.conds, "(CASE WHEN "+m.counts+" THEN 1 ELSE 0 END) = 0") // what is unknown does not count
	}
	c.and(m.ident+" > ?", of.After)
	switch q.Of {
	case evidence.Survey, evidence.Review, evidence.Meeting, evidence.Step:
	case evidence.Item, evidence.Operation:
		c.scope(s.db.dialect, people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared})
	default:
		c.scope(s.db.dialect, scope)
	}
	rows, err := s.db.read.query(ctx, "SELECT r.id, "+m.ident+", "+cols+" FROM "+m.from+c.where()+c.text(" ORDER BY "+m.ident+" LIMIT ?", of.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			r := evidence.Row{Counts: of.Counts}
			err := rows.Scan(&r.ID, &r.Place, &r.Of, &r.Number, &r.Code, &r.Name.En, &r.Name.Zh)
			out = append(out, r)
			return err
		})
	}
	return out, evidenceFault(q, err)
}

// Ties tells what configuration items say of services.
func (s Evidence) Ties(ctx context.Context) (out evidence.Ties, err error) {
	out = evidence.Ties{Items: map[int64]bool{}, Mapped: map[int64]bool{}, Targets: map[int64]bool{}}
	rows, err := s.db.read.query(ctx, `SELECT r.service, max(CASE WHEN `+related+` THEN 1 ELSE 0 END), max(CASE WHEN r.rto > 0 AND r.rpo > 0 THEN 1 ELSE 0 END)
		FROM item AS r WHERE r.service IS NOT NULL AND `+held+` GROUP BY r.service`)
	if err != nil {
		return out, fmt.Errorf("store: evidence: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id int64
		var mapped, targets int
		if err := rows.Scan(&id, &mapped, &targets); err != nil {
			return out, fmt.Errorf("store: evidence: %w", err)
		}
		out.Items[id], out.Mapped[id], out.Targets[id] = true, mapped == 1, targets == 1
	}
	return out, rows.Err()
}

// Keep keeps a report, and no more than so many before it.
func (s Evidence) Keep(ctx context.Context, r *evidence.Report, most int) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("store: evidence: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO maturity_evidence (at, doc) VALUES ($1, $2)`, at{&r.At}, string(text)); err != nil {
			return fmt.Errorf("store: evidence: %w", err)
		}
		if _, err := t.exec(`DELETE FROM maturity_evidence WHERE id NOT IN (SELECT id FROM maturity_evidence ORDER BY at DESC, id DESC LIMIT $1)`, most); err != nil {
			return fmt.Errorf("store: evidence: %w", err)
		}
		return nil
	})
}

// Kept reads the last report, or the last one before a moment; nil when there is
// none.
func (s Evidence) Kept(ctx context.Context, before time.Time) (*evidence.Report, error) {
	var c clause
	if !before.IsZero() {
		c.and("at < ?", at{&before})
	}
	var text string
	err := s.db.read.row(ctx, `SELECT doc FROM maturity_evidence`+c.where()+` ORDER BY at DESC, id DESC LIMIT 1`, c.args...).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // nothing was measured yet
	}
	r := &evidence.Report{}
	if err == nil {
		err = json.Unmarshal([]byte(text), r)
	}
	if err != nil {
		return nil, fmt.Errorf("store: evidence: %w", err)
	}
	return r, nil
}

// Clocked tells which promises came to an end in the time of a query, kept or
// broken.
func (s Evidence) Clocked(ctx context.Context, scope people.Scope, q evidence.Query) (out []evidence.Clocked, err error) {
	var c clause
	c.conds = append(c.conds, "k.state IN ('met', 'missed')")
	c.and("coalesce(k.stopped, k.broke) >= ? AND coalesce(k.stopped, k.broke) < ?", at{&q.From}, at{&q.Now})
	c.scope(s.db.dialect, people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared})
	rows, err := s.db.read.query(ctx, "SELECT coalesce(r.service, 0), r.priority, k.name, max(r.opened) FROM clock AS k JOIN record AS r ON r.id = k.record"+c.where()+" GROUP BY coalesce(r.service, 0), r.priority, k.name", c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one evidence.Clocked
			err := rows.Scan(&one.Service, &one.Priority, &one.Clock, at{&one.Opened})
			out = append(out, one)
			return err
		})
	}
	return out, evidenceFault(q, err)
}
