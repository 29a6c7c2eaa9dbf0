package store

import (
	"context"
	"fmt"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// ChangeModels keeps what was decided about models of standard changes, and
// knows how they were used.
func (db *DB) ChangeModels() change.ModelStore { return changeModels{db} }

type changeModels struct{ db *DB }

var consentCols = []string{"model", "at", "by_whom", "withdrawn", "digest", "reason"}

func consentRefs(c *change.Consent) []any {
	return []any{&c.Model, at{&c.At}, refTo(&c.By), &c.Withdrawn, &c.Digest, &c.Reason}
}

// Consents are the last ones of every model.
func (s changeModels) Consents(ctx context.Context) (map[int64]change.Consent, error) {
	out := map[int64]change.Consent{}
	rows, err := s.db.read.query(ctx, `SELECT c.id, c.model, c.at, c.by_whom, c.withdrawn, c.digest, c.reason FROM change_model_consent AS c
		WHERE c.id IN (SELECT MAX(l.id) FROM change_model_consent AS l GROUP BY l.model)`)
	if err == nil {
		err = scanAll(rows, func() error {
			var c change.Consent
			err := rows.Scan(append([]any{&c.ID}, consentRefs(&c)...)...)
			out[c.Model] = c
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: models of changes: %w", err)
	}
	return out, nil
}

// KeepConsent writes one down.
func (s changeModels) KeepConsent(ctx context.Context, c *change.Consent, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		if err := t.row(insertSQL("change_model_consent", consentCols, 1)+" RETURNING id", consentRefs(c)...).Scan(&c.ID); err != nil {
			return fmt.Errorf("store: models of changes: %w", err)
		}
		return t.audit(log)
	})
}

// mostFailures is how many changes that went wrong are told of.
const mostFailures = 2000

// Uses tells of the changes after models that were authorised.
func (s changeModels) Uses(ctx context.Context, scope people.Scope) (map[int64]change.Uses, error) {
	out := map[int64]change.Uses{}
	var c clause
	c.and("b.model IS NOT NULL")
	c.and("b.type = 'standard'")
	c.and("b.authorised IS NOT NULL")
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT b.model, COUNT(*) FROM change AS b JOIN record AS r ON r.id = b.id`+c.where()+` GROUP BY b.model`, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var model int64
			var u change.Uses
			err := rows.Scan(&model, &u.Count)
			out[model] = u
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: uses of models: %w", err)
	}
	c.and("(b.result IN ('taken_back', 'failed', 'incidents') OR b.result = '' AND r.state IN ('backed_out', 'failed', 'reviewing') AND (b.why_backed_out <> '' OR b.why_failed <> ''))")
	c.and("b.ended IS NOT NULL")
	rows, err = s.db.read.query(ctx, `SELECT b.model, r.number, CASE WHEN b.result = 'incidents' THEN b.closed ELSE b.ended END, b.result FROM change AS b JOIN record AS r ON r.id = b.id`+c.where()+c.text(` ORDER BY b.ended DESC, r.id DESC LIMIT ?`, mostFailures), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var model int64
			var f change.Failure
			err := rows.Scan(&model, &f.Number, at{&f.At}, &f.Result)
			u := out[model]
			u.Failed = append(u.Failed, f)
			out[model] = u
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: uses of models: %w", err)
	}
	return out, nil
}
