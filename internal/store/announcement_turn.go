package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
)

// AnnouncementTurns keeps what became of announcements.
func (db *DB) AnnouncementTurns() change.TurnStore { return announcementTurns{db} }

type announcementTurns struct{ db *DB }

var turnCols = []string{"announcement", "nth", "fate", "starts", "ends", "at", "telling", "told"}

// Turns lists those of one announcement, of those of a change, or of all that are
// not over.
func (s announcementTurns) Turns(ctx context.Context, w change.TurnsWanted) (out []change.Turn, err error) {
	var c clause
	switch {
	case w.Announcement != 0:
		c.and("a.id = ?", w.Announcement)
	case w.Change != 0:
		c.and("a.change = ?", w.Change)
	default:
		c.and("a.sent IS NOT NULL")
		c.and("a.ends > ?", at{&w.At})
	}
	rows, err := s.db.read.query(ctx, "SELECT t.id, t."+strings.Join(turnCols, ", t.")+" FROM announcement_turn AS t JOIN change_announcement AS a ON a.id = t.announcement"+c.where()+" ORDER BY t.announcement, t.nth", c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var t change.Turn
			var telling sql.NullInt64
			err := rows.Scan(&t.ID, &t.Announcement, &t.Nth, &t.Outlook, at{&t.Span.From}, at{&t.Span.Until}, at{&t.At}, &telling, &t.Told)
			t.Telling, t.Done = people.ID(telling.Int64), !telling.Valid
			out = append(out, t)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: turns of announcements: %w", err)
	}
	return out, nil
}

// KeepTurn adds one and ends the telling of those before, or replaces one of which
// nobody was told yet.
func (s announcementTurns) KeepTurn(ctx context.Context, t *change.Turn) error {
	err := s.db.in(ctx, func(x *tx) error {
		if t.ID != 0 {
			_, err := x.exec(`UPDATE announcement_turn SET fate = $2, starts = $3, ends = $4, at = $5 WHERE id = $1 AND telling = 0`, t.ID, string(t.Outlook), at{&t.Span.From}, at{&t.Span.Until}, at{&t.At})
			return err
		}
		if _, err := x.exec(`UPDATE announcement_turn SET telling = NULL WHERE announcement = $1 AND telling IS NOT NULL`, t.Announcement); err != nil {
			return err
		}
		return x.row(insertSQL("announcement_turn", turnCols, 1)+" RETURNING id", t.Announcement, t.Nth, string(t.Outlook), at{&t.Span.From}, at{&t.Span.Until}, at{&t.At}, 0, 0).Scan(&t.ID)
	})
	if err != nil {
		return fmt.Errorf("store: turns of announcements: %w", err)
	}
	return nil
}

// DropTurn takes one back of which nobody was told yet.
func (s announcementTurns) DropTurn(ctx context.Context, id int64) error {
	return changeAnnouncements(s).told(ctx, `DELETE FROM announcement_turn WHERE id = $1 AND telling = 0`, id)
}

// TurnReaders lists who was told of an announcement and of no later one of its
// change, behind a person.
func (s announcementTurns) TurnReaders(ctx context.Context, announcement int64, behind people.ID) (out []people.ID, err error) {
	const readers = `SELECT n.person FROM nudge AS n WHERE n.what = $1 AND n.target = $2 AND n.person > $3 AND NOT EXISTS (
		SELECT 1 FROM change_announcement AS was JOIN change_announcement AS later ON later.change = was.change AND later.sent > was.sent
		JOIN nudge AS m ON m.what = $1 AND m.target = later.id AND m.person = n.person WHERE was.id = $2) ORDER BY n.person`
	rows, err := s.db.read.query(ctx, readers, string(notice.WorkTold), announcement, int64(behind)) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var who people.ID
			err := rows.Scan(refTo(&who))
			out = append(out, who)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: readers of announcements: %w", err)
	}
	return out, nil
}

// TurnedUpTo keeps how far the readers were told of one, and how many more.
func (s announcementTurns) TurnedUpTo(ctx context.Context, id int64, who people.ID, more int) error {
	return changeAnnouncements(s).told(ctx, `UPDATE announcement_turn SET telling = $2, told = told + $3 WHERE id = $1 AND telling < $2`, id, int64(who), more)
}

// TurnedAll keeps that all readers were told of one.
func (s announcementTurns) TurnedAll(ctx context.Context, id int64) error {
	return changeAnnouncements(s).told(ctx, `UPDATE announcement_turn SET telling = NULL WHERE id = $1`, id)
}

// FirstTold reports whether the mail by which somebody was told of an announcement
// has gone, before a moment; or was never to go. One that waits, or is gone since,
// tells him by itself how it stands. Of one that was given up he knows nothing,
// unless an earlier one about the same change has reached him.
func (db *DB) FirstTold(ctx context.Context, announcement int64, who people.ID, before time.Time) (bool, error) {
	key := func(id any) string { return fmt.Sprintf("%s.%v.%s", notice.WorkTold, id, who) }
	head, tail, _ := strings.Cut(key("*"), "*")
	var waits, dead, earlier int
	err := db.read.row(ctx, `SELECT (SELECT count(*) FROM mail WHERE key = $1 AND state <> $7 AND (state <> $2 OR sent > $3)), (SELECT count(*) FROM mail WHERE key = $1 AND state = $7),
		(SELECT count(*) FROM change_announcement AS a JOIN change_announcement AS b ON b.change = a.change
			JOIN mail AS m ON m.key = CAST($4 AS TEXT) || CAST(b.id AS TEXT) || CAST($5 AS TEXT) WHERE a.id = $6 AND m.state = $2 AND m.sent <= $3)`,
		key(announcement), string(notice.Gone), at{&before}, head, tail, announcement, string(notice.Dead)).Scan(&waits, &dead, &earlier)
	if err != nil {
		return false, fmt.Errorf("store: mail of an announcement: %w", err)
	}
	return waits == 0 && (dead == 0 || earlier > 0), nil
}
