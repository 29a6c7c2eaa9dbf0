package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
)

// Alerts keeps which saved views are above their number, for whom.
func (db *DB) Alerts() notice.AlertStore { return alerts{db} }

type alerts struct{ db *DB }

// Above lists the alerts whose views were above at last look.
func (s alerts) Above(ctx context.Context) ([]notice.Alert, error) {
	return s.list(ctx, " WHERE above ORDER BY person, view")
}

// Alerts lists a person's alerts that ring.
func (s alerts) Alerts(ctx context.Context, who people.ID) ([]notice.Alert, error) {
	return s.list(ctx, " WHERE person = $1 AND bell ORDER BY at DESC, view LIMIT 100", int64(who))
}

func (s alerts) list(ctx context.Context, where string, args ...any) (out []notice.Alert, err error) {
	rows, err := s.db.read.query(ctx, "SELECT person, view, most, at, bell, read FROM alert"+where, args...)
	if err != nil {
		return nil, fmt.Errorf("store: alerts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a notice.Alert
		if err := rows.Scan(refTo(&a.To), &a.View, &a.Most, at{&a.At}, &a.Bell, at{&a.Read}); err != nil {
			return nil, fmt.Errorf("store: alerts: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// Cross keeps that a view has gone above, with the mail about it.
func (s alerts) Cross(ctx context.Context, a notice.Alert, mail *notice.Delivery) (crossed bool, err error) {
	err = s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`INSERT INTO alert (person, view, most, at, above, bell) VALUES ($1, $2, $3, $4, true, $5)
			ON CONFLICT (person, view) DO UPDATE SET most = excluded.most, at = excluded.at, above = true, bell = excluded.bell, read = NULL
			WHERE NOT alert.above`, int64(a.To), a.View, a.Most, at{&a.At}, a.Bell)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if crossed = n == 1; err != nil || !crossed || mail == nil {
			return err
		}
		return t.mail(mail)
	})
	if err != nil {
		return false, fmt.Errorf("store: alert: %w", err)
	}
	return crossed, nil
}

// Below keeps that a view has come back.
func (s alerts) Below(ctx context.Context, who people.ID, view int64) error {
	return s.exec(ctx, `UPDATE alert SET above = false WHERE person = $1 AND view = $2`, int64(who), view)
}

// ReadAlert marks alerts as read.
func (s alerts) ReadAlert(ctx context.Context, who people.ID, view int64, now time.Time) error {
	return s.exec(ctx, `UPDATE alert SET read = $3 WHERE person = $1 AND (view = $2 OR $2 = 0) AND read IS NULL`, int64(who), view, at{&now})
}

func (s alerts) exec(ctx context.Context, q string, args ...any) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(q, args...); err != nil {
			return fmt.Errorf("store: alert: %w", err)
		}
		return nil
	})
}
