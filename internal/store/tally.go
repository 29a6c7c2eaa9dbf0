package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/record"
)

// What the counters count; see migration 0031.
const (
	stock     = "stock"
	opened    = "opened"
	done      = "done"      // no longer live, and not cancelled
	first     = "first"     // of these, solved without ever being handed on
	cancelled = "cancelled" // given up as duplicate, no fault, rejected
	reopened  = "reopened"
)

// givenUp are the ends of life that are no solution, in all flows.
var givenUp = []string{"cancelled", "rejected", "merged"}

// tallyKey is what counters are kept by, so that row scope holds for them.
type tallyKey struct {
	kind, what                      string
	day                             int
	state                           string
	zone, department, team, service int64
	priority                        int
}

var tallyCols = []string{"kind", "what", "day", "state", "zone", "department", "team", "service", "priority", "n"}

func (k *tallyKey) refs() []any {
	return []any{&k.kind, &k.what, &k.day, &k.state, &k.zone, &k.department, &k.team, &k.service, &k.priority}
}

func (k tallyKey) args(n int64) []any {
	return []any{k.kind, k.what, k.day, k.state, k.zone, k.department, k.team, k.service, k.priority, n}
}

func (k tallyKey) compare(o tallyKey) int {
	return cmp.Or(strings.Compare(k.kind, o.kind), strings.Compare(k.what, o.what), cmp.Compare(k.day, o.day), strings.Compare(k.state, o.state),
		cmp.Compare(k.zone, o.zone), cmp.Compare(k.department, o.department), cmp.Compare(k.team, o.team), cmp.Compare(k.service, o.service), cmp.Compare(k.priority, o.priority))
}

// stockKey is where a record is counted as being there.
func stockKey(h *record.Head) tallyKey {
	return tallyKey{string(h.Kind), stock, 0, string(h.State), int64(h.Zone), int64(h.Department), int64(h.Team), int64(h.Service), h.Priority}
}

// dayKey is where a record is counted for what happened to it.
func dayKey(h *record.Head, what string, day int) tallyKey {
	k := stockKey(h)
	k.what, k.day, k.state, k.priority = what, day, "", 0
	return k
}

// SetPlace tells where the days of the counters begin: the centre's time zone.
// What was counted before stays on the day it was counted for.
func (db *DB) SetPlace(place *time.Location) { db.place.Store(place) }

// Place is where the days of the counters begin.
func (db *DB) Place() *time.Location {
	if p := db.place.Load(); p != nil {
		return p
	}
	return time.UTC
}

// day is the number of days from 1970 to t where the centre is.
func (db *DB) day(t time.Time) int {
	t = t.In(db.Place())
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// tally appends what the change does to the counters. Stock and opened follow
// the record to the team that has it; how it ended stays with the team that
// had it then. Rows are only added, so that nobody waits for anybody; Fold
// adds them up.
func (p *page[R]) tally(s *record.Sheaf[R], h *record.Head) error {
	var args []any
	add := func(k tallyKey, n int64) { args = append(args, k.args(n)...) }
	born := p.db.day(h.Opened)
	for _, key := range []func(*record.Head) tallyKey{stockKey, func(h *record.Head) tallyKey { return dayKey(h, opened, born) }} {
		if s.Was == nil || key(s.Was) != key(h) {
			if s.Was != nil {
				add(key(s.Was), -1)
			}
			add(key(h), 1)
		}
	}
	today := p.db.day(h.Moved)
	switch {
	case s.WasLive && !s.Live || s.Was == nil && !s.Live:
		handed, err := p.handedOn(h)
		if err != nil {
			return err
		}
		for _, what := range ended(h, handed) {
			add(dayKey(h, what, today), 1)
		}
	case s.Was != nil && !s.WasLive && s.Live:
		add(dayKey(h, reopened, today), 1)
	}
	if len(args) == 0 {
		return nil
	}
	return p.t.later("tally", insertSQL("tally_delta", tallyCols, len(args)/len(tallyCols)), args...)
}

// ended says as what the end of a record's life counts. It was solved at the
// first contact when no team ever handed it to another one and it was not
// reopened (domain/mof, KPIs of the service desk).
func ended(h *record.Head, handed bool) []string {
	switch {
	case slices.Contains(givenUp, string(h.State)):
		return []string{cancelled}
	case handed:
		return []string{done}
	}
	return []string{done, first}
}

// handedOn reports whether the record went from one team to another, or came
// back after it was solved.
func (p *page[R]) handedOn(h *record.Head) (bool, error) {
	var n int
	err := p.t.row(`SELECT count(*) FROM timeline WHERE record = $1 AND (deed LIKE '%.reopen' OR
		changes LIKE '%"field":"team","was":"_%' AND changes NOT LIKE '%"field":"team","was":""%')`, h.ID).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("store: tally: %w", err)
	}
	return n > 0, nil
}

