package store

import (
	"context"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
)

// ChangeAnnouncements keeps what users are told of changes before.
func (db *DB) ChangeAnnouncements() change.AnnouncementStore { return changeAnnouncements{db} }

type changeAnnouncements struct{ db *DB }

var announcementCols = []string{
	"change", "title_en", "title_zh", "text_en", "text_zh", "departments", "services", "starts", "ends", "zone", "sent", "sent_by", "told", "withdrawn", "by_whom", "at", "row_version",
}

func announcementRefs(a *change.Announcement) []any {
	return []any{
		&a.Change, &a.Title.En, &a.Title.Zh, &a.Text.En, &a.Text.Zh,
		listOf(&a.Departments),
		listOf(&a.Services),
		at{&a.Span.From},
		at{&a.Span.Until},
		&a.Zone,
		at{&a.Sent},
		refTo(&a.SentBy),
		&a.Told,
		at{&a.Withdrawn},
		refTo(&a.By),
		at{&a.At},
		&a.Changed,
	}
}

var announcementSQL = "SELECT a.id, a." + strings.Join(announcementCols, ", a.")

// Announcements lists those of a change, the latest first.
func (s changeAnnouncements) Announcements(ctx context.Context, id int64) ([]change.Announcement, error) {
	var c clause
	c.and("a.change = ?", id)
	return s.list(ctx, &c)
}

// Announcement finds one.
func (s changeAnnouncements) Announcement(ctx context.Context, id int64) (*change.Announcement, error) {
	var c clause
	c.and("a.id = ?", id)
	all, err := s.list(ctx, &c)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	return &all[0], nil
}

func (s changeAnnouncements) list(ctx context.Context, c *clause) (out []change.Announcement, err error) {
	rows, err := s.db.read.query(ctx, announcementSQL+" FROM change_announcement AS a"+c.where()+c.text(" ORDER BY a.id DESC LIMIT ?", change.MostAnnouncements), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var a change.Announcement
			err := rows.Scan(append([]any{&a.ID}, announcementRefs(&a)...)...)
			out = append(out, a)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: announcements of changes: %w", err)
	}
	return out, nil
}

// Announced lists what was sent and is not over, with the change as it stands.
func (s changeAnnouncements) Announced(ctx context.Context, w change.ComingWanted) (out []change.Coming, err error) {
	var c clause
	if w.ID != 0 {
		c.and("a.id = ?", w.ID)
	}
	c.and("a.sent IS NOT NULL")
	c.and("a.ends > ?", at{&w.At})
	rows, err := s.db.read.query(ctx, announcementSQL+`, r.state, r.zone, b.starts, b.ends FROM change_announcement AS a JOIN record AS r ON r.id = a.change JOIN change AS b ON b.id = a.change`+
		c.where()+c.text(" ORDER BY a.starts, a.id LIMIT ?", w.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var a change.Coming
			var state flow.State
			if err := rows.Scan(append(append([]any{&a.ID}, announcementRefs(&a.Announcement)...), &state, refTo(&a.Today), at{&a.Is.From}, at{&a.Is.Until})...); err != nil {
				return err
			}
			a.Outlook = a.Announcement.Outlook(state, a.Is)
			out = append(out, a)
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: announcements of changes: %w", err)
	}
	return out, nil
}

// KeepAnnouncement adds one, or replaces the version it carries.
func (s changeAnnouncements) KeepAnnouncement(ctx context.Context, a *change.Announcement, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		was := a.Changed
		a.Changed++
		if a.ID == 0 {
			if err := t.row(insertSQL("change_announcement", announcementCols, 1)+" RETURNING id", announcementRefs(a)...).Scan(&a.ID); err != nil {
				return fmt.Errorf("store: announcements of changes: %w", err)
			}
			return t.audit(log)
		}
		args := append(append([]any{a.ID}, announcementRefs(a)...), was)
		return t.replace(updateSQL("change_announcement", announcementCols)+fmt.Sprintf(" AND row_version = $%d", len(args)), args, log)
	})
}

// Telling lists those of which not all readers were told yet.
func (s changeAnnouncements) Telling(ctx context.Context) (map[int64]people.ID, error) {
	out := map[int64]people.ID{}
	rows, err := s.db.read.query(ctx, `SELECT id, telling FROM change_announcement WHERE telling IS NOT NULL`) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var id int64
			var who people.ID
			err := rows.Scan(&id, &who)
			out[id] = who
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: announcements of changes: %w", err)
	}
	return out, nil
}

// ToldUpTo keeps how far the readers of one were told. Of what is over nothing
// begins again.
func (s changeAnnouncements) ToldUpTo(ctx context.Context, id int64, who people.ID) error {
	return s.told(ctx, `UPDATE change_announcement SET telling = $2 WHERE id = $1 AND (telling < $2 OR telling IS NULL AND $2 = 0)`, id, int64(who))
}

// ToldAll keeps that all readers of one were told.
func (s changeAnnouncements) ToldAll(ctx context.Context, id int64) error {
	return s.told(ctx, `UPDATE change_announcement SET telling = NULL WHERE id = $1`, id)
}

func (s changeAnnouncements) told(ctx context.Context, sql string, args ...any) error {
	return s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(sql, args...); err != nil {
			return fmt.Errorf("store: announcements of changes: %w", err)
		}
		return nil
	})
}
