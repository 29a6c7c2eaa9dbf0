package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
)

// Programmes keeps improvement programmes, their steps, and versions of weights.
func (db *DB) Programmes() programme.Store { return programmes{db} }

type programmes struct{ db *DB }

var (
	programmeCols = []string{"name_en", "name_zh", "state", "doc", "made", "made_by", "version"}
	stepCols      = []string{"programme", "phase", "place", "kind", "process", "level", "state", "owner", "doc", "version"}

	programmeSQL = `SELECT id, ` + strings.Join(programmeCols, ", ") + ` FROM roadmap_programme`
	stepSQL      = `SELECT id, ` + strings.Join(stepCols, ", ") + ` FROM roadmap_step`
)

func roadmapFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: roadmap: %w", err)
}

func scanProgramme(r row) (*programme.Programme, error) {
	p := new(programme.Programme)
	var doc string
	if err := r.Scan(&p.ID, &p.Name.En, &p.Name.Zh, &p.State, &doc, at{&p.Made}, refTo(&p.MadeBy), &p.Version); err != nil {
		return nil, err
	}
	return p, json.Unmarshal([]byte(doc), &p.Doc)
}

// List lists them, the newest first.
func (s programmes) List(ctx context.Context) (out []programme.Programme, err error) {
	rows, err := s.db.read.query(ctx, programmeSQL+` ORDER BY id DESC`)
	if err == nil {
		err = scanAll(rows, func() error {
			p, err := scanProgramme(rows)
			if err == nil {
				out = append(out, *p)
			}
			return err
		})
	}
	return out, roadmapFault(err)
}

