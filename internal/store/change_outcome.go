package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ChangeWitness lists the incidents around a change.
func (db *DB) ChangeWitness() change.Witness { return changeWitness{db} }

type changeWitness struct{ db *DB }

// Happened lists the incidents opened within a span, and those of any time that
// name the change as their cause.
func (w changeWitness) Happened(ctx context.Context, scope people.Scope, of int64, within change.Span) (out []change.Happened, err error) {
	var c clause
	caused := c.text("EXISTS (SELECT 1 FROM link AS l WHERE l.source = r.id AND l.target = ? AND l.type = ?)", of, causedBy)
	c.and("r.kind = ? AND r.state <> 'cancelled'", string(record.Incident))
	c.and("(r.opened >= ? AND r.opened < ? OR r.id IN (SELECT l.source FROM link AS l WHERE l.target = ? AND l.type = ?))", at{&within.From}, at{&within.Until}, of, causedBy)
	c.scope(w.db.dialect, scope)
	rows, err := w.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.priority, r.service, r.opened, coalesce(b.item, 0), `+caused+`
		FROM incident AS b JOIN record AS r ON r.id = b.id`+c.where()+` ORDER BY r.opened, r.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: incidents around a change: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one := change.Happened{Head: record.Head{Kind: record.Incident}}
		h := &one.Head
		if err := rows.Scan(&h.ID, &h.Number, &h.Title, &h.State, &h.Priority, refTo(&h.Service), at{&h.Opened}, &one.Item, &one.Caused); err != nil {
			return nil, fmt.Errorf("store: incidents around a change: %w", err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// Outages lists the major incidents about some services that lasted within a
// span.
func (w changeWitness) Outages(ctx context.Context, scope people.Scope, services []record.ServiceID, within change.Span) (out []change.Outage, err error) {
	if len(services) == 0 {
		return nil, nil
	}
	var c clause
	c.and("b.major AND r.kind = ? AND r.state <> 'cancelled'", string(record.Incident))
	ids := make([]any, len(services))
	for i, id := range services {
		ids[i] = int64(id)
	}
	c.and("r.service IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ")+")", ids...)
	c.and("r.opened < ? AND (coalesce(b.resolved, b.closed) IS NULL OR coalesce(b.resolved, b.closed) > ?)", at{&within.Until}, at{&within.From})
	c.scope(w.db.dialect, scope)
	rows, err := w.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.priority, r.service, r.opened, coalesce(b.resolved, b.closed)
		FROM incident AS b JOIN record AS r ON r.id = b.id`+c.where()+` ORDER BY r.opened, r.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: outages around a change: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one := change.Outage{Head: record.Head{Kind: record.Incident}}
		h := &one.Head
		if err := rows.Scan(&h.ID, &h.Number, &h.Title, &h.State, &h.Priority, refTo(&h.Service), at{&h.Opened}, at{&one.Until}); err != nil {
			return nil, fmt.Errorf("store: outages around a change: %w", err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}
