package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// WorkNotices keeps what others tell of work that they plan.
func (db *DB) WorkNotices() change.NoticeStore { return workNotices{db} }

type workNotices struct{ db *DB }

var workNoticeCols = []string{"source", "who", "ref", "title", "impact", "starts", "ends", "items", "services", "zone", "whole", "withdrawn", "by_whom", "at", "row_version"}

func workNoticeRefs(n *change.Notice) []any {
	return []any{
		&n.Source, &n.Who, &n.Ref, &n.Title, &n.Impact,
		at{&n.Span.From},
		at{&n.Span.Until},
		listOf(&n.Items),
		listOf(&n.Services),
		&n.Zone, &n.Whole, &n.Withdrawn,
		refTo(&n.By),
		at{&n.At},
		&n.Changed,
	}
}

// Notices lists those that are wanted.
func (s workNotices) Notices(ctx context.Context, scope people.Scope, w change.NoticesWanted) ([]change.Notice, error) {
	var c clause
	if w.ID != 0 {
		c.and("n.id = ?", w.ID)
	}
	if !w.Within.From.IsZero() {
		c.and("n.ends > ?", at{&w.Within.From})
	}
	if !w.Within.Until.IsZero() {
		c.and("n.starts < ?", at{&w.Within.Until})
	}
	if len(w.Refs) > 0 {
		some := []any{}
		for _, ref := range w.Refs {
			some = append(some, ref)
		}
		c.and("n.ref IN (?"+strings.Repeat(", ?", len(some)-1)+")", some...)
	}
	c.rowsOf(scope, "n.zone")
	return s.list(ctx, &c, max(w.Limit, 1))
}

func (s workNotices) list(ctx context.Context, c *clause, most int) (out []change.Notice, err error) {
	rows, err := s.db.read.query(ctx, "SELECT n.id, n."+strings.Join(workNoticeCols, ", n.")+" FROM work_notice AS n"+c.where()+c.text(" ORDER BY n.starts, n.id LIMIT ?", most), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var n change.Notice
			err := rows.Scan(append([]any{&n.ID}, workNoticeRefs(&n)...)...)
			out = append(out, n)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: notices of planned work: %w", err)
	}
	return out, nil
}

// mostPlanned bounds how many notices a collision check takes in.
const mostPlanned = 5000

// Planned lists the work of the notices that stand within a span, of all
// networks.
func (s workNotices) Planned(ctx context.Context, within change.Span) ([]change.Planned, error) {
	var c clause
	c.and("n.ends > ?", at{&within.From})
	c.and("n.starts < ?", at{&within.Until})
	c.and("n.withdrawn = ?", false)
	all, err := s.list(ctx, &c, mostPlanned)
	if err != nil {
		return nil, err
	}
	out := make([]change.Planned, len(all))
	for i := range all {
		out[i] = all[i].Planned()
	}
	return out, nil
}

// KeepNotice adds one, or replaces the version it carries.
func (s workNotices) KeepNotice(ctx context.Context, n *change.Notice, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		was := n.Changed
		n.Changed++
		if n.ID == 0 {
			err := t.row(insertSQL("work_notice", workNoticeCols, 1)+" ON CONFLICT (zone, source, who, ref) WHERE ref <> '' DO NOTHING RETURNING id", workNoticeRefs(n)...).Scan(&n.ID)
			if errors.Is(err, sql.ErrNoRows) {
				return fault.New(fault.Conflict, "schedule.ref_there").With("ref", n.Ref)
			}
			if err != nil {
				return fmt.Errorf("store: notices of planned work: %w", err)
			}
			log.Object = fmt.Sprintf("work_notice:%d", n.ID)
			return t.audit(log)
		}
		var taken int64
		err := t.row("SELECT id FROM work_notice WHERE zone = $1 AND source = $2 AND who = $3 AND ref = $4 AND ref <> '' AND id <> $5", n.Zone, n.Source, n.Who, n.Ref, n.ID).Scan(&taken)
		switch {
		case err == nil:
			return fault.New(fault.Conflict, "schedule.ref_there").With("ref", n.Ref)
		case !errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("store: notices of planned work: %w", err)
		}
		args := append(append([]any{n.ID}, workNoticeRefs(n)...), was)
		return t.replace(updateSQL("work_notice", workNoticeCols)+fmt.Sprintf(" AND row_version = $%d", len(args)), args, log)
	})
}