// Find reads one.
func (s programmes) Find(ctx context.Context, id int64) (*programme.Programme, error) {
	p, err := scanProgramme(s.db.read.row(ctx, programmeSQL+` WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "programme.none")
	}
	return p, roadmapFault(err)
}

// Keep adds one, or replaces the version that it carries.
func (s programmes) Keep(ctx context.Context, p *programme.Programme, log audit.Row) error {
	return roadmapFault(s.db.in(ctx, func(t *tx) error { return t.programme(p, log) }))
}

func (t *tx) programme(p *programme.Programme, log audit.Row) error {
	doc, err := json.Marshal(p.Doc)
	if err != nil {
		return err
	}
	was := p.Version
	p.Version++
	args := []any{p.Name.En, p.Name.Zh, string(p.State), string(doc), at{&p.Made}, refTo(&p.MadeBy), p.Version}
	if p.ID == 0 {
		if err := t.row(insertSQL("roadmap_programme", programmeCols, 1)+" RETURNING id", args...).Scan(&p.ID); err != nil {
			return err
		}
		log.Object = fmt.Sprintf("roadmap:%d", p.ID)
		return t.audit(log)
	}
	q := updateSQL("roadmap_programme", programmeCols) + fmt.Sprintf(" AND version = $%d", len(programmeCols)+2)
	if err := t.one(q, append(append([]any{p.ID}, args...), was)...); err != nil {
		return err
	}
	return t.audit(log)
}

// Lay keeps a programme and puts steps in the place of those that it has. One that
// has an id stays as it is kept.
func (s programmes) Lay(ctx context.Context, p *programme.Programme, steps []programme.Step, log audit.Row) error {
	return roadmapFault(s.db.in(ctx, func(t *tx) error {
		if err := t.programme(p, log); err != nil {
			return err
		}
		var c clause
		c.and("programme = ?", p.ID)
		for i := range steps {
			if id := steps[i].ID; id != 0 {
				c.and("id <> ?", id)
			}
		}
		if _, err := t.exec(`DELETE FROM roadmap_step`+c.where(), c.args...); err != nil {
			return err
		}
		for i := range steps {
			one := &steps[i]
			if one.ID != 0 {
				continue
			}
			one.Programme, one.Version = p.ID, 1
			args, err := stepArgs(one)
			if err != nil {
				return err
			}
			if err := t.row(insertSQL("roadmap_step", stepCols, 1)+" RETURNING id", args...).Scan(&one.ID); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Leave keeps a programme without a step.
func (s programmes) Leave(ctx context.Context, p *programme.Programme, one *programme.Step, log audit.Row) error {
	return roadmapFault(s.db.in(ctx, func(t *tx) error {
		if err := t.programme(p, log); err != nil {
			return err
		}
		return t.one(`DELETE FROM roadmap_step WHERE id = $1 AND version = $2`, one.ID, one.Version)
	}))
}

func stepArgs(s *programme.Step) ([]any, error) {
	doc, err := json.Marshal(s.StepDoc)
	return []any{s.Programme, s.Phase, s.Place, string(s.Kind), string(s.Process), int(s.To), string(s.State), refTo(&s.Owner), string(doc), s.Version}, err
}

// Steps lists those of a programme, or of all that are carried out.
func (s programmes) Steps(ctx context.Context, id int64) (out []programme.Step, err error) {
	rows, err := s.db.read.query(ctx, stepSQL+` WHERE ($1 = 0 AND programme IN (SELECT id FROM roadmap_programme WHERE state = 'approved')) OR programme = $1
		ORDER BY programme, phase, place, id`, id)
	if err == nil {
		err = scanAll(rows, func() error {
			one, err := scanStep(rows)
			out = append(out, one)
			return err
		})
	}
	return out, roadmapFault(err)
}

func scanStep(r row) (one programme.Step, err error) {
	var doc string
	var level int
	if err := r.Scan(&one.ID, &one.Programme, &one.Phase, &one.Place, &one.Kind, &one.Process, &level, &one.State, refTo(&one.Owner), &doc, &one.Version); err != nil {
		return one, err
	}
	one.To = maturity.Level(level)
	return one, json.Unmarshal([]byte(doc), &one.StepDoc)
}

// KeepStep replaces the version of a step that it carries.
func (s programmes) KeepStep(ctx context.Context, one *programme.Step, log audit.Row) error {
	return roadmapFault(s.db.in(ctx, func(t *tx) error { return t.step(one, log) }))
}

// Shift keeps a programme and one of its steps, or neither.
func (s programmes) Shift(ctx context.Context, p *programme.Programme, one *programme.Step, log, ofStep audit.Row) error {
	return roadmapFault(s.db.in(ctx, func(t *tx) error {
		if err := t.programme(p, log); err != nil {
			return err
		}
		return t.step(one, ofStep)
	}))
}

func (t *tx) step(one *programme.Step, log audit.Row) error {
	was := one.Version
	one.Version++
	args, err := stepArgs(one)
	if err != nil {
		return err
	}
	q := updateSQL("roadmap_step", stepCols) + fmt.Sprintf(" AND version = $%d", len(stepCols)+2)
	if err := t.one(q, append(append([]any{one.ID}, args...), was)...); err != nil {
		return err
	}
	return t.audit(log)
}

// Weights lists the versions of weights, the newest first.
func (s programmes) Weights(ctx context.Context) (out []programme.Weights, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, doc, why, made, made_by FROM roadmap_weights ORDER BY id DESC`)
	if err == nil {
		err = scanAll(rows, func() error {
			w := programme.Weights{Settings: &roadmap.Settings{}}
			var doc string
			if err := rows.Scan(&w.ID, &doc, &w.Why, at{&w.Made}, refTo(&w.MadeBy)); err != nil {
				return err
			}
			out = append(out, w)
			return json.Unmarshal([]byte(doc), w.Settings)
		})
	}
	return out, roadmapFault(err)
}

// KeepWeights adds a version.
func (s programmes) KeepWeights(ctx context.Context, w *programme.Weights, log audit.Row) error {
	doc, err := json.Marshal(w.Settings)
	if err != nil {
		return roadmapFault(err)
	}
	return roadmapFault(s.db.in(ctx, func(t *tx) error {
		if err := t.row(insertSQL("roadmap_weights", []string{"doc", "why", "made", "made_by"}, 1)+" RETURNING id", string(doc), w.Why, at{&w.Made}, refTo(&w.MadeBy)).Scan(&w.ID); err != nil {
			return err
		}
		return t.audit(log)
	}))
}
