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
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
)

// Assessments keeps self-assessments of maturity.
func (db *DB) Assessments() assessment.Store { return assessments{db} }

type assessments struct{ db *DB }

var assessmentCols = []string{
	"name_en", "name_zh", "unit", "question_set", "day", "state", "assessors", "targets", "overrides", "made", "made_by", "signed", "signed_by", "hash", "version",
}

func assessmentFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: assessment: %w", err)
}

func assessmentArgs(a *assessment.Assessment) ([]any, error) {
	docs := make([]string, 0, 3)
	for _, part := range []any{a.Assessors, a.Targets, a.Overrides} {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		docs = append(docs, string(text))
	}
	return []any{
		a.Name.En, a.Name.Zh, a.Unit, a.Set,
		at{&a.Day},
		string(a.State), docs[0], docs[1], docs[2],
		at{&a.Made},
		refTo(&a.MadeBy),
		at{&a.Signed},
		refTo(&a.SignedBy), a.Hash, a.Version,
	}, nil
}

var assessmentSQL = `SELECT id, ` + strings.Join(assessmentCols, ", ") + `, answers FROM maturity_assessment`

func scanAssessment(r row) (*assessment.Assessment, error) {
	a := new(assessment.Assessment)
	var docs [3]string
	err := r.Scan(&a.ID, &a.Name.En, &a.Name.Zh, &a.Unit, &a.Set, at{&a.Day}, &a.State, &docs[0], &docs[1], &docs[2],
		at{&a.Made}, refTo(&a.MadeBy), at{&a.Signed}, refTo(&a.SignedBy), &a.Hash, &a.Version, &a.Answers)
	if err != nil {
		return nil, err
	}
	for i, part := range []any{&a.Assessors, &a.Targets, &a.Overrides} {
		if err := json.Unmarshal([]byte(docs[i]), part); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// List lists them, the newest first.
func (s assessments) List(ctx context.Context) (out []assessment.Assessment, err error) {
	rows, err := s.db.read.query(ctx, assessmentSQL+` ORDER BY day DESC, id DESC`)
	if err == nil {
		err = scanAll(rows, func() error {
			a, err := scanAssessment(rows)
			if err == nil {
				out = append(out, *a)
			}
			return err
		})
	}
	return out, assessmentFault(err)
}

// Find reads one.
func (s assessments) Find(ctx context.Context, id int64) (*assessment.Assessment, error) {
	a, err := scanAssessment(s.db.read.row(ctx, assessmentSQL+` WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "assessment.none")
	}
	return a, assessmentFault(err)
}

// Keep adds one, or replaces the version that it carries.
func (s assessments) Keep(ctx context.Context, a *assessment.Assessment, log audit.Row) error {
	return assessmentFault(s.db.in(ctx, func(t *tx) error { return t.assessment(a, "", log) }))
}

// assessment writes one that is new or open; and says what else has to hold.
func (t *tx) assessment(a *assessment.Assessment, and string, log audit.Row) error {
	was := a.Version
	a.Version++
	args, err := assessmentArgs(a)
	if err != nil {
		return err
	}
	if a.ID == 0 {
		if err := t.row(insertSQL("maturity_assessment", assessmentCols, 1)+" RETURNING id", args...).Scan(&a.ID); err != nil {
			return err
		}
		log.Object = fmt.Sprintf("assessment:%d", a.ID)
		return t.audit(log)
	}
	// What is signed or cancelled is never changed, whoever asks.
	q := updateSQL("maturity_assessment", assessmentCols) + fmt.Sprintf(" AND version = $%d AND state = 'open'", len(assessmentCols)+2) + and
	if err := t.one(q, append(append([]any{a.ID}, args...), was)...); err != nil {
		return err
	}
	return t.audit(log)
}

// opened makes sure that an assessment is open and stays so until the end of the
// transaction, and counts it, for whoever signs has to have seen all answers.
func (t *tx) opened(id int64) error {
	res, err := t.exec(`UPDATE maturity_assessment SET answers = answers + 1 WHERE id = $1 AND state = 'open'`, id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Conflict, "assessment.not_open")
}

// Marks lists what was answered.
func (s assessments) Marks(ctx context.Context, id int64, who people.ID) (out []assessment.Mark, err error) {
	rows, err := s.db.read.query(ctx, `SELECT person, question, answer, comment, evidence, changed FROM maturity_mark
		WHERE assessment = $1 AND ($2 = 0 OR person = $2) ORDER BY question, person`, id, int64(who))
	if err == nil {
		err = scanAll(rows, func() error {
			var m assessment.Mark
			err := rows.Scan(&m.Person, &m.Question, &m.Answer, &m.Comment, &m.Evidence, at{&m.Changed})
			out = append(out, m)
			return err
		})
	}
	return out, assessmentFault(err)
}

// Mark keeps answers.
func (s assessments) Mark(ctx context.Context, id int64, marks []assessment.Mark, log audit.Row) error {
	return assessmentFault(s.db.in(ctx, func(t *tx) error {
		if err := t.opened(id); err != nil {
			return err
		}
		for i := range marks {
			m := &marks[i]
			_, err := t.exec(`INSERT INTO maturity_mark (assessment, person, question, answer, comment, evidence, changed) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (assessment, person, question) DO UPDATE SET answer = excluded.answer, comment = excluded.comment, evidence = excluded.evidence, changed = excluded.changed`,
				id, int64(m.Person), m.Question, string(m.Answer), m.Comment, m.Evidence, at{&m.Changed})
			if err != nil {
				return err
			}
		}
		return t.audit(log)
	}))
}

// Files lists the evidence files, oldest first.
func (s assessments) Files(ctx context.Context, id int64) (out []assessment.Held, err error) {
	rows, err := s.db.read.query(ctx, `SELECT a.id, a.question, a.person, a.file, coalesce(z.zone, 0), a.name, a.at, f.sha256, f.size, f.type
		FROM maturity_file AS a JOIN file AS f ON f.id = a.file LEFT JOIN maturity_file_zone AS z ON z.file = a.id WHERE a.assessment = $1 ORDER BY a.id`, id)
	if err == nil {
		err = scanAll(rows, func() error {
			var h assessment.Held
			err := rows.Scan(&h.ID, &h.Question, &h.Person, &h.File, &h.Zone, &h.Name, at{&h.At}, &h.Content.SHA256, &h.Content.Size, &h.Content.Type)
			out = append(out, h)
			return err
		})
	}
	return out, assessmentFault(err)
}

// Attach keeps a file: only somebody who brought it may.
func (s assessments) Attach(ctx context.Context, id int64, h *assessment.Held, log audit.Row) error {
	return assessmentFault(s.db.in(ctx, func(t *tx) error {
		if err := t.opened(id); err != nil {
			return err
		}
		if err := t.brought(h.File, h.Person, &h.Content); err != nil {
			return err
		}
		held := 0
		if err := t.row(`SELECT count(*) FROM maturity_file WHERE assessment = $1`, id).Scan(&held); err != nil {
			return err
		}
		if held >= assessment.MostFiles {
			return fault.New(fault.TooMuch, "assessment.files").With("max", assessment.MostFiles)
		}
		if err := t.row(`INSERT INTO maturity_file (assessment, question, person, file, name, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
			id, h.Question, int64(h.Person), h.File, h.Name, at{&h.At}).Scan(&h.ID); err != nil {
			return err
		}
		if h.Zone != 0 {
			if _, err := t.exec(`INSERT INTO maturity_file_zone (file, zone) VALUES ($1, $2)`, h.ID, int64(h.Zone)); err != nil {
				return err
			}
		}
		return t.audit(log)
	}))
}

// Detach takes a file back.
func (s assessments) Detach(ctx context.Context, id, file int64, log audit.Row) error {
	return assessmentFault(s.db.in(ctx, func(t *tx) error {
		if err := t.opened(id); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM maturity_file_zone WHERE file IN (SELECT a.id FROM maturity_file AS a WHERE a.assessment = $1 AND a.id = $2)`, id, file); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM maturity_file WHERE assessment = $1 AND id = $2`, id, file); err != nil {
			return err
		}
		return t.audit(log)
	}))
}

// Freeze keeps the result and the signature.
func (s assessments) Freeze(ctx context.Context, a *assessment.Assessment, text []byte, log audit.Row) error {
	return assessmentFault(s.db.in(ctx, func(t *tx) error {
		if err := t.assessment(a, fmt.Sprintf(" AND answers = %d", a.Answers), log); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO maturity_result (assessment, doc) VALUES ($1, $2)`, a.ID, string(text))
		return err
	}))
}

// Frozen is the document of a signed assessment.
func (s assessments) Frozen(ctx context.Context, id int64) ([]byte, error) {
	var text string
	err := s.db.read.row(ctx, `SELECT doc FROM maturity_result WHERE assessment = $1`, id).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "assessment.none")
	}
	return []byte(text), assessmentFault(err)
}
