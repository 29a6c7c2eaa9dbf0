package store

import (
	"context"
	"fmt"
	"strings"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// ChangeMeetings keeps the meetings of the change advisory board and of the
// emergency committee.
func (db *DB) ChangeMeetings() change.MeetingStore { return changeMeetings{db} }

type changeMeetings struct{ db *DB }

var meetingCols = []string{"kind", "phone", "place", "starts", "ends", "state", "chair", "members", "present", "points", "minutes", "actions", "by_whom", "at", "opened", "closed", "row_version"}

func meetingRefs(m *change.Meeting) []any {
	return []any{
		&m.Kind, &m.Phone, &m.Place,
		at{&m.Span.From},
		at{&m.Span.Until},
		&m.State,
		refTo(&m.Chair),
		docList[people.ID]{&m.Members},
		docList[people.ID]{&m.Present},
		docList[change.Point]{&m.Points},
		&m.Minutes,
		docList[change.Action]{&m.Actions},
		refTo(&m.By),
		at{&m.At},
		at{&m.Opened},
		at{&m.Closed},
		&m.Changed,
	}
}

// Meetings lists them, the latest first.
func (s changeMeetings) Meetings(ctx context.Context, w change.MeetingsWanted) (out []change.Meeting, err error) {
	var c clause
	if w.ID != 0 {
		c.and("m.id = ?", w.ID)
	}
	if w.Change != 0 {
		c.and("m.points LIKE ?", fmt.Sprintf(`%%"change":%d,%%`, w.Change))
	}
	rows, err := s.db.read.query(ctx, "SELECT m.id, m."+strings.Join(meetingCols, ", m.")+" FROM change_meeting AS m"+c.where()+c.text(" ORDER BY m.starts DESC, m.id DESC LIMIT ?", max(w.Limit, 1)), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var m change.Meeting
			err := rows.Scan(append([]any{&m.ID}, meetingRefs(&m)...)...)
			out = append(out, m)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: meetings about changes: %w", err)
	}
	return out, nil
}

// Discussed reads the changes of these ids that a scope sees.
func (s changeMeetings) Discussed(ctx context.Context, scope people.Scope, ids []int64) ([]*change.Change, error) {
	return s.db.changes().several(ctx, scope, ids)
}

// KeepMeeting adds one, or replaces the version it carries.
func (s changeMeetings) KeepMeeting(ctx context.Context, m *change.Meeting, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		was := m.Changed
		m.Changed++
		if m.ID == 0 {
			if err := t.row(insertSQL("change_meeting", meetingCols, 1)+" RETURNING id", meetingRefs(m)...).Scan(&m.ID); err != nil {
				return fmt.Errorf("store: meetings about changes: %w", err)
			}
			log.Object = fmt.Sprintf("cab:%d", m.ID)
			return t.audit(log)
		}
		args := append(append([]any{m.ID}, meetingRefs(m)...), was)
		return t.replace(updateSQL("change_meeting", meetingCols)+fmt.Sprintf(" AND row_version = $%d", len(args)), args, log)
	})
}
