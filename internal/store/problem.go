package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// Problems keeps the problems.
func (db *DB) Problems() record.Store[*problem.Problem] { return db.problems() }

// LoadProblems takes whole problems in, many at a time.
func (db *DB) LoadProblems() record.Loader[*problem.Problem] { return db.problems() }

func (db *DB) problems() book[*problem.Problem] {
	return book[*problem.Problem]{
		db: db, kind: record.Problem, table: "problem",
		cols: []string{
			"description", "symptom", "source", "category", "item", "impact", "urgency", "major", "why_rejected",
			"method", "root_cause", "cause", "workaround", "public", "published",
			"proposal", "change", "no_change", "fixed", "watch_until", "recurred", "risk", "review_on", "accepted_by", "review", "resolved", "closed",
			"went_well", "went_wrong", "could_improve", "prevention", "supplier_next",
		},
		fresh: func() *problem.Problem { return new(problem.Problem) },
		refs: func(p *problem.Problem) []any {
			return []any{
				&p.Description, &p.Symptom, &p.Source, refTo(&p.Category), refTo(&p.Item), &p.Impact, &p.Urgency, &p.Major, &p.WhyRejected,
				&p.Method, &p.RootCause, refTo(&p.Cause), &p.Workaround, &p.Public,
				at{&p.Published},
				&p.Proposal, &p.Change, &p.NoChange,
				at{&p.Fixed},
				at{&p.WatchUntil},
				&p.Recurred, &p.Risk,
				at{&p.ReviewOn},
				refTo(&p.AcceptedBy), &p.Review,
				at{&p.Resolved},
				at{&p.Closed},
				&p.WentWell, &p.WentWrong, &p.Improve, &p.Prevention, &p.SupplierNext,
			}
		},
	}
}

// ProblemShelf reads what only problem management asks for.
func (db *DB) ProblemShelf() problem.Shelf { return problemShelf{db} }

type problemShelf struct{ db *DB }

// mostPublished bounds how many work-arounds are looked through for one that
// fits; a centre has some dozens.
const mostPublished = 1000

// Published lists the work-arounds that are offered.
func (s problemShelf) Published(ctx context.Context, scope people.Scope, states []flow.State) (out []problem.Advice, err error) {
	var c clause
	c.and("b.published IS NOT NULL AND r.live")
	args := make([]any, len(states))
	for i, st := range states {
		args[i] = string(st)
	}
	c.and("r.state IN (?"+strings.Repeat(", ?", len(states)-1)+")", args...)
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.service, r.zone, b.category, b.item, b.symptom, b.workaround, b.public, b.published
		FROM problem AS b JOIN record AS r ON r.id = b.id`+c.where()+c.text(" ORDER BY b.published DESC, r.id DESC LIMIT ?", mostPublished), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: known errors: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		a := problem.Advice{Head: record.Head{Kind: record.Problem}}
		if err := rows.Scan(&a.Head.ID, &a.Head.Number, &a.Head.Title, &a.Head.State, refTo(&a.Head.Service), refTo(&a.Head.Zone), refTo(&a.Category), refTo(&a.Item), &a.Symptom, &a.Workaround, &a.Public, at{&a.Published}); err != nil {
			return nil, fmt.Errorf("store: known errors: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// ToRemind lists the problems that somebody is to be reminded of.
func (s problemShelf) ToRemind(ctx context.Context, now time.Time) ([]record.Number, error) {
	return s.db.numbers(ctx, `SELECT r.number FROM problem AS b JOIN record AS r ON r.id = b.id
		WHERE (r.state = $2 AND b.watch_until <= $1 AND NOT EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.deed = 'problem.remind' AND t.at >= b.watch_until)
		OR r.state = $3 AND b.major AND b.review = '' AND b.resolved <= $1 AND NOT EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.deed = 'problem.remind' AND t.at > b.resolved))
		AND r.kind = $4 ORDER BY r.id LIMIT 100`, at{&now}, string(problem.Verifying), string(problem.Resolved), string(record.Problem))
}

// ToReview lists the deferred problems whose day of review has come.
func (s problemShelf) ToReview(ctx context.Context, now time.Time) ([]record.Number, error) {
	return s.db.numbers(ctx, `SELECT r.number FROM problem AS b JOIN record AS r ON r.id = b.id
		WHERE b.review_on IS NOT NULL AND b.review_on <= $1 AND r.state = $2 ORDER BY b.review_on, r.id LIMIT 100`, at{&now}, string(problem.Deferred))
}
