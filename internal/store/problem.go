package store

import (
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
		},
		fresh: func() *problem.Problem { return new(problem.Problem) },
		refs: func(p *problem.Problem) []any {
			return []any{
				&p.Description, &p.Symptom, &p.Source, refTo(&p.Category), refTo(&p.Item), &p.Impact, &p.Urgency, &p.Major, &p.WhyRejected,
				&p.Method, &p.RootCause, refTo(&p.Cause), &p.Workaround, &p.Public, at{&p.Published},
				&p.Proposal, &p.Change, &p.NoChange, at{&p.Fixed}, at{&p.WatchUntil}, &p.Recurred, &p.Risk, at{&p.ReviewOn}, refTo(&p.AcceptedBy), &p.Review, at{&p.Resolved}, at{&p.Closed},
			}
		},
	}
}
