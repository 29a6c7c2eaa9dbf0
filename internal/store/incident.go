package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Incidents keeps the incidents.
func (db *DB) Incidents() record.Store[*incident.Incident] { return db.incidents() }

func (db *DB) incidents() book[*incident.Incident] {
	return book[*incident.Incident]{
		db: db, kind: record.Incident, table: "incident",
		cols: []string{
			"description", "channel", "category", "item", "no_item", "impact", "urgency", "vip", "hall",
			"override", "why_priority", "waiting", "outside", "room", "callback", "solution", "cause", "ended_as", "duplicate_of", "merged_into", "line",
			"escalation", "major", "lead", "liaison", "scribe", "next_update", "report_due", "report",
			"accepted", "resolved", "closed", "reopened", "reassigned", "first_contact", "rating",
		},
		fresh: func() *incident.Incident { return new(incident.Incident) },
		refs: func(i *incident.Incident) []any {
			return []any{
				&i.Description, &i.Channel, refTo(&i.Category), refTo(&i.Item), &i.NoItem, &i.Impact, &i.Urgency, &i.VIP, &i.Hall,
				&i.Override, &i.WhyPriority, &i.Waiting, &i.Outside, &i.Room, &i.Callback, &i.Solution, refTo(&i.Cause), &i.EndedAs, refTo(&i.DuplicateOf), refTo(&i.MergedInto), &i.Line,
				&i.Escalation, &i.Major, refTo(&i.Lead), refTo(&i.Liaison), refTo(&i.Scribe),
				at{&i.NextUpdate},
				at{&i.ReportDue},
				&i.Report,
				at{&i.Accepted},
				at{&i.Resolved},
				at{&i.Closed},
				&i.Reopened, &i.Reassigned, &i.FirstContact, &i.Rating,
			}
		},
	}
}

// LoadIncidents takes whole incidents in, many at a time.
func (db *DB) LoadIncidents() record.Loader[*incident.Incident] { return db.incidents() }

// IncidentShelf reads what only incident management asks for.
func (db *DB) IncidentShelf() incident.Shelf { return incidentShelf{db} }

type incidentShelf struct{ db *DB }

// mostHints bounds lists that a page shows beside a form.
const mostHints = 20

// Similar lists live incidents of a service and category opened since.
func (s incidentShelf) Similar(ctx context.Context, scope people.Scope, service record.ServiceID, category record.CategoryID, since time.Time) ([]record.Row, error) {
	var c clause
	c.and("r.kind = ?", string(record.Incident))
	c.and("r.live AND r.opened >= ?", at{&since})
	c.and("r.service = ?", int64(service))
	c.and("b.category = ?", int64(category))
	c.scope(s.db.dialect, scope)
	return s.rows(ctx, " JOIN incident AS b ON b.id = r.id", c, mostHints)
}

// Family lists the live children of an incident.
func (s incidentShelf) Family(ctx context.Context, scope people.Scope, parent int64) ([]record.Row, error) {
	var c clause
	c.and("k.source = ? AND k.type = 'parent' AND r.live", parent)
	c.scope(s.db.dialect, scope)
	return s.rows(ctx, " JOIN link AS k ON k.target = r.id", c, record.MostBulk)
}

// Merged lists what was merged into an incident.
func (s incidentShelf) Merged(ctx context.Context, scope people.Scope, into record.Number) ([]record.Row, error) {
	var c clause
	c.and("b.merged_into = ?", int64(into))
	c.scope(s.db.dialect, scope)
	return s.rows(ctx, " JOIN incident AS b ON b.id = r.id", c, record.MostBulk)
}

func (s incidentShelf) rows(ctx context.Context, join string, c clause, limit int) ([]record.Row, error) {
	q := rowSQL + join + c.where() + c.text(" ORDER BY r.opened DESC, r.id DESC LIMIT ?", limit)
	rows, err := s.db.read.query(ctx, q, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: incidents: %w", err)
	}
	return scanRows(rows)
}

// Silent lists incidents resolved before a moment and not yet closed. Those that
// another tool resolved stay as its history leaves them.
func (s incidentShelf) Silent(ctx context.Context, before time.Time, limit int) ([]record.Number, error) {
	return s.db.numbers(ctx, `SELECT r.number FROM incident AS b JOIN record AS r ON r.id = b.id
		WHERE b.resolved IS NOT NULL AND b.closed IS NULL AND b.resolved <= $1 AND r.state = 'resolved'
		AND NOT EXISTS (SELECT 1 FROM history_case AS h JOIN history_import AS i ON i.id = coalesce(h.told, h.import) WHERE h.record = b.id AND b.resolved < i.at)
		ORDER BY b.resolved LIMIT $2`, at{&before}, limit)
}

// Late lists live major incidents whose next update was due before a moment.
func (s incidentShelf) Late(ctx context.Context, before time.Time) ([]record.Number, error) {
	return s.db.numbers(ctx, `SELECT r.number FROM incident AS b JOIN record AS r ON r.id = b.id
		WHERE b.next_update IS NOT NULL AND b.next_update < $1 AND r.live ORDER BY b.next_update`, at{&before})
}

// numbers reads a list of numbers.
func (db *DB) numbers(ctx context.Context, q string, args ...any) ([]record.Number, error) {
	rows, err := db.read.query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return nil, fmt.Errorf("store: numbers: %w", err)
	}
	out := make([]record.Number, len(ids))
	for i, n := range ids {
		out[i] = record.Number(n)
	}
	return out, nil
}

// Board lists what the public notice board shows, newest first.
func (s incidentShelf) Board(ctx context.Context, scope people.Scope, since time.Time) (out []incident.Post, err error) {
	var c clause
	c.and("t.deed = 'incident.post' AND t.at >= ?", at{&since})
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT r.number, r.service, r.zone, r.state, b.major, r.opened, t.at, t.text
		FROM timeline AS t JOIN record AS r ON r.id = t.record JOIN incident AS b ON b.id = r.id`+c.where()+` ORDER BY t.at DESC, t.id DESC LIMIT 100`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: board: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p incident.Post
		if err := rows.Scan(&p.Number, refTo(&p.Service), refTo(&p.Zone), &p.State, &p.Major, at{&p.Opened}, at{&p.At}, &p.Text); err != nil {
			return nil, fmt.Errorf("store: board: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