// count adds a record that was loaded whole to sums, with the day on which it
// ended as its timeline tells.
func (db *DB) count(sums map[tallyKey]int64, h *record.Head, live bool, entries []record.Entry) {
	sums[stockKey(h)]++
	sums[dayKey(h, opened, db.day(h.Opened))]++
	if live {
		return
	}
	at, handed := h.Moved, false
	for _, e := range entries {
		if strings.HasSuffix(e.Deed, ".resolve") {
			at = e.At
		}
		handed = handed || strings.HasSuffix(e.Deed, ".reopen") ||
			slices.ContainsFunc(e.Changes, func(c record.Change) bool { return c.Field == "team" && c.Was != "" })
	}
	for _, what := range ended(h, handed) {
		sums[dayKey(h, what, db.day(at))]++
	}
}

// MostFolded is how many counts one folding adds up: little enough that
// writers do not wait for it.
const MostFolded = 5000

// Fold adds counts that were written since up in the table that is read, and
// reports how many there were. It may run while others write, and on two nodes
// at once: what was not yet committed stays for the next time.
func (db *DB) Fold(ctx context.Context) (n int, err error) {
	err = db.alone(ctx, func(t *tx) error {
		sums, deltas, err := t.takeDeltas()
		if err != nil {
			return fmt.Errorf("store: fold: %w", err)
		}
		n = deltas
		return t.addTally(sums)
	})
	return n, err
}

// takeDeltas removes the oldest counts and adds them up by key.
func (t *tx) takeDeltas() (sums map[tallyKey]int64, n int, err error) {
	rows, err := t.query(`DELETE FROM tally_delta WHERE id <= (SELECT coalesce(max(id), 0) FROM (SELECT id FROM tally_delta ORDER BY id LIMIT $1) AS few)
		RETURNING `+strings.Join(tallyCols, ", "), MostFolded)
	if err != nil {
		return nil, 0, err
	}
	return scanTally(rows)
}

func scanTally(rows *sql.Rows) (sums map[tallyKey]int64, n int, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	sums = map[tallyKey]int64{}
	for rows.Next() {
		var k tallyKey
		var d int64
		if err := rows.Scan(append(k.refs(), &d)...); err != nil {
			return nil, 0, err
		}
		sums[k] += d
		n++
	}
	return sums, n, rows.Err()
}

// What there is of everything together, apart by one more thing.
const (
	stockPriority = stock + "*priority"
	stockTeam     = stock + "*team"
	stockService  = stock + "*service"
)

// The days of what happened, of everything together by zone, and by team and
// zone.
const (
	byZone = "*zone"
	byTeam = "*team"
	// What ended besides by service and by department, each with its zone.
	byService    = "*service"
	byDepartment = "*department"
)

// totals adds to sums the days and the stock of everything together, under
// names of their own: whoever sees all, some zones or some teams reads a few
// rows.
func totals(sums map[tallyKey]int64) {
	for k, n := range maps.Clone(sums) {
		if k.what != stock {
			sums[tallyKey{kind: k.kind, what: k.what + "*", day: k.day}] += n
			sums[tallyKey{kind: k.kind, what: k.what + byZone, day: k.day, zone: k.zone}] += n
			sums[tallyKey{kind: k.kind, what: k.what + byTeam, day: k.day, zone: k.zone, team: k.team}] += n
			if k.what == done || k.what == reopened {
				sums[tallyKey{kind: k.kind, what: k.what + byService, day: k.day, zone: k.zone, service: k.service}] += n
				sums[tallyKey{kind: k.kind, what: k.what + byDepartment, day: k.day, zone: k.zone, department: k.department}] += n
			}
			continue
		}
		sums[tallyKey{kind: k.kind, what: stockPriority, state: k.state, priority: k.priority}] += n
		sums[tallyKey{kind: k.kind, what: stockTeam, state: k.state, team: k.team}] += n
		sums[tallyKey{kind: k.kind, what: stockService, state: k.state, service: k.service}] += n
	}
}

// addTally adds sums to the counters, in one order everywhere, so that two
// nodes never wait for each other crosswise. Counters at zero go.
func (t *tx) addTally(sums map[tallyKey]int64) error {
	totals(sums)
	keys := make([]tallyKey, 0, len(sums))
	for k, n := range sums {
		if n != 0 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, tallyKey.compare)
	var lowered []tallyKey
	for part := range slices.Chunk(keys, 100) {
		var args []any
		for _, k := range part {
			args = append(args, k.args(sums[k])...)
			if sums[k] < 0 {
				lowered = append(lowered, k)
			}
		}
		if _, err := t.exec(insertSQL("tally", tallyCols, len(part))+`
			ON CONFLICT (kind, what, day, state, zone, department, team, service, priority) DO UPDATE SET n = tally.n + excluded.n`, args...); err != nil {
			return fmt.Errorf("store: fold: %w", err)
		}
	}
	for _, k := range lowered {
		if _, err := t.exec(`DELETE FROM tally WHERE n = 0 AND kind = $1 AND what = $2 AND day = $3 AND state = $4 AND zone = $5 AND department = $6 AND team = $7 AND service = $8 AND priority = $9`, k.args(0)[:9]...); err != nil {
			return fmt.Errorf("store: fold: %w", err)
		}
	}
	return nil
}
