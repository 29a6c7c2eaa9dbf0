package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// Releases keeps the releases.
func (db *DB) Releases() record.Store[*release.Release] { return db.releases() }

// LoadReleases takes whole releases in, many at a time.
func (db *DB) LoadReleases() record.Loader[*release.Release] { return db.releases() }

func (db *DB) releases() book[*release.Release] {
	return book[*release.Release]{
		db: db, kind: record.Release, table: "release",
		cols: []string{
			"description", "form", "weight", "version", "design", "rollout", "training", "support", "known", "risks", "back_out", "back_out_time",
			"province", "confirmed", "support_days", "starts", "ends", "build", "parts", "targets", "tests", "reviews", "carried",
			"accepted_by", "accepted", "approved", "begun", "deployed", "support_until", "closed", "why_dropped", "why_backed_out", "outcome", "updated",
		},
		fresh: func() *release.Release { return new(release.Release) },
		refs: func(r *release.Release) []any {
			return []any{
				&r.Description, &r.Form, &r.Weight, &r.Version, &r.Design, &r.Rollout, &r.Training, &r.Support, &r.Known, &r.Risks, &r.BackOut, &r.BackOutTime,
				&r.Province, &r.Confirmed, &r.SupportDays,
				at{&r.Starts},
				at{&r.Ends},
				&r.Build,
				docList[release.Part]{&r.Parts},
				docList[release.Target]{&r.Targets},
				docList[release.Signature]{&r.Tests},
				docList[release.Review]{&r.Reviews},
				docList[string]{&r.Carried},
				refTo(&r.AcceptedBy),
				at{&r.Accepted},
				at{&r.Approved},
				at{&r.Begun},
				at{&r.Deployed},
				at{&r.SupportUntil},
				at{&r.Closed},
				&r.WhyDropped, &r.WhyBackedOut, &r.Outcome, &r.Updated,
			}
		},
	}
}

// docList is a column that holds a list as JSON; none is the empty text.
type docList[T any] struct{ all *[]T }

func (l docList[T]) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("store: a list from %T", v)
	}
	*l.all = nil
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), l.all)
}

func (l docList[T]) Value() (driver.Value, error) {
	if len(*l.all) == 0 {
		return "", nil
	}
	b, err := json.Marshal(*l.all)
	return string(b), err
}

// ReleaseShelf reads what only release management asks for.
func (db *DB) ReleaseShelf() release.Shelf { return releaseShelf{db} }

type releaseShelf struct{ db *DB }

// earlyDays is within how many days of a roll-out an incident counts as early
// (domain/mof, section REL: incidents in the first ten days).
const earlyDays = 10

// Incidents counts those about any of the items that were opened in a time.
func (s releaseShelf) Incidents(ctx context.Context, scope people.Scope, items []record.ItemID, from, until time.Time) (all, early int, err error) {
	if len(items) == 0 {
		return 0, 0, nil
	}
	ends := from.AddDate(0, 0, earlyDays)
	var c clause
	count := c.text("SELECT count(*), COALESCE(sum(CASE WHEN r.opened < ? THEN 1 ELSE 0 END), 0) FROM incident AS b JOIN record AS r ON r.id = b.id", at{&ends})
	c.conds = append(c.conds, in(&c, "b.item", items))
	c.and("r.opened >= ? AND r.opened < ?", at{&from}, at{&until})
	c.scope(s.db.dialect, scope)
	if err := s.db.read.row(ctx, count+c.where(), c.args...).Scan(&all, &early); err != nil {
		return 0, 0, fmt.Errorf("store: incidents of a release: %w", err)
	}
	return all, early, nil
}

// Deployed lists those that wait for early support to begin.
func (s releaseShelf) Deployed(ctx context.Context) ([]record.Number, error) {
	return s.db.numbers(ctx, `SELECT r.number FROM release AS b JOIN record AS r ON r.id = b.id
		WHERE b.deployed IS NOT NULL AND b.support_until IS NULL AND b.closed IS NULL AND r.state = $1 AND r.kind = $2 ORDER BY r.id LIMIT 100`,
		string(release.Deployed), string(record.Release))
}
