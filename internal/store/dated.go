package store

import (
	"context"
	"fmt"
	"strings"

	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// DatedChanges are the changes that a calendar shows.
func (db *DB) DatedChanges() change.Agenda {
	return dated{db, record.Changes, change.Ours, "b.items, b.second, b.type", "change", change.DatedStates, change.AnewStates}
}

// DatedReleases are the releases that a calendar shows.
func (db *DB) DatedReleases() change.Agenda {
	return dated{db, record.Release, change.OfRelease, "'', 0, ''", "release", release.DatedStates, nil}
}

// DroppedChanges are those that had a time and do not take place.
func (db *DB) DroppedChanges() change.Agenda {
	return dated{db, record.Changes, change.Ours, "b.items, b.second, b.type", "change", change.DroppedStates, nil}
}

// DroppedReleases are those that had a time and do not take place.
func (db *DB) DroppedReleases() change.Agenda {
	return dated{db, record.Release, change.OfRelease, "'', 0, ''", "release", release.DroppedStates, nil}
}

type dated struct {
	db     *DB
	kind   record.Kind
	source change.Source
	cols   string
	table  string
	states []flow.State
	anew   []flow.State // in which it is shown, too, if it was sent back to them
}

// sentBack is the condition that a change was in force and is assessed anew.
func (d dated) sentBack(c *clause) string {
	if len(d.anew) == 0 {
		return "1 = 0"
	}
	return c.text("(r.state IN (?"+strings.Repeat(", ?", len(d.anew)-1)+")", statesOf(d.anew)...) +
		c.text(" AND EXISTS (SELECT 1 FROM timeline AS e WHERE e.record = r.id AND e.deed = ?))", change.Reconsider)
}

// Dated lists the work that has its time within a span.
func (d dated) Dated(ctx context.Context, scope people.Scope, within change.Span) (out []change.Planned, err error) {
	var c clause
	c.and("b.ends > ?", at{&within.From})
	c.and("b.starts < ?", at{&within.Until})
	anew := d.sentBack(&c)
	c.and("(r.state IN (?"+strings.Repeat(", ?", len(d.states)-1)+") OR "+anew+")", statesOf(d.states)...)
	c.scope(d.db.dialect, scope)
	rows, err := d.db.read.query(ctx, `SELECT r.id, r.number, r.title, r.state, r.requester, r.team, r.owner, r.service, r.department, r.zone, r.version, r.moved, b.starts, b.ends, `+d.cols+`, `+anew+`
		FROM `+d.table+` AS b JOIN record AS r ON r.id = b.id`+c.where()+c.text(` ORDER BY b.starts, r.id LIMIT ?`, change.MostDated), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			p := change.Planned{Head: record.Head{Kind: d.kind}, Source: d.source}
			h, second := &p.Head, people.ID(0)
			if err := rows.Scan(&h.ID, &h.Number, &h.Title, &h.State, refTo(&h.Requester), refTo(&h.Team), refTo(&h.Owner), refTo(&h.Service), refTo(&h.Department), refTo(&h.Zone),
				&p.Version,
				at{&p.Moved},
				at{&p.Span.From}, at{&p.Span.Until}, listOf(&p.Items), refTo(&second), &p.Type, &p.Anew); err != nil {
				return err
			}
			for _, who := range []people.ID{h.Owner, second} {
				if who != 0 {
					p.People = append(p.People, who)
				}
			}
			out = append(out, p)
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: calendar of %s: %w", d.table, err)
	}
	return out, nil
}
