package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/duty"
)

// Keep writes what was done in a shift, in one transaction. The row of the
// shift is written first, so that of two who write at once one waits.
func (d dutyLog) Keep(ctx context.Context, s *duty.Shift, w duty.Writing, log audit.Row) error {
	err := d.db.in(ctx, func(t *tx) error {
		if err := t.dutyShift(s, w.Version); err != nil {
			return err
		}
		if err := t.dutyMatter(w.Matter); err != nil {
			return err
		}
		if w.Entry != nil {
			if w.Matter != nil {
				w.Entry.Matter = w.Matter.ID
			}
			e := w.Entry
			args := []any{e.Shift, at{&e.At}, at{&e.Written}, int64(e.By), string(e.Kind), e.Text, strings.Join(e.Refs, " "), refTo(&e.Run), refTo(&e.Matter), refTo(&e.Corrects)}
			if err := t.row(insertSQL("duty_entry", entryCols, 1)+" RETURNING id", args...).Scan(&e.ID); err != nil {
				return err
			}
		}
		if err := t.dutyHandover(w.Handover); err != nil {
			return err
		}
		if w.Carry {
			if _, err := t.exec(`UPDATE duty_matter SET carried = carried + 1 WHERE team = $1 AND closed IS NULL`, int64(s.Team)); err != nil {
				return err
			}
		}
		if w.Next != nil {
			who, err := json.Marshal(w.Next.Who)
			if err != nil {
				return err
			}
			if _, err := t.exec(`UPDATE duty_shift SET who = $2, version = version + 1 WHERE id = $1 AND state <> 'closed'`, w.Next.ID, string(who)); err != nil {
				return err
			}
		}
		return t.audit(log)
	})
	if err != nil && len(fault.All(err)) == 0 {
		return fmt.Errorf("store: duty %d: %w", s.ID, err)
	}
	return err
}

// dutyShift keeps how far a shift is, of a version or of whichever; 0.
func (t *tx) dutyShift(s *duty.Shift, version int64) error {
	q := `UPDATE duty_shift SET version = version + 1 WHERE id = $1 AND state <> 'closed'`
	args := []any{s.ID}
	if version != 0 {
		q = `UPDATE duty_shift SET state = $2, closed = $3, version = version + 1 WHERE id = $1 AND state <> 'closed' AND version = $4`
		args = append(args, string(s.State), at{&s.Ended}, version)
	}
	res, err := t.exec(q, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	switch {
	case err != nil:
		return err
	case n == 1:
		s.Version++
		return nil
	case version != 0:
		return fault.New(fault.Stale, "watch.read_again")
	}
	return fault.New(fault.Conflict, "watch.frozen")
}

// dutyMatter adds a matter, or keeps what became of one that is open.
func (t *tx) dutyMatter(m *duty.Matter) error {
	switch {
	case m == nil:
		return nil
	case m.ID == 0:
		args := []any{int64(m.Team), m.Shift, m.Text, at{&m.Opened}, int64(m.OpenedBy), m.Carried, at{&m.Closed}, refTo(&m.ClosedBy), refTo(&m.ClosedIn), m.Result}
		return t.row(insertSQL("duty_matter", matterCols, 1)+" RETURNING id", args...).Scan(&m.ID)
	}
	res, err := t.exec(`UPDATE duty_matter SET text = $2, closed = $3, closed_by = $4, closed_in = $5, result = $6 WHERE id = $1 AND closed IS NULL`,
		m.ID, m.Text, at{&m.Closed}, refTo(&m.ClosedBy), refTo(&m.ClosedIn), m.Result)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Conflict, "watch.settled")
}

// dutyHandover adds a hand-over, or keeps the answer to one that waits.
func (t *tx) dutyHandover(h *duty.Handover) error {
	switch {
	case h == nil:
		return nil
	case h.ID == 0:
		lines, err := json.Marshal(h.Lines)
		if err != nil {
			return err
		}
		args := []any{h.Shift, refTo(&h.Next), h.Summary, string(lines), string(h.Verdict), at{&h.Given}, int64(h.GivenBy), at{&h.Answered}, refTo(&h.AnsweredBy), h.Answer}
		return t.row(insertSQL("duty_handover", handoverCols, 1)+" RETURNING id", args...).Scan(&h.ID)
	}
	res, err := t.exec(`UPDATE duty_handover SET state = $2, answered = $3, answered_by = $4, answer = $5 WHERE id = $1 AND state = 'waiting'`,
		h.ID, string(h.Verdict), at{&h.Answered}, refTo(&h.AnsweredBy), h.Answer)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Conflict, "watch.nothing_waits")
}
