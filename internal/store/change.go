package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Changes keeps the changes.
func (db *DB) Changes() record.Store[*change.Change] { return db.changes() }

// LoadChanges takes whole changes in, many at a time.
func (db *DB) LoadChanges() record.Loader[*change.Change] { return db.changes() }

func (db *DB) changes() book[*change.Change] {
	cols := []string{"type", "category", "reason", "description", "items", "model", "why_rejected", "why_dropped", "impact", "likelihood", "score", "class", "why_otherwise"}
	for _, q := range change.Questions {
		cols = append(cols, string(q))
	}
	cols = append(
		cols, "shared", "networks", "exchange", "procedure", "test", "back_out", "back_out_time", "communication", "cost", "benefit", "gain",
		"starts", "ends", "second", "evidence", "first_voice", "other_voice", "spoken", "authorised", "recorded",
		"begun", "ended", "documented", "closed", "why_backed_out", "why_failed", "result", "review", "updated",
	)
	return book[*change.Change]{
		db: db, kind: record.Changes, table: "change", cols: cols,
		fresh: func() *change.Change { return new(change.Change) },
		refs: func(c *change.Change) []any {
			out := []any{
				&c.Type, refTo(&c.Category), &c.Reason, &c.Description,
				listOf(&c.Items),
				refTo(&c.Model), &c.WhyRejected, &c.WhyDropped, &c.Impact, &c.Likelihood, &c.Score, &c.Class, &c.WhyOtherwise,
			}
			for i := range c.Answers {
				out = append(out, &c.Answers[i])
			}
			return append(
				out, &c.Shared, &c.Networks, &c.Exchange, &c.Procedure, &c.Test, &c.BackOut, &c.BackOutTime, &c.Communication, &c.Cost, &c.Benefit, &c.Gain,
				at{&c.Starts}, at{&c.Ends}, refTo(&c.Second), &c.Evidence, refTo(&c.First), refTo(&c.Other), at{&c.Spoken}, at{&c.Authorised}, at{&c.Recorded},
				at{&c.Begun}, at{&c.Ended}, at{&c.Documented}, at{&c.Closed}, &c.WhyBackedOut, &c.WhyFailed, &c.Result, &c.Review, &c.Updated,
			)
		},
	}
}

// ChangeShelf reads what only change management asks for.
func (db *DB) ChangeShelf() change.Shelf { return changeShelf{db} }

type changeShelf struct{ db *DB }

// Turn makes whoever plans wait for whoever plans already.
func (s changeShelf) Turn(ctx context.Context) error {
	err := s.db.in(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE change_turn SET n = n + 1 WHERE id = 1`)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: turn of planning: %w", err)
	}
	return nil
}

// Planned lists the changes that have a time within a span.
func (s changeShelf) Planned(ctx context.Context, within change.Span) (out []change.Planned, err error) {
	var c clause
	c.and("b.ends > ?", at{&within.From})
	c.and("b.starts < ?", at{&within.Until})
	c.and("r.state IN (?"+strings.Repeat(", ?", len(change.PlannedStates)-1)+")", statesOf(change.PlannedStates)...)
	rows, err := s.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.requester, r.team, r.owner, r.service, r.department, r.zone, b.starts, b.ends, b.items, b.second
		FROM change AS b JOIN record AS r ON r.id = b.id`+c.where()+` ORDER BY b.starts, r.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: planned changes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		p := change.Planned{Head: record.Head{Kind: record.Changes}, Source: change.Ours}
		h, second := &p.Head, people.ID(0)
		if err := rows.Scan(&h.ID, &h.Number, &h.Title, &h.State, refTo(&h.Requester), refTo(&h.Team), refTo(&h.Owner), refTo(&h.Service), refTo(&h.Department), refTo(&h.Zone),
			at{&p.Span.From}, at{&p.Span.Until}, listOf(&p.Items), refTo(&second)); err != nil {
			return nil, fmt.Errorf("store: planned changes: %w", err)
		}
		for _, who := range []people.ID{h.Owner, second} {
			if who != 0 {
				p.People = append(p.People, who)
			}
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func statesOf(states []flow.State) []any {
	out := make([]any, len(states))
	for i, st := range states {
		out[i] = string(st)
	}
	return out
}

// Past counts how like changes went.
func (s changeShelf) Past(ctx context.Context, scope people.Scope, to *change.Change, since time.Time) (change.History, error) {
	var h change.History
	var like []string
	var args []any
	if to.Category != 0 {
		like, args = append(like, "b.category = ?"), append(args, int64(to.Category))
	}
	for _, id := range to.Items {
		like, args = append(like, "b.items LIKE ?"), append(args, fmt.Sprintf("%%,%d,%%", id))
	}
	if len(like) == 0 {
		return h, nil
	}
	var c clause
	c.and("b.id <> ?", to.ID)
	c.and("b.closed >= ?", at{&since})
	c.and("b.result <> ''")
	c.and("("+strings.Join(like, " OR ")+")", args...)
	c.scope(s.db.dialect, scope)
	err := s.db.read.row(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN b.result IN ('taken_back', 'failed', 'incidents') THEN 1 ELSE 0 END), 0)
		FROM change AS b JOIN record AS r ON r.id = b.id`+c.where(), c.args...).Scan(&h.Done, &h.Failed)
	if err != nil {
		return h, fmt.Errorf("store: like changes: %w", err)
	}
	return h, nil
}
