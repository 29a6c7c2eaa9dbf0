package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/report/transition"
)

// causedBy is the link from an incident to what caused it.
const causedBy = "caused_by"

// ChangeCases reads the changes whose carrying out ended within a period, with
// the incidents that name them as their cause, both as far as the scope sees.
func (db *DB) ChangeCases(ctx context.Context, scope people.Scope, from, to time.Time) (out []transition.ChangeCase, err error) {
	var c clause
	c.and("l.target = b.id AND l.type = ? AND r.kind = ? AND r.state <> 'cancelled'", causedBy, string(record.Incident))
	c.scope(db.dialect, scope)
	incidents := "(SELECT count(*) FROM link AS l JOIN record AS r ON r.id = l.source" + c.where() + ")"
	c.conds = nil
	c.and("b.ended >= ? AND b.ended < ?", at{&from}, at{&to})
	c.scope(db.dialect, scope)
	rows, err := db.read.query(ctx, `SELECT b.type, coalesce(r.service, 0), coalesce(r.team, 0), r.opened, b.starts, b.ends, b.begun, b.ended, CASE WHEN b.closed IS NULL THEN '' ELSE b.result END,
		EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = b.id AND t.deed = 'change.reschedule'), `+incidents+`
		FROM change AS b JOIN record AS r ON r.id = b.id`+c.where()+` ORDER BY b.ended, b.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: report of changes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one transition.ChangeCase
		if err := rows.Scan(&one.Type, &one.Service, &one.Team, at{&one.Opened}, at{&one.Starts}, at{&one.Ends}, at{&one.Begun}, at{&one.Ended}, &one.Result, &one.Moved, &one.Incidents); err != nil {
			return nil, fmt.Errorf("store: report of changes: %w", err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// releaseEnds are the states to which a roll-out comes.
var releaseEnds = []flow.State{release.Deployed, release.PartlyDeployed, release.BackedOut, release.Cancelled}

// rolled is a release with what happened to it within a period.
type rolled struct {
	transition.ReleaseCase
	id      int64
	begun   time.Time
	parts   []release.Part
	targets []release.Target
}

// ReleaseCases reads the releases whose roll-out came to an end within a period,
// or which a review refused in it, with the incidents about what they brought, both as far as the scope sees.
func (db *DB) ReleaseCases(ctx context.Context, scope people.Scope, from, to time.Time) ([]transition.ReleaseCase, error) {
	all, err := db.rolledOut(ctx, scope, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]transition.ReleaseCase, 0, len(all))
	for _, one := range all {
		var items []record.ItemID
		for _, p := range one.parts {
			if p.Item != 0 {
				items = append(items, p.Item)
			}
		}
		for _, t := range one.targets {
			if t.State != release.Done && t.State != release.Failed {
				continue
			}
			if one.Targets++; !t.Verified.IsZero() {
				one.Verified++
			}
		}
		if one.Outcome == release.Deployed && len(items) > 0 && !one.begun.IsZero() {
			one.Measured = true
			if _, one.Incidents, err = (releaseShelf{db}).Incidents(ctx, scope, items, one.begun, one.begun.AddDate(0, 0, earlyDays)); err != nil {
				return nil, err
			}
		}
		out = append(out, one.ReleaseCase)
	}
	slices.SortStableFunc(out, func(a, b transition.ReleaseCase) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) })
	return out, nil
}

// rolledOut reads what happened to releases within a period, entry by entry: the
// last end counts, and each refusal and taking back.
func (db *DB) rolledOut(ctx context.Context, scope people.Scope, from, to time.Time) (out []*rolled, err error) {
	var c clause
	c.and("r.kind = ?", string(record.Release))
	c.and("t.at >= ? AND t.at < ?", at{&from}, at{&to})
	c.and("(t.deed = 'release.no_go' OR t.became IN (?, ?, ?, ?))", statesOf(releaseEnds)...)
	c.scope(db.dialect, scope)
	rows, err := db.read.query(ctx, `SELECT b.id, b.weight, coalesce(r.service, 0), coalesce(r.team, 0), r.opened, b.ends, b.build, b.begun, b.parts, b.targets, t.at, t.deed, t.became
		FROM release AS b JOIN record AS r ON r.id = b.id JOIN timeline AS t ON t.record = b.id`+c.where()+` ORDER BY b.id, t.at, t.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: report of releases: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one rolled
		var when time.Time
		var deed, became string
		if err := rows.Scan(&one.id, &one.Weight, &one.Service, &one.Team, at{&one.Opened}, at{&one.Ends}, &one.Builds, at{&one.begun}, docList[release.Part]{&one.parts}, docList[release.Target]{&one.targets}, at{&when}, &deed, &became); err != nil {
			return nil, fmt.Errorf("store: report of releases: %w", err)
		}
		if n := len(out); n == 0 || out[n-1].id != one.id {
			out = append(out, &one)
		}
		last := out[len(out)-1]
		if state := flow.State(became); deed != "release.no_go" {
			last.Outcome, last.At = state, when
			if state == release.BackedOut {
				last.TakenBack++
			}
			continue
		}
		if last.Refusals++; last.Outcome == "" {
			last.At = when
		}
	}
	return out, rows.Err()
}
